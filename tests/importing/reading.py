"""Shared by the import tests: the journal of a file, and the results."""

import json
from pathlib import Path

from rangemap.catalogue.file import parse_catalogue
from rangemap.importing.decisions import Journal, make_decisions
from rangemap.importing.sites import import_sites
from rangemap.importing.weapons import import_weapons
from rangemap.places.file import parse_registry

FILL = {"publisher": "P", "country": "X", "kind": "k", "category": "c"}


def of(path: Path, *keys: str, **told) -> Journal:
    fill = {key: FILL[key] for key in keys} | told.pop("fill", {})
    return Journal(path, make_decisions(fill=fill, **told))


def sites(path: Path, **told):
    """Read sites with one publisher, country and kind for all rows."""
    journal = of(path, "publisher", "country", "kind", **told)
    result = import_sites(journal)
    # No row is lost: each is either written or reported.
    assert len(json.loads(result.content)["features"]) + len(result.rejects) == result.n_rows
    return result, journal


def positions(result) -> dict[str, tuple[float, float]]:
    """Latitude and longitude by name, from the written registry."""
    parse_registry(result.content.encode(), name="written")
    features = json.loads(result.content)["features"]
    return {
        f["properties"]["name"]: tuple(reversed(f["geometry"]["coordinates"])) for f in features
    }


def weapons(path: Path, **told):
    journal = of(path, "publisher", "country", "category", **told)
    result = import_weapons(journal)
    n_claims = sum(map(len, ranges(result).values()))
    assert n_claims + len(result.rejects) == result.n_rows
    return result, journal


def ranges(result) -> dict[str, list[str]]:
    """The ranges by weapon, from the written catalogue."""
    book = parse_catalogue(result.content.encode(), name="written")
    return {w.name: [claim.figure for claim in w.claims] for w in book.weapons}


def noted(journal: Journal, subject: str) -> str:
    return "; ".join(f"{n.choice} ({n.reason})" for n in journal.notes if n.subject == subject)
