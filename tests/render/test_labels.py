"""A label matches the geometry: the figure shown is the figure drawn.

Published cases in which it did not (C10): a catalogue that labelled a DF-11 300 km and drew it at
600, a dialog in kilometres with a label in metres; and (C11) tables that sorted "200-300" as text.
"""

import csv
import io
import json
import re

import pytest
from geographiclib.geodesic import Geodesic

import rangemap as rm
from rangemap.catalogue import make_system, read_catalogue
from rangemap.check import check_rows, check_table
from rangemap.errors import CatalogueError
from rangemap.render.gis.geojson import to_geojson
from rangemap.render.page.payload import make_payload
from rangemap.rings import make_rings
from rangemap.wording.quantities import METRES

ORIGIN = (33.0, 44.0)


def drawable():
    for weapon in read_catalogue().weapons:
        try:
            yield make_system(weapon, None).label
        except CatalogueError:
            continue


NAMES = list(drawable())


@pytest.fixture(scope="module", params=["km", pytest.param("mi", marks=pytest.mark.thorough)])
def drawn(request):
    """Every system of the catalogue that has a ring, as selection, rings and page payload."""
    selection = rm.Scenario(
        origins=[f"{ORIGIN[0]},{ORIGIN[1]}"], weapons=NAMES, sites=["Erbil"], units=request.param
    ).select()
    rings = make_rings(selection)
    rows = list(check_rows(selection))
    return selection, rings, rows, make_payload(selection, rings, rows)


def read_label(text: str, unit: str) -> float:
    """Return the metres that a person reads from a label: its last figure, in its unit."""
    figures = re.findall(r"([\d,]+(?:\.\d+)?) (km|mi|nmi|m)\b", text)
    assert figures, text
    figure, shown = figures[-1]
    assert shown == unit
    return float(figure.replace(",", "")) * METRES[shown]


def test_label_legend_and_line_have_the_same_figure(drawn):
    selection, rings, _, payload = drawn
    unit = selection.units
    assert len(rings) == len(NAMES) > 100
    for ring, shown in zip(rings, payload["rings"], strict=True):
        if ring.headline is None:  # so far from everywhere that it has no line
            assert ring.system.band.headline_m > 19_970_000
            continue
        lon, lat = ring.headline.vertices[0]
        radius_m = Geodesic.WGS84.Inverse(*ORIGIN, lat, lon)["s12"]
        assert radius_m == pytest.approx(ring.system.band.headline_m, abs=0.01)
        legend = payload["systems"][shown["system"]]["figures"].partition("line at ")
        line = (legend[2] or legend[0]).split(" (")[0].split("; ")[0]
        for text in (shown["label"], line):
            assert read_label(text, unit) == pytest.approx(radius_m, rel=0.01)
        assert read_label(shown["label"], unit) == read_label(line, unit)
        assert shown["label"].startswith(ring.system.label)


def test_table_geojson_and_line_have_the_same_figure(drawn):
    selection, rings, rows, _ = drawn
    table = {row[2]: row for row in check_table(selection)[1]}
    features = json.loads(to_geojson(selection, rings, rows))["features"]
    written = {
        f["properties"]["weapon"]: f["properties"]
        for f in features
        if f["properties"]["feature"] == "ring"
    }
    for ring in rings:
        label, headline_km = ring.system.label, ring.system.band.headline_m / 1000
        assert table[label][7] == written[label]["headline_km"] == round(headline_km, 3)
        assert f"{table[label][6]:.3f}" == f"{ring.system.band.low_m / 1000:.3f}"


@pytest.mark.parametrize("column", ["low_km", "headline_km", "high_km"])
def test_ranges_are_sorted_as_numbers_with_missing_ones_last(run, column):
    text = run("weapons", "list", "--sort", column, "--format", "csv").out
    figures = [row[column] for row in csv.DictReader(io.StringIO(text))]
    numbers = [float(figure) for figure in figures if figure]
    assert numbers == sorted(numbers)
    assert figures[: len(numbers)] == [figure for figure in figures if figure]
    assert len(numbers) == len(NAMES)
