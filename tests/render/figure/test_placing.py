"""Label placement in pictures: no overlaps, none outside the map, the best free position."""

import re
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rangemap as rm
from rangemap.render.figure.labels import Box, LabelPlacer, along_line, around_point
from rangemap.render.figure.typeface import FONT, Typeface
from rangemap.render.outputs import MapFiles, PictureOptions

VIEW = Box(10.0, 20.0, 510.0, 400.0)
GAP = 1.5  # points between labels
CLEAR, ONE_LINE = 1.5, 0.5  # points: closer to its own line; lines that cannot be told apart
HEIGHT, MARKER = 10.0, 7.0
spots = st.tuples(st.integers(0, 520), st.integers(0, 420))
widths = st.integers(20, 150)


def a_line(middle, radius):
    circle = shapely.Point(middle).buffer(radius, quad_segs=60).exterior
    return shapely.clip_by_rect(circle, *VIEW)


def is_drawn_as(line, other):
    return shapely.hausdorff_distance(line, other) < ONE_LINE


def cheapest_free(placer, candidates, own):
    """The position by shapely's predicates, tested against all lines and everything placed."""
    boxes, reserved = shapely.box(*candidates.boxes.T)[:, None], shapely.box(*placer.reserved.T)
    rooms = shapely.box(*(candidates.boxes + np.array([-GAP, -GAP, GAP, GAP])).T)[:, None]
    leaders, drawn = candidates.lines[:, None], np.array(placer.leaders, dtype=object)
    starts = shapely.points(np.nan_to_num(candidates.starts, nan=-1e9))[:, None]
    free = shapely.covers(shapely.box(*VIEW), boxes[:, 0])
    free &= ~shapely.relate_pattern(rooms, reserved, "T********").any(axis=1)  # interiors meet
    free &= ~(shapely.intersects(leaders, reserved) & ~shapely.intersects(starts, reserved)).any(
        axis=1
    )
    for shape in (boxes, leaders):
        free &= ~shapely.intersects(shape, drawn).any(axis=1)
    lines = np.array(placer.lines)
    if own < 0:
        costs = candidates.costs + 3.0 * shapely.intersects(boxes, lines).sum(axis=1)
    else:
        others = [x for x in lines if not x.is_empty and not is_drawn_as(x, lines[own])]
        apart = np.where(
            candidates.starts[:, :1] == candidates.starts[:, :1],
            0.0,
            shapely.distance(boxes, lines[own]),
        )
        free &= (shapely.distance(boxes, others) > apart + CLEAR).all(axis=1)
        costs = candidates.costs
    costs = np.where(free, costs, np.inf)
    return candidates.boxes[costs.argmin()].tolist() if free.any() else None


@pytest.mark.thorough
@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(spots, st.integers(1, 400), widths), min_size=1, max_size=12),
    st.lists(st.tuples(spots, widths), max_size=12),
)
@example([((260, 210), 10 + 14 * n, 90) for n in range(12)], [((260, 210), 100)])
@example([((500, 210), 8, 120)] * 8, [((500, 210), 150)] * 10)  # all need a leader
def test_each_label_gets_the_cheapest_free_position(rings, sites):
    placer = LabelPlacer(VIEW, [a_line(middle, radius) for middle, radius, _ in rings])
    markers = [Box.around(*spot, MARKER, MARKER) for spot, _ in sites]
    for marker in markers:
        placer.reserve(marker)
    wanted = [(around_point(*spot, width, HEIGHT, 5.0), -1) for spot, width in sites]
    wanted += [
        (along_line(shapely.get_coordinates(placer.lines[own]), middle, width, HEIGHT, 2.5), own)
        for own, (middle, _, width) in enumerate(rings)
        if not placer.lines[own].is_empty
    ]
    placed = []
    for candidates, own in wanted:
        expected = cheapest_free(placer, candidates, own)
        candidate = placer.place(candidates, own=own)
        assert (candidate and list(candidate.box)) == expected
        placed += [candidate] if candidate else []
    none_over_another(placed)


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(spots, st.lists(st.tuples(st.integers(1, 400), widths), min_size=70, max_size=100))
def test_labels_of_a_hundred_rings_around_one_origin_do_not_overlap(origin, rings):
    placer = LabelPlacer(VIEW, [a_line(origin, radius) for radius, _ in rings])
    paths = [shapely.get_coordinates(line) for line in placer.lines]
    candidates = [
        placer.place(along_line(path, origin, width, HEIGHT, 2.5), own=own)
        for own, (path, (_, width)) in enumerate(zip(paths, rings, strict=True))
        if len(path)
    ]
    none_over_another([candidate for candidate in candidates if candidate])


def none_over_another(candidates):
    boxes = shapely.box(*np.array([candidate.box for candidate in candidates]).reshape(-1, 4).T)
    assert shapely.covers(shapely.box(*VIEW), boxes).all()
    one, other = np.triu_indices(len(boxes), 1)
    assert (shapely.distance(boxes[one], boxes[other]) > GAP - 1e-9).all()
    lines = [candidate.line for candidate in candidates if candidate.line]
    for number, line in enumerate(lines):
        assert not shapely.intersects(line, lines[:number]).any()
        start = shapely.Point(line.coords[0])  # it may be on a marker or a label
        assert (shapely.intersects(line, boxes) & ~shapely.intersects(start, boxes)).sum() <= 1


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("aiWT.-1٣م漢"), min_size=1, max_size=12), max_size=40),
    st.integers(30, 400),
    st.booleans(),
)
def test_wrapped_text_is_complete_and_as_wide_as_fits(words, width, bold):
    face, size = Typeface((FONT,)), 10.0
    lines = face.wrap(" ".join(words), size, width, bold=bold)
    assert "".join(lines).replace(" ", "") == "".join(words)
    for line in lines:
        assert face.width(line, size, bold=bold) <= width or len(line) == 1
    whole = all(face.width(word, size, bold=bold) <= width for word in words)  # no word was split
    for line, following in pairwise(lines) if whole else ():
        longer = f"{line} {following.split()[0]}"
        assert face.width(longer, size, bold=bold) > width


@pytest.mark.thorough
@pytest.mark.parametrize("count", [300, 600])
def test_work_on_labels_does_not_grow_with_the_square_of_the_rings(monkeypatch, count):
    tried = []
    place = LabelPlacer.place

    def counted(self, candidates, **options):
        tried.append(len(candidates.costs))
        return place(self, candidates, **options)

    monkeypatch.setattr(LabelPlacer, "place", counted)
    pairs = [f"40 km @ {n // 30},{n % 30}" for n in range(count)]
    files = MapFiles(rm.Scenario(pairs=pairs, sites=[]).select(), PictureOptions(size="600x400"))
    svg = files.picture.to_svg().decode()
    assert len(tried) < 1000  # for 300 and for 600 pairs
    drawn = re.findall(r'<g id="line-headline-range--', svg)
    assert len(drawn) == count
