"""Ranges as tables write them, in the words that `rangemap.wording.quantities` parses."""

from __future__ import annotations

import re
from typing import Final

from rangemap.errors import QuantityError
from rangemap.limits import LONGEST_RANGE
from rangemap.wording.quantities import Range, parse_range

_FOOTNOTE: Final = re.compile(
    r"\s*\[(?:[0-9]{1,3}|[a-z]|[ivx]{1,5}|(?:note|nb|n)\.? ?[0-9]{0,3}|citation needed|\?)\]"
    r"|(?<=[\w.)\]+])\s?[*†‡§]+(?=\s|$)"
    r"|(?<=[\w.)\]]) ?[¹²³⁰⁴-⁹]+(?=\s|$)"
    r"|<ref[^<>]{0,200}/>|<ref(?:\s[^<>]{0,200})?>[^<>]{0,1000}</ref>"
    r"|\{\{\s*(?:citation needed|cn|fact|efn|refn|sfn|dubious)\b[^{}]{0,500}\}\}",
    re.IGNORECASE,
)
_SPACE: Final = re.compile(r"&(?:nbsp|thinsp|#160|#xa0);|<br ?/?>", re.IGNORECASE)
_MISSING: Final = re.compile(
    r"n\.?\s?/?\s?a\.?|not (?:available|applicable|known|disclosed|published)|unknown|unk\.?|tbd|tba"
    r"|classified|undisclosed|none|nil|null|[-–—−?.…]{1,3}",
    re.IGNORECASE,
)
_DASHES: Final = re.compile("\\s*[‐‑‒–—―−]\\s*")  # noqa: RUF001  the dashes of tables
_GROUPS: Final = re.compile(
    "(?<![0-9.,])[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f'’][0-9]{3}){1,3}(?![0-9])"
)
_WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        ((r"^(?:(?:well |far |just )?(?:over|above)|more than|greater than|(?:in )?excess of|upwards of"
         r"|exceeding|exceeds|beyond|>=|≥|>)\s*(?=[0-9])"), "at least "),
        (r"^(?:less than|under|max(?:imum)?\.?|maximum of|<=|≤|<)\s*:?\s*(?=[0-9])", "up to "),
        (r"^(?:approx(?:imately|\.)?|around|roughly|circa|ca?\.|est(?:imated)?\.?|≈|~)\s*(?=[0-9])", "about "),
        (r"^from\s+(?=[0-9])", ""),
        (r"\b(?:nautical|naut\.?) ?(?:mi(?:les?)?\b\.?|m\b\.?)", "nmi"),
        (r"(?<=[0-9 ])n\. ?m\.?(?: ?i\.?)?(?=\s|$|\))", "nmi"),
        (r"(?<=[0-9 ])n ?mi?(?=\s|$|[)\-/;+])", "nmi"),
        (r"(?<=[0-9 ])(?:kms|kilomet(?:re|er)s?|km)\b\.?", "km"),
        (r"\bmi\.(?=\s|$|\))", "mi"),
    )
)  # fmt: skip
_PLUS: Final = re.compile(r"([0-9])\s?\+|([a-z])\s?\+(?=$|\s|\))", re.IGNORECASE)
_BOUND: Final = re.compile(r"(?!range)[a-z≥≤<>~≈]", re.IGNORECASE)
_BOUNDED: Final = re.compile(r"(?:at least|up to|about|between|~)\s", re.IGNORECASE)
_UNIT: Final = r"[^\W\d_]+(?: [^\W\d_]+)?"
_NUMBER: Final = r"[0-9][0-9.,]*"
_TEMPLATE: Final = re.compile(
    rf"\{{\{{\s*(?:convert|cvt)\s*\|\s*(?P<low>{_NUMBER})(?:\|(?:-|–|to|and)\|(?P<high>{_NUMBER}))?"
    r"\|(?P<unit>km|mi|nmi|m)\b[^{}]{0,200}\}\}",
    re.IGNORECASE,
)
"""Wikipedia's template for a figure with its conversion."""
_LINKS: Final = re.compile(rf"(?<=[0-9])\s*(?:\.{{2,3}}|…|[~〜\uff5e])\s*(?={_NUMBER})")
_AROUND: Final = (
    (re.compile(r"^max(?:imum|\.)? range(?: of)?\s*:?\s*(?=[0-9])", re.IGNORECASE), "up to"),
    (re.compile(r"^(?:operational )?range(?: of)?\s*:?\s*(?=\S)", re.IGNORECASE), ""),
    (re.compile(r"(?<=[a-z])\s+range$", re.IGNORECASE), ""),
    (re.compile(r"\s*(?:\(\s*max(?:imum|\.)?\s*\)|\bmax(?:imum|\.)?)$", re.IGNORECASE), "up to"),
    (re.compile(r"\s*(?:\(\s*(?:est(?:imated|\.)?|approx(?:imate(?:ly)?|\.)?)\s*\)"
                r"|\b(?:est(?:imated|\.)|approx(?:imately|\.)))$", re.IGNORECASE), "about"),
    (re.compile(r"\s+(?:or (?:more|greater|longer)|and (?:above|over|more))$", re.IGNORECASE), "at least"),
)  # fmt: skip
"""Words before or after a range, and the bound that they mean."""
_BETWEEN_UNITS: Final = rf"{_NUMBER}\s*{_UNIT}"
_MINIMUM_FIRST: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"min(?:imum|\.)?:?\s*(?P<min>{_BETWEEN_UNITS})\s*[,;/]\s*max(?:imum|\.)?:?\s*(?P<max>{_BETWEEN_UNITS})",
        rf"(?P<min>{_BETWEEN_UNITS})\s*\(min\.?\)\s*[\-,;/]\s*(?P<max>{_BETWEEN_UNITS})\s*\(max\.?\)",
        rf"(?P<min>{_NUMBER})\s*-\s*(?P<max>{_NUMBER}\s*(?P<unit>{_UNIT}))\s*\(min\.?\s*[-/]\s*max\.?\)",
    )
)
_EACH_CONVERTED: Final = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<unit>{_UNIT}?)\s*\((?P<one>{_NUMBER})\s*(?P<other>{_UNIT}?)\)\s*(?:-|to\b|and\b)\s*"
    rf"(?P<high>{_NUMBER})\s*(?P=unit)\s*\((?P<two>{_NUMBER})\s*(?P=other)\)",
    re.IGNORECASE,
)
_TWO_UNITS: Final = re.compile(
    rf"(?:.*\s)?{_NUMBER}\s*(?P<unit>km|mi|nmi|m)\s*(?:-|to\b)\s*{_NUMBER}\s*(?P<other>km|mi|nmi|m)(?![a-z]).*",
    re.IGNORECASE,
)
_FIGURE: Final = rf"[0-9][0-9.,]*(?:(?:\s*-\s*|\s+to\s+)[0-9][0-9.,]*)?\s*{_UNIT}"
_CONVERTED: Final = re.compile(
    rf"(?P<kept>.*?{_FIGURE})\s*(?:[(\[]\s*(?!min\b)(?P<bracket>[^()\[\]]+?)\s*[)\]]|[/;=]\s*(?P<after>[^()]+?))"
    r"(?P<minimum>\s*\(min\b.*\))?",
    re.IGNORECASE,
)
_TWICE: Final = re.compile(
    rf"(?P<head>.*?[0-9])\s*(?P<unit>{_UNIT}?)(?P<link>\s*-\s*|\s+to\s+|\s+and\s+)(?P<high>[0-9][0-9.,]*\s*(?P=unit)\b.*)",
    re.IGNORECASE,
)
_SEVERAL: Final = re.compile(rf"{_FIGURE}.*?[,;/].*?{_FIGURE}|[0-9]\s*[;/]\s*[0-9]", re.IGNORECASE)
_TOLERANCE: Final = 0.05
"""Largest relative difference of a figure and its conversion, which is often rounded."""


