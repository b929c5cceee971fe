"""Data flows one way: who may import whom, and which modules do no input or output.

Imports are found in the source, also those inside functions and those for type checkers.
"""

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import rangemap

PACKAGE = Path(rangemap.__file__).parent

BASE = {"_version", "errors", "extras", "limits", "text", "names"}
GROUND = BASE | {"wording"}
READERS = GROUND | {"io"}
SELECTION = READERS | {"geodesy", "catalogue", "places", "sites", "scenario"}

# What each part of the package (a module or a folder directly inside it) may import; a module
# inside a folder with a row of its own may import only that.
# A row names only rows above it, or single modules of them, so the table itself cannot contain a cycle.
MAY_IMPORT = {
    "_version": set(),
    "errors": set(),
    "extras": {"errors"},
    "limits": {"errors"},
    "text": {"errors", "limits"},
    "names": {"errors", "limits", "text"},
    "geodesy": {"errors"},
    # From an untrusted file to a validated record.
    "io": BASE | {"geodesy"},
    "wording": BASE | {"io.documents"},
    # The data.
    "catalogue": READERS,
    "places": READERS | {"geodesy"},
    "sites": READERS | {"geodesy", "places"},
    # The query. Keys and names are resolved without reading a file.
    "scenario.areas": {"geodesy", "places"},
    "scenario.origins": GROUND | {"geodesy", "places", "sites", "scenario.areas"},
    "scenario.requests": GROUND | {"catalogue", "scenario.origins"},
    "scenario.key_types": GROUND | {"geodesy", "io.rules", "scenario.requests"},
    "scenario.keys": GROUND | {"scenario.key_types"},
    "scenario.values": GROUND
    | {
        "geodesy",
        "catalogue",
        "sites",
        "scenario.keys",
        "scenario.origins",
        "scenario.requests",
    },
    "scenario.systems": GROUND
    | {
        "io.rules",
        "catalogue",
        "scenario.keys",
        "scenario.requests",
        "scenario.values",
    },
    "scenario.pairs": GROUND | {"catalogue", "scenario.origins"},
    "scenario.naming": GROUND
    | {"geodesy", "catalogue", "places", "sites", "scenario.origins", "scenario.pairs"},
    "scenario.selection": GROUND
    | {"geodesy", "io.rules", "catalogue", "places", "sites"}
    | {
        "scenario.keys",
        "scenario.naming",
        "scenario.origins",
        "scenario.pairs",
        "scenario.requests",
        "scenario.systems",
        "scenario.values",
    },
    "scenario": READERS | {"geodesy", "catalogue", "places", "sites"},
    # The results. Rings and verdicts do not depend on each other.
    "rings": SELECTION - {"io"},
    "check": SELECTION - {"io"} | {"io.files"},
    "render": SELECTION | {"rings", "check"},
    # Third-party tables are converted into files in our format.
    "importing": READERS | {"geodesy.position", "catalogue", "places", "sites"},
    "diagnostics": GROUND | {"io.packaged", "geodesy", "catalogue"},
    # The two interfaces for users.
    "api.functions": SELECTION | {"check"},
    "api": SELECTION | {"rings", "check", "render"},
    "cli": SELECTION | {"rings", "check", "render", "importing", "diagnostics"},
    "": {"_version", "errors", "api"},
    "__main__": {"cli"},
}

# These compute only; reading and writing is done at the two ends.
PURE = (
    "geodesy",
    "rings",
    "wording.quantities",
    "wording.figures",
    "names",
    "text",
    "check.verdicts",
    "check.kernel",
    "check.zones",
    "check.scan",
    "check.points",
    "check.totals",
    "check.job",
    "check.changes",
    "catalogue.bands",
    "catalogue.independence",
    "catalogue.publishers",
    "catalogue.records",
)
NO_PURE_IMPORT = {
    "rangemap.io.packaged",
    "rangemap.io.compiled",
    "rangemap.io.documents",
    "rangemap.io.files",
    "rangemap.scenario.read",
    "geopandas",
    "io",
    "mmap",
    "os",
    "pathlib",
    "pyogrio",
    "shutil",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "urllib.request",
}
NO_PURE_CALL = {
    "open", "print", "input", "read_text", "read_bytes", "write_text", "write_bytes",
    "savetxt", "loadtxt", "fromfile", "tofile", "memmap",
}  # fmt: skip
DYNAMIC = {"__import__", "import_module"}


class Module(NamedTuple):
    """The imports and calls of one file, with their lines."""

    imports: tuple[tuple[int, str], ...]
    calls: tuple[tuple[int, str], ...]


def absolute(node: ast.ImportFrom, module: str, *, package: bool) -> str:
    parents = module.split(".")
    parents = parents[: len(parents) - node.level + package] if node.level else []
    return ".".join([*parents, *([node.module] if node.module else [])])


def examine(text: str, module: str, *, package: bool) -> Module:
    imports, calls = [], []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import():
                imports += [(node.lineno, alias.name) for alias in node.names]
            case ast.ImportFrom():
                base = absolute(node, module, package=package)
                imports += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
                calls.append((node.lineno, called))
                if called in DYNAMIC:
                    imports.append((node.lineno, ast.unparse(node.args[0]).strip("'\"")))
    return Module(tuple(imports), tuple(calls))


