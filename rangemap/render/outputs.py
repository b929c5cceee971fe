"""The files of a map: one table of writers by file name suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rangemap.check import CheckRow, check_rows, check_table
from rangemap.check.order import with_shown
from rangemap.errors import OutputError, UsageError
from rangemap.extras import requires_extra
from rangemap.io.files import output_suffix, refuse_overwriting
from rangemap.render.background.detail import is_too_coarse
from rangemap.render.style import HouseStyle
from rangemap.render.style_file import style_of
from rangemap.rings import RangeRing, make_rings
from rangemap.scenario.selection import Selection

if TYPE_CHECKING:
    from rangemap.render.figure import Picture, Size
    from rangemap.render.page.card import Card


@dataclass(frozen=True, kw_only=True)
class PictureOptions:
    """Options of a picture, as typed; parsed when a picture is made."""

    size: str = "web"
    dpi: float | None = None
    projection: str | None = None
    fonts: tuple[Path, ...] = ()
    titled: bool = True
    """Whether the picture contains the title; a report has it above."""


@dataclass(eq=False)
class MapFiles:
    """The files of one selection; what several files need is computed once."""

    selection: Selection
    options: PictureOptions = field(default_factory=PictureOptions)
    notify: Callable[[str], None] = lambda _: None
    _maps: list[MapFiles] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep the sites that a map shows."""
        if not self.selection.panels:
            self.selection = with_shown(self.selection)
            return
        maps = [MapFiles(panel, self.options) for panel in self.selection.panels]
        self.selection = replace(self.selection, panels=tuple(each.selection for each in maps))
        self._maps = maps

    @cached_property
    def style(self) -> HouseStyle:
        """The house style."""
        return style_of(self.selection.look)

    @cached_property
    def rings(self) -> list[RangeRing]:
        """The rings."""
        return make_rings(self.selection)

    @cached_property
    def rows(self) -> list[CheckRow]:
        """The verdicts."""
        return list(check_rows(self.selection))

    @cached_property
    def picture(self) -> Picture:
        """The picture, drawn once for all its formats."""
        with requires_extra("pictures", "a picture"):
            from rangemap.render.figure import parse_size  # matplotlib costs half a second
        return self._drawn(parse_size(self.options.size, self.options.dpi))

    def _drawn(self, size: Size) -> Picture:
        from rangemap.render.figure import make_panels_picture, make_picture, parse_projection

        options: dict[str, Any] = {
            "size": size,
            "projection": parse_projection(self.options.projection),
            "fonts": self.options.fonts,
            "titled": self.options.titled,
            "style": self.style,
            "notify": self.notify,
        }
        if self.selection.panels:
            rings, rows = zip(*((each.rings, each.rows) for each in self._maps), strict=True)
            return make_panels_picture(self.selection, rings, rows, **options)
        return make_picture(self.selection, self.rings, self.rows, **options)

    @cached_property
    def page(self) -> str:
        """The live map, a complete HTML document."""
        return self._page(None)

    def _page(self, card: Card | None) -> str:
        from rangemap.render.page.html import write_page
        from rangemap.render.page.payload import make_payload

        payload = make_payload(self.selection, self.rings, self.rows, style=self.style)
        if payload["tiles"]:
            hosts = ", ".join(payload["tiles"]["hosts"])
            self.notify(
                f"the page loads its base map from {hosts}, which can see what its readers view;"
                " follow the terms of that service"
            )
        return write_page(payload, card)

    def _page_with_card(self, page: Path, url: str) -> dict[Path, bytes]:
        """Return the live map, and the picture of its social card."""
        with requires_extra("pictures", "the picture of a social card"):
            from rangemap.render.figure import CARD  # matplotlib costs half a second
        from rangemap.render.page.card import Card, card_path

        picture, path = self._drawn(CARD), card_path(page)
        card = Card(
            url=url,
            picture=path.name,
            title=picture.title,
            description=picture.alt,
            size=CARD.pixels,
        )
        return {page: self._page(card).encode(), path: picture.to_png()}

    def files(self, paths: Sequence[Path]) -> dict[Path, bytes]:
        """Return the content of each file, and of the files that accompany pictures.

        A picture comes with ``NAME.alt.txt``, whose first line is its alternative text (at
        most 250 characters) and whose last is a long description, and with ``NAME.sources.txt``,
        every claim with its source. A page whose address is given comes with ``NAME.card.png``,
        the picture of its social card.

        Parameters
        ----------
        paths : sequence of Path
            Names with a suffix of `SUFFIXES`.

        Returns
        -------
        dict
            Bytes by name, in the order of the names.

        Raises
        ------
        OutputError
            If an address is given for several pages, or a file would be written twice or is one
            of the house style.
        UsageError
            If the selection has panels and a file is not a picture.
        """
        self._refuse_panels(paths)
        writers = {**WRITERS, **TABLE_WRITERS}
        drawn = {output_suffix(path) for path in paths} & {*PICTURES, ".html"}
        if drawn and is_too_coarse(self.selection):
            self._note_coarse(drawn)
        with_card = self._pages_with_card(paths)
        contents: dict[Path, bytes] = {}
        for path in paths:
            if path in with_card:
                contents |= self._page_with_card(path, with_card[path])
            else:
                contents[path] = writers[output_suffix(path)](self)
        for path in paths:
            if output_suffix(path) in PICTURES:
                contents[path.with_suffix(".alt.txt")] = self.picture.descriptions.encode()
                contents[path.with_suffix(".sources.txt")] = self.picture.sources.encode()
        refuse_overwriting(self.style.files, contents)
        return contents

    def _note_coarse(self, drawn: AbstractSet[str]) -> None:
        """Note that the base map is coarse, and what shows more detail in the outputs."""
        self.notify(
            "the built-in base map (1:10 million) is coarse for ranges below 50 km: coasts and borders"
            " may be 1 km off"
        )
        if ".html" in drawn:
            self.notify(
                "a map page can show a detailed base map with --tiles, such as --tiles OpenStreetMap.Mapnik"
            )
        if drawn - {".html"} and not self.selection.look.basemap:
            self.notify(
                "a picture can show roads, waters and places of your own file with --basemap FILE"
            )

    def _pages_with_card(self, paths: Sequence[Path]) -> dict[Path, str]:
        """Return the address of the page that has one."""
        url = self.selection.look.page_url
        pages = [path for path in paths if output_suffix(path) == ".html"]
        if url is None or not pages:
            return {}
        if len(pages) > 1:
            raise OutputError(
                f"page_url is the address of one page, but {len(pages)} are written:"
                f" {', '.join(map(str, pages))}; write one at a time"
            )
        from rangemap.render.page.card import card_path

        card = card_path(pages[0])
        if os.path.realpath(card) in map(os.path.realpath, paths):
            raise OutputError(
                f"{card}: is the picture of the social card of {pages[0]}; choose another name"
            )
        return {pages[0]: url}

    def _refuse_panels(self, paths: Iterable[Path]) -> None:
        """Refuse files of a single map for a selection with panels."""
        for path in paths:
            if self.selection.panels and output_suffix(path) not in PICTURES:
                raise UsageError(
                    f"{path}: panels are drawn in pictures ({', '.join(PICTURES)}); write such a"
                    " file, or choose one panel with --panel NUMBER or TITLE (in Python with"
                    " Scenario.panel)"
                )


