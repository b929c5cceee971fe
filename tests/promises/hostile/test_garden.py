"""Strange values in every option of every command and in every public call: refused or read."""

import pytest

from tests.commands import BASE, write_good_files
from tests.promises.hostile.garden import (
    TYPED,
    commands,
    python_calls,
    questions,
    wrong,
)
from tests.promises.hostile.guard import run_guarded

pytestmark = pytest.mark.thorough


def test_the_garden_covers_every_command():
    assert set(commands()) == set(BASE)


def test_no_strange_argument_crashes_a_command(tmp_path):
    write_good_files(tmp_path)
    asked = list(questions(all_=False))
    assert {question.value for question in asked} == set(TYPED)
    ended = run_guarded([question.words for question in asked], cwd=tmp_path)
    bad = [told for q, e in zip(asked, ended, strict=True) if (told := wrong(q, e))]
    assert not bad, "\n".join(bad)


def test_no_strange_value_crashes_a_public_call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    count, bad = python_calls(every=11)
    assert count > 1_000
    assert not bad, "\n".join(bad)
