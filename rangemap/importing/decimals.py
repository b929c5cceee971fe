"""Numbers in imported files: one decimal separator per file, detected from its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from rangemap.errors import QuantityError
from rangemap.importing.choices import DecimalSeparator
from rangemap.importing.decisions import ImportLog

_FIGURE: Final = re.compile(r"[0-9](?:[0-9.,]*[0-9])?")
_FORMS: Final = {
    DecimalSeparator.POINT: re.compile(r"[0-9]+(\.[0-9]+)?|[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?"),
    DecimalSeparator.COMMA: re.compile(r"[0-9]+(,[0-9]+)?|[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?"),
}
_DEGREES: Final = {
    DecimalSeparator.POINT: re.compile(r"[+-]?[0-9]{1,3}\.[0-9]*"),
    DecimalSeparator.COMMA: re.compile(r"[+-]?[0-9]{1,3},[0-9]*"),
}
_CLEAR_SHARE: Final = 0.9
"""Share of the unambiguous cells that decides; the rows that disagree are rejected."""

Cells = Iterable[tuple[int, Any]]


def plain_figure(figure: str, sign: DecimalSeparator) -> str:
    """Return digits with a decimal point for a figure in another notation.

    Raises
    ------
    QuantityError
        If the figure is not a number with this decimal separator.

    Examples
    --------
    >>> plain_figure("1.300,5", DecimalSeparator.COMMA), plain_figure("1,300", DecimalSeparator.POINT)
    ('1300.5', '1300')
    """
    if len(figure) > 20 or not _FORMS[sign].fullmatch(figure):  # as parse_number
        raise QuantityError(f"{figure[:40]!r} is not a number with a decimal {sign}")
    decimal, group = (".", ",") if sign is DecimalSeparator.POINT else (",", ".")
    return figure.replace(group, "").replace(decimal, ".")


def plain_figures(text: str, sign: DecimalSeparator) -> str:
    """Return text with each figure rewritten unambiguously with a decimal point.

    Examples
    --------
    >>> plain_figures("up to 1.300 km (min 2,5 km)", DecimalSeparator.COMMA)
    'up to 1300 km (min 2.5 km)'
    >>> plain_figures("1.300 km", DecimalSeparator.POINT)
    '1.3 km'
    """

    def plainly(match: re.Match[str]) -> str:
        whole, _, decimals = plain_figure(match[0], sign).partition(".")
        decimals = decimals.rstrip("0")
        # Three decimals would be taken for grouped thousands when parsed again.
        decimals += "0" if len(decimals) == 3 else ""
        return f"{whole}.{decimals}" if decimals else whole

    return _FIGURE.sub(plainly, text)


def degrees_sign(cells: Cells, log: ImportLog) -> DecimalSeparator:
    """Return the decimal separator of degrees; without thousands every cell is unambiguous."""
    telling: dict[DecimalSeparator, list[tuple[int, str]]] = {sign: [] for sign in DecimalSeparator}
    for number, cell in cells:
        if isinstance(cell, str):
            for figure in re.findall(r"[+-]?[0-9]+[.,][0-9]*", cell):
                for sign, form in _DEGREES.items():
                    if form.fullmatch(figure):
                        telling[sign].append((number, figure))
    return _decide(telling, [], log) or DecimalSeparator.POINT


def figures_sign(cells: Cells, log: ImportLog) -> DecimalSeparator:
    """Return the decimal separator of figures that may have grouped thousands.

    Raises
    ------
    DocumentError
        If a figure is ambiguous and no other figure in the file decides it.
    """
    telling: dict[DecimalSeparator, list[tuple[int, str]]] = {sign: [] for sign in DecimalSeparator}
    open_: list[tuple[int, str]] = []
    for number, cell in cells:
        for figure in _FIGURE.findall(cell) if isinstance(cell, str) else ():
            fits = [sign for sign, form in _FORMS.items() if form.fullmatch(figure)]
            if len(fits) == 1:
                telling[fits[0]].append((number, figure))
            elif fits and not figure.isdecimal():
                open_.append((number, figure))
    return _decide(telling, open_, log) or DecimalSeparator.POINT


def _decide(
    telling: dict[DecimalSeparator, list[tuple[int, str]]],
    open_: list[tuple[int, str]],
    log: ImportLog,
) -> DecimalSeparator | None:
    given = log.options.decimal
    if given is not None:
        log.note("decimal", given.value, "given")
        return given
    total = sum(len(found) for found in telling.values())
    if not total and not open_:
        return None
    best = max(telling, key=lambda sign: len(telling[sign]))
    if not total:
        number, figure = open_[0]
        readings = [plain_figure(figure, sign) for sign in DecimalSeparator]
        raise log.refusal(
            f"row {number}: {figure!r} could be {_shown(readings[0])} or {_shown(readings[1])}, and"
            " no other figure decides it; use --decimal point or --decimal comma"
        )
    if len(telling[best]) < _CLEAR_SHARE * total:
        examples = " but ".join(
            f"{found[0][1]!r} in row {found[0][0]} has a decimal {sign}"
            for sign, found in telling.items()
        )
        raise log.refusal(f"{examples}; use --decimal point or --decimal comma")
    count = len(telling[best])
    number, figure = telling[best][0]
    how = f"{count} of {total} unambiguous figures, such as {figure!r} in row {number}"
    if open_:
        number, figure = open_[0]
        how += f"; so {figure!r} is {_shown(plain_figure(figure, best))}"
    log.note("decimal", best.value, how, decimal=best.value)
    return best


def _shown(plain: str) -> str:
    value = float(plain)
    return f"{int(value):,}" if value.is_integer() else f"{value:g}"


def degrees(text: str, sign: DecimalSeparator) -> float | None:
    """Return decimal degrees, or None if the text is something else.

    Examples
    --------
    >>> degrees("33,78", DecimalSeparator.COMMA), degrees("33,78", DecimalSeparator.POINT)
    (33.78, None)
    """
    decimal = "," if sign is DecimalSeparator.COMMA else "."
    if re.fullmatch(rf"[+\-−]?[0-9]{{1,3}}(\{decimal}[0-9]{{0,30}})?", text.strip()):
        return float(text.strip().replace(decimal, ".").replace("−", "-"))
    return None
