"""Alternative text: what a picture shows, short enough to be read aloud in one breath.

`rangemap.render.citation.describe` is the long description beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rangemap.catalogue import ring_label
from rangemap.render.citation import from_areas
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


def panels_alt_text(selection: Selection, rings: Sequence[Sequence[RangeRing]]) -> str:
    """Return the alternative text of a picture with panels.

    Parameters
    ----------
    selection : Selection
        All that is drawn.
    rings : sequence of sequence of RangeRing
        The rings of each panel.

    Returns
    -------
    str
        One line of at most 250 characters: title, and for each panel its title and the figure of every
        ring, or of the largest. If they do not fit, the titles only, or the beginning of them.
    """
    candidates = [single_line(text) for text in _panel_candidates(selection, rings)]
    fitting = (text for text in candidates if len(text) <= LONGEST_ALT)
    return next(fitting, _cut(candidates[-1], LONGEST_ALT))


def _panel_candidates(selection: Selection, rings: Sequence[Sequence[RangeRing]]) -> Iterator[str]:
    language, unit = selection.language, selection.units
    counted = claims_counted(selection.systems, language)
    endings = [promise(selection.systems, language), "", ""]
    if counted:
        endings = [endings[0], counted, language.translate("claims_selected")]
    titles = [language.name(panel.title) for panel in selection.panels]

    def label(ring: RangeRing) -> str:
        return ring_label(ring.system, unit, language)

    every = [language.listed(dict.fromkeys(map(label, each))) for each in rings]
    largest = [label(max(each, key=lambda r: r.system.band.headline_m)) for each in rings]
    choices = [
        ("alt_panels", every),
        ("alt_panels_largest", largest),
        ("alt_panels", [""] * len(every)),
    ]
    for key, figures in choices:
        maps = [
            language.translate("labelled", name=title, text=text) if text else title
            for title, text in zip(titles, figures, strict=True)
        ]
        texts = {
            "title": language.standalone(_cut(selection.title, _LONGEST_TITLE)),
            "count": language.number(str(len(maps))),
            "maps": language.listed(maps, between="clauses"),
        }
        opening = language.translate(key, **texts)
        yield from (f"{opening} {ending}".rstrip() for ending in endings)


def _opening(selection: Selection, title: str) -> str:
    language = selection.language
    names = [language.name(name) for name in selection.place_names.origins.values()]
    few = len(names) <= _MOST_ORIGINS
    origins = (
        language.enumerated(names) if few else language.translate("count_places", count=len(names))
    )
    key = "alt_map_area" if from_areas(selection) else "alt_map"
    return language.translate(key, title=language.standalone(title), origins=origins)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
