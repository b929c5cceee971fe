"""Panels: what each selects, which keys it replaces, and what is refused."""

import pytest

import rangemap as rm
from rangemap.errors import ScenarioError, UsageError

TWO = """\
origins: [Tehran]
sites: [Riyadh]
weapons: [Shahab-3]
panels:
  - {title: Until 2010, as_of: 2010}
  - {title: Near, weapons: [], ranges: [40 km], sites: [Baghdad, Erbil], origins: ["33,44"]}
"""


@pytest.fixture
def two(tmp_path, monkeypatch):
    (tmp_path / "two.yaml").write_text(TWO, "utf-8")
    monkeypatch.chdir(tmp_path)
    return "two.yaml"


def labels(selection):
    return [(pair.origin.name, pair.system.label) for pair in selection.pairs]


@pytest.mark.filterwarnings("ignore::rangemap.RangemapWarning")
def test_a_panel_has_the_keys_of_the_scenario_and_replaces_its_own(two):
    scenario = rm.Scenario.read(two)
    first, second = scenario.select().panels
    assert labels(first) == [("Tehran", "Shahab-3")]
    assert list(first.sites.names) == ["Riyadh"]
    assert first.systems[0].counted.as_of.isoformat() == "2010-12-31"
    assert labels(second) == [("33,44", "40 km")]
    assert len(second.sites) == 2
    assert labels(scenario.select()) == labels(first) + labels(second)


@pytest.mark.filterwarnings("ignore::rangemap.RangemapWarning")
@pytest.mark.parametrize("name", ["near", 2])
def test_one_panel_is_a_scenario_of_its_own(two, name):
    panel = rm.Scenario.read(two).panel(name)
    assert (panel.panels, panel.title, panel.ranges) == ((), "Near", ("40 km",))
    assert panel.check()["site"].tolist() == ["Baghdad", "Erbil"]


def test_check_is_about_one_panel(run, two):
    refused = run("check", two)
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == (
        "rangemap: panels: has 2, but this command is about one map; choose one with --panel NUMBER"
        " or TITLE, or in Python with Scenario.panel\n"
    )
    done = run("check", two, "--panel", "Near", "--format", "csv")
    assert done.status == 0
    assert [row.split(",")[1:3] for row in done.out.splitlines()[1:]] == [['44"', "position"]] * 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("3", "panel '3': no such panel; give the number of one: 1 'Until 2010', 2 'Near'"),
        ("far", "panel 'far': no such panel; give the number of one: 1 'Until 2010', 2 'Near'"),
    ],
)
def test_an_unknown_panel_is_refused_with_those_there_are(run, two, name, message):
    done = run("check", two, "--panel", name)
    assert (done.status, done.err) == (2, f"rangemap: {message}\n")


def test_a_panel_of_a_scenario_without_panels_is_refused(run):
    done = run("check", "--from", "0,0", "--range", "9 km", "--panel", "1")
    assert (done.status, done.err) == (
        2, "rangemap: panel '1': the scenario has no `panels`; omit --panel\n"
    )  # fmt: skip
    done = run("map", "--from", "0,0", "--range", "9 km", "--panel-scale", "common", "-o", "x.png")
    assert "--panel-scale: used with `panels:`" in done.err


