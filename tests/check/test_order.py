"""Which sites are listed, and in which order: by distances from GeographicLib."""

import csv
import io

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

import rangemap as rm
from rangemap.check import check_rows
from rangemap.check.order import overall_order, reached, with_nearest, with_shown
from rangemap.render.outputs import MapFiles

positions = st.tuples(st.floats(-89, 89), st.floats(-179, 179))
tables = st.lists(positions, min_size=1, max_size=12)
SELECT = ("-f", "33,44", "--range", "300 km")


def scenario_of(points, **keys):
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"name": f"{chr(90 - number)}{number}"},
        }
        for number, (lat, lon) in enumerate(points)
    ]
    sites = {"type": "FeatureCollection", "features": features}
    return rm.Scenario(
        origins=["33,44", "50,5"], ranges=["300 km", "2,000-6,000 km"], sites=sites, **keys
    )


def distance_m(origin, site):
    return Geodesic.WGS84.Inverse(*origin, *site)["s12"]


@given(points=tables)
def test_sites_are_sorted_by_distance_within_each_origin_and_weapon(points):
    rows = list(check_rows(scenario_of(points, sort="distance").select()))
    for start in range(0, len(rows), len(points)):
        part = rows[start : start + len(points)]
        assert len({(row.origin, row.system) for row in part}) == 1
        origin = part[0].origin.lonlat[::-1]
        found_m = [distance_m(origin, points[row.site_index]) for row in part]
        assert np.all(np.diff(found_m) > -1e-6)
        assert sorted(row.site_index for row in part) == list(range(len(points)))


@given(points=tables)
def test_strong_verdicts_come_first_and_then_the_nearest(points):
    rows = list(check_rows(scenario_of(points, sort="verdict").select()))
    order = ["inside", "disputed", "too_close", "outside"]
    for start in range(0, len(rows), len(points)):
        keys = [(order.index(r.verdict), r.distance_m) for r in rows[start : start + len(points)]]
        assert keys == sorted(keys)


@pytest.mark.thorough
@given(points=tables, wanted=st.integers(1, 12))
def test_the_nearest_sites_are_those_with_the_smallest_distance_from_any_origin(points, wanted):
    selection = scenario_of(points, nearest=wanted).select()
    least_m = [min(distance_m(o, site) for o in ((33, 44), (50, 5))) for site in points]
    kept = [int(name[1:]) for name in with_nearest(selection).sites.names]
    assert kept == sorted(kept)  # the order given
    assert len(kept) == min(wanted, len(points))
    left_out = set(range(len(points))) - set(kept)
    assert not left_out or max(least_m[i] for i in kept) <= min(least_m[i] for i in left_out) + 1e-6


@given(points=tables)
def test_sites_within_reach_are_those_nearer_than_the_highest_figure(points):
    selection = scenario_of(points).select()
    least_m = np.array([min(distance_m(o, p) for o in ((33, 44), (50, 5))) for p in points])
    clear = abs(least_m - 6e6) > 1e-3
    assert (reached(selection) == (least_m <= 6e6))[clear].all()
    assert sorted(overall_order(selection).tolist()) == list(range(len(points)))


def test_a_map_without_sites_shows_the_registry_within_reach_and_a_check_lists_all(run):
    table = list(csv.DictReader(io.StringIO(run("check", *SELECT, "--format", "csv").out)))
    registry = run("sites", "list", "--format", "csv").out.splitlines()[1:]
    assert len(table) == len(registry)
    distances = [float(row["distance_km"]) for row in table]
    assert distances == sorted(distances)
    within = [
        row["site"] for row in table if row["distance_km"] and float(row["distance_km"]) <= 300
    ]
    shown = with_shown(rm.Scenario(origins=["33,44"], ranges=["300 km"]).select()).sites.names
    assert set(within) <= set(shown) < {row["site"] for row in table}
    assert [r["site"] for r in table if r["verdict"] in {"inside", "disputed"}] == sorted(
        shown, key=[row["site"] for row in table].index
    )
    files = MapFiles(rm.Scenario(origins=["33,44"], ranges=["300 km"]).select())
    assert files.selection.sites.names == shown


@pytest.mark.parametrize(
    ("sort", "names"),
    [("name", "ABC"), ("given", "CAB"), ("distance", "BAC"), ("verdict", "BAC"), (None, "CAB")],
)
@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_every_table_has_the_order(run, tmp_path, monkeypatch, sort, names, kind):
    import pandas as pd

    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("name,lat,lon\nC,40,44\nA,34,44\nB,33.1,44\n")
    words = [*SELECT, "--sites", "s.csv", *(["--sort", sort] if sort else [])]
    for extra in ([], ["--per-site"]):
        assert run("check", *words, *extra, "-o", f"t.{kind}").status == 0
        read = getattr(pd, f"read_{kind}")
        assert "".join(read(tmp_path / f"t.{kind}")["site"]) == names
    if kind == "csv":
        assert run("map", *words, "-o", "m.csv").status == 0
        assert "".join(pd.read_csv(tmp_path / "m.csv")["site"]) == names


@pytest.mark.parametrize("option", [["--sort", "distance"], ["--nearest", "1"]])
@pytest.mark.parametrize("cause", [["--rejects", "r.csv"], ["--sum", "lat"]])
def test_a_file_read_in_chunks_cannot_be_sorted(run, tmp_path, monkeypatch, option, cause):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("name,lat,lon\nC,40,44\n")
    words = [*SELECT, "--sites", "s.csv", *option, *cause, "--format", "csv"]
    outcome = run("check", *words)
    if option[0] == "--sort" and cause[0] == "--sum":  # counts have no order
        assert outcome.status == 0
    else:
        assert outcome.status == 2
        assert f"{option[0]}: s.csv is read in chunks" in outcome.err


def test_odd_values_are_refused_in_one_line(run):
    for option, value, rule in (
        ("--sort", "size", "expected distance, name, verdict or given"),
        ("--nearest", "0", "expected a whole number from 1 up, as in 10"),
        ("--nearest", "-1", "expected a whole number"),
        ("--nearest", "many", "expected a whole number"),
    ):
        outcome = run("check", *SELECT, option, value)
        assert outcome.status == 1
        assert rule in outcome.err
