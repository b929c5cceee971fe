"""A picture with several maps, and its texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rangemap.check import CheckRow
from rangemap.render.citation import cite_method, cite_system, describe, sources_text
from rangemap.render.extent import outside_note
from rangemap.render.figure.alt_text import alt_text, panels_alt_text
from rangemap.render.figure.canvas import settings
from rangemap.render.figure.layout import describe_projection
from rangemap.render.figure.legend import Omissions
from rangemap.render.figure.panels import draw_panels
from rangemap.render.figure.picture import Part, Picture, omission_sentences
from rangemap.render.figure.projection import ProjectionName
from rangemap.render.figure.sizes import Size, parse_size
from rangemap.render.figure.typeface import (
    FONT,
    add_font,
    installed_fonts,
    missing_glyphs_ignored,
    single_line,
)
from rangemap.render.style import HOUSE_STYLE, HouseStyle
from rangemap.render.wording import local_credit, promise
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection


def make_panels_picture(
    selection: Selection,
    rings: Sequence[Sequence[RangeRing]],
    rows: Sequence[Iterable[CheckRow]],
    *,
    size: Size | None = None,
    projection: ProjectionName | None = None,
    fonts: Sequence[Path] = (),
    titled: bool = True,
    style: HouseStyle = HOUSE_STYLE,
    notify: Callable[[str], None] = lambda _: None,
) -> Picture:
    """Draw the panels of a selection as one picture.

    Parameters
    ----------
    selection : Selection
        The request, with panels.
    rings : sequence of sequence of RangeRing
        The rings of each panel.
    rows : sequence of iterable of CheckRow
        The verdicts of each panel, for the description.
    size, projection, fonts, titled, style, notify
        As in `make_picture`.

    Returns
    -------
    Picture
        `Picture.to_bytes` writes it.

    Raises
    ------
    OutputError
        If the size leaves no room for the maps, or a font file is invalid.
    """
    families = [*installed_fonts(style.font, notify), FONT, *(add_font(path) for path in fonts)]
    with settings(), missing_glyphs_ignored():
        drawn = draw_panels(
            selection,
            rings,
            size=size or parse_size(),
            projection=projection,
            fonts=families,
            titled=titled,
            style=style,
            notify=notify,
        )
    language, panels = selection.language, selection.panels
    for number, omitted in enumerate(drawn.omitted, 1):
        for kind, names in (("site", omitted.sites), ("origin", omitted.origins)):
            if names:
                notify(f"panel {number}: {outside_note('map', kind, names)}")
    every = [ring for own in rings for ring in own]
    cited = [
        f"{cite_system(system, language, selection.units)}." for system in selection.cited_systems
    ]
    local = [text] if (text := local_credit(selection)) else []
    citation = [
        *cited,
        promise(selection.systems, language),
        *cite_method(selection, every),
        *local,
    ]
    count = language.number(str(len(panels)))
    title = language.standalone(selection.title)
    described = [language.translate("description_panels", title=title, count=count)]
    described += [
        describe(panel, own, omitted=omission_sentences(omitted, language), number=number)
        for number, (panel, own, omitted) in enumerate(
            zip(panels, rows, drawn.omitted, strict=True), 1
        )
    ]
    described += [promise(selection.systems, language), *local]
    about = " ".join(
        dict.fromkeys(
            describe_projection(panel, shown)
            for panel, shown in zip(panels, drawn.projections, strict=True)
        )
    )
    outside = dict.fromkeys(name for omitted in drawn.omitted for name in omitted.sites)
    return Picture(
        figure=drawn.figure,
        title=single_line(selection.title),
        alt=panels_alt_text(selection, rings),
        description=single_line(" ".join(described)),
        citation=single_line(" ".join(citation)),
        sources=sources_text(selection, every, projection=about),
        credit=selection.credit or style.credit,
        families=tuple(families),
        lang=language.code,
        outside=" ".join(omission_sentences(Omissions(sites=tuple(outside)), language)),
        projection=about,
        parts=[
            Part(single_line(panel.title), alt_text(panel, own), frame)
            for panel, own, frame in zip(panels, rings, drawn.frames, strict=True)
        ],
    )