def _csv(files: MapFiles) -> bytes:
    from rangemap.render.tables.text import FILE_ENCODING, to_csv

    return to_csv(*check_table(files.selection, edition=True)).encode(FILE_ENCODING)


def _geojson(files: MapFiles) -> bytes:
    from rangemap.render.gis.geojson import to_geojson

    return to_geojson(files.selection, files.rings, files.rows, files.style).encode()


def _kml(files: MapFiles) -> bytes:
    from rangemap.render.gis.kml import to_kml

    return to_kml(files.selection, files.rings, files.rows, files.style)


def _kmz(files: MapFiles) -> bytes:
    from rangemap.render.gis.kml import to_kmz

    return to_kmz(files.selection, files.rings, files.rows, files.style)


def _gpkg(files: MapFiles) -> bytes:
    from rangemap.render.gis.layers import to_gpkg  # geopandas costs half a second

    return to_gpkg(files.selection, files.rings, files.rows, files.style)


def _gis(writer: str, files: MapFiles) -> bytes:
    from rangemap.render.gis import layers  # geopandas costs half a second

    content: bytes = getattr(layers, writer)(files.selection, files.rings, files.rows)
    return content


def _picture(suffix: str, files: MapFiles) -> bytes:
    return files.picture.to_bytes(suffix)


PICTURES: Final = (".png", ".jpg", ".webp", ".svg", ".pdf")
WRITERS: Final[dict[str, Callable[[MapFiles], bytes]]] = {
    ".html": lambda files: files.page.encode(),
    **{suffix: partial(_picture, suffix) for suffix in PICTURES},
    ".kml": _kml,
    ".kmz": _kmz,
    ".gpkg": _gpkg,
    ".fgb": lambda files: _gis("to_fgb", files),
    ".parquet": lambda files: _gis("to_geoparquet", files),
    ".shp.zip": lambda files: _gis("to_shapefiles", files),
    ".geojson": _geojson,
    ".csv": _csv,
}


def _json(files: MapFiles) -> bytes:
    from rangemap.render.tables.text import to_json

    return to_json(*check_table(files.selection, edition=True)).encode()


def _xlsx(files: MapFiles) -> bytes:
    with requires_extra("excel", "a workbook"):
        from rangemap.render.tables.workbook import make_workbook

    return make_workbook(files.selection)


TABLE_WRITERS: Final[dict[str, Callable[[MapFiles], bytes]]] = {".json": _json, ".xlsx": _xlsx}
"""Formats of the verdict table that `rangemap check` writes and `rangemap map` does not."""
