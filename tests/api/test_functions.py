"""The public functions other than `Scenario`: catalogue and registry tables, rings, verdicts."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

import rangemap as rm


def test_load_weapons_matches_weapons_list(run):
    frame = rm.load_weapons()
    printed = json.loads(run("weapons", "list", "--format", "json").out)
    assert json.loads(frame.to_json(orient="records")) == printed
    kinds = frame.select_dtypes("float64").columns.tolist()
    assert kinds == ["low_km", "headline_km", "high_km", "min_km"]
    assert frame["claims"].dtype == frame["publishers"].dtype == "int64"
    assert frame["id"].is_unique


def test_load_claims_lists_every_claim_by_the_name_that_exclude_accepts():
    claims = rm.load_claims()
    assert claims["claim"].is_unique
    assert claims.groupby("weapon").size().sum() == rm.load_weapons()["claims"].sum()
    drawn = claims.query("weapon == 'Fateh-110' and drawn and variant.isna()")
    before = rm.Scenario(origins="0,0", weapons="Fateh-110").rings()
    assert drawn["high_km"].max() == before["high_km"].item()
    highest = drawn.loc[drawn["high_km"] == drawn["high_km"].max(), "claim"].tolist()
    after = rm.Scenario(origins="0,0", weapons="Fateh-110", exclude=highest).rings()
    assert after["high_km"].item() < before["high_km"].item()
    assert claims["publisher"].notna().all()


def test_load_claims_states_kinds_and_leaves_out_what_is_not_known(tmp_path):
    claims = rm.load_claims()
    assert claims["publisher_kind"].notna().all()
    by_name = claims.drop_duplicates("publisher").set_index("publisher")
    assert by_name.loc["TASS", ["publisher_kind", "state_media"]].tolist() == ["news agency", True]
    assert by_name.loc["MBDA", "publisher_kind"] == "manufacturer"
    assert by_name.loc["Al Jazeera", "state_media"] is None
    credited = claims[claims["attributed_to"].notna()]
    assert credited["attributed_kind"].notna().all()
    assert claims.loc[claims["attributed_to"].isna(), "attributed_kind"].isna().all()
    path = tmp_path / "w.yaml"
    path.write_text(
        "weapons:\n- {id: w, name: W, country: A, category: rocket, claims: ["
        "{id: a, range: 100 km, source: {publisher: Mine}}]}\n"
    )
    assert rm.load_claims(path)[["publisher_kind", "state_media"]].isna().all(axis=None)


def test_ones_own_catalogue_can_be_loaded(tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text(
        "weapons:\n- {id: w, name: W, country: A, category: rocket, claims: ["
        "{id: a, range: 100 km, source: {publisher: A}}]}\n"
    )
    for catalogue in (path, str(path), [path]):
        assert rm.load_weapons(catalogue)["headline_km"].tolist() == [100.0]
    both = rm.load_weapons(["built-in", path])
    assert len(both) == len(rm.load_weapons()) + 1
    assert rm.load_claims(path)["claim"].tolist() == ["w/a"]
    assert rm.load_claims(path)["min_km"].dtype == "float64"
    with pytest.raises(rm.RangemapError, match=r"no\.yaml"):
        rm.load_weapons("no.yaml")


def test_load_sites_returns_the_sites_of_a_scenario():
    sites = rm.load_sites()
    assert sites.crs.to_epsg() == 4326
    assert sites["id"].is_unique
    keys = {"origins": ["Baghdad"], "weapons": ["Fateh-110"]}
    # Sites of the user keep their order unless told; the built-in ones are nearest first.
    given = rm.Scenario(**keys, sites=sites, sort="distance").check()
    default = rm.Scenario(**keys).check()
    columns = default.columns.tolist()
    pd.testing.assert_frame_equal(given[columns], default)
    assert given["country"].notna().all()


@pytest.mark.parametrize(("lon", "lat"), [(44.4, 33.3), (179.9, 0), (0, 89.9), (-120, -89)])
def test_a_ring_contains_the_positions_within_the_distance(lon, lat):
    area = rm.ring(lon, lat, 500_000)
    assert area.is_valid
    assert shapely.contains_xy(area, lon, lat)
    points = np.random.default_rng(1).uniform((-180, -90), (180, 90), (20_000, 2))
    offsets = np.linspace(-8, 8, 41)
    around = np.stack(np.meshgrid(lon + offsets, lat + offsets), -1).reshape(-1, 2)
    around = around[np.abs(around[:, 1]) <= 90]
    around[:, 0] = (around[:, 0] + 180) % 360 - 180
    x, y = np.concatenate([points, around]).T
    distances = rm.distance(lon, lat, x, y)
    sure = np.abs(distances - 500_000) > 50
    inside = shapely.contains_xy(area, x, y)
    assert (inside[sure] == (distances < 500_000)[sure]).all()


def test_an_impossible_ring_is_refused():
    for wrong in ((0, 95, 1000), (0, 0, 0), (0, 0, 2e7), ("a", 0, 1), (None, 0, 1)):
        with pytest.raises(rm.RingError):
            rm.ring(*wrong)
    with pytest.raises(rm.RingError):
        rm.distance(0, 0, ["x"], [0])


def test_judge_returns_the_verdicts_of_a_scenario():
    scenario = rm.Scenario(
        origins=["Jurf Al Sakhar"], weapons=["Fateh-110"], ranges=["Band=90-300 km (min 20 km)"]
    )
    table = scenario.check().set_index("site_id")
    for system in scenario.select().systems:
        rows = table[table["weapon"] == system.label]
        found = rm.judge(system.band, rows["distance_km"] * 1000, rows["precision_km"] * 1000)
        pd.testing.assert_frame_equal(found, rows[["verdict", "reason", "claims_reaching"]])
    assert rm.judge("90-300 km", 100_000)["verdict"].tolist() == ["disputed"]
    for wrong in (-1, np.nan, np.inf, "a"):
        with pytest.raises(rm.RingError, match="judge"):
            rm.judge("90-300 km", [wrong])
    with pytest.raises(rm.QuantityError):
        rm.judge("far", [1])
