"""The report as PDF, typeset by Typst: tagged for screen readers, fonts embedded."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from rangemap.errors import OutputError
from rangemap.io.files import error_text, output_errors, scratch
from rangemap.render.figure.typeface import find_missing_characters, is_right_to_left
from rangemap.render.report.document import Report
from rangemap.render.style import CSS_COLOURS, Logo


def to_pdf(
    report: Report,
    *,
    picture: bytes,
    make_png: Callable[[], bytes],
    families: Sequence[str],
    fonts: Sequence[Path],
    logo: Logo | None = None,
) -> bytes:
    """Return the report as a PDF of A4 pages, PDF/UA-1.

    Parameters
    ----------
    report : Report
        The content; passed to Typst as data, not as markup.
    picture : bytes
        The map, an SVG.
    make_png : callable
        Returns the map as PNG. It is used if Typst cannot write the text of the SVG
        accessibly, for example joiners in Persian names and stacked accents.
    families : sequence of str
        Font families in order of preference.
    fonts : sequence of Path
        Font files in addition to those that come with matplotlib.
    logo : Logo, optional
        Picture next to the title.

    Returns
    -------
    bytes
        The same bytes for the same report.

    Raises
    ------
    OutputError
        If Typst cannot make the document.
    """
    template = (files("rangemap.render.report") / "report.typ").read_bytes()
    lines = (report.heading, report.subtitle, report.credit or "")
    data = {
        **_with_fonts(asdict(report), tuple(families)),
        "colours": CSS_COLOURS,
        "from_the_right": [line for line in lines if is_right_to_left(line)],
    }
    mark = None if logo is None else {"file": f"logo.{logo.media_type[6:]}", "alt": logo.alt}
    data |= {"fonts": list(families), "logo": mark}
    with scratch() as folder, output_errors(folder):
        (folder / "map.svg").write_bytes(picture)
        if logo is not None and mark is not None:
            (folder / mark["file"]).write_bytes(logo.content)
        (folder / "report.typ").write_bytes(template)
        font_files = (
            Path(font_manager.findfont(FontProperties(family=[name]))) for name in families
        )
        for number, font in enumerate((*font_files, *fonts)):
            (folder / f"{number}{font.suffix}").write_bytes(font.read_bytes())
        try:
            return _typeset(folder, {**data, "map": "map.svg"})
        except typst.TypstError:
            (folder / "map.png").write_bytes(make_png())
        try:
            return _typeset(folder, {**data, "map": "map.png"})
        except typst.TypstError as error:
            raise OutputError(f"the report cannot be typeset: {error_text(error)}") from error


def _with_fonts(value: Any, families: tuple[str, ...]) -> Any:
    """Encode the letters of addresses that no font has."""
    if isinstance(value, list | tuple):
        return [_with_fonts(each, families) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _with_fonts(each, families) for key, each in value.items()}
    if "url" in found and find_missing_characters(found["text"], families):
        found["text"] = found["url"]
    return found


def _typeset(folder: Path, data: dict[str, Any]) -> bytes:
    content: bytes = typst.compile(
        str(folder / "report.typ"),
        root=str(folder),
        font_paths=[mpl.get_data_path() + "/fonts/ttf", str(folder)],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return content
