"""Sites at s3 and web addresses: the same results, and little of a file is fetched."""

import csv
import functools
import http.server
import sys
import threading

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer

from tests.check.test_stream import NOTE, WORDS, brute_rows


@pytest.fixture(scope="module")
def s3(files):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    patch = pytest.MonkeyPatch()
    for key, value in variables.items():
        patch.setenv(key, value)
    import s3fs

    bucket = s3fs.S3FileSystem(skip_instance_cache=True)
    bucket.mkdir("sites")
    frame = gpd.read_file(files / "s.csv", engine="pyogrio")
    frame = gpd.GeoDataFrame(
        frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326
    )
    frame.to_file(files / "s.fgb", SPATIAL_INDEX="NO")
    frame.to_file(files / "s.gpkg")
    for name in ("s.csv", "s.parquet", "s.fgb", "s.gpkg"):
        bucket.put(str(files / name), f"sites/{name}")
    yield "s3://sites"
    patch.undo()
    server.stop()


@pytest.mark.thorough(keep=[("s.csv",)])
@pytest.mark.parametrize("name", ["s.csv", "s.parquet", "s.fgb", "s.gpkg"])
def test_sites_at_an_s3_address_give_the_same_result_as_local_ones(run, files, s3, tmp_path, name):
    answers = set()
    for where in (f"{s3}/{name}", str(files / "s.csv")):
        words = ["check", *WORDS, "--sites", where, "--summary", "--format", "csv"]
        outcome = run(*words)
        assert (outcome.status, outcome.err) == (0, NOTE)
        answers.add(outcome.out)
    assert len(answers) == 1
    out = tmp_path / "x.csv"
    words = ["check", *WORDS, "--sites", f"{s3}/{name}", "--only", "inside", "-o", out]
    assert run(*words, "--workers", "2").status == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = [(row["site_id"], row["distance_km"]) for row in csv.DictReader(file)]
    expected = [row for row in brute_rows(run, files) if row["verdict"] == "inside"]
    assert found == [(row["site_id"], row["distance_km"]) for row in expected]


def test_a_missing_object_at_an_address_is_refused_in_one_line(run, s3):
    words = ["check", *WORDS, "--sites", f"{s3}/missing.parquet", "--summary"]
    outcome = run(*words)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.startswith(f"rangemap: {s3}/missing.parquet: cannot be ")
    assert outcome.err.count("\n") == 1


def test_sites_at_a_web_address_give_the_same_result_as_local_ones(run, files):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=files)
    handler.log_message = None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet(files)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/s.csv"
        words = ["check", *WORDS, "--summary", "--format", "csv", "--sites"]
        outcome = run(*words, address)
        assert outcome == run(*words, files / "s.csv")
        server.shutdown()


class RangeServer(http.server.BaseHTTPRequestHandler):
    """Serves byte ranges of one file, and counts the bytes."""

    content = b""
    sent = 0

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.content)))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()

    def do_GET(self):
        first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
        part = self.content[first : last + 1]
        type(self).sent += len(part)
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(self.content)}")  # fmt: skip
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *words):
        pass


def test_only_the_required_parts_of_parquet_at_a_web_address_are_fetched(run, files, tmp_path):
    table = pq.read_table(files / "s.parquet")
    photographs = np.random.default_rng(1).bytes(len(table) * 10_000)
    column = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(10_000), len(table), [None, pa.py_buffer(photographs)]
    )
    path = tmp_path / "s.parquet"
    pq.write_table(table.append_column("photograph", column), path, use_dictionary=False)
    RangeServer.content = path.read_bytes()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), RangeServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        words = ["check", *WORDS, "--summary", "--format", "csv", "--sites"]
        outcome = run(*words, f"http://127.0.0.1:{server.server_port}/s.parquet")
        assert outcome == run(*words, files / "s.parquet")
        server.shutdown()
    assert 0 < RangeServer.sent < len(RangeServer.content) / 2


@pytest.mark.parametrize(
    ("missing", "name", "wanted"),
    [
        ("gcsfs", "gs://bucket/s.parquet", "pip install gcsfs"),
        ("gcsfs", "gcs://bucket/s.csv", "pip install gcsfs"),
        ("fsspec", "gs://bucket/s.fgb", "pip install gcsfs"),
        ("fsspec", "s3://bucket/s.csv", 'pip install "rangemap[remote]"'),
        ("aiohttp", "https://127.0.0.1/s.csv", 'pip install "rangemap[remote]"'),
    ],
)
def test_a_missing_package_for_an_address_is_named(run, monkeypatch, missing, name, wanted):
    for module in [word for word in sys.modules if word.split(".")[0] in {missing, "fsspec"}]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, missing, None)
    outcome = run("check", *WORDS, "--summary", "--sites", name)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == f"rangemap: {name}: needs another package; {wanted}\n"


def quiet(folder):
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    return functools.partial(Handler, directory=folder)
