"""Results for files larger than memory: the same bytes for any chunk size and worker count."""

import csv
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rangemap.catalogue import bare_system
from rangemap.check.answer import answer
from rangemap.check.job import Job, columns_of
from rangemap.check.per_site import SITE_COLUMNS
from rangemap.check.rows import Rows
from rangemap.check.table import COLUMNS, SUMMARY_COLUMNS
from rangemap.check.verdicts import Verdict
from rangemap.geodesy.position import LonLat
from rangemap.render.tables.encoders import encoder_for
from rangemap.scenario.origins import Origin, OriginKind
from rangemap.scenario.pairs import combinations
from rangemap.sites import open_sites
from tests.check.conftest import some_sites

WORDS = [
    "--from", "33.3,44.4", "--from", "0,179.9", "--from", "89.5,10",
    "--range", "Near=150-300 km (min 50 km)", "--range", "2,000 km", "--range", "Far=at least 9,000 km",
]  # fmt: skip

NOTE = (
    "rangemap: all 9 combinations of 3 origins and 3 weapons or ranges count; for only some of them"
    ' use pairs instead, as in --pair "Near @ 33.3,44.4"\n'
)


def brute_rows(run, files):
    outcome = run("check", *WORDS, "--sites", files / "s.csv", "--format", "csv")
    assert (outcome.status, outcome.err) == (0, NOTE)
    return list(csv.DictReader(outcome.out.splitlines()))


@pytest.mark.thorough
def test_streaming_gives_the_same_bytes_as_reading_the_whole_file(run, files, tmp_path):
    for extra in ([], ["--only", "inside", "--only", "disputed"], ["--per-site"], ["--summary"]):
        for suffix in (".csv", ".json"):
            whole, streamed = tmp_path / f"whole{suffix}", tmp_path / f"streamed{suffix}"
            words = ["check", *WORDS, "--sites", files / "s.csv", *extra]
            assert run(*words, "-o", whole).status == 0
            # --rejects makes a small file be read in chunks.
            rejects = tmp_path / "rejects.csv"
            assert run(*words, "-o", streamed, "--rejects", rejects).status == 0
            assert streamed.read_bytes() == whole.read_bytes()
            assert rejects.read_text() == "row,reason,id,name,lat,lon,precision_km,insured\n"


def job_of(rows, stream, suffix, **more):
    origins = [
        Origin(name=f"O{n}", kind=OriginKind.POSITION, lonlat=LonLat(*lonlat), precision_m=500.0)
        for n, lonlat in enumerate([(44.4, 33.3), (179.9, 0), (10, 89.5)])
    ]
    systems = [bare_system(text) for text in WORDS[7::2]]
    job = Job(pairs=combinations(origins, systems), rows=rows, **more)
    types = dict(zip(columns_of(job, stream.layout.columns)[-6:], stream.types, strict=True))
    columns = columns_of(job, stream.layout.columns)
    encoder = encoder_for(suffix, columns, types, has_points=True)
    return Job(pairs=job.pairs, rows=rows, encoders=(encoder,), **more)


@pytest.mark.thorough(keep=[(".parquet", "s.csv", Rows.SITE)])
@pytest.mark.parametrize("rows", [Rows.VERDICT, Rows.SITE])
@pytest.mark.parametrize("name", ["s.csv", "s.parquet"])
@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_neither_chunks_nor_processes_change_a_byte(files, tmp_path, suffix, name, rows):
    contents = set()
    for chunk_rows, workers in ((64, 1), (701, 1), (10**6, 1), (300, 2)):
        stream = open_sites(str(files / name), chunk_rows=chunk_rows)
        job = job_of(rows, stream, suffix, only=(Verdict.INSIDE, Verdict.DISPUTED))
        path = tmp_path / "out"
        with (
            answer(job, stream, workers=workers, folder=tmp_path) as found,
            path.open("wb") as file,
        ):
            job.encoders[0].assemble(found.segments(), file)
        contents.add(path.read_bytes())
        assert list(tmp_path.iterdir()) == [path]  # no temporary files remain
    assert len(contents) == 1
    assert len(contents.pop()) > 10_000


