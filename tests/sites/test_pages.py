"""Which Parquet columns are read without a dictionary: never one that unpacks without limit."""

import io
import json
import struct
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.errors import DocumentError
from rangemap.sites.open import open_sites
from rangemap.sites.stream.pages import repeats_no_long_values
from tests.sites.test_stream import GEO

POINTS = [struct.pack("<BI2d", 1, 1, lon, 20) for lon in np.random.default_rng(1).uniform(-9, 9, 5000)]  # fmt: skip
REPEATED = [struct.pack("<BI2d", 1, 1, 1, 2)] * 5000


def plain(content: bytes) -> bool:
    file = io.BytesIO(content)
    return repeats_no_long_values(file, pq.ParquetFile(file).metadata, 0)


def written(values, **options) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"g": pa.array(values, pa.binary())}), file, row_group_size=2000, data_page_size=4096, **options)  # fmt: skip
    return file.getvalue()


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("values", [POINTS, REPEATED, [*REPEATED, None, *POINTS]])
@pytest.mark.parametrize("limit", [2**20, 1000, None])
def test_points_are_plain_however_they_are_written(compression, version, values, limit):
    options = {"use_dictionary": limit is not None}
    if limit:
        options["dictionary_pagesize_limit"] = limit  # then the rest of the pages are plain
    assert plain(written(values, compression=compression, data_page_version=version, **options))


LONG = b"\1" * 100_000


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
@pytest.mark.parametrize(
    "values", [[LONG] * 100, [*POINTS, *[LONG] * 3], [b"", *[LONG] * 50], [b"\1" * 65] * 100]
)
def test_values_that_are_long_and_repeated_are_not_plain(compression, values):
    assert not plain(written(values, compression=compression))


def test_other_encodings_are_not_plain():
    for encoding in ("DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"):
        content = written([LONG] * 10, use_dictionary=False, column_encoding={"g": encoding})
        assert not plain(content)


def test_metadata_that_hide_a_dictionary_are_not_believed():
    file = io.BytesIO(written([LONG] * 500))
    true = pq.ParquetFile(file).metadata.row_group(0).column(0)
    honest = {
        name: getattr(true, name)
        for name in ("compression", "num_values", "total_compressed_size", "data_page_offset", "dictionary_page_offset", "has_dictionary_page")
    }  # fmt: skip

    def found(**lies):
        chunk = SimpleNamespace(**{**honest, **lies})
        group = SimpleNamespace(column=lambda _: chunk)
        return repeats_no_long_values(file, SimpleNamespace(num_row_groups=1, row_group=lambda _: group), 0)  # fmt: skip

    start = honest["dictionary_page_offset"]
    assert not found(has_dictionary_page=False, dictionary_page_offset=None, data_page_offset=start)
    assert not found(data_page_offset=start, dictionary_page_offset=honest["data_page_offset"])
    assert not found(total_compressed_size=honest["total_compressed_size"] - 1)
    short = written(POINTS[:100] * 5)
    file = io.BytesIO(short)
    assert not found(compression="ZSTD")


@given(st.binary(max_size=200), st.integers(0, 300))
def test_bytes_that_are_no_pages_are_not_plain(content, size):
    chunk = SimpleNamespace(
        compression="SNAPPY", num_values=7, total_compressed_size=size + 1, data_page_offset=0,
        dictionary_page_offset=None, has_dictionary_page=False,
    )  # fmt: skip
    group = SimpleNamespace(column=lambda _: chunk)
    metadata = SimpleNamespace(num_row_groups=1, row_group=lambda _: group)
    assert not repeats_no_long_values(io.BytesIO(content), metadata, 0)


def test_a_column_that_unpacks_without_limit_is_refused_before_it_does(tmp_path):
    path = tmp_path / "s.parquet"
    table = pa.table({"g": pa.array([*POINTS, *[b"\1" * 10**6] * 270])})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(GEO)}), path)
    stream = open_sites(str(path))
    with pytest.raises(DocumentError, match="'g' has 257 MiB of text in 5,270 rows"):
        list(stream.chunks(next(stream.tasks())))
