"""How `make clients` evaluates its findings, without running any client."""

import pytest

from tests.release.clients import __main__ as program
from tests.release.clients.expected import EXPECTED
from tests.release.clients.findings import Finding, as_markdown, digest, remembered, unopened
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


def client(name, formats, examine):
    return Client(name, formats, examine, lambda: "1.2")


def finding(client, file, folder, problem="", version="1.2"):
    check = Check("kml", "opens", file, problem)
    return Finding(client=client, version=version, digest=digest(folder, file), check=check)


@pytest.fixture
def folder(tmp_path):
    """Two maps of one file each."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "map.kml").write_text(name)
    return tmp_path


def examine_absent(_folder):
    raise AbsentError("apt-get install a")


def examine_broken(_folder):
    raise ValueError("no such layer")


def test_a_missing_client_is_named_and_a_crashed_one_is_a_fault(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    assert program.examine(client("A", ("kml",), examine_absent), tmp_path, []) == []
    assert capsys.readouterr().out.split() == ["A", "not", "installed:", "apt-get", "install", "a"]
    assert program.examine(client("A", ("kml",), examine_broken), tmp_path, []) == [
        "A: stopped: ValueError: no such layer"
    ]


def test_a_missing_client_is_a_fault_in_ci(tmp_path, monkeypatch):
    monkeypatch.setenv("CI", "true")
    (fault,) = program.examine(client("A", ("kml",), examine_absent), tmp_path, [])
    assert fault == "A: not installed: apt-get install a"


def test_the_table_has_a_row_per_client_and_format_with_the_number_of_files_opened(folder):
    new = []
    checks = [
        Check("kml", "opens", "a/map.kml"),
        Check("kml", "areas", "a/map.kml"),
        Check("kml", "a shifted ring is found", "planted a/map.kml"),
    ]
    program.examine(client("A", ("kml", "svg"), lambda _: iter(checks)), folder, new)
    program.examine(client("B", ("kml",), examine_absent), folder, new)
    outcomes = {("A", "kml"): "ok", ("A", "svg"): "", ("B", "kml"): ""}
    to_open = {("A", "kml"): 2, ("A", "svg"): 0, ("B", "kml"): 2}
    text = as_markdown(new, outcomes, to_open, 2)
    assert [line for line in text.splitlines() if line.startswith("|")][2:] == [
        "| A | 1.2 | kml | opens; areas; a shifted ring is found | 1 of 2 | ok |",
        "| A |  | svg |  | 0 of 0 |  |",
        "| B |  | kml |  | 0 of 2 |  |",
    ]


def test_a_client_that_opens_nothing_is_a_fault(tmp_path):
    (fault,) = program.examine(client("A", ("kml",), lambda _: iter(())), tmp_path, [])
    assert fault == "A, kml: no file was opened"


def test_every_expected_finding_belongs_to_a_client_and_gives_a_reason():
    asked = {(client.name, format_) for client in program.CLIENTS for format_ in client.formats}
    for entry in EXPECTED:
        assert (entry.client, entry.format) in asked
        assert entry.reason


def test_findings_of_runs_on_some_maps_add_up(folder):
    path = folder / "found.json"
    clients = [client("A", ("kml",), examine_absent)]
    first = remembered(path, folder, [finding("A", "a/map.kml", folder)])
    assert unopened(clients, folder, first) == ["A: b/map.kml"]
    every = remembered(path, folder, [finding("A", "b/map.kml", folder, "no area")])
    assert unopened(clients, folder, every) == []
    assert [one.check.problem for one in every] == ["", "no area"]
    (again, kept) = remembered(path, folder, [finding("A", "a/map.kml", folder, version="2.0")])[
        ::-1
    ]
    assert (again.version, kept.check.file) == ("2.0", "b/map.kml")


def test_a_finding_in_a_file_that_has_other_content_now_is_forgotten(folder):
    path = folder / "found.json"
    remembered(path, folder, [finding("A", f"{name}/map.kml", folder) for name in ("a", "b")])
    (folder / "a" / "map.kml").write_text("written anew")
    assert [one.check.file for one in remembered(path, folder, [])] == ["b/map.kml"]
    (folder / "b" / "map.kml").unlink()
    assert remembered(path, folder, []) == []


def test_a_run_on_some_maps_sees_no_other(folder):
    with program.chosen(folder, {"a"}) as opened:
        assert [path.name for path in opened.iterdir()] == ["a"]
        assert digest(opened, "a/map.kml") == digest(folder, "a/map.kml")
    with program.chosen(folder, ()) as opened:
        assert opened == folder
