"""Every sentence that readers of a map, picture, report or KML file see is in the language files."""

import ast
import re
from pathlib import Path

import pytest

import rangemap

RENDER = Path(rangemap.__file__).parent / "render"
# Data files have columns and notes in English, whatever the language.
DATA_FILES = {"dataset", "tables", "gis/geojson.py", "gis/layers.py", "gis/qgis.py"}
# It reads files for pictures; what it says are errors and notes to the user of the command.
READERS = {"extract"}
# Messages to the user of the command, which are in English.
MESSAGES = {"notify", "warn", "require", "requires_extra", "outside_note", "fullmatch", "compile"}
SENTENCE = re.compile(r"(?<![-\w])[A-Za-z]{2,}[,;:]? [a-z]{2,}(?![-\w])")
MARKUP = re.compile(r"[<{}=*`\[]")  # HTML, styles, templates, patterns
OTHER = {
    "noopener noreferrer",  # an attribute of HTML
    "glide vehicle",  # a category of the catalogue
    "House style of rangemap",  # title of a JSON Schema
}
LICENCES = {"LEAFLET_LICENCE"}


def sentences(source: str) -> list[str]:
    """Return the English in a module that could be shown: not docstrings, errors or messages."""
    tree = ast.parse(source)
    quiet: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            docs = (each.value for each in body if isinstance(each, ast.Expr))
            quiet |= {id(each) for each in docs if isinstance(each, ast.Constant)}
        if isinstance(node, ast.Raise):
            quiet |= {id(each) for each in ast.walk(node)}
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in MESSAGES or called.endswith("Error"):
                quiet |= {id(each) for each in ast.walk(node)}
        names = [each.id for each in getattr(node, "targets", []) if isinstance(each, ast.Name)]
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        if LICENCES & set(names):
            quiet |= {id(each) for each in ast.walk(node)}
        if isinstance(node, ast.FunctionDef) and node.name in MESSAGES:
            quiet |= {id(each) for each in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in quiet
        and SENTENCE.search(node.value)
        and not MARKUP.search(node.value)
        and node.value not in OTHER
    ]


def modules() -> list[Path]:
    found = sorted(RENDER.rglob("*.py"))
    names = {path: path.relative_to(RENDER) for path in found}
    return [
        path
        for path, name in names.items()
        if name.as_posix() not in DATA_FILES and name.parts[0] not in DATA_FILES | READERS
    ]


def test_no_sentence_is_written_in_the_modules_of_outputs_for_people():
    found = {path.name: sentences(path.read_text("utf-8")) for path in modules()}
    assert {name: texts for name, texts in found.items() if texts} == {}
    assert len(found) > 20


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        ('x = "minimum range"', ["minimum range"]),
        ('x = f"line at {y}"', ["line at "]),
        ('def f(y):\n    return Cell(text=y or "as typed")', ["as typed"]),
        ('x = {"a": ["origins of the rings"]}', ["origins of the rings"]),
        ('say(f"{n} sites outside the map: {names}")', [" sites outside the map: "]),
        ('"""A docstring with words."""', []),
        ('raise OutputError("has no room for it")', []),
        ('files.notify(f"no font has {x}")', []),
        ('x = language.translate("minimum_range")', []),
        ('x = "<p>two words</p>"', []),
    ],
)
def test_a_planted_sentence_is_found(planted, expected):
    assert sentences(planted) == expected
