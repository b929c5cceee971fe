"""Every command from import to exit: without warnings, and without the extras."""

import json
import os
import subprocess
import sys
from itertools import chain

import pytest

from tests.commands import REFUSED, SESSION, write_session_files

SCRIPT = """
import json, shlex, sys
blocked, lines = json.load(sys.stdin)
sys.modules.update(dict.fromkeys(blocked))
from rangemap.cli.app import main
for line in lines:
    sys.argv = ["rangemap", *line]
    try:
        status = main()
    except SystemExit as stop:
        status = stop.code
    print(f"STATUS {status or 0} {shlex.join(line)}", file=sys.stderr)
"""
OF_EXTRAS = ["PIL", "aiohttp", "babel", "docx", "fsspec", "matplotlib", "openpyxl", "pyarrow", "s3fs",
             "typst", "xlsxwriter"]  # fmt: skip


@pytest.fixture
def told(tmp_path):
    """Run commands one after the other in one process with warnings as errors."""

    def told_(commands, blocked=()):
        write_session_files(tmp_path)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT],
            input=json.dumps([list(blocked), [each.words for each in commands]]), cwd=tmp_path,
            env={**os.environ, "PYTHONWARNINGS": "error"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stderr
        assert "Exception ignored" not in done.stderr
        return done.stderr.splitlines()

    return told_


@pytest.mark.thorough
def test_no_command_emits_a_warning(told, tmp_path):
    said = told(SESSION)
    ends = [line for line in said if line.startswith("STATUS")]
    assert ends == [f"STATUS 0 {each.line()}" for each in SESSION], "\n".join(said)
    for name in chain.from_iterable(each.writes for each in SESSION):
        assert (tmp_path / name).stat().st_size, name


@pytest.mark.thorough
def test_without_extras_a_command_works_or_names_the_required_extra_in_one_line(told):
    commands = (*SESSION, *REFUSED)
    said = told(commands, OF_EXTRAS)
    for each in commands:
        line = each.line()
        end = said.index(f"STATUS {int(bool(each.extra))} {line}")
        if each.extra:
            assert said[end - 1].startswith("rangemap: "), line
            assert f'pip install "rangemap[{each.extra}]"' in said[end - 1], line
