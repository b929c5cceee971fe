"""The catalogue file: what people write in it, and how it becomes records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Annotated, Any, Final, cast

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, WithJsonSchema

from rangemap.catalogue.book import Catalogue
from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon
from rangemap.compiled import said
from rangemap.documents import Document, parse_yaml
from rangemap.errors import CatalogueError, DocumentError
from rangemap.files import decode, fingerprint
from rangemap.findings import Finding
from rangemap.quantities import Range, parse_range
from rangemap.schema import Flag, PartialDate, Record, Slug, Text, Url, problems, repeated_ids
from rangemap.text import shown

_LONGEST_LINE: Final = 10_000
"""A value stays on its line, so that a diff shows it whole."""


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


# Each entry below is read by its model and handed on as the plain record of the same fields, whose
# own rules are then checked too, so that nothing to the right of this module needs pydantic.


class SourceEntry(Record):
    """Where a claim was published; leave out unknown fields."""

    publisher: Text
    title: Annotated[
        Text | None, Field(description="As printed; omit it if it was not retrieved.")
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


def _make_claim(entry: ClaimEntry) -> Claim:
    return Claim(**dict(entry))


class WeaponEntry(Record):
    """One entry of the catalogue with all its claims."""

    id: Slug
    name: Text
    aliases: tuple[Text, ...] = ()
    country: Text
    operators: tuple[Text, ...] = ()
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


# How the file is known to editors, by the name that stands at its head.
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
        Its name, for errors and for the edition.

    Returns
    -------
    Catalogue
        The weapons, each with the edition it came from: the file's name, its own
        version if it has one, and the first digits of its SHA-256.

    Raises
    ------
    CatalogueError
        With one line for each bad record.
    """
    document, weapons, findings = read_entries(content, name=name)
    if document is None or findings:
        raise CatalogueError("\n".join(str(finding) for finding in findings))
    own = document.content.get("edition")
    version = f"{own} " if own else ""
    edition = f"{shown(PurePath(name).name)} {version}sha256:{fingerprint(content)}"
    return Catalogue(tuple(replace(weapon, edition=edition) for weapon in weapons), edition)


def read_entries(
    content: bytes, *, name: str
) -> tuple[Document | None, tuple[Weapon, ...], list[Finding]]:
    """Return the document, its weapons, and every error that refuses it.

    The document is None where the text is no YAML; where there are errors, there are
    no weapons.
    """
    try:
        document = parse_yaml(decode(content, name=name), name=name)
    except DocumentError as error:
        return None, (), Finding.of_refusal(error, name)
    try:
        file = CatalogueFile.model_validate(document.content)
    except ValidationError as error:
        return document, (), problems(error, document, CatalogueFile)
    weapons = cast("tuple[Weapon, ...]", file.weapons)  # the entries handed on, as said above
    errors = repeated_ids(document, "weapons", [weapon.id for weapon in weapons])
    return document, () if errors else weapons, errors


def catalogue_schema() -> str:
    """Return the JSON Schema of a catalogue file, by which editors complete and check it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= CatalogueFile.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def format_catalogue(weapons: Sequence[Weapon], *, edition: str | None = None) -> str:
    """Return weapons as the text of a catalogue file, made to be read in a diff.

    Parameters
    ----------
    weapons : sequence of Weapon
        Entries in their order; what they leave out is left out.
    edition : str, optional
        Version that the file carries.

    Returns
    -------
    str
        YAML that `parse_catalogue` reads as these weapons.

    Examples
    --------
    >>> claim = Claim(id="p-2024", range=parse_range("up to 70 km"), source=Source(publisher="P"))
    >>> weapon = Weapon(id="w", name="W", country="X", category="rocket", claims=(claim,))
    >>> print(format_catalogue([weapon]))
    weapons:
      - id: w
        name: W
        country: X
        category: rocket
        claims:
          - id: p-2024
            range: up to 70 km
            source:
              publisher: P
    <BLANKLINE>
    """
    content: dict[str, Any] = {} if edition is None else {"edition": edition}
    content["weapons"] = [_written(weapon) for weapon in weapons]
    return yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LONGEST_LINE
    )


class _Dumper(yaml.SafeDumper):
    """Writes lists a step further in than their key, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  as PyYAML calls it
        super().increase_indent(flow, indentless=False)


def _written(record: Weapon | Claim | Source) -> dict[str, Any]:
    """Return what a record says as plain mappings, lists and texts."""
    return {key: _plain(value) for key, value in said(record).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Claim | Source):
        return _written(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, bool) else str(value)
