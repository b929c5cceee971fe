"""Projections: land and discs contain the right places, distances are true."""

import math

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from rangemap.geodesy import LonLat
from rangemap.io.basemap import read_world
from rangemap.render.figure.projection import (
    Azimuthal,
    ProjectionName,
    fitting_projection,
    make_projection,
)

CENTRES = [(44.4, 33.3), (178.0, -17.7), (125.75, 39.03), (20.0, 85.0), (0.0, 0.0), (0.0, 90.0),
           (0.0, -90.0), (-179.9, 60.0), (33.0, -75.0)]  # fmt: skip


@pytest.mark.thorough(
    keep=[
        (ProjectionName.AEQD, (178.0, -17.7)),
        (ProjectionName.LAEA, (20.0, 85.0)),
        (ProjectionName.MERC, (44.4, 33.3)),
        (ProjectionName.EQEARTH, (125.75, 39.03)),
        (ProjectionName.AEQD, (0.0, -90.0)),
        (ProjectionName.EQEARTH, (-179.9, 60.0)),
    ]
)
@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("name", list(ProjectionName))
def test_projected_land_contains_the_points_on_land(name, centre):
    """The point opposite the centre must not flood the map: for Fiji, it is in Mali."""
    projection = make_projection(name, LonLat(*centre))
    land = [part for parts in read_world("low").countries.values() for part in parts]
    rng = np.random.default_rng(5)
    lon = rng.uniform(-180, 180, 4000)
    lat = np.degrees(np.arcsin(rng.uniform(-0.99, 0.99, 4000)))
    xy = projection.points(lon, lat)
    # On an azimuthal map all directions of the antipode are within a narrow strip at the rim.
    here = shapely.intersects_xy(projection.earth.buffer(-1000), np.nan_to_num(xy, nan=1e9))
    polygons = [shapely.make_valid(part) for part in land]
    worlds = [shapely.points(lon + 360 * turn, lat) for turn in (-1, 0, 1)]
    tree = shapely.STRtree(polygons)
    expected, clear = np.zeros(4000, bool), np.ones(4000, bool)
    for points in worlds:
        expected[tree.query(points, predicate="intersects")[0]] = True
        nearby = tree.query(points, predicate="dwithin", distance=1.0)
        edges = shapely.boundary(np.array(polygons, object)[nearby[1]])
        close = (
            shapely.distance(points[nearby[0]], edges) < 0.1 / np.cos(np.radians(lat))[nearby[0]]
        )
        clear[nearby[0][close]] = False
    shapes = shapely.STRtree(
        [
            projection.area(
                shapely.get_coordinates(part.exterior),
                [shapely.get_coordinates(hole) for hole in part.interiors],
            )
            for part in land
        ]
    )
    found = np.zeros(4000, bool)
    found[shapes.query(shapely.points(np.nan_to_num(xy)), predicate="intersects")[0]] = True
    assert (here & clear).sum() > 2500
    assert (found == expected)[here & clear].all()


@pytest.mark.parametrize("name", list(ProjectionName))
@pytest.mark.parametrize(
    ("origin", "radius_km", "centre"),
    [
        ((178.0, -17.7), 3000, (178.0, -17.7)),
        ((20.0, 85.0), 2500, (20.0, 85.0)),
        ((125.75, 39.03), 12000, (125.75, 39.03)),
        ((125.75, 39.03), 12000, (40.0, 10.0)),
        ((-10.0, 20.0), 16000, (170.0, -10.0)),
        ((0.0, 90.0), 500, (30.0, 60.0)),
        ((0.0, 0.0), 19980, (10.0, 10.0)),
    ],
)
def test_a_projected_disc_contains_exactly_the_places_within_its_radius(
    name, origin, radius_km, centre
):
    projection = make_projection(name, LonLat(*centre))
    shape = projection.disc(LonLat(*origin), radius_km * 1000.0)
    rng = np.random.default_rng(6)
    lon = rng.uniform(-180, 180, 1500)
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, 1500)))
    inverse = Geodesic.WGS84.Inverse
    d = np.array([
        inverse(origin[1], origin[0], y, x, Geodesic.DISTANCE)["s12"] / 1000
        for x, y in zip(lon, lat, strict=True)
    ])  # fmt: skip
    xy = projection.points(lon, lat)
    on_map = shapely.intersects_xy(projection.earth.buffer(-1000), np.nan_to_num(xy, nan=1e9))
    clear = on_map & (abs(d - radius_km) > max(2e-3 * radius_km, 5))
    inside = shapely.intersects_xy(shape, np.nan_to_num(xy))
    assert clear.sum() > 1200
    assert (inside == (d <= radius_km))[clear].all()


@pytest.mark.parametrize("centre", CENTRES)
def test_distances_from_the_centre_are_true_on_the_equidistant_map(centre):
    projection = Azimuthal(ProjectionName.AEQD, LonLat(*centre))
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-180, 180, 200), rng.uniform(-89, 89, 200)
    xy = projection.points(lon, lat)
    for x, y, lo, la in zip(*xy.T, lon, lat, strict=True):
        line = Geodesic.WGS84.Inverse(centre[1], centre[0], la, lo)
        assert math.hypot(x, y) == pytest.approx(line["s12"], abs=0.001)


def test_one_origin_gets_an_equidistant_map_and_distant_origins_a_world_map():
    here, there = LonLat(44, 33), LonLat(51, 35)
    assert fitting_projection([here, here], [1e6, 2e6]) == (ProjectionName.AEQD, here)
    assert fitting_projection([here, there], [1e6, 1e6])[0] is ProjectionName.LAEA
    assert fitting_projection([LonLat(178, -17), LonLat(-179, -17)], [1e6] * 2)[
        1
    ].lon == pytest.approx(179.5)
    assert fitting_projection([here, LonLat(-70, 10)], [6e6] * 2)[0] is ProjectionName.EQEARTH
