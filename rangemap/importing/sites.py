"""Convert the rows of a file of sites to places with sources."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rangemap.errors import DocumentError, QuantityError
from rangemap.geodesy.position import LonLat
from rangemap.importing.angle_columns import ANGLE_FIELDS
from rangemap.importing.decisions import ImportLog, RejectedRow, count
from rangemap.importing.fields import (
    Reader,
    Result,
    check_fields,
    log_columns,
    note_repeats,
    require_columns,
    required,
    validated,
    without_errors,
)
from rangemap.importing.formats import read_table
from rangemap.importing.ids import Ids, slug
from rangemap.importing.order import ORDER_HEADERS
from rangemap.importing.positions import Positions, choose_form
from rangemap.importing.tables import Columns, Field, match_columns
from rangemap.limits import LONGEST_SLUG, LONGEST_TEXT
from rangemap.places.areas import Located, find_outside
from rangemap.places.file import PlaceEntry, format_feature, format_features
from rangemap.places.records import SMALLEST_PRECISION_KM
from rangemap.sites.raw import RawTable, Row, shortened
from rangemap.sites.table import ID_COLUMNS, PRECISION_COLUMN

_MOST_EXAMPLES: Final = 5

FIELDS: Final = (
    Field("name", ("name", "site_name", "site", "place_name", "place", *ID_COLUMNS)),
    Field("id", ID_COLUMNS),
    *(Field(name, ()) for name in ANGLE_FIELDS),
    Field("position", ("position", "coordinates", "location_coordinates", "coords", "gps",
                       "gps_coordinates", "geo_coordinates", "geo_point", *ORDER_HEADERS)),
    Field("wkt", ("wkt", "wkt_geom", "ewkt", "the_geom", "geom", "geometry", "geojson", "geo_json",
                  "geo_shape", "wkb", "ewkb", "wkb_geometry", "geom_wkb", "geog", "shape")),
    Field("aliases", ("aliases", "alias", "aka", "also_known_as", "other_names")),
    Field("country", ("country", "country_name", "iso_country", "nation")),
    Field("kind", ("kind", "type", "category")),
    Field(PRECISION_COLUMN, (PRECISION_COLUMN,)),
    Field("note", ("note", "notes", "remark", "remarks", "comment", "comments")),
    Field("publisher", ("publisher", "source", "published_by")),
    Field("title", ("title", "source_title")),
    Field("url", ("url", "link", "source_url", "web_address")),
)  # fmt: skip
_TEXTS: Final = ("id", "name", "publisher", "title", "url", "country", "kind", "note")
_LARGEST_PRECISION_KM: Final = 1000
_UNUSED: Final = {"geometry": ("order", "decimal", "wrap"), "wkt": ("order", "decimal")}
"""The options that have no effect on a form of positions."""


def import_sites(log: ImportLog) -> Result:
    """Convert a file of sites to the text of a registry.

    Parameters
    ----------
    log : ImportLog
        The file and the decisions given for it; every decision is recorded in it.

    Returns
    -------
    Result
        The GeoJSON of the rows that could be read, and the others with the reasons.

    Raises
    ------
    DocumentError
        If the file cannot be read, or something is ambiguous: the message names the
        option that decides it.
    UsageError
        If an option names an unknown field.
    """
    check_fields(FIELDS, log)
    table = read_table(log, FIELDS, "name", places=True)
    columns = match_columns(table, FIELDS, log)
    table = columns.table
    form = choose_form(columns, log)
    log.refuse_unused(_UNUSED.get(form, ()), f"positions from a {form} column or file format")
    require_columns(columns, ("name", "country", "kind", "publisher"), log)
    log_columns(columns, FIELDS, log)
    reader = _PlaceReader(columns, log)
    positions = Positions(columns, log, form, reader)
    features, rejects, repeats, numbers = _to_features(table, reader, positions)
    note_repeats(repeats, table, log)
    _note_doubts(features, numbers, table.row_noun, log)
    if features:
        name = features[0]["properties"]["name"]
        lon, lat = features[0]["geometry"]["coordinates"]
        log.note("check", f"{name} is at latitude {lat:.10g}, longitude"
                     f" {lon:.10g}", "the first place")  # fmt: skip
    return Result(
        content=format_features(features),
        summary=count(len(features), "place"),
        table=table,
        rejects=tuple(rejects),
        n_repeats=len(repeats),
    )


def _to_features(
    table: RawTable, reader: _PlaceReader, positions: Positions
) -> tuple[list[dict[str, Any]], list[RejectedRow], list[tuple[int, int]], list[int]]:
    """Convert the rows to features; also return the invalid rows, the repeated ones, and the row of each feature."""
    features: list[dict[str, Any]] = []
    rejects: list[RejectedRow] = []
    ids = Ids()
    seen: dict[tuple[Any, ...], int] = {}
    repeats: list[tuple[int, int]] = []
    for row, texts in zip(table.rows, reader.texts_of_rows(), strict=True):
        try:
            reader.check(row)
            lonlat, precision_m = positions.position_of(row)
            properties = reader.properties(row, without_errors(texts), lonlat, precision_m, ids)
            if not is_plainly_valid(properties, texts):
                validated(PlaceEntry, {**properties, "lon": lonlat.lon, "lat": lonlat.lat})
        except (QuantityError, DocumentError) as error:
            rejects.append(RejectedRow(row.number, row.cells, str(error)))
            continue
        aliases = properties.get("aliases", ())
        content = (lonlat, properties["precision_km"], *texts[1:], *aliases)  # all but the id
        if content in seen:
            repeats.append((row.number, seen[content]))
            continue
        seen[content] = row.number
        ids.reserve(properties["id"])
        features.append(format_feature(properties, lonlat))
    return features, rejects, repeats, list(seen.values())


def is_plainly_valid(properties: dict[str, Any], texts: Sequence[object]) -> bool:
    """Whether an entry obviously follows the rules of a registry, as nearly all do.

    The model would take most of the time of an import. It validates all other entries, and explains errors.
    """
    return (
        "url" not in properties["sources"][0]
        and len(properties["id"]) <= LONGEST_SLUG
        and properties["precision_km"] <= _LARGEST_PRECISION_KM
        and all(
            text is None
            or (isinstance(text, str) and len(text) <= LONGEST_TEXT and text.isprintable())
            for text in (*texts, *properties.get("aliases", ()))
        )
    )


def _note_doubts(
    features: list[dict[str, Any]], numbers: list[int], row_noun: str, log: ImportLog
) -> None:
    """Note positions at 0,0 and outside the country of their row, which are kept as they are."""
    places = [
        Located(
            feature["properties"]["country"],
            feature["properties"]["kind"],
            LonLat(*feature["geometry"]["coordinates"]),
        )
        for feature in features
    ]
    missing = [numbers[i] for i, place in enumerate(places) if place.lonlat == (0, 0)]
    if missing:
        log.note("at 0,0", count(len(missing), "place"),
                 f"{_listed(missing, row_noun)}; 0,0 usually means a missing position")  # fmt: skip
    outside = find_outside(places)
    if outside:
        examples = "; ".join(
            f"{row_noun} {numbers[i]} {shortened(features[i]['properties']['name'])}: {message}"
            for i, message in list(outside.items())[:_MOST_EXAMPLES]
        )
        more = "; `rangemap sites validate` lists all" if len(outside) > _MOST_EXAMPLES else ""
        log.note("outside", count(len(outside), "place"), f"{examples}{more}")


def _listed(numbers: list[int], row_noun: str) -> str:
    few = ", ".join(map(str, numbers[:_MOST_EXAMPLES]))
    more = ", ..." if len(numbers) > _MOST_EXAMPLES else ""
    return f"{row_noun}{'s' if len(numbers) > 1 else ''} {few}{more}"


class _PlaceReader(Reader):
    """Converts rows to registry features."""

    __slots__ = ()

    def __init__(self, columns: Columns, log: ImportLog) -> None:
        super().__init__(columns, log)
        if not columns.has(PRECISION_COLUMN) and PRECISION_COLUMN not in self.fill:
            log.note("precision", f"{SMALLEST_PRECISION_KM} km",
                         f"the minimum; change it with --fill {PRECISION_COLUMN}=KM")  # fmt: skip

    def texts_of_rows(self) -> Iterator[tuple[str | QuantityError | None, ...]]:
        """Return the texts of each row, in the order of `_TEXTS`, or the errors in them."""
        return zip(*map(self.column_texts, _TEXTS), strict=True)

    def properties(
        self, row: Row, texts: Sequence[str | None], lonlat: LonLat, precision_m: float, ids: Ids
    ) -> dict[str, Any]:
        """Return the properties of a place, with a unique id."""
        given, name, publisher, title, url, country, kind, note = texts
        name = required(name, "name")
        # An id in another form, such as an airport code, becomes an alias that people can search for.
        own = given if given and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", given) else None
        id_ = ids.unique(own or slug(name, kind="place"))
        aliases = [*self.texts(row, "aliases"), *([given] if given and given != own else [])]
        source = {
            "publisher": required(publisher, "publisher"),
            "title": title,
            "url": url,
            "lat": lonlat.lat,
            "lon": lonlat.lon,
        }
        properties = {
            "id": id_,
            "name": name,
            "aliases": [alias for alias in dict.fromkeys(aliases) if alias != name] or None,
            "country": required(country, "country"),
            "kind": required(kind, "kind"),
            "precision_km": self._precision_km(row, precision_m / 1000),
            "note": note,
            "sources": [{key: value for key, value in source.items() if value is not None}],
        }
        return {key: value for key, value in properties.items() if value is not None}

    def _precision_km(self, row: Row, precision_km: float) -> float:
        """Return the larger of the row's own precision and that of its notation."""
        text = self.text(row, PRECISION_COLUMN) if self.has(PRECISION_COLUMN) else None
        if text is not None:
            if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,20})?", text):
                raise QuantityError(
                    f"{PRECISION_COLUMN} is {shortened(text)}; expected kilometres, for example 0.5"
                )
            precision_km = max(precision_km, float(text))
        # Rounded up to 0.1 km like the built-in registry, ignoring floating-point noise.
        return max(SMALLEST_PRECISION_KM, math.ceil(precision_km * 10 - 1e-6) / 10)
