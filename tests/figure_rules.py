"""The rules of displayed figures, computed independently from the published phrases as fractions.

No code of rangemap is used: PyYAML reads the catalogue, a pattern parses the figures, and units are
used by their definitions. `expected` returns the texts of a weapon's band in a unit.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path
from typing import NamedTuple

import yaml

METRES = {
    "km": Fraction(1000),
    "mi": Fraction(1_609_344, 1000),
    "nmi": Fraction(1852),
    "m": Fraction(1),
}
CATALOGUE = Path(__file__).resolve().parents[1] / "data" / "weapons.yaml"
PHRASE = re.compile(
    r"(?:(up to|about|at least) )?([\d,.]+)(?:-([\d,.]+))? (km|mi|nmi|m)(?: \(min ([\d,.]+) (km|mi|nmi|m)\))?"
)
OWN_TARGET = {
    "surface-to-air missile": "aircraft",
    "ballistic missile defence interceptor": "ballistic missile",
}
MARKS = {"about": "~", "at least": "≥"}


class Published(NamedTuple):
    """One claim: its phrase without the minimum, its ends and minimum in metres."""

    phrase: str
    mark: str
    low: Fraction
    high: Fraction
    unit: str
    least: Fraction | None
    least_unit: str | None
    date: str


class Texts(NamedTuple):
    """The displayed texts of a band in one unit."""

    label: str
    headline: str
    range: str
    low: str
    high: str
    least: str | None


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def published(text: str, date: str = "") -> Published:
    bound, low, high, unit, least, least_unit = PHRASE.fullmatch(text).groups()
    size = METRES[unit]
    low_m = number(low) * size
    return Published(
        phrase=text.partition(" (min")[0] if bound or high else f"about {text.partition(' (')[0]}",
        mark="" if high else MARKS.get(bound or "about", ""),
        low=low_m,
        high=number(high) * size if high else low_m,
        unit=unit,
        least=number(least) * METRES[least_unit] if least else None,
        least_unit=least_unit,
        date=date,
    )


def label(name: str, variant: str) -> str:
    """The name of a variant: brackets do not follow brackets."""
    base, _, note = name.removesuffix(")").partition(" (")
    if (note or "(" in variant) and base in variant:
        return variant
    notes = [note, variant] if note not in ("", "family") else [variant]
    return f"{base} ({', '.join(notes)})"


@cache
def catalogue() -> dict[str, list[Published]]:
    """The drawable claims of each weapon, plain or of its default variant, as published."""
    weapons = yaml.safe_load(CATALOGUE.read_text("utf-8"))["weapons"]
    found = {}
    for weapon in weapons:
        drawn = [
            claim
            for claim in weapon["claims"]
            if claim.get("kind", "range") == "range"
            and not claim.get("doubtful")
            and "retracted" not in claim
            and claim.get("target", OWN_TARGET.get(weapon["category"]))
            == OWN_TARGET.get(weapon["category"])
        ]
        name, variant = weapon["name"], None
        if all("variant" in claim for claim in drawn):
            variant = weapon.get("default_variant")
            name = label(name, variant) if variant else name
        claims = [
            published(claim["range"], str(claim["source"].get("date", "")))
            for claim in drawn
            if claim.get("variant") == variant
        ]
        if claims:
            found[name] = claims
    return found


def to_digits(value: Fraction, digits: int) -> Fraction:
    """Round half up to significant digits."""
    step = Fraction(1)
    while value / step >= 10:
        step *= 10
    while value / step < 1:
        step /= 10
    step *= Fraction(10) ** (1 - digits)
    return floor(value / step + Fraction(1, 2)) * step


def converted(value: Fraction, digits: int = 2) -> Fraction:
    """Round to the fewest digits, at least some number, that change a value by at most 1 %."""
    return next(
        shown
        for shown in (to_digits(value, n) for n in range(digits, 20))
        if abs(shown - value) <= value / 100
    )


def written(value: Fraction) -> str:
    text = f"{float(value):,.9f}".rstrip("0").rstrip(".")
    return f"{text}0" if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text) else text


def shown(metres: Fraction, units: Iterable[str], unit: str, digits: int = 2) -> Fraction:
    value = metres / METRES[unit]
    return value if unit in units else converted(value, digits)


def headline_shown(km: float, published_phrase: str) -> Fraction:
    """The headline as displayed in km: unchanged if published so, else with few digits."""
    exact = Fraction(repr(float(km)))
    return exact if published_phrase.endswith(" km") else converted(exact)


def chosen(claims: list[Published]) -> list[Published]:
    """The claims that decide on a figure that several share: without a qualifier, newest first."""
    newest_first = sorted(claims, key=lambda claim: claim.date, reverse=True)
    return [claim for claim in newest_first if not claim.mark] or newest_first


def expected(claims: list[Published], unit: str) -> Texts:
    low, high = min(c.low for c in claims), max(c.high for c in claims)
    headline = sorted(c.high for c in claims)[len(claims) // 2]
    at_low = chosen([c for c in claims if c.low == low])
    at_high = chosen([c for c in claims if c.high == high])
    at_headline = chosen([c for c in claims if c.high == headline])

    def value(metres: Fraction, of: list[Published], digits: int = 2) -> Fraction:
        return shown(metres, [c.unit for c in of], unit, digits)

    plain = [
        (at_low[0].mark, value(low, at_low)),
        (at_headline[0].mark, value(headline, at_headline)),
        (at_high[0].mark, value(high, at_high)),
    ]
    one = low == high or len(set(plain)) == 1
    # A figure published in this unit is shown unchanged, so the rounded ends must enclose it.
    fixed = headline / METRES[unit] if unit in [c.unit for c in at_headline] else None
    ends = next(
        (a, b)
        for a, b in ((value(low, at_low, n), value(high, at_high, n)) for n in range(2, 20))
        if one or (a < b and (fixed is None or a <= fixed <= b))
    )
    texts = [at_low[0].mark + written(ends[0]), at_high[0].mark + written(ends[1])]
    # The line is between the ends, also as displayed.
    line = next(
        line
        for line in (value(headline, at_headline, n) for n in range(2, 20))
        if ends[0] <= line <= ends[1]
    )
    label = f"{at_headline[0].mark}{written(line)} {unit}"
    foreign = unit not in [c.unit for c in at_headline]
    minimums = [c for c in claims if c.least is not None]
    least = None
    if minimums:
        smallest = min(c.least for c in minimums)
        of = [c.least_unit for c in chosen([c for c in minimums if c.least == smallest])]
        least = f"{written(shown(smallest, of, unit))} {unit}"
        if unit not in of:
            least += f" (published: {written(smallest / METRES[of[0]])} {of[0]})"
    return Texts(
        label=label,
        headline=f"{label} (published: {at_headline[0].phrase})" if foreign else label,
        range=f"{texts[1] if one else '–'.join(texts)} {unit}",
        low=texts[0],
        high=texts[1],
        least=least,
    )


def distance(metres: float, precision_m: float, unit: str, reaches=(), minimums=()) -> str:
    """A distance as displayed, on its own side of each limit."""
    size = METRES[unit]
    exact = Fraction(repr(float(metres))) / size
    precision = Fraction(repr(round(float(precision_m), 3))) / size
    step = Fraction(1, 10)
    for power in range(-1, 6):
        for digit in (1, 2, 5):
            candidate = digit * Fraction(10) ** power
            if candidate <= precision:
                step = max(step, candidate)
    while True:
        value = floor(exact / step + Fraction(1, 2)) * step
        kept = all((exact <= e / size) == (value <= e / size) for e in reaches)
        kept = kept and all((exact >= e / size) == (value >= e / size) for e in minimums)
        if kept:
            break
        step /= 10
    decimals = 0
    while step * 10**decimals % 1:
        decimals += 1
    return f"{float(value):,.{decimals}f} {unit}"
