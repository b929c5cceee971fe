"""Alternative text: what a picture shows, short enough to be read aloud in one breath.

`rangemap.render.citation.describe` is the long description beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rangemap.catalogue import ring_label
from rangemap.render.figure.typeface import single_line
from rangemap.render.wording import claims_counted, promise
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection

LONGEST_ALT: Final = 250
"""Characters of an alternative text; screen readers cannot pause within one."""
_MOST_ORIGINS: Final = 3
_LONGEST_TITLE: Final = 100


def alt_text(selection: Selection, rings: Sequence[RangeRing]) -> str:
    """Return the alternative text of a map.

    Parameters
    ----------
    selection : Selection
        What is drawn.
    rings : sequence of RangeRing
        Its rings.

    Returns
    -------
    str
        One line of at most 250 characters: title, origins, and the figure of every ring. If not all
        figures fit, it counts the rings and names the largest.
    """
    candidates = [single_line(text) for text in _candidates(selection, rings)]
    fitting = (text for text in candidates if len(text) <= LONGEST_ALT)
    return next(fitting, _cut(candidates[-1], LONGEST_ALT))


def _candidates(selection: Selection, rings: Sequence[RangeRing]) -> Iterator[str]:
    """Yield texts, the most complete first."""
    language, unit = selection.language, selection.units
    caveat = promise(selection.systems, language)
    labels = {ring: ring_label(ring.system, unit, language) for ring in rings}
    every = language.translate(
        "alt_rings", rings=language.listed(dict.fromkeys(labels.values()), between="clauses")
    )
    largest = max(rings, key=lambda ring: ring.system.band.headline_m)
    count = language.number(f"{len(rings):,}")
    brief = language.translate("alt_largest", count=count, ring=labels[largest])
    figures = [every] if len(rings) == 1 else [every, brief]
    counted = claims_counted(selection.systems, language)
    endings = [caveat, "", ""]
    if counted:  # however short the text is, it says so
        endings = [caveat, counted, language.translate("claims_selected")]
    opening = _opening(selection, selection.title)
    for figure in figures:
        yield from (f"{opening} {figure} {ending}".rstrip() for ending in endings)
    opening = _opening(selection, _cut(selection.title, _LONGEST_TITLE))
    yield " ".join(filter(None, (opening, endings[-1], figures[-1])))


def _opening(selection: Selection, title: str) -> str:
    language = selection.language
    names = [language.name(name) for name in selection.place_names.origins.values()]
    few = len(names) <= _MOST_ORIGINS
    origins = (
        language.enumerated(names) if few else language.translate("count_places", count=len(names))
    )
    return language.translate("alt_map", title=language.standalone(title), origins=origins)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
