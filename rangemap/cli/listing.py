"""Filtering and sorting for the commands that print lists."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from rangemap.errors import Refusals, UsageError
from rangemap.names import closest, match_key


def check_sort(sort: str | None, columns: Sequence[str]) -> None:
    """Refuse to sort by a column that the list does not have."""
    if sort is not None and sort not in columns:
        raise UsageError(f"--sort is {sort!r}; expected one of {', '.join(columns)}")


def sort_rows(rows: list[tuple[Any, ...]], columns: Sequence[str], sort: str | None) -> None:
    """Sort rows by a column with empty values last, or leave their order without one."""
    if sort is not None:
        index = columns.index(sort)
        rows.sort(key=lambda row: (row[index] is None, row[index] or 0))


def requested_keys(
    option: str, requested: Iterable[str] | None, known: Collection[str]
) -> set[str]:
    """Return the match keys of requested values, each of which must be a known one.

    Raises
    ------
    UsageError
        With one line for each unknown value, with the closest known ones.
    """
    keys = {match_key(value) for value in known}

    def check(value: str) -> str:
        if match_key(value) in keys:
            return match_key(value)
        near = closest(value, sorted(known), limit=5, cutoff=0)
        raise UsageError(f"{option} {value!r} is unknown; closest: {', '.join(near)}")

    refusals = Refusals()
    found = refusals.each(check, requested or ())
    refusals.raise_any()
    return set(found)


def is_requested(value: str, keys: set[str]) -> bool:
    """Whether a value is among the requested ones, or nothing was requested."""
    return not keys or match_key(value) in keys


def matches_search(search: str | None, names: Iterable[str]) -> bool:
    """Whether a name contains the search text, starting at a word or number.

    Examples
    --------
    >>> [matches_search("grad", [name]) for name in ("BM-21 Grad", "upgraded rocket", "9K51 «Град»")]
    [True, False, False]
    >>> matches_search("shahed136", ["Shahed-136"]), matches_search("302", ["M302"])
    (True, True)
    """
    if search is None:
        return True
    key = match_key(search)
    return any(
        match_key(name[match.start() :]).startswith(key)
        for name in names
        for match in _WORD_PATTERN.finditer(name)
    )


_WORD_PATTERN: Final = re.compile(r"[0-9]+|[^\W\d_]+")
