"""Limits of delimited text, XML and archives that imports and checks share."""

import zipfile

import pytest

from rangemap import limits
from rangemap.sites.formats import csv_reader
from tests.importing.reading import sites
from tests.sites.reading import read_whole

DOCTYPE = '<?xml version="1.0"?><!DOCTYPE {0} [<!ENTITY a "b">]><{0}><wpt lat="1" lon="2"/></{0}>'


def test_a_field_is_as_long_as_the_limit_says(tmp_path):
    longest = "x" * limits.LONGEST_FIELD
    path = tmp_path / "a.csv"
    path.write_text(f"name,lat,lon,extra\nA,1,2,{longest}\n", "utf-8")
    assert not sites(path)[0].rejects
    path.write_text(f"name,lat,lon,extra\nA,1,2,{longest}x\n", "utf-8")
    for read in (sites, read_whole):
        with pytest.raises(
            ValueError, match=r"field larger than field limit \(131072\)"
        ) as refused:
            read(path)
        assert str(refused.value).startswith(f"{path}: row ")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_are_counted_whatever_ends_them(monkeypatch, end):
    monkeypatch.setattr("rangemap.sites.formats.MOST_LINES", 10)
    assert len(list(csv_reader(f"a{end}" * 10, ",", name="x"))) == 10
    with pytest.raises(ValueError, match="x: more than 10 lines; split it"):
        list(csv_reader(f"a{end}" * 11, ",", name="x"))


@pytest.mark.parametrize("suffix", ["gpx", "kml"])
def test_the_refusal_of_a_document_type_names_the_file(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_text(DOCTYPE.format(suffix), "utf-8")
    archive = tmp_path / "b.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(path, path.name)
    for each in (path, archive):
        for read in (sites, read_whole):
            with pytest.raises(ValueError, match="declares a document type") as refused:
                read(each)
            assert str(refused.value).startswith(f"{each}: declares a document type")
