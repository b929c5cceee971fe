"""Positions at 0,0 in a file of sites are reported, whatever is written and however it is read."""

import pytest

ASK = ("--from", "33.3,44.4", "--range", "500 km", "--sites", "s.csv")
NOTE = "rangemap: s.csv: 2 rows are at 0,0, which usually means a missing position"


@pytest.mark.parametrize(
    "how",
    [(), ("--summary",), ("--rejects", "r.csv", "--summary"), ("--format", "csv"), ("-o", "o.csv"), ("-o", "o.parquet")],
)  # fmt: skip
def test_a_check_reports_positions_at_zero(run, tmp_path, monkeypatch, how):
    monkeypatch.chdir(tmp_path)
    rows = ["name,lat,lon", "A,33.3,44.4", "B,0,0", "C,0.0,-0", "D,0,1"]
    (tmp_path / "s.csv").write_text("\n".join(rows))
    outcome = run("check", *ASK, *how)
    assert outcome.status == 0
    assert NOTE in outcome.err.splitlines()


def test_nothing_is_reported_without_one(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("name,lat,lon\nA,33.3,44.4\n")
    assert "0,0" not in run("check", *ASK).err
