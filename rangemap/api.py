"""Rangemap in Python: the same words, defaults and answers as the command line."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import fields
from importlib.util import find_spec
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import ValidationError

from rangemap.documents import Document
from rangemap.errors import RangemapWarning, ScenarioError
from rangemap.load import load
from rangemap.scenario import ScenarioWords, Selection
from rangemap.scenario_file import ScenarioEntry, read_scenario
from rangemap.schema import explain

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.figure import Figure

    from rangemap.render.leaflet import RangeMap


class Scenario(ScenarioWords):
    """Which weapons, from where, over what.

    Parameters
    ----------
    origins : list of str
        PLACEs where rings are centred: a name or alias of the registry, a town
        (``"Paris, FR"``), ``"LAT,LON"``, degrees-minutes-seconds or MGRS.
    weapons, categories, ranges : list of str
        Names of weapons and categories of the catalogue; bare ranges such as
        ``"400 km"`` or ``"Patrol=70 km (min 10 km)"``.
    sites : list of str or str, optional
        PLACEs to judge, or the name of a file of them; without it the whole registry.
    prefer : str, optional
        Publisher whose newest figures are the headlines.
    as_of : str, optional
        Only claims published by this date count.
    exclude : list of str, optional
        Claims left out, as ``"WEAPON-ID/CLAIM-ID"``.
    catalogue : list of str, optional
        Files in place of the built-in catalogue, later ones adding to and overriding
        earlier ones; ``"built-in"`` among them is the built-in one.
    registry : str, optional
        File in place of the built-in registry.
    units : {"km", "mi", "nmi"}, default "km"
        How distances are shown; tables stay in kilometres.
    title, subtitle, credit : str, optional
        Words on the map.
    outputs : list of str, optional
        Files that the command writes; not used here.
    detail : {"low", "medium", "high"}, optional
        How fine the base map of a page is; by default what fits the extent.
    extent : str, optional
        What a page shows at first, as ``"WEST,SOUTH,EAST,NORTH"`` in degrees.
    lang : str, default "en"
        Language of a page, as a code such as ``"fr"`` or ``"ar"``.
    style : str, optional
        Name of a built-in style or of a style file.
    tiles : str, optional
        Tiles in place of the base map of a page: a name of xyzservices or a URL.
    tiles_credit : str, optional
        Attribution that the tile provider asks for.

    Raises
    ------
    ScenarioError
        If a key is unknown or a value cannot be read.

    Examples
    --------
    >>> scenario = Scenario(
    ...     origins=["Jurf Al Sakhar"], weapons=["Al Aqsa"], sites=["Ain Al Asad"]
    ... )
    >>> scenario.check()[["weapon", "site", "distance_km", "verdict"]].values.tolist()
    [['Al Aqsa', 'Ain Al Asad air base', 193.977, 'inside']]
    """

    # What `help` shows and notebooks complete: the keys. Their types are in the docstring, as people
    # may write them: a list or a single text where the record has a tuple.
    __signature__: ClassVar = Signature(
        [
            key.replace(annotation=Parameter.empty)
            for key in signature(ScenarioWords).parameters.values()
        ]
    )

    def __init__(self, **words: Any) -> None:
        try:
            entry = ScenarioEntry(**words)
        except ValidationError as error:
            document = Document("scenario", words)
            raise ScenarioError(explain(error, document, ScenarioEntry)) from error
        super().__init__(**dict(entry))

    @classmethod
    def read(cls, path: str | Path) -> Scenario:
        """Read a scenario file.

        Parameters
        ----------
        path : str or Path
            A YAML file; the file names in it are relative to it.

        Returns
        -------
        Scenario
            With the keys of the file.

        Raises
        ------
        RangemapError
            If the file cannot be read or breaks the rules.

        Examples
        --------
        >>> Scenario.read("maps/iraq-2024.yaml").origins
        ('Jurf Al Sakhar',)
        """
        words = read_scenario(Path(path))
        return cls(**{key.name: getattr(words, key.name) for key in fields(words)})

    def select(self) -> Selection:
        """Return the origins, systems and sites that the scenario means.

        Returns
        -------
        Selection
            Among others, ``origins`` with their positions in degrees, ``systems`` with
            the band of their claims in metres, and ``sites``.

        Raises
        ------
        RangemapError
            If a name is unknown, or nothing to draw is asked for.

        Warns
        -----
        RangemapWarning
            For each weapon of a category that has no published range to draw, and if no weapon
            has a claim by the preferred publisher; so do `check`, `rings`, `layers`, `map` and
            `figure`.

        Examples
        --------
        >>> selection = Scenario(origins=["0,179.9"], ranges=["500 km"]).select()
        >>> selection.origins[0].lonlat, selection.systems[0].band.headline_m
        (LonLat(lon=179.9, lat=0.0), 500000.0)
        """
        return self._select()

    def _select(self) -> Selection:
        """Return the selection; what is left out is a warning on the line that called a method."""
        left_out: list[str] = []
        selection = load(self, warn=left_out.append)
        for line in left_out:
            warnings.warn(line, RangemapWarning, stacklevel=3)
        return selection

    def notes(self) -> tuple[str, ...]:
        """Return what the command line says beside its answer.

        Returns
        -------
        tuple of str
            One line each: how well the position of an origin is known, and what was left out.

        Raises
        ------
        RangemapError
            As `select`.

        Examples
        --------
        >>> Scenario(origins=["Cologne"], ranges=["300 km"]).notes()
        ('origin Köln, DE: a town by its position in GeoNames (CC BY 4.0), known to 5 km',)
        """
        said: list[str] = []
        load(self, say=said.append)
        return tuple(said)

    def rings(self) -> gpd.GeoDataFrame:
        """Return the rings as a GeoDataFrame, EPSG:4326, RFC 7946 geometry.

        Returns
        -------
        GeoDataFrame
            One row for each origin and weapon or range, with its figures, claims and sources.
            ``geometry`` is the area from the smallest published minimum to the headline; it is
            empty where the minimum is the larger of the two. The one geometry column is
            what ``to_file`` and ``to_parquet`` write; `layers` has the other areas and lines.

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
        from rangemap.render.gis import ring_areas
        from rangemap.rings import make_rings

        return ring_areas(make_rings(self._select()), "area", with_empty=True)

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers that `rangemap map -o x.gpkg` writes, EPSG:4326.

        Returns
        -------
        dict of GeoDataFrame
            ``rings``, ``inner`` (where all claims reach), ``bands`` (where they differ), ``lines``,
            ``origins``, ``sites`` and ``verdicts``, without those that are empty.

        Raises
        ------
        RangemapError
            As `select`.

        Examples
        --------
        >>> list(Scenario(origins=["0,0"], ranges=["5 km"], sites=["0,0"]).layers())
        ['rings', 'inner', 'lines', 'origins', 'sites', 'verdicts']
        """
        from rangemap.render.formats import MapFiles
        from rangemap.render.gis import layers

        files = MapFiles(self._select())
        return layers(files.selection, files.rings, files.rows)

    def check(self) -> pd.DataFrame:
        """Return the verdict table.

        Returns
        -------
        DataFrame
            One row for each origin, weapon or range, and site; the columns of
            ``rangemap check``, kilometres to 3 decimals, verdicts from unrounded values.
            Kilometres are float64, NaN where there is no value, and counts are int64.

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
        import pandas as pd

        from rangemap.check import COLUMNS, COUNTS, check_table
        from rangemap.places.numbers import parse_numbers

        selection = self._select()
        columns, rows = check_table(selection)
        frame = pd.DataFrame(list(rows), columns=list(columns))
        for column in COLUMNS:
            # Without a row, or without a value, pandas cannot know the type.
            if column.endswith("_km"):
                frame[column] = frame[column].astype("float64")
            elif column in COUNTS:
                frame[column] = frame[column].astype("int64")
        if selection.sites.untyped:
            for column in columns[len(COLUMNS) :]:
                numbers = parse_numbers(column, frame[column].tolist())
                if numbers is not None:
                    frame[column] = pd.Series(numbers.values)
        return frame

    def map(self) -> RangeMap:
        """Return the map: a folium map that shows itself in a notebook.

        Returns
        -------
        RangeMap
            Call ``.save("x.html")`` for one self-contained file. In a notebook it shows
            itself, with a picture for what cannot show a page.

        Raises
        ------
        RangemapError
            As `select`, or if the style, the language or the tiles are not known.

        Examples
        --------
        >>> page = Scenario(origins=["0,0"], ranges=["100 km"], sites=["0,1"]).map()
        >>> page.get_root().render().startswith("<!DOCTYPE html>")
        True
        """
        from rangemap.render.formats import MapFiles
        from rangemap.render.leaflet import RangeMap
        from rangemap.render.page import make_payload
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
        projection: str | None = None,
        fonts: Sequence[str | Path] = (),
    ) -> Figure:
        """Return the picture as a matplotlib figure, drawn in points.

        Parameters
        ----------
        size : str, default "web"
            ``web``, ``column``, ``slide``, ``social``, or pixels as ``1600x1000``.
        dpi : float, optional
            Dots per inch; a size has its own.
        projection : {"aeqd", "laea", "eqearth", "merc"}, optional
            By default azimuthal equidistant around one origin, where rings are true
            circles, and one that fits for several.
        fonts : sequence of path
            Font files for signs that DejaVu Sans has not.

        Returns
        -------
        Figure
            It shows itself in a notebook. ``rangemap map -o x.png`` also writes metadata, a
            description and the sources.

        Raises
        ------
        RangemapError
            As `select`, or if a value cannot be read, the picture would be too small, or
            matplotlib is not installed.

        Warns
        -----
        RangemapWarning
            For what the picture cannot show, such as letters that no font has.

        Examples
        --------
        >>> figure = Scenario(origins=["0,0"], ranges=["100 km"]).figure(size="1200x800")
        >>> [round(pixels) for pixels in figure.get_size_inches() * figure.dpi]
        [1200, 800]
        """
        from rangemap.render.formats import MapFiles, Sheet

        sheet = Sheet(size=size, dpi=dpi, projection=projection, fonts=tuple(map(Path, fonts)))
        left_out: list[str] = []
        figure = MapFiles(self._select(), sheet, left_out.append).picture.figure
        for line in left_out:
            warnings.warn(line, RangemapWarning, stacklevel=2)
        return figure
