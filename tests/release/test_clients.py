"""How `make clients` evaluates its findings, without running any client."""

import pytest

from tests.release.clients import __main__ as program
from tests.release.clients.expected import EXPECTED
from tests.release.clients.outcome import AbsentError, Check, Client, Expected

KNOWN = Expected("A", "kml", "outlines", "a width of 0 is drawn")


@pytest.fixture
def judged(monkeypatch):
    monkeypatch.setattr(program, "EXPECTED", (KNOWN,))
    return lambda *checks: program.judge("A", "kml", list(checks))


def test_a_failed_fact_is_a_fault(judged):
    known = Check("kml", "outlines", "a.kml", "drawn")
    outcome, faults = judged(known, Check("kml", "valid", "a.kml", "line 1"))
    assert (outcome, faults) == ("FAULT", ["A, kml, a.kml: valid: line 1"])
    assert judged(known, Check("kml", "valid", "a.kml")) == ("expected", [])


def test_an_expected_finding_that_no_longer_occurs_is_a_fault(judged):
    outcome, (fault,) = judged(Check("kml", "outlines", "a.kml"), Check("kml", "valid", "a.kml"))
    assert outcome == "FAULT"
    assert "outlines holds now, though expected not to (a width of 0 is drawn)" in fault


def examine_absent(_folder):
    raise AbsentError("apt-get install a")


def examine_broken(_folder):
    raise ValueError("no such layer")


def test_a_missing_client_is_named_and_a_crashed_one_is_a_fault(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    assert program.examine(Client("A", ("kml",), examine_absent), tmp_path, {}) == []
    assert capsys.readouterr().out.split() == ["A", "not", "installed:", "apt-get", "install", "a"]
    assert program.examine(Client("A", ("kml",), examine_broken), tmp_path, {}) == [
        "A: stopped: ValueError: no such layer"
    ]


def test_a_missing_client_is_a_fault_in_ci(tmp_path, monkeypatch):
    monkeypatch.setenv("CI", "true")
    (fault,) = program.examine(Client("A", ("kml",), examine_absent), tmp_path, {})
    assert fault == "A: not installed: apt-get install a"


def test_the_table_has_a_row_per_client_and_a_column_per_format(tmp_path):
    cells = {}
    checks = [
        Check("kml", "opens", "a.kml"),
        Check("kml", "opens", "b.kml"),
        Check("svg", "opens", "a.svg"),
    ]
    program.examine(Client("A", ("kml", "svg"), lambda _: iter(checks)), tmp_path, cells)
    program.examine(Client("B", ("svg",), examine_absent), tmp_path, cells)
    rows = [line for line in program.as_markdown(cells).splitlines() if line.startswith("|")]
    assert rows[0] == "| client | kml | svg |"
    assert rows[2:] == ["| A | ok, 2 | ok, 1 |", "| B (not installed) |  |  |"]


def test_a_client_that_opens_nothing_is_a_fault(tmp_path):
    (fault,) = program.examine(Client("A", ("kml",), lambda _: iter(())), tmp_path, {})
    assert fault == "A, kml: no file was opened"


def test_every_expected_finding_belongs_to_a_client_and_gives_a_reason():
    asked = {(client.name, format_) for client in program.CLIENTS for format_ in client.formats}
    for entry in EXPECTED:
        assert (entry.client, entry.format) in asked
        assert entry.reason


def test_the_table_has_every_client_though_they_ran_one_by_one(tmp_path):
    path = tmp_path / "found.json"
    poppler, cesium = ("poppler", "pdf"), ("Cesium", "kml")
    assert program.remembered(path, {poppler: "FAULT, 1"}) == {poppler: "FAULT, 1"}
    program.remembered(path, {cesium: "ok, 2"})
    assert list(program.remembered(path, {poppler: "ok, 1"}).items()) == [
        (cesium, "ok, 2"), (poppler, "ok, 1"),
    ]  # fmt: skip
