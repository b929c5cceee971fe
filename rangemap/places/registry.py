"""The registry of publicly known sites, each position with its sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from rangemap.builtin import data_file
from rangemap.documents import Document, parse_json
from rangemap.errors import DocumentError, PlaceError
from rangemap.files import decode, read_document
from rangemap.names import match_key
from rangemap.places.geojson import point_features
from rangemap.quantities import LonLat
from rangemap.schema import PartialDate, Record, Slug, Text, Url, validate

_SMALLEST_PRECISION_KM = 0.1


class PlaceSource(Record):
    """One published position of a place."""

    publisher: Text
    title: Text | None = None
    url: Url | None = None
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    note: Text | None = None
    elsewhere: bool = False


class Place(Record):
    """One publicly known place with its agreed position.

    ``precision_km`` is the largest distance from the agreed position to any of its
    sources, those that mean another place (``elsewhere``) left out, rounded up to
    0.1 km.
    """

    id: Slug
    name: Text
    aliases: tuple[Text, ...] = ()
    country: Text
    kind: Text
    precision_km: Annotated[float, Field(ge=_SMALLEST_PRECISION_KM, le=1000)]
    lon: float
    lat: float
    note: Text | None = None
    checked: PartialDate | None = None
    sources: tuple[PlaceSource, ...]

    @model_validator(mode="after")
    def _has_sources(self) -> Place:
        if not self.sources:
            raise ValueError("has no sources; write at least one")
        return self

    @property
    def lonlat(self) -> LonLat:
        """The agreed position, degrees."""
        return LonLat(self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class Registry:
    """Places in the order of their file, found by the names people type."""

    places: tuple[Place, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names and aliases, in the order of the file."""
        return tuple(word for place in self.places for word in (place.name, *place.aliases))

    def get(self, name: str) -> Place | None:
        """Return the place whose name, alias or id a typed name is; None where there is none.

        Raises
        ------
        PlaceError
            If more than one place has the name.
        """
        key = match_key(name)
        found = [place for place in self.places if key in _keys(place)]
        if len(found) > 1:
            which = ", ".join(f"{place.name} ({place.id})" for place in found)
            raise PlaceError(f"place {name!r} could be {which}; name one by its id")
        return found[0] if found else None


def _keys(place: Place) -> set[str]:
    return {match_key(word) for word in (place.name, place.id, *place.aliases)}


def parse_registry(content: bytes, *, name: str) -> Registry:
    """Read a registry file: RFC 7946 points with the keys of `Place` as properties.

    Raises
    ------
    PlaceError
        With one line for each bad record.
    """
    try:
        document = parse_json(decode(content, name=name), name=name)
    except DocumentError as error:
        raise PlaceError(str(error)) from error
    places: list[Place] = []
    errors: list[str] = []
    for feature in point_features(document):
        if isinstance(feature, PlaceError):
            errors.append(str(feature))
            continue
        where, _, position, properties = feature
        record = {**properties, "lon": position.lon, "lat": position.lat}
        try:
            places.append(validate(Place, Document(where, record)))
        except (DocumentError, ValidationError) as error:
            errors.append(str(error))
    errors += _duplicates(places, name)
    if errors:
        raise PlaceError("\n".join(errors))
    return Registry(tuple(places))


def read_registry(path: Path | None = None) -> Registry:
    """Read a registry file; without one, the built-in one.

    Raises
    ------
    DocumentError
        If the file cannot be read, or as `parse_registry`.
    """
    content, name = read_document(path or data_file("sites.geojson"))
    return parse_registry(content, name=name)


def _duplicates(places: Iterable[Place], name: str) -> list[str]:
    seen: set[str] = set()
    errors = []
    for place in places:
        if place.id in seen:
            errors.append(f"{name}: place {place.id!r}: id stands twice; give each its own")
        seen.add(place.id)
    return errors
