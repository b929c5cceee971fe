"""The language of maps, pictures, reports and KML: fixed texts, numbers, dates and lists.

English needs no library; the other languages take their number symbols, months and
names of countries and cities from the Unicode data in babel (``pip install "rangemap[lang]"``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from rangemap.errors import OutputError
from rangemap.extras import requires_extra
from rangemap.names import closest
from rangemap.text import FIRST_STRONG_ISOLATE, POP_ISOLATE, isolated
from rangemap.wording.figures import Wording
from rangemap.wording.quantities import METRES, Bound, Range, format_number

LANGUAGES: Final = ("en", "ar", "fr")
"""Codes of the languages that outputs for people are written in; data files are in English."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Before these marks French has a space at which no line may break. The files have a plain one.
_FRENCH_SPACE = re.compile(r"(?<=\S) (?=[:;!?»])|(?<=«) ")
_NARROW_NO_BREAK_SPACE: Final = "\u202f"
_RIGHT_TO_LEFT_ISOLATE: Final = "\u2067"
_NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?(?:–[≥~]?\d[\d,]*(?:\.\d+)?)?%?")
_SQUARE_BRACKETS: Final = str.maketrans("()", "[]")
_COUNTRIES: Final = {
    # Natural Earth's short names that differ from the English names in the Unicode data.
    # Countries in neither (such as Somaliland) have no name on pages in other languages.
    "Bosnia and Herz.": "BA",
    "Cabo Verde": "CV",
    "Central African Rep.": "CF",
    "Congo": "CG",
    "Côte d'Ivoire": "CI",
    "Dem. Rep. Congo": "CD",
    "Dominican Rep.": "DO",
    "Eq. Guinea": "GQ",
    "Falkland Is.": "FK",
    "Hong Kong": "HK",
    "Macao": "MO",
    "Myanmar": "MM",
    "Palestine": "PS",
    "S. Sudan": "SS",
    "Solomon Is.": "SB",
    "Trinidad and Tobago": "TT",
    "Turkey": "TR",
    "United States of America": "US",
    "W. Sahara": "EH",
    "eSwatini": "SZ",
}


