"""The docstrings of public names are complete, by the rules of numpydoc.

Public names are those that `rangemap` exports to users, and those that its four packages of data
and rules export to the rest of it: catalogue, places, geodesy and check.
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from enum import EnumMeta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numpydoc.docscrape import get_doc_object
from numpydoc.validate import ERROR_MSGS, validate

import rangemap

PACKAGES = [
    "rangemap",
    "rangemap.catalogue",
    "rangemap.check",
    "rangemap.geodesy",
    "rangemap.places",
    "rangemap.sites",
]
# Every other numpydoc check applies.
LEFT_OUT = {
    "ES01",  # one line and the parameters explain most names
    "EX01",  # `EXAMPLES` lists where examples are required
    "SA01",  # related names are in the same package, or linked where mentioned
}
# An enumeration is not called; numpydoc would require the parameters of its metaclass.
LEFT_OUT_OF_ENUMERATIONS = {"PR01"}
EXAMPLES = {"rangemap", "rangemap.geodesy"}
"""The packages whose functions and methods must have examples; pytest runs these."""
METHODS = {"class method", "method", "property", "static method"}
FOREIGN = {"builtins", "enum"}


def public(package: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the functions and classes that a package exports, and the methods of the classes."""
    for name in package.__all__:
        listed = getattr(package, name)
        if inspect.isclass(listed):
            yield name, listed
            for attribute in inspect.classify_class_attrs(listed):
                ours = attribute.defining_class.__module__.partition(".")[0] not in FOREIGN
                if ours and attribute.kind in METHODS and not attribute.name.startswith("_"):
                    yield f"{name}.{attribute.name}", getattr(listed, attribute.name)
        elif inspect.isroutine(listed):
            yield name, listed


def findings(package: ModuleType, *, examples: bool = False) -> list[str]:
    """Return numpydoc's findings for the docstrings of a package's public names."""
    found = []
    for name, thing in public(package):
        left_out = LEFT_OUT | (LEFT_OUT_OF_ENUMERATIONS if isinstance(thing, EnumMeta) else set())
        if examples and inspect.isroutine(thing):
            left_out -= {"EX01"}
        for code, message in validate(get_doc_object(thing))["errors"]:
            if code not in left_out:
                found.append(f"{package.__name__}.{name}: {code} {message}")
    return found


@pytest.mark.parametrize("name", PACKAGES)
def test_the_docstrings_of_public_names_are_complete(name):
    package = importlib.import_module(name)
    assert findings(package, examples=name in EXAMPLES) == []


def test_the_public_names_include_the_methods_of_classes():
    names = [name for name, _ in public(rangemap)]
    assert {"RangemapError", "Scenario", "Scenario.read", "Scenario.check"} <= set(names)
    assert {"Catalogue.find", "make_band", "Band.low_m"} <= {
        name for name, _ in public(importlib.import_module("rangemap.catalogue"))
    }


def test_no_docstring_is_exempted_in_the_source():
    sources = Path(rangemap.__file__).parent.rglob("*.py")
    assert [
        path for path in sources if re.search("numpydoc *ignore", path.read_text("utf-8"))
    ] == []


def without_docstring(lon):
    return lon


def without_parameters(lon):
    """Return a longitude.

    Returns
    -------
    float
        Degrees.
    """
    return lon


def with_another_parameter(lon):
    """Return a longitude.

    Parameters
    ----------
    lat : float
        Degrees.

    Returns
    -------
    float
        Degrees.
    """
    return lon


def without_returns(lon):
    """Return a longitude.

    Parameters
    ----------
    lon : float
        Degrees.
    """
    return lon


def without_types(lon):
    """Return a longitude.

    Parameters
    ----------
    lon
        Degrees.

    Returns
    -------
    float
        Degrees.
    """
    return lon


def out_of_order(lon):
    """Refuse a longitude.

    Raises
    ------
    ValueError
        Always.

    Parameters
    ----------
    lon : float
        Degrees.
    """
    raise ValueError(lon)


def without_end():
    """Do nothing at all"""


class Planted:
    """A class.

    Parameters
    ----------
    lon : float
        Degrees.
    """

    def __init__(self, lon):
        self.lon = lon

    def method(self, lat):
        """Do nothing with a latitude."""

    @property
    def undescribed(self):
        return self.lon


@pytest.mark.parametrize(
    ("planted", "name", "code"),
    [
        (without_docstring, "without_docstring", "GL08"),
        (without_parameters, "without_parameters", "PR01"),
        (with_another_parameter, "with_another_parameter", "PR02"),
        (without_types, "without_types", "PR04"),
        (without_returns, "without_returns", "RT01"),
        (out_of_order, "out_of_order", "GL07"),
        (without_end, "without_end", "SS03"),
        (Planted, "Planted.method", "PR01"),
        (Planted, "Planted.undescribed", "GL08"),
    ],
)
def test_an_invalid_docstring_is_reported(planted, name, code):
    package = ModuleType("planted")
    package.__all__ = [planted.__name__]
    setattr(package, planted.__name__, planted)
    found = findings(package)
    assert any(line.startswith(f"planted.{name}: {code} ") for line in found), found
    assert code in ERROR_MSGS


def test_a_missing_example_is_reported_where_required():
    package = ModuleType("planted")
    package.__all__ = ["without_returns"]
    package.without_returns = without_returns
    assert not any("EX01" in line for line in findings(package))
    assert any("EX01" in line for line in findings(package, examples=True))
