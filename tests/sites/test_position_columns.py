"""Columns of positions in files and frames of sites: complete, and of one family, or refused."""

import pandas as pd
import pytest

from rangemap.errors import PlaceError
from rangemap.sites import open_sites
from rangemap.sites.columns import ColumnNames
from rangemap.sites.frames import table_of
from rangemap.sites.position_columns import pair_columns


def opened(tmp_path, header: str, row: str, **columns):
    path = tmp_path / "s.csv"
    path.write_text(f"{header}\n{row}\n")
    return open_sites(str(path), ColumnNames(**columns)).table()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("name,lat_deg,lat_min,lat_hemi,lon_deg,lon_min,lon_hemi", "'lat_min', 'lat_hemi'"),
        ("name,Latitude,N/S,Longitude,E/W", "'N/S', 'E/W'"),
        ("name,lat,min,lon,min_1", "'min', 'min_1'"),
        ("name,latitude,longitude,latitude_ref,longitude_ref", "'latitude_ref'"),
    ],
)
def test_a_position_in_more_columns_is_refused_with_the_import(tmp_path, header, part):
    row = ",".join(["A", *["1"] * header.count(",")])
    with pytest.raises(PlaceError) as refused:
        opened(tmp_path, header, row)
    assert f"the position is also in {part}" in str(refused.value)
    assert "rangemap sites import" in str(refused.value)
    with pytest.raises(PlaceError, match=r"combine them into decimal degrees"):
        table_of(pd.DataFrame([row.split(",")], columns=header.split(",")), source="sites")


def test_edges_of_a_box_are_not_minutes(tmp_path):
    table = opened(tmp_path, "name,lat,lon,lat_min,lat_max,lon_min,lon_max", "A,1,2,0,2,1,3")
    assert (table.lat.tolist(), table.lon.tolist()) == ([1], [2])


def test_a_named_column_of_the_west_is_refused(tmp_path):
    with pytest.raises(PlaceError, match=r"'Longitude \(W\)' are south or west"):
        opened(tmp_path, "name,lat,Longitude (W)", "A,1,2", lon="Longitude (W)")


def test_a_column_of_row_numbers_is_not_a_longitude(tmp_path):
    with pytest.raises(PlaceError, match=r"no longitude column .* it has X, name, lat, lng_wgs84"):
        opened(tmp_path, "X,name,lat,lng_wgs84", "1,A,33.31,44.36")
    table = opened(tmp_path, "X,name,lat,lng_wgs84", "1,A,33.31,44.36", lon="lng_wgs84")
    assert table.lon.tolist() == [44.36]
    assert pair_columns(["x", "y", "lat", "lng"]) == (2, 3)
    assert pair_columns(["x", "name", "y"]) == (2, 0)


@pytest.mark.parametrize("header", ["Site Name", "place", "title", "site", "NAME"])
def test_a_column_of_names_comes_before_ids(tmp_path, header):
    table = opened(tmp_path, f"{header},ID,lat,lon", "Depot North,17,33.31,44.36")
    assert (table.names, table.ids) == (("Depot North",), ("17",))
