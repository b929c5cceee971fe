"""Numbers in imported files: one decimal separator per file, detected from its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from rangemap.errors import QuantityError
from rangemap.importing.choices import DecimalSeparator
from rangemap.importing.decisions import ImportLog, is_decided
from rangemap.places.notations import plain_characters
from rangemap.sites.table import DEGREES

_FIGURE: Final = re.compile(r"[0-9](?:[0-9.,]*[0-9])?")
_FORMS: Final = {
    DecimalSeparator.POINT: re.compile(r"[0-9]+(\.[0-9]+)?|[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?"),
    DecimalSeparator.COMMA: re.compile(r"[0-9]+(,[0-9]+)?|[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?"),
}
_DEGREES: Final = {
    DecimalSeparator.POINT: re.compile(r"[+-]?[0-9]{0,7}\.[0-9]*"),
    DecimalSeparator.COMMA: re.compile(r"[+-]?[0-9]{0,7},[0-9]*"),
}
_NUMBERS: Final = frozenset((int, float))
_LARGEST_PLAIN: Final = 1e7
_PLAIN: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,30})?")
_SIMPLE: Final = re.compile(r"-?[0-9]{1,3}(?:([.,])[0-9]{1,30})?")
_SEPARATORS: Final = {".": DecimalSeparator.POINT, ",": DecimalSeparator.COMMA}
_DEGREE_FIGURE: Final = re.compile(r"[+-]?[0-9]+[.,][0-9]*|(?<![0-9.,])[+-]?[.,][0-9]+")
_GEOMETRY: Final = re.compile(
    r"(?i)\s*(?:[{<]|SRID|(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRY|CURVE|CIRCULAR)"
)
"""The beginning of a cell whose format defines its decimal separator."""

Cells = Iterable[tuple[int, Any]]


def normalise_figure(figure: str, separator: DecimalSeparator) -> str:
    """Return digits with a decimal point for a figure in another notation.

    Raises
    ------
    QuantityError
        If the figure is not a number with this decimal separator.

    Examples
    --------
    >>> normalise_figure("1.300,5", DecimalSeparator.COMMA), normalise_figure("1,300", DecimalSeparator.POINT)
    ('1300.5', '1300')
    """
    if len(figure) > 20 or not _FORMS[separator].fullmatch(figure):  # as parse_number
        raise QuantityError(f"{figure[:40]!r} is not a number with a decimal {separator}")
    decimal, group = (".", ",") if separator is DecimalSeparator.POINT else (",", ".")
    return figure.replace(group, "").replace(decimal, ".")


def normalise_figures(text: str, separator: DecimalSeparator) -> str:
    """Return text with each figure rewritten unambiguously with a decimal point.

    Examples
    --------
    >>> normalise_figures("up to 1.300 km (min 2,5 km)", DecimalSeparator.COMMA)
    'up to 1300 km (min 2.5 km)'
    >>> normalise_figures("1.300 km", DecimalSeparator.POINT)
    '1.3 km'
    """

    def normalise(match: re.Match[str]) -> str:
        whole, _, decimals = normalise_figure(match[0], separator).partition(".")
        decimals = decimals.rstrip("0")
        # Three decimals would be taken for grouped thousands when parsed again.
        decimals += "0" if len(decimals) == 3 else ""
        return f"{whole}.{decimals}" if decimals else whole

    return _FIGURE.sub(normalise, text)


def find_degree_separator(cells: Cells, log: ImportLog) -> DecimalSeparator:
    """Return the decimal separator of degrees; without thousands every cell is unambiguous."""
    evidence: dict[DecimalSeparator, list[tuple[int, str]]] = {
        separator: [] for separator in DecimalSeparator
    }
    for number, cell in cells:
        if not isinstance(cell, str):
            continue
        if simple := _SIMPLE.fullmatch(cell):  # nearly all cells
            if simple[1]:
                evidence[_SEPARATORS[simple[1]]].append((number, cell))
        elif not _GEOMETRY.match(cell):
            for figure in _DEGREE_FIGURE.findall(cell):
                for separator, form in _DEGREES.items():
                    if form.fullmatch(figure):
                        evidence[separator].append((number, figure))
    return _decide(evidence, [], log) or DecimalSeparator.POINT


def find_figure_separator(cells: Cells, log: ImportLog) -> DecimalSeparator:
    """Return the decimal separator of figures that may have grouped thousands.

    Raises
    ------
    DocumentError
        If a figure is ambiguous and no other figure in the file decides it.
    """
    evidence: dict[DecimalSeparator, list[tuple[int, str]]] = {
        separator: [] for separator in DecimalSeparator
    }
    ambiguous: list[tuple[int, str]] = []
    for number, cell in cells:
        for figure in _FIGURE.findall(cell) if isinstance(cell, str) else ():
            fits = [separator for separator, form in _FORMS.items() if form.fullmatch(figure)]
            if len(fits) == 1:
                evidence[fits[0]].append((number, figure))
            elif fits and not figure.isdecimal():
                ambiguous.append((number, figure))
    return _decide(evidence, ambiguous, log) or DecimalSeparator.POINT


def _decide(
    evidence: dict[DecimalSeparator, list[tuple[int, str]]],
    ambiguous: list[tuple[int, str]],
    log: ImportLog,
) -> DecimalSeparator | None:
    given = log.options.decimal
    if given is not None:
        log.note("decimal", given.value, "given")
        return given
    total = sum(len(found) for found in evidence.values())
    if not total and not ambiguous:
        return None
    best = max(evidence, key=lambda separator: len(evidence[separator]))
    if not total:
        number, figure = ambiguous[0]
        readings = [normalise_figure(figure, separator) for separator in DecimalSeparator]
        raise log.refusal(
            f"row {number}: {figure!r} could be {_formatted(readings[0])} or {_formatted(readings[1])}, and"
            " no other figure decides it; use --decimal point or --decimal comma"
        )
    against = total - len(evidence[best])
    if not against and not is_decided(len(evidence[best]), 0, len(ambiguous)):
        (number, figure), (row, unclear) = evidence[best][0], ambiguous[0]
        raise log.refusal(
            f"row {row}: {unclear!r} has two readings, as have {len(ambiguous) - 1} more figures, and only"
            f" {figure!r} in row {number} shows a decimal {best}; use --decimal point or --decimal comma"
        )
    if not is_decided(len(evidence[best]), against, len(ambiguous)):
        examples = " but ".join(
            f"{found[0][1]!r} in row {found[0][0]} has a decimal {separator}"
            for separator, found in evidence.items()
        )
        raise log.refusal(f"{examples}; use --decimal point or --decimal comma")
    count = len(evidence[best])
    number, figure = evidence[best][0]
    how = f"{count} of {total} unambiguous figures, such as {figure!r} in row {number}"
    if ambiguous:
        number, figure = ambiguous[0]
        how += f"; so {figure!r} is {_formatted(normalise_figure(figure, best))}"
    log.note("decimal", best.value, how, decimal=best.value)
    return best


def _formatted(figure: str) -> str:
    value = float(figure)
    return f"{int(value):,}" if value.is_integer() else f"{value:g}"


def plain_numbers(cells: Iterable[Any], separator: DecimalSeparator) -> list[float | None]:
    """Return numbers and decimal degrees of the simplest form, which nearly all files have; None for other cells."""
    if separator is DecimalSeparator.COMMA:
        cells = [
            cell if type(cell) is not str else None if "." in cell else cell.replace(",", ".")
            for cell in cells
        ]
    is_plain = _PLAIN.fullmatch
    return [
        float(cell)
        if (
            is_plain(cell)
            if type(cell) is str
            else type(cell) in _NUMBERS and -_LARGEST_PLAIN < cell < _LARGEST_PLAIN
        )
        else None
        for cell in cells
    ]


def parse_degrees(text: str, separator: DecimalSeparator) -> float | None:
    """Return decimal degrees, or None if the text is something else.

    Examples
    --------
    >>> parse_degrees("33,78", DecimalSeparator.COMMA), parse_degrees("33,78", DecimalSeparator.POINT)
    (33.78, None)
    >>> parse_degrees("-.1278", DecimalSeparator.POINT), parse_degrees("5.1e1", DecimalSeparator.POINT)
    (-0.1278, 51.0)
    """
    plain = plain_characters(text).strip()
    if separator is DecimalSeparator.COMMA:
        # A decimal point that is not ASCII, such as that of Arabic, never groups thousands.
        if "." in plain and "." in text:
            return None
        plain = plain.replace(",", ".")
    return float(plain) if DEGREES.fullmatch(plain) else None
