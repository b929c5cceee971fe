"""The registry file: its format, and how it is parsed into records."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Annotated, Any, Final, cast

from pydantic import AfterValidator, Field, ValidationError

from rangemap.errors import DocumentError, PlaceError
from rangemap.geodesy.position import LonLat
from rangemap.io.compiled import set_fields
from rangemap.io.documents import Document, parse_json
from rangemap.io.files import decode
from rangemap.io.findings import Finding, Rule
from rangemap.io.geojson import feature_name, point_features
from rangemap.io.json_lines import Location
from rangemap.io.models import Flag, PartialDate, Record, Slug, Text, Url, problems, repeated_ids
from rangemap.places.records import SMALLEST_PRECISION_KM, Place, PlaceSource
from rangemap.places.registry import Registry

# Each model below converts its entry into the plain record with the same fields, which also checks
# its own rules, so that the modules that use the records do not need pydantic.


class PlaceSourceEntry(Record):
    """One published position of a place; leave out unknown fields."""

    publisher: Text
    title: Text | None = None
    url: Url | None = None
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    note: Text | None = None
    elsewhere: Flag = False


def _make_source(entry: PlaceSourceEntry) -> PlaceSource:
    return PlaceSource(**vars(entry))


class PlaceEntry(Record):
    """The properties of one feature, with the position of its point."""

    id: Slug
    name: Text
    aliases: tuple[Text, ...] = ()
    country: Text
    kind: Text
    precision_km: Annotated[float, Field(ge=SMALLEST_PRECISION_KM, le=1000)]
    lon: float
    lat: float
    note: Text | None = None
    checked: PartialDate | None = None
    sources: tuple[Annotated[PlaceSourceEntry, AfterValidator(_make_source)], ...]


def _make_place(entry: PlaceEntry) -> Place:
    return Place(**vars(entry))


class RegistryFile(Record):
    """The features of a registry file."""

    places: tuple[Annotated[PlaceEntry, AfterValidator(_make_place)], ...]


def parse_registry(content: bytes, *, name: str) -> Registry:
    """Read a registry file: RFC 7946 points with the keys of `PlaceEntry` as properties.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 JSON.
    name : str
        Its name, for errors.

    Returns
    -------
    Registry
        Its places in order.

    Raises
    ------
    PlaceError
        With one line for each error.
    """
    _, places, findings = read_entries(content, name=name)
    if findings:
        raise PlaceError(*findings)
    return Registry(places)


def format_registry(places: Iterable[Place]) -> str:
    """Return places as the text of a registry file.

    Parameters
    ----------
    places : iterable of Place
        Entries in order; fields that are not set are omitted.

    Returns
    -------
    str
        GeoJSON that `parse_registry` parses into these places.
    """
    features = [format_feature(_properties(place), place.lonlat) for place in places]
    return format_features(features)


def format_feature(properties: dict[str, Any], lonlat: LonLat) -> str:
    """Return the GeoJSON feature of a place with these properties, as text for `format_features`."""
    return f"""    {{
      "type": "Feature",
      "id": {encode_basestring(properties["id"])},
      "geometry": {{
        "type": "Point",
        "coordinates": [
          {_number(lonlat.lon)},
          {_number(lonlat.lat)}
        ]
      }},
      "properties": {_laid_out(properties, 6)}
    }}"""


def format_features(features: Sequence[str]) -> str:
    """Return features as the text of a GeoJSON file, laid out for readable diffs."""
    if not features:
        return '{\n  "type": "FeatureCollection",\n  "features": []\n}\n'
    parts = ",\n".join(features)
    return f'{{\n  "type": "FeatureCollection",\n  "features": [\n{parts}\n  ]\n}}\n'


def _laid_out(value: Any, indent: int) -> str:
    """Return a value as `json.dumps` with an indent of 2 does, several times as fast."""
    if isinstance(value, str):
        return encode_basestring(value)
    if type(value) is float:
        return _number(value)
    inner = " " * (indent + 2)
    if isinstance(value, dict) and value:
        parts = [
            f"{inner}{_key(key)}{writer(part) if writer else _laid_out(part, indent + 2)}"
            for key, part in value.items()
            for writer in (_WRITERS.get(type(part)),)
        ]
        return "{\n" + ",\n".join(parts) + f"\n{inner[2:]}}}"
    if isinstance(value, list | tuple) and value:
        parts = [f"{inner}{_laid_out(part, indent + 2)}" for part in value]
        return "[\n" + ",\n".join(parts) + f"\n{inner[2:]}]"
    return json.dumps(value, allow_nan=False)


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else json.dumps(value, allow_nan=False)


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {str: encode_basestring, float: _number}
"""The writers of most values, as calling `_laid_out` for them would take as long as the rest."""


@lru_cache
def _key(key: str) -> str:
    return f"{encode_basestring(key)}: "


def _properties(place: Place) -> dict[str, Any]:
    fields = {key: value for key, value in set_fields(place).items() if key not in {"lon", "lat"}}
    return {**fields, "sources": [set_fields(source) for source in place.sources]}


def read_entries(content: bytes, *, name: str) -> tuple[Document, tuple[Place, ...], list[Finding]]:
    """Return the records of a registry file, its places, and all its errors.

    The document contains the records as ``places``, each with its line; if there are
    errors, there are no places.
    """
    records: list[dict[str, Any]] = []
    findings: list[Finding] = []
    numbers: list[int] = []
    try:
        file = parse_json(decode(content, name=name), name=name, lines=True)
        for number, feature in enumerate(point_features(file)):
            if isinstance(feature, PlaceError):
                findings += (
                    replace(finding, rule=Rule.INVALID_FEATURE) for finding in feature.findings
                )
                continue
            _, _, position, properties = feature
            if duplicate := {"lon", "lat"} & properties.keys():
                findings.append(
                    Finding(
                        file=name,
                        line=file.line(("features", number)),
                        record=feature_name(file.content["features"][number], number),
                        message=f"{min(duplicate)} is taken from the point; remove it from the properties",
                        rule=Rule.INVALID_FEATURE,
                    )
                )
                continue
            numbers.append(number)
            records.append({**properties, "lon": position.lon, "lat": position.lat})
    except DocumentError as error:
        return Document(name, None), (), list(error.findings)
    document = Document(name, {"places": records}, _PlaceLines(file.lines, numbers))
    try:
        places = cast("tuple[Place, ...]", RegistryFile.model_validate(document.content).places)
    except ValidationError as error:
        findings += problems(error, document, RegistryFile)
    else:
        findings += repeated_ids(document, "places", [place.id for place in places])
    findings.sort(key=lambda finding: finding.line or 0)
    return document, () if findings else places, findings


@dataclass(eq=False)
class _PlaceLines(Mapping[Location, int]):
    """The lines of places and their properties, from those of the features."""

    lines: Mapping[Location, int]
    features: Sequence[int]
    """The number of the feature of each place."""

    def __getitem__(self, location: Location) -> int:
        if len(location) < 2 or not isinstance(location[1], int):
            raise KeyError(location)
        within = ("properties", *location[2:]) if location[2:] else ()
        return self.lines[("features", self.features[location[1]], *within)]

    def __iter__(self) -> Iterator[Location]:
        return iter([("places", number) for number in range(len(self.features))])

    def __len__(self) -> int:
        return len(self.features)
