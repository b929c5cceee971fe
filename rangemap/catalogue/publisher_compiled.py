"""The built-in list of publishers, parsed and validated in advance."""

from __future__ import annotations

from rangemap.catalogue.publishers import Party, PartyKind, Publisher, PublisherKind, Publishers
from rangemap.io.compiled import compile_records, compiled_records, set_fields


def compile_publishers(publishers: Publishers, source: bytes) -> str:
    """Return publishers as JSON text for `compiled_publishers`, one per line."""
    records: list[Publisher | Party] = [*publishers.publishers, *publishers.parties]
    return compile_records(records, source, to_json=set_fields)


def compiled_publishers(text: str | bytes, source: bytes) -> Publishers | None:
    """Return the publishers compiled from a source, or None if compiled from another."""
    content = compiled_records(text, source)
    if content is None:
        return None
    publishers, parties = [], []
    for entry in content["records"]:
        if "state_media" in entry:  # every publisher has it, since it has no default
            publishers.append(Publisher(**entry | {"kind": PublisherKind(entry["kind"])}))
        else:
            parties.append(Party(name=entry["name"], kind=PartyKind(entry["kind"])))
    return Publishers(tuple(publishers), tuple(parties))