@pytest.mark.thorough
def test_totals_of_several_columns_are_exact_for_any_chunk_size(run, files, tmp_path):
    rows = brute_rows(run, files)
    expected = {}
    for row in rows:
        key = (row["origin"], row["weapon"], row["verdict"])
        expected.setdefault(key, []).append(row)
    outputs = set()
    for name in ("s.csv", "s.parquet"):
        for extra in ([], ["--rejects", tmp_path / "r.csv"], ["--rejects", tmp_path / "r.csv", "--workers", "2"]):  # fmt: skip
            words = [
                "check",
                *WORDS,
                "--sites",
                files / name,
                "--sum",
                "insured",
                "--sum",
                "lat",
                "--sum",
                "insured",
                "--format",
                "csv",
            ]
            outcome = run(*words, *extra)
            assert outcome.status == 0
            outputs.add(outcome.out)
    assert len(outputs) == 1
    counted = list(csv.DictReader(outputs.pop().splitlines()))
    assert len(counted) == 9
    columns = [f"{name}_{verdict}" for name in ("insured", "lat") for verdict in Verdict]
    assert list(counted[0]) == [*SUMMARY_COLUMNS, *columns]
    for row in counted:
        for verdict in Verdict:
            found = expected.get((row["origin"], row["weapon"], verdict.value), [])
            assert int(row[verdict.value]) == len(found)
            for name in ("insured", "lat"):
                total = math.fsum(float(one[name]) for one in found)
                assert float(row[f"{name}_{verdict}"]) == total


def test_rows_without_a_number_are_not_summed_and_are_reported(run, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text('name,lat,lon,tiv,staff\nA,0,1,5,1\nB,0,1,NA,2\nC,0,1,"1,000",\nD,0,1,2.5,4\n')
    words = ["check", "--from", "0,0", "--range", "500 km", "--sites", path, "--sum", "tiv"]
    outcome = run(*words, "--sum", "lat", "--sum", "staff", "--format", "json")
    (counted,) = json.loads(outcome.out)
    assert (counted["tiv_inside"], counted["lat_inside"], counted["staff_inside"]) == (7.5, 0, 7)
    assert outcome.err.splitlines() == [
        f"rangemap: {number} sites have no number in column {name!r}; they are not counted in the sum"
        for number, name in ((2, "tiv"), (1, "staff"))
    ]
    refused = run(*words, "--sum", "value")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.endswith("has no column 'value'; it has name, lat, lon, tiv, staff; choose one with --sum\n")  # fmt: skip


STRENGTH = [verdict.value for verdict in Verdict]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_without_rows_counts_zero(run, tmp_path, workers):
    (tmp_path / "s.csv").write_text("name,lat,lon,insured\n" + "\n" * 9)
    pq.write_table(
        pa.table({"name": [], "lat": pa.array([], "f8"), "lon": pa.array([], "f8"), "insured": []}),
        tmp_path / "s.parquet",
    )
    for name in ("s.csv", "s.parquet"):
        words = ["check", *WORDS, "--sites", tmp_path / name, "--workers", workers]
        words += ["--rejects", tmp_path / "r.csv", "--format", "csv"]
        counted = run(*words, "--summary", "--sum", "insured", "--sum", "lat")
        assert counted.status == 0, counted.err
        rows = list(csv.DictReader(counted.out.splitlines()))
        assert len(rows) == 9
        assert {row["sites"] for row in rows} == {"0"}
        assert {row["insured_outside"] for row in rows} == {"0.0"}
        assert {row["lat_inside"] for row in rows} == {"0.0"}
        assert run(*words, "--per-site", "-o", tmp_path / "o.csv").status == 0
        assert (tmp_path / "o.csv").read_text().count("\n") == 1


@pytest.mark.parametrize("name", ["s.csv", "s.parquet"])
def test_one_row_per_site_summarises_all_its_rows(run, files, tmp_path, name):
    by_site = {}
    for row in brute_rows(run, files):
        by_site.setdefault(row["site_id"], []).append(row)
    out = tmp_path / "sites.csv"
    assert run("check", *WORDS, "--sites", files / name, "--per-site", "-o", out).status == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["site_id"] for row in found] == list(by_site)
    assert tuple(found[0])[: len(SITE_COLUMNS)] == SITE_COLUMNS
    for row in found:
        rows = by_site[row["site_id"]]
        strongest = min((one["verdict"] for one in rows), key=STRENGTH.index)
        assert row["verdict"] == strongest
        best = {}
        for one in rows:
            best.setdefault(one["weapon"], []).append(one["verdict"])
        of_weapon = [min(verdicts, key=STRENGTH.index) for verdicts in best.values()]
        assert int(row["systems_inside"]) == of_weapon.count("inside")
        assert int(row["systems_disputed"]) == of_weapon.count("disputed")
        margins = [abs(float(one["margin_km"])) for one in rows if one["verdict"] == strongest]
        assert abs(float(row["margin_km"])) == pytest.approx(min(margins), abs=0.0011)
        (ring,) = [one for one in rows if (one["origin"], one["weapon"]) == (row["origin"], row["weapon"])]  # fmt: skip
        assert (ring["margin_km"], ring["distance_km"]) == (row["margin_km"], row["distance_km"])
        assert ring["verdict"] == strongest


