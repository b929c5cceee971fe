"""Calls that type checkers accept and that work: `tests/typing/test_typing.py` checks and runs each line.

Frames come from functions without types (pandas and geopandas have none), Arrow and geographic
objects from small classes, so that a checker must match them with what `Scenario` declares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from shapely import MultiPoint

import rangemap as rm

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FRAME = pd.DataFrame({"name": ["A", "B"], "lat": [33.0, 34.0], "lon": [44.0, 45.0]})
POINTS = gpd.GeoDataFrame(
    FRAME[["name"]], geometry=gpd.points_from_xy(FRAME["lon"], FRAME["lat"], crs=4326)
)


class Place:
    @property
    def __geo_interface__(self) -> Mapping[str, Any]:
        return {"type": "Point", "coordinates": (44.0, 33.0)}


class ArrowTable:
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return pa.table(FRAME).__arrow_c_stream__(requested_schema)


class ArrowBatch:
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        found: tuple[object, object] = pa.record_batch(FRAME).__arrow_c_array__(requested_schema)
        return found


SCENARIO = rm.Scenario(origins=["Baghdad"], ranges=["300 km"], sites=["Erbil"])

SCENARIOS: list[Callable[[], rm.Scenario]] = [
    rm.Scenario,
    lambda: rm.Scenario(origins="Baghdad", weapons="Fateh-110"),
    lambda: rm.Scenario(origins=["Baghdad", "33.3,44.4"], weapons=("Fateh-110", "Al Aqsa")),
    lambda: rm.Scenario(origins=FRAME, ranges="70 km"),
    lambda: rm.Scenario(origins=POINTS.to_crs(3857), ranges=["Patrol=70 km (min 10 km)"]),
    lambda: rm.Scenario(origins=Place(), categories="rocket"),
    lambda: rm.Scenario(origins=ArrowTable(), sites=ArrowBatch()),
    lambda: rm.Scenario(sites=["Erbil", "Ain Al Asad"]),
    lambda: rm.Scenario(sites="maps/towns-500.csv"),
    lambda: rm.Scenario(sites=Path("maps/towns-500.csv")),
    lambda: rm.Scenario(sites=FRAME),
    lambda: rm.Scenario(sites=POINTS),
    lambda: rm.Scenario(sites=POINTS.geometry),
    lambda: rm.Scenario(sites=pa.table(FRAME)),
    lambda: rm.Scenario(sites=rm.load_sites()),
    lambda: rm.Scenario(sites=MultiPoint([(44, 33), (45, 34)])),
    lambda: rm.Scenario(sites={"type": "Point", "coordinates": [44, 33]}),
    lambda: rm.Scenario(sites=None, prefer="The National", as_of="2024-01"),
    lambda: rm.Scenario(as_of=dt.date(2024, 1, 22), exclude="fateh-110/csis"),
    lambda: rm.Scenario(source_kinds=["government", "think tank"], no_state_media=True),
    lambda: rm.Scenario(source_kinds="unknown"),
    lambda: rm.Scenario(catalogue="mine.yaml", registry="places.geojson"),
    lambda: rm.Scenario(catalogue=["built-in", Path("mine.yaml")], registry=Path("p.geojson")),
    lambda: rm.Scenario(panels=[{"title": "A", "as_of": "2012"}], panel_scale="separate").panel(1),
    lambda: rm.Scenario(units="nmi", title="T", subtitle="S", credit="C"),
    lambda: rm.Scenario(outputs=["a.html", Path("b.png")], lang="fr", detail="high"),
    lambda: rm.Scenario(extent=(35, 25.5, 60, 40), style=Path("house.yaml")),
    lambda: rm.Scenario(
        extent="35,25,60,40", tint="none", tiles="CartoDB.Positron", tiles_credit="CARTO"
    ),
    lambda: rm.Scenario(basemap=["a.gpkg", Path("b.parquet")], credit_basemap="C"),
    lambda: rm.Scenario(basemap=Path("a.gpkg")),
    lambda: rm.Scenario(outputs="a.html", page_url="https://example.org/a.html"),
    lambda: rm.Scenario.read("maps/iraq-2024.yaml"),
    lambda: rm.Scenario.read(Path("maps/iraq-2024.yaml")),
]


def results(folder: Path) -> None:
    """Use every result with its type."""
    table: pd.DataFrame = SCENARIO.check()
    per_site: pd.DataFrame = SCENARIO.per_site()
    rings: gpd.GeoDataFrame = SCENARIO.rings()
    layers: dict[str, gpd.GeoDataFrame] = SCENARIO.layers()
    notes: tuple[str, ...] = SCENARIO.notes()
    headline_m: float = SCENARIO.select().systems[0].band.headline_m
    SCENARIO.map().save(str(folder / "a.html"))
    figure: Figure = SCENARIO.figure(size="web", dpi=100, projection="laea", fonts=[])
    written: list[Path] = SCENARIO.to_file(folder / "b.html", str(folder / "b.csv"))
    written += SCENARIO.to_file(folder / "b.png", size="social", projection="aeqd")
    written += SCENARIO.report(folder / "c.md", projection=None)
    weapons: pd.DataFrame = rm.load_weapons()
    claims: pd.DataFrame = rm.load_claims(["built-in"])
    sites: gpd.GeoDataFrame = rm.load_sites(registry=None)
    area: float = rm.ring(44.4, 33.3, 300_000, tolerance=1e-5).area
    metres: float = rm.distance(44.4, 33.3, [44.0], np.array([36.2])).max()
    verdicts: pd.DataFrame = rm.judge("200-300 km", [250_000.0], precision_m=5000)
    for each in (table, per_site, rings, layers, notes, figure, written, weapons, claims, sites):
        assert each is not None
    assert min(area, metres, headline_m) > 0
    assert len(verdicts) == 1
