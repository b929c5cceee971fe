"""The dataset's tables contain the catalogue, in every format, and every column is defined."""

import csv
import hashlib
import json
from dataclasses import fields
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rangemap.catalogue import Claim, Source, Weapon, read_catalogue, read_publishers
from rangemap.catalogue.export import catalogue_tables, joined, split
from rangemap.places import read_registry
from rangemap.places.file import parse_registry
from rangemap.render.dataset import dataset_files

from .conftest import awkward

ROOT = Path(__file__).resolve().parents[3]
TABLES = ("weapons", "claims", "publishers", "sites")


def test_the_files_are_those_that_the_readme_lists(dataset):
    text = (dataset / "README.md").read_text("utf-8")
    names = {path.name for path in dataset.iterdir()} - {"README.md"}
    assert {name for name in names if f"| `{name}` |" in text} == names


def test_every_row_of_the_catalogue_file_is_in_the_tables(dataset):
    """Counts and figures, against the YAML file as another parser reads it."""
    content = yaml.safe_load((ROOT / "data" / "weapons.yaml").read_text("utf-8"))
    weapons = pd.read_csv(dataset / "weapons.csv")
    claims = pd.read_csv(dataset / "claims.csv", dtype=str, keep_default_na=False)
    assert list(weapons["id"]) == [weapon["id"] for weapon in content["weapons"]]
    expected = [
        (
            f"{weapon['id']}/{claim['id']}",
            claim.get("range", ""),
            claim["source"]["publisher"],
            str(claim["source"].get("date", "")),
            claim.get("note", ""),
        )
        for weapon in content["weapons"]
        for claim in weapon["claims"]
    ]
    found = claims[["claim", "range", "publisher", "date", "note"]].itertuples(index=False)
    assert [tuple(row) for row in found] == expected
    assert content["edition"] in (dataset / "README.md").read_text("utf-8")


