"""Longitudes from 180 to 360 are read only in a file without negative ones; all its rows decide it."""

import csv
import io
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rangemap as rm
from rangemap.catalogue import bare_system
from rangemap.check.answer import answer
from rangemap.check.job import Job
from rangemap.check.rows import Rows
from rangemap.errors import PlaceError
from rangemap.geodesy.position import LonLat
from rangemap.scenario.origins import Origin, OriginKind
from rangemap.scenario.pairs import combinations
from rangemap.sites import open_sites
from tests.importing.reading import positions, sites

ASK = ("--from", "50,-170", "--range", "9000 km")
FORMATS = [".csv", ".parquet", ".gpkg", ".fgb", ".shp", ".geojson", ".kml", ".xlsx"]
CHUNKED = [".csv", ".parquet", ".gpkg", ".fgb"]


def write(path: Path, lons: list[float], lat: float = 50.0) -> Path:
    table = pd.DataFrame({"name": [f"N{number}" for number in range(len(lons))]})
    if path.suffix in {".csv", ".xlsx"}:
        table = table.assign(lat=lat, lon=lons)
        (table.to_csv if path.suffix == ".csv" else table.to_excel)(path, index=False)
        return path
    if path.suffix == ".kml":  # GDAL writes no longitude above 180
        places = zip(table.name, lons, strict=True)
        path.write_text(
            "<kml>"
            + "".join(
                f"<Placemark><name>{name}</name><Point><coordinates>{lon},{lat}</coordinates></Point></Placemark>"
                for name, lon in places
            )
            + "</kml>"
        )
        return path
    points = gpd.points_from_xy(lons, [lat] * len(lons))
    frame = gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")
    if path.suffix == ".parquet":
        frame.to_parquet(path, row_group_size=3)
    else:
        frame.to_file(path, **({"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}))
    return path


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("suffix", FORMATS)
def test_longitudes_from_0_to_360_are_read_where_none_is_negative(run, tmp_path, suffix):
    lons = [201.7, 126.9, 0.0, 360.0, 180.0]
    path = write(tmp_path / f"s{suffix}", lons)
    outcome = run("check", *ASK, "--sites", path, "--format", "csv")
    assert outcome.status == 0
    for row, lon in zip(rows_of(outcome.out), lons, strict=True):
        distance_km = Geodesic.WGS84.Inverse(50, -170, 50, lon)["s12"] / 1000
        assert float(row["distance_km"]) == pytest.approx(distance_km, abs=0.0006)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_stray_longitude_is_refused_however_the_file_is_read(run, tmp_path, monkeypatch, suffix):
    lons = [-76.9, 244.0, 44.4, -0.1, 201.7]
    path = write(tmp_path / f"s{suffix}", lons)
    out = tmp_path / "out.csv"
    small = run("check", *ASK, "--sites", path, "-o", out)
    assert (small.status, small.out) == (1, "")
    first, second = [2, 5] if suffix != ".xlsx" else [3, 6]  # as the spreadsheet shows
    lines = small.err.splitlines()
    assert f" {first}" in lines[0]
    assert (
        "longitude 244 is outside -180 to 180 in a file with negative longitudes; write -116"
        in lines[0]
    )
    assert f" {second}" in lines[1]
    assert "write -158.3 if that is meant" in lines[1]
    monkeypatch.setattr("rangemap.cli.check._MEDIUM", 0)
    assert run("check", *ASK, "--sites", path, "-o", out) == small
    assert not out.exists()
    assert run("map", *ASK, "--sites", path, "-o", tmp_path / "x.html").status == 1
    # Without these rows, the result is that of a file without them.
    rejects = tmp_path / "r.csv"
    assert run("check", *ASK, "--sites", path, "-o", out, "--rejects", rejects).status == 0
    assert [row["row"] for row in rows_of(rejects.read_text())] == [str(first), str(second)]
    kept = [row["distance_km"] for row in rows_of(out.read_text())]
    rest = write(tmp_path / f"t{suffix}", [lon for lon in lons if lon < 180])
    assert run("check", *ASK, "--sites", rest, "-o", out).status == 0
    assert kept == [row["distance_km"] for row in rows_of(out.read_text())]


@pytest.mark.thorough
@pytest.mark.parametrize("suffix", CHUNKED)
def test_several_processes_refuse_it_in_the_same_words(run, tmp_path, monkeypatch, suffix):
    path = write(tmp_path / f"s{suffix}", [-76.9, 244.0, 44.4, -0.1, 201.7])
    words = ("check", *ASK, "--sites", path, "-o", tmp_path / "out.csv")
    small = run(*words)
    monkeypatch.setattr("rangemap.cli.check._MEDIUM", 0)
    assert run(*words, "--workers", "2") == small
    assert not (tmp_path / "out.csv").exists()


def judged(path: Path, chunk_rows: int, *, refuse: bool = True) -> object:
    """The counts of a check in chunks, or its refusal."""
    origin = Origin(name="O", kind=OriginKind.POSITION, lonlat=LonLat(0, 0), precision_m=0.0)
    job = Job(pairs=combinations([origin], [bare_system("9000 km")]), rows=Rows.COUNT)
    try:
        with answer(job, open_sites(str(path), chunk_rows=chunk_rows), refuse=refuse) as found:
            rows = [reject.row for reject in found.total.rejects]
            return rows, found.total.n_rows, list(found.counts())
    except PlaceError as error:
        return str(error)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from([-170.0, -1.0, 0.0, 90.0, 181.0, 270.0, 400.0]), min_size=1, max_size=45
    )
)
def test_neither_order_nor_chunks_change_what_is_refused(tmp_path, lons):
    path = write(tmp_path / "s.csv", lons)
    whole = judged(path, 10**6)
    assert all(judged(path, chunk_rows) == whole for chunk_rows in (1, 2, 7))
    stray = [number for number, lon in enumerate(lons, 1) if 180 < lon <= 360]
    invalid = [number for number, lon in enumerate(lons, 1) if lon > 360]
    if min(lons) < 0:
        invalid = sorted(invalid + stray)
    assert isinstance(whole, str) == bool(invalid)
    for chunk_rows in (1, 7, 10**6):
        rows, n_rows, _ = judged(path, chunk_rows, refuse=False)
        assert (rows, n_rows) == (invalid, len(lons))
    try:
        table = open_sites(str(path)).table()
    except PlaceError as error:
        lines = [line for line in str(error).splitlines() if ": row " in line]
        assert whole.startswith("\n".join(line.partition("; or skip")[0] for line in lines))
    else:
        assert not invalid
        assert ((table.lon >= -180) & (table.lon <= 180)).all()


def test_a_program_s_own_data_follow_the_same_rule():
    ask = {"origins": ["50,-170"], "ranges": ["9000 km"]}
    table = pd.DataFrame({"name": ["A", "B"], "lat": [50.0, 50.0], "lon": [244.0, 44.4]})
    points = {"type": "MultiPoint", "coordinates": [(244, 50), (44.4, 50)]}
    stray = {"type": "MultiPoint", "coordinates": [(244, 50), (-44.4, 50)]}
    for data in (table, points):
        found = rm.Scenario(**ask, sites=data).check()
        distance_km = Geodesic.WGS84.Inverse(50, -170, 50, 244)["s12"] / 1000
        assert found["distance_km"].iloc[0] == pytest.approx(distance_km, abs=0.0006)
    for data in (table.assign(lon=[244.0, -44.4]), stray):
        with pytest.raises(PlaceError, match="longitude 244 is outside -180 to 180 in a file"):
            rm.Scenario(**ask, sites=data).check()


@pytest.mark.parametrize("suffix", [".csv", ".gpkg", ".geojson", ".kml"])
def test_an_import_wraps_positions_of_every_format_only_as_a_whole(tmp_path, suffix):
    path = write(tmp_path / f"s{suffix}", [201.7, 126.9])
    assert positions(sites(path)[0]) == {"N0": (50, -158.3), "N1": (50, 126.9)}
    path = write(tmp_path / f"t{suffix}", [201.7, -126.9])
    result, _ = sites(path)
    assert "longitude 201.7 is outside -180 to 180; --wrap brings it" in result.rejects[0].reason
    assert positions(sites(path, wrap=True)[0]) == {"N0": (50, -158.3), "N1": (50, -126.9)}
