"""The canvas for pictures: points from the lower left corner, layers in drawing order.

No text is parsed as markup: matplotlib's, between dollar signs, is switched off.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely
from matplotlib import rc_context, rcdefaults, rcParams
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import Stroke
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry.base import BaseGeometry

from rangemap.render.figure.labels import Box
from rangemap.render.figure.sizes import Size
from rangemap.render.figure.typeface import (
    LINE_HEIGHT,
    Typeface,
    is_right_to_left,
    missing_glyphs_ignored,
)
from rangemap.render.style import HOUSE_STYLE, INK, HouseStyle
from rangemap.text import isolated
from rangemap.wording.language import Language, read_language

HALO_WIDTH: Final = 0.32
"""Width of the white rim of text, times the text size."""
HALO_OPACITY: Final = 0.85

_CSS_PX: Final = 0.75  # points
_REFERENCE_TEXT: Final = 9.5  # points; the dashes of smaller pictures are shorter

INSET: Final = "inset-"
"""What the names of an inset's layers begin with."""


def panel_layer(number: int) -> str:
    """Return what the names of a panel's layers begin with, before a hyphen."""
    return f"panel-{number}"


SETTINGS: Final[dict[Any, Any]] = {
    "text.parse_math": False,
    "text.hinting": "none",
    "lines.scale_dashes": False,
    "svg.fonttype": "none",  # text stays editable text
    "svg.hashsalt": "rangemap",
    "pdf.fonttype": 42,
    "path.simplify": False,
}


@contextmanager
def settings() -> Iterator[None]:
    """Make and write pictures in this context, unaffected by a user's matplotlibrc."""
    with rc_context():
        rcdefaults()
        rcParams.update(SETTINGS)
        yield


class MapFigure(Figure):
    """A figure that a notebook shows as a picture.

    A notebook shows matplotlib's own figures only after pyplot has been imported.
    """

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        with settings(), missing_glyphs_ignored():
            self.savefig(content, format="png", dpi=self.dpi)
        return content.getvalue()


