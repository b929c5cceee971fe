"""A lint rule is disabled only with a reason next to it."""

import io
import re
import tokenize
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("rangemap", "tests", "comparisons", "fuzz", "data", "docs")
NOQA = re.compile(r"#\s*(?:ruff:\s*|flake8:\s*)?noqa\b(?P<rest>.*)", re.IGNORECASE)
REASONED = re.compile(r": [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*  \S.*")


def without_reason(text: str) -> list[str]:
    """The comments that disable a rule, or all rules, without a reason."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [
        f"line {token.start[0]}: {token.string}"
        for token in tokens
        if token.type == tokenize.COMMENT
        and (found := NOQA.search(token.string))
        and not REASONED.fullmatch(found["rest"])
    ]


def test_each_noqa_gives_its_reason():
    paths = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in FOLDERS)
    found = {path: without_reason(path.read_text("utf-8")) for path in paths}
    assert {str(path): lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "comment",
    ["# noqa", "# noqa: S101", "#NOQA:S101", "# ruff: noqa", "# ruff: noqa: S101, S102", "# x  # noqa: S101"],
)  # fmt: skip
def test_a_noqa_without_a_reason_is_found(comment):
    assert without_reason(f"x = 1  {comment}\n") == [f"line 1: {comment}"]
    assert without_reason(f"x = 1  # noqa: S101, S102  made here\ny = '{comment}'\n") == []


def lint_settings() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    sections = re.findall(
        r"^\[tool\.ruff\.lint(?:\.per-file-ignores)?\]\n(.*?)(?=^\[)",
        text,
        re.MULTILINE | re.DOTALL,
    )
    return "".join(sections).splitlines()  # fmt: skip


def test_each_rule_disabled_in_the_settings_has_a_reason():
    codes = [line for line in lint_settings() if re.search(r'"[A-Z]+[0-9]*"', line)]
    assert len(codes) > 20
    bare = [
        line for line in codes if not line.startswith("select") and not re.search(r"# \S", line)
    ]
    assert bare == []


def test_no_module_has_more_than_450_lines():
    package = ROOT / "rangemap"
    files = [path for kind in ("*.py", "*.js", "*.css", "*.typ") for path in package.rglob(kind)]
    assert len(files) > 200
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in files}
    assert {str(path.relative_to(ROOT)): n for path, n in lines.items() if n > 450} == {}


def test_at_most_ten_modules_are_directly_in_the_package():
    assert len(list((ROOT / "rangemap").glob("*.py"))) <= 10
