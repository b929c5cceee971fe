"""Type checkers accept the calls that work and reject those that do not."""

import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import rangemap as rm
from tests.typing import accepted

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED, REJECTED = (ROOT / "tests" / "typing" / f"{name}.py" for name in ("accepted", "rejected"))
EXPECTED = re.compile(r"  # E: (?P<text>.+)$")
FOUND = re.compile(
    r":(?P<line>[0-9]+)(:[0-9]+)?: error: (?P<text>.*)|:(?P<row>[0-9]+):[0-9]+ - error: "
)


def expected() -> dict[int, str]:
    """Return by line what mypy must report."""
    lines = enumerate(REJECTED.read_text("utf-8").splitlines(), start=1)
    return {number: found["text"] for number, line in lines if (found := EXPECTED.search(line))}


def errors(command: list[object]) -> dict[int, str]:
    """Return by line what a checker reports."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found = FOUND.finditer(done.stdout)
    return {int(each["line"] or each["row"]): each["text"] or "" for each in found}


def mypy(path: Path) -> dict[int, str]:
    return errors([sys.executable, "-m", "mypy", "--strict", path])


@pytest.fixture
def pyright():
    program = ROOT / "node_modules" / ".bin" / "pyright"
    if not program.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("pyright is not installed: run `make types` first")
        pytest.skip("pyright is not installed: run `make types` first")
    return lambda path: errors([program, "--pythonpath", sys.executable, path])


@pytest.mark.thorough
def test_mypy_accepts_valid_calls():
    assert mypy(ACCEPTED) == {}


def test_mypy_rejects_each_invalid_call_with_the_reason():
    found, wanted = mypy(REJECTED), expected()
    assert len(wanted) == len(REJECTED.read_text("utf-8").split("\nrm.")) - 1
    assert found.keys() == wanted.keys()
    for line, text in wanted.items():
        assert text in found[line]


@pytest.mark.thorough
def test_pyright_accepts_valid_calls_and_rejects_invalid_ones(pyright):
    assert pyright(ACCEPTED) == {}
    assert pyright(REJECTED).keys() == expected().keys()


@pytest.mark.parametrize("number", range(len(accepted.SCENARIOS)))
def test_accepted_calls_work(number, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert isinstance(accepted.SCENARIOS[number](), rm.Scenario)


def test_the_results_have_the_declared_types(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with warnings.catch_warnings(action="error"):
        accepted.results(tmp_path)
    assert len(accepted.SCENARIOS) >= 27
