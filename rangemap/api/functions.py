"""Public functions next to `Scenario`: the catalogue and the registry as frames, rings and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rangemap.catalogue import Band, bare_system, read_catalogue, read_publishers
from rangemap.check.verdicts import REASONS, VERDICTS
from rangemap.check.verdicts import judge as judge_distances
from rangemap.errors import RingError
from rangemap.geodesy import LonLat, distance_m, ring_interior
from rangemap.geodesy import ring as trace_ring

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from shapely import MultiPolygon, Polygon

_FARTHEST_M: Final = 1e9  # a route may be longer than any geodesic


def load_weapons(
    catalogue: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
) -> pd.DataFrame:
    """Return the weapons of a catalogue as a table.

    Parameters
    ----------
    catalogue : str, Path, or list of these, optional
        Catalogue files, as for `Scenario`; without any, the built-in catalogue.

    Returns
    -------
    DataFrame
        One row per weapon, with the columns of ``rangemap weapons list``: ``id``, ``name``,
        ``category``, ``country``, ``low_km``, ``headline_km``, ``high_km`` and ``min_km`` (float64,
        kilometres, of the claims without a variant; NaN without a figure), ``claims`` and
        ``publishers`` (counts), ``newest`` (date of the newest claim) and ``note`` (why there
        are no figures).

    Raises
    ------
    RangemapError
        If a file cannot be read or breaks the rules.

    See Also
    --------
    load_claims : One row per claim, with its source.

    Examples
    --------
    >>> weapons = load_weapons()
    >>> weapons.query("name == 'Fateh-110'")[["low_km", "headline_km", "high_km"]].values.tolist()
    [[193.0, 300.0, 500.0]]
    """
    from rangemap.catalogue.listing import WEAPON_COLUMNS, system_of, weapon_row

    weapons = read_catalogue(_files(catalogue)).weapons
    rows = [weapon_row(weapon, system_of(weapon)) for weapon in weapons]
    return _frame(WEAPON_COLUMNS, rows)


def load_claims(
    catalogue: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
) -> pd.DataFrame:
    """Return the claims of a catalogue as a table, each with its source.

    Parameters
    ----------
    catalogue : str, Path, or list of these, optional
        Catalogue files, as for `Scenario`; without any, the built-in catalogue.

    Returns
    -------
    DataFrame
        One row per claim: ``claim`` (its name in ``exclude``), ``weapon``, ``variant``, ``target``,
        ``kind``, ``figure`` (the figure as published), ``low_km``, ``high_km`` and ``min_km`` (float64,
        kilometres; NaN without a range), ``drawn`` and ``doubtful`` (bool), ``retracted`` (date),
        ``attributed_to``, ``attributed_kind``, ``publisher``, ``publisher_kind``, ``state_media``
        (True, False, or None if that is not settled or the publisher is not in the list),
        ``title``, ``url``, ``date``, ``checked`` (date) and ``note``.

    Raises
    ------
    RangemapError
        If a file cannot be read or breaks the rules.

    Examples
    --------
    >>> claims = load_claims().query("weapon == 'Fateh-110' and drawn and variant.isna()")
    >>> float(claims["high_km"].max()), claims["publisher"].nunique() > 1
    (500.0, True)
    """
    from rangemap.catalogue.listing import CLAIM_COLUMNS, claim_row

    merged = read_catalogue(_files(catalogue))
    known = read_publishers()
    rows = [claim_row(weapon, claim, known) for weapon in merged.weapons for claim in weapon.claims]
    return _frame(CLAIM_COLUMNS, rows)


def load_sites(registry: str | PathLike[str] | None = None) -> gpd.GeoDataFrame:
    """Return the places of a registry as a table of points.

    Parameters
    ----------
    registry : str or Path, optional
        Registry file; without it, the built-in registry.

    Returns
    -------
    GeoDataFrame
        One row per place, EPSG:4326: ``id``, ``name``, ``kind``, ``country``, ``precision_km``
        (float64), ``sources`` (how many) and ``geometry``. Rows of it are `sites` or `origins` of
        a `Scenario`.

    Raises
    ------
    RangemapError
        If the file cannot be read or breaks the rules.

    Examples
    --------
    >>> bases = load_sites().query("country == 'Iraq' and kind == 'air base'")
    >>> "Ain Al Asad air base" in bases["name"].tolist()
    True
    """
    import geopandas as gpd

    from rangemap.places import read_registry

    places = read_registry(None if registry is None else Path(registry)).places
    columns = ("id", "name", "kind", "country", "precision_km", "sources")
    rows = [
        (each.id, each.name, each.kind, each.country, each.precision_km, len(each.sources))
        for each in places
    ]
    points = gpd.points_from_xy([each.lon for each in places], [each.lat for each in places])
    return gpd.GeoDataFrame(_frame(columns, rows), geometry=points, crs="EPSG:4326")


def ring(
    lon: float, lat: float, radius_m: float, *, tolerance: float = 1e-4
) -> Polygon | MultiPolygon:
    """Return the area within a geodesic distance of a position, bounded by its range ring.

    Parameters
    ----------
    lon, lat : float
        Centre, degrees.
    radius_m : float
        Geodesic distance from the centre, metres, with ``0 < radius_m < 19_970_326``.
    tolerance : float, default 1e-4
        Largest distance of any point of the ring from the true one, as a fraction of ``radius_m``,
        between 1e-8 and 1e-2.

    Returns
    -------
    Polygon or MultiPolygon
        Longitudes and latitudes on WGS 84, degrees, in RFC 7946 form: cut at 180 degrees, and
        correct around a pole. By default the ring has about 235 vertices.

    Raises
    ------
    RingError
        If the position, the radius or the tolerance is outside its interval.

    Notes
    -----
    Vertices come from the direct geodesic problem [1]_.

    References
    ----------
    .. [1] C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87, 43-55 (2013),
       doi:10.1007/s00190-012-0578-z.

    Examples
    --------
    >>> around_suva = ring(178.44, -18.14, 300_000)
    >>> around_suva.geom_type, [round(side) for side in around_suva.bounds]
    ('MultiPolygon', [-180, -21, 180, -15])
    """
    try:
        traced = trace_ring(LonLat(float(lon), float(lat)), float(radius_m), tolerance=tolerance)
    except (TypeError, ValueError) as error:
        if isinstance(error, RingError):
            raise
        raise RingError(f"ring: expected numbers: {error}") from error
    return ring_interior(traced)


def distance(lon: float, lat: float, to_lon: ArrayLike, to_lat: ArrayLike) -> NDArray[np.float64]:
    """Measure the geodesic distance from a position to others, in metres.

    Parameters
    ----------
    lon, lat : float
        Where the distances start, degrees.
    to_lon, to_lat : array_like of float
        The other positions, degrees, of shapes that broadcast together.

    Returns
    -------
    ndarray of float64
        Metres on WGS 84, of the common shape of ``to_lon`` and ``to_lat``.

    Raises
    ------
    RingError
        If any position is NaN, infinite or outside its interval.

    Notes
    -----
    The inverse geodesic problem [1]_, accurate to about 15 nanometres.

    References
    ----------
    .. [1] C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87, 43-55 (2013),
       doi:10.1007/s00190-012-0578-z.

    Examples
    --------
    Baghdad to Erbil and to Tel Aviv:

    >>> distance(44.3661, 33.3152, [44.0092, 34.7818], [36.1911, 32.0853]).round()
    array([320710., 908650.])
    """
    try:
        return distance_m(LonLat(float(lon), float(lat)), to_lon, to_lat)
    except (TypeError, ValueError) as error:
        if isinstance(error, RingError):
            raise
        raise RingError(f"distance: expected numbers in degrees: {error}") from error


def judge(band: Band | str, distance_m: ArrayLike, precision_m: ArrayLike = 0.0) -> pd.DataFrame:
    """Judge distances against a band of published ranges.

    Parameters
    ----------
    band : Band or str
        A range such as ``"200-300 km (min 20 km)"``, or the ``band`` of one of the ``systems`` that
        `Scenario.select` returns.
    distance_m : array_like of float
        Distance from the origin to each site, metres. The rows of a Series keep their labels.
    precision_m : array_like of float, default 0
        Sum of the precisions of the two positions, metres: one number, or one for each distance.

    Returns
    -------
    DataFrame
        One row for each distance: ``verdict`` (categorical, ordered: inside, disputed, too_close,
        outside), ``reason`` (categorical) and ``claims_reaching`` (how many claims have figures that
        include the distance).

    Raises
    ------
    QuantityError
        If the text is not a range.
    RingError
        If a distance or precision is not a number from 0 to 1e9 metres.

    Examples
    --------
    >>> judge("200-300 km", [150e3, 250e3, 301e3])["verdict"].tolist()
    ['inside', 'disputed', 'outside']
    """
    import pandas as pd

    if isinstance(band, str):
        band = bare_system(band).band
    index = distance_m.index if isinstance(distance_m, pd.Series) else None
    try:
        distances_m = np.asarray(distance_m, dtype=np.float64).ravel()
        precisions_m = np.asarray(precision_m, dtype=np.float64)
        precisions_m = np.broadcast_to(precisions_m, distances_m.shape)
    except (TypeError, ValueError) as error:
        raise RingError(f"judge: expected numbers in metres: {error}") from error
    for quantity, numbers in (("distance", distances_m), ("precision", precisions_m)):
        if not bool(np.all((numbers >= 0) & (numbers <= _FARTHEST_M))):  # NaN is neither
            raise RingError(
                f"judge: a {quantity} is negative, missing or too large; expected metres"
            )
    found = judge_distances(band, distances_m, precisions_m)
    codes = {"verdict": (found.verdicts, VERDICTS), "reason": (found.reasons, REASONS)}
    columns: dict[str, Any] = {
        name: pd.Categorical.from_codes(
            code.astype(np.int8), [choice.value for choice in choices], ordered=name == "verdict"
        )
        for name, (code, choices) in codes.items()
    }
    return pd.DataFrame({**columns, "claims_reaching": found.claims_reaching}, index=index)


def _files(names: str | PathLike[str] | Sequence[str | PathLike[str]]) -> list[Path]:
    return [Path(name) for name in ([names] if isinstance(names, str | PathLike) else names)]


def _frame(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(columns))
    kilometres = [column for column in columns if column.endswith("_km")]
    return frame.astype(dict.fromkeys(kilometres, "float64"))
