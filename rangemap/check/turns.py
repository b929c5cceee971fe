"""Verdicts that change with the claims: one scenario applied to two catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rangemap.check.table import CheckRow, check_rows
from rangemap.places import Origin
from rangemap.quantities import km
from rangemap.scenario import Selection

TURN_COLUMNS: Final = ("origin", "weapon", "site", "site_id", "distance_km", "old", "new")


def turned_verdicts(old: Selection, new: Selection) -> Iterator[tuple[Any, ...]]:
    """Yield the verdicts that differ between two selections, under `TURN_COLUMNS`.

    Parameters
    ----------
    old, new : Selection
        The selections of one scenario from two catalogues. Origins and sites are the
        same; weapons are matched by label. For a weapon that only one selection
        contains, the other verdict is None.

    Yields
    ------
    tuple
        Rows in the order of the new selection, then those that only the old one has.
    """
    before, after = _rows(old), _rows(new)
    for key in dict.fromkeys([*after, *before]):
        was, is_ = before.get(key), after.get(key)
        row = is_ or was
        if row is None or (was is not None and is_ is not None and was.verdict is is_.verdict):
            continue
        yield (
            row.origin.name,
            row.system.label,
            row.site,
            row.site_id,
            km(row.distance_m),
            None if was is None else str(was.verdict),
            None if is_ is None else str(is_.verdict),
        )


def _rows(selection: Selection) -> dict[tuple[Origin, str, int], CheckRow]:
    return {(row.origin, row.system.label, row.site_index): row for row in check_rows(selection)}
