"""Completion in shells: of names in the built-in catalogue and registry, of towns and of choices.

The compiled files are read as plain JSON, without making records, so that a shell waits no longer
than for ``--help``. A name is completed as it was begun, since case does not matter in names.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Self

from rangemap.names import match_key
from rangemap.scenario.keys import KEYS

_Item = tuple[str, str]
Completer = Callable[[str], list[_Item]]
_MOST_TOWNS: Final = 20
_SHORTEST_TOWN: Final = 2  # letters from which towns are offered
_SPECIAL: Final = re.compile(r"""([\s"'\\()\[\]{}<>|&;$`!*?#~])""")


class _ForBash(str):
    """A name with the characters escaped that bash would interpret; typer compares the name itself."""

    __slots__ = ("_name",)
    _name: str

    def __new__(cls, name: str) -> Self:
        escaped = super().__new__(cls, _SPECIAL.sub(r"\\\1", name))
        escaped._name = name
        return escaped

    def startswith(self, *prefix: Any) -> bool:
        return self._name.startswith(*prefix)


def _is_unquoted_in_bash() -> bool:
    """Whether bash asks, and the word to complete does not start with a quotation mark."""
    if not os.environ.get("_RANGEMAP_COMPLETE", "").endswith("_bash"):
        return False
    words = os.environ.get("COMP_WORDS", "").split("\n")
    number = os.environ.get("COMP_CWORD", "")
    word = words[int(number)] if number.isdecimal() and int(number) < len(words) else ""
    return not word.startswith(('"', "'"))


def _begun(names: Iterable[_Item], begun: str) -> list[_Item]:
    """Return the names that start with the word as far as it was typed, each with its help."""
    form = _ForBash if _is_unquoted_in_bash() else str
    found: dict[str, _Item] = {}
    for name, help_ in names:
        if name[: len(begun)].casefold() == begun.casefold():
            # Spellings that mean the same, such as "Fateh 110", are offered once.
            found.setdefault(match_key(name), (begun + name[len(begun) :], help_))
    return [(form(name), help_) for name, help_ in found.values()]


def _records(name: str, source: str) -> list[Any]:
    """Return the records of a compiled file; empty if its source has changed since."""
    from rangemap.io.compiled import compiled_records
    from rangemap.io.packaged import data_file

    content = compiled_records(data_file(name).read_bytes(), data_file(source).read_bytes())
    return [] if content is None else list(content["records"])


def weapons(incomplete: str) -> list[_Item]:
    """Complete the name, an alias or a variant of a weapon; names only if nothing is typed."""

    def names() -> Iterator[_Item]:
        for entry in _records("weapons.compiled.json", "weapons.yaml"):
            yield entry["name"], entry["category"]
            if incomplete:
                variants = (claim.get("variant") for claim in entry["claims"])
                for other in (*entry.get("aliases", ()), *filter(None, variants)):
                    yield other, entry["name"]

    return _begun(names(), incomplete)


def categories(incomplete: str) -> list[_Item]:
    """Complete a category of weapons."""
    entries = _records("weapons.compiled.json", "weapons.yaml")
    return _begun(((entry["category"], "") for entry in entries), incomplete)


def countries(incomplete: str) -> list[_Item]:
    """Complete a country that developed a weapon of the catalogue."""
    entries = _records("weapons.compiled.json", "weapons.yaml")
    return _begun(((name, "") for entry in entries for name in entry["country"]), incomplete)


def publishers(incomplete: str) -> list[_Item]:
    """Complete a publisher of claims."""
    entries = _records("publishers.compiled.json", "publishers.yaml")
    # Credited parties, in the same file, have no such field.
    named = ((entry["name"], entry["kind"]) for entry in entries if "state_media" in entry)
    return _begun(named, incomplete)


def sites(incomplete: str) -> list[_Item]:
    """Complete the name or an alias of a place in the registry; names only if nothing is typed."""

    def names() -> Iterator[_Item]:
        for entry in _records("sites.compiled.json", "sites.geojson"):
            yield entry["name"], f"{entry['kind']}, {entry['country']}"
            if incomplete:
                for alias in entry.get("aliases", ()):
                    yield alias, entry["name"]

    return _begun(names(), incomplete)


def places(incomplete: str) -> list[_Item]:
    """Complete a place in the registry, or one of the largest towns whose names start so."""
    return [*sites(incomplete), *_begun(_towns(incomplete), incomplete)]


def _towns(incomplete: str) -> list[_Item]:
    from rangemap.io.packaged import data_file

    name = incomplete.partition(",")[0].strip()
    if len(name) < _SHORTEST_TOWN:
        return []
    # The lines of towns: their number, name, country, region, longitude, latitude and population.
    line = re.compile(
        rb"(?im)^#\d+\t(%s[^\t\n]*)\t(\w\w)\t[^\t\n]*\t[^\t\n]*\t[^\t\n]*\t(\d+)"
        % re.escape(name.encode())
    )
    found = line.findall(data_file("gazetteer.tsv").read_bytes())
    largest = sorted(found, key=lambda town: -int(town[2]))[:_MOST_TOWNS]
    return [
        (f"{town.decode()}, {country.decode()}", f"{int(people):,} people")
        for town, country, people in largest
    ]


def choices(values: Sequence[str]) -> Completer:
    """Return what completes one of several values."""

    def complete(incomplete: str) -> list[_Item]:
        return _begun(((value, "") for value in values), incomplete)

    return complete


# The names are repeated from `rangemap.render.figure`, which would import matplotlib.
sizes: Final = choices(("web", "column", "page", "slide", "social"))
"""Completes the size of a picture."""
projections: Final = choices(("aeqd", "laea", "eqearth", "merc"))
"""Completes the projection of a picture."""


def languages(incomplete: str) -> list[_Item]:
    """Complete the code of a language."""
    from rangemap.wording.language import LANGUAGES

    return choices(tuple(LANGUAGES))(incomplete)


_COMPLETERS: Final[dict[str, Completer]] = {
    "origins": places,
    "weapons": weapons,
    "categories": categories,
    "sites": places,
    "prefer": publishers,
    "lang": languages,
}


def completer_of(key: str) -> Completer | None:
    """Return what completes the option of a key of scenarios; None for file names and free text."""
    found = KEYS[key]
    return choices(found.choices) if found.choices else _COMPLETERS.get(key)
