"""The report as Markdown, with its picture in a separate file."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from rangemap.render.figure.typeface import single_line
from rangemap.render.report.content import Cell, Report, Table

# Characters that are markup anywhere, or at the start of a line, or that would start a link.
_MARKUP: Final = re.compile(
    r"[\\`*_\[\]|~$^{}]|(?<=\w):(?=//)|@|(?<=www)\.|\A[#+=:-]|(?<=\A\d)[.)]|!(?=\[)"
)


def to_markdown(report: Report, *, picture: str) -> bytes:
    """Return the report as Markdown with pipe tables.

    Parameters
    ----------
    report : Report
        The content; texts are escaped, so that none is markup.
    picture : str
        File name of the picture.

    Returns
    -------
    bytes
        UTF-8; the same bytes for the same report.
    """
    parts = [
        f"# {_escaped(report.heading)}",
        _escaped(report.subtitle),
        f"**{_escaped(report.promise)}**",
        f"![{_escaped(report.alt)}]({quote(picture.encode('utf-8', 'surrogateescape'))})",
        _escaped(report.caption),
    ]
    for section in report.sections:
        parts.append(f"{'#' * section.level} {_escaped(section.title)}")
        parts += [_escaped(text) for text in section.paragraphs]
        if section.items:
            parts.append("\n".join(f"- {_escaped(text)}" for text in section.items))
        if section.table is not None:
            parts.append(_table(section.table))
    if report.credit:
        parts.append(_escaped(report.credit))
    if report.direction == "rtl":  # Markdown has no markup of its own for direction
        parts = ['<div dir="rtl">', *parts, "</div>"]
    return ("\n\n".join(parts) + "\n").encode()


def _table(table: Table) -> str:
    numbers = (
        [cell.number for cell in table.rows[0]] if table.rows else [False] * len(table.columns)
    )
    lines = [
        _row([_escaped(name) for name in table.columns]),
        _row(["---:" if number else "---" for number in numbers]),
    ]
    lines += [_row([_cell(cell) for cell in row]) for row in table.rows]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    text = _escaped(cell.text)
    text = text if cell.url is None else f"[{text}]({_address(cell.url)})"
    copy = cell.copy
    return text if copy is None else f"{text}{copy.before}[{copy.text}]({_address(copy.url)})"


def _escaped(text: str) -> str:
    """Escape Markdown characters by a backslash, and HTML characters by entities."""
    text = single_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\g<0>", text)


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
