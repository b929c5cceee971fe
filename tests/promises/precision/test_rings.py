"""T3: rings and regions anywhere on the globe, of any radius, including the map's borders."""

import numpy as np
import shapely

from rangemap.geodesy import (
    GREATEST_DISTANCE_M,
    RING_LIMIT_M,
    TOLERANCE,
    WGS84,
    WHOLE_EARTH,
    LonLat,
    disc,
    distance_m,
)
from tests.promises.precision.sizes import size, tell

RINGS = size(400, 10_000)
PLACES = size(100, 140)  # for each
ALONG = np.linspace(0, 1, 14)[1:-1, None, None]


def centre_and_radius(rng):
    """Draw a centre, in a third of cases on a border of the map, and a radius up to the maximum."""
    lon, lat = rng.uniform(-180, 180), np.degrees(np.arcsin(rng.uniform(-1, 1)))
    border = rng.integers(9)
    if border == 0:
        lat = rng.choice([-1, 1]) * (90 - rng.choice([0, 10 ** rng.uniform(-9, 0)]))
    elif border == 1:
        lon = rng.choice([-1, 1]) * (180 - rng.choice([0, 10 ** rng.uniform(-9, 0)]))
    elif border == 2:
        lat = rng.choice([0, 1e-9, -1e-6])
    kind = rng.integers(4)
    if kind == 0:
        radius_m = rng.uniform(1e6, GREATEST_DISTANCE_M)
    elif kind == 1:  # passes a pole at 1 m to 100 km
        to_pole_m = distance_m(LonLat(lon, lat), 0, rng.choice([-90, 90])).item()
        radius_m = to_pole_m + rng.choice([-1, 1]) * 10 ** rng.uniform(0, 5)
    elif kind == 2:
        radius_m = GREATEST_DISTANCE_M - 10 ** rng.uniform(0, 5)
    else:
        radius_m = 10 ** rng.uniform(1, 6.7)
    return LonLat(float(lon), float(lat)), float(np.clip(radius_m, 10, GREATEST_DISTANCE_M))


def probes(rng, origin, radius_m):
    """Half of the positions near the ring on either side, half anywhere, including the borders."""
    half = PLACES // 2
    off = rng.choice([-1, 1], half) * 10 ** rng.uniform(-3.9, -0.5, half)
    start = np.broadcast_to(np.array(origin)[:, None], (2, half))
    there_m = np.minimum(radius_m * (1 + off), GREATEST_DISTANCE_M)
    lon, lat, _ = WGS84.fwd(*start, rng.uniform(-180, 180, half), there_m)
    anywhere = rng.uniform(-180, 180, half), np.degrees(np.arcsin(rng.uniform(-1, 1, half)))
    anywhere[0][:2], anywhere[1][2:4] = [-180, 180], [-90, 90]
    return np.concatenate([lon, anywhere[0]]), np.concatenate([lat, anywhere[1]])


def test_edges_stay_within_a_ten_thousandth_and_regions_contain_exactly_the_positions_within_range():
    rng = np.random.default_rng(20030503)
    worst, no_ring, asked, left_to_the_line = 0.0, 0, 0, 0
    for _ in range(RINGS):
        origin, radius_m = centre_and_radius(rng)
        region, ring = disc(origin, radius_m)
        if ring is None:
            assert radius_m >= RING_LIMIT_M
            assert region is WHOLE_EARTH
            no_ring += 1
            continue
        points = ring.vertices[:-1] + ALONG * np.diff(ring.vertices, axis=0)
        off_m = distance_m(origin, points[..., 0], points[..., 1]) - radius_m
        worst = max(worst, np.abs(off_m).max() / radius_m)
        lon, lat = probes(rng, origin, radius_m)
        there_m = distance_m(origin, lon, lat)
        clear = np.abs(there_m - radius_m) > TOLERANCE * radius_m
        holds = shapely.intersects_xy(region, lon, lat)
        wrong = clear & (holds != (there_m <= radius_m))
        assert not wrong.any(), (origin, radius_m, lon[wrong], lat[wrong])
        asked += int(clear.sum())
        left_to_the_line += int((~clear).sum())
    tell(f"T3: {RINGS:,} centres and radii, {no_ring:,} of them without a ring; edges within {worst:.2e} of the radius; {asked:,} positions, 0 on the wrong side ({left_to_the_line:,} within the tolerance, not counted)")  # fmt: skip
    assert worst <= TOLERANCE
