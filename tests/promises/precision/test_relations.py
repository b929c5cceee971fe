"""T6: results that must not depend on row order, file splitting, longitude range or units."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.promises.precision.sizes import size, tell

ROWS = size(20_000, 1_000_000)
ANSWERED = ["distance_km", "verdict", "reason", "claims_reaching", "margin_km", "precision_km"]
LAT, LON = 33.3125, 44.375
RANGES = [
    "Near=150-300 km (min 50 km)",
    "Far=at least 5,500 km (min 1,000 km)",
    "Antipode=19,000-19,980 km",
]
# Positions are multiples of 2**-20 degrees, so that adding and subtracting 360 is exact.
UNIT = 2.0**20


@pytest.fixture(scope="module")
def sites():
    rng = np.random.default_rng(7)
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, ROWS)))
    lon = rng.uniform(-180, 180, ROWS)
    some = ROWS // 3  # around the origin
    lat[:some], lon[:some] = LAT + rng.normal(0, 3, some), LON + rng.normal(0, 3, some)
    lat[some : some + 9] = [90, -90, 0, LAT, -LAT, LAT, 0, 90, -90]
    lon[some : some + 9] = [0, 0, 180, LON, LON - 180, -180, -180, 180, -180]
    columns = {
        "name": [str(n) for n in range(ROWS)],
        "lat": np.round(lat * UNIT) / UNIT,
        "lon": np.round(lon * UNIT) / UNIT,
        "precision_km": rng.choice([0.0, 0.0, 0.5, 2.0], ROWS),
    }
    return pa.table(columns)


@pytest.fixture
def ask(run, tmp_path):
    def ask_(table, lat=LAT, lon=LON, ranges=RANGES, words=()):
        """Return the results for a table of sites: one row for each range and site."""
        source, out = tmp_path / "sites.parquet", tmp_path / "out.parquet"
        pq.write_table(table, source)
        asked = [word for text in ranges for word in ("--range", text)]
        outcome = run("check", "--from", f"{lat},{lon}", *asked, "--sites", source, *words, "-o", out)  # fmt: skip
        assert outcome.status == 0, outcome.err
        found = pq.read_table(out, columns=ANSWERED).to_pandas()
        assert len(found) == len(ranges) * len(table)
        starts = range(0, len(found), len(table))
        return [found.iloc[n : n + len(table)].reset_index(drop=True) for n in starts]

    return ask_


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture
def plain(ask, sites, kept):
    """The results for the unmodified file, computed once."""
    if not kept:
        kept["plain"] = ask(sites)
    return kept["plain"]


def differences(these, those):
    assert len(these) == len(those)
    return sum(int((a.fillna("") != b.fillna("")).any(axis=1).sum()) for a, b in zip(these, those, strict=True))  # fmt: skip


def none_differ(name, these, those):
    found = differences(these, those)
    tell(f"T6: {name}: {found} differences in {len(these) * len(these[0]):,} rows")
    assert found == 0


def with_columns(table, **columns):
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    return table


def test_every_verdict_occurs(plain):
    assert {verdict for part in plain for verdict in part["verdict"]} == {"inside", "disputed", "too_close", "outside"}  # fmt: skip
    changed = plain[0].copy()
    changed.loc[5, "distance_km"] += 0.001
    assert differences([changed], [plain[0]]) == 1


def test_two_halves_give_the_rows_of_the_whole(ask, sites, plain):
    cut = ROWS // 3
    first, second = ask(sites.slice(0, cut)), ask(sites.slice(cut))
    joined = [pd.concat(pair, ignore_index=True) for pair in zip(first, second, strict=True)]
    none_differ("split and joined", joined, plain)


def test_row_order_does_not_matter(ask, sites, plain):
    order = np.random.default_rng(8).permutation(ROWS)
    answers = ask(sites.take(pa.array(order)))
    none_differ("shuffled", answers, [part.take(order).reset_index(drop=True) for part in plain])


def test_duplicated_sites_give_duplicated_rows(ask, sites, plain):
    twice = np.repeat(np.arange(ROWS), 2)
    answers = ask(sites.take(pa.array(twice)))
    none_differ("doubled", answers, [part.take(twice).reset_index(drop=True) for part in plain])


def test_adding_360_degrees_changes_nothing(ask, sites, plain):
    lon = sites["lon"].to_numpy()
    answers = ask(with_columns(sites, lon=np.where(lon < 0, lon + 360, lon)))
    none_differ("longitudes from 0 to 360", answers, plain)


@pytest.mark.parametrize(("lat", "lon"), [(-1, 1), (1, -1), (-1, -1)])
def test_mirrored_positions_give_the_same_verdicts(ask, sites, plain, lat, lon):
    mirrored = with_columns(
        sites, lat=lat * sites["lat"].to_numpy(), lon=lon * sites["lon"].to_numpy()
    )
    answers = ask(mirrored, lat=lat * LAT, lon=lon * LON)
    none_differ(f"mirrored, latitudes x {lat}, longitudes x {lon}", answers, plain)


def test_ranges_in_miles_and_nautical_miles_give_the_same_rows(ask, sites):
    # 463 nmi = 857.476 km and 625 mi = 1,005.84 km, exactly by definition.
    in_km = ask(sites, ranges=["857.4760 km", "1005.84 km (min 857.4760 km)"])
    none_differ("km, nmi and mi", ask(sites, ranges=["463 nmi", "625 mi (min 463 nmi)"]), in_km)
    shown = ask(sites, ranges=["857.4760 km", "1005.84 km (min 857.4760 km)"], words=["--units", "mi"])  # fmt: skip
    none_differ("shown in miles", shown, in_km)


def test_distances_are_the_same_in_both_directions(run, tmp_path):
    side = int(ROWS**0.5)
    rng = np.random.default_rng(9)
    files = []
    for name in ("a", "b"):
        lat = np.degrees(np.arcsin(rng.uniform(-1, 1, side)))
        lon = rng.uniform(-180, 180, side)
        lat[:3], lon[3:6] = [90, -90, 0], [180, -180, 0]
        rows = zip(lat.tolist(), lon.tolist(), rng.choice([0, 1.5], side).tolist(), strict=True)
        path = tmp_path / f"{name}.csv"
        lines = [f"{name}{n},{y!r},{x!r},{p}" for n, (y, x, p) in enumerate(rows)]
        path.write_text("\n".join(["name,lat,lon,precision_km", *lines]))
        files.append(path)
    answers = []
    for here, there in (files, files[::-1]):
        out = tmp_path / "out.parquet"
        outcome = run("check", "--origins", here, "--sites", there, "--range", RANGES[1], "-o", out)
        assert outcome.status == 0, outcome.err
        answers.append(pq.read_table(out, columns=ANSWERED).to_pandas())
    back = np.arange(side * side).reshape(side, side).T.ravel()
    none_differ("origins and sites swapped", [answers[0]], [answers[1].take(back).reset_index(drop=True)])  # fmt: skip
