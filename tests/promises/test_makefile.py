"""What `make` installs and when, with a fake Python and uv that only record their calls."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Both create an environment like the real tools, and install nothing.
TOOL = f"""#!/bin/sh
name=$(basename "$0")
case "$1" in
    -c) exec {sys.executable} "$@" ;;
    --version) exit 0 ;;
esac
[ "$name" = uv ] && downloads="$UV_PYTHON_DOWNLOADS "
echo "$downloads$name $*" >>"$CALLS"
case " $* " in
    *" venv "*)
        for last; do :; done
        mkdir -p "$last/bin" "$last/lib"
        cp "$0" "$last/bin/python"
        cp "$0" "$last/bin/rangemap" ;;
esac
case " $* " in *" $FAILS "*) exit 1 ;; esac
"""
MAKE = shutil.which("make") or ""
needs_make = pytest.mark.skipif(not MAKE, reason="needs make")


class Checkout:
    def __init__(self, folder: Path) -> None:
        self.folder, self.calls = folder, folder / "calls"
        for name in ("Makefile", "constraints.txt", "constraints-core.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, folder / name)
        for name in ("python", "uv"):
            (folder / name).write_text(TOOL, "utf-8")
            (folder / name).chmod(0o755)

    def make(self, *words: str, fails: str = "") -> tuple[int, list[str]]:
        """Run make; return its exit status and the calls of Python and uv."""
        self.calls.write_text("", "utf-8")
        path = f"{self.folder}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [MAKE, "PYTHON=./python", *words],
            cwd=self.folder,
            env={"PATH": path, "CALLS": str(self.calls), "FAILS": fails or "nothing"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, self.calls.read_text("utf-8").splitlines()


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def installed(calls: list[str]) -> list[str]:
    """Return the installed requirement lists, each only if hashes were required."""
    return [call.split()[-1] for call in calls if "--require-hashes --requirement" in call]


@needs_make
@pytest.mark.parametrize("uv", ["uv", ""])
def test_a_map_installs_the_core_and_tests_add_the_rest(checkout, uv):
    status, calls = checkout.make(f"UV={uv}", "map")
    assert status == 0, calls
    assert installed(calls) == ["constraints-core.txt"]
    assert calls[-1] == "rangemap map maps/iraq-2024.yaml"
    status, calls = checkout.make(f"UV={uv}", "test")
    assert status == 0, calls
    assert installed(calls) == ["constraints.txt"]
    assert not any(" venv " in call for call in calls)
    assert calls[-1].startswith("python -m pytest ")
    assert checkout.make(f"UV={uv}", "map", "test") == (
        0,
        ["rangemap map maps/iraq-2024.yaml", calls[-1]],
    )


@needs_make
@pytest.mark.parametrize("uv", ["uv", ""])
@pytest.mark.parametrize(
    ("target", "fails"),
    [("map", ".venv"), ("map", "constraints-core.txt"), ("map", "."), ("test", "constraints.txt")],
)
def test_an_incomplete_environment_is_recreated(checkout, uv, target, fails):
    status, _ = checkout.make(f"UV={uv}", target, fails=fails)
    assert status == 2
    left = checkout.folder / ".venv" / "left"
    left.touch()
    status, calls = checkout.make(f"UV={uv}", target)
    assert status == 0, calls
    assert "constraints-core.txt" in installed(calls)
    assert not left.exists()


@needs_make
def test_an_environment_is_recreated_after_a_change_of_requirements(checkout):
    checkout.make("test")
    for name in ("constraints.txt", "constraints-core.txt", "pyproject.toml"):
        later = (checkout.folder / ".venv" / ".ready-dev").stat().st_mtime + 60
        os.utime(checkout.folder / name, (later, later))
        _, calls = checkout.make("test")
        assert installed(calls) == ["constraints-core.txt", "constraints.txt"], name
        os.utime(checkout.folder / name, (0, 0))


@needs_make
def test_uv_uses_the_given_python_and_downloads_none(checkout):
    _, calls = checkout.make("map")
    python = calls[0].removeprefix("never uv venv --quiet --python ").removesuffix(" .venv")
    assert Path(python).samefile(sys.executable)
    assert all(call.startswith("never uv ") for call in calls[:-1])


@needs_make
def test_pip_is_used_if_uv_does_not_run(checkout):
    (checkout.folder / "uv").write_text("#!/bin/sh\nexit 127\n", "utf-8")
    _, calls = checkout.make("map")
    assert calls[0] == "python -m venv .venv"
    assert calls[1].startswith("python -m pip install ")


@needs_make
def test_help_lists_every_target_once_below_a_heading(checkout):
    shown = subprocess.run(
        [MAKE, "help"],
        cwd=checkout.folder,
        env={"PATH": os.environ["PATH"]},  # without the flags of a make that runs the tests
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)", makefile, re.MULTILINE)
    listed = re.findall(r"^  ([a-z]+) ", shown, re.MULTILINE)
    assert sorted(listed) == sorted(phony.split())
    blocks = shown.strip().split("\n\n")
    assert len(blocks) > 3
    for block in blocks:
        heading, *rows = block.splitlines()
        assert not heading.startswith(" ")
        assert rows


@needs_make
def test_one_rule_creates_the_environments_of_single_targets(checkout):
    status, calls = checkout.make("bench")
    assert status == 0, calls
    assert calls[0] == "python -m venv --clear .venv-bench"
    assert calls[1].endswith(
        "--requirement comparisons/requirements.txt --editable .[excel,parquet]"
    )
    _, again = checkout.make("accuracy")
    assert again == ["python -m comparisons.accuracy"]
