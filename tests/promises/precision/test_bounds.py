"""T2: sites a millimetre on either side of every distance at which a verdict changes.

The expected verdict follows from the distance at which the direct problem placed the site and from
an independent copy of the rule; no distance is measured.
"""

import csv

import numpy as np
import pytest

from rangemap.catalogue import Claim, Source, make_band
from rangemap.check.kernel import tally, verdict_codes
from rangemap.check.points import SitePoints
from rangemap.check.verdicts import VERDICTS
from rangemap.geodesy import WGS84
from rangemap.geodesy.position import LonLat
from rangemap.scenario.origins import Origin, OriginKind
from rangemap.wording.quantities import parse_range
from tests.promises.precision.sizes import size, tell

MILLIMETRE = 1e-3
SITES = size(12_000, 200_000)  # in total
# With two minimums and two ends, a band has four bounds.
FIGURES = [
    ("up to 300 km (min 50 km)", "200-500 km (min 70 km)"),
    ("up to 2,000 km (min 400 km)", "up to 1,300 km"),
    ("3 km", "5 km (min 1 km)"),
    ("at least 5,500 km", "up to 12,000 km (min 1,500 km)", "8,000 km (min 1,000 km)"),
    ("19,000 km (min 15,000 km)", "19,900 km"),
]
ORIGINS = {
    "Baghdad": (44.3661, 33.3152),
    "antimeridian": (179.9999, -17.7),
    "north pole": (0.0, 90.0),
    "near the south pole": (123.4, -89.9999),
    "equator": (0.0, 0.0),
}
EACH = SITES // (len(FIGURES) * len(ORIGINS))


def by_the_rule(d_m, p_m, lows_m, highs_m, minimums_m):
    if minimums_m and d_m + p_m < min(minimums_m):
        return "too_close"
    if d_m - p_m > max(highs_m):
        return "outside"
    if d_m + p_m <= min(lows_m) and (not minimums_m or d_m - p_m >= max(minimums_m)):
        return "inside"
    return "disputed"


def put(place, figures, seed):
    """Return positions, precisions in km and expected verdicts."""
    ranges = [parse_range(text) for text in figures]
    lows, highs = [one.low_m for one in ranges], [one.high_m for one in ranges]
    minimums = [one.min_m for one in ranges if one.min_m is not None]
    rng = np.random.default_rng(seed)
    bounds = sorted({min(lows), max(highs), *([min(minimums), max(minimums)] if minimums else [])})
    p_km = rng.choice([0.0, 0.0, 0.1, 0.4], EACH)
    # p is added, subtracted or left out; a site within p of a bound must not change the verdict.
    shift_m = rng.choice([-1, 0, 1], EACH) * p_km * 1000
    off_m = rng.choice([-MILLIMETRE, MILLIMETRE], EACH)
    d_m = rng.choice(bounds, EACH) + shift_m + off_m
    start = np.broadcast_to(np.array(place)[:, None], (2, EACH))
    lon, lat, _ = WGS84.fwd(*start, rng.uniform(-180, 180, EACH), d_m)
    expected = [by_the_rule(d, p * 1000, lows, highs, minimums) for d, p in zip(d_m.tolist(), p_km.tolist(), strict=True)]  # fmt: skip
    return lon, lat, p_km, expected


@pytest.mark.parametrize("figures", FIGURES, ids="; ".join)
def test_verdicts_a_millimetre_from_a_bound_are_correct(figures, run, tmp_path):
    catalogue, sites, out = (tmp_path / name for name in ("w.yaml", "s.csv", "o.csv"))
    claims = "".join(f"\n      - {{id: c{n}, range: '{text}', source: {{publisher: P}}}}" for n, text in enumerate(figures))  # fmt: skip
    catalogue.write_text(f"weapons:\n  - id: w\n    name: W\n    country: A\n    category: rocket\n    claims:{claims}\n")  # fmt: skip
    band = make_band([Claim(id=f"c{n}", range=parse_range(text), source=Source(publisher="P")) for n, text in enumerate(figures)])  # fmt: skip
    seen = set()
    for seed, place in enumerate(ORIGINS.values()):
        lon, lat, p_km, expected = put(place, figures, seed)
        seen.update(expected)
        with sites.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "lat", "lon", "precision_km"])
            rows = zip(lat.tolist(), lon.tolist(), p_km.tolist(), strict=True)
            writer.writerows((n, *row) for n, row in enumerate(rows))
        words = ["--from", f"{place[1]},{place[0]}", "--weapon", "W", "--catalogue", catalogue]
        outcome = run("check", *words, "--sites", sites, "-o", out)
        assert outcome.status == 0, outcome.err
        with out.open(newline="") as file:
            by_table = [row["verdict"] for row in csv.DictReader(file)]
        assert by_table == expected

        origin = Origin(name="O", kind=OriginKind.POSITION, lonlat=LonLat(*place))
        for many in (1, 10_000):  # unsorted, and sorted by position
            points = SitePoints(lon, lat, p_km * 1000, many)
            (codes,) = verdict_codes(points, [(origin, [band])])
            assert [VERDICTS[code] for code in codes] == expected
            (counted,) = tally(points, [(origin, [band])])
            assert counted.counts[0].tolist() == [expected.count(verdict) for verdict in VERDICTS]
    assert seen == {"inside", "disputed", "too_close", "outside"}
    tell(f"T2: {EACH * len(ORIGINS):,} sites at {'; '.join(figures)}: 0 wrong, in table and kernel")
