"""The cases, and the values that GeographicLib computes for them."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
EXPECTED = HERE / "expected.json"


@dataclass(frozen=True)
class Circle:
    """One ring to draw and the places to check; degrees and metres."""

    case: str
    what: str
    lon: float
    lat: float
    radius_m: float
    places: dict[str, tuple[float, float]]
    expected: dict[str, Any]

    @property
    def key(self) -> str:
        return key(self.lat, self.lon, self.radius_m)

    @cached_property
    def inside(self) -> dict[str, bool]:
        return {name: s12 <= self.radius_m for name, s12 in self.expected["s12_m"].items()}


def key(lat: float, lon: float, radius_m: float) -> str:
    return f"{lat:g} {lon:g} {radius_m:g}"


def read_cases() -> dict[str, Any]:
    with (HERE / "cases.yaml").open(encoding="utf-8") as file:
        cases: dict[str, Any] = yaml.safe_load(file)
    return cases


def read_circles() -> list[Circle]:
    expected = json.loads(EXPECTED.read_text("utf-8"))["rings"]
    return [circle(row, expected) for row in read_cases()["rings"]]


def circle(row: dict[str, Any], expected: dict[str, Any]) -> Circle:
    lat, lon = row["origin"]
    radius_m = row["radius_km"] * 1000
    places = {name: (x, y) for name, (y, x) in row.get("places", {}).items()}
    known = expected.get(key(lat, lon, radius_m), {"s12_m": {}, "area_m2": None})
    mine = {"s12_m": {name: known["s12_m"].get(name) for name in places}, "area_m2": known["area_m2"]}  # fmt: skip
    return Circle(row["case"], row["what"], lon, lat, radius_m, places, mine)
