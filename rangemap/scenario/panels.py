"""Panels: several maps in one picture, each with its own selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from rangemap.errors import DocumentError, RangemapError, UsageError
from rangemap.limits import quoted
from rangemap.names import match_key
from rangemap.scenario.pairs import Pair
from rangemap.scenario.requests import PanelRequest
from rangemap.scenario.selection import Selection
from rangemap.scenario.values import ScenarioValues, look_of

_OF_THE_PICTURE: Final = {"title": None, "subtitle": None, "panels": ()}
"""Keys that a panel does not have from its scenario, with their values without one."""


def panel_values(values: ScenarioValues, panel: PanelRequest) -> ScenarioValues:
    """Return the scenario of one panel: that of the picture with the keys that the panel gives."""
    return replace(values, **{**_OF_THE_PICTURE, **panel.given})


def one_panel(values: ScenarioValues, name: str) -> ScenarioValues:
    """Return the scenario of the panel with a number or title, with the picture's title if it has none.

    Parameters
    ----------
    values : ScenarioValues
        A scenario with panels.
    name : str
        The title of a panel, ignoring case and accents, or its number from 1.

    Returns
    -------
    ScenarioValues
        A scenario without panels.

    Raises
    ------
    UsageError
        If the scenario has no panels, or none or several with this name.
    """
    if not values.panels:
        raise UsageError(f"panel {quoted(name)}: the scenario has no `panels`; omit --panel")
    titles = [panel.given.get("title") or "" for panel in values.panels]
    found = [i for i, title in enumerate(titles) if title and match_key(title) == match_key(name)]
    if not found and name.isascii() and name.isdecimal() and len(name) <= len(str(len(titles))):
        found = [int(name) - 1] if 1 <= int(name) <= len(titles) else []
    if len(found) != 1:
        problem = "several panels have this title" if found else "no such panel"
        known = ", ".join(f"{i} {quoted(t)}" if t else f"{i}" for i, t in enumerate(titles, 1))
        raise UsageError(f"panel {quoted(name)}: {problem}; give the number of one: {known}")
    chosen = panel_values(values, values.panels[found[0]])
    return replace(chosen, title=chosen.title or values.title)


def refuse_panels(values: ScenarioValues, what: str) -> None:
    """Refuse a scenario with panels where only one map is possible.

    Raises
    ------
    UsageError
        If it has panels.
    """
    if values.panels:
        raise UsageError(
            f"panels: has {len(values.panels)}, but {what}; choose one with --panel NUMBER or TITLE,"
            " or in Python with Scenario.panel"
        )


def join_panels(values: ScenarioValues, panels: Sequence[Selection]) -> Selection:
    """Return the selection of a picture with panels: all their pairs, for legend and sources."""
    pairs: dict[Pair, None] = dict.fromkeys(pair for panel in panels for pair in panel.pairs)
    origins = list(dict.fromkeys(pair.origin for pair in pairs))
    notes: dict[str, list[int]] = {}
    for number, panel in enumerate(panels, 1):
        for note in panel.notes:
            notes.setdefault(note, []).append(number)
    return Selection(
        typed_title=values.title,
        subtitle=values.subtitle,
        credit=values.credit,
        date=values.date,
        units=values.units,
        pairs=tuple(sorted(pairs, key=lambda pair: origins.index(pair.origin))),
        source=panels[0].source,
        sites_requested=any(panel.sites_requested for panel in panels),
        look=look_of(values),
        panels=tuple(panels),
        notes=tuple(_noted(notes, len(panels))),
        omissions=tuple(dict.fromkeys(line for panel in panels for line in panel.omissions)),
    )


def _noted(notes: Mapping[str, Sequence[int]], count: int) -> list[str]:
    """Return the notes on panels, with the numbers of the panels if it is not about all of them."""
    return [
        note if len(of) == count else f"panel {', '.join(map(str, of))}: {note}"
        for note, of in notes.items()
    ]


def in_panel(error: RangemapError, number: int) -> RangemapError:
    """Return an error whose lines begin with the number of its panel."""
    where = f"panel {number}"
    if isinstance(error, DocumentError):
        error.findings = tuple(
            found if found.file else replace(found, message=f"{where}: {found.message}")
            for found in error.findings
        )
    elif error.args:
        text, *rest = error.args
        lines = str(text).split("\n")
        error.args = ("\n".join(f"{where}: {line}" for line in lines), *rest)
    return error
