"""Valid catalogue files as records, without the models of `rangemap.catalogue.file`.

The models report every error of a file with its line and value; importing and running them takes
most of the time of a short command. Here the same rules are applied to files that break none;
with any other file, the caller uses the models. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath
from typing import Any, Final

from rangemap.catalogue.catalogue import Catalogue
from rangemap.catalogue.categories import Target
from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon
from rangemap.errors import RangemapError
from rangemap.io.documents import parse_yaml
from rangemap.io.files import decode, fingerprint
from rangemap.io.rules import check_date, check_slug, check_text, check_url, one_or_many, parse_flag
from rangemap.limits import LONGEST_SLUG, LONGEST_TEXT
from rangemap.text import sanitised
from rangemap.wording.quantities import parse_range


def make_catalogue(
    weapons: tuple[Weapon, ...], *, name: str, version: str | None, content: bytes
) -> Catalogue:
    """Return the catalogue of a file's weapons, each with the edition that it came from.

    The edition is the file's name, its own version if it has one, and the first digits of
    its SHA-256.
    """
    edition = _edition(name, version, content)
    return Catalogue(
        tuple(replace(weapon, edition=edition) for weapon in weapons), edition, version
    )


def _edition(name: str, version: str | None, content: bytes) -> str:
    own = f"{version} " if version else ""
    return f"{sanitised(PurePath(name).name)} {own}sha256:{fingerprint(content)}"


def read_valid(content: bytes, *, name: str) -> Catalogue | None:
    """Return the catalogue of a file, or None if it might break a rule.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 YAML.
    name : str
        Its name, used in the edition.

    Returns
    -------
    Catalogue or None
        As `rangemap.catalogue.file.parse_catalogue`, or None, which says nothing about
        the file.
    """
    try:
        document = parse_yaml(decode(content, name=name), name=name, lines=False).content
        known = _known(document, {"edition", "weapons"})
        version = known.get("edition")
        if version is not None:
            _text(version)
        edition = _edition(name, version, content)
        weapons = tuple(
            Weapon(**_fields(entry, WEAPON, _REQUIRED), edition=edition)
            for entry in _list(known["weapons"])
        )
    except (RangemapError, ValueError, KeyError):
        return None
    if len({weapon.id for weapon in weapons}) < len(weapons):
        return None
    return Catalogue(weapons, edition, version)


def _known(value: Any, keys: AbstractSet[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not value.keys() <= keys:
        raise ValueError(value)
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(value)  # noqa: TRY004  of one kind with the other refusals
    return value


def _string(value: Any, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    return check_text(_string(value))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in _list(value))


def _some_texts(value: Any) -> tuple[str, ...]:
    found = _texts(one_or_many(value))
    if not found:
        raise ValueError(value)
    return found


# Most ranges and dates of a catalogue occur many times.
_range = lru_cache(maxsize=10_000)(parse_range)
_date = lru_cache(maxsize=10_000)(check_date)

Rule = Callable[[Any], Any]
SOURCE: Final[Mapping[str, Rule]] = {
    "publisher": _text,
    "title": _text,
    "corrected_title": _text,
    "url": lambda value: check_url(_string(value)),
    "date": lambda value: _date(_string(value)),
    "date_note": _text,
    "archived": lambda value: check_url(_string(value)),
}
CLAIM: Final[Mapping[str, Rule]] = {
    "id": lambda value: check_slug(_string(value, LONGEST_SLUG)),
    "kind": lambda value: ClaimKind(_string(value)),
    "range": lambda value: _range(_string(value)),
    "variant": _text,
    "target": lambda value: Target(_string(value)),
    "attributed_to": _text,
    "warhead": _text,
    "wording": _text,
    "note": _text,
    "source": lambda value: Source(**_fields(value, SOURCE, {"publisher"})),
    "checked": lambda value: _date(_string(value)),
    "first_seen": lambda value: _date(_string(value)),
    "doubtful": lambda value: parse_flag(_string(value)),
    "retracted": lambda value: _date(_string(value)),
}
WEAPON: Final[Mapping[str, Rule]] = {
    "id": lambda value: check_slug(_string(value, LONGEST_SLUG)),
    "name": _text,
    "aliases": _texts,
    "country": _some_texts,
    "operators": lambda value: _texts(one_or_many(value)),
    "category": _text,
    "category_note": _text,
    "default_variant": _text,
    "note": _text,
    "claims": lambda value: tuple(
        Claim(**_fields(each, CLAIM, {"id", "source"})) for each in _list(value)
    ),
}
_REQUIRED: Final = {"id", "name", "country", "category", "claims"}
_NEVER_NULL: Final = {"aliases", "operators", "kind", "doubtful"}


def _fields(entry: Any, rules: Mapping[str, Rule], required: set[str]) -> dict[str, Any]:
    """Return the fields of a record; an empty value is a field without a value."""
    known = _known(entry, rules.keys())
    if not required <= known.keys():
        raise ValueError(entry)
    return {
        key: rules[key](value)
        for key, value in known.items()
        if value is not None or key in required or key in _NEVER_NULL
    }
