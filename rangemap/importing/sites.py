"""Convert the rows of a file of sites to places with sources."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    settled,
    validated,
)
from rangemap.importing.formats import read_table
from rangemap.importing.ids import Ids, slug
from rangemap.importing.order import ORDER_HEADERS
from rangemap.importing.positions import Positions, choose_form
from rangemap.importing.tables import Columns, Field, match_columns
from rangemap.io.rules import SLUG
from rangemap.limits import LONGEST_SLUG, LONGEST_TEXT
from rangemap.places.areas import Located, find_outside
from rangemap.places.file import PlaceEntry, format_feature, format_features
from rangemap.places.records import SMALLEST_PRECISION_KM
from rangemap.sites.raw import RawTable, Row, shortened
from rangemap.sites.table import ID_COLUMNS, NAME_COLUMNS, PRECISION_COLUMN
from rangemap.text import is_web_address

_MOST_EXAMPLES: Final = 5

FIELDS: Final = (
    Field("name", NAME_COLUMNS),
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
    if columns.index["title"] == columns.index["name"] and not log.options.columns.get("title"):
        columns.ignore(
            ["title"]
        )  # it is the name of the place, as in a check, and not that of a source
    table = columns.table
    form = choose_form(columns, log)
    log.refuse_unused(_UNUSED.get(form, ()), f"positions from a {form} column or file format")
    require_columns(columns, ("name", "country", "kind", "publisher"), log)
    log_columns(columns, FIELDS, log)
    reader = _PlaceReader(columns, log)
    positions = Positions(columns, log, form, reader)
    read = _read_places(table, reader, positions)
    note_repeats(read.repeats, table, log)
    _note_doubts(read, table.row_noun, log)
    if read.places:
        lon, lat = read.places[0].lonlat
        log.note("check", f"{read.names[0]} is at latitude {lat:.10g}, longitude"
                     f" {lon:.10g}", "the first place")  # fmt: skip
    return Result(
        content=format_features(read.features),
        summary=count(len(read.features), "place"),
        table=table,
        rejects=tuple(read.rejects),
        n_repeats=len(read.repeats),
    )


@dataclass(slots=True)
class _Read:
    """The places of a file as features, with the row, the name and the position of each, and the other rows."""

    features: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    places: list[Located] = field(default_factory=list)
    rejects: list[RejectedRow] = field(default_factory=list)
    repeats: list[tuple[int, int]] = field(default_factory=list)
    """Rows that repeat an earlier one, with that one."""


def _read_places(table: RawTable, reader: _PlaceReader, positions: Positions) -> _Read:
    """Convert the rows to features."""
    read = _Read()
    ids = Ids()
    seen: dict[tuple[Any, ...], int] = {}
    columns, unusual = reader.text_columns()
    precisions = reader.column_texts(PRECISION_COLUMN)
    rows = zip(table.rows, zip(*columns, strict=True), precisions, positions.read(), strict=True)
    for index, (row, texts, precision, position) in enumerate(rows):
        try:
            reader.check(row)
            lonlat, precision_m = settled(position)
            given = texts if index not in unusual else list(map(settled, texts))
            precision_km = _precision_km(precision, precision_m)
            properties = reader.properties(row, given, lonlat, precision_km, ids)
            if index in unusual or not is_plainly_valid(properties):
                validated(PlaceEntry, {**properties, "lon": lonlat.lon, "lat": lonlat.lat})
        except (QuantityError, DocumentError) as error:
            read.rejects.append(RejectedRow(row.number, row.cells, str(error)))
            continue
        aliases = properties.get("aliases", ())
        content = (lonlat, precision_km, *texts, *aliases)
        if content in seen:
            read.repeats.append((row.number, seen[content]))
            continue
        seen[content] = row.number
        ids.reserve(properties["id"])
        read.features.append(format_feature(properties, lonlat))
        read.numbers.append(row.number)
        read.names.append(properties["name"])
        read.places.append(Located(properties["country"], properties["kind"], lonlat))
    return read


def is_plain(text: object) -> bool:
    """Whether a text obviously follows the rules of texts in a registry, as nearly all do."""
    return text is None or (
        isinstance(text, str) and len(text) <= LONGEST_TEXT and text.isprintable()
    )


def is_plainly_valid(properties: dict[str, Any]) -> bool:
    """Whether an entry whose texts are plain obviously follows the rules of a registry.

    The model would take most of the time of an import. It validates all other entries, and explains errors.
    """
    url = properties["sources"][0].get("url")
    return (
        len(properties["id"]) <= LONGEST_SLUG
        and properties["precision_km"] <= _LARGEST_PRECISION_KM
        and (url is None or is_web_address(url))
        and ("aliases" not in properties or all(map(is_plain, properties["aliases"])))
    )


def _note_doubts(read: _Read, row_noun: str, log: ImportLog) -> None:
    """Note positions at 0,0 and outside the country of their row, which are kept as they are."""
    numbers = read.numbers
    missing = [
        number for number, place in zip(numbers, read.places, strict=True) if place.lonlat == (0, 0)
    ]
    if missing:
        log.note("at 0,0", count(len(missing), "place"),
                 f"{_listed(missing, row_noun)}; 0,0 usually means a missing position")  # fmt: skip
    outside = find_outside(read.places)
    if outside:
        examples = "; ".join(
            f"{row_noun} {numbers[i]} {shortened(read.names[i])}: {message}"
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

    def text_columns(self) -> tuple[list[list[str | QuantityError | None]], set[int]]:
        """Return the columns of `_TEXTS`, and the rows in which one of them is not `is_plain`."""
        columns = list(map(self.column_texts, _TEXTS))
        unusual = {
            index
            for column in columns
            for index, text in enumerate(column)
            if text is not None and not is_plain(text)
        }
        return columns, unusual

    def properties(
        self,
        row: Row,
        texts: Sequence[Any],
        lonlat: LonLat,
        precision_km: float,
        ids: Ids,
    ) -> dict[str, Any]:
        """Return the properties of a place, with a unique id."""
        given, name, publisher, title, url, country, kind, note = texts
        name = required(name, "name")
        # An id in another form, such as an airport code, becomes an alias that people can search for.
        own = given if given and re.fullmatch(SLUG, given) else None
        properties: dict[str, Any] = {
            "id": ids.unique(own or slug(name, kind="place")),
            "name": name,
        }
        aliases = [*self.texts(row, "aliases"), *([given] if given and given != own else [])]
        if others := [alias for alias in dict.fromkeys(aliases) if alias != name]:
            properties["aliases"] = others
        source = {"publisher": required(publisher, "publisher")}
        source |= {} if title is None else {"title": title}
        source |= {} if url is None else {"url": url}
        properties["country"] = required(country, "country")
        properties["kind"] = required(kind, "kind")
        properties["precision_km"] = precision_km
        if note is not None:
            properties["note"] = note
        properties["sources"] = [{**source, "lat": lonlat.lat, "lon": lonlat.lon}]
        return properties


def _precision_km(text: str | QuantityError | None, precision_m: float) -> float:
    """Return the larger of the row's own precision and that of its notation."""
    text = settled(text)
    precision_km = precision_m / 1000
    if text is None and not precision_km:
        return SMALLEST_PRECISION_KM
    if text is not None:
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,20})?", text):
            raise QuantityError(
                f"{PRECISION_COLUMN} is {shortened(text)}; expected kilometres, for example 0.5"
            )
        precision_km = max(precision_km, float(text))
    # Rounded up to 0.1 km like the built-in registry, ignoring floating-point noise.
    return max(SMALLEST_PRECISION_KM, math.ceil(precision_km * 10 - 1e-6) / 10)
