"""Errors carry their records: findings, names and suggestions; the text is made of them."""

import pickle
import re
from pathlib import Path

import pytest

import rangemap as rm
import rangemap.errors
from rangemap.errors import Finding

CLASSES = [
    each
    for each in vars(rangemap.errors).values()
    if isinstance(each, type) and issubclass(each, rm.RangemapError)
]


def refusal(**keys):
    given = {"origins": "Baghdad", "weapons": "Fateh-110", "sites": ["Erbil"], **keys}
    with pytest.raises(rm.RangemapError) as caught:
        rm.Scenario(**given).select()
    return caught.value


@pytest.mark.parametrize(
    ("keys", "name", "closest"),
    [
        ({"weapons": "Fateh-111"}, "Fateh-111", "Fateh-110"),
        ({"weapons": None, "categories": "armed drones"}, "armed drones", "armed drone"),
        ({"origins": "Baghdat"}, "Baghdat", "Baghdad"),
        ({"sites": ["Ebril"]}, "Ebril", "Erbil"),
    ],
)
def test_an_unknown_name_has_the_closest_names(keys, name, closest):
    error = refusal(**{key: value for key, value in keys.items() if value} | (
        {"weapons": ()} if keys.get("weapons", 0) is None else {}
    ))  # fmt: skip
    assert isinstance(error, rm.UnknownNameError)
    assert isinstance(error, LookupError)
    assert error.name == name
    assert closest in error.closest
    assert all(each in str(error) for each in (name, *error.closest))


def test_the_suggestion_is_a_name_that_works():
    error = refusal(weapons="Fateh-111")
    assert rm.Scenario(origins="Baghdad", weapons=error.closest[0], sites=["Erbil"]).select()


def test_an_ambiguous_name_has_its_choices():
    error = refusal(origins="Springfield")
    assert isinstance(error, rm.AmbiguousNameError)
    assert isinstance(error, LookupError)
    assert error.name == "Springfield"
    assert "Springfield, IL, US" in error.choices or len(error.choices) > 3
    assert rm.Scenario(origins=error.choices[0], ranges="5 km", sites=["0,0"]).select()


def test_several_errors_are_reported_together_and_kept_apart():
    error = refusal(origins="Baghdat", weapons=["Fateh-111", "Scub"])
    assert type(error) is rm.UnknownNameError
    assert [each.name for each in error.errors] == ["Baghdat", "Fateh-111", "Scub"]
    assert str(error).splitlines() == [str(each) for each in error.errors]
    mixed = refusal(origins="Springfield", ranges="15")
    assert type(mixed) is rm.RangemapError
    assert {type(each) for each in mixed.errors} == {rm.AmbiguousNameError, rm.QuantityError}


def test_the_findings_of_a_file_have_line_and_record(tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text("weapons:\n- {id: a, name: A}\n- {id: a, name: A, rang: 1}\n")
    error = refusal(catalogue=path)
    assert isinstance(error, rm.CatalogueError)
    assert {finding.file for finding in error.findings} == {str(path)}
    assert {finding.line for finding in error.findings} == {2, 3}
    assert any(finding.record == "weapon 'a'" for finding in error.findings)
    assert str(error).splitlines() == list(map(str, error.findings))
    path.write_text("weapons: ]")
    (finding,) = refusal(catalogue=path).findings
    assert (finding.file, finding.line) == (str(path), 1)


def test_the_findings_of_a_scenario_name_its_keys(tmp_path):
    error = refusal(units="miles", as_of="yesterday")
    assert isinstance(error, rm.ScenarioError)
    assert [finding.message.split()[0] for finding in error.findings] == ["units", "as_of"] or {
        finding.message.split()[0] for finding in error.findings
    } == {"units", "as_of"}
    path = tmp_path / "s.yaml"
    path.write_text("origins: [Baghdad]\nweapon: [Fateh-110]\n")
    with pytest.raises(rm.ScenarioError) as caught:
        rm.Scenario.read(path)
    (finding,) = caught.value.findings
    assert (finding.line, finding.message) == (2, "weapon: unknown key; did you mean 'weapons'?")


def test_a_text_is_a_finding_too():
    error = rm.DocumentError("is empty", Finding(file="a", line=2, message="is torn"))
    assert [finding.message for finding in error.findings] == ["is empty", "is torn"]
    assert str(error) == "is empty\na:2: is torn"


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_survives_pickling(kind):
    error = kind("text")
    if hasattr(error, "name"):
        error.name = "x"
    found = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    assert (type(found), str(found)) == (kind, "text")
    assert getattr(found, "name", None) == getattr(error, "name", None)


def test_every_error_is_public_and_a_built_in_one_as_well():
    assert {each.__name__ for each in CLASSES} <= set(rm.__all__)
    for each in set(CLASSES) - {rm.RangemapError}:
        assert issubclass(each, (ValueError, LookupError, OSError))


def test_no_text_of_an_error_is_parsed_back():
    package = Path(rm.__file__).parent
    parsed = re.compile(
        r"str\((?:error|feature|refusal)\)\.(?:split|removeprefix|removesuffix|partition|find)"
    )
    found = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for _ in parsed.findall(path.read_text("utf-8"))
        if path.name != "app.py"  # the command prints the first lines
    ]
    assert found == []
