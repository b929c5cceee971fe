"""What a newcomer meets first: refusals that help, and options that do what they say."""

import pytest

import rangemap as rm
from rangemap.errors import CatalogueError, PlaceError, RangemapError, Refusals

TOWN = (
    "rangemap: origin Gaza, PS: a town by its position in GeoNames (CC BY 4.0), known to 5.0 km\n"
)


def test_every_name_that_is_refused_is_reported_at_once(run):
    outcome = run(
        "check", "-f", "Athens", "-f", "Gaza", "-f", "Tripoli", "-w", "Fateh", "-w", "Scub",
        "--category", "rockt", "--range", "15", "-s", "Springfield", "-s", "Iran", "--exclude", "a/b",
    )  # fmt: skip
    assert (outcome.status, outcome.out) == (1, "")
    assert [
        line.removeprefix("rangemap: ").split(" ")[:2] for line in outcome.err.splitlines()
    ] == [
        ["town", "'Athens'"],
        ["town", "'Tripoli'"],
        ["claim", "'a/b'"],
        ["weapon", "'Fateh'"],
        ["weapon", "'Scub'"],
        ["category", "'rockt'"],
        ["'15'", "has"],
        ["town", "'Springfield'"],
        ["place", "'Iran'"],
    ]


def test_names_are_reported_at_once_wherever_a_command_takes_several(run, tmp_path):
    table = tmp_path / "s.csv"
    table.write_text("name,lat,lon\nA,33,44\n")
    listed = [
        (["weapons", "list", "--country", "Irn", "--country", "Rusia"], ["'Irn'", "'Rusia'"]),
        (["weapons", "list", "--category", "rockt", "--category", "misile"], ["'rockt'", "'misile'"]),
        (["sites", "list", "--kind", "castle", "--kind", "inn"], ["'castle'", "'inn'"]),
        (["check", "-f", "0,0", "--range", "9 km", "--sites", table, "-s", "B", "-s", "C"], ["'B'", "'C'"]),
        (["map", "-f", "Athens", "-f", "Tripoli", "--range", "9 km", "-o", "x.html"], ["'Athens'", "'Tripoli'"]),
        (["report", "-f", "Athens", "-f", "Tripoli", "--range", "9 km", "-o", "x.md"], ["'Athens'", "'Tripoli'"]),
    ]  # fmt: skip
    for words, names in listed:
        outcome = run(*words)
        assert outcome.status in {1, 2}, words
        lines = outcome.err.splitlines()
        assert len(lines) == len(names), outcome.err
        assert all(name in line for name, line in zip(names, lines, strict=True)), outcome.err


def test_python_reports_names_at_once_by_the_class_that_they_share():
    with pytest.raises(PlaceError, match=r"'Athens' could be .*\n.*'Tripoli' could be"):
        rm.Scenario(origins=["Athens"], ranges=["9 km"], sites=["Tripoli", "Tripoli"]).check()
    with pytest.raises(CatalogueError, match=r"weapon 'Scub'.*\n.*weapon 'Fatih'"):
        rm.Scenario(origins=["Erbil"], weapons=["Scub", "Fatih"]).rings()
    with pytest.raises(RangemapError, match=r"'Athens'.*\n.*'Scub'.*\n'15' has no unit") as refusal:
        rm.Scenario(origins=["Athens"], weapons=["Scub"], ranges=["15"]).rings()
    assert type(refusal.value) is RangemapError


def test_a_name_that_is_refused_twice_is_reported_once():
    refusals = Refusals()
    assert refusals.each(lambda name: rm.Scenario(origins=[name], ranges=["9 km"]).select(), ["Athens"] * 3) == []  # fmt: skip
    with pytest.raises(PlaceError) as refusal:
        refusals.raise_any()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["check", "-f", "Gaza", "-w", "Scub"], 1),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "-s", "Athens"], 1),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "-o", "x.foo"], 2),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "-o", "nowhere/x.csv"], 1),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "--rejects", "x.csv"], 2),
        (["map", "-f", "Gaza", "-w", "Fateh-110"], 2),
        (["map", "-f", "Gaza", "-w", "Fateh-110", "-o", "x.geojson", "-o", "nowhere/x.geojson"], 1),
        (["map", "-f", "Gaza", "-w", "Fateh-110", "-o", "x.html", "--lang", "xx"], 1),
        (["report", "-f", "Gaza", "-w", "Fateh-110"], 2),
    ],
)
def test_a_refusal_comes_alone(run, tmp_path, monkeypatch, words, status):
    monkeypatch.chdir(tmp_path)
    outcome = run(*words)
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.count("\n") == 1
    assert "a town by its position" not in outcome.err


def test_a_run_that_is_answered_has_its_notes_before_its_answer(run, tmp_path):
    words = ["-f", "Gaza", "--range", "70 km", "-s", "Donetsk"]
    notes = (
        f"{TOWN}rangemap: place 'Donetsk': Donetsk, UA, with at least 10 times the people of any"
        " other town of that name (Donetsk, RU)\n"
    )
    assert run("check", *words).err == notes
    for more in (["--format", "csv"], ["--summary"], ["--cite", "text"], ["--exit-code"]):
        outcome = run("check", *words, *more)
        assert (outcome.status, outcome.err) == (0, notes), more
    path = tmp_path / "x.csv"
    assert run("check", *words, "-o", path).err.startswith(f"{notes}wrote {path}")
    assert run("map", *words, "-o", path).err.startswith(f"{notes}wrote {path}")
    outcome = run("sites", "show", "Donetsk")
    assert outcome.out.startswith("Donetsk, UA (geonames:")
    assert outcome.err in notes
    assert outcome.err
