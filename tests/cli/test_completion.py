"""Completion as shells ask for it: by the protocol of typer's scripts, and in bash itself."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rangemap.catalogue import read_catalogue, read_publishers
from rangemap.names import match_key
from rangemap.places import read_registry
from rangemap.render.figure.sizes import PRESETS
from rangemap.scenario.keys import KEYS
from rangemap.wording.language import LANGUAGES
from tests.figure_rules import CATALOGUE

WEAPONS = yaml.safe_load(CATALOGUE.read_text("utf-8"))["weapons"]
BIN = Path(sys.executable).parent


@pytest.fixture
def bash(run, monkeypatch):
    """Ask as bash does, for the last of the words as typed."""

    def ask(*words):
        monkeypatch.setenv("_RANGEMAP_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(["rangemap", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        outcome = run()
        assert (outcome.status, outcome.err) == (0, "")
        return outcome.out.splitlines()

    return ask


@pytest.fixture
def zsh(run, monkeypatch):
    def ask(line):
        monkeypatch.setenv("_RANGEMAP_COMPLETE", "complete_zsh")
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        return run().out

    return ask


@pytest.fixture
def fish(run, monkeypatch):
    def ask(line):
        monkeypatch.setenv("_RANGEMAP_COMPLETE", "complete_fish")
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        return dict(line.partition("\t")[::2] for line in run().out.splitlines())

    return ask


def words_of(lines):
    """The words that a shell reads in what was inserted."""
    return [word for line in lines for word in shlex.split(line)]


def test_without_a_letter_every_weapon_is_offered_by_its_name(bash):
    names = words_of(bash("map", "--weapon", ""))
    assert sorted(map(match_key, names)) == sorted(match_key(entry["name"]) for entry in WEAPONS)


@pytest.mark.thorough(keep=[("map", "fat"), ("check", "FAT"), ("report", "Fat")])
@pytest.mark.parametrize("command", ["map", "check", "report"])
@pytest.mark.parametrize("begun", ["Fat", "fat", "FAT"])
def test_weapons_are_found_in_any_case_and_all_are_accepted(bash, command, begun):
    names = words_of(bash(command, "-w", begun))
    assert {"fateh-110", "fattah-1"} <= {name.casefold() for name in names}
    for name in names:
        assert name.startswith(begun)
        assert read_catalogue().find(name)


def test_aliases_and_variants_are_offered_once_for_each_meaning(bash):
    assert set(words_of(bash("map", "-w", "Geran"))) >= {"Geran-2", "Geranium-2"}
    names = words_of(bash("map", "-w", "Fateh"))
    assert len({match_key(name) for name in names}) == len(names)
    assert "Qassam-1" in words_of(bash("weapons", "show", "Qassam"))


def test_places_are_those_of_the_registry_and_the_largest_towns(bash):
    offered = words_of(bash("map", "--from", "Kher"))
    assert offered[0] == "Kherson, UA"  # the largest town of these letters
    assert "Ain Al Asad" in words_of(bash("check", "--site", "Ain\\ A"))
    names = {match_key(place.name) for place in read_registry(None).places}
    assert {match_key(name) for name in words_of(bash("map", "--from", ""))} == names


def test_choices_are_those_of_the_options(bash):
    assert words_of(bash("map", "--size", "")) == list(PRESETS)
    assert words_of(bash("map", "--units", "n")) == ["nmi"]
    assert words_of(bash("map", "--sources-line", "")) == ["short", "full", "none"]
    assert words_of(bash("check", "--source-kind", "")) == list(KEYS["source_kinds"].choices)
    assert words_of(bash("map", "--lang", "")) == list(LANGUAGES)
    categories = dict.fromkeys(entry["category"] for entry in WEAPONS)
    assert words_of(bash("map", "--category", "")) == list(categories)
    assert words_of(bash("weapons", "list", "--category", "short-range\\ b")) == [
        "short-range ballistic missile"
    ]
    assert words_of(bash("weapons", "list", "--country", "Ukr")) == ["Ukraine"]
    assert "The National" in words_of(bash("map", "--prefer", "The\\ Nat"))
    known = {publisher.name for publisher in read_publishers().publishers}
    assert set(words_of(bash("map", "--prefer", "The"))) <= known


def test_what_nothing_starts_with_is_left_to_file_names(bash, zsh):
    assert words_of(bash("map", "--weapon", "nosuchweapon")) == []
    assert words_of(bash("map", "--title", "")) == []
    assert zsh("rangemap map --weapon nosuchweapon") == "_files\n"


def test_an_open_quotation_mark_needs_no_escapes(bash):
    assert "Ain Al Asad" in bash("check", "--site", '"Ain A')
    assert "Ain\\ Al\\ Asad" in bash("check", "--site", "Ain\\ A")


def test_names_with_special_characters_are_one_word_in_bash(bash):
    lines = bash("map", "--weapon", "Nas")
    assert "Nasr-1 (Iran)" in words_of(lines)
    assert all(len(shlex.split(line)) == 1 for line in lines)


def test_zsh_and_fish_get_an_explanation(zsh, fish):
    assert '"Qassam-1":"Qassam (family)"' in zsh("rangemap map --weapon Qass")
    offered = fish("rangemap map --weapon Qass")
    assert offered["Qassam (family)"] == "rocket artillery"
    assert offered["Qassam-1"] == "Qassam (family)"


def test_no_slow_package_is_imported():
    slow = ("numpy", "pydantic", "shapely", "pyproj", "yaml", "matplotlib", "rapidfuzz")
    for option in ("--weapon", "--from", "--prefer", "--category", "--size", "--lang"):
        code = (
            "import sys; from rangemap.cli.app import main\n"
            "try: main()\n"
            f"except SystemExit: print([m for m in {slow!r} if m in sys.modules])"
        )
        environment = {
            **os.environ,
            "_RANGEMAP_COMPLETE": "complete_bash",
            "COMP_WORDS": f"rangemap\nmap\n{option}\nfr",
            "COMP_CWORD": "3",
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_itself_completes_a_name_with_spaces(tmp_path):
    script = tmp_path / "try.sh"
    script.write_text(
        'eval "$(rangemap --show-completion bash)"\n'
        "COMP_WORDS=(rangemap check --site 'Ain\\ Al\\ A'); COMP_CWORD=3\n"
        "_rangemap_completion rangemap\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n',
        "utf-8",
    )
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [shutil.which("bash"), script], env={**os.environ, "PATH": path}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Ain\\ Al\\ Asad" in done.stdout.splitlines(), done
