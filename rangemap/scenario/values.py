"""The values of a scenario's keys, before names are looked up and files read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from rangemap.catalogue import BUILT_IN
from rangemap.errors import ScenarioError
from rangemap.geodesy.position import Bounds
from rangemap.limits import quoted
from rangemap.scenario.keys import KEYS
from rangemap.scenario.origins import Origin
from rangemap.scenario.requests import PairRequest, PanelRequest, PlaceRequest
from rangemap.sites import SiteTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioValues:
    """The keys of a scenario, all optional.

    ``sites`` is a tuple of PLACEs in the registry, the name of a file, or a table made from
    a program's own data; ``origins`` are PLACEs, or made from a table, as are those of ``pairs``.
    ``catalogue`` and
    ``registry`` name files used instead of the built-in ones; in ``catalogue``, ``built-in``
    stands for the built-in one. Paths are not yet resolved.
    """

    origins: tuple[str | PlaceRequest | Origin, ...] = ()
    from_countries: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    pairs: tuple[PairRequest, ...] = ()
    sites: tuple[str | PlaceRequest, ...] | str | SiteTable | None = None
    sort: str | None = None
    nearest: int | None = None
    panels: tuple[PanelRequest, ...] = ()
    panel_scale: str = "common"
    prefer: str | None = None
    as_of: str | None = None
    source_kinds: tuple[str, ...] = ()
    no_state_media: bool = False
    exclude: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    registry: str | None = None
    units: str = "km"
    title: str | None = None
    subtitle: str | None = None
    credit: str | None = None
    date: str | None = None
    sources_line: str = "short"
    outputs: tuple[str, ...] = ()
    detail: str | None = None
    extent: Bounds | None = None
    lang: str = "en"
    style: str | None = None
    tint: str | None = None
    tiles: str | None = None
    tiles_credit: str | None = None
    basemap: tuple[str, ...] = ()
    credit_basemap: str | None = None
    page_url: str | None = None


def parse_options(given: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
    """Parse command-line values by the rules of a scenario file.

    Parameters
    ----------
    given : mapping
        A string or a list of strings for each key of `ScenarioValues`.

    Returns
    -------
    dict
        The fields of `ScenarioValues` and `Look`.

    Raises
    ------
    ScenarioError
        With one line for each invalid value.

    Examples
    --------
    >>> parse_options({"weapons": ["Fateh-110"], "extent": "170,-30,-170,0"})
    {'weapons': ('Fateh-110',), 'extent': Bounds(west=170.0, south=-30.0, east=190.0, north=0.0)}
    """
    errors: list[str] = []

    def read(key: str, text: str, rule: Callable[[str], Any]) -> Any:
        try:
            return rule(text)
        except ValueError as error:
            errors.append(f"command line: {key} is {quoted(text)}: {error}")

    values: dict[str, Any] = {}
    for key, word in given.items():
        rule = KEYS[key].rule
        if isinstance(word, str):
            values[key] = read(key, word, rule)
        else:
            values[key] = tuple(read(f"{key}.{i}", text, rule) for i, text in enumerate(word))
    if errors:
        raise ScenarioError("\n".join(errors))
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Appearance of a map; None means the default.

    ``style`` is the name of a house style file, ``tiles`` the name or address of tiles
    used instead of the base map, ``basemap`` the names of extracts drawn on it and
    ``credit_basemap`` their attribution, ``page_url`` where the page will be published.
    ``panel_scale`` is about a picture's panels.
    """

    panel_scale: str = "common"
    sources_line: str = "short"
    detail: str | None = None
    extent: Bounds | None = None
    lang: str = "en"
    style: str | None = None
    tint: str | None = None
    tiles: str | None = None
    tiles_credit: str | None = None
    basemap: tuple[str, ...] = ()
    credit_basemap: str | None = None
    page_url: str | None = None

    @property
    def tinted(self) -> str:
        """Where areas are coloured: ``land``, ``all`` or ``none``."""
        return self.tint or ("land" if self.tiles is None else "all")


DEFAULT_LOOK: Final = Look()
"""The look of a map without options."""


def look_of(values: ScenarioValues) -> Look:
    """Return the appearance of the map that a scenario specifies."""
    return Look(**{key.name: getattr(values, key.name) for key in fields(Look)})


def site_files(values: ScenarioValues) -> list[str]:
    """Return the names of the files of sites that a scenario and its panels name."""
    named = [values.sites, *(panel.given.get("sites") for panel in values.panels)]
    return [name for name in named if isinstance(name, str)]


def resolve_paths(values: ScenarioValues, folder: Path) -> ScenarioValues:
    """Return a scenario whose file names are relative to the scenario's folder."""

    def beside(name: str) -> str:
        return str(folder / name)

    def sites_of(sites: Any) -> Any:
        return beside(sites) if isinstance(sites, str) else sites

    def panel_of(panel: PanelRequest) -> PanelRequest:
        given = dict(panel.given)
        return PanelRequest(given | {key: sites_of(given[key]) for key in given if key == "sites"})

    return replace(
        values,
        sites=sites_of(values.sites),
        panels=tuple(map(panel_of, values.panels)),
        outputs=tuple(beside(name) for name in values.outputs),
        catalogue=tuple(name if name == BUILT_IN else beside(name) for name in values.catalogue),
        registry=None if values.registry is None else beside(values.registry),
        basemap=tuple(map(beside, values.basemap)),
        style=None if values.style is None else beside(values.style),
    )
