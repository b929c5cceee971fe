"""Shared by the import tests: the log of an import, and the results."""

import json
from pathlib import Path

from rangemap.catalogue.file import parse_catalogue
from rangemap.importing.decisions import ImportLog, make_decisions
from rangemap.importing.sites import import_sites
from rangemap.importing.weapons import import_weapons
from rangemap.places.file import parse_registry

FILL = {"publisher": "P", "country": "X", "kind": "k", "category": "c"}


def of(path: Path, *keys: str, **options) -> ImportLog:
    fill = {key: FILL[key] for key in keys} | options.pop("fill", {})
    return ImportLog(path, make_decisions(fill=fill, **options))


def sites(path: Path, **options):
    """Read sites with one publisher, country and kind for all rows."""
    log = of(path, "publisher", "country", "kind", **options)
    result = import_sites(log)
    # No row is lost: each is written, reported or counted as a repetition.
    n_places = len(json.loads(result.content)["features"])
    assert n_places + len(result.rejects) + result.n_repeats == result.n_rows
    return result, log


def positions(result) -> dict[str, tuple[float, float]]:
    """Latitude and longitude by name, from the written registry."""
    parse_registry(result.content.encode(), name="written")
    features = json.loads(result.content)["features"]
    return {
        f["properties"]["name"]: tuple(reversed(f["geometry"]["coordinates"])) for f in features
    }


def weapons(path: Path, **options):
    log = of(path, "publisher", "country", "category", **options)
    result = import_weapons(log)
    n_claims = sum(map(len, ranges(result).values()))
    assert n_claims + len(result.rejects) + result.n_repeats == result.n_rows
    return result, log


def ranges(result) -> dict[str, list[str]]:
    """The ranges by weapon, from the written catalogue."""
    catalogue = parse_catalogue(result.content.encode(), name="written")
    return {w.name: [claim.figure for claim in w.claims] for w in catalogue.weapons}


def noted(log: ImportLog, subject: str) -> str:
    return "; ".join(f"{n.choice} ({n.reason})" for n in log.notes if n.subject == subject)
