"""Every page matches the software: commands run; options, targets and links exist."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from typer.main import get_command

from rangemap.cli.app import app
from tests.cli.test_cli import commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for folder in (".", "docs", "docs/verification", "data", "comparisons/speed")
    for path in sorted((ROOT / folder).glob("*.md"))
}
# These have their own tests, with the files that their commands read.
BLOCKS = [
    (page, line)
    for page, text in PAGES.items()
    if page
    not in {"README.md", "docs/basemaps.md", "docs/catalogue.md", "docs/import.md", "docs/sites.md"}
    for line in re.findall(r"^    (rangemap .+)$", text, re.MULTILINE)
]
INLINE = sorted({
    (page, " ".join(words.split()))
    for page, text in PAGES.items()
    for words in re.findall(r"`(rangemap [^`]+)`", text)
})  # fmt: skip


def options(command):
    """Return every option of a command and its subcommands."""
    found = {name for parameter in command.params for name in parameter.opts}
    for below in getattr(command, "commands", {}).values():
        found |= options(below)
    return found


OPTIONS = options(get_command(app)) | {"--help", "-h"}


def test_the_pages_exist():
    assert {"README.md", "CONTRIBUTING.md", "docs/outputs.md", "docs/trust.md", "docs/verification/2026-11.md", "data/README.md"} <= set(PAGES)  # fmt: skip
    assert len(BLOCKS) >= 4


@pytest.mark.parametrize(("page", "line"), BLOCKS, ids=[" ".join(pair) for pair in BLOCKS])
def test_each_command_on_a_page_runs(run, tmp_path, monkeypatch, page, line):
    (tmp_path / "maps").symlink_to(ROOT / "maps")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line, comments=True)[1:]
    outcome = run(*words)
    assert outcome.status == 0, (page, outcome.err)
    written = [word for before, word in pairwise(words) if before == "-o"]
    assert outcome.out or written
    for name in written:
        assert (tmp_path / name).stat().st_size > 500
        assert f"wrote {name}" in outcome.err


@pytest.mark.parametrize(("page", "line"), INLINE, ids=[" ".join(pair) for pair in INLINE])
def test_each_command_in_a_sentence_exists(run, tmp_path, monkeypatch, page, line):
    words = shlex.split(line)[1:]
    known = [command for command in commands() if words[: len(command)] == command]
    rest = words[len(max(known, key=len)) :]
    assert len(known) > 1 or rest[0] in OPTIONS, page
    if len(known) > 1 and rest and not re.search(r"[A-Z]{2}|\|", " ".join(rest)):
        (tmp_path / "maps").symlink_to(ROOT / "maps")
        monkeypatch.chdir(tmp_path)
        outcome = run(*words)
        # A sentence may omit what a map shows; all arguments are parsed before that is checked.
        assert outcome.status == 0 or outcome.err.startswith("rangemap: nothing to do"), page


@pytest.mark.parametrize("page", PAGES)
def test_each_option_on_a_page_exists(page):
    # Options on lines that name other programs belong to those programs.
    text = re.sub(r"^.*\b(pip|uv|unshare|curl|flock|pytest|mutmut|python|osmium|overturemaps)\b.*$", "", PAGES[page], flags=re.MULTILINE)  # fmt: skip
    named = set(re.findall(r"(?<=[ `(])--[a-z][a-z-]*", text))
    assert named - OPTIONS == set()


@pytest.mark.parametrize("page", PAGES)
def test_each_make_target_on_a_page_exists(page):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = re.findall(r"(?:^ {4}|`)make ([a-z ]+?)(?:`|$| {2,})", PAGES[page], re.MULTILINE)
    assert {word for words in named for word in words.split()} <= targets


def test_each_make_target_has_a_description():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    described = re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE)
    assert sorted(phony.split()) == sorted(described)


@pytest.mark.parametrize("page", PAGES)
def test_each_link_on_a_page_points_to_a_file(page):
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGES[page]):
        assert (folder / target).exists(), target


def anchors(page):
    """Return the anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_each_anchor_on_a_page_leads_to_a_heading(page):
    for target, anchor in re.findall(r"\]\(([^)#: ]*)#([^)]+)\)", PAGES[page]):
        path = (ROOT / page).parent / target if target else ROOT / page
        assert anchor in anchors(path), f"{target}#{anchor}"
