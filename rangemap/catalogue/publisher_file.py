"""The file of publishers: its format, and how it is parsed into records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from rangemap.catalogue.publishers import (
    Party,
    PartyKind,
    Publisher,
    PublisherKind,
    Publishers,
    repeated_names,
)
from rangemap.errors import CatalogueError
from rangemap.io.documents import Document, parse_yaml
from rangemap.io.files import decode
from rangemap.io.findings import Finding
from rangemap.io.models import Flag, Record, Text, problems, singular
from rangemap.io.rules import parse_flag
from rangemap.limits import quoted


class PublisherEntry(Record):
    """Who printed claims; leave out unknown fields."""

    name: Text
    kind: PublisherKind
    unsure: Annotated[
        Flag, Field(description="The kind could not be determined and is `aggregator`.")
    ] = False
    country: Text | None = None
    domain: Text | None = None
    state_media: Annotated[
        bool | None,
        BeforeValidator(parse_flag),
        Field(description="Owned, funded or directed by a state; null if that is not settled."),
    ]
    public_service: Flag = False
    repeats: Annotated[
        Text | None, Field(description="The original, if it prints the text of another publisher.")
    ] = None


class PartyEntry(Record):
    """Whom publishers credit for a figure."""

    name: Text
    kind: PartyKind


def _make_publisher(entry: PublisherEntry) -> Publisher:
    return Publisher(**dict(entry))


def _make_party(entry: PartyEntry) -> Party:
    return Party(**dict(entry))


class PublisherFile(Record):
    """Publishers and credited parties."""

    publishers: tuple[Annotated[PublisherEntry, AfterValidator(_make_publisher)], ...]
    parties: tuple[Annotated[PartyEntry, AfterValidator(_make_party)], ...]


def parse_publishers(content: bytes, *, name: str) -> Publishers:
    r"""Read a file of publishers.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 YAML.
    name : str
        Its name, used in errors.

    Returns
    -------
    Publishers
        The publishers and the parties that they credit.

    Raises
    ------
    CatalogueError
        With one line for each invalid record.

    Examples
    --------
    >>> text = b"publishers: [{name: P, kind: blog, state_media: false}]\nparties: []"
    >>> parse_publishers(text, name="p.yaml").find("P").kind
    <PublisherKind.BLOG: 'blog'>
    """
    document = parse_yaml(decode(content, name=name), name=name)
    try:
        file = PublisherFile.model_validate(document.content)
    except ValidationError as error:
        raise CatalogueError(*problems(error, document, PublisherFile)) from error
    publishers = cast("tuple[Publisher, ...]", file.publishers)  # the models return records
    parties = cast("tuple[Party, ...]", file.parties)
    findings = _repeated(document, "publishers", publishers)
    findings += _repeated(document, "parties", parties)
    if findings:
        raise CatalogueError(*findings)
    return Publishers(publishers, parties)


def _repeated(document: Document, key: str, records: Sequence[Any]) -> list[Finding]:
    return [
        Finding(
            file=document.name,
            line=document.line((key, index)),
            record=f"{singular(key)} {quoted(records[index].name)}",
            message=f"name is already used by {quoted(records[earlier].name)} in line"
            f" {document.line((key, earlier))}; keep one of them",
        )
        for index, earlier in repeated_names(records)
    ]
