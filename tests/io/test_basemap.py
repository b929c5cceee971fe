"""The packaged base map: who has which place, how much of it is wrong, and how its parts fit."""

import csv
import gzip
from functools import cache

import numpy as np
import pytest
import shapely

from rangemap.geodesy import LonLat, distance_m
from rangemap.io.basemap import (
    Kind,
    country_names,
    grid_of,
    read_basemap,
    read_country,
    read_country_parts,
    read_tiles,
    read_world,
    unnamed_countries,
)
from rangemap.places import built_in_gazetteer

LEVELS = ("low", "medium", "high")

PLACES = [
    # Crimea is in Ukraine, up to its outer capes and its isthmus.
    ("Ukraine", 34.10, 44.95), ("Ukraine", 36.40, 45.34), ("Ukraine", 34.39, 45.71),
    ("Ukraine", 33.70, 44.75), ("Ukraine", 33.80, 46.10), ("Russia", 37.30, 45.10),
    # Western Sahara is separate, on both sides of the berm, up to 27 degrees 40 minutes.
    ("W. Sahara", -13.10, 27.00), ("W. Sahara", -11.67, 26.74), ("W. Sahara", -15.00, 24.00),
    ("W. Sahara", -10.00, 26.30), ("W. Sahara", -9.50, 27.60), ("Morocco", -9.50, 27.75),
    ("Morocco", -12.00, 27.80), ("Mauritania", -9.00, 25.50), ("Algeria", -8.50, 27.40),
    # Natural Earth's lines of control.
    ("Israel", 35.77, 33.10), ("Kosovo", 21.00, 42.60), ("N. Cyprus", 33.80, 35.28),
    ("Somaliland", 44.10, 9.60), ("India", 74.80, 34.10), ("Pakistan", 73.47, 34.37),
    ("China", 79.50, 35.20), ("Palestine", 35.20, 31.95), ("Taiwan", 121.00, 24.00),
    # Areas that the source draws apart.
    ("Kazakhstan", 63.30, 45.70), ("North Macedonia", 21.40, 41.90), ("Cuba", -75.20, 20.10),
    # Both sides of 180 degrees, and the South Pole.
    ("Russia", 175.00, 66.50), ("Russia", -173.00, 66.50), ("Fiji", 178.00, -17.80),
    ("Antarctica", 0.0, -89.5), ("Antarctica", 179.99, -85.0), ("Antarctica", -179.99, -85.0),
    # Land without any of the edges of its tile.
    ("Iraq", 44.40, 33.30), ("Algeria", 2.00, 27.00), ("Australia", 134.00, -25.00),
]  # fmt: skip


@cache
def world(level):
    return read_world(level)


@cache
def land(level):
    countries = world(level).countries
    names = [name for name, parts in countries.items() for _ in parts]
    parts = [part for parts in countries.values() for part in parts]
    return shapely.STRtree(parts), names


def owners(level, lon, lat):
    tree, names = land(level)
    return {names[i] for i in tree.query(shapely.Point(lon, lat), predicate="intersects")}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("country", "lon", "lat"), PLACES)
def test_each_place_is_in_its_country(level, country, lon, lat):
    assert owners(level, lon, lat) == {country}


@pytest.fixture(scope="module")
def towns():
    rows = built_in_gazetteer()._towns
    return rows, np.array([town.lonlat for town in rows])


ON_THE_SHORE = "the position is on the shore, which the source draws with an error of some 100 m"
IN_THE_SEA = {
    "Beira": (0.05, ON_THE_SHORE),
    "Victoria": (0.05, ON_THE_SHORE),
    "Copenhagen": (0.05, ON_THE_SHORE),
    "Xiamen": (0.2, ON_THE_SHORE),
    "Balikpapan": (0.2, ON_THE_SHORE),
    "Shantou": (0.2, "at the mouth of the Han, which the source draws as open sea"),
    "Cagayan de Oro": (0.3, ON_THE_SHORE),
    "Belém": (0.3, "on the bay of Guajará, which the source draws too wide"),
    "Lagos": (0.5, "between lagoons, of which the source leaves out the islands"),
    "Quebec City": (0.6, "on the Saint Lawrence, which the source draws too wide"),
    "Baoshan": (0.6, "on the Yangtze, whose shore has moved outwards"),
    "Florianópolis": (1.0, "on an island, whose strait the source draws too wide"),
    "Kanayannur": (1.3, "among the backwaters of Kochi, which the source draws as open sea"),
    "Guayaquil": (1.5, "on the Guayas, which the source draws too wide"),
    "Kota Kinabalu": (2.1, "on a coast that the source generalises"),
    "Mombasa": (2.1, "on an island that the source leaves out"),
}
"""Towns of more than 500,000 people in the sea: kilometres to drawn land, and why."""


def in_the_sea(level, towns):
    rows, lonlat = towns
    tree, _ = land(level)
    dry = np.unique(tree.query(shapely.points(lonlat), predicate="intersects")[0])
    return np.setdiff1d(np.arange(len(rows)), dry)


def kilometres_to_land(lon, lat):
    lattice = np.array([-1.0, 0.0, 1.0])
    near = read_basemap("high", lon + np.repeat(lattice, 3), lat + np.tile(lattice, 3))
    edges = shapely.union_all(
        [part.boundary for parts in near.countries.values() for part in parts]
    )
    points = shapely.get_coordinates(shapely.segmentize(edges, 0.001))
    close = points[np.hypot(*(points - [lon, lat]).T) < 0.5]
    return float(distance_m(LonLat(lon, lat), *close.T).min()) / 1000


