"""Files of sites in each format, for checks in chunks."""

import csv

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

N = 3000


def some_sites(n=N):
    rng = np.random.default_rng(20240121)
    lon, lat = rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
    lon[: n // 3], lat[: n // 3] = rng.uniform(41, 48, n // 3), rng.uniform(30, 36, n // 3)
    return {
        "id": [f"{number:05d}" for number in range(n)],
        "name": [f"Site, {number}" if number % 7 else "NA" for number in range(n)],
        "lat": lat.round(6).tolist(),
        "lon": lon.round(6).tolist(),
        "precision_km": rng.choice([0, 0.5, 5], n).tolist(),
        "insured": (10 ** rng.uniform(-3, 12, n) * rng.choice([1, -1], n)).tolist(),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sites")
    columns = some_sites()
    with (folder / "s.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    pq.write_table(pa.table(columns), folder / "s.parquet", row_group_size=700)
    return folder
