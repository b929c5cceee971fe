"""Brute force for areas: borders as dense points, each measured by Karney's geodesic."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.geodesy.area import Area
from rangemap.geodesy.coverage import Coverage
from rangemap.geodesy.geodesic import WGS84

Floats = NDArray[np.float64]

ACCEPTED = (
    "Russia", "Fiji", "United States of America", "France", "Chile", "Antarctica", "Iran", "Norway",
    "Indonesia", "South Africa",
)  # fmt: skip
"""Countries across 180 degrees, around a pole, with holes, overseas parts and thousands of islands."""
RADII_KM = (50, 100, 300, 500, 700, 1500, 2500, 5000, 9000, 12000, 15000, 19000)
TOLERANCE = 1e-4
_DEGREE_M = 111_700.0  # the longest degree anywhere
_LEAST_RADIUS_M = WGS84.a * (1 - WGS84.es)
_GREATEST_RADIUS_M = WGS84.a / np.sqrt(1 - WGS84.es)


class Sites(NamedTuple):
    """Positions, degrees."""

    lon: Floats
    lat: Floats


def over_the_globe(rng: np.random.Generator, number: int) -> Sites:
    """Draw positions evenly over the globe."""
    return Sites(rng.uniform(-180, 180, number), np.degrees(np.arcsin(rng.uniform(-1, 1, number))))


def near(rng: np.random.Generator, points: Floats, number: int, farthest_m: float) -> Sites:
    """Draw positions near some points."""
    at = points[rng.integers(0, len(points), number)]
    away_m, azimuth = rng.uniform(0, farthest_m, number), rng.uniform(0, 360, number)
    lon, lat, _ = WGS84.fwd(*at.T, azimuth, away_m)
    return Sites(np.asarray(lon), np.asarray(lat))


def joined(*parts: Sites) -> Sites:
    """Return all positions of some groups."""
    return Sites(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def dense_border(region: Any, spacing_m: float) -> Floats:
    """Return points of a border at most so far apart; not those on 180 degrees and the poles."""
    xy, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(region)), return_index=True
    )
    joins = ring[1:] == ring[:-1]
    a, b = xy[:-1][joins], xy[1:][joins]
    on_seam = (np.abs(a[:, 0]) == 180) & (a[:, 0] == b[:, 0])
    at_pole = (np.abs(a[:, 1]) == 90) & (a[:, 1] == b[:, 1])
    return _points_along(*(each[~(on_seam | at_pole)] for each in (a, b)), spacing_m)


def _points_along(a: Floats, b: Floats, spacing_m: float) -> Floats:
    lat = np.where(a[:, 1] * b[:, 1] < 0, 0, np.minimum(np.abs(a[:, 1]), np.abs(b[:, 1])))
    east, north = (b - a).T
    steps = np.ceil(_DEGREE_M * np.hypot(east * np.cos(np.radians(lat)), north) / spacing_m)
    number = steps.clip(1).astype(int) + 1
    edge = np.repeat(np.arange(len(a)), number)
    place = np.arange(len(edge)) - (np.cumsum(number) - number)[edge]
    found: Floats = a[edge] + (b - a)[edge] * (place / (number[edge] - 1))[:, None]
    return found


def fine_distances_m(region: Any, sites: Sites) -> Floats:
    """Measure distances to a border that is less than 2 km away, by points 10 m apart."""
    found, lines = [], shapely.boundary(region)
    for lon, lat in zip(*sites, strict=True):
        wide = 0.05 / max(np.cos(np.radians(abs(lat) + 0.05)), 1e-3)
        here = []
        for world in (-360, 0, 360):
            box = (lon + world - wide, lat - 0.05, lon + world + wide, lat + 0.05)
            for part in shapely.get_parts(shapely.clip_by_rect(lines, *box)):
                xy = shapely.get_coordinates(part)
                kept = (np.abs(xy[:-1, 0]) != 180) | (xy[:-1, 0] != xy[1:, 0])
                here.append(_points_along(xy[:-1][kept], xy[1:][kept], 10))
        found.append(nearest_of_m(np.concatenate(here), Sites(np.array([lon]), np.array([lat])))[0])
    return np.array(found)


def nearest_of_m(points: Floats, sites: Sites) -> Floats:
    """Measure the distance of each site to the nearest of many points.

    Chords choose which points may be nearest; among them, Karney's geodesic decides.
    """
    there, found = _geocentric(*points.T), []
    for here, lon, lat in zip(_geocentric(*sites), *sites, strict=True):
        chords = np.sqrt(((there - here) ** 2).sum(axis=1))
        half = min(chords.min() / 2 / _LEAST_RADIUS_M, 1)
        most_m = 2 * _LEAST_RADIUS_M * np.arcsin(half) if half < 1 else np.pi * _GREATEST_RADIUS_M
        angle = min(most_m / 2 / _GREATEST_RADIUS_M, np.pi / 2)
        likely = points[chords <= 2 * _GREATEST_RADIUS_M * np.sin(angle) + 1]
        start = np.full(len(likely), lon), np.full(len(likely), lat)
        found.append(WGS84.inv(*start, *likely.T)[2].min())
    return np.array(found)


def _geocentric(lon: Floats, lat: Floats) -> Floats:
    lam, phi = np.radians(lon), np.radians(lat)
    normal = WGS84.a / np.sqrt(1 - WGS84.es * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    z = normal * (1 - WGS84.es) * np.sin(phi)
    return np.column_stack([across * np.cos(lam), across * np.sin(lam), z])


def assert_distances_are_right(area: Area, sites: Sites) -> None:
    """Compare distances with brute force over points 1 km apart, and 10 m apart near the border."""
    inside = shapely.intersects_xy(area.region, *sites)
    found_m = area.distances_m(*sites)
    assert (found_m[inside] == 0).all()
    outside = Sites(*(each[~inside] for each in sites))
    found_m = found_m[~inside]
    brute_m = nearest_of_m(dense_border(area.region, 1000), outside)
    assert (found_m <= brute_m + 0.001).all()
    far = found_m >= 2000
    # A chord of the border of length h is at most h2/8d farther than its nearest point.
    assert (brute_m - found_m)[far].max(initial=0) <= (1000**2 / 8 / found_m[far] + 1).max(
        initial=1
    )
    assert (brute_m - found_m <= 1000**2 / 8 / np.maximum(found_m, 1) + 1)[far].all()
    near_border = Sites(*(each[~far] for each in outside))
    fine_m = fine_distances_m(area.region, near_border)
    assert (found_m[~far] <= fine_m + 0.001).all()
    assert (fine_m - found_m[~far] <= 13).all()


def errors_of(
    area: Area, covered: Coverage, radius_m: float, number: int, rng: np.random.Generator
) -> Iterator[str]:
    """Yield what is wrong with a coverage: points misjudged by more than 1e-4, and lines where none are."""
    if not covered.region.is_valid:
        yield "invalid"
    sites = over_the_globe(rng, number)
    if covered.ring is not None:
        paths = covered.ring.paths
        starts, ends = (np.concatenate([p[part] for p in paths]) for part in _STARTS_ENDS)
        seam = (np.abs(starts[:, 0]) == 180) & (starts[:, 0] == ends[:, 0])
        pole = (np.abs(starts[:, 1]) == 90) & (starts[:, 1] == ends[:, 1])
        if (seam | pole).any():
            yield "a line along 180 degrees or a pole"
        on_line = starts + rng.uniform(0, 1, (len(starts), 1)) * (ends - starts)
        at_edge = near(rng, on_line, number // 2, 3e-4 * radius_m)
        sites = joined(Sites(*(each[: number - number // 2] for each in sites)), at_edge)
    distances_m = area.distances_m(*sites)
    wrong = shapely.contains_xy(covered.region, *sites) != (distances_m <= radius_m)
    off = np.abs(distances_m - radius_m) / radius_m
    if (count := int((wrong & (off > TOLERANCE)).sum())) > 0:
        yield f"{count} points misjudged, by {off[wrong].max():.1e} at most"


_STARTS_ENDS = (slice(None, -1), slice(1, None))


def random_region(rng: np.random.Generator) -> Any:
    """Draw an area of stars, some with a hole, anywhere: across 180 degrees, and around a pole."""
    parts = []
    for _ in range(rng.integers(1, 4)):
        lon, lat = rng.uniform(-180, 180), rng.uniform(-80, 80)
        size, number = rng.uniform(0.2, 12), int(rng.integers(5, 40))
        angles = np.sort(rng.uniform(0, 2 * np.pi, number))
        radii = size * rng.uniform(0.3, 1, (2, number)) * [[1.0], [0.25]]
        outer, hole = (
            np.column_stack(
                [lon + r * np.cos(angles) / np.cos(np.radians(lat)), lat + r * np.sin(angles)]
            )
            for r in radii
        )
        shape = shapely.Polygon(outer).buffer(0)
        parts.append(
            shape.difference(shapely.Polygon(hole).buffer(0)) if rng.random() < 0.5 else shape
        )
    if rng.random() < 0.3:
        edge = rng.uniform(60, 85, 24)
        top = np.column_stack([np.linspace(-180, 180, 25), [*edge, edge[0]]])
        parts.append(shapely.Polygon([*top, (180, 90), (-180, 90)]))
    world = shapely.box(-180, -90, 180, 90)
    whole = shapely.union_all(parts)
    moved = [
        shapely.transform(whole, lambda xy, w=w: np.add(xy, [360.0 * w, 0.0])) for w in (-1, 0, 1)
    ]
    cut = shapely.union_all([part.intersection(world) for part in moved])
    return shapely.orient_polygons(
        shapely.MultiPolygon([p for p in shapely.get_parts(cut) if p.geom_type == "Polygon"])
    )
