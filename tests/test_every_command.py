"""Every command from its imports to its end: without a warning, and without the extras."""

import json
import os
import shlex
import subprocess
import sys

import pytest

from .every_command import COMMANDS, REFUSED, write_files
from .test_cli import commands

SCRIPT = """
import json, shlex, sys
blocked, lines = json.load(sys.stdin)
sys.modules.update(dict.fromkeys(blocked))
from rangemap.cli import main
for line in lines:
    sys.argv = ["rangemap", *shlex.split(line)]
    try:
        status = main()
    except SystemExit as stop:
        status = stop.code
    print(f"STATUS {status or 0} {line}", file=sys.stderr)
"""
OF_EXTRAS = ["PIL", "aiohttp", "babel", "docx", "fsspec", "matplotlib", "openpyxl", "pyarrow", "s3fs",
             "typst", "xlsxwriter"]  # fmt: skip


def test_every_command_is_tried():
    tried = [" ".join(shlex.split(line)[:2]) for line in COMMANDS]
    for command in commands():
        assert any(line.startswith(" ".join(command)) for line in tried), command


@pytest.fixture
def told(tmp_path):
    """Run commands one after the other in one process with warnings as errors."""

    def told_(lines, blocked=()):
        write_files(tmp_path)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT],
            input=json.dumps([list(blocked), list(lines)]), cwd=tmp_path,
            env={**os.environ, "PYTHONWARNINGS": "error"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stderr
        assert "Exception ignored" not in done.stderr
        return done.stderr.splitlines()

    return told_


def test_no_command_gives_a_warning(told):
    said = told(COMMANDS)
    ends = [line for line in said if line.startswith("STATUS")]
    assert ends == [f"STATUS 0 {line}" for line in COMMANDS], "\n".join(said)


def test_without_extras_a_command_works_or_names_in_one_line_the_extra_that_it_needs(told):
    lines = COMMANDS | REFUSED
    said = told(lines, OF_EXTRAS)
    for line, extra in lines.items():
        end = said.index(f"STATUS {int(bool(extra))} {line}")
        if extra:
            assert said[end - 1].startswith("rangemap: "), line
            assert f'pip install "rangemap[{extra}]"' in said[end - 1], line
