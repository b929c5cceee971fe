"""The verdict rule, case by case, worked out by hand from its definition."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rangemap.catalogue import Claim, ClaimKind, Source, make_band
from rangemap.check.verdicts import REASONS, VERDICTS, judge
from rangemap.quantities import parse_range


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


_metres = st.integers(1, 9)


@st.composite
def _figures_in_metres(draw):
    low, high = sorted((draw(_metres), draw(_metres)))
    figure = f"up to {high} m" if low == high else f"{low}-{high} m"
    least = draw(st.integers(0, low - 1))
    return f"{figure} (min {least} m)" if least else figure


@given(
    figures=st.lists(_figures_in_metres(), min_size=1, max_size=3),
    d=st.integers(0, 12),
    p=st.integers(0, 4),
)
# From the smaller minimum up to the larger one.
@example(figures=["up to 9 m (min 2 m)", "up to 9 m (min 5 m)"], d=3, p=1)
@example(figures=["up to 9 m (min 2 m)", "up to 9 m (min 5 m)"], d=4, p=1)
def test_the_reason_matches_the_verdicts_of_all_possible_distances(figures, d, p):
    # All bounds are whole metres, so that half metres fall on each side of each of them.
    claims = band(*figures)
    meant = np.arange(2 * (d - p), 2 * (d + p) + 1) / 2
    exact = judge(claims, np.array([float(d)]))
    differs = VERDICTS[exact.verdicts[0]] == "disputed"
    unsure = _distinct(claims, meant) > 1
    found = judge(claims, np.array([float(d)]), float(p))
    expected = ", ".join(
        word for word, holds in (("claims differ", differs), ("position", unsure)) if holds
    )
    if VERDICTS[found.verdicts[0]] != "disputed":
        expected = ""
    assert REASONS[found.reasons[0]] == expected


def _distinct(claims, distances):
    """Count the verdicts of exact distances; a gap between two disputed parts counts."""
    return len(set(judge(claims, distances).verdicts.tolist()))


def test_claims_with_minimums_reach_only_between_their_ends():
    both = band("up to 300 km (min 50 km)", "up to 400 km (min 350 km)")
    found = judge(both, np.array([40e3, 60e3, 320e3, 360e3, 401e3]))
    assert found.claims_reaching.tolist() == [0, 1, 0, 1, 0]
    assert found.claims_reaching.dtype == np.int64