def test_other_software_reads_parquet_with_types_points_and_own_columns(run, files, tmp_path):
    out = tmp_path / "out.parquet"
    outcome = run("check", *WORDS, "--sites", files / "s.parquet", "--only", "inside", "-o", out)
    assert (outcome.status, outcome.out) == (0, "")
    frame = gpd.read_parquet(out)
    rows = [row for row in brute_rows(run, files) if row["verdict"] == "inside"]
    assert len(frame) == len(rows) > 500
    assert frame.crs == "OGC:CRS84"
    assert frame.columns.tolist() == [
        *COLUMNS, "id", "name", "lat", "lon", "input_precision_km", "insured", "edition", "geometry",
    ]  # fmt: skip
    assert frame["distance_km"].tolist() == [float(row["distance_km"]) for row in rows]
    assert frame["site_id"].tolist() == [row["site_id"] for row in rows]
    assert frame["insured"].tolist() == [float(row["insured"]) for row in rows]
    assert frame.geometry.x.tolist() == frame["lon"].tolist()
    assert frame.geometry.y.tolist() == frame["lat"].tolist()
    # And back: the result is itself a sites file.
    again = run("check", *WORDS, "--sites", out, "--summary", "--name", "site", "--format", "csv")
    assert again.status == 0


def test_the_registry_and_summaries_can_be_written_as_parquet(run, tmp_path):
    words = ["check", "--from", "Jurf Al Sakhar", "--weapon", "Fateh-110"]
    for extra in ([], ["--summary"], ["--per-site"]):
        table, text = tmp_path / "x.parquet", tmp_path / "x.csv"
        assert run(*words, *extra, "-o", table).status == 0
        assert run(*words, *extra, "-o", text).status == 0
        with text.open(encoding="utf-8-sig", newline="") as file:
            expected = list(csv.DictReader(file))
        columns = [name for name in pq.read_schema(table).names if name != "geometry"]
        assert columns == list(expected[0])
        found = pq.read_table(table).select(columns).to_pylist()
        assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in found] == expected  # fmt: skip


def test_row_groups_have_one_size_and_the_geometry_column_a_unique_name(tmp_path, monkeypatch):
    monkeypatch.setattr("rangemap.render.tables.encoders._ROW_GROUP", 1000)
    encoder = encoder_for(".parquet", ("site", "distance_km"), {}, has_points=True)
    parts = [encoder.encode([("a", 1.0)] * n, np.zeros((n, 2))) for n in (1, 0, 999, 2500, 7)]
    path = tmp_path / "x.parquet"
    with path.open("wb") as file:
        encoder.assemble(parts, file)
    metadata = pq.ParquetFile(path).metadata
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [1000, 1000, 1000, 507]  # fmt: skip


BAD = [("X", "", "5"), ("Y", "abc", "5"), ("Z", "95", "0"), ("W", "NaN", "1")]


