"""Verdicts as people read them: a distance, the range it is held against, and the margin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rangemap.catalogue import BandText, System, limits_of
from rangemap.check.table import CheckRow
from rangemap.figures import ENGLISH, Wording, shown_distance


class RowText(NamedTuple):
    """The texts of one row; those of its band are `BandText`'s."""

    band: BandText
    distance: str
    margin: str


class RowWording:
    """Writes the rows of a selection's systems in one display unit and language."""

    def __init__(self, systems: Iterable[System], unit: str, wording: Wording = ENGLISH) -> None:
        listed = list(systems)
        self._unit, self._wording = unit, wording
        self._limits = limits_of(listed)
        self._bands = {system.label: BandText(system.band, unit, wording) for system in listed}

    def row(self, row: CheckRow) -> RowText:
        """Return the texts of a row."""
        distance = shown_distance(row.distance_m, row.precision_m, self._unit, self._limits)
        band = self._bands[row.system.label]
        return RowText(band, self._wording.distance(distance, self._unit), band.margin(distance))
