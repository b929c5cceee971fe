"""What a scenario yields: tables, maps and files."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rangemap.api.types import Projection
from rangemap.errors import RangemapWarning, UsageError
from rangemap.io.files import refuse_overwriting, refuse_unsupported, write_all
from rangemap.scenario.panels import refuse_panels
from rangemap.scenario.read import read_selection
from rangemap.scenario.selection import Selection
from rangemap.scenario.values import ScenarioValues, site_files
from rangemap.sites import SiteTable

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.figure import Figure

    from rangemap.render.page.document import RangeMap


class Results(ScenarioValues):
    """The results of a scenario, which `rangemap.Scenario` inherits."""

    def _select(self, *, credited: bool = True, panels: bool = False) -> Selection:
        """Return the selection; warnings about omissions point to the line that called a method.

        ``panels`` is whether the method can show several maps.
        """
        if not panels:
            refuse_panels(self, "this is about one map")
        selection = read_selection(self, credited=credited)
        for line in selection.omissions:
            warnings.warn(line, RangemapWarning, stacklevel=3)
        return selection

    def rings(self) -> gpd.GeoDataFrame:
        """Return the rings as a GeoDataFrame, EPSG:4326, RFC 7946 geometry.

        Returns
        -------
        GeoDataFrame
            One row for each origin and weapon or range, with its figures, claims and sources.
            ``geometry`` is the area from the smallest published minimum to the headline, empty
            if the minimum is the larger of the two. It is the only geometry column, so that
            ``to_file`` and ``to_parquet`` work; `layers` has the other areas and lines.

        Raises
        ------
        RangemapError
            As `select`.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> rings = Scenario(origins=["0,179.9"], ranges=["500 km"]).rings()
        >>> [round(side) for side in rings.total_bounds]
        [-180, -5, 180, 5]
        """
        from rangemap.render.gis.layers import ring_areas
        from rangemap.rings import make_rings

        return ring_areas(make_rings(self._select()), "area", with_empty=True)

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers that `rangemap map -o x.gpkg` writes, EPSG:4326.

        Returns
        -------
        dict of GeoDataFrame
            ``rings``, ``inner`` (where all claims reach), ``bands`` (where they differ), ``lines``,
            ``origins``, ``sites`` and ``verdicts``; empty layers are omitted.

        Raises
        ------
        RangemapError
            As `select`.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> list(Scenario(origins=["0,0"], ranges=["5 km"], sites=["0,0"]).layers())
        ['rings', 'inner', 'lines', 'origins', 'sites', 'verdicts']
        """
        from rangemap.render.gis.layers import layers
        from rangemap.render.outputs import MapFiles

        files = MapFiles(self._select())
        return layers(files.selection, files.rings, files.rows)

    def check(self) -> pd.DataFrame:
        """Return the verdict table.

        Returns
        -------
        DataFrame
            One row for each origin, weapon or range, and site, with the columns of
            ``rangemap check``. Kilometres are float64 with 3 decimals, or NaN; verdicts are
            computed from unrounded values; counts are int64; ``verdict`` (ordered: inside,
            disputed, too_close, outside), ``reason`` and ``origin_kind`` are categorical. The
            columns of the table or file of sites follow; those of a DataFrame keep their types,
            and a name that is already used above becomes ``input_...``.

        Raises
        ------
        RangemapError
            As `select`.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> table = Scenario(origins=["0,0"], ranges=["100 km"], sites=["0,1"]).check()
        >>> table[["site", "distance_km", "verdict", "margin_km"]].values.tolist()
        [['0,1', 111.319, 'outside', -11.319]]
        """
        from rangemap.check import COLUMNS, check_table
        from rangemap.check.order import with_nearest

        selection = with_nearest(self._select(credited=False))
        return _frame(*check_table(selection), selection.sites, len(COLUMNS))

    def per_site(self) -> pd.DataFrame:
        """Return one row per site, with its strongest verdict over all origins and weapons.

        Returns
        -------
        DataFrame
            The columns of ``rangemap check --per-site``: the verdict, the numbers of weapons or
            ranges for which the site is inside and disputed, and the nearest one with this
            verdict, with margin and distance in kilometres. The columns of the table or file of
            sites follow. Types are those of `check`.

        Raises
        ------
        RangemapError
            As `select`.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> scenario = Scenario(origins=["0,0"], ranges=["100 km", "200 km"], sites=["0,1", "0,3"])
        >>> scenario.per_site()[["site", "verdict", "systems_inside", "weapon"]].values.tolist()
        [['0,1', 'inside', 1, '200 km'], ['0,3', 'outside', 0, '200 km']]
        """
        from rangemap.check.order import with_nearest
        from rangemap.check.per_site import SITE_COLUMNS, site_table

        selection = with_nearest(self._select())
        return _frame(*site_table(selection), selection.sites, len(SITE_COLUMNS))

    def map(self) -> RangeMap:
        """Return the map, a folium map that displays itself in a notebook.

        Returns
        -------
        RangeMap
            Call ``.save("x.html")`` for one self-contained file. In a notebook it displays
            itself, with a picture as fallback for viewers that cannot show a page.

        Raises
        ------
        RangemapError
            As `select`, or if the style, language or tiles are unknown.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> page = Scenario(origins=["0,0"], ranges=["100 km"], sites=["0,1"]).map()
        >>> page.get_root().render().startswith("<!DOCTYPE html>")
        True
        """
        from rangemap.render.outputs import MapFiles
        from rangemap.render.page.document import RangeMap
        from rangemap.render.page.payload import make_payload
        from rangemap.render.style_file import style_of

        files = MapFiles(self._select())
        style = style_of(files.selection.look)
        payload = make_payload(files.selection, files.rings, files.rows, style=style)

        def picture() -> bytes | None:
            return files.picture.to_png() if find_spec("matplotlib") else None

        return RangeMap(payload, picture=picture)

    def figure(
        self,
        *,
        size: str = "web",
        dpi: float | None = None,
        projection: Projection | None = None,
        fonts: Sequence[str | Path] = (),
    ) -> Figure:
        """Return the map as a matplotlib figure.

        Parameters
        ----------
        size : str, default "web"
            ``web``, ``column``, ``page``, ``slide``, ``social``, or pixels such as ``1600x1000``.
        dpi : float, optional
            Dots per inch; the default depends on the size.
        projection : {"aeqd", "laea", "eqearth", "merc"}, optional
            By default azimuthal equidistant around a single origin, so that rings are true
            circles, and otherwise chosen to fit the rings.
        fonts : sequence of path
            Font files for characters that DejaVu Sans lacks.

        Returns
        -------
        Figure
            Displays itself in a notebook. To write a picture file with metadata, a description
            and the sources, use `to_file`.

        Raises
        ------
        RangemapError
            As `select`, or if a value is invalid, the picture would be too small, or
            matplotlib is not installed.

        Warns
        -----
        RangemapWarning
            For anything the picture cannot show, such as letters that no font has.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> figure = Scenario(origins=["0,0"], ranges=["100 km"]).figure(size="1200x800")
        >>> [round(pixels) for pixels in figure.get_size_inches() * figure.dpi]
        [1200, 800]
        """
        from rangemap.render.outputs import MapFiles, PictureOptions

        options = PictureOptions(
            size=size, dpi=dpi, projection=projection, fonts=tuple(map(Path, fonts))
        )
        left_out: list[str] = []
        figure = MapFiles(self._select(panels=True), options, left_out.append).picture.figure
        _warn(left_out)
        return figure

    def to_file(
        self,
        *paths: str | PathLike[str],
        size: str = "web",
        dpi: float | None = None,
        projection: Projection | None = None,
        fonts: Sequence[str | PathLike[str]] = (),
    ) -> list[Path]:
        """Write maps and verdict tables to files, each in the format of its suffix.

        Parameters
        ----------
        *paths : str or Path
            Files to write; by default the `outputs` of the scenario. Maps: ``.html``,
            ``.png``, ``.jpg``, ``.webp``, ``.svg``, ``.pdf``, ``.geojson``, ``.kml``, ``.kmz``, ``.gpkg``, ``.fgb``,
            ``.parquet`` and ``.shp.zip``. Verdict tables: ``.csv``, ``.json`` and ``.xlsx``.
        size : str, default "web"
            Size of pictures, as in `figure`.
        dpi : float, optional
            Resolution of pictures, as in `figure`.
        projection : {"aeqd", "laea", "eqearth", "merc"}, optional
            Projection of pictures, as in `figure`.
        fonts : sequence of str or Path
            Extra fonts for pictures, as in `figure`.

        Returns
        -------
        list of Path
            The files written, including a description (``.alt.txt``) and the sources
            (``.sources.txt``) for each picture. Either all of them are written or none.

        Raises
        ------
        UsageError
            If no file is named, or a suffix is unknown.
        OutputError
            If a file cannot be written, is an input of the scenario, or needs a library that is
            not installed.
        RangemapError
            As `select`.

        Warns
        -----
        RangemapWarning
            For omissions, as in `select` and `figure`, and for the hosts that a page with
            ``tiles`` contacts.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> from tempfile import TemporaryDirectory
        >>> scenario = Scenario(origins=["0,0"], ranges=["100 km"], sites=["0,1"])
        >>> with TemporaryDirectory() as folder:
        ...     [path.name for path in scenario.to_file(f"{folder}/a.geojson", f"{folder}/a.csv")]
        ['a.geojson', 'a.csv']
        """
        from rangemap.render.outputs import TABLE_WRITERS, WRITERS, MapFiles, PictureOptions

        wanted = _paths(paths or self.outputs, (*WRITERS, *TABLE_WRITERS))
        options = PictureOptions(
            size=size, dpi=dpi, projection=projection, fonts=tuple(map(Path, fonts))
        )
        left_out: list[str] = []
        files = MapFiles(self._select(panels=True), options, left_out.append)
        contents = files.files(wanted)
        _warn(left_out)
        return self._write(contents)

    def report(
        self,
        *paths: str | PathLike[str],
        sums: str | Sequence[str] = (),
        projection: Projection | None = None,
        fonts: Sequence[str | PathLike[str]] = (),
    ) -> list[Path]:
        """Write a document with the map, verdicts, claims and sources.

        Parameters
        ----------
        *paths : str or Path
            Files to write: ``.html``, ``.pdf``, ``.docx`` or ``.md``.
        sums : str or sequence of str
            Columns of the sites to total by verdict.
        projection : {"aeqd", "laea", "eqearth", "merc"}, optional
            Projection of the picture, as in `figure`.
        fonts : sequence of str or Path
            Extra fonts for the picture and the document, as in `figure`.

        Returns
        -------
        list of Path
            The files written, including the picture of a Markdown file.

        Raises
        ------
        UsageError
            If no file is named, or a suffix is unknown.
        OutputError
            As `to_file`.
        PlaceError
            If the sites do not have a column to total.
        RangemapError
            As `select`.

        Warns
        -----
        RangemapWarning
            As `to_file`.

        Examples
        --------
        >>> from rangemap import Scenario
        >>> from tempfile import TemporaryDirectory
        >>> scenario = Scenario(origins=["0,0"], ranges=["100 km"], sites=["0,1"])
        >>> with TemporaryDirectory() as folder:
        ...     [path.name for path in scenario.report(f"{folder}/a.md")]
        ['a.md', 'a.map.png']
        """
        from rangemap.render.outputs import MapFiles, PictureOptions
        from rangemap.render.report import SUFFIXES, report_files

        wanted = _paths(paths, SUFFIXES)
        fonts_ = tuple(map(Path, fonts))
        options = PictureOptions(size="page", projection=projection, fonts=fonts_, titled=False)
        left_out: list[str] = []
        files = MapFiles(self._select(), options, left_out.append)
        columns = [sums] if isinstance(sums, str) else sums
        contents = report_files(files, wanted, sums=columns)
        _warn(left_out)
        return self._write(contents)

    def _write(self, contents: Mapping[Path, bytes]) -> list[Path]:
        read = (*site_files(self), *self.catalogue, self.registry, self.style)
        refuse_overwriting((Path(name) for name in read if name is not None), contents)
        write_all(contents)
        return list(contents)


