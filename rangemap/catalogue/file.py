"""The catalogue file: its format, and how it is parsed into records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Final, cast

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, WithJsonSchema

from rangemap.catalogue.catalogue import Catalogue
from rangemap.catalogue.categories import Target
from rangemap.catalogue.plain import make_catalogue
from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon
from rangemap.errors import CatalogueError, DocumentError
from rangemap.io.compiled import set_fields
from rangemap.io.documents import Document, parse_yaml
from rangemap.io.files import decode
from rangemap.io.findings import Finding
from rangemap.io.models import Flag, PartialDate, Record, Slug, Text, Url, problems, repeated_ids
from rangemap.io.rules import one_or_many
from rangemap.wording.quantities import Range, parse_range

_LONGEST_LINE: Final = 10_000
"""A value stays on one line, so that a diff shows it whole."""


def _read_range(value: Any) -> Any:
    return parse_range(value) if isinstance(value, str) else value


PublishedRange = Annotated[
    Range,
    BeforeValidator(_read_range),
    WithJsonSchema({
        "type": "string",
        "pattern": "[0-9] ?[A-Za-z]",
        "description": "An optional bound (up to, at least, about), one figure or two (low to high),"
        " a unit and, optionally, a minimum range in brackets.",
        "examples": ["up to 250 km", "200-300 km", "about 1,200 mi", "500 km (min 50 km)"],
    }),
]  # fmt: skip


# Each model below converts its entry into the plain record with the same fields, which also checks
# its own rules, so that the modules that use the records do not need pydantic.


class SourceEntry(Record):
    """Where a claim was published; leave out unknown fields."""

    publisher: Text
    title: Annotated[
        Text | None, Field(description="As printed; omit it if it was not retrieved.")
    ] = None
    corrected_title: Annotated[
        Text | None, Field(description="The title to show instead, if `title` is wrong.")
    ] = None
    url: Url | None = None
    date: PartialDate | None = None
    date_note: Annotated[
        Text | None,
        Field(description="How the date is known if the publication does not print it."),
    ] = None
    archived: Annotated[Url | None, Field(description="Address of a stored copy.")] = None


def _make_source(entry: SourceEntry) -> Source:
    return Source(**dict(entry))


class ClaimEntry(Record):
    """One published figure for a weapon, as worded by its source."""

    id: Slug
    kind: Annotated[
        ClaimKind, Field(description="Only ranges are drawn; other kinds are listed.")
    ] = ClaimKind.RANGE
    range: PublishedRange | None = None
    variant: Annotated[Text | None, Field(description="The variant, if the source names one.")] = (
        None
    )
    target: Annotated[
        Target | None,
        Field(description="What the range is meant against, if the source states it."),
    ] = None
    attributed_to: Annotated[
        Text | None, Field(description="Who the publisher credits for the figure.")
    ] = None
    warhead: Text | None = None
    wording: Annotated[
        Text | None, Field(description="The sentence quoted in the original language.")
    ] = None
    note: Text | None = None
    source: Annotated[SourceEntry, AfterValidator(_make_source)]
    checked: Annotated[
        PartialDate | None, Field(description="When a second reader last confirmed the figure.")
    ] = None
    first_seen: PartialDate | None = None
    doubtful: Annotated[Flag, Field(description="Listed but never drawn.")] = False
    retracted: Annotated[
        PartialDate | None,
        Field(description="When the publisher withdrew it; not drawn after that."),
    ] = None


Texts = Annotated[
    tuple[Text, ...],
    BeforeValidator(one_or_many, json_schema_input_type=Text | list[Text]),
]
"""A list, or a single text as a list of one."""


def _make_claim(entry: ClaimEntry) -> Claim:
    return Claim(**dict(entry))


class WeaponEntry(Record):
    """One entry of the catalogue with all its claims."""

    id: Slug
    name: Text
    aliases: tuple[Text, ...] = ()
    country: Annotated[Texts, Field(min_length=1)]
    operators: Texts = ()
    category: Text
    category_note: Text | None = None
    default_variant: Annotated[
        Text | None,
        Field(description="The default if every claim is about a variant."),
    ] = None
    note: Text | None = None
    claims: tuple[Annotated[ClaimEntry, AfterValidator(_make_claim)], ...]


def _make_weapon(entry: WeaponEntry) -> Weapon:
    return Weapon(**dict(entry))


# Editors find the schema by this name, which the first line of a catalogue file gives.
SCHEMA_FILE: Final = "weapons.schema.json"


class CatalogueFile(Record):
    """A catalogue of weapons with the ranges published for them."""

    edition: Annotated[Text | None, Field(description="Version of this file.")] = None
    weapons: tuple[Annotated[WeaponEntry, AfterValidator(_make_weapon)], ...]


def parse_catalogue(content: bytes, *, name: str) -> Catalogue:
    """Read a catalogue file.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 YAML.
    name : str
        Its name, used in errors and in the edition.

    Returns
    -------
    Catalogue
        The weapons, each with the edition it came from: the file's name, its own
        version if it has one, and the first digits of its SHA-256.

    Raises
    ------
    CatalogueError
        With one line for each invalid record.
    """
    document, weapons, findings = read_entries(content, name=name)
    if document is None or findings:
        raise CatalogueError(*findings)
    version = document.content.get("edition")
    return make_catalogue(weapons, name=name, version=version, content=content)


def read_entries(
    content: bytes, *, name: str
) -> tuple[Document | None, tuple[Weapon, ...], list[Finding]]:
    """Return the document, its weapons, and all its errors.

    The document is None if the text is not YAML; if there are errors, there are no
    weapons.
    """
    try:
        document = parse_yaml(decode(content, name=name), name=name)
    except DocumentError as error:
        return None, (), list(error.findings)
    return document, *check_entries(document)


def check_entries(document: Document) -> tuple[tuple[Weapon, ...], list[Finding]]:
    """Return the weapons of a parsed catalogue file; if there are errors, only these."""
    try:
        file = CatalogueFile.model_validate(document.content)
    except ValidationError as error:
        return (), problems(error, document, CatalogueFile)
    weapons = cast("tuple[Weapon, ...]", file.weapons)  # the models return records
    errors = repeated_ids(document, "weapons", [weapon.id for weapon in weapons])
    return () if errors else weapons, errors


def catalogue_schema() -> str:
    """Return the JSON Schema of a catalogue file, for completion and checks in editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= CatalogueFile.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def format_catalogue(weapons: Sequence[Weapon], *, edition: str | None = None) -> str:
    """Return weapons as the text of a catalogue file, laid out for readable diffs.

    Parameters
    ----------
    weapons : sequence of Weapon
        Entries in order; fields that are not set are omitted.
    edition : str, optional
        Version of the file.

    Returns
    -------
    str
        YAML that `parse_catalogue` parses into these weapons.

    Examples
    --------
    >>> claim = Claim(id="p-2024", range=parse_range("up to 70 km"), source=Source(publisher="P"))
    >>> weapon = Weapon(id="w", name="W", country=("X",), category="rocket", claims=(claim,))
    >>> print(format_catalogue([weapon]))
    weapons:
      - id: w
        name: W
        country:
          - X
        category: rocket
        claims:
          - id: p-2024
            range: up to 70 km
            source:
              publisher: P
    <BLANKLINE>
    """
    content: dict[str, Any] = {} if edition is None else {"edition": edition}
    content["weapons"] = [_plain_fields(weapon) for weapon in weapons]
    return yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LONGEST_LINE
    )


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  as PyYAML calls it
        super().increase_indent(flow, indentless=False)


def _plain_fields(record: Weapon | Claim | Source) -> dict[str, Any]:
    """Return a record as plain mappings, lists and strings."""
    return {key: _plain(value) for key, value in set_fields(record).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Claim | Source):
        return _plain_fields(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, bool) else str(value)