class _PartStart(Artist):
    """Begins a part of a tagged PDF, after what has been drawn before; nothing is visible."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def draw(self, renderer: Any) -> None:
        """Write the operators (ISO 32000-1, 14.6); other formats have none."""
        from matplotlib.backends.backend_pdf import PdfFile, Verbatim  # for PDF only

        file = getattr(renderer, "file", None)
        if isinstance(file, PdfFile):
            part = Verbatim(b"EMC\n" + begin_figure(self._number))  # type: ignore[no-untyped-call]
            file.output(part)  # type: ignore[no-untyped-call]


def begin_figure(number: int) -> bytes:
    """Return the operator of a PDF that begins the content of a figure; ``EMC`` ends it."""
    return b"/Figure <</MCID %d>> BDC" % number


class Canvas:
    """One figure with one pair of axes in points. Each element belongs to a named layer."""

    def __init__(
        self,
        size: Size,
        face: Typeface,
        style: HouseStyle = HOUSE_STYLE,
        language: Language | None = None,
    ) -> None:
        self.size, self.face, self.style = size, face, style
        self.language = language or read_language("en")
        self.mirrored = self.language.direction == "rtl"
        self.figure = MapFigure(figsize=(size.width / 72, size.height / 72), dpi=size.dpi)
        self.figure.set_facecolor("white")
        self._axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, size.width), ylim=(0, size.height))
        self._axes.set_axis_off()
        self._order = 0
        self.prefix = ""
        """Begins the names of all layers that are drawn from now on."""

    def begin_part(self, number: int) -> None:
        """Begin a part that has an alternative text of its own in a PDF, counted from 1."""
        self._add("part", _PartStart(number))

    @contextmanager
    def in_panel(self, number: int, text: float) -> Iterator[None]:
        """Draw in the layers of a panel, with text of another size."""
        prefix, size = self.prefix, self.size
        self.prefix, self.size = f"{panel_layer(number)}-", replace(size, text=text)
        try:
            yield
        finally:
            self.prefix, self.size = prefix, size

    def area(self, layer: str, shape: BaseGeometry, **style: Any) -> None:
        """Fill an area, without an outline unless ``edgecolor`` is given."""
        path = _path_of_areas(shape)
        if path is not None:
            self._add(layer, PathPatch(path, **{"linewidth": 0, **style}))

    def line(
        self,
        layer: str,
        shape: BaseGeometry,
        *,
        color: str,
        width: float,
        dash: Sequence[float] = (),
        cap: str = "butt",
    ) -> None:
        """Draw lines; width in points, dashes in CSS pixels."""
        path = _path_of_lines(shape)
        if path is None:
            return
        patch = PathPatch(path, fill=False, edgecolor=color, linewidth=width, joinstyle="round")
        patch.set_capstyle(cap)  # type: ignore[arg-type]
        if len(dash):
            scale = _CSS_PX * self.size.text / _REFERENCE_TEXT
            patch.set_linestyle((0, tuple(part * scale for part in dash)))
        self._add(layer, patch)

    def mark(
        self,
        layer: str,
        spot: tuple[float, float],
        *,
        symbol: str,
        size: float,
        color: str,
        rim: str = "white",
        rim_ratio: float = 0.12,
    ) -> None:
        """Draw a marker, ``s`` for a square, ``o`` for a disc, with a rim relative to its size."""
        self._add(
            layer,
            Line2D(*([side] for side in spot), marker=symbol, markersize=size, color=color, linestyle="none",
                   markeredgecolor=rim, markeredgewidth=size * rim_ratio),
        )  # fmt: skip

    def site(self, layer: str, spot: tuple[float, float], *, size: float, filled: bool) -> None:
        """Mark a site with a square: filled if at least one claim reaches it, else hollow."""
        if filled:
            self.mark(layer, spot, symbol="s", size=size, color=INK)
        else:
            self.mark(
                layer, spot, symbol="s", size=size * 0.82, color="white", rim=INK, rim_ratio=0.2
            )

    def badge(
        self,
        layer: str,
        spot: tuple[float, float],
        number: str,
        *,
        side: float,
        size: float,
        filled: bool,
    ) -> None:
        """Draw a square with a number, filled or hollow as `site`."""
        rim = 0.6 * size / side * 0.14
        if filled:
            self.mark(layer, spot, symbol="s", size=side, color=INK, rim_ratio=rim)
        else:
            self.mark(layer, spot, symbol="s", size=side * 0.94, color="white", rim=INK, rim_ratio=rim)  # fmt: skip
        x, y = spot
        color = "white" if filled else INK
        self.text(
            "numbers", x, y - size * 0.36, number, size, color=color, bold=True, align="center"
        )

    def text(
        self,
        layer: str,
        x: float,
        y: float,
        content: str,
        size: float,
        *,
        color: str = INK,
        bold: bool = False,
        italic: bool = False,
        align: str = "left",
    ) -> None:
        """Write one line of text with its baseline at y."""
        style = self.face.style(size, bold=bold, italic=italic)
        # An SVG viewer would lay every line out from left to right.
        if self.mirrored:
            content = self.language.line(content)
        elif is_right_to_left(content):
            content = isolated(content)
        text = self._axes.text(
            x, y, content, fontproperties=style, ha=align, va="baseline", color=color
        )
        self._tag(layer, text)

    def halo(
        self,
        x: float,
        y: float,
        content: str,
        size: float,
        *,
        bold: bool,
        italic: bool = False,
        color: str = "white",
    ) -> None:
        """Draw the rim of a centred line of text, in a separate layer.

        A rim turns its text into outlines; in a separate layer, the text itself stays text. In an SVG
        the rim is text too.
        """
        self.text(
            "halos", x, y, content, size, color=color, bold=bold, italic=italic, align="center"
        )
        rim = Stroke(linewidth=size * HALO_WIDTH, foreground=color, alpha=HALO_OPACITY)
        self._axes.texts[-1].set_path_effects([rim])

    def image(self, layer: str, box: Box, content: bytes) -> None:
        """Draw a picture file in a box with the same proportions."""
        picture = np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))
        extent = (box.west, box.east, box.south, box.north)
        drawn = self._axes.imshow(picture, extent=extent, interpolation="antialiased")
        self._axes.set(xlim=(0, self.size.width), ylim=(0, self.size.height), aspect="auto")
        drawn.set_clip_on(False)
        self._tag(layer, drawn)

    @staticmethod
    def ratio(content: bytes) -> float:
        """Return the width of a picture file divided by its height."""
        width, height = Image.open(io.BytesIO(content)).size
        return float(width / height)

    def paragraph(
        self, layer: str, box: Box, lines: Iterable[str], size: float, **style: Any
    ) -> float:
        """Write lines from the top of a box; right-to-left lines are aligned right.

        In a right-to-left language all are.
        """
        y = box.north
        for line in lines:
            y -= size * LINE_HEIGHT
            right = self.mirrored or is_right_to_left(line)
            x, align = (box.east, "right") if right else (box.west, "left")
            self.text(
                layer, x, y + size * (LINE_HEIGHT - 1) * 0.75, line, size, align=align, **style
            )
        return y

    def _add(self, layer: str, artist: Any) -> None:
        self._axes.add_artist(artist)
        artist.set_clip_on(False)
        self._tag(layer, artist)

    def _tag(self, layer: str, artist: Any) -> None:
        self._order += 1
        artist.set_zorder(self._order)
        artist.set_gid(f"{self.prefix}{layer}--{self._order}")


def _path_of_areas(shape: BaseGeometry) -> Path | None:
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape))
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.orient_polygons(parts)
        for ring in (part.exterior, *part.interiors)
    ]
    return _compound_path(rings, closed=True)


def _path_of_lines(shape: BaseGeometry) -> Path | None:
    parts = shapely.get_parts(shapely.get_parts(shape))
    lines = [part for part in parts if part.geom_type in {"LineString", "LinearRing"}]
    return _compound_path([shapely.get_coordinates(line) for line in lines], closed=False)


def _compound_path(lines: Sequence[NDArray[np.float64]], *, closed: bool) -> Path | None:
    lines = [line for line in lines if len(line) > 1]
    if not lines:
        return None
    codes = []
    for line in lines:
        code = np.full(len(line), Path.LINETO, dtype=np.uint8)
        code[0] = Path.MOVETO
        # A line that ends at its start is closed, to avoid a visible notch.
        if closed or np.array_equal(line[0], line[-1]):
            code[-1] = Path.CLOSEPOLY
        codes.append(code)
    return Path(np.concatenate(lines).round(3), np.concatenate(codes))
