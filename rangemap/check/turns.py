"""Which verdicts turn when the claims change: one question asked of two catalogues."""

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
        What one scenario selects in two catalogues: origins and sites are the same, and
        a weapon is the same where its label is. One that only one of them has turns
        from or to nothing (None).

    Yields
    ------
    tuple
        In the order of the new selection, then what only the old one has.
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
