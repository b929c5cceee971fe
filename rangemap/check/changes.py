"""Verdicts that change with the claims: one scenario applied to two catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rangemap.check.table import CheckRow, check_rows
from rangemap.scenario.origins import Origin
from rangemap.scenario.selection import Selection
from rangemap.wording.quantities import km

CHANGE_COLUMNS: Final = ("origin", "weapon", "site", "site_id", "distance_km", "old", "new")


def verdict_changes(old: Selection, new: Selection) -> Iterator[tuple[Any, ...]]:
    """Yield the verdicts that differ between two selections, under `CHANGE_COLUMNS`.

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
    old_rows, new_rows = _rows(old), _rows(new)
    for key in dict.fromkeys([*new_rows, *old_rows]):
        old_row, new_row = old_rows.get(key), new_rows.get(key)
        row = new_row or old_row
        if row is None or (
            old_row is not None and new_row is not None and old_row.verdict is new_row.verdict
        ):
            continue
        yield (
            row.origin.name,
            row.system.label,
            row.site,
            row.site_id,
            km(row.distance_m),
            None if old_row is None else str(old_row.verdict),
            None if new_row is None else str(new_row.verdict),
        )


def _rows(selection: Selection) -> dict[tuple[Origin, str, int], CheckRow]:
    return {(row.origin, row.system.label, row.site_index): row for row in check_rows(selection)}
