"""Reference systems that files name: WGS 84, and all others, which are refused."""

from __future__ import annotations

import re
from typing import Any, Final

from rangemap.errors import PlaceError
from rangemap.limits import quoted

_WGS84: Final = {None, "EPSG:4326", "OGC:CRS84"}
_LONGEST_SHOWN: Final = 40
_NAME: Final = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?"
    r"(?P<authority>[a-z]+)[:/](?:[0-9.]*[:/])?(?P<code>[0-9a-z]+)",
    re.IGNORECASE,
)


def check_crs(crs: str | None, *, name: str) -> None:
    """Refuse a reference system other than WGS 84, which is assumed if none is named."""
    if crs not in _WGS84:
        raise PlaceError.at(
            name, f"is in {str(crs)[:_LONGEST_SHOWN]}; convert it to EPSG:4326 first"
        )


def refuse_unknown_crs(name: str) -> PlaceError:
    """Return the error for a file that states that its reference system is unknown."""
    return PlaceError.at(
        name,
        "states that its reference system is unknown (crs is null); write it again with EPSG:4326 if it"
        " is that",
    )


def check_member(owner: Any, *, name: str) -> None:
    """Refuse the ``crs`` member of older GeoJSON if it names another system, or an unknown one.

    Raises
    ------
    PlaceError
        If the member is there and is not WGS 84.

    Examples
    --------
    >>> urn = "urn:ogc:def:crs:OGC:1.3:CRS84"
    >>> check_member({"crs": {"type": "name", "properties": {"name": urn}}}, name="a.geojson")
    >>> check_member({"crs": {"properties": {"name": "EPSG:3857"}}}, name="a.geojson")
    Traceback (most recent call last):
        ...
    rangemap.errors.PlaceError: a.geojson: is in EPSG:3857; convert it to EPSG:4326 first
    """
    if not isinstance(owner, dict) or "crs" not in owner:
        return
    member = owner["crs"]
    if member is None:
        raise refuse_unknown_crs(name)
    properties = member.get("properties") if isinstance(member, dict) else None
    text = properties.get("name") if isinstance(properties, dict) else None
    match = _NAME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise PlaceError.at(
            name,
            f"has a crs that is not the name of a system: {quoted(member)}; remove it if the positions are"
            " longitude and latitude on WGS 84, and otherwise convert them",
        )
    check_crs(f"{match['authority']}:{match['code']}".upper(), name=name)