def with_bad_rows(folder, kind):
    rows = [("A", "1", "1"), BAD[0], BAD[1], ("B", "2", "2"), *BAD[2:], ("A", "1", "1")]
    path = folder / f"bad.{kind}"
    if kind == "csv":
        path.write_text("\n".join(",".join(row) for row in [("name", "lat", "lon"), *rows]))
    else:
        columns = dict(zip(("name", "lat", "lon"), zip(*rows, strict=True), strict=True))
        pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_bad_rows_are_counted_and_listed_or_the_file_is_refused(run, tmp_path, kind):
    path = with_bad_rows(tmp_path, kind)
    words = ["check", "--from", "0,0", "--range", "500 km", "--sites", path]
    refused = run(*words, "--summary")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.count("\n") == len(BAD) + 1  # the last one names --rejects
    listed = tmp_path / "rejects.csv"
    outcome = run(*words, "--summary", "--format", "json", "--rejects", listed)
    assert outcome.status == 0
    assert outcome.err == f"wrote {listed}: 4 of 7 rows have no valid position\n"
    (row,) = json.loads(outcome.out)
    assert (row["sites"], row["inside"]) == (3, 3)  # the duplicate counts
    with listed.open(newline="") as file:
        rejects = list(csv.DictReader(file))
    assert [(one["row"], one["name"], one["lat"], one["lon"]) for one in rejects] == [
        (number, *fields) for number, fields in zip("2356", BAD, strict=True)
    ]
    assert "latitude 95 is outside -90 to 90" in rejects[2]["reason"]


def test_a_large_file_with_bad_rows_is_refused_with_the_fix(run, tmp_path, monkeypatch):
    monkeypatch.setattr("rangemap.cli.check._MEDIUM", 100)
    path = tmp_path / "s.csv"
    path.write_text("name,lat,lon\n" + "A,1,1\nB,x,1\n" * 50)
    out = tmp_path / "out.csv"
    outcome = run("check", "--from", "0,0", "--range", "5 km", "--sites", path, "-o", out)
    assert (outcome.status, outcome.out) == (1, "")
    lines = outcome.err.splitlines()
    assert len(lines) == 17
    assert lines[0].startswith(f"rangemap: {path}: row 2: latitude is 'x'; expected")
    assert lines[-1] == f"{path}: fix these rows, or skip them with --rejects FILE"
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.csv"]


@pytest.mark.parametrize(
    ("words", "status", "err"),
    [
        (["--rejects", "r.csv"], 2, "--rejects needs a file of sites, all of which are checked; name one with --sites"),
        (["--per-site", "--summary"], 2, "cannot be combined with --summary"),
        (["--sites", "{s}", "--site", "00008", "--rejects", "r.csv"], 2, "with --sites FILE, without --site"),
        (["--sites", "{s}", "--rejects", "r.csv"], 2, "with --rejects the table cannot be printed"),
        (["--sites", "{s}", "-o", "/missing/x.parquet"], 1, "cannot be written: No such file"),
        (["--sites", "{s}", "-o", "x.xml"], 2, "expected .csv, .json, .parquet"),
        (["--workers", "0"], 2, "Invalid value"),
    ],
)  # fmt: skip
def test_unsupported_combinations_are_refused_in_one_line(run, files, tmp_path, monkeypatch, words, status, err):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    words = [word.format(s=files / "s.csv") for word in words]
    outcome = run("check", "--from", "0,0", "--range", "5 km", *words)
    assert (outcome.status, outcome.out) == (status, "")
    assert err in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_the_exit_code_reports_sites_within_range_of_a_streamed_file(run, files, tmp_path):
    words = ["check", "--from", "33.3,44.4", "--sites", files / "s.csv", "--exit-code"]
    for extra in (["--summary"], ["-o", tmp_path / "x.csv"], ["-o", tmp_path / "x.csv", "--per-site"]):  # fmt: skip
        every = [*words, *extra, "--rejects", tmp_path / "r.csv"]
        assert run(*every, "--range", "2,000 km").status == 3
        assert run(*every, "--range", "2,000 km", "--only", "outside").status == 3
        assert run(*every, "--range", "0.01 km").status == 0


