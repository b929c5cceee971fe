"""Verdicts from a country: by distance, the same in memory, in chunks and counted."""

import csv
import io

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from rangemap.catalogue import bare_system
from rangemap.check.kernel import tally, verdict_codes
from rangemap.check.points import SitePoints
from rangemap.check.verdicts import VERDICTS, judge
from rangemap.io.basemap import read_country
from rangemap.scenario.origins import country_origin
from tests.geodesy.borders import joined, near, over_the_globe

COMMAND = ("check", "--from-country", "Cuba", "--range", "Near=150-300 km (min 50 km)")


@pytest.mark.parametrize("country", ["Cuba", "Fiji", "South Africa"])
def test_verdicts_by_chords_are_those_of_distances(country):
    origin, rng = country_origin(country), np.random.default_rng(3)
    border = origin.area.measured.border.starts
    lon, lat = joined(over_the_globe(rng, 300), near(rng, border, 600, 900_000))
    precision_m = rng.choice([0.0, 5000.0], len(lon))
    bands = [bare_system(text).band for text in ("150-300 km", "500 km", "9,000-19,000 km")]
    points = SitePoints(lon, lat, precision_m, n_origins=1)
    distances_m = origin.distances_m(lon, lat)
    expected = [judge(b, distances_m, precision_m + origin.precision_m).verdicts for b in bands]
    found = list(verdict_codes(points, [(origin, bands)]))
    assert all((a == b).all() for a, b in zip(found, expected, strict=True))
    (counted,) = tally(points, [(origin, bands)])
    assert counted.counts.tolist() == [np.bincount(e, minlength=4).tolist() for e in expected]


def test_the_distance_of_a_city_is_that_to_the_finest_border():
    # Baghdad is nearest to a point of the border that is 114 km away.
    finest = np.concatenate([shapely.get_coordinates(p) for p in read_country("high", "Iran")])
    here = finest[(np.abs(finest[:, 1] - 33.3152) < 2) & (np.abs(finest[:, 0] - 44.3661) < 3)]
    least_m = min(Geodesic.WGS84.Inverse(33.3152, 44.3661, lat, lon)["s12"] for lon, lat in here)
    found_m = country_origin("Iran").distances_m([44.3661], [33.3152])[0]
    assert found_m == pytest.approx(least_m, abs=country_origin("Iran").precision_m)


def test_a_check_in_chunks_and_its_summary_agree_with_the_table(tmp_path, run):
    rng = np.random.default_rng(4)
    border = country_origin("Cuba").area.measured.border.starts
    lon, lat = near(rng, border, 200, 600_000)
    rows = [f"s{i},{y:.6f},{x:.6f}" for i, (x, y) in enumerate(zip(lon, lat, strict=True))]
    sites = tmp_path / "s.csv"
    sites.write_text("\n".join(["name,latitude,longitude", *rows, "Havana,23.13,-82.36"]) + "\n")
    shown = run(*COMMAND, "--sites", sites, "--format", "csv")
    table = list(csv.DictReader(io.StringIO(shown.out)))
    run(*COMMAND, "--sites", sites, "-o", tmp_path / "x.csv")
    streamed = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    assert [{k: v for k, v in row.items() if k != "edition"} for row in streamed] == table
    summary = run(*COMMAND, "--sites", sites, "--summary", "--format", "csv").out
    (counts,) = csv.DictReader(io.StringIO(summary))
    for verdict in VERDICTS:
        assert int(counts[verdict]) == sum(row["verdict"] == verdict for row in table)
    # Inside, the distance is 0 and the minimum range does not count.
    havana = table[-1]
    assert (havana["distance_km"], havana["verdict"], havana["origin_kind"]) == (
        "0.0",
        "inside",
        "area",
    )
    assert "minimum ranges are not used from an area" in shown.err


def test_a_country_as_a_place_suggests_the_option(run):
    assert "--from-country IR" in run("check", "--from", "Iran", "--range", "1 km").err
    assert "closest: Iran" in run("check", "--from-country", "Irann", "--range", "1 km").err
