"""What the README says works as it says."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"^    (rangemap .+)$", README, re.MULTILINE)


MINE = """\
weapons:
  - id: fateh-110
    name: Fateh-110
    country: Iran
    category: short-range ballistic missile
    claims:
      - {id: own, range: up to 400 km, source: {publisher: Own reading}}
"""


def test_there_are_five_examples():
    five = README[README.index("## Five examples") : README.index("In Python")]
    assert len(re.findall(r"^    rangemap", five, re.MULTILINE)) == 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_runs(run, tmp_path, monkeypatch, example):
    (tmp_path / "maps").symlink_to(ROOT / "maps")
    (tmp_path / "sites.csv").write_text("name,lat,lon\nLondon,51.5,-0.12\nLisbon,38.72,-9.14\n")
    (tmp_path / "mine.yaml").write_text(MINE, "utf-8")
    sites = {
        "name": ["Erbil"] * 99,
        "lat": [36.2] * 99,
        "lon": [44.0] * 99,
        "insured_value": [1] * 99,
    }
    pq.write_table(pa.table(sites), tmp_path / "portfolio.parquet")
    monkeypatch.chdir(tmp_path)
    # What is far away is here, as no test leaves this machine.
    words = shlex.split(example.replace("s3://bucket/", ""))[1:]
    outcome = run(*words)
    assert outcome.status == 0
    written = [word for before, word in pairwise(words) if before == "-o"]
    assert outcome.out or written
    for name in written:
        assert (tmp_path / name).stat().st_size > 500
        assert f"wrote {name}" in outcome.err


def test_what_a_command_prints_is_what_the_page_shows(run):
    shown = re.findall(r"^    (rangemap .+)\n\n```text\n(.*?)```", README, re.MULTILINE | re.DOTALL)
    assert len(shown) == 1
    for command, words in shown:
        assert run(*shlex.split(command)[1:]).out == words


def test_the_counts_of_the_fourth_example_are_the_economists(run, tmp_path, monkeypatch):
    (tmp_path / "sites.csv").write_text("name,lat,lon\nLondon,51.5,-0.12\nLisbon,38.72,-9.14\n")
    monkeypatch.chdir(tmp_path)
    outcome = run(*shlex.split(EXAMPLES[3])[1:], "--format", "csv")
    assert outcome.out.splitlines()[1].split(",")[-5:] == ["2", "1", "0", "0", "1"]


def test_the_python_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(code, names)  # noqa: S102  the README's own words
    assert len(names["scenario"].rings()) == 3


def test_every_linked_file_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


PLACES = re.findall(
    r"^\| (place|town|latitude|degrees|MGRS)[^|]* \| (.+) \| (.+) \|$", README, re.MULTILINE
)
KINDS = {"place": "site", "town": "town"}


def test_each_example_of_a_place_is_read_as_what_it_stands_for():
    from rangemap.places import find_origin, read_registry

    assert [what for what, _, _ in PLACES] == ["place", "town", "latitude", "degrees", "MGRS"]
    registry = read_registry()
    for what, examples, known in PLACES:
        for example in re.findall("`(.+?)`", examples):
            origin = find_origin(example, registry)
            assert origin.kind == KINDS.get(what, "position"), example
            if known == "as typed":
                assert origin.precision_m == 0
            if known == "5 km":
                assert origin.precision_m == 5000