@pytest.mark.parametrize("suffix", [".html", ".geojson", ".kml", ".gpkg", ".csv"])
def test_an_output_of_one_map_is_refused(run, two, tmp_path, suffix):
    done = run("map", two, "-o", "x.png", "-o", f"x{suffix}")
    assert done.status == 2
    assert done.err.splitlines()[-1].startswith(
        f"rangemap: x{suffix}: panels are drawn in pictures (.png, .jpg, .webp, .svg, .pdf);"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["two.yaml"]
    done = run("map", two, "--panel", "2", "-o", f"x{suffix}")
    assert (done.status, (tmp_path / f"x{suffix}").exists()) == (0, True)


@pytest.mark.parametrize("method", ["rings", "layers", "check", "per_site", "map"])
def test_a_result_of_one_map_is_refused(two, method):
    with pytest.raises(UsageError, match="choose one with --panel"):
        getattr(rm.Scenario.read(two), method)()


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        ("[Near]", "s.yaml:2: panels.0 is 'Near': expected a mapping, as in"),
        ("[{units: mi}]", "s.yaml:2: panel 1: units: unknown key"),
        ("[{wepons: [x]}]", "did you mean 'weapons'?"),
        ("[{}, {as_of: soon}]", "s.yaml:2: panel 2: as_of is 'soon': expected"),
        ("[{nearest: 0}]", "s.yaml:2: panel 1: nearest is '0': expected"),
        (f"[{', '.join(['{}'] * 13)}]", "panels has 13 panels; expected at most 12;"),
    ],
)
def test_an_invalid_panel_is_refused_with_line_key_value_and_rule(run, tmp_path, panels, message):
    (tmp_path / "s.yaml").write_text(f"origins: [0,0]\npanels: {panels}\n", "utf-8")
    done = run("map", tmp_path / "s.yaml", "-o", tmp_path / "x.png")
    assert (done.status, done.out) == (1, "")
    assert message in done.err.replace(str(tmp_path) + "/", "")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("panel", "message"),
    [
        ("{weapons: [Nothing]}", "panel 2: weapon 'Nothing' is not in the catalogue"),
        ("{origins: [Nowhere]}", "panel 2: "),
        ("{weapons: [Nothing, Void]}", "panel 2: weapon 'Void'"),
        ("{ranges: [far]}", "panel 2: "),
        ("{ranges: []}", "panel 2: no weapon and no range"),
        ("{weapons: [Shahab-3], as_of: 1990}", "panel 2: weapon 'Shahab-3' has no remaining"),
        ("{sites: missing.csv}", "missing.csv"),
    ],
)
def test_what_a_panel_cannot_show_is_refused_with_its_number(run, tmp_path, panel, message):
    text = f'origins: ["0,0"]\nranges: [9 km]\npanels: [{{}}, {panel}]\n'
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    done = run("map", tmp_path / "s.yaml", "-o", tmp_path / "x.png")
    assert (done.status, done.out) in {(1, ""), (2, "")}
    assert message in done.err


def test_files_of_sites_of_panels_are_beside_the_scenario_and_not_overwritten(run, tmp_path):
    (tmp_path / "here.csv").write_text("name,lat,lon\nA,0,0.1\n", "utf-8")
    text = 'origins: ["0,0"]\nranges: [9 km]\npanels: [{}, {sites: here.csv, title: B}]\n'
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    done = run("check", tmp_path / "s.yaml", "--panel", "B", "--format", "csv")
    assert ",9 km,A," in done.out
    scenario = rm.Scenario.read(tmp_path / "s.yaml")
    with pytest.raises(rm.RangemapError, match=r"here\.csv"):
        scenario.panel("B").to_file(tmp_path / "here.csv")


def test_the_python_interface_validates_panels():
    with pytest.raises(ScenarioError, match="panel 1: units: unknown key"):
        rm.Scenario(origins=["0,0"], panels=[{"units": "mi"}])
    shown = repr(rm.Scenario(origins=["0,0"], panels=[{"title": "A", "ranges": "9 km"}]))
    assert "panels=[{'title': 'A', 'ranges': ['9 km']}]" in shown


def test_verdict_changes_are_those_of_all_panels(run, tmp_path):
    def catalogue(name, km):
        claim = f"{{id: c, range: {km} km, source: {{publisher: P}}}}"
        text = f"weapons: [{{id: a, name: A, country: X, category: rocket, claims: [{claim}]}}]\n"
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / name

    text = (
        "weapons: [A]\nsites: [Erbil]\npanels: [{origins: ['36.2,43']}, {origins: ['36.2,42']}]\n"
    )
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    old, new = catalogue("old.yaml", 5), catalogue("new.yaml", 300)
    done = run("weapons", "diff", old, new, "--scenario", tmp_path / "s.yaml", "--format", "csv")
    assert done.status == 0, done.err
    assert [row.split(",")[-2:] for row in done.out.splitlines()[1:]] == [["outside", "inside"]] * 2