@dataclass(frozen=True)
class Language(Wording):
    """One language: its code, its phrases by key, and how it writes figures.

    Figures are rounded once, by `rangemap.wording.figures`; here they only get the
    language's number symbols and unit name. ``phrases`` are the texts that a page contains;
    ``documents`` are the other ones, for pictures, reports and KML. ``names`` are the
    categories and regions of the built-in catalogue by their English names.
    """

    code: str
    phrases: Mapping[str, str]
    documents: Mapping[str, str]
    names: Mapping[str, str]

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return self.phrases["direction"]

    def translate(self, key: str, **values: object) -> str:
        """Return the text of a key with values inserted for its placeholders.

        Examples
        --------
        >>> read_language("en").translate("line_at", figure="500 km")
        'line at 500 km'
        """
        phrase = self.phrases[key] if key in self.phrases else self.documents[key]
        return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), phrase)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the text for one or for another number of things, as ``KEY_one`` or ``KEY_other``.

        Examples
        --------
        >>> [read_language("en").count("count_claims", n) for n in (1, 2)]
        ['1 claim', '2 claims']
        """
        form = "one" if number == 1 else "other"
        return self.translate(f"{key}_{form}", count=self.number(f"{number:,}"), **values)

    def listed(self, texts: Iterable[str], *, between: str = "comma") -> str:
        """Return texts with the language's ``comma`` or its mark between ``clauses``."""
        return self.translate(between).join(texts)

    def enumerated(self, names: Sequence[str]) -> str:
        """Return names with commas, and a word before the last.

        Examples
        --------
        >>> read_language("en").enumerated(["Erbil", "Basra", "Mosul"])
        'Erbil, Basra and Mosul'
        """
        if len(names) == 1:
            return names[0]
        return self.translate("and_last", names=self.listed(names[:-1]), last=names[-1])

    def some(self, names: Sequence[str], most: int, *, between: str = "comma") -> str:
        """Return the first names and the number of the others.

        Examples
        --------
        >>> read_language("en").some(["Erbil", "Basra", "Mosul"], 1)
        'Erbil and 2 more'
        """
        shown, more = self.listed(names[:most], between=between), len(names) - most
        if more <= 0:
            return shown
        number = self.number(f"{more:,}")
        return f"{shown} {self.translate('find_more', count=number)}" if shown else number

    def name(self, text: str) -> str:
        """Return a name from the data, with bidi isolates where the text around it needs them."""
        if self.direction == "rtl":
            return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
        return isolated(text)

    def standalone(self, text: str) -> str:
        """Return a text from the data that is alone in its cell or line.

        From left to right it needs no isolates; from right to left, a bracket or full stop at
        its end would otherwise be displayed at its start.
        """
        return self.name(text) if self.direction == "rtl" else text

    def name_in_brackets(self, text: str) -> str:
        """Return a name for a text in round brackets: its own brackets become square.

        Examples
        --------
        >>> read_language("en").name_in_brackets("VOA Editorials (US government)")
        'VOA Editorials [US government]'
        """
        return self.name(text.translate(_SQUARE_BRACKETS))

    def line(self, text: str) -> str:
        """Return a line in the language's direction, for a format that states none.

        Without it, a line that begins with a name or a figure could be laid out the other way.
        """
        return f"{_RIGHT_TO_LEFT_ISOLATE}{text}{POP_ISOLATE}" if self.direction == "rtl" else text

    def number(self, text: str) -> str:
        """Return a text with its English numbers written with this language's symbols."""
        return _NUMBER.sub(lambda match: match[0].translate(_number_symbols(self.code)), text)

    def quantity(self, number: str, unit: str) -> str:
        """Return one or two English numbers with this language's symbols and unit."""
        if self.code == "en":
            return super().quantity(number, unit)
        return self.translate(unit, number=self.number(number))

    def claim(self, published: Range) -> str:
        """Return the text of a published figure, in its published unit.

        Examples
        --------
        >>> from rangemap.wording.quantities import parse_range
        >>> read_language("en").claim(parse_range("about 1,200 mi (min 50 mi)"))
        'about 1,200 mi (min 50 mi)'
        """
        if self.code == "en":
            return super().claim(published)
        limits_m = dict.fromkeys((published.low_m, published.high_m))
        text = self._figure(limits_m, published.unit)
        if published.bound is not Bound.BETWEEN:
            text = self.translate(published.bound.replace(" ", "_"), figure=text)
        if published.min_m is not None:
            minimum = self._figure([published.min_m], published.min_unit or published.unit)
            text = self.translate("minimum_of_claim", figure=text, minimum=minimum)
        return text

    def in_brackets(self, published: str, by: str | None) -> str:
        """Return the published figure in brackets, with its publisher if given."""
        if by is None:
            return self.translate("published", figure=published)
        return self.translate("published_by", figure=published, publisher=self.name(by))

    def date(self, text: str) -> str:
        """Return a date in this language; it may lack day and month.

        Examples
        --------
        >>> read_language("en").date("2024-01-28"), read_language("en").date("2024-01")
        ('28 January 2024', 'January 2024')
        """
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return self.number(text)
        day = dt.date(*[*parts, 1][:3])
        if self.code == "en":
            month = f"{_MONTHS[day.month - 1]} {day.year:04}"
            return month if len(parts) == 2 else f"{day.day} {month}"  # no day
        skeleton = "yMMMM" if len(parts) == 2 else None
        dates = _babel().dates
        formatted: str = (
            dates.format_skeleton(skeleton, day, locale=self.code)
            if skeleton
            else dates.format_date(day, "long", locale=self.code)
        )
        return formatted

    def short_date(self, text: str) -> str:
        """Return a date for citations and tables: as in the catalogue in English, else `date`.

        Examples
        --------
        >>> read_language("en").short_date("2024-01"), read_language("fr").short_date("2024-01")
        ('2024-01', 'janvier 2024')
        """
        return text if self.code == "en" else self.date(text)

    def category(self, name: str) -> str:
        """Return a category of the built-in catalogue; others stay as written.

        Examples
        --------
        >>> [read_language("fr").category(name) for name in ("armed drone", "kite")]
        ['drone armé', 'kite']
        """
        return self.names.get(name) or self.name(name)

    def land(self, name: str) -> str:
        """Return a country or region of a weapon; unknown ones stay as written."""
        return self.country(name) or self.names.get(name) or self.name(name)

    def country(self, name: str) -> str | None:
        """Return the name of a country of the base map, None if unknown."""
        if self.code == "en":
            return name
        return _territories(self.code).get(_COUNTRIES.get(name) or _codes().get(name, ""))

    def territory(self, code: str, english: str) -> str:
        """Return the name of a country by its ISO code and its English name.

        Examples
        --------
        >>> [read_language(code).territory("GR", "Greece") for code in ("en", "fr")]
        ['Greece', 'Grèce']
        """
        return english if self.code == "en" else _territories(self.code).get(code, english)

    def position(self, lon: float, lat: float) -> str:
        """Return a position in degrees, with its directions.

        Examples
        --------
        >>> read_language("en").position(-70.25, 43.0)
        '43° N, 70.25° W'
        """
        sides = (lat, "south" if lat < 0 else "north"), (lon, "west" if lon < 0 else "east")
        return self.listed(
            self.translate(side, angle=self.number(f"{abs(degrees):.10g}°"))
            for degrees, side in sides
        )

    def city(self, name: str, zone: str) -> str:
        """Return the name of a city: that of the time zone named after it, else as given.

        Examples
        --------
        >>> [read_language("fr").city("Vienna", zone) for zone in ("Europe/Vienna", "")]
        ['Vienne', 'Vienna']
        """
        if self.code == "en" or not zone:
            return name
        return _cities(self.code).get(zone, name)

    def _figure(self, limits_m: Iterable[float], unit: str) -> str:
        return self.quantity("–".join(format_number(m / METRES[unit]) for m in limits_m), unit)


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@cache
def read_language(code: str) -> Language:
    """Return a language by its code.

    Parameters
    ----------
    code : str
        One of `LANGUAGES`.

    Raises
    ------
    OutputError
        If the language is unknown, or babel is needed and missing.

    Examples
    --------
    >>> read_language("ar").direction
    'rtl'
    """
    if code not in LANGUAGES:
        near = closest(code, LANGUAGES)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise OutputError(f"language {code!r}: expected {', '.join(LANGUAGES)}{hint}")
    if code != "en":
        _babel()
    from rangemap.io.documents import parse_yaml  # a check in English has no use for it

    text = (files("rangemap.wording") / "languages" / f"{code}.yaml").read_text("utf-8")
    if code == "fr":
        text = _FRENCH_SPACE.sub(_NARROW_NO_BREAK_SPACE, text)
    phrases = dict(parse_yaml(text, name=f"{code}.yaml").content)
    documents, names = phrases.pop("documents"), phrases.pop("names")
    return Language(code, phrases, documents, names)