def test_a_band_follows_from_the_drawn_claims(dataset):
    """Recomputed with pandas, for the weapons whose claims all count in one band."""
    weapons = pd.read_csv(dataset / "weapons.csv").set_index("id")
    claims = pd.read_csv(dataset / "claims.csv")
    plain = claims[claims["drawn"] & claims["variant"].isna() & claims["target"].isna()]
    plain = plain[~plain["weapon_id"].isin(claims[claims["target"].notna()]["weapon_id"])]
    groups = plain.groupby("weapon_id")
    upper_median = groups["high_km"].apply(lambda km: sorted(km)[len(km) // 2])
    found = weapons.loc[upper_median.index]
    assert len(found) > 300
    assert (found["low_km"] == groups["low_km"].min()).all()
    assert (found["high_km"] == groups["high_km"].max()).all()
    assert (found["headline_km"] == upper_median).all()


def test_the_counts_agree_between_the_tables(dataset):
    weapons, claims, publishers, _ = (pd.read_csv(dataset / f"{name}.csv") for name in TABLES)
    by_weapon = claims.groupby("weapon_id", sort=False)
    assert list(weapons["claims"]) == list(by_weapon.size())
    assert list(weapons["publishers"]) == list(by_weapon["publisher"].nunique())
    ranges = claims[(claims["kind"] == "range") & ~claims["doubtful"] & claims["retracted"].isna()]
    sources = ranges.groupby("weapon_id")["independent_source"].nunique()
    counted = sources.reindex(weapons["id"], fill_value=0)
    assert list(weapons["independent_sources"]) == list(counted)
    by_publisher = claims.groupby("publisher").size()
    assert by_publisher[publishers["publisher"]].tolist() == publishers["claims"].tolist()
    assert publishers["claims"].sum() == len(claims)


@pytest.mark.parametrize("name", TABLES)
def test_parquet_has_the_values_of_the_csv_file(dataset, name):
    table = pq.read_table(dataset / f"{name}.parquet").to_pylist()
    with (dataset / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(table)
    for row, values in zip(rows, table, strict=True):
        values.pop("geometry", None)
        texts = {
            key: "; ".join(value)
            if isinstance(value, list)
            else ""
            if value is None
            else str(value).lower()
            if isinstance(value, bool)
            else str(value)
            for key, value in values.items()
        }
        assert {key: cell.removeprefix("'") for key, cell in row.items()} == {
            key: text.removeprefix("'") for key, text in texts.items()
        }


@pytest.mark.parametrize("name", TABLES)
def test_the_readme_and_the_descriptions_define_every_column(dataset, name):
    columns = list(pd.read_csv(dataset / f"{name}.csv").columns)
    assert pq.read_schema(dataset / f"{name}.parquet").names[: len(columns)] == columns
    section = (dataset / "README.md").read_text("utf-8").partition(f"## Columns of `{name}`")[2]
    defined = [line for line in section.partition("\n## ")[0].splitlines() if line[:3] == "| `"]
    assert [line.split("`")[1] for line in defined] == columns
    package = json.loads((dataset / "datapackage.json").read_text("utf-8"))
    (resource,) = (each for each in package["resources"] if each["name"] == name)
    assert [field["name"] for field in resource["schema"]["fields"]] == columns
    croissant = json.loads((dataset / "croissant.json").read_text("utf-8"))
    (records,) = (each for each in croissant["recordSet"] if each["@id"] == name)
    assert [field["name"] for field in records["field"]] == columns


def test_the_descriptions_give_the_hash_of_each_file(dataset):
    package = json.loads((dataset / "datapackage.json").read_text("utf-8"))
    croissant = json.loads((dataset / "croissant.json").read_text("utf-8"))
    page = json.loads((dataset / "dataset.jsonld").read_text("utf-8"))
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in dataset.iterdir()
        if path.suffix in {".csv", ".parquet", ".geojson"}
    }
    assert {each["path"]: each["hash"].removeprefix("sha256:") for each in package["resources"]} == hashes  # fmt: skip
    for listed in (croissant["distribution"], page["distribution"]):
        assert {each["contentUrl"]: each["sha256"] for each in listed} == hashes
    assert package["version"] == croissant["version"] == page["version"] == "2026.12"
    assert page["datePublished"] == "2026-12"


def test_every_field_of_a_record_has_a_column():
    weapons, claims, _ = catalogue_tables(read_catalogue(), read_publishers())
    columns = {column.name for column in weapons.columns}
    assert {field.name for field in fields(Weapon)} <= columns
    columns = {column.name for column in claims.columns} | {"id", "source"}
    assert {field.name for field in (*fields(Claim), *fields(Source))} <= columns


def test_the_awkward_catalogue_sets_every_field():
    weapon = awkward().weapons[5]
    claims = {
        name: [getattr(claim, name) for claim in weapon.claims]
        for name in (field.name for field in fields(Claim))
    }
    assert [name for name, values in claims.items() if not any(values)] == ["target"]
    for record in (weapon, weapon.claims[0].source):
        unset = [each.name for each in fields(record) if not getattr(record, each.name)]
        assert unset in ([], ["edition"])


def test_the_sites_are_the_registry_in_every_format(dataset):
    places = read_registry(None).places
    content = (dataset / "sites.geojson").read_bytes()
    assert parse_registry(content, name="sites.geojson").places == places
    expected = [(place.id, place.lon, place.lat) for place in places]
    for name in ("sites.geojson", "sites.parquet"):
        path = dataset / name
        frame = gpd.read_file(path) if name.endswith("json") else gpd.read_parquet(path)
        assert frame.crs == "OGC:CRS84" or frame.crs == "EPSG:4326"  # noqa: PLR1714  a CRS has no hash
        assert list(zip(frame["id"], frame.geometry.x, frame.geometry.y, strict=True)) == expected
    table = pd.read_csv(dataset / "sites.csv")
    assert list(zip(table["id"], table["lon"], table["lat"], strict=True)) == expected


def test_the_same_catalogue_gives_the_same_bytes(dataset):
    again = dataset_files(read_catalogue(), read_registry(None), read_publishers())
    assert {path.name: path.read_bytes() for path in dataset.iterdir()} == again


def test_a_catalogue_without_an_edition_has_no_version_and_no_date(awkward_dataset):
    package = json.loads((awkward_dataset / "datapackage.json").read_text("utf-8"))
    assert package["version"] == "=2"
    files = dataset_files(
        type(awkward())(awkward().weapons, "mine.yaml"), read_registry(None), read_publishers()
    )
    for name in ("datapackage.json", "croissant.json", "dataset.jsonld"):
        assert not {"version", "datePublished"} & json.loads(files[name]).keys()
    assert b"year" not in files["CITATION.cff"]
    assert yaml.safe_load(files["CITATION.cff"])["type"] == "dataset"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)))
def test_a_list_in_one_cell_is_read_as_it_was_written(values):
    assert split(joined(values)) == values
