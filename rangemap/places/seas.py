"""Names of seas, gulfs, straits, lakes and rivers, with the water to which they belong.

``data/seas.yaml`` is edited by hand; `data/scripts/compile.py` checks it and writes ``seas.json``.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, NamedTuple

from rangemap.errors import DocumentError
from rangemap.io.documents import parse_yaml
from rangemap.io.packaged import data_file

KINDS: Final = ("ocean", "sea", "gulf", "strait", "lake", "river")
LANGUAGES: Final = ("en", "fr", "ar")
_RANKS: Final = range(1, 6)


class Sea(NamedTuple):
    """A named water; positions are degrees, radii kilometres."""

    id: str
    kind: str
    rank: int
    names: dict[str, str]
    discs: tuple[tuple[float, float, float], ...]
    """Longitude, latitude, radius; none for a river."""
    points: tuple[tuple[float, float], ...]
    """Positions on the course of a river."""


@cache
def read_seas() -> tuple[Sea, ...]:
    """Return the named waters, the most important first.

    Examples
    --------
    >>> next(sea.names["fr"] for sea in read_seas() if sea.id == "black-sea")
    'mer Noire'
    """
    rows = json.loads(data_file("seas.json").read_text("utf-8"))
    return tuple(
        Sea(id_, kind, rank, names, tuple(map(tuple, discs)), tuple(map(tuple, points)))
        for id_, kind, rank, names, discs, points in rows
    )


def compile_seas(text: str, *, name: str) -> str:
    """Check ``seas.yaml`` and return the text of ``seas.json``, one water per line.

    Raises
    ------
    DocumentError
        If an entry breaks a rule; the first is named.
    """
    content = parse_yaml(text, name=name).content
    seas = [_sea(entry, name) for entry in content["seas"]]
    ids = [sea.id for sea in seas]
    repeated = sorted({each for each in ids if ids.count(each) > 1})
    if repeated:
        raise DocumentError(f"{name}: id {repeated[0]!r} is used twice; each water has its own")
    if set(content["checked"]) != set(LANGUAGES):
        raise DocumentError(
            f"{name}: checked has {', '.join(content['checked'])}; expected {', '.join(LANGUAGES)}"
        )
    seas.sort(key=lambda sea: sea.rank)  # stable: otherwise in the order of the file
    return "[\n" + ",\n".join(json.dumps(sea, ensure_ascii=False) for sea in seas) + "\n]\n"


def _sea(entry: dict[str, Any], name: str) -> Sea:
    where = f"{name}: water {entry.get('id')!r}"
    wanted = {
        "id",
        "kind",
        "rank",
        *LANGUAGES,
        "points" if entry.get("kind") == "river" else "discs",
    }
    if set(entry) != wanted:
        raise DocumentError(f"{where} has {', '.join(entry)}; expected {', '.join(sorted(wanted))}")
    if entry["kind"] not in KINDS:
        raise DocumentError(f"{where}: kind is {entry['kind']!r}; expected {', '.join(KINDS)}")
    try:
        rank = int(entry["rank"])
        discs = tuple(
            (float(lon), float(lat), float(km)) for lon, lat, km in entry.get("discs", ())
        )
        points = tuple((float(lon), float(lat)) for lon, lat in entry.get("points", ()))
    except (TypeError, ValueError) as error:
        raise DocumentError(f"{where}: {error}; expected lists of numbers") from error
    places = [*(disc[:2] for disc in discs), *points]
    if rank not in _RANKS or not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in places):
        raise DocumentError(f"{where}: expected rank 1 to 5, and longitude before latitude")
    return Sea(
        entry["id"], entry["kind"], rank, {code: entry[code] for code in LANGUAGES}, discs, points
    )
