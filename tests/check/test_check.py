"""The check table compared with a brute-force second implementation, and its own guarantees."""

import csv
import gzip
import json
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

import rangemap as rm
from rangemap.check.table import COLUMNS, own_columns


def test_the_example_has_the_published_figures_and_geographiclibs_distance():
    table = rm.Scenario(
        origins=["Jurf Al Sakhar"],
        weapons=["Shahed-136", "Al Aqsa", "Fateh-110"],
        sites=["Ain Al Asad", "Erbil"],
        prefer="The National",
    ).check()
    assert tuple(table.columns) == COLUMNS
    asad = table[table["site_id"] == "ain-al-asad-air-base"].set_index("weapon")
    true_m = Geodesic.WGS84.Inverse(32.8667, 44.2139, 33.7856, 42.4412)["s12"]
    assert round(true_m / 1000, 1) == 194.0
    assert set(asad["distance_km"]) == {round(true_m / 1000, 3)}
    fateh = asad.loc["Fateh-110"]
    assert (fateh["low_km"], fateh["headline_km"], fateh["high_km"]) == (193, 500, 500)
    assert (fateh["verdict"], fateh["claims_reaching"], fateh["claims"]) == ("disputed", 6, 7)
    assert fateh["reason"] == "claims differ, position"  # 193 km is within the precision
    assert asad.loc["Al Aqsa", "verdict"] == "inside"
    assert asad.loc["Shahed-136", "verdict"] == "inside"
    assert fateh["margin_km"] == pytest.approx(500 - true_m / 1000, abs=5e-4)
    assert fateh["precision_km"] == pytest.approx(2.1 + 1.8)


def test_without_a_preferred_publisher_the_headline_is_the_median():
    table = rm.Scenario(origins=["Jurf Al Sakhar"], weapons=["Fateh-110"], sites=["Erbil"]).check()
    assert table["headline_km"].tolist() == [300]


def airports(testdata):
    path = testdata / "airports" / "ourairports_large_medium.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return path, [
            (float(row["latitude_deg"]), float(row["longitude_deg"]))
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize(
    "origin", ["39.03,125.75", "-17.7,178", "89.5,10", "0,179.99"], ids=lambda text: f"from {text}"
)
def test_the_summary_matches_brute_force_at_every_airport(run, testdata, origin):
    path, positions = airports(testdata)
    lat, lon = (float(part) for part in origin.split(","))
    true_m = np.array([
        Geodesic.WGS84.Inverse(lat, lon, *position, Geodesic.DISTANCE)["s12"]
        for position in positions
    ])  # fmt: skip
    radii_km = [70, 250, 500, 1300, 2000, 5500, 10_000, 15_000, 18_000]
    ranges = [word for radius in radii_km for word in ("--range", f"{radius} km")]
    outcome = run(
        "check", "--from", origin, *ranges, "--sites", path, "--summary", "--format", "csv"
    )
    assert (outcome.status, outcome.err) == (0, "")
    rows = list(csv.DictReader(outcome.out.splitlines()))
    assert [int(row["sites"]) for row in rows] == [len(positions)] * len(radii_km)
    assert [int(row["inside"]) for row in rows] == [
        int((true_m <= r * 1000).sum()) for r in radii_km
    ]
    assert [int(row["outside"]) for row in rows] == [
        int((true_m > r * 1000).sum()) for r in radii_km
    ]
    # Every single verdict, not only the counts.
    radius = radii_km[6]
    table = run(
        "check", "--from", origin, "--range", f"{radius} km", "--sites", path, "--format", "csv"
    )
    verdicts = [row["verdict"] for row in csv.DictReader(table.out.splitlines())]
    assert verdicts == ["inside" if d <= radius * 1000 else "outside" for d in true_m]


@pytest.mark.parametrize("origin", ["-17.7,178", "89.5,10", "0,179.99"], ids=lambda o: f"from {o}")
def test_every_verdict_matches_brute_force_at_generated_sites(run, tmp_path, origin):
    rng = np.random.default_rng(20240121)
    lons = rng.uniform(-180, 180, 1500).round(6).tolist()
    lats = np.degrees(np.arcsin(rng.uniform(-1, 1, 1500))).round(6).tolist()
    rows = [f"S{n},{lat},{lon}" for n, (lat, lon) in enumerate(zip(lats, lons, strict=True))]
    path = tmp_path / "sites.csv"
    path.write_text("\n".join(["name,lat,lon", *rows]))
    words = ["--from", origin, "--range", "Band=4,000-9,000 km (min 1,500 km)", "--sites", path]
    outcome = run("check", *words, "--format", "csv")
    lat, lon = (float(part) for part in origin.split(","))
    expected = []
    for place in zip(lats, lons, strict=True):
        d = Geodesic.WGS84.Inverse(lat, lon, *place, Geodesic.DISTANCE)["s12"]
        near = "too_close" if d < 1500e3 else "inside" if d <= 4000e3 else "disputed"
        expected.append("outside" if d > 9000e3 else near)
    assert [row["verdict"] for row in csv.DictReader(outcome.out.splitlines())] == expected
    assert len(set(expected)) == 4


