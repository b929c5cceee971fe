"""Map tiles instead of the base map that a page contains: on request, never by default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from rangemap.errors import OutputError
from rangemap.limits import LONGEST_PLACE, quoted
from rangemap.names import closest

_URL = re.compile(
    r"https://(?P<host>(?:\{s\}\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]{1,5})?)"
    r"/[A-Za-z0-9_./?=&%@+~{}-]*"
)
_PLACEHOLDERS: Final = {"s", "z", "x", "y"}
_LARGEST_ZOOM: Final = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """Where map tiles come from, and their attribution."""

    url: str
    attribution: str
    subdomains: tuple[str, ...]
    max_zoom: int

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers that a page loads these tiles from, as a security policy lists them."""
        match = _URL.fullmatch(self.url)
        host = match["host"] if match else ""
        if "{s}" not in host:
            return (f"https://{host}",)
        return tuple(f"https://{host.replace('{s}', name)}" for name in self.subdomains)


def parse_tiles(text: str, *, credit: str | None = None) -> Tiles:
    """Parse the name or the address of map tiles.

    Parameters
    ----------
    text : str
        A name of `xyzservices`, such as ``OpenStreetMap.Mapnik``, or an address
        with ``{z}``, ``{x}`` and ``{y}`` that begins with ``https://``.
    credit : str, optional
        The attribution; required with an address.

    Returns
    -------
    Tiles
        Address, attribution and servers.

    Raises
    ------
    OutputError
        If the name is unknown, the service needs a key, or the address is invalid.

    Examples
    --------
    >>> parse_tiles("https://tiles.example.org/{z}/{x}/{y}.png", credit="Example").hosts
    ('https://tiles.example.org',)
    """
    if "/" not in text:
        return _provider_tiles(text, credit)
    if credit is None:
        raise OutputError(
            f"tiles {quoted(text)}: no attribution; give the one that the provider requires with --tiles-credit"
        )
    return _tiles(text, credit, "abc", _LARGEST_ZOOM, given=text)


def _provider_tiles(name: str, credit: str | None) -> Tiles:
    import xyzservices  # only when tiles are used

    names = xyzservices.providers.flatten()
    keys = {re.sub(r"[\W_]", "", key).casefold(): key for key in names}
    key = keys.get(re.sub(r"[\W_]", "", name).casefold())
    if key is None:
        suggestions = closest(name[:LONGEST_PLACE], list(names))
        hint = f"; closest: {', '.join(suggestions)}" if suggestions else ""
        raise OutputError(f"unknown tiles {quoted(name)}{hint}; or give an https:// address")
    provider: Any = names[key]
    if "apikey" in provider or "accessToken" in provider or provider.requires_token():
        raise OutputError(
            f"tiles {name!r} need a key, which every reader of the page would see; choose others"
        )
    values = {**provider, "r": ""}
    url = re.sub(
        r"\{(\w+)\}",
        lambda match: (
            match[0] if match[1] in _PLACEHOLDERS else str(values.get(match[1], match[0]))
        ),
        provider["url"],
    )
    subdomains = provider.get("subdomains", "abc")
    largest = int(provider.get("max_zoom", _LARGEST_ZOOM))
    return _tiles(url, credit or provider["attribution"], subdomains, largest, given=name)


def _tiles(url: str, credit: str, subdomains: Any, max_zoom: int, *, given: str) -> Tiles:
    url = url.replace("{r}", "")
    placeholders = re.findall(r"\{([^{}]*)\}", url)
    if (
        not _URL.fullmatch(url)
        or not {"z", "x", "y"} <= set(placeholders)
        or not set(placeholders) <= _PLACEHOLDERS
        or re.search(r"[{}]", re.sub(r"\{\w+\}", "", url))
    ):
        raise OutputError(
            f"tiles {quoted(given)}: {quoted(url)} is not a tile address; expected"
            " https://HOST/... with {z}, {x} and {y}"
        )
    return Tiles(url=url, attribution=credit, subdomains=tuple(subdomains), max_zoom=max_zoom)
