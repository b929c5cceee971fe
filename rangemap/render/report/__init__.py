"""Reports: map, verdicts, claims and sources in one document, as HTML, PDF, Word or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rangemap.extras import require, requires_extra
from rangemap.io.files import output_suffix, refuse_overwriting
from rangemap.render.outputs import MapFiles
from rangemap.render.report.content import make_content
from rangemap.render.report.document import Report

__all__ = ["SUFFIXES", "Report", "make_content", "report_files"]

SUFFIXES: Final = (".html", ".pdf", ".docx", ".md")


def report_files(
    files: MapFiles, paths: Sequence[Path], *, sums: Sequence[str] = ()
) -> dict[Path, bytes]:
    """Return the content of reports on one map, and of the files that accompany them.

    A Markdown report comes with its picture, ``NAME.map.png``.

    Parameters
    ----------
    files : MapFiles
        The map.
    paths : sequence of Path
        Names with a suffix of `SUFFIXES`.
    sums : sequence of str
        Columns of the sites to total.

    Returns
    -------
    dict
        Bytes by name, in the order of the names.

    Raises
    ------
    OutputError
        If a library of the extra ``report`` is missing, or the report cannot be made.
    """
    require("matplotlib", "report", "a report")
    picture = files.picture
    report = make_content(
        files,
        alt=picture.alt,
        projection=picture.projection,
        outside=picture.outside,
        numbers=picture.numbers,
        sums=sums,
    )
    contents: dict[Path, bytes] = {}
    for path in paths:
        suffix = output_suffix(path)
        if suffix == ".html":
            from rangemap.render.report.html import to_html

            contents[path] = to_html(
                report, page=files.page, png=picture.to_png(), style=files.style
            )
        elif suffix == ".pdf":
            with requires_extra("report", "a PDF report"):
                from rangemap.render.figure.typeface import find_missing_characters
                from rangemap.render.report.pdf import to_pdf

            if missing := find_missing_characters("".join(report.texts), picture.families):
                files.notify(
                    f"no font has {missing!r}, shown as boxes; supply a font that has it with --font FILE"
                )
            contents[path] = to_pdf(
                report,
                picture=picture.to_svg(),
                make_png=picture.to_png,
                families=picture.families,
                fonts=files.options.fonts,
                logo=files.style.logo,
            )
        elif suffix == ".docx":
            with requires_extra("report", "a Word report"):
                from rangemap.render.report.docx import to_docx

            contents[path] = to_docx(report, png=picture.to_png(), style=files.style)
        else:
            from rangemap.render.report.markdown import to_markdown

            map_picture = path.with_suffix(".map.png")
            contents[path] = to_markdown(report, picture=map_picture.name)
            contents[map_picture] = picture.to_png()
    refuse_overwriting(files.style.files, contents)
    return contents
