"""Rangemap in Python: the same keys, defaults and results as the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields
from inspect import Signature, signature
from os import PathLike, fspath
from pathlib import Path
from typing import Any, ClassVar, Never

from pydantic import ValidationError

from rangemap.api.results import Results
from rangemap.api.shown import shown
from rangemap.api.types import (
    Detail,
    FileName,
    Pairs,
    Panels,
    PanelScale,
    Places,
    Sort,
    SourceKind,
    SourcesLine,
    Table,
    Texts,
    Tint,
    Units,
)
from rangemap.errors import ScenarioError
from rangemap.io.documents import Document
from rangemap.io.models import problems
from rangemap.scenario.file import ScenarioEntry, read_scenario
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.pair_columns import pair_rows, refuse_beside_pairs
from rangemap.scenario.panels import one_panel
from rangemap.scenario.read import read_selection
from rangemap.scenario.requests import PairRequest
from rangemap.scenario.selection import Selection
from rangemap.scenario.values import ScenarioValues
from rangemap.sites import SiteTable
from rangemap.sites.frames import table_of


def _plain(value: Any) -> Any:
    """Return paths as text, and columns and arrays as lists; anything else unchanged."""
    if isinstance(value, PathLike):
        return fspath(value)
    if isinstance(value, list | tuple):
        return [fspath(each) if isinstance(each, PathLike) else each for each in value]
    return value.tolist() if hasattr(value, "tolist") else value


def _origins(value: Any) -> tuple[Any, tuple[PairRequest, ...]]:
    """Return the origins, and the pairs of a table whose rows name a weapon or range."""
    if _is_read(value):
        return tuple(value), ()
    table = table_of(value, source="origins")
    if table is None:
        return _plain(value), ()
    pairs = tuple(pair_rows(table, "origins"))
    return () if pairs else tuple(origins_of(table)), pairs


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


def _date(value: str | dt.date | None) -> str | None:
    return f"{value:%Y-%m-%d}" if isinstance(value, dt.date) else value


class Scenario(Results):
    """Which weapons or ranges, from where, and which sites.

    Parameters
    ----------
    origins : str, list of str and mappings, or table
        PLACEs on which rings are centred: a name or alias in the registry, a town
        (``"Paris, FR"``), ``"LAT,LON"``, degrees-minutes-seconds or MGRS, each with its own label
        as in ``"Fuzhou=26.08,119.3"`` or ``{"place": "Fuzhou, CN", "label": "Fuzhou"}``. Or a
        table with one origin per row; see Notes.
    from_countries : str or list of str
        Countries from whose nearest point distances are measured, by name or ISO code: ``"Iran"``.
    weapons, categories, ranges : str or list of str
        Names of weapons and categories in the catalogue; ranges without a weapon, such as
        ``"400 km"`` or ``"Patrol=70 km (min 10 km)"``.
    pairs : str, or list of str and mappings, optional
        Weapons or ranges from one origin each, in addition to all combinations of `origins` with
        the others: ``"Kinzhal @ Vladivostok"``, ``"Fajr-5=75 km @ Beirut"``, or mappings with the
        keys ``from``, ``weapon`` or ``range``, ``label``, ``colour`` and ``source``.
    sites : list of str and mappings, str, Path, or table, optional
        PLACEs to check, with labels as in `origins`, the name of a file of sites (a single string is a file name), or a
        table; see Notes. By default all places in the registry; maps show those within reach.
    sort : {"distance", "name", "verdict", "given"}, optional
        Order of the sites for each origin and weapon in tables and reports: nearest first, by
        name, strongest verdict first, or as given. By default as given, or nearest first if no
        sites are.
    nearest : int, optional
        Only this many sites: those nearest to an origin.
    panels : list of mappings, optional
        Several maps in one picture, each with the keys that replace those of the scenario:
        ``title``, ``subtitle``, ``origins``, ``from_countries``, ``weapons``, ``categories``, ``ranges``, ``pairs``,
        ``sites``, ``nearest``, ``prefer``, ``as_of``, ``source_kinds``, ``no_state_media``, ``exclude``
        and ``extent``. `figure` and `to_file` draw them; other results are of one `panel`.
    panel_scale : {"common", "separate"}, default "common"
        One scale for all panels, or one for each.
    prefer : str, optional
        Publisher whose latest figure is used as the headline.
    as_of : str or date, optional
        Use only claims published by this date: ``"2024"``, ``"2024-01"`` or ``"2024-01-22"``.
    source_kinds : str or list of str, optional
        Use only claims of publishers of these kinds: ``"government"``, ``"manufacturer"``,
        ``"international organisation"``, ``"think tank"``, ``"news agency"``, ``"newspaper"``,
        ``"broadcaster"``, ``"trade press"``, ``"encyclopaedia"``, ``"aggregator"``, ``"blog"``,
        ``"forum"``, ``"advocacy"``, or ``"unknown"`` for publishers that are not in the list.
    no_state_media : bool, default False
        Use no claims of state media, or that repeat state media.
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
    date : str or date, optional
        Date printed on maps, reports and workbooks: ``"2024"``, ``"2024-01"`` or
        ``"2024-01-22"``. Without it no date is printed.
    sources_line : {"short", "full", "none"}, default "short"
        Sources below a map: one line with the best kinds of publishers first, all of them, or
        none. Every page, report and ``.sources.txt`` lists all claims with their sources.
    outputs : str, Path, or list of these, optional
        Files that ``rangemap map`` and `to_file` write if no others are given.
    detail : {"low", "medium", "high"}, optional
        Level of detail of a page's base map; by default chosen to fit the extent.
    extent : str or tuple of float, optional
        Initial extent of a page, degrees: a tuple, or ``"WEST,SOUTH,EAST,NORTH"``.
    lang : str, default "en"
        Language of pages, pictures, reports and KML: ``"en"``, ``"fr"`` or ``"ar"``.
    style : str or Path, optional
        House style file: colours, font, logo and credit.
    tint : {"land", "all", "none"}, optional
        Where the areas within rings are coloured; by default on land, with tiles everywhere.
    tiles : str, optional
        Map tiles instead of a page's built-in base map: an xyzservices name or a URL.
    tiles_credit : str, optional
        Attribution required by the tile provider.
    basemap : str, Path, or list of these, optional
        Pictures: your own extracts of roads, water and places.
    credit_basemap : str, optional
        Their attribution; required if a file does not state it.
    page_url : str, optional
        Address where the page will be published. `to_file` then adds a social card to it, whose
        picture it writes beside the page; `map` has none.

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
    in `check` and `per_site`. The table is read once, when the scenario is created. If a table of
    origins has a column ``weapon`` or ``range_km``, its rows are pairs, with the other columns of an
    origins file.

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
        origins: Places | Table = (),
        from_countries: Texts = (),
        weapons: Texts = (),
        categories: Texts = (),
        ranges: Texts = (),
        pairs: Pairs = (),
        sites: Sequence[str | Mapping[str, str]] | FileName | Table | None = None,
        sort: Sort | None = None,
        nearest: int | None = None,
        panels: Panels = (),
        panel_scale: PanelScale = "common",
        prefer: str | None = None,
        as_of: str | dt.date | None = None,
        source_kinds: SourceKind | Sequence[SourceKind] = (),
        no_state_media: bool = False,
        exclude: Texts = (),
        catalogue: FileName | Sequence[FileName] = (),
        registry: FileName | None = None,
        units: Units = "km",
        title: str | None = None,
        subtitle: str | None = None,
        credit: str | None = None,
        date: str | dt.date | None = None,
        sources_line: SourcesLine = "short",
        outputs: FileName | Sequence[FileName] = (),
        detail: Detail | None = None,
        extent: str | tuple[float, float, float, float] | None = None,
        lang: str = "en",
        style: FileName | None = None,
        tint: Tint | None = None,
        tiles: str | None = None,
        tiles_credit: str | None = None,
        basemap: FileName | Sequence[FileName] = (),
        credit_basemap: str | None = None,
        page_url: str | None = None,
        **unknown: Never,
    ) -> None:
        places, rows = _origins(origins)
        given: dict[str, Any] = {
            "origins": places,
            "from_countries": _plain(from_countries),
            "weapons": _plain(weapons),
            "categories": _plain(categories),
            "ranges": _plain(ranges),
            "pairs": _plain(pairs),
            "sites": _sites(sites),
            "sort": sort,
            "nearest": nearest,
            "panels": _plain(panels),
            "panel_scale": panel_scale,
            "prefer": prefer,
            "as_of": _date(as_of),
            "source_kinds": _plain(source_kinds),
            "no_state_media": no_state_media,
            "exclude": _plain(exclude),
            "catalogue": _plain(catalogue),
            "registry": _plain(registry),
            "units": units,
            "title": title,
            "subtitle": subtitle,
            "credit": credit,
            "date": _date(date),
            "sources_line": sources_line,
            "outputs": _plain(outputs),
            "detail": detail,
            "extent": extent,
            "lang": lang,
            "style": _plain(style),
            "tint": tint,
            "tiles": tiles,
            "tiles_credit": tiles_credit,
            "basemap": _plain(basemap),
            "credit_basemap": credit_basemap,
            "page_url": page_url,
        }
        # Values from a table have already been validated.
        tables = {key: given.pop(key) for key in ("origins", "sites") if _is_read(given[key])}
        values = {**given, **unknown}
        try:
            entry = ScenarioEntry(**values)
        except ValidationError as error:
            document = Document("scenario", values)
            raise ScenarioError(*problems(error, document, ScenarioEntry)) from error
        values = {**dict(entry), **tables}
        super().__init__(**{**values, "pairs": (*values["pairs"], *rows)})
        if rows:
            refuse_beside_pairs(self, "origins")

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
        texts = (f"{name}={shown(value)}" for name, value, default in keys if value != default)
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
        return cls._of(read_scenario(Path(path)))

    def panel(self, name: str | int) -> Scenario:
        """Return the scenario of one panel.

        Parameters
        ----------
        name : str or int
            Its title, or its number from 1.

        Returns
        -------
        Scenario
            The keys of this scenario, with those that the panel gives in their place.

        Raises
        ------
        UsageError
            If there are no panels, or none or several with this name.

        Examples
        --------
        >>> panels = [{"title": "Near", "ranges": ["40 km"]}, {"title": "Far", "ranges": ["75 km"]}]
        >>> Scenario(origins="0,0", panels=panels).panel("Far").ranges
        ('75 km',)
        """
        return self._of(one_panel(self, str(name)))

    @classmethod
    def _of(cls, values: ScenarioValues) -> Scenario:
        return cls(**{key.name: getattr(values, key.name) for key in fields(ScenarioValues)})

    def select(self) -> Selection:
        """Return the origins, systems and sites that the scenario selects.

        Returns
        -------
        Selection
            Includes the selections of ``panels``, ``origins`` with their positions in degrees, ``systems`` with the band
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
        return self._select(panels=True)

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
        ('origin Cologne, DE: town position from GeoNames (CC BY 4.0), accurate to 5 km',)
        """
        return read_selection(self).notes
