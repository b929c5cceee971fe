"""Resolve a scenario to a selection by reading the files it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rangemap.catalogue import Catalogue, Publishers, read_catalogue, read_publishers
from rangemap.errors import RangemapError
from rangemap.places import Registry, read_registry
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.pair_columns import pair_rows, refuse_beside_pairs
from rangemap.scenario.panels import in_panel, join_panels, panel_values
from rangemap.scenario.requests import PairRequest
from rangemap.scenario.selection import Selection, select
from rangemap.scenario.values import ScenarioValues
from rangemap.sites import SiteTable
from rangemap.sites.columns import USUAL_COLUMNS, ColumnNames
from rangemap.sites.source import TableSites
from rangemap.sites.table import count_zeros, wrapped_note, zeros_note

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
        Origins, systems and sites, and notes about them; those of each panel, if there are any. The sites are opened, and read by
        whoever needs them.

    Raises
    ------
    RangemapError
        If a file cannot be read, or a name is unknown or ambiguous.
    """
    files = _Files(values, sites_file, tuple(origins_files), columns, lenient)
    if values.panels:
        panels = []
        for number, panel in enumerate(values.panels, 1):
            try:
                panels.append(_read_one(panel_values(values, panel), files))
            except RangemapError as error:
                raise in_panel(error, number) from error.__cause__
        selection = join_panels(values, panels)
    else:
        selection = _read_one(values, files)
    if credited and selection.edition:
        selection = selection.credited(files.publishers)
    return selection


@dataclass(frozen=True, eq=False)
class _Files:
    """The files of a scenario; those that all its panels share are read once."""

    values: ScenarioValues
    sites: str | None
    origins: tuple[Path, ...]
    columns: ColumnNames
    lenient: bool

    @cached_property
    def catalogue(self) -> Catalogue:
        return read_catalogue([Path(path) for path in self.values.catalogue])

    @cached_property
    def registry(self) -> Registry:
        name = self.values.registry
        return read_registry(None if name is None else Path(name))

    @cached_property
    def publishers(self) -> Publishers:
        return read_publishers()


def _read_one(values: ScenarioValues, files: _Files) -> Selection:
    """Read the sites and origins of one map, and resolve its names."""
    source: SiteSource | None = None
    notes: list[str] = []
    sites_file = files.sites
    if isinstance(values.sites, str):
        sites_file, values = values.sites, replace(values, sites=None)
    elif isinstance(values.sites, SiteTable):
        source, values = TableSites("sites", values.sites), replace(values, sites=None)
        if source.is_empty:
            notes.append("sites: the table has no rows, so nothing is checked")
    if sites_file is not None:
        from rangemap.sites.columns import ids_note  # few runs have a file of sites
        from rangemap.sites.open import open_sites

        source = open_sites(sites_file, files.columns)
        notes += source.notes
        if files.columns.label is None and (note := ids_note(sites_file, source.layout)):
            notes.append(note)
        if source.is_empty:
            notes.append(
                f"{sites_file}: contains no sites, so nothing is checked; add rows below the header"
            )
    origins, pairs = _read_origins(files.origins, files.columns, values, notes)
    values = replace(values, pairs=(*values.pairs, *pairs))
    selection = select(
        values,
        files.catalogue,
        files.registry,
        site_source=source,
        more_origins=origins,
        publishers=files.publishers if values.source_kinds or values.no_state_media else None,
        lenient=files.lenient,
    )
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
        if file.first_wrapped is not None:
            notes.append(wrapped_note(str(path), file.first_wrapped, file.row_noun))
        if requests := pair_rows(table, file.name):
            refuse_beside_pairs(values, file.name)
            pairs += requests
        else:
            origins += origins_of(table)
    return origins, pairs