def _babel() -> Any:
    with requires_extra("lang", "a language other than English"):
        import babel.core  # only when needed
        import babel.dates
        import babel.numbers
    return babel


@cache
def _number_symbols(code: str) -> dict[int, str]:
    """Return the replacements for the symbols of English numbers."""
    if code == "en":
        return {}
    numbers = _babel().numbers
    percent = _babel().Locale(code).percent_formats[None].pattern
    return {
        ord("%"): percent.rpartition("0")[2].replace("\u00a0", _NARROW_NO_BREAK_SPACE),
        ord(","): numbers.get_group_symbol(code, numbering_system="default"),
        ord("."): numbers.get_decimal_symbol(code, numbering_system="default"),
        ord("+"): numbers.get_plus_sign_symbol(code, numbering_system="default"),
        ord("−"): numbers.get_minus_sign_symbol(code, numbering_system="default").replace("-", "−"),
    }


@cache
def _codes() -> dict[str, str]:
    """Return the codes of countries by their English names."""
    return {name: code for code, name in _territories("en").items()}


@cache
def _territories(code: str) -> dict[str, str]:
    names = _babel().Locale(code).territories
    return {key: name for key, name in names.items() if len(key) == 2}


@cache
def _cities(code: str) -> dict[str, str]:
    """Return the names of cities by their time zones, without remarks in brackets.

    CLDR keeps the first name of a zone (Europe/Kiev), the towns have today's (Europe/Kyiv).
    """
    today = _babel().core.get_global("zone_aliases")
    zones = _babel().Locale(code).time_zones.items()
    names = {zone: texts["city"].partition(" (")[0] for zone, texts in zones if "city" in texts}
    return {today[zone]: name for zone, name in names.items() if zone in today} | names