def without_footnotes(text: str) -> str:
    """Return text without footnote marks such as ``[3]``, ``†`` and superscript figures.

    Examples
    --------
    >>> without_footnotes("Fateh-110[1]"), without_footnotes("300 km†"), without_footnotes("R-17 (8K14)")
    ('Fateh-110', '300 km', 'R-17 (8K14)')
    """
    return _FOOTNOTE.sub("", text).strip()


def is_missing(text: str) -> bool:
    """Whether a cell states that there is no value.

    Examples
    --------
    >>> [is_missing(text) for text in ("N/A", "—", "unknown", "300 km", "NATO")]
    [True, True, True, False, False]
    """
    return _MISSING.fullmatch(text.strip()) is not None


def plain_phrase(text: str) -> str:
    """Return a range in the words that `parse_range` takes; figures are unchanged.

    Examples
    --------
    >>> for text in ("over 300 km[4]", "300+ km", "200 – 300 km", "1 300 km", "160 nautical miles"):
    ...     print(plain_phrase(text))
    at least 300 km
    at least 300 km
    200-300 km
    1300 km
    160 nmi
    """
    text = " ".join(_SPACE.sub(" ", without_footnotes(text)).split())
    if len(text) > LONGEST_RANGE:
        return text  # `parse_range` refuses it
    text = _TEMPLATE.sub(
        lambda match: (
            f"{match['low']}{'-' + match['high'] if match['high'] else ''} {match['unit']}"
        ),
        text,
    )
    text = _LINKS.sub("-", _DASHES.sub("-", text))
    text = _GROUPS.sub(lambda match: re.sub(r"[^0-9]", "", match[0]), text)
    text = _bound_first(text)
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    if _PLUS.search(text):
        text = _PLUS.sub(lambda match: match[1] or match[2], text)
        text = text if _BOUNDED.match(text) else f"at least {text}"
    if twice := _TWICE.fullmatch(text):
        text = f"{twice['head']}{twice['link']}{twice['high']}" if twice["unit"] else text
    units = _TWO_UNITS.fullmatch(text)
    if units and units["unit"].lower() != units["other"].lower():
        raise QuantityError(
            f"two units, {units['unit']} and {units['other']}; write both figures in one"
        )
    return text


