"""The verdict rule, case by case, worked out by hand from its definition."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rangemap.catalogue import Claim, ClaimKind, Source, make_band
from rangemap.check.verdicts import REASONS, VERDICTS, judge
from rangemap.wording.quantities import parse_range


def band(*figures: str):
    return make_band(
        [
            Claim(id=f"c{n}", range=parse_range(text), source=Source(publisher="P"))
            for n, text in enumerate(figures)
        ]
    )


PLAIN = band("up to 300 km")
DIFFER = band("up to 193 km", "up to 500 km")
DONUT = band("up to 300 km (min 50 km)")
MINIMUMS = band("up to 300 km (min 50 km)", "up to 300 km (min 70 km)", "up to 300 km")
AT_LEAST = band("at least 300 km")
CROSSED = band("up to 100 km", "up to 300 km (min 120 km)")
NEVER_INSIDE = band("up to 2 km (min 1 km)", "up to 4 km (min 3 km)")
INSIDE_AT_ONE = band("up to 5 km (min 2 km)", "up to 9 km (min 5 km)")

CASES = [
    # claims, d km, p km, verdict, reason, claims that reach the site
    # one figure, exact positions
    (PLAIN, 299.0, 0, "inside", "", 1),
    (PLAIN, 300.0, 0, "inside", "", 1),
    (PLAIN, 300.001, 0, "outside", "", 0),
    (PLAIN, 0.0, 0, "inside", "", 1),
    # one figure, positions accurate to 2 km
    (PLAIN, 298.0, 2, "inside", "", 1),
    (PLAIN, 298.001, 2, "disputed", "position", 1),
    (PLAIN, 301.999, 2, "disputed", "position", 0),
    (PLAIN, 302.0, 2, "disputed", "position", 0),
    (PLAIN, 302.001, 2, "outside", "", 0),
    # within the precision: d - p is negative, which is not a reason for doubt
    (PLAIN, 1.0, 2, "inside", "", 1),
    # two figures
    (DIFFER, 193.0, 0, "inside", "", 2),
    (DIFFER, 194.0, 0, "disputed", "claims differ", 1),
    (DIFFER, 500.0, 0, "disputed", "claims differ", 1),
    (DIFFER, 500.1, 0, "outside", "", 0),
    (DIFFER, 192.0, 2, "disputed", "position", 2),
    (DIFFER, 194.0, 2, "disputed", "claims differ, position", 1),
    (DIFFER, 300.0, 2, "disputed", "claims differ", 1),
    (DIFFER, 499.0, 2, "disputed", "claims differ, position", 1),
    (DIFFER, 501.0, 2, "disputed", "position", 0),
    (DIFFER, 503.0, 2, "outside", "", 0),
    # one published minimum
    (DONUT, 49.999, 0, "too_close", "", 0),
    (DONUT, 50.0, 0, "inside", "", 1),
    (DONUT, 47.9, 2, "too_close", "", 0),
    (DONUT, 48.0, 2, "disputed", "position", 0),
    (DONUT, 51.0, 2, "disputed", "position", 1),
    (DONUT, 52.0, 2, "inside", "", 1),
    (DONUT, 0.0, 0, "too_close", "", 0),
    # different minimums: the claims disagree between them
    (MINIMUMS, 49.0, 0, "too_close", "", 1),
    (MINIMUMS, 60.0, 0, "disputed", "claims differ", 2),
    (MINIMUMS, 70.0, 0, "inside", "", 3),
    # a minimum above another claim's range: no distance is inside for all
    (CROSSED, 90.0, 0, "too_close", "", 1),
    (CROSSED, 110.0, 0, "too_close", "", 0),
    (CROSSED, 130.0, 0, "disputed", "claims differ", 1),
    # the claims differ at every distance from the smallest minimum to the longest range, so
    # that an imprecise position matters only at the ends
    (NEVER_INSIDE, 2.0, 1, "disputed", "claims differ", 1),
    (NEVER_INSIDE, 2.5, 1.5, "disputed", "claims differ", 0),
    (NEVER_INSIDE, 2.0, 1.001, "disputed", "claims differ, position", 1),
    (NEVER_INSIDE, 3.0, 1.001, "disputed", "claims differ, position", 1),
    (NEVER_INSIDE, 0.5, 0.5, "disputed", "position", 0),
    (NEVER_INSIDE, 4.5, 0.5, "disputed", "position", 0),
    (CROSSED, 150.0, 20, "disputed", "claims differ", 1),
    (CROSSED, 150.0, 31, "disputed", "claims differ, position", 1),
    # disputed at both ends of what the position leaves open, but not at one distance between
    (INSIDE_AT_ONE, 4.0, 0.999, "disputed", "claims differ", 1),
    (INSIDE_AT_ONE, 4.0, 1, "disputed", "claims differ, position", 1),
    (INSIDE_AT_ONE, 5.0, 1, "disputed", "position", 2),
    (INSIDE_AT_ONE, 6.0, 2, "disputed", "claims differ, position", 1),
    # a top figure published as a minimum
    (AT_LEAST, 300.0, 0, "inside", "", 1),
    (AT_LEAST, 301.0, 0, "outside", "published as a minimum", 0),
    (AT_LEAST, 301.0, 2, "disputed", "position", 0),
    (band("at least 300 km", "up to 500 km"), 501.0, 0, "outside", "", 0),
    # one claim with two ends
    (band("200-300 km"), 250.0, 0, "disputed", "claims differ", 1),
]


@pytest.mark.parametrize(("claims", "d", "p", "verdict", "reason", "reaching"), CASES)
def test_the_verdict_follows_the_rule(claims, d, p, verdict, reason, reaching):
    found = judge(claims, np.array([d * 1000]), p * 1000)
    assert VERDICTS[found.verdicts[0]] == verdict
    assert REASONS[found.reasons[0]] == reason
    assert found.claims_reaching[0] == reaching
    assert (found.verdicts.dtype, found.reasons.dtype) == (np.uint8, np.uint8)


def test_a_claim_without_a_figure_reaches_no_site():
    flown = Claim(id="t", kind=ClaimKind.FLIGHT, source=Source(publisher="P"))
    claims = make_band([*PLAIN.claims, flown])
    assert judge(claims, np.array([0.0, 300e3, 301e3])).claims_reaching.tolist() == [1, 1, 0]


_km = st.floats(0, 20_004)
_figures = st.lists(
    st.tuples(st.integers(10, 5000), st.integers(0, 500), st.none() | st.integers(1, 9)),
    min_size=1,
    max_size=5,
)


def _text(low, more, minimum):
    figure = f"{low}-{low + more} km" if more else f"up to {low} km"
    return figure if minimum is None else f"{figure} (min {minimum} km)"


@given(figures=_figures, d=_km, p=st.floats(0, 50))
def test_the_rule_holds_exactly_for_any_claims(figures, d, p):
    # The rule of the contract, restated independently for one site.
    claims = band(*(_text(*figure) for figure in figures))
    low = min(low for low, _, _ in figures) * 1000
    high = max(low + more for low, more, _ in figures) * 1000
    minimums = [minimum * 1000 for _, _, minimum in figures if minimum is not None]
    d, p = d * 1000, p * 1000
    if minimums and d + p < min(minimums):
        expected = "too_close"
    elif d - p > high:
        expected = "outside"
    elif d + p <= low and (not minimums or d - p >= max(minimums)):
        expected = "inside"
    else:
        expected = "disputed"
    found = judge(claims, np.array([d]), p)
    assert VERDICTS[found.verdicts[0]] == expected
    assert (REASONS[found.reasons[0]] == "") == (expected != "disputed")


@given(figures=_figures, d=_km, p=st.floats(0, 50))
def test_a_certain_verdict_holds_for_every_possible_position(figures, d, p):
    claims = band(*(_text(*figure) for figure in figures))
    verdict = judge(claims, np.array([d * 1000]), p * 1000).verdicts[0]
    within = np.linspace(max(d - p, 0), d + p, 9) * 1000
    if VERDICTS[verdict] != "disputed":
        # Half a millimetre of margin for the rounding of the end points.
        assert (judge(claims, within[1:-1]).verdicts == verdict).all()


class Limits(NamedTuple):
    """The limits of a band, found in its claims without `make_band`."""

    low: float
    high: float
    minimums: tuple[float, ...]

    def at(self, d):
        """Return the verdict of one exact distance: the rule with p = 0."""
        if self.minimums and d < min(self.minimums):
            return "too_close"
        if d > self.high:
            return "outside"
        if d <= self.low and (not self.minimums or d >= max(self.minimums)):
            return "inside"
        return "disputed"

    def reason(self, d, possible):
        """Return the reason for a site at d, given enough of the distances that are possible."""
        verdicts = {self.at(distance) for distance in possible}
        if verdicts in ({"inside"}, {"outside"}, {"too_close"}):
            return ""
        if self.at(d) != "disputed":
            return "position"
        return "claims differ" if verdicts == {"disputed"} else "claims differ, position"


_metres = st.integers(1, 9)


@st.composite
def _figures_in_metres(draw):
    low, high = sorted((draw(_metres), draw(_metres)))
    least = draw(st.integers(0, low - 1))
    return low, high, least


@given(
    figures=st.lists(_figures_in_metres(), min_size=1, max_size=3),
    d=st.integers(0, 12),
    p=st.integers(0, 4),
)
# From the smaller minimum up to the larger one.
@example(figures=[(9, 9, 2), (9, 9, 5)], d=3, p=1)
@example(figures=[(9, 9, 2), (9, 9, 5)], d=4, p=1)
# Past limits of the band between which the verdict stays the same.
@example(figures=[(2, 2, 1), (4, 4, 3)], d=2, p=1)
# Inside at one distance only.
@example(figures=[(5, 5, 2), (9, 9, 5)], d=4, p=2)
def test_the_reason_matches_the_verdicts_of_all_possible_distances(figures, d, p):
    # All limits are whole metres, so that half metres fall on each side of each of them.
    claims = band(
        *(
            (f"{low}-{high} m" if low < high else f"up to {high} m")
            + (f" (min {least} m)" if least else "")
            for low, high, least in figures
        )
    )
    lows, highs, least = zip(*figures, strict=True)
    limits = Limits(min(lows), max(highs), tuple(filter(None, least)))
    possible = [half / 2 for half in range(max(2 * (d - p), 0), 2 * (d + p) + 1)]
    found = judge(claims, np.array([float(d)]), float(p))
    assert REASONS[found.reasons[0]] == limits.reason(d, possible)


_figures_with_minimums = st.lists(
    st.tuples(st.integers(10, 400), st.integers(0, 400), st.none() | st.integers(1, 399)).filter(
        lambda figure: figure[2] is None or figure[2] < figure[0]
    ),
    min_size=1,
    max_size=5,
)


@given(
    figures=_figures_with_minimums,
    d=st.floats(0, 900) | st.integers(0, 900),
    p=st.floats(0, 300) | st.integers(0, 300),
)
def test_the_reason_is_exact_at_and_just_beyond_every_limit(figures, d, p):
    # The verdict of an exact distance changes at a limit only: the ends of what is possible, the
    # limits between them and the next number on either side of each are all that can differ. Besides
    # the site drawn, sites at and between the limits are judged, with precisions that just reach them.
    claims = band(*(_text(*figure) for figure in figures))
    lows, more, minimums = zip(*figures, strict=True)
    limits = Limits(
        min(lows) * 1000.0,
        max(low + wide for low, wide in zip(lows, more, strict=True)) * 1000.0,
        tuple(minimum * 1000.0 for minimum in minimums if minimum is not None),
    )
    ends = (limits.low, limits.high, *limits.minimums)
    sites = [
        (at, precision)
        for at in {d * 1000.0, *ends, *((a + b) / 2 for a in ends for b in ends)}
        for precision in {0.0, p * 1000.0, *(x for end in ends for x in beside(abs(at - end)))}
        if precision >= 0
    ]
    distances, precisions = np.array(sites).T
    found = judge(claims, distances, precisions)
    for (at, precision), code in zip(sites, found.reasons, strict=True):
        near, far = max(at - precision, 0.0), at + precision
        possible = [x for end in ends for x in beside(end) if near <= x <= far]
        assert REASONS[code] == limits.reason(at, [near, at, far, *possible]), (at, precision)


def beside(number):
    return math.nextafter(number, -math.inf), number, math.nextafter(number, math.inf)


def test_claims_with_minimums_reach_only_between_their_ends():
    both = band("up to 300 km (min 50 km)", "up to 400 km (min 350 km)")
    found = judge(both, np.array([40e3, 60e3, 320e3, 360e3, 401e3]))
    assert found.claims_reaching.tolist() == [0, 1, 0, 1, 0]
    assert found.claims_reaching.dtype == np.int64
