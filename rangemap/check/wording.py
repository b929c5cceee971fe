"""Verdicts as text: a distance, the range it is compared with, and the margin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rangemap.catalogue import BandText, System, limits_of
from rangemap.check.table import CheckRow
from rangemap.wording.figures import ENGLISH, Wording, displayed_distance


class RowText(NamedTuple):
    """Texts for one row of the check table.

    Parameters
    ----------
    band : BandText
        Texts for the range.
    distance : str
        Distance from origin to site, with its unit.
    margin : str
        By how much the headline exceeds the distance, with a sign and its unit.
    """

    band: BandText
    distance: str
    margin: str


class RowWording:
    """Texts for the rows of a selection in one display unit and language.

    Parameters
    ----------
    systems : iterable of System
        All systems of the selection.
    unit : {"km", "mi", "nmi"}
        The display unit.
    wording : Wording, default ENGLISH
        The language.
    """

    def __init__(self, systems: Iterable[System], unit: str, wording: Wording = ENGLISH) -> None:
        systems = list(systems)
        self._unit, self._wording = unit, wording
        self._limits = limits_of(systems)
        self._bands = {system: BandText(system.band, unit, wording) for system in systems}

    def row(self, row: CheckRow) -> RowText:
        """Return the texts for a row.

        Parameters
        ----------
        row : CheckRow
            A row of one of the systems.

        Returns
        -------
        RowText
            Texts rounded so that a distance stays on the correct side of every range.
        """
        distance = displayed_distance(row.distance_m, row.precision_m, self._unit, self._limits)
        band = self._bands[row.system]
        return RowText(band, self._wording.distance(distance, self._unit), band.margin(distance))
