"""The names that users import: pinned, documented, light, and never that of a module."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import pydoc
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import rangemap

PUBLIC = [
    "AmbiguousNameError",     "CatalogueError", "DocumentError", "OutputError", "PlaceError", "QuantityError", "RangemapError",
    "RangemapWarning", "RingError", "Scenario", "ScenarioError", "UnknownNameError", "UsageError", "__version__", "distance",
    "judge", "load_claims", "load_sites", "load_weapons", "ring",
]  # fmt: skip
METHODS = [
    "check", "figure", "layers", "map", "notes", "panel", "per_site", "read", "report", "rings", "select", "to_file",
]  # fmt: skip
HEAVY = {
    "folium", "geopandas", "matplotlib", "numpy", "pandas", "pyarrow", "pydantic", "pyogrio",
    "pyproj", "rich", "shapely", "typer", "yaml",
}  # fmt: skip

PACKAGES = [
    "rangemap",
    *sorted(
        module.name
        for module in pkgutil.walk_packages(rangemap.__path__, "rangemap.")
        if module.ispkg
    ),
]


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return done.stdout


def modules_of(package: ModuleType) -> set[str]:
    return {module.name for module in pkgutil.iter_modules(package.__path__)}


def names_for_type_checkers(package: ModuleType) -> set[str]:
    """Names under `if TYPE_CHECKING:`, which are imported on first use."""
    tree = ast.parse(Path(str(package.__file__)).read_text("utf-8"))
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for line in node.body
        if isinstance(line, ast.ImportFrom) and line.module.startswith("rangemap")
        for alias in line.names
    }


def methods() -> list[str]:
    return [
        name
        for name, value in inspect.getmembers(rangemap.Scenario, callable)
        if not name.startswith("_")
    ]


def documented_parameters(docstring: str) -> list[str]:
    section = docstring.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    return [
        name
        for line in section.splitlines()
        if not line.startswith(" ")
        for name in line.partition(" : ")[0].split(", ")
    ]


def test_the_public_names_are_pinned():
    assert rangemap.__all__ == PUBLIC
    assert dir(rangemap) == PUBLIC
    assert methods() == METHODS


def test_each_public_name_is_documented():
    for name in set(PUBLIC) - {"__version__"}:
        thing = getattr(rangemap, name)
        assert thing.__module__.startswith("rangemap."), name
        assert inspect.getdoc(thing), name
    for name in METHODS:
        assert inspect.getdoc(getattr(rangemap.Scenario, name)), name


def test_each_key_of_a_scenario_is_documented():
    keys = {field.name for field in dataclasses.fields(rangemap.Scenario)}
    named = documented_parameters(inspect.getdoc(rangemap.Scenario) or "")
    assert len(named) == len(set(named))
    assert set(named) == keys


def test_help_shows_the_keys_of_a_scenario_with_their_defaults():
    parameters = inspect.signature(rangemap.Scenario).parameters.values()
    empty = rangemap.Scenario()
    assert {each.name: each.default for each in parameters} == dataclasses.asdict(empty)
    assert (
        "Scenario(*, origins: 'Places | Table' = (), from_countries: 'Texts' = (),"
        in pydoc.render_doc(rangemap.Scenario)
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_no_name_shadows_a_module(name):
    package = importlib.import_module(name)
    modules = modules_of(package) - {"__main__"}
    assert modules & set(getattr(package, "__all__", ())) == set()
    for module in modules:
        importlib.import_module(f"{name}.{module}")
        assert inspect.ismodule(getattr(package, module)), f"{name}.{module}"


@pytest.mark.parametrize("name", PACKAGES)
def test_each_exported_name_resolves(name):
    package = importlib.import_module(name)
    listed = list(getattr(package, "__all__", ()))
    assert len(listed) == len(set(listed))
    for each in listed:
        assert getattr(package, each) is not None
    assert names_for_type_checkers(package) <= set(listed)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'Scenari'"):
        rangemap.Scenari  # noqa: B018  the access is the test


def test_a_star_import_imports_the_public_names():
    code = (
        "before = {*dir()}; from rangemap import *; print(*sorted({*dir()} - before - {'before'}))"
    )
    assert run_python(code).split() == PUBLIC


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, rangemap; print(*{name.partition('.')[0] for name in sys.modules})"
    assert HEAVY & set(run_python(code).split()) == set()
    # The test would fail if lazy imports were eager: the deferred modules are heavy.
    assert HEAVY & set(run_python(code.replace("; print", "; rangemap.Scenario; print")).split())
