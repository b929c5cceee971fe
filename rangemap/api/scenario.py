"""Rangemap in Python: the same keys, defaults and results as the command line."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib.util import find_spec
from inspect import Signature, signature
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Never, Protocol, TypeAlias

from pydantic import ValidationError

from rangemap.errors import RangemapWarning, ScenarioError, UsageError
from rangemap.geodesy.position import Bounds
from rangemap.io.documents import Document
from rangemap.io.files import refuse_overwriting, refuse_unsupported, write_all
from rangemap.io.models import problems
from rangemap.scenario.file import ScenarioEntry, read_scenario
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.read import read_selection
from rangemap.scenario.selection import ScenarioValues, Selection
from rangemap.sites import SiteTable
from rangemap.sites.frames import table_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.figure import Figure

    from rangemap.render.page.document import RangeMap


class SupportsGeoInterface(Protocol):
    """Object with a ``__geo_interface__``: a GeoJSON mapping of points."""

    @property
    def __geo_interface__(self) -> Mapping[str, Any]: ...


class SupportsArrowStream(Protocol):
    """Object that exports an Arrow table: a DataFrame, or a table of pyarrow, polars or DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class SupportsArrowArray(Protocol):
    """Object that exports an Arrow record batch."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> Any: ...


Table: TypeAlias = (
    SupportsGeoInterface | SupportsArrowStream | SupportsArrowArray | Mapping[str, Any]
)
"""Rows with positions: a DataFrame, GeoDataFrame or GeoSeries, an Arrow table, or GeoJSON."""
Texts: TypeAlias = str | Sequence[str]
FileName: TypeAlias = str | PathLike[str]
Units: TypeAlias = Literal["km", "mi", "nmi"]
Detail: TypeAlias = Literal["low", "medium", "high"]
Projection: TypeAlias = Literal["aeqd", "laea", "eqearth", "merc"]


_MOST_SHOWN: Final = 10


def _plain(value: Any) -> Any:
    """Return paths as text, and columns and arrays as lists; anything else unchanged."""
    if isinstance(value, PathLike):
        return fspath(value)
    if isinstance(value, list | tuple):
        return [fspath(each) if isinstance(each, PathLike) else each for each in value]
    return value.tolist() if hasattr(value, "tolist") else value


def _origins(value: Any) -> Any:
    if _is_read(value):
        return tuple(value)
    table = table_of(value, source="origins")
    return _plain(value) if table is None else tuple(origins_of(table))


def _sites(value: Any) -> Any:
    if isinstance(value, SiteTable):
        return value
    table = table_of(value, source="sites")
    return _plain(value) if table is None else table


def _is_read(value: Any) -> bool:
    """Whether a value is a table that has been read."""
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(each, Origin) for each in value)
    return isinstance(value, SiteTable)


def _shown(value: Any) -> str:
    """Return a value of a scenario for its repr, with tables abbreviated to their length."""
    if isinstance(value, SiteTable):
        return f"<table of {len(value):,} sites>"
    if isinstance(value, tuple) and not isinstance(value, Bounds):
        if len(value) > _MOST_SHOWN:
            return f"<{len(value):,} {'origins' if isinstance(value[0], Origin) else 'texts'}>"
        return repr([each.name if isinstance(each, Origin) else each for each in value])
    return repr(tuple(value) if isinstance(value, Bounds) else value)


class Scenario(ScenarioValues):
    """Which weapons or ranges, from where, and which sites.

    Parameters
    ----------
    origins : str, list of str, or table
        PLACEs on which rings are centred: a name or alias in the registry, a town
        (``"Paris, FR"``), ``"LAT,LON"``, degrees-minutes-seconds or MGRS. Or a table with one
        origin per row; see Notes.
    weapons, categories, ranges : str or list of str
        Names of weapons and categories in the catalogue; ranges without a weapon, such as
        ``"400 km"`` or ``"Patrol=70 km (min 10 km)"``.
    sites : list of str, str, Path, or table, optional
        PLACEs to check, the name of a file of sites (a single string is a file name), or a
        table; see Notes. By default all places in the registry.
    prefer : str, optional
        Publisher whose latest figure is used as the headline.
    as_of : str or date, optional
        Use only claims published by this date: ``"2024"``, ``"2024-01"`` or ``"2024-01-22"``.
    exclude : str or list of str, optional
        Claims to exclude, as ``"WEAPON-ID/CLAIM-ID"``.
    catalogue : str, Path, or list of these, optional
        Catalogue files instead of the built-in one. Later files add to and override earlier
        ones; ``"built-in"`` stands for the built-in catalogue.
    registry : str or Path, optional
        Registry file instead of the built-in one.
    units : {"km", "mi", "nmi"}, default "km"
        Unit of the distances on maps; tables are always in kilometres.
    title, subtitle, credit : str, optional
        Text on the map.
    outputs : str, Path, or list of these, optional
        Files that ``rangemap map`` and `to_file` write if no others are given.
    detail : {"low", "medium", "high"}, optional
        Level of detail of a page's base map; by default chosen to fit the extent.
    extent : str or tuple of float, optional
        Initial extent of a page in degrees: west, south, east, north, as a tuple or as
        ``"WEST,SOUTH,EAST,NORTH"``.
    lang : str, default "en"
        Language code of a page, such as ``"fr"`` or ``"ar"``.
    style : str or Path, optional
        House style file: colours, font, logo and credit.
    tiles : str, optional
        Map tiles instead of a page's built-in base map: an xyzservices name or a URL.
    tiles_credit : str, optional
        Attribution required by the tile provider.

    Raises
    ------
    ScenarioError
        If a key is unknown or a value is invalid.
    PlaceError
        If a table lacks a column, or one of its rows has no valid position.

    Notes
    -----
    A table is a DataFrame, a GeoDataFrame or GeoSeries of points in any coordinate reference
    system (converted to WGS 84, or assumed to be WGS 84 if it has none), an Arrow table or any
    object that exports one (``__arrow_c_stream__``), a GeoJSON mapping, or an object with
    ``__geo_interface__``. Its columns are found as in files of sites: names are in ``name``,
    otherwise in ``id`` or ``ident``, otherwise in a text index; positions are the geometry,
    otherwise columns such as ``lat`` and ``lon``; ``precision_km`` is the precision of each
    position, 0 by default. A named index is a column. All other columns are kept and come last
    in `check` and `per_site`. The table is read once, when the scenario is created.

    Examples
    --------
    >>> scenario = Scenario(
    ...     origins=["Jurf Al Sakhar"], weapons=["Al Aqsa"], sites=["Ain Al Asad"]
    ... )
    >>> scenario.check()[["weapon", "site", "distance_km", "verdict"]].values.tolist()
    [['Al Aqsa', 'Ain Al Asad air base', 193.977, 'inside']]

    >>> import geopandas as gpd
    >>> offices = gpd.GeoDataFrame(
    ...     {"name": ["Ramadi office"], "staff": [12]},
    ...     geometry=gpd.points_from_xy([43.3], [33.42], crs="EPSG:4326").to_crs("EPSG:3857"),
    ... )
    >>> table = Scenario(origins="Baghdad", ranges="120 km", sites=offices).check()
    >>> table[["site", "distance_km", "verdict", "staff"]].values.tolist()
    [['Ramadi office', 102.816, 'inside', 12]]
    """

    def __init__(
        self,
        *,
        origins: Texts | Table = (),
        weapons: Texts = (),
        categories: Texts = (),
        ranges: Texts = (),
        sites: Sequence[str] | FileName | Table | None = None,
        prefer: str | None = None,
        as_of: str | dt.date | None = None,
        exclude: Texts = (),
        catalogue: FileName | Sequence[FileName] = (),
        registry: FileName | None = None,
        units: Units = "km",
        title: str | None = None,
        subtitle: str | None = None,
        credit: str | None = None,
        outputs: FileName | Sequence[FileName] = (),
        detail: Detail | None = None,
        extent: str | tuple[float, float, float, float] | None = None,
        lang: str = "en",
        style: FileName | None = None,
        tiles: str | None = None,
        tiles_credit: str | None = None,
        **unknown: Never,
    ) -> None:
        given: dict[str, Any] = {
            "origins": _origins(origins),
            "weapons": _plain(weapons),
            "categories": _plain(categories),
            "ranges": _plain(ranges),
            "sites": _sites(sites),
            "prefer": prefer,
            "as_of": f"{as_of:%Y-%m-%d}" if isinstance(as_of, dt.date) else as_of,
            "exclude": _plain(exclude),
            "catalogue": _plain(catalogue),
            "registry": _plain(registry),
            "units": units,
            "title": title,
            "subtitle": subtitle,
            "credit": credit,
            "outputs": _plain(outputs),
            "detail": detail,
            "extent": extent,
            "lang": lang,
            "style": _plain(style),
            "tiles": tiles,
            "tiles_credit": tiles_credit,
        }
        # Values from a table have already been validated.
        tables = {key: given.pop(key) for key in ("origins", "sites") if _is_read(given[key])}
        values = {**given, **unknown}
        try:
            entry = ScenarioEntry(**values)
        except ValidationError as error:
            document = Document("scenario", values)
            raise ScenarioError(*problems(error, document, ScenarioEntry)) from error
        super().__init__(**{**dict(entry), **tables})

    # The keys, for `help` and completion in notebooks.
    __signature__: ClassVar = Signature(
        [
            key
            for key in signature(__init__).parameters.values()
            if key.name not in {"self", "unknown"}
        ]
    )

    def __repr__(self) -> str:
        keys = ((key.name, getattr(self, key.name), key.default) for key in fields(self))
        texts = (f"{name}={_shown(value)}" for name, value, default in keys if value != default)
        return f"{type(self).__name__}({', '.join(texts)})"

    @classmethod
    def read(cls, path: str | Path) -> Scenario:
        """Read a scenario file.

        Parameters
        ----------
        path : str or Path
            A YAML file; file names in it are relative to its folder.

        Returns
        -------
        Scenario
            The scenario in the file.

        Raises
        ------
        RangemapError
            If the file cannot be read or is invalid.

        Examples
        --------
        >>> Scenario.read("maps/iraq-2024.yaml").origins
        ('Jurf Al Sakhar',)
        """
        values = read_scenario(Path(path))
        return cls(**{key.name: getattr(values, key.name) for key in fields(values)})

    def select(self) -> Selection:
        """Return the origins, systems and sites that the scenario selects.

        Returns
        -------
        Selection
            Includes ``origins`` with their positions in degrees, ``systems`` with the band
            of their claims in metres, and ``sites``.

        Raises
        ------
        RangemapError
            If a name is unknown, or the scenario has nothing to draw.

        Warns
        -----
        RangemapWarning
            For each weapon in a category that has no published range to draw, and if no weapon
            has a claim by the preferred publisher. `check`, `rings`, `layers`, `map` and
            `figure` issue the same warnings.

        Examples
        --------
        >>> selection = Scenario(origins=["0,179.9"], ranges=["500 km"]).select()
        >>> selection.origins[0].lonlat, selection.systems[0].band.headline_m
        (LonLat(lon=179.9, lat=0.0), 500000.0)
        """
        return self._select()

    def _select(self) -> Selection:
        """Return the selection; warnings about omissions point to the line that called a method."""
        selection = read_selection(self)
        for line in selection.omissions:
            warnings.warn(line, RangemapWarning, stacklevel=3)
        return selection

    def notes(self) -> tuple[str, ...]:
        """Return the notes that the command line prints with its output.

        Returns
        -------
        tuple of str
            One line each: the precision of an origin's position, and what was left out.

        Raises
        ------
        RangemapError
            As `select`.

        Examples
        --------
        >>> Scenario(origins=["Cologne"], ranges=["300 km"]).notes()
        ('origin Köln, DE: town position from GeoNames (CC BY 4.0), accurate to 5 km',)
        """
        return read_selection(self).notes

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
        >>> table = Scenario(origins=["0,0"], ranges=["100 km"], sites=["0,1"]).check()
        >>> table[["site", "distance_km", "verdict", "margin_km"]].values.tolist()
        [['0,1', 111.319, 'outside', -11.319]]
        """
        from rangemap.check import COLUMNS, check_table

        selection = self._select()
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
        >>> scenario = Scenario(origins=["0,0"], ranges=["100 km", "200 km"], sites=["0,1", "0,3"])
        >>> scenario.per_site()[["site", "verdict", "systems_inside", "weapon"]].values.tolist()
        [['0,1', 'inside', 1, '200 km'], ['0,3', 'outside', 0, '200 km']]
        """
        from rangemap.check.per_site import SITE_COLUMNS, site_table

        selection = self._select()
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
        >>> page = Scenario(origins=["0,0"], ranges=["100 km"], sites=["0,1"]).map()
        >>> page.get_root().render().startswith("<!DOCTYPE html>")
        True
        """
        from rangemap.render.outputs import MapFiles
        from rangemap.render.page.document import RangeMap
        from rangemap.render.page.payload import make_payload
        from rangemap.render.style import style_of

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
        >>> figure = Scenario(origins=["0,0"], ranges=["100 km"]).figure(size="1200x800")
        >>> [round(pixels) for pixels in figure.get_size_inches() * figure.dpi]
        [1200, 800]
        """
        from rangemap.render.outputs import MapFiles, PictureOptions

        options = PictureOptions(
            size=size, dpi=dpi, projection=projection, fonts=tuple(map(Path, fonts))
        )
        left_out: list[str] = []
        figure = MapFiles(self._select(), options, left_out.append).picture.figure
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
            ``.png``, ``.svg``, ``.pdf``, ``.geojson``, ``.kml``, ``.kmz``, ``.gpkg``, ``.fgb``,
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
        files = MapFiles(self._select(), options, left_out.append)
        contents = files.files(wanted)
        _warn(left_out)
        return self._write(contents)

    def report(
        self,
        *paths: str | PathLike[str],
        projection: Projection | None = None,
        fonts: Sequence[str | PathLike[str]] = (),
    ) -> list[Path]:
        """Write a document with the map, verdicts, claims and sources.

        Parameters
        ----------
        *paths : str or Path
            Files to write: ``.html``, ``.pdf``, ``.docx`` or ``.md``.
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
        RangemapError
            As `select`.

        Warns
        -----
        RangemapWarning
            As `to_file`.

        Examples
        --------
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
        contents = report_files(MapFiles(self._select(), options, left_out.append), wanted)
        _warn(left_out)
        return self._write(contents)

    def _write(self, contents: Mapping[Path, bytes]) -> list[Path]:
        sites = (self.sites,) if isinstance(self.sites, str) else ()
        read = (*sites, *self.catalogue, self.registry, self.style)
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
