"""The known hard cases of comparisons/accuracy: rangemap's own results, and the page that reports them."""

import re
import shutil
from pathlib import Path

import pytest

from comparisons.accuracy import expect, measure, ours, questions, report
from comparisons.accuracy.cases import read_cases, read_circles
from comparisons.accuracy.measure import PLACES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"
CIRCLES = read_circles()


@pytest.mark.parametrize("circle", CIRCLES, ids=lambda one: f"{one.case}: {one.what}")
def test_every_ring_is_correct_and_every_place_on_the_correct_side(circle):
    found = measure.score(circle, ours.draw(circle))
    assert found.grade == "right", found
    if found.exists:
        # Chords reduce a circle's area by at most 2e-4 of it.
        assert found.area == pytest.approx(0, abs=2e-4)
    if circle.places:
        verdicts = ours.within(circle, circle.places.values())
        assert dict(zip(circle.places, verdicts, strict=True)) == circle.inside


def test_every_label_error_and_page_is_as_expected():
    found = list(questions.findings(read_cases()))
    assert [one for one in found if not one.right] == []
    assert {one.case for one in found} | {one.case for one in CIRCLES} == {
        f"C{number}" for number in range(1, 18)
    }


def test_known_errors_are_detected():
    circle = next(one for one in CIRCLES if "Fiji" in one.what)
    right = ours.draw(circle)
    assert measure.score(circle, right).grade == "right"
    joined = measure.drawing_of(measure.shapely.Polygon(right.paths[0]))
    half = measure.score(circle, joined)
    assert half.grade == "wrong"
    assert half.misplaced > 0.01
    coarse = [path[::8] for path in right.paths]
    assert measure.largest_stray(circle, coarse) > 10 * measure.RIGHT


def test_the_page_contains_every_case_and_every_text_of_its_generator():
    page = PAGE.read_text("utf-8")
    for circle in CIRCLES:
        assert f"| {circle.case}: {circle.what} | ✓ " in page
    for found in questions.findings(read_cases()):
        assert f"| {found.case} | {found.what} | {found.expected} | ✓ | {found.got} |" in page
    for text in (report.VERDICTS, report.OTHERS, report.AREAS, report.WORDS):
        assert text in page
    date, by, tools = re.fullmatch(
        r".* on ([0-9-]+)\. .* computed by (.*?)\.\n\n.*?\| --- \|\n(.*?)\n\n.*",
        page.split("## Rings")[0],
        re.DOTALL,
    ).groups()
    assert page.startswith(report.HEAD.format(date=date, by=by, tools=tools, places=PLACES))


@pytest.mark.skipif(
    shutil.which("GeodSolve") is None, reason="needs GeodSolve, of geographiclib-tools"
)
def test_the_expected_distances_match_geodsolve():
    for circle in CIRCLES:
        assert expect.distances_m(circle) == pytest.approx(circle.expected["s12_m"], abs=1e-8)