def _warn(left_out: Iterable[str]) -> None:
    """Warn about omissions; the warning points to the line that called the public method."""
    for line in left_out:
        warnings.warn(line, RangemapWarning, stacklevel=3)


def _paths(paths: Sequence[str | PathLike[str]], suffixes: Sequence[str]) -> list[Path]:
    """Return the paths without duplicates, or refuse an unsupported suffix."""
    if not paths:
        raise UsageError("no output file; give one, such as 'map.html'")
    wanted = list(dict.fromkeys(map(Path, paths)))
    refuse_unsupported(wanted, suffixes)
    return wanted


def _frame(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], sites: SiteTable, n_ours: int
) -> pd.DataFrame:
    """Return a table of verdicts with column types that do not depend on its rows."""
    import pandas as pd

    from rangemap.check import COUNTS
    from rangemap.check.verdicts import REASONS, VERDICTS
    from rangemap.scenario.origins import OriginKind
    from rangemap.sites.numbers import parse_numbers

    choices = {"verdict": VERDICTS, "reason": REASONS, "origin_kind": tuple(OriginKind)}
    frame = pd.DataFrame(list(rows), columns=list(columns))
    for column in columns[:n_ours]:
        # pandas cannot infer the type of a column without values.
        if column in choices:
            texts = [choice.value for choice in choices[column]]
            kind = pd.CategoricalDtype(texts, ordered=column == "verdict")
            frame[column] = frame[column].astype(kind)
        elif column.endswith("_km"):
            frame[column] = frame[column].astype("float64")
        elif column in COUNTS or column.startswith("systems_"):
            frame[column] = frame[column].astype("int64")
        elif not len(frame):
            frame[column] = frame[column].astype(pd.Series([""]).dtype)
    for number, column in enumerate(columns[n_ours:]):
        if sites.dtypes and sites.dtypes[number] is not None:
            frame[column] = frame[column].astype(sites.dtypes[number])
        elif sites.untyped:
            numbers = parse_numbers(column, frame[column].tolist())
            if numbers is not None:
                frame[column] = pd.Series(numbers.values)
    return frame