def _bound_first(text: str) -> str:
    """Return a range with its bound in front and its minimum behind, as far as it has such words."""
    for pattern in _MINIMUM_FIRST:
        if match := pattern.fullmatch(text):
            unit = match.groupdict().get("unit")
            return f"up to {match['max']} (min {match['min']}{' ' + unit if unit else ''})"
    for pattern, bound in _AROUND:
        shorter = pattern.sub("", text)
        if shorter == text:
            continue
        if not (bound and _BOUND.match(shorter)):
            text = f"{bound} {shorter}".strip()
        elif shorter.casefold().startswith(bound):
            text = shorter
    if match := _EACH_CONVERTED.search(text):
        pair = f"{match['low']}-{match['high']} {match['unit']} ({match['one']}-{match['two']} {match['other']})"
        text = text[: match.start()] + pair + text[match.end() :]
    return text


def without_conversion(phrase: str) -> str:
    """Return a range without its conversion to another unit, after checking that they agree.

    A mile whose conversion shows which one it is becomes ``statute mi`` or ``nmi``.

    Raises
    ------
    QuantityError
        If the two figures differ, or there are several figures.

    Examples
    --------
    >>> without_conversion("300 km (186 mi)"), without_conversion("150 mi (278 km)")
    ('300 km', '150 nmi')
    """
    if len(phrase) > LONGEST_RANGE:
        return phrase  # `parse_range` refuses it
    match = _CONVERTED.fullmatch(phrase)
    if _SEVERAL.search(phrase) and (match is None or _SEVERAL.search(match["kept"])):
        raise QuantityError(f"{phrase!r} has several figures; write one row for each")
    if match is None:
        return phrase
    kept, minimum = match["kept"], match["minimum"] or ""
    others = [part.strip() for part in re.split(r"[;/,]\s+", match["bracket"] or match["after"])]
    miles = re.compile(r"(?<!nautical )(?<!statute )\bmi(?:les?)?\b", re.IGNORECASE)
    readings = [kept]
    if miles.search(kept):
        readings = [miles.sub("mi", kept), miles.sub("nmi", kept)]
    for reading in readings:
        one = parse_range(reading)
        if all(_agree(one, _parse_other(other, one)) for other in others):
            is_statute = len(readings) > 1 and reading is readings[0]
            return f"{miles.sub('statute mi', kept) if is_statute else reading}{minimum}"
    raise QuantityError(
        f"{kept!r} and {others[0]!r} are different distances; keep the published figure"
    )


def _parse_other(text: str, one: Range) -> Range:
    """Parse a conversion; if it names no unit or the same one, it is another figure."""
    try:
        other = parse_range(plain_phrase(text))
    except QuantityError as error:
        raise QuantityError(
            f"{text!r} beside {one} is not a conversion of it; move it to the note or the variant"
        ) from error
    if other.unit == one.unit:
        raise QuantityError(f"{text!r} is a second figure in the same unit; write one row for each")
    return other


def _agree(one: Range, other: Range) -> bool:
    pairs = ((one.low_m, other.low_m), (one.high_m, other.high_m))
    return all(abs(a - b) <= _TOLERANCE * max(a, b) for a, b in pairs)
