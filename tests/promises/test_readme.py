"""The examples of the README and of the pages that continue it work as shown."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
# The pages that a newcomer reads next, in the order of its table.
GUIDE = README + "".join(
    (ROOT / "docs" / name).read_text("utf-8") for name in ("places.md", "catalogue.md", "sites.md")
)
EXAMPLES = re.findall(r"^    (rangemap .+)$", GUIDE, re.MULTILINE)


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 100


def test_the_readme_has_five_examples():
    five = README[README.index("## Five examples") : README.index("In Python")]
    assert len(re.findall(r"^    rangemap", five, re.MULTILINE)) == 5


FILES = dict(re.findall(r"^```[a-z]+ (\S+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The repository's files only, as for a reader who has followed the page so far."""
    path = tmp_path_factory.mktemp("copy")
    (path / "maps").symlink_to(ROOT / "maps")
    return path


# In order and in one folder: an example may read files that an earlier one wrote.
@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_runs_in_a_fresh_copy(run, folder, monkeypatch, example):
    for name, content in FILES.items():
        if GUIDE.index(f"{name}\n{content}") < GUIDE.index(example):
            (folder / name).write_text(content, "utf-8")
    monkeypatch.chdir(folder)
    words = shlex.split(example)[1:]
    outcome = run(*words)
    assert outcome.status == 0, outcome.err
    written = [word for before, word in pairwise(words) if before in {"-o", "--package"}]
    assert outcome.out or written
    for name in written:
        assert (folder / name).stat().st_size > 500
        assert f"wrote {name}" in outcome.err


def test_the_page_shows_the_commands_actual_output(run):
    shown = re.findall(r"^    (rangemap .+)\n\n```text\n(.*?)```", README, re.MULTILINE | re.DOTALL)
    assert len(shown) == 1
    for command, words in shown:
        assert run(*shlex.split(command)[1:]).out == words


def test_the_counts_of_the_fourth_example_match_the_economists(run, tmp_path, monkeypatch):
    (tmp_path / "sites.csv").write_text("name,lat,lon\nLondon,51.5,-0.12\nLisbon,38.72,-9.14\n")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(EXAMPLES[3].replace("maps/towns-500.csv", "sites.csv"))[1:]
    outcome = run(*words, "--format", "csv")
    assert outcome.out.splitlines()[1].split(",")[-5:] == ["2", "1", "0", "0", "1"]


def test_the_python_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(code, names)  # noqa: S102  the README's own code
    assert len(names["scenario"].rings()) == 3


def test_every_linked_file_exists():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


PLACES = re.findall(
    r"^\| (place|town|latitude|degrees|MGRS)[^|]* \| (.+) \| (.+) \|$", GUIDE, re.MULTILINE
)
KINDS = {"place": "site", "town": "town"}


def test_each_example_of_a_place_has_the_stated_meaning():
    from rangemap.places import read_registry
    from rangemap.scenario.origins import find_origin

    assert [what for what, _, _ in PLACES] == ["place", "town", "latitude", "degrees", "MGRS"]
    registry = read_registry()
    for what, examples, known in PLACES:
        for example in re.findall("`(.+?)`", examples):
            origin = find_origin(example, registry)
            assert origin.kind == KINDS.get(what, "position"), example
            if known == "exact":
                assert origin.precision_m == 0
            if known == "5 km":
                assert origin.precision_m == 5000
