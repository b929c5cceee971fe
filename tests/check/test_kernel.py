"""Verdicts by chords compared with brute force: the geodesic distance of every pair."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rangemap.catalogue import Claim, Source, make_band
from rangemap.check import points as point_module
from rangemap.check import scan
from rangemap.check import zones as zone_module
from rangemap.check.kernel import tally, verdict_codes
from rangemap.check.points import SitePoints
from rangemap.check.totals import exact_totals
from rangemap.check.verdicts import VERDICTS, judge
from rangemap.check.zones import make_zones
from rangemap.geodesy import GREATEST_DISTANCE_M, WGS84, distance_m
from rangemap.geodesy.position import LonLat
from rangemap.scenario.origins import Origin, OriginKind
from rangemap.wording.quantities import parse_range

MANY = 10_000  # expected origins, so that sites are sorted by position


def band(*figures: str):
    return make_band(
        [
            Claim(id=f"c{n}", range=parse_range(text), source=Source(publisher="P"))
            for n, text in enumerate(figures)
        ]
    )


def origin_at(lon: float, lat: float, precision_m: float = 0.0) -> Origin:
    return Origin(
        name="O", kind=OriginKind.POSITION, lonlat=LonLat(lon, lat), precision_m=precision_m
    )


def anywhere(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))


def on_the_bounds(origin, bands, rng, n, precisions_m):
    """Place sites by the direct problem where verdicts change, or nanometres to metres from there."""
    bounds = [
        at for b in bands for at in (b.low_m, b.high_m, b.min_m, b.max_min_m) if at is not None
    ]
    p = precisions_m + origin.precision_m
    off_m = rng.choice([0, 0, 1e-9, 1e-8, 1e-6, 1e-3, 0.999e-3, 1, 49, 51, 100, 1000], n)
    at_m = rng.choice(bounds, n) + rng.choice([-1, 0, 1], n) * p + rng.choice([-1, 1], n) * off_m
    at_m = np.clip(at_m, 0, GREATEST_DISTANCE_M)
    start = np.broadcast_to(np.array(origin.lonlat)[:, None], (2, n))
    lon, lat, _ = WGS84.fwd(*start, rng.uniform(-180, 180, n), at_m)
    return lon, lat


def assert_as_brute_force(origin, bands, lon, lat, precisions_m):
    columns = list(np.random.default_rng(7).normal(0, [[1e6], [1e-3]], (2, len(lon))))
    distances_m = distance_m(origin.lonlat, lon, lat)
    brute = [judge(b, distances_m, precisions_m + origin.precision_m).verdicts for b in bands]
    for n_origins in (1, MANY):
        points = SitePoints(lon, lat, precisions_m, n_origins)
        (counted,) = tally(points, [(origin, bands)])
        (summed,) = tally(points, [(origin, bands)], columns)
        codes = list(verdict_codes(points, [(origin, bands)]))
        assert (summed.counts == counted.counts).all()
        for row, verdicts in enumerate(brute):
            assert (codes[row] == verdicts).all()
            assert counted.counts[row].tolist() == np.bincount(verdicts, minlength=4).tolist()
            for values, totals in zip(columns, summed.totals, strict=True):
                assert [float(Fraction(total, 2**1074)) for total in totals[row]] == [
                    math.fsum(values[verdicts == code]) for code in range(len(VERDICTS))
                ]


BANDS = [
    band("up to 70 km"),
    band("up to 193 km", "up to 500 km", "200-300 km"),
    band("up to 300 km (min 50 km)", "up to 300 km (min 70 km)", "up to 2,000 km"),
    band("at least 5,500 km"),
    band("up to 100 km", "up to 300 km (min 120 km)"),
    band("up to 13,000 km"),
]
FAR = [
    band("up to 19,899 km", "up to 19,901 km"),
    band("up to 19,990 km (min 19,950 km)"),
    band("up to 20,003.9 km", "up to 20,004 km"),
    band("up to 21,000 km"),
]
TRICKY = {
    "Baghdad": (44.3661, 33.3152),
    "antimeridian": (179.9999, -17.7),
    "its other side": (-180.0, 10.0),
    "north pole": (0.0, 90.0),
    "near the south pole": (123.4, -89.9999),
    "equator": (0.0, 0.0),
    "where the antipode is worst": (-30.0, 0.2),
}


@pytest.mark.parametrize("bands", [BANDS, FAR], ids=["ranges", "to the antipode"])
@pytest.mark.parametrize("precise", ["exact", "one precision", "many precisions"])
@pytest.mark.parametrize("place", TRICKY)
def test_every_verdict_matches_brute_force_at_every_bound(place, precise, bands):
    rng = np.random.default_rng(len(place))
    n = 6000
    precisions_m = {
        "exact": np.zeros(n),
        "one precision": np.full(n, 1234.5),
        "many precisions": rng.choice([0, 100, 2100, 5000, 20_000], n).astype(float),
    }[precise]
    origin = origin_at(*TRICKY[place], 0.0 if precise == "exact" else 2100.0)
    lon, lat = on_the_bounds(origin, bands, rng, n, precisions_m)
    lon[: n // 3], lat[: n // 3] = anywhere(rng, n // 3)
    lon[:4], lat[:4] = [0, 0, origin.lonlat.lon, 180 + origin.lonlat.lon], [90, -90, origin.lonlat.lat, -origin.lonlat.lat]  # fmt: skip
    lon = np.where(lon > 180, lon - 360, lon)
    assert_as_brute_force(origin, bands, lon, lat, precisions_m)


_metres = st.integers(0, 20_100_000)
_figures = st.tuples(_metres.filter(bool), st.just(0) | _metres, st.none() | _metres)


def _text(low, more, minimum):
    figure = f"{low}-{low + more} m" if more else f"up to {low} m"
    return figure if minimum is None else f"{figure} (min {minimum} m)"


@settings(max_examples=60, deadline=None)
@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    claims=st.lists(st.lists(_figures, min_size=1, max_size=3), min_size=1, max_size=3),
    precision_m=st.sampled_from([0.0, 100.0, 5000.0]),
    spread_m=st.sampled_from([0.0, 300.0, 50_000.0]),
    seed=st.integers(0, 2**32),
)
@example(lon=180.0, lat=-90.0, claims=[[(20_003_900, 0, 20_003_000)]], precision_m=0.0, spread_m=0.0, seed=0)  # fmt: skip
@example(lon=0.0, lat=0.0, claims=[[(19_900_000, 0, None)]], precision_m=5000.0, spread_m=0.0, seed=1)  # fmt: skip
@example(lon=0.0, lat=0.0, claims=[[(1, 0, None)]], precision_m=100.0, spread_m=0.0, seed=2)
def test_any_band_anywhere_matches_brute_force(lon, lat, claims, precision_m, spread_m, seed):
    bands = [
        band(*[
            _text(low, more, minimum if minimum is not None and 0 < minimum < low else None)
            for low, more, minimum in figures
        ])
        for figures in claims
    ]  # fmt: skip
    rng = np.random.default_rng(seed)
    n = 4500
    precisions_m = rng.uniform(0, 1, n) * spread_m
    origin = origin_at(lon, lat, precision_m)
    lons, lats = on_the_bounds(origin, bands, rng, n, precisions_m)
    assert_as_brute_force(origin, bands, lons, lats, precisions_m)


def test_many_bounds_are_distinguished():
    rng = np.random.default_rng(3)
    bands = [band(f"up to {radius} km (min {radius // 3} km)") for radius in range(30, 6000, 40)]
    assert len(make_zones(bands, (0.0, 0.0)).product.bounds) > 4 * scan._MANY_BOUNDS
    origin = origin_at(179, 60)
    lon, lat = on_the_bounds(origin, bands, rng, 5000, np.zeros(5000))
    assert_as_brute_force(origin, bands, lon, lat, np.zeros(5000))
    # All within one or two bins of the table.
    close = [band(f"{radius}-{radius + 3} m") for radius in range(10, 1000, 10)]
    lon, lat = on_the_bounds(origin, close, rng, 5000, np.zeros(5000))
    assert_as_brute_force(origin, close, lon, lat, np.zeros(5000))


def test_skipped_tiles_and_a_partial_last_tile_are_counted_correctly():
    rng = np.random.default_rng(5)
    n = point_module.BLOCK * 2 + 321
    # The first two thirds are close together, far from the rest: whole blocks are in one zone.
    lon, lat = anywhere(rng, n)
    lon[: point_module.BLOCK], lat[: point_module.BLOCK] = (
        lon[: point_module.BLOCK] / 180,
        lat[: point_module.BLOCK] / 90,
    )
    for place in ((0.0, 0.0), (90.0, 0.0), (180.0, 0.0)):
        bands = [band("up to 300 km"), band("2,000-4,000 km")]
        assert_as_brute_force(origin_at(*place), bands, lon, lat, np.zeros(n))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_or_no_sites_are_counted_correctly(n):
    assert_as_brute_force(origin_at(10, 10), BANDS, np.full(n, 10.0), np.full(n, 10.5), np.zeros(n))


def test_every_chord_is_within_its_bracket():
    rng = np.random.default_rng(11)
    n = 300_000
    (lon1, lat1), (lon2, lat2) = anywhere(rng, n), anywhere(rng, n)
    third = n // 3
    azimuths = rng.uniform(-180, 180, third)
    lon2[:third], lat2[:third], _ = WGS84.fwd(
        lon1[:third], lat1[:third], azimuths, 10 ** rng.uniform(0, 7.3, third)
    )
    lon2[-third:] = (lon1[-third:] + 180 + rng.normal(0, 1, third) + 180) % 360 - 180
    lat2[-third:] = np.clip(-lat1[-third:] + rng.normal(0, 1, third), -90, 90)
    _, _, s = WGS84.inv(lon1, lat1, lon2, lat2)
    c = np.sqrt(((geocentric(lon1, lat1) - geocentric(lon2, lat2)) ** 2).sum(axis=0))
    least, greatest = zone_module._LEAST_RADIUS_M, zone_module._GREATEST_RADIUS_M
    nanometres = 2e-8
    below = s <= np.pi * least
    assert (c[below] >= 2 * least * np.sin(s[below] / 2 / least) - nanometres).all()
    assert (c <= 2 * greatest * np.sin(s / 2 / greatest) + nanometres).all()
    assert (~below).sum() > 1000
    assert (c[~below] > 2 * least).all()


def test_single_precision_errors_stay_below_the_slack():
    rng = np.random.default_rng(13)
    lon, lat = anywhere(rng, 200_000)
    lat[:1000], lon[1000:2000] = 90 - 10.0 ** rng.uniform(-9, 0, 1000), 180
    moved_m = np.sqrt(((rounded(lon, lat)[:3] - geocentric(lon, lat)) ** 2).sum(axis=0))
    # Both ends of a chord move, and it is rounded four times: 2 ** -22 of at most 12,800 km.
    assert 2 * moved_m.max() + 12.8e6 * 2**-22 < zone_module._SLACK_M / 2


def rounded(lon, lat):
    """Return coordinates in single precision."""
    singles = np.empty((4, len(lon)), dtype=np.float32)
    point_module.to_geocentric(lon, lat, out=singles)
    return singles


@pytest.mark.parametrize("n_origins", [1, 2, 4])
def test_errors_of_the_product_stay_below_its_margin(n_origins):
    rng = np.random.default_rng(n_origins)
    largest_m2 = 0.0
    for kind in range(6):
        lon, lat = anywhere(rng, 20_000)
        origins = rounded(*anywhere(rng, n_origins))
        if kind > 2:  # on axes, where all the size of a point is in one coordinate
            origins = rounded(*np.array([(0, 90), (0, 0), (180, 0), (-90, 0)][:n_origins], float).T)
        if kind % 3:  # at the origin, or opposite it
            lon = np.degrees(np.arctan2(origins[1, 0], origins[0, 0])) + 180.0 * (kind % 3 - 1)
            lon = (lon + rng.normal(0, 1e-3, 20_000) + 180) % 360 - 180
            lat = np.full(20_000, (3 - 2 * (kind % 3)) * np.degrees(np.arctan2(origins[2, 0], np.hypot(*origins[:2, 0]))))  # fmt: skip
        points = SitePoints(lon, lat, np.zeros(20_000), 1)
        bounds_m2 = rng.uniform(0, 4 * WGS84.a**2, 20_000)
        group = [
            scan.Question(origin_at(0, 0), (), make_zones((), (0.0, 0.0)), place)
            for place in origins[:3].T
        ]
        for start, products in scan._products(points, group):
            for question, product in zip(group, products, strict=True):
                place = question.place.astype(float)
                at = points.coordinates[:3, start : start + product.size].astype(float)
                exact_m2 = ((at - place[:, None]) ** 2).sum(axis=0)
                own_m2 = (place**2).sum() + float(point_module.REFERENCE_M2)
                shifted = (bounds_m2 - own_m2).astype(np.float32)
                rounding_m2 = np.abs(shifted - (bounds_m2 - own_m2)).max()
                largest_m2 = max(largest_m2, np.abs(product - (exact_m2 - own_m2)).max() + rounding_m2)  # fmt: skip
    # The margin is derived for the worst case; roundings mostly cancel each other.
    assert zone_module._PRODUCT_M2 / 20 < largest_m2 < zone_module._PRODUCT_M2 / 1.5


def geocentric(lon, lat):
    lam, phi = np.radians(lon), np.radians(lat)
    normal = WGS84.a / np.sqrt(1 - WGS84.es * np.sin(phi) ** 2)
    return np.stack([
        normal * np.cos(phi) * np.cos(lam),
        normal * np.cos(phi) * np.sin(lam),
        normal * (1 - WGS84.es) * np.sin(phi),
    ])  # fmt: skip


def test_sites_that_are_all_on_a_bound_are_all_measured():
    # A whole tile on one bound, either the first or a later one.
    bands = [band("200-300 km", "up to 500 km (min 50 km)")]
    for at_m in (50_000, 200_000, 500_000):
        lon, lat, _ = WGS84.fwd(10, 10, 37, at_m)
        everywhere = np.full(5000, lon), np.full(5000, lat)
        assert_as_brute_force(origin_at(10, 10), bands, *everywhere, np.zeros(5000))
        points = SitePoints(*everywhere, np.zeros(5000), 1)
        (group,) = scan.make_questions(points, [(origin_at(10, 10), bands)])
        (found,) = scan.count(points, group)
        assert sorted(found.undecided) == list(range(5000))
        assert found.in_gap.dtype == np.int64
        assert not found.in_gap.any()


def test_few_sites_are_measured_and_tiles_within_one_zone_are_skipped(monkeypatch):
    rng = np.random.default_rng(17)
    lon, lat = anywhere(rng, 200_000)
    measures = make_zones(BANDS, (0.0, 0.0))

    def area(zones):
        # A spherical zone has the area of pi times the difference of the squared chords.
        return (zones.bounds[1::2] - zones.bounds[::2]).sum() / (4 * WGS84.a**2) * len(lon)

    assert area(measures.product) < 1.3 * area(measures.chord) + 0.001 * len(lon)
    measured, examined = [], []
    distances_m = Origin.distances_m
    monkeypatch.setattr(
        Origin, "distances_m",
        lambda self, lon, lat: measured.append(len(lon)) or distances_m(self, lon, lat),
    )  # fmt: skip
    products = scan._tile_products
    monkeypatch.setattr(
        scan, "_tile_products",
        lambda *given: examined.append(given[-1].sum()) or products(*given),
    )  # fmt: skip
    for n_origins in (1, MANY):
        points = SitePoints(lon, lat, np.zeros(len(lon)), n_origins)
        for place in TRICKY.values():
            for find in (tally, verdict_codes):
                list(find(points, [(origin_at(*place), BANDS)]))
                assert measured.pop() < 2 * area(measures.chord) + 50
    # Eleven bounds pass through half of the tiles, but not through all.
    assert max(examined) < 0.6 * len(points.tiles.sizes)


def test_sites_are_sorted_spatially_so_that_tiles_are_small():
    rng = np.random.default_rng(19)
    lon, lat = anywhere(rng, 200_000)
    lon[:4], lat[:4] = [-180, 180, 0, 359.9999 - 360], [90, -90, 0, 90]
    keys = point_module.morton_keys(lon, lat)
    # Every second bit belongs to the number of the cell in that direction, of 65,536.
    bits = keys[:, None] >> np.arange(32, dtype=np.uint32) & 1
    column, row = (bits[:, part::2] @ (1 << np.arange(16)) for part in (0, 1))
    assert np.abs((column + 0.5) * 360 / 65_536 - lon % 360).max() <= 360 / 65_536 / 2 + 1e-9
    assert np.abs((row + 0.5) * 180 / 65_536 - 90 - lat).max() <= 180 / 65_536 / 2 + 1e-9
    points = SitePoints(lon, lat, np.zeros(len(lon)), MANY)
    assert (np.diff(keys[points.order].astype(np.int64)) >= 0).all()
    # A square of 1/782 of the globe has a half diagonal of 570 km, and is oblique in its box.
    assert np.median(points.tiles.radii_m) < 1_300_000


def test_tallies_of_parts_add_up_to_the_total():
    rng = np.random.default_rng(23)
    (lon, lat), values = anywhere(rng, 3000), rng.normal(0, 1e9, 3000)

    def tallied(part, *columns):
        points = SitePoints(lon[part], lat[part], np.zeros(len(lon[part])), 1)
        (found,) = tally(points, [(origin_at(20, 30), BANDS)], [each[part] for each in columns])
        return found

    parts = slice(0, 1000), slice(1000, None)
    whole = tallied(slice(None), values, -values)
    first, second = (tallied(part, values, -values) for part in parts)
    assert ((first + second).counts == whole.counts).all()
    assert (first + second).totals == whole.totals
    plain = tallied(parts[0]) + tallied(parts[1])
    assert (plain.counts == whole.counts).all()
    assert plain.totals == ()
    with pytest.raises(ValueError, match="argument"):
        first + tallied(parts[1])


_finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(_finite, st.integers(0, 2)), max_size=50))
@example([(5e-324, 0), (-5e-324, 1), (1.7e308, 0), (-1.7e308, 0), (0.1, 2), (-0.0, 2)])
def test_totals_are_exact_whatever_the_values(pairs):
    values = np.array([value for value, _ in pairs], dtype=float)
    groups = np.array([group for _, group in pairs], dtype=int)
    for group, total in enumerate(exact_totals(values, groups, 3)):
        assert Fraction(total, 2**1074) == sum(Fraction(v) for v, g in pairs if g == group)
