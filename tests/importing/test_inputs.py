"""Small inputs of known faults in tables of positions, kept outside the repository with the right values."""

import pytest

from tests.importing.reading import noted, positions, sites

RIGHT = {
    "split_dm.csv": {"Port A": (-12.05, -77.15), "Port B": (-33 - 2 / 60, -71 - 37 / 60), "Port C": (16 + 56 / 60, 54)},
    "hemi_cols.csv": {"Port A": (-12.05, -77.15), "Port B": (-33.03, -71.62), "Port C": (-23.96, -46.33)},
    "hemi_head.csv": {"Base A": (32.38, -99.85), "Base B": (38.81, -76.87), "Base C": (34.90, -117.88)},
    "rindex.csv": {"Baghdad": (33.31, 44.36), "Erbil": (36.19, 44.01)},
    "triple.csv": {"A": (33.3152, 44.3661), "B": (36.1911, 44.0092), "C": (30.5081, 47.7804)},
    "compact_dms.csv": {"Tehran": (35.689167, 51.313333), "Baghdad": (33.2625, 44.234444)},
    "leadpoint.csv": {"A": (51.5, -0.1278), "B": (51.4, 0.05)},
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_an_input_gives_its_right_values(testdata, name):
    result, _ = sites(testdata / "inputs" / name)
    assert not result.rejects
    found = positions(result)
    assert set(found) == set(RIGHT[name])
    for place, expected in RIGHT[name].items():
        assert found[place] == pytest.approx(expected, rel=0, abs=1e-6)


def test_the_stray_and_the_exchanged_rows_are_named(testdata):
    result, log = sites(testdata / "inputs" / "order_outlier.csv")
    assert noted(log, "order").startswith("lon,lat")
    assert [reject.row for reject in result.rejects] == [8]
    _, log = sites(testdata / "inputs" / "partial_swap.csv")
    assert noted(log, "outside").startswith("2 places (row 3 'Erbil'")
    assert "row 6 'Najaf'" in noted(log, "outside")
    _, log = sites(testdata / "inputs" / "null_island.csv")
    assert noted(log, "at 0,0").startswith("2 places (rows 3, 4;")


def test_headers_below_titles_and_above_data_are_found(testdata):
    _, log = sites(testdata / "inputs" / "header_is_data.csv", columns={"name": "Port"})
    assert noted(log, "header").startswith("row 1 ")
    _, log = sites(testdata / "inputs" / "title_row.xlsx", columns={"name": "Plant Name"})
    assert noted(log, "header").startswith("row 2 ")