def test_few_towns_lie_in_the_sea(towns):
    rows, lonlat = towns
    wet = in_the_sea("high", towns)
    assert len(rows) > 34_000
    assert len(wet) <= 0.017 * len(rows)  # 522 of 34,006: 1.5 %
    large = [i for i in wet if rows[i].population > 500_000]
    far = {rows[i].name: kilometres_to_land(*lonlat[i]) for i in large}
    assert far.keys() <= IN_THE_SEA.keys()
    for name, km in far.items():
        assert km < 3
        assert km == pytest.approx(IN_THE_SEA[name][0], abs=0.1), name


@pytest.mark.parametrize(("level", "share"), [("medium", 0.02), ("low", 0.05)])
def test_coarser_levels_drown_few_more(level, share, towns):
    assert len(in_the_sea(level, towns)) < share * len(towns[0])


def test_the_towns_of_natural_earth_are_in_their_countries(testdata):
    """Another file of the same source; names of countries are compared by their first word."""
    path = testdata / "basemap" / "ne_10m_populated_places_simple.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["pop_max"]) > 300_000]
    alike = {"Somaliland": "Somalia", "Hong Kong": "China", "Macao": "China"}
    wrong = []
    for row in rows:
        found = {
            alike.get(name, name)
            for name in owners("high", float(row["longitude"]), float(row["latitude"]))
        }
        shared = {row["adm0name"]}
        if (
            found
            and not found & shared
            and not any(name.split()[0].strip(".") in " ".join(shared) for name in found)
        ):
            wrong.append((row["name"], row["adm0name"], found))
    assert len(rows) > 1_000
    assert len(wrong) <= 0.03 * len(rows), wrong


def test_a_view_reads_only_its_tiles():
    tiles = read_tiles("high", np.array([34.4]), np.array([31.5]))
    assert len(tiles) == 1
    grid = grid_of("high")
    column, row = grid.tile_at(np.array([34.4]), np.array([31.5]))
    assert (tiles[0].column, tiles[0].row) == (column[0], row[0])
    assert len(tiles[0].content) < 60_000


def test_open_sea_has_no_tiles():
    base = read_basemap("high", np.array([-40.0]), np.array([30.0]))
    assert not base.countries
    assert not base.coasts


def test_the_parts_of_a_country_join_to_the_same_area_as_the_whole_level():
    whole = sum(part.area for part in world("high").countries["Iraq"])
    assert sum(part.area for part in read_country("high", "Iraq")) == pytest.approx(whole)
    assert sum(part.area for part in read_country_parts("high", "Iraq")) == pytest.approx(whole)
    assert len(read_country("high", "Iraq")) == 1  # no seam is left between its tiles
    assert read_country("high", "Atlantis") == ()


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_do_not_overlap(level):
    pairs = [("Iraq", "Iran"), ("Ukraine", "Russia"), ("Egypt", "Libya"), ("France", "Spain")]
    for one, other in pairs:
        a, b = (shapely.union_all(world(level).countries[name]) for name in (one, other))
        assert shapely.make_valid(a).intersection(shapely.make_valid(b)).area < 0.01


def borders(level, lon, lat):
    """The borders of the tiles that contain any position of a lattice."""
    found = read_basemap(level, *np.meshgrid(lon, lat)).borders
    assert found
    return shapely.MultiLineString([shapely.LineString(line) for line in found])


def test_the_border_of_egypt_and_libya_is_drawn_though_it_runs_along_a_meridian():
    line = borders("high", [25.0], [27.0])
    # The treaty says 25 degrees; the source draws 24.982.
    assert shapely.dwithin(line, shapely.Point(25.0, 27.0), 0.02)


def test_no_edge_of_a_tile_is_drawn():
    lines = borders("high", np.arange(19.0, 27, 0.5), np.arange(24.0, 29, 0.5))
    # Libya, Egypt and Chad have straight borders only here: along 25 degrees east and 22 and 20 north.
    assert not shapely.intersects(lines, shapely.box(20, 25, 24.5, 28))


def test_crimea_has_no_border_in_the_north():
    lines = borders("high", np.arange(33.0, 41, 0.5), np.arange(45.0, 51, 0.5))
    assert not shapely.intersects(lines, shapely.box(32, 44, 36.4, 47))
    assert shapely.dwithin(lines, shapely.Point(38.22, 47.11), 0.1)  # at the Sea of Azov


def test_the_berm_of_western_sahara_is_not_drawn():
    lines = borders("medium", np.arange(-17.0, -8, 1), np.arange(21.0, 28, 1))
    # The berm leads from south to north through this box; the border with Mauritania is around it.
    assert not shapely.intersects(lines, shapely.box(-14, 23.5, -12.1, 26))
    assert shapely.dwithin(lines, shapely.Point(-11, 27.667), 0.02)


def test_reefs_and_bases_have_no_names():
    assert {"Scarborough Reef", "Dhekelia", "Antarctica"} <= unnamed_countries()
    assert {"Israel", "Palestine", "Taiwan", "Kosovo"} <= set(country_names()) - unnamed_countries()


def test_lakes_and_rivers_are_at_the_scales_at_which_they_are_accurate():
    assert len(Kind) == 4
    assert not world("high").lakes
    assert not world("high").rivers
    lakes = shapely.union_all([shapely.make_valid(lake) for lake in world("medium").lakes])
    assert all(
        shapely.intersects_xy(lakes, lon, lat)
        for lon, lat in [(33.0, -1.0), (-87.5, 47.7), (31.5, 60.9), (45.4, 37.7)]
    )
    assert sum(len(line) for _, line in world("medium").rivers) > 5_000
