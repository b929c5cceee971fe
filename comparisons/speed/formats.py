"""CPU time per site of a check in each format, and of only reading the two columns of Parquet.

``python -m comparisons.speed formats``; the files have the same sites and are removed.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from comparisons.speed import _sites
from comparisons.speed._inside import job
from comparisons.speed._results import keep, part
from rangemap.check.answer import answer
from rangemap.sites import open_sites

N = 10**6
FEWER = 10**5  # for formats that take longer to write and to read
ROUNDS = 7
READING = "only reading both columns of Parquet"


def main() -> None:
    with part("formats"), tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as name:
        files = write(Path(name))
        question = job()

        def check(path: Path) -> None:
            with answer(question, open_sites(str(path))) as found:
                assert list(found.counts())

        asked: dict[str, Callable[[], None]] = {
            READING: lambda: read(files["Parquet, lat and lon"])
        }
        asked |= {form: lambda path=path: check(path) for form, path in files.items()}  # type: ignore[misc]
        spent: dict[str, list[float]] = {form: [] for form in asked}
        for _ in range(ROUNDS):  # in turn, so that other work affects all alike
            for form, run in asked.items():
                if "GeoJSON" in form and len(spent[form]) > 1:
                    continue
                start = time.process_time()
                run()
                spent[form].append(time.process_time() - start)
        n_sites = {form: FEWER if form.startswith(("Geo", "Flat")) and "WKB" not in form else N for form in asked}  # fmt: skip
        keep({"formats": {form: min(seconds[1:]) / n_sites[form] * 1e9 for form, seconds in spent.items()}})  # fmt: skip


def read(path: Path) -> None:
    """Decode the two columns, as `rangemap` does, and nothing else."""
    import pyarrow.parquet as pq

    for _ in pq.ParquetFile(path).iter_batches(262_144, columns=["lat", "lon"], use_threads=False):
        pass


def write(folder: Path) -> dict[str, Path]:
    """Write the same sites in each format, and return the files."""
    import geopandas as gpd
    import pyarrow as pa
    import pyarrow.csv as arrow_csv
    import pyarrow.parquet as pq

    plain = folder / "sites.parquet"
    _sites.write_parquet(plain, N)
    table = pq.read_table(plain)
    points = gpd.points_from_xy(table["lon"].to_numpy(), table["lat"].to_numpy())
    frame = gpd.GeoDataFrame({"id": table["id"].to_numpy()}, geometry=points, crs=4326)
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}}  # fmt: skip
    wkb = pa.table({"id": table["id"], "geometry": pa.array(frame.geometry.to_wkb(), pa.binary())})
    files = {
        "Parquet, lat and lon": plain,
        "GeoParquet, WKB": folder / "wkb.parquet",
        "CSV": folder / "sites.csv",
        "FlatGeobuf": folder / "sites.fgb",
        "GeoPackage": folder / "sites.gpkg",
        "GeoJSON": folder / "sites.geojson",
    }
    pq.write_table(wkb.replace_schema_metadata({"geo": json.dumps(geo)}), files["GeoParquet, WKB"])
    arrow_csv.write_csv(table, files["CSV"])
    for form in ("FlatGeobuf", "GeoPackage", "GeoJSON"):
        frame[:FEWER].to_file(files[form], driver="GPKG" if form == "GeoPackage" else form)
    return files


if __name__ == "__main__":
    main()
