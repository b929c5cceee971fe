"""All third-party corpora next to the checkout, through every reader of their kind.

The meaning of each file is tested elsewhere (`test_validate`, `test_sites_validate`,
`test_corpora` of imports, `test_positions`); here no other reader breaks or misinterprets one.
"""

import json

import pytest

from rangemap.catalogue.file import parse_catalogue
from rangemap.catalogue.validate import validate_catalogue
from rangemap.errors import RangemapError
from rangemap.importing.decisions import read_decisions
from rangemap.io.documents import parse_json, parse_yaml
from rangemap.places import Registry, parse_angle, parse_position
from rangemap.places.file import parse_registry
from rangemap.render.style_file import read_style
from rangemap.scenario.file import parse_scenario
from rangemap.scenario.values import ScenarioValues
from rangemap.wording.quantities import parse_number, parse_range
from tests.catalogue.test_validate import yaml_cases
from tests.commands import CORPORA, write_good_files
from tests.promises.hostile.guard import run_guarded
from tests.promises.hostile.test_hostile import problem
from tests.sites.reading import read_in_chunks, read_whole

pytestmark = pytest.mark.thorough


def outcome(read, *values, **named):
    """The value read, or the error message; no other exception is allowed."""
    try:
        return read(*values, **named), None
    except RangemapError as error:
        return None, str(error)


@pytest.mark.usefixtures("testdata")
def test_every_yaml_file_through_every_yaml_reader(tmp_path):
    path = tmp_path / "x.yaml"
    taken = {}
    count = 0
    for case in yaml_cases():
        content = case.values[0]
        path.write_bytes(content)
        count += 1
        for reader, found in (
            ("scenario", outcome(parse_scenario, content, name="x.yaml")),
            ("style", outcome(read_style, path)),
            ("decisions", outcome(read_decisions, path)),
            ("catalogue", outcome(parse_catalogue, content, name="x.yaml")),
        ):
            value, refused = found
            assert refused is None or "x.yaml" in refused.splitlines()[0]
            if value is not None:
                taken.setdefault(case.id, []).append(reader)
    assert count == 121
    # None of them contains anything valid in one of our files.
    assert taken == {}


def tables(testdata):
    yield from sorted((testdata / "csv").rglob("*.?sv"))
    yield from sorted((testdata / "geojson").rglob("*.geojson"))
    yield from sorted((testdata / "kml").glob("*.kml"))


def commands(files, *, in_turn: bool):
    """Yield every command that reads a sites file with each file, or one of them in turn."""
    for number, path in enumerate(files):
        for command in [CORPORA[number % len(CORPORA)]] if in_turn else CORPORA:
            yield command.reading(str(path))


def test_every_table_whole_and_in_chunks(testdata):
    files = list(tables(testdata))
    assert len(files) == 38 + 31 + 18
    read = 0
    for path in files[: 38 + 31]:
        whole, refused = outcome(read_whole, path)
        assert refused is None or str(path) in refused
        read += whole is not None
        if path.suffix != ".geojson":
            chunked, also = outcome(read_in_chunks, path)
            assert (also is None) or str(path) in also
            if whole is not None and chunked is not None:
                assert whole.names == chunked.names, path.name
                assert whole.lon.tolist() == chunked.lon.tolist(), path.name
    assert read >= 12


def test_every_table_through_a_command(testdata, tmp_path):
    write_good_files(tmp_path)
    jobs = list(commands(tables(testdata), in_turn=True))
    for job, ended in zip(jobs, run_guarded(jobs, cwd=tmp_path), strict=True):
        assert problem(ended, str(job)) is None


def strings(testdata):
    for name in ("blns_even.json", "xss_sample.json"):
        yield from json.loads((testdata / "strings" / name).read_text("utf-8"))
    cases = json.loads((testdata / "dms" / "lat_lon_strings.json").read_text("utf-8"))
    yield from (case["text"] for case in cases["valid"])
    yield from cases["invalid"]


def test_every_string_as_typed_text_and_as_the_content_of_a_file(testdata, tmp_path):
    every = list(strings(testdata))
    assert len(every) == 258 + 300 + 39 + 3
    read = {"number": 0, "range": 0, "position": 0, "scenario": 0}
    for text in every:
        content = text.encode("utf-8", "surrogatepass")
        read["number"] += outcome(parse_number, text)[0] is not None
        read["range"] += outcome(parse_range, text)[0] is not None
        read["position"] += outcome(parse_position, text)[0] is not None
        outcome(parse_angle, text)
        outcome(Registry(()).get, text)
        outcome(parse_yaml, text, name="x")
        outcome(parse_json, text, name="x", lines=True)
        outcome(parse_registry, content, name="x")
        validate_catalogue(content, name="x")
        scenario, _ = outcome(parse_scenario, content, name="x")
        assert scenario is None or isinstance(scenario, ScenarioValues)
        read["scenario"] += scenario is not None
        for suffix in (".csv", ".geojson"):
            path = tmp_path / f"a{suffix}"
            path.write_bytes(content)
            outcome(read_whole, path)
    # They include plain numbers and one pair of figures, and none is one of our files.
    assert read["scenario"] == 0
    assert read["range"] == 0
    assert read["number"] >= 3
    assert 1 <= read["position"] <= 4