def test_the_economist_cities_have_correct_verdicts():
    # The map of 3 May 2003, corrected two weeks later: reference case C1.
    inside_10000 = {"London": "51.5074,-0.1278", "Los Angeles": "34.0522,-118.2437", "Madrid": "40.4168,-3.7038"}  # fmt: skip
    outside_10000 = {"Lisbon": "38.7223,-9.1393", "Chicago": "41.8781,-87.6298", "New York": "40.7128,-74.006"}  # fmt: skip
    sites = [*inside_10000.values(), *outside_10000.values()]
    table = rm.Scenario(origins=["39.03,125.75"], ranges=["10,000 km"], sites=sites).check()
    assert table["verdict"].tolist() == ["inside"] * 3 + ["outside"] * 3
    assert table["distance_km"].round(1).tolist() == pytest.approx(
        [8685.6, 9579.7, 9824.1, 10246.5, 10431.4, 10949.5], abs=0.11
    )


@pytest.mark.parametrize(
    ("radius_km", "site", "verdict"),
    [
        # C3: polygons of 24 and 36 vertices misjudge these
        (300, "33.509058,47.577788", "inside"),
        (2000, "51.185743,46.813353", "inside"),
        (2000, "51.239309,46.823326", "outside"),
        # C4: a sphere misjudges these
        (2000, "15.295674,44.3661", "inside"),
        (2000, "31.487061,65.584424", "outside"),
    ],
)
def test_sites_misjudged_by_polygons_and_spheres_are_judged_correctly(radius_km, site, verdict):
    table = rm.Scenario(
        origins=["33.3152,44.3661"], ranges=[f"{radius_km} km"], sites=[site]
    ).check()
    assert table["verdict"].tolist() == [verdict]


def test_check_is_exact_for_radii_beyond_the_largest_ring():
    # At 19,970.3 km or more there is no ring; the antipode on the equator is 20,003.9 km away.
    table = rm.Scenario(origins=["0,0"], ranges=["19,990 km"], sites=["0,180", "0.5,179.7"]).check()
    assert table["verdict"].tolist() == ["outside", "inside"]


def test_rows_are_ordered_by_origin_weapon_and_site_as_given():
    table = rm.Scenario(
        origins=["Erbil", "0,0"], ranges=["B=2 km", "A=1 km"], sites=["Erbil", "Ain Al Asad"]
    ).check()
    assert table[["origin", "weapon", "site"]].values.tolist() == [
        [origin, weapon, site]
        for origin in ("Erbil", "0,0")
        for weapon in ("B", "A")
        for site in ("Erbil", "Ain Al Asad air base")
    ]


def test_the_inputs_own_columns_follow_without_replacing_any(tmp_path, run):
    path = tmp_path / "sites.csv"
    path.write_text("id,name,lat,lon,verdict,precision_km,iata\n7,A,0,1,mine,0.5,NA\n")
    outcome = run("check", "--from", "0,0", "--range", "1 km", "--sites", path, "--format", "json")
    (row,) = json.loads(outcome.out)
    assert list(row) == [*COLUMNS, *own_columns(["id", "name", "lat", "lon", "verdict", "precision_km", "iata"])]  # fmt: skip
    assert (row["site_id"], row["site"], row["iata"]) == ("7", "A", "NA")
    assert (row["verdict"], row["input_verdict"]) == ("outside", "mine")
    assert (row["precision_km"], row["input_precision_km"]) == (0.5, "0.5")


def test_replace_makes_variants_of_a_scenario():
    scenario = rm.Scenario(origins=["0,0"], ranges="B=2 km", extent="170,-30,-170,0")
    assert (scenario.ranges, scenario.extent.east) == (("B=2 km",), 190)
    assert replace(scenario, units="mi") == rm.Scenario(
        origins=("0,0",), ranges=["B=2 km"], extent=scenario.extent, units="mi"
    )
    with pytest.raises(FrozenInstanceError):
        scenario.units = "mi"
    with pytest.raises(rm.RangemapError, match="scenario: units is 'm': expected km, mi or nmi"):
        replace(scenario, units="m")
    with pytest.raises(rm.RangemapError, match="did you mean 'weapons'"):
        rm.Scenario(weapon="Fateh-110")