def test_a_killed_worker_gives_one_line_and_leaves_no_file(tmp_path):
    columns = some_sites(60_000)
    pq.write_table(pa.table(columns), tmp_path / "s.parquet", row_group_size=3000)
    command = [
        sys.executable, "-c", "from rangemap.cli.app import main; main()", "check", *WORDS, "--workers", "2",
        "--sites", "s.parquet", "--rejects", "r.csv", "-o", "out.csv",
    ]  # fmt: skip
    running = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    victim = None
    while victim is None and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.02)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        spawned = [c for c in children if "spawn_main" in Path(f"/proc/{c}/cmdline").read_text()]
        # Both are working once rows are waiting.
        waiting = [path for path in tmp_path.glob(".rangemap-*/*") if path.stat().st_size]
        victim = int(spawned[0]) if len(spawned) == 2 and waiting else None
    assert victim is not None, running.communicate()
    os.kill(victim, signal.SIGKILL)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (1, "")
    assert err == "rangemap: a worker process was killed, possibly because memory ran out; use fewer --workers\n"  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["s.parquet"]


LIMITED = "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (200_000, 200_000)); from rangemap.cli.app import main; main()"  # fmt: skip


@pytest.mark.thorough(keep=[("out.parquet", "2")])
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_no_disk_space_for_waiting_rows_gives_one_line_and_leaves_the_old_file(
    tmp_path, name, workers
):
    pq.write_table(pa.table(some_sites(12_000)), tmp_path / "s.parquet", row_group_size=3000)
    (tmp_path / name).write_text("old")
    command = [sys.executable, "-c", LIMITED, "check", *WORDS, "--workers", workers]
    done = subprocess.run(
        [*command, "--sites", "s.parquet", "--rejects", "r.csv", "-o", name],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"rangemap: {tmp_path}: cannot be written: File too large\n"
    assert (tmp_path / name).read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "s.parquet"])


# Everything is imported first: the interpreter's own failures without memory do not count.
STARVED = """
import resource, sys
import pyarrow.compute, pyarrow.csv, pyarrow.parquet
import rangemap.cli.stream, rangemap.scenario.read, rangemap.sites.open
from rangemap.cli.app import main
rest = int(sys.argv.pop(1)) * 2**20
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + rest, size + rest))
main()
"""


@pytest.mark.thorough(keep=[(48,)])
@pytest.mark.parametrize(("rest_mib", "status"), [(16, 1), (48, 1), (2048, 0)])
def test_running_out_of_memory_gives_one_line(tmp_path, rest_mib, status):
    pq.write_table(pa.table(some_sites(1000)), tmp_path / "few.parquet")
    few = pq.read_table(tmp_path / "few.parquet")
    pq.write_table(pa.concat_tables([few] * 600), tmp_path / "s.parquet")
    done = subprocess.run(
        [sys.executable, "-c", STARVED, str(rest_mib), "check", *WORDS, "--sites", "s.parquet", "--summary", "--rejects", "r.csv"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    last = done.stderr.removeprefix(NOTE)
    assert (last == done.stderr) == bool(status)
    assert last.count("\n") == 1
    assert last.startswith("rangemap: " if status else "wrote r.csv: 0 of 600,000 rows")
    assert bool(done.stdout) == (status == 0)
    assert (tmp_path / "r.csv").exists() == (status == 0)


def test_large_files_are_read_in_chunks_if_no_table_is_printed(run, files, monkeypatch):
    monkeypatch.setattr("rangemap.cli.check._MEDIUM", 1000)
    words = ["check", *WORDS, "--sites", files / "s.csv"]
    whole = run(*words, "--summary", "--format", "csv")
    with monkeypatch.context() as patch:
        patch.setattr(
            "rangemap.sites.stream.delimited.DelimitedSites._read_whole", None
        )  # must not be called
        assert run(*words, "--summary", "--format", "csv") == whole
        assert run(*words, "--only", "inside", "--format", "json").status == 0
    # A table on the screen, and a site selected by name, need the whole file.
    assert "Site, 8" in run(*words, "--only", "inside").out
    assert run(*words, "--site", "00008", "--format", "json").status == 0
