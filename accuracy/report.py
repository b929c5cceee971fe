"""The page docs/accuracy.md, from what the tools answered."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from accuracy.cases import Circle
from accuracy.measure import PLACES, Score
from accuracy.questions import Finding

MARKS = {"right": "✓", "fine": "○", "wrong": "✗", "none": "–"}
HEAD = """\
# Accuracy compared with other tools

Rings and verdicts that newspapers, tools and databases are known to have got wrong, asked of rangemap and of what people
use instead. Made by `make accuracy` on {date}; the questions are in [accuracy/cases.yaml](../accuracy/cases.yaml), the
expected distances and areas in [accuracy/expected.json](../accuracy/expected.json), by {by}.

| tool | version | asked by |
| --- | --- | --- |
{tools}

Every tool has its own defaults, numbers of vertices above all; most can be told to do better (with 360 points instead of 180,
cartopy 0.26 was right in 20 of the 25 cases). Some say so themselves: Leaflet.Geodesic fills no ring over a pole, GeoPandas warns of degrees.
PostGIS and cartopy know areas on the globe: there the antimeridian and the poles are no border, and the same polygon joined
straight in longitude and latitude, as GeoJSON is, is another one.

## Rings

The number is the largest distance of the drawn line from the true ring, as a part of the radius, at 20 points of every
edge. Edges are straight in longitude and latitude, as in RFC 7946; those of a geography in PostGIS are geodesics.

- ✓ right: the line within 0.01 % of the radius everywhere, and all places on their side
- ○ fine on a map: the line within 1 %, and all places on their side
- ✗ wrong: the line farther off, or places on the wrong side: of {places:,} test places, the part of those farther from the
  ring than 1 % of the radius; a named place of the case counts however near it is
- – no answer: the tool refused or failed

"""
VERDICTS = """\

## Verdicts

"Is this place within the radius?", by the tool's own distance and not by its polygon: the named places of the cases, and
places at a hundred-thousandth to a tenth of the radius from each ring, inside and outside.

| tool | wrong | farthest from the ring, of the radius |
| --- | ---: | ---: |
"""
OTHERS = """\

## Rings that cannot be

"""
AREAS = """\

## Areas (C16)

How much the drawn polygon's area differs from that of the true circle.

"""
WORDS = """\

## Words, figures that differ, refusals, pages

What the other tools have no notion of. That a system is in service or retired (C13) is not in the catalogue: its claims have
dates. Sectors (C14) are not drawn.

| case | asked | expected | | came |
| --- | --- | --- | --- | --- |
"""


@dataclass
class Answers:
    """What one tool answered: a score or a refusal for each ring, verdicts, and the rest."""

    name: str
    version: str = ""
    how: str = ""
    absent: str = ""
    scores: list[Score | None] = field(default_factory=list)
    grades: list[str] = field(default_factory=list)
    asked: int = 0
    wrong: int = 0
    farthest: float = 0.0
    impossible: list[Finding] = field(default_factory=list)


def page(by: str, circles: Sequence[Circle], tools: Sequence[Answers], findings: Sequence[Finding], folium: str) -> str:  # fmt: skip
    here = [tool for tool in tools if not tool.absent]
    lines = [
        f"| {one.name} | {one.version} | {one.how} |"
        if not one.absent
        else f"| {one.name} | not run: needs {one.absent} | |"
        for one in tools
    ]
    today = dt.datetime.now(tz=dt.UTC).date()
    text = HEAD.format(date=today, by=by, tools="\n".join(lines), places=PLACES)
    text += table(
        ["case", *(one.name for one in here)],
        [
            *(
                [f"{circle.case}: {circle.what}", *(cell(one, row) for one in here)]
                for row, circle in enumerate(circles)
            ),
            ["**✓ / ○ / ✗ / –**", *(totals(one) for one in here)],
        ],
    )
    text += VERDICTS
    for one in here:
        if one.asked:
            far = f"{one.farthest:.0e}" if one.wrong else ""
            text += f"| {one.name} | {one.wrong:,} of {one.asked:,} | {far} |\n"
    text += OTHERS
    text += table(
        ["C15", *(one.name for one in here)],
        [
            [first.what, *(one.impossible[row].got for one in here)]
            for row, first in enumerate(here[0].impossible)
        ],
    )
    text += AREAS
    some = [row for row, circle in enumerate(circles) if circle.case in {"C1", "C7", "C16"} or circle.what.startswith("2,000 km around Baghdad, places 5")]  # fmt: skip
    filled = [one for one in here if any(score and score.area is not None for score in one.scores)]
    text += table(
        ["case", *(one.name for one in filled)],
        [
            [
                f"{circles[row].case}: {circles[row].what}",
                *(area(one.scores[row]) for one in filled),
            ]
            for row in some
        ],
    )
    text += WORDS
    for one in sorted(findings, key=lambda one: int(one.case[1:])):
        mark = MARKS["right" if one.right else "wrong"]
        text += f"| {one.case} | {one.what} | {one.expected} | {mark} | {one.got} |\n"
    return text + f"\n{folium}\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(one: Answers, row: int) -> str:
    grade, score = one.grades[row], one.scores[row]
    mark = MARKS[grade]
    if score is None:
        return f"{mark} refused" if grade == "right" else mark
    if score.misplaced is not None and score.misplaced >= 5e-4:
        return f"{mark} {percent(score.misplaced)} of places"
    if not score.exists:
        return f"{mark} whole earth" if grade == "right" else f"{mark} a ring"
    line = "beyond a pole" if score.line == math.inf else percent(score.line or 0.0)
    named = f" and {len(score.wrong)} named" if score.wrong else ""
    return f"{mark} {line}{named}"


def totals(one: Answers) -> str:
    count = Counter(one.grades)
    return f"**{' / '.join(str(count[grade]) for grade in MARKS)}**"


def area(score: Score | None) -> str:
    if score is None or score.area is None:
        return "–"
    value = 100 * score.area
    digits = 0 if abs(value) >= 9.95 else 1 if abs(value) >= 0.95 else 3
    return f"{value:+.{digits}f} %".replace("-", "−")


def percent(part: float) -> str:
    if part < 1e-6:
        return "below 0.0001 %"
    return f"{100 * part:.0f} %" if part >= 0.095 else f"{100 * part:.2g} %"
