"""The table of commands covers every command, output, input file type and extra."""

import re
import tomllib

import pytest
import typer

from rangemap.cli import check, report
from rangemap.cli import map as map_
from rangemap.cli.app import app
from tests.commands import (
    FILE,
    GOOD_FILES,
    INPUTS,
    READING,
    SESSION,
    SESSION_FILES,
    WRITING,
    Command,
    everything,
    write_inputs,
)
from tests.conftest import ROOT

WRITES = {"--output", "--package", "--rejects", "--save-decisions"}
NOT_OPENED = {"--picture"}  # only its name is used, in the snippet
ALIASES = {
    ".tsv": ".csv", ".txt": ".csv", ".dat": ".csv", ".xlsm": ".xlsx",
    ".geoparquet": ".parquet", ".pq": ".parquet", ".geojsons": ".geojsonl", ".geojsonseq": ".geojsonl",
    ".jsonl": ".geojsonl", ".ndjson": ".geojsonl",
}  # fmt: skip


def walk(command, words=()):
    """Yield each command of the command line with its name."""
    members = getattr(command, "commands", None)
    if members is None:
        yield words, command
    for word, member in (members or {}).items():
        yield from walk(member, (*words, word))


CLI = dict(walk(typer.main.get_command(app)))


def file_options(words: tuple[str, ...]) -> set[str]:
    """The options of a command that take a file name."""
    return {
        parameter.opts[0]
        for parameter in CLI[words].params
        if parameter.param_type_name == "option"
        and {"FILE", "DIR"} & set(re.findall("[A-Z]+", parameter.metavar or ""))
    }


def is_run_by(words: tuple[str, ...], command: Command) -> bool:
    return command.words[: len(words)] == words


def options_of(command: Command) -> set[str]:
    return {{"-o": "--output"}.get(word, word) for word in command.words if word.startswith("-")}


def suffix(name: str) -> str:
    return re.sub(r"^[^.]*", "", name)


@pytest.mark.parametrize("words", CLI, ids=" ".join)
def test_every_command_is_run_without_extras(words):
    assert any(is_run_by(words, each) for each in SESSION)


@pytest.mark.parametrize("words", CLI, ids=" ".join)
def test_every_option_that_writes_a_file_is_tested_with_faults(words):
    options = file_options(words) & WRITES
    met = [options_of(each) for each in WRITING.values() if is_run_by(words, each)]
    assert options <= set().union(*met)


def test_every_option_that_reads_a_file_is_tested_with_hostile_ones():
    read = {
        each.words[each.words.index(FILE) - 1]
        for reader in READING.values()
        for each in reader.commands
    }
    options = set().union(*map(file_options, CLI)) - WRITES - NOT_OPENED
    assert options <= read


@pytest.mark.parametrize(
    ("name", "suffixes"),
    [("map", map_.SUFFIXES), ("check", check.SUFFIXES), ("report", report.SUFFIXES)],
)
def test_every_output_is_tested_with_faults_and_without_extras(name, suffixes):
    for rows in (WRITING.values(), SESSION):
        written = {suffix(out) for row in rows if row.words[0] == name for out in row.writes}
        assert set(suffixes) <= written


@pytest.mark.parametrize(
    "words",
    [
        ("check", "-f", "0,0", "--range", "1 km", "--sites", FILE),
        ("check", "--range", "1 km", "--origins", FILE),
        ("sites", "import", FILE, "--publisher", "P"),
        ("weapons", "import", FILE, "--publisher", "P"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_input_format_is_tested_with_hostile_files(run, tmp_path, words):
    unknown = tmp_path / "a.xyz"
    unknown.touch()
    outcome = run(*Command(words).reading(str(unknown)))
    expected = outcome.err.partition("; expected ")[2].strip().split(", ")
    assert len(expected) > 3, outcome.err
    before = words[words.index(FILE) - 1]
    read = {
        reader.suffix
        for reader in READING.values()
        for each in reader.commands
        if each.words[0] == words[0] and each.words[each.words.index(FILE) - 1] == before
    }
    assert {ALIASES.get(each, each) for each in expected} <= read


def test_each_extra_is_required_by_a_command():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {each.extra for each in everything()} - {""} == set(project["optional-dependencies"])


def test_each_input_file_is_written_before_it_is_read(tmp_path):
    write_inputs(tmp_path)
    made = {*SESSION_FILES, *GOOD_FILES, *(path.name for path in tmp_path.iterdir()), FILE}
    for each in everything():
        assert set(each.reads) <= made, each.line()
        named = {word.removeprefix(f"{INPUTS}/") for word in each.words}
        assert set(each.reads) <= named, each.line()
        made.update(each.writes)


def test_no_command_is_listed_twice_in_a_part():
    for part in (SESSION, tuple(WRITING.values())):
        assert len({each.words for each in part}) == len(part)