@cache
def files() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def read(module: str, extra: str = "") -> Module:
    """One module, as if it ended with an extra line."""
    path = files()[module]
    text = f"{path.read_text('utf-8')}\n{extra}"
    return examine(text, module, package=path.name == "__init__.py")


@cache
def modules() -> dict[str, Module]:
    return {name: read(name) for name in files()}


def targets(module: Module) -> set[str]:
    """The modules of this package that a module imports."""
    names = {name for _, name in module.imports if name.split(".")[0] == "rangemap"}
    return {name if name in files() else name.rpartition(".")[0] or name for name in names}


def part(module: str) -> str:
    return [*module.split("."), ""][1]


def wrong_imports(name: str, module: Module) -> list[str]:
    row = max(
        (row for row in MAY_IMPORT if is_within(name, [f"rangemap.{row}"])), key=len, default=""
    )
    allowed = MAY_IMPORT[row] | {row}
    return [
        f"{name} imports {target}"
        for target in sorted(targets(module))
        if part(target) not in allowed
        and not is_within(target, [f"rangemap.{each}" for each in allowed if each])
    ]


def is_within(name: str, parents: Iterable[str]) -> bool:
    return any(f"{name}.".startswith(f"{parent}.") for parent in parents)


def impurities(name: str, module: Module) -> list[str]:
    return [
        f"{name}:{line} imports {imported}"
        for line, imported in module.imports
        if is_within(imported, NO_PURE_IMPORT)
    ] + [f"{name}:{line} calls {called}" for line, called in module.calls if called in NO_PURE_CALL]


def require_no_cycle(found: Mapping[str, Module]) -> None:
    TopologicalSorter({name: targets(module) for name, module in found.items()}).prepare()


def pure_modules() -> list[str]:
    return [name for name in files() if is_within(name, [f"rangemap.{pure}" for pure in PURE])]


def test_every_part_of_the_package_has_a_row():
    assert {part(name) for name in files()} == {row.split(".")[0] for row in MAY_IMPORT}
    assert {row for row in MAY_IMPORT if "." in row and f"rangemap.{row}" not in files()} == set()


def test_a_row_refers_only_to_rows_above_it():
    above: set[str] = set()
    for name, allowed in MAY_IMPORT.items():
        below = {each for each in allowed if not {each, each.split(".")[0]} & above}
        assert below == set(), f"{name} may not import {sorted(below)}"
        above.add(name)


def test_imports_follow_the_table():
    assert [
        wrong for name, module in modules().items() for wrong in wrong_imports(name, module)
    ] == []


def test_no_modules_import_each_other():
    require_no_cycle(modules())


def test_the_pure_modules_open_no_files_and_print_nothing():
    assert {name for name in PURE if f"rangemap.{name}" not in files()} == set()
    assert [found for name in pure_modules() for found in impurities(name, modules()[name])] == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("rangemap.geodesy.trace", "from rangemap.check import judge"),
        ("rangemap.geodesy.trace", "import rangemap.render.page"),
        ("rangemap.geodesy.trace", "def f():\n    from rangemap.io.files import write_all"),
        ("rangemap.geodesy.trace", "from ..render import page"),
        ("rangemap.geodesy", "from ..render import page"),
        ("rangemap.geodesy", "from ..scenario import read"),
        ("rangemap.catalogue.bands", "if TYPE_CHECKING:\n    from rangemap.places import Place"),
        ("rangemap.check.verdicts", "from rangemap import rings"),
        ("rangemap.rings", "import importlib\nimportlib.import_module('rangemap.check.table')"),
        ("rangemap.render.page", "import rangemap.cli"),
        ("rangemap.render.page", "from rangemap import Scenario"),
        ("rangemap.errors", "import rangemap"),
        ("rangemap.api.scenario", "from rangemap.importing import tables"),
        ("rangemap.importing.tables", "from rangemap.scenario import Selection"),
        ("rangemap.scenario.keys", "from rangemap.places import Place"),
        ("rangemap.scenario.selection", "from rangemap.io.files import decode"),
        ("rangemap.scenario.selection", "from rangemap.scenario.read import read_selection"),
    ],
)
def test_a_forbidden_import_is_found(module, line):
    (wrong,) = wrong_imports(module, read(module, line))
    assert wrong.startswith(f"{module} imports rangemap")


def test_a_cycle_inside_a_folder_is_found():
    planted = read("rangemap.geodesy.geodesic", "from rangemap.geodesy import region")
    with pytest.raises(CycleError):
        require_no_cycle({**modules(), "rangemap.geodesy.geodesic": planted})


@pytest.mark.parametrize(
    ("module", "line", "finding"),
    [
        ("rangemap.geodesy.trace", "open('x')", "calls open"),
        ("rangemap.rings", "def f(path):\n    return path.read_text()", "calls read_text"),
        ("rangemap.check.verdicts", "print(1)", "calls print"),
        ("rangemap.catalogue.bands", "from pathlib import Path", "imports pathlib.Path"),
        ("rangemap.catalogue.bands", "from rangemap.io import files", "imports rangemap.io.files"),
        (
            "rangemap.geodesy.region",
            "from ..io.files import decode",
            "imports rangemap.io.files.decode",
        ),
    ],
)
def test_input_and_output_in_a_pure_module_are_found(module, line, finding):
    (found,) = impurities(module, read(module, line))
    assert found.startswith(f"{module}:")
    assert found.endswith(finding)
