"""The report as Markdown, its picture in a file beside it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from rangemap.render.figure.type import plain
from rangemap.render.report.content import Cell, Report, Table

# Signs that are markup anywhere, what would become a link, and what is markup at a line's start.
_MARKUP: Final = re.compile(
    r"[\\`*_\[\]|~$^{}]|(?<=\w):(?=//)|@|(?<=www)\.|\A[#+=:-]|(?<=\A\d)[.)]|!(?=\[)"
)


def to_markdown(report: Report, *, picture: str) -> bytes:
    """Return the report as Markdown with pipe tables.

    Parameters
    ----------
    report : Report
        What it says; its texts are escaped, so that none is markup.
    picture : str
        Name of the picture's file.

    Returns
    -------
    bytes
        UTF-8; the same bytes for the same report.
    """
    parts = [
        f"# {_escaped(report.title)}",
        _escaped(report.subtitle),
        f"**{_escaped(report.promise)}**",
        f"![{_escaped(report.alt)}]({quote(picture.encode('utf-8', 'surrogateescape'))})",
        _escaped(report.caption),
    ]
    for section in report.sections:
        parts.append(f"{'#' * section.level} {_escaped(section.title)}")
        parts += [_escaped(words) for words in section.paragraphs]
        if section.items:
            parts.append("\n".join(f"- {_escaped(words)}" for words in section.items))
        if section.table is not None:
            parts.append(_table(section.table))
    if report.credit:
        parts.append(_escaped(report.credit))
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
    words = _escaped(cell.text)
    return words if cell.url is None else f"[{words}]({_address(cell.url)})"


def _escaped(text: str) -> str:
    """Return text of which no sign is markup: Markdown's by a backslash, HTML's by its name."""
    words = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\g<0>", words)


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
