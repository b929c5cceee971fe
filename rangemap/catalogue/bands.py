"""The catalogue: weapons, the claims published about them, and the band claims make.

A claim is one published figure with its source. Nothing here judges a claim; a
weapon's band and headline follow from its claims by the rules written at `Band`.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from rangemap.builtin import data_file
from rangemap.documents import Record, closest, parse_yaml, validate
from rangemap.errors import CatalogueError, DocumentError, QuantityError
from rangemap.files import decode, fingerprint, read_document
from rangemap.quantities import Bound, Range, parse_range

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


class ClaimKind(StrEnum):
    """What a claim is about; only a published maximum range is ever drawn."""

    RANGE = "range"
    FLIGHT = "observed flight"
    WARHEAD = "warhead"
    CLASS = "class"


def _read_range(value: Any) -> Any:
    return parse_range(value) if isinstance(value, str) else value


def _read_flag(value: Any) -> Any:
    flags = {"true": True, "false": False}
    if isinstance(value, str) and value not in flags:
        raise ValueError("expected true or false")
    return flags[value] if isinstance(value, str) else value


def _check_date(value: str) -> str:
    try:
        last_day(value)
    except ValueError:
        raise ValueError("expected a date as 2024, 2024-01 or 2024-01-21") from None
    return value


def _check_slug(value: str) -> str:
    if not re.fullmatch(_SLUG, value):
        raise ValueError("expected lower-case words joined by hyphens, as in fateh-110")
    return value


def _check_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"'\\]+", value, re.IGNORECASE):
        raise ValueError("expected an address that begins with http:// or https://")
    return value


def _check_text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; write it or leave the key out")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in value):
        raise ValueError("holds a control character; remove it")
    return value


Text = Annotated[str, Field(max_length=2000), AfterValidator(_check_text)]
Slug = Annotated[str, Field(max_length=100), AfterValidator(_check_slug)]
Url = Annotated[str, Field(max_length=2000), AfterValidator(_check_url)]
PartialDate = Annotated[str, AfterValidator(_check_date)]
Flag = Annotated[bool, BeforeValidator(_read_flag)]
PublishedRange = Annotated[
    Range,
    BeforeValidator(_read_range),
    WithJsonSchema({"type": "string", "examples": ["up to 250 km", "200-300 km"]}),
]


TITLE_NOT_KNOWN: Final = "(title not known)"


def last_day(text: str) -> dt.date:
    """Return the last day that a date, possibly without day or month, can mean.

    Examples
    --------
    >>> last_day("2024-02").isoformat()
    '2024-02-29'
    """
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    year, month, day = (int(part) for part in (text + "-0-0").split("-")[:3])
    if day:
        return dt.date(year, month, day)
    following = dt.date(year + 1, 1, 1) if month in {0, 12} else dt.date(year, month + 1, 1)
    return following - dt.timedelta(days=1)


class Source(Record):
    """Where a claim was published; what is not known is None."""

    publisher: Text
    title: Text | None = None
    url: Url | None = None
    date: PartialDate | None = None
    date_note: Text | None = None
    archived: Url | None = None

    @property
    def headline(self) -> str:
        """The title, or words for one that was not retrieved."""
        return self.title or TITLE_NOT_KNOWN


class Claim(Record):
    """One published figure of one weapon, as its source words it."""

    id: Slug
    kind: ClaimKind = ClaimKind.RANGE
    range: PublishedRange | None = None
    variant: Text | None = None
    attributed_to: Text | None = None
    warhead: Text | None = None
    note: Text | None = None
    source: Source
    checked: PartialDate | None = None
    first_seen: PartialDate | None = None
    doubtful: Flag = False
    retracted: PartialDate | None = None

    @model_validator(mode="after")
    def _has_its_figure(self) -> Claim:
        if self.kind is ClaimKind.RANGE and self.range is None:
            raise ValueError("a range claim has no range; write one, or say which kind it is")
        return self

    @property
    def drawn(self) -> bool:
        """Whether the claim counts in a band: a range, not doubtful, not retracted."""
        return self.kind is ClaimKind.RANGE and not self.doubtful and self.retracted is None

    @property
    def figure(self) -> str:
        """The published figure in words, or what stands in its place."""
        return "no figure" if self.range is None else str(self.range)

    def published_by(self, day: dt.date) -> bool:
        """Whether the claim was surely published by the end of a day."""
        return self.source.date is not None and last_day(self.source.date) <= day


class Weapon(Record):
    """One entry of the catalogue with all its claims."""

    id: Slug
    name: Text
    aliases: tuple[Text, ...] = ()
    country: Text
    operators: tuple[Text, ...] = ()
    category: Text
    category_note: Text | None = None
    default_variant: Text | None = None
    note: Text | None = None
    claims: tuple[Claim, ...]

    @model_validator(mode="after")
    def _is_consistent(self) -> Weapon:
        if not self.claims:
            raise ValueError("has no claims; write at least one")
        twice = _first_twice([claim.id for claim in self.claims])
        if twice:
            raise ValueError(f"claim id {twice!r} stands twice; give each claim its own")
        if self.default_variant is not None and self.default_variant not in self.variants:
            raise ValueError(
                f"default_variant {self.default_variant!r} is no variant; expected one of"
                f" {', '.join(self.variants)}"
            )
        return self

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants its claims name, in the order of the claims."""
        return tuple(dict.fromkeys(claim.variant for claim in self.claims if claim.variant))

    def claims_of(self, variant: str | None) -> tuple[Claim, ...]:
        """Return the drawn claims of one variant; of None, the plain ones."""
        return tuple(claim for claim in self.claims if claim.drawn and claim.variant == variant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What a set of range claims makes together, in metres.

    From the smallest lower figure to the largest upper one, with the headline (the
    one figure drawn as the solid line): the upper median of the upper figures, or
    the newest claim of a preferred publisher, who is then named. ``min_m`` is the
    smallest printed minimum and ``max_min_m`` the largest, None where none is
    printed; ``top`` marks how the largest figure was worded.
    """

    claims: tuple[Claim, ...]
    low_m: float
    headline_m: float
    high_m: float
    min_m: float | None
    max_min_m: float | None
    top: Bound
    preferred: str | None = None

    @property
    def mark(self) -> str:
        """The sign before the largest figure: ``≥`` or ``~`` as it was published."""
        return {Bound.AT_LEAST: "≥", Bound.ABOUT: "~"}.get(self.top, "")


def make_band(claims: Sequence[Claim], *, prefer: str | None = None) -> Band:
    """Return the band of some range claims, at least one.

    Parameters
    ----------
    claims : sequence of Claim
        Claims that may be drawn, each counted once.
    prefer : str, optional
        Publisher whose newest claim is the headline, if it has one.

    Returns
    -------
    Band
        Figures in metres.
    """
    ranges = [claim.range for claim in claims if claim.range is not None]
    uppers = sorted(figure.high_m for figure in ranges)
    minimums = [figure.min_m for figure in ranges if figure.min_m is not None]
    tops = {figure.bound for figure in ranges if figure.high_m == uppers[-1]}
    headline_m = uppers[len(uppers) // 2]
    preferred = None
    if prefer is not None:
        theirs = [
            claim for claim in claims if match_key(claim.source.publisher) == match_key(prefer)
        ]
        if theirs:
            newest = max(theirs, key=lambda claim: claim.source.date or "")
            headline_m = newest.range.high_m if newest.range else headline_m
            preferred = newest.source.publisher
    return Band(
        claims=tuple(claims),
        low_m=min(figure.low_m for figure in ranges),
        headline_m=headline_m,
        high_m=uppers[-1],
        min_m=min(minimums, default=None),
        max_min_m=max(minimums, default=None),
        top=next((b for b in (Bound.AT_LEAST, Bound.ABOUT) if b in tops), Bound.UP_TO),
        preferred=preferred,
    )


def match_key(name: str) -> str:
    """Return what two spellings of one name share: no case, accents, hyphens or spaces.

    Examples
    --------
    >>> match_key("Al‑Aqsa 1") == match_key("al aqsa1")
    True
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(
        sign
        for sign in decomposed
        if not unicodedata.combining(sign)
        and not sign.isspace()
        and unicodedata.category(sign) not in {"Pd", "Pc", "Cf"}
        and sign not in "'’‘`´ʿʾʻʼ"
    )


class _CatalogueFile(Record):
    edition: Text | None = None
    weapons: tuple[Weapon, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Weapons in the order of their file, found by the names people type."""

    weapons: tuple[Weapon, ...]
    edition: str

    def merged(self, later: Catalogue) -> Catalogue:
        """Return both, where a later entry of one id takes the place of the earlier."""
        entries = {weapon.id: weapon for weapon in (*self.weapons, *later.weapons)}
        return Catalogue(tuple(entries.values()), f"{self.edition} + {later.edition}")

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories in use, in the order of the file."""
        return tuple(dict.fromkeys(weapon.category for weapon in self.weapons))

    def find(self, name: str) -> tuple[Weapon, str | None]:
        """Return the weapon, and the variant if one is named, that a typed name means.

        Matched in this order, without regard to case, accents, hyphens and spaces:
        a whole name or alias (but an alias that is also a variant's name), a
        variant's name, ``NAME (VARIANT)``; an entry's id counts as its name.

        Raises
        ------
        CatalogueError
            If no entry or more than one has the name; the closest names are given.
        """
        key = match_key(name)
        for level in _matches(self.weapons, key):
            found = list(dict.fromkeys(level))
            if len(found) > 1:
                which = ", ".join(_label(weapon, variant) for weapon, variant in found)
                raise CatalogueError(f"weapon {name!r} could be {which}; name one of these")
            if found:
                return found[0]
        known = [
            word
            for weapon in self.weapons
            for word in (weapon.name, *weapon.aliases, *weapon.variants)
        ]
        hint = "; closest: " + ", ".join(near) if (near := closest(name, known)) else ""
        raise CatalogueError(
            f"weapon {name!r} is not in the catalogue{hint};"
            " `rangemap weapons list` shows all names"
        )

    def in_category(self, name: str) -> tuple[Weapon, ...]:
        """Return the weapons of one category.

        Raises
        ------
        CatalogueError
            If no weapon has that category; the closest ones are given.
        """
        found = tuple(w for w in self.weapons if match_key(w.category) == match_key(name))
        if not found:
            near = closest(name, self.categories, cutoff=0)
            raise CatalogueError(
                f"category {name!r} is not in the catalogue; closest: {', '.join(near)}"
            )
        return found


_Match = tuple[Weapon, str | None]


def _matches(weapons: Iterable[Weapon], key: str) -> Iterable[list[_Match]]:
    """Yield what a key matches, level by level, strongest first."""
    names: list[_Match] = []
    variants: list[_Match] = []
    both: list[_Match] = []
    for weapon in weapons:
        keys = {match_key(variant): variant for variant in weapon.variants}
        aliases = {match_key(alias) for alias in weapon.aliases} - keys.keys()
        if key in {match_key(weapon.name), match_key(weapon.id)} | aliases:
            names.append((weapon, None))
        if key in keys:
            variants.append((weapon, keys[key]))
        both += [
            (weapon, variant)
            for word in (weapon.name, *weapon.aliases)
            for variant in weapon.variants
            if key == match_key(f"{word} ({variant})")
        ]
    yield names
    yield variants
    yield both


def _label(weapon: Weapon, variant: str | None) -> str:
    return weapon.name if variant is None else f"{weapon.name} ({variant})"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What a ring is drawn for: a weapon, one variant of it, or a bare range."""

    label: str
    band: Band
    weapon: Weapon | None = None
    variant: str | None = None


def bare_system(text: str) -> System:
    """Return the system of a bare ring, ``[LABEL=]RANGE``.

    Examples
    --------
    >>> bare_system("Patrol=70 km").label
    'Patrol'
    """
    label, equals, phrase = text.rpartition("=")
    if equals and not label.strip():
        raise QuantityError(f"{text!r} has no label before the '='; write LABEL=RANGE or RANGE")
    figure = parse_range(phrase, plain=Bound.UP_TO)
    claim = Claim(id="typed", range=figure, source=Source(publisher="range as typed"))
    return System(label=label.strip() or phrase.strip(), band=make_band([claim]))


def make_system(
    weapon: Weapon,
    variant: str | None,
    *,
    prefer: str | None = None,
    as_of: dt.date | None = None,
    exclude: Iterable[str] = (),
) -> System:
    """Return a weapon or its variant with the band of the claims that count.

    Without a variant the plain claims count; where all claims name a variant, those
    of the entry's ``default_variant``.

    Raises
    ------
    CatalogueError
        If no claim is left to draw, or the entry has variants only and no default.
    """
    left_out = set(exclude)
    if variant is None and not weapon.claims_of(None):
        drawable = [name for name in weapon.variants if weapon.claims_of(name)]
        if drawable and weapon.default_variant is None:
            raise CatalogueError(
                f"weapon {weapon.name!r} has figures for its variants only; name one of:"
                f" {', '.join(f'{weapon.name} ({name})' for name in drawable)}"
            )
        variant = weapon.default_variant if drawable else None
    label = _label(weapon, variant)
    claims = weapon.claims_of(variant)
    if not claims:
        kinds = ", ".join(dict.fromkeys(_why_not_drawn(claim) for claim in weapon.claims))
        raise CatalogueError(
            f"weapon {label!r} has no published range that may be drawn (its claims: {kinds});"
            f" `rangemap weapons show {weapon.id}` lists them"
        )
    kept = [
        claim
        for claim in claims
        if f"{weapon.id}/{claim.id}" not in left_out
        and (as_of is None or claim.published_by(as_of))
    ]
    if not kept:
        limit = "" if as_of is None else f" published by {as_of}"
        raise CatalogueError(
            f"weapon {label!r} has no range claim{limit} that is not excluded;"
            " choose a later date or exclude less"
        )
    band = make_band(kept, prefer=prefer)
    return System(label=label, band=band, weapon=weapon, variant=variant)


def _why_not_drawn(claim: Claim) -> str:
    if claim.kind is not ClaimKind.RANGE:
        return str(claim.kind)
    return "doubtful" if claim.doubtful else "retracted"


def parse_catalogue(content: bytes, *, name: str) -> Catalogue:
    """Read a catalogue file.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 YAML.
    name : str
        Its name, for errors.

    Returns
    -------
    Catalogue
        The weapons; the edition is the file's own version, if it has one, and the
        first digits of its SHA-256.

    Raises
    ------
    CatalogueError
        With one line for each bad record.
    """
    try:
        document = parse_yaml(decode(content, name=name), name=name)
        file = validate(_CatalogueFile, document)
    except DocumentError as error:
        raise CatalogueError(str(error)) from error
    errors = _duplicates(file.weapons, document.lines, name)
    if errors:
        raise CatalogueError("\n".join(errors))
    version = f"{file.edition} " if file.edition else ""
    return Catalogue(file.weapons, f"{version}sha256:{fingerprint(content)}")


def read_catalogue(paths: Sequence[Path] = ()) -> Catalogue:
    """Read catalogue files, later ones overriding earlier; without any, the built-in one.

    Raises
    ------
    DocumentError
        If a file cannot be read, or as `parse_catalogue`.
    """
    files = (read_document(path) for path in paths or [data_file("weapons.yaml")])
    return reduce(Catalogue.merged, (parse_catalogue(text, name=name) for text, name in files))


def _duplicates(
    weapons: Sequence[Weapon], lines: Mapping[tuple[str | int, ...], int], name: str
) -> list[str]:
    first: dict[str, int] = {}
    errors = []
    for index, weapon in enumerate(weapons):
        if weapon.id in first:
            line, earlier = lines[("weapons", index)], lines[("weapons", first[weapon.id])]
            errors.append(
                f"{name}:{line}: weapon {weapon.id!r}: id stands already in line {earlier};"
                " give each weapon its own"
            )
        first.setdefault(weapon.id, index)
    return errors


def _first_twice(words: Sequence[str]) -> str | None:
    return next((word for word in words if words.count(word) > 1), None)
