"""All errors in a catalogue file at once, and warnings about suspicious records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import median
from typing import Final

from rangemap.catalogue.bands import make_system
from rangemap.catalogue.categories import category_of
from rangemap.catalogue.file import read_entries
from rangemap.catalogue.publishers import Publishers
from rangemap.catalogue.records import Claim, Weapon
from rangemap.catalogue.wording import BandText
from rangemap.errors import CatalogueError
from rangemap.io.documents import Document
from rangemap.io.findings import Finding, Level, Rule, errors_of
from rangemap.io.json_lines import Location
from rangemap.io.models import record_at
from rangemap.limits import quoted
from rangemap.names import closest, match_key
from rangemap.wording.figures import ENGLISH
from rangemap.wording.quantities import METRES

_IMPLAUSIBLE_RATIO: Final = 8
"""A ratio to the other claims above this, or below its inverse, suggests a lost digit."""
_MILE: Final = METRES["mi"] / METRES["km"]
_MILE_TOLERANCE: Final = 0.006
"""Largest relative difference from the ratio of a mile to a kilometre; figures are rounded."""
_CLOSE: Final = 86
"""Similarity from which the name of a publisher is suggested, of 100."""
_MOST_SUGGESTED: Final = 100
"""Publishers for which a name is suggested; each takes some milliseconds."""


def validate_catalogue(
    content: bytes, *, name: str, publishers: Publishers | None = None
) -> tuple[tuple[Weapon, ...], list[Finding]]:
    """Return the weapons of a catalogue file and all its errors and warnings.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 YAML.
    name : str
        Its name, as shown in the findings.
    publishers : Publishers, optional
        The list of publishers; those that it lacks are reported.

    Returns
    -------
    weapons : tuple of Weapon
        Empty if there are errors.
    findings : list of Finding
        All errors or, in a file without errors, a warning for every suspicious record:
        a range about ten times the other claims or a tenth of them, a range that
        suggests miles read as kilometres, a class that the range contradicts, a name
        that two weapons share, a source without address or date. There is no warning
        about a range that a second reader has ``checked``, nor about a class with a
        ``category_note``.

    Examples
    --------
    >>> _, found = validate_catalogue(b"weapons: [{id: X}]", name="w.yaml")
    >>> print(found[0])
    w.yaml:1: weapon 'X': id is 'X': expected lower-case words joined by hyphens, as in fateh-110
    """
    document, weapons, findings = read_entries(content, name=name)
    if document is None or errors_of(findings):
        return (), findings
    return weapons, [
        _warning(document, location, rule, message)
        for location, rule, message in sorted(
            (*_warnings(weapons), *_unlisted(weapons, publishers)), key=lambda found: found[0][1]
        )
    ]


def _warning(document: Document, location: Location, rule: Rule, message: str) -> Finding:
    record, _ = record_at(document.content, location)
    return Finding(
        file=document.name,
        line=document.line(location),
        record=record,
        message=message,
        level=Level.WARNING,
        rule=rule,
    )


def _warnings(weapons: Sequence[Weapon]) -> Iterator[tuple[Location, Rule, str]]:
    for index, message in _shared_names(weapons):
        yield ("weapons", index), Rule.SHARED_NAME, message
    for index, weapon in enumerate(weapons):
        where: Location = ("weapons", index)
        yield from ((where, Rule.CATEGORY_RANGE, text) for text in _class_contradicted(weapon))
        places = {claim.id: (*where, "claims", n) for n, claim in enumerate(weapon.claims)}
        for claim in weapon.claims:
            yield from ((places[claim.id], *gap) for gap in _source_gaps(claim))
        for variant in (None, *weapon.variants):
            claims = weapon.claims_of(variant)
            for claim, message in _lost_digits(claims):
                yield places[claim.id], Rule.UNUSUAL_RANGE, message
            for claim, message in _miles_for_kilometres(claims):
                yield places[claim.id], Rule.MILES_AS_KM, message


def _unlisted(
    weapons: Sequence[Weapon], publishers: Publishers | None
) -> Iterator[tuple[Location, Rule, str]]:
    """Report each publisher that is not in the list at its first claim."""
    if publishers is None:
        return
    known = [publisher.name for publisher in publishers.publishers]
    seen: set[str] = set()
    for index, weapon in enumerate(weapons):
        for number, claim in enumerate(weapon.claims):
            publisher = claim.source.publisher
            if publisher in seen or publishers.find(publisher).kind is not None:
                continue
            seen.add(publisher)
            near = closest(publisher, known, cutoff=_CLOSE) if len(seen) <= _MOST_SUGGESTED else []
            hint = f" (closest: {', '.join(near)})" if near else ""
            message = (
                f"publisher {quoted(publisher)} is not in the list of publishers{hint}, so its kind"
                " is `unknown` and it is credited last; use the name in the list if it is the same"
            )
            yield ("weapons", index, "claims", number), Rule.UNKNOWN_PUBLISHER, message


def _shared_names(weapons: Sequence[Weapon]) -> Iterator[tuple[int, str]]:
    owners: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for index, weapon in enumerate(weapons):
        for word in (weapon.name, *weapon.aliases):
            owners[match_key(word)].setdefault(index, word)
    for shared in owners.values():
        if len(shared) > 1:
            first, *others = shared
            for index in others:
                message = (
                    f"name {shared[index]!r} is also a name of weapon {weapons[first].id!r},"
                    " so it matches neither; remove it from one of them"
                )
                yield index, message


def _class_contradicted(weapon: Weapon) -> Iterator[str]:
    category = category_of(weapon.category)
    if category is None or weapon.category_note is not None:
        return
    try:
        band = make_system(weapon, None).band
    except CatalogueError:
        return
    low_km, high_km = category.usual_km
    # Publishers round: tolerate half a unit of the last digit.
    if not low_km * 0.995 <= band.headline_m / 1000 <= high_km * 1.005:
        yield (
            f"category {weapon.category!r} {'means' if category.defines else 'is usually'}"
            f" {low_km:,g} to {high_km:,g} km, but the headline is"
            f" {BandText(band, 'km').headline}; check both, or explain it in `category_note`"
        )


def _source_gaps(claim: Claim) -> Iterator[tuple[Rule, str]]:
    source = claim.source
    if source.title is not None and source.shown_title is None:
        message = (
            f"title {quoted(source.title)} was made from the address, so it is not shown; omit it,"
            " or give the headline as printed in `corrected_title`"
        )
        yield Rule.TITLE_FROM_ADDRESS, message
    if claim.source.url is None:
        yield Rule.NO_URL, "source has no url; add one so that readers can check it"
    if claim.source.date is None:
        message = "source has no date, so --as-of excludes the claim; add a year or month"
        yield Rule.NO_DATE, message


def _lost_digits(claims: Sequence[Claim]) -> Iterator[tuple[Claim, str]]:
    for claim in claims:
        others_m = [_upper_m(other) for other in claims if other is not claim]
        if others_m and claim.checked is None:
            times = _upper_m(claim) / median(others_m)
            if not 1 / _IMPLAUSIBLE_RATIO < times < _IMPLAUSIBLE_RATIO:
                message = (
                    f"range is {claim.figure!r}, {times:.2g} times the others"
                    f" ({ENGLISH.computed(median(others_m), 'km')}); verify it in the source and add"
                    " `checked`, or mark it `doubtful: true`"
                )
                yield claim, message


def _miles_for_kilometres(claims: Sequence[Claim]) -> Iterator[tuple[Claim, str]]:
    reported: set[str] = set()
    for one, other in combinations(claims, 2):
        small, large = sorted((one, other), key=_upper_m)
        ratio = _upper_m(large) / _upper_m(small)
        suspect = large if large.checked is None else small
        if (
            abs(ratio / _MILE - 1) < _MILE_TOLERANCE
            and not suspect.checked
            and suspect.id not in reported
        ):
            reported.add(suspect.id)
            than = small if suspect is large else large
            message = (
                f"range is {suspect.figure!r} where claim {than.id!r} has {than.figure!r}: miles"
                " may have been read as km; verify the unit in the source and add `checked`"
            )
            yield suspect, message


def _upper_m(claim: Claim) -> float:
    return claim.range.high_m if claim.range else 0.0
