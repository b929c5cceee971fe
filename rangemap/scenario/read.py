"""Resolve a scenario to a selection by reading the files it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rangemap.catalogue import read_catalogue, read_publishers
from rangemap.places import read_registry
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.pair_columns import pair_rows, refuse_beside_pairs
from rangemap.scenario.requests import PairRequest
from rangemap.scenario.selection import Selection, select
from rangemap.scenario.values import ScenarioValues
from rangemap.sites import SiteTable
from rangemap.sites.columns import USUAL_COLUMNS, ColumnNames
from rangemap.sites.source import TableSites
from rangemap.sites.table import count_zeros, zeros_note

if TYPE_CHECKING:
    from rangemap.sites.source import SiteSource


def read_selection(
    values: ScenarioValues,
    *,
    sites_file: str | None = None,
    origins_files: Sequence[Path] = (),
    columns: ColumnNames = USUAL_COLUMNS,
    lenient: bool = False,
    credited: bool = True,
) -> Selection:
    """Read the files that a scenario names, and resolve its names in them.

    Parameters
    ----------
    values : ScenarioValues
        The scenario.
    sites_file : str, optional
        File or web address of the sites, instead of the registry; overridden by
        ``values.sites`` if that is a file name.
    origins_files : sequence of Path
        Files whose rows are additional origins.
    columns : ColumnNames, optional
        Columns of those files if they are not the usual ones.
    lenient : bool, default False
        As in `select`.
    credited : bool, default True
        Whether the claims are in the order in which their publishers are credited; verdicts
        do not need it, nor the list of publishers.

    Returns
    -------
    Selection
        Origins, systems and sites, and notes about them. The sites are opened, and read by
        whoever needs them.

    Raises
    ------
    RangemapError
        If a file cannot be read, or a name is unknown or ambiguous.
    """
    source: SiteSource | None = None
    notes: list[str] = []
    if isinstance(values.sites, str):
        sites_file, values = values.sites, replace(values, sites=None)
    elif isinstance(values.sites, SiteTable):
        source, values = TableSites("sites", values.sites), replace(values, sites=None)
        if source.is_empty:
            notes.append("sites: the table has no rows, so nothing is checked")
    if sites_file is not None:
        from rangemap.sites.open import open_sites  # few runs have a file of sites

        source = open_sites(sites_file, columns)
        notes += source.notes
        if source.is_empty:
            notes.append(
                f"{sites_file}: contains no sites, so nothing is checked; add rows below the header"
            )
    origins, pairs = _read_origins(origins_files, columns, values, notes)
    values = replace(values, pairs=(*values.pairs, *pairs))
    selection = select(
        values,
        read_catalogue([Path(path) for path in values.catalogue]),
        read_registry(None if values.registry is None else Path(values.registry)),
        site_source=source,
        more_origins=origins,
        publishers=read_publishers() if values.source_kinds or values.no_state_media else None,
        lenient=lenient,
    )
    if credited and selection.edition:
        selection = selection.credited(read_publishers())
    return replace(selection, notes=(*notes, *selection.notes))


def _read_origins(
    files: Sequence[Path], columns: ColumnNames, values: ScenarioValues, notes: list[str]
) -> tuple[list[Origin], list[PairRequest]]:
    """Return the rows of files of origins as origins, or as pairs; add to the notes."""
    origins: list[Origin] = []
    pairs: list[PairRequest] = []
    for path in files:
        from rangemap.sites.open import open_sites  # few runs have such a file

        file = open_sites(str(path), columns)
        notes += file.notes
        table = file.table()
        if zeros := count_zeros(table.lon, table.lat):
            notes.append(zeros_note(str(path), zeros, file.row_noun))
        if requests := pair_rows(table, file.name):
            refuse_beside_pairs(values, file.name)
            pairs += requests
        else:
            origins += origins_of(table)
    return origins, pairs
