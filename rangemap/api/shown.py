"""Values of a scenario as its repr shows them: as typed, and tables by their length."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from rangemap.geodesy.position import Bounds
from rangemap.scenario.origins import Origin
from rangemap.scenario.requests import PairRequest, PanelRequest, PlaceRequest
from rangemap.sites import SiteTable

_MOST_SHOWN: Final = 10


def shown(value: Any) -> str:
    """Return a value of a scenario for its repr, with tables abbreviated to their length."""
    if isinstance(value, SiteTable):
        return f"<table of {len(value):,} sites>"
    if isinstance(value, tuple) and not isinstance(value, Bounds):
        if len(value) > _MOST_SHOWN:
            kinds = {Origin: "origins", PairRequest: "pairs"}
            return f"<{len(value):,} {kinds.get(type(value[0]), 'texts')}>"
        return repr([_shown_one(each) for each in value])
    return repr(tuple(value) if isinstance(value, Bounds) else value)


def _shown_one(value: Any) -> Any:
    """Return a place or pair of a scenario for its repr, as typed or as a mapping."""
    if isinstance(value, Origin):
        return value.name
    if isinstance(value, PlaceRequest):
        return {"place": value.place, "label": value.label}
    if isinstance(value, PanelRequest):
        return {key: _shown_panel(each) for key, each in value.given.items()}
    if isinstance(value, PairRequest):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        place = _shown_one(given.pop("place"))
        return {"from": place, **{key: each for key, each in given.items() if each is not None}}
    return value


def _shown_panel(value: Any) -> Any:
    """Return a value of a panel as in a scenario file."""
    if isinstance(value, tuple) and not isinstance(value, Bounds):
        return [_shown_one(each) for each in value]
    return tuple(value) if isinstance(value, Bounds) else value
