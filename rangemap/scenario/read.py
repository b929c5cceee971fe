"""Resolve a scenario to a selection by reading the files it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rangemap.catalogue import read_catalogue
from rangemap.errors import UsageError
from rangemap.io.files import is_regular
from rangemap.places import read_registry
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.selection import ScenarioValues, Selection, select
from rangemap.sites import SiteTable

if TYPE_CHECKING:
    from rangemap.sites.stream import SiteStream

_LARGE: Final = 32 * 2**20
"""Size in bytes above which a file of sites is read in chunks."""

_MEDIUM: Final = 2**20
"""Size in bytes above which reading in chunks is faster."""


def read_selection(
    values: ScenarioValues,
    *,
    sites_file: str | None = None,
    origins_files: Sequence[Path] = (),
    lat: str | None = None,
    lon: str | None = None,
    name: str | None = None,
    lenient: bool = False,
    chunked: bool = False,
    prefer_streaming: bool = False,
    with_rejects: bool = False,
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
    lat, lon, name : str, optional
        Columns of those files if they are not the usual ones.
    lenient : bool, default False
        As in `select`.
    chunked : bool, default False
        Whether a large or remote file may be left unread, to be read in chunks.
    prefer_streaming : bool, default False
        Whether to do so for medium-sized files too, if pyarrow is installed, because no
        rows of them will be printed as a table.
    with_rejects : bool, default False
        Whether rows without a valid position will be rejected, which requires chunks.

    Returns
    -------
    Selection
        Origins, systems and sites, and notes about them.

    Raises
    ------
    RangemapError
        If a file cannot be read, or a name is unknown or ambiguous.
    """
    table, stream = None, None
    notes: list[str] = []
    if isinstance(values.sites, str):
        sites_file, values = values.sites, replace(values, sites=None)
    elif isinstance(values.sites, SiteTable):
        table, values = values.sites, replace(values, sites=None)
        if not len(table):
            notes.append("sites: the table has no rows, so nothing is checked")
    if sites_file is not None:
        table, stream = _sites_of(
            sites_file,
            lat=lat,
            lon=lon,
            name=name,
            sites_named=values.sites is not None,
            chunked=chunked,
            prefer_streaming=prefer_streaming,
            with_rejects=with_rejects,
        )
        if stream is None and not len(table):
            notes.append(
                f"{sites_file}: contains no sites, so nothing is checked; add rows below the header"
            )
    origins: list[Origin] = []
    if origins_files:
        from rangemap.sites import read_site_file  # few runs have such a file

        for path in origins_files:
            origins += origins_of(read_site_file(path, lat=lat, lon=lon, name=name))
    selection = select(
        values,
        read_catalogue([Path(path) for path in values.catalogue]),
        read_registry(None if values.registry is None else Path(values.registry)),
        site_table=table,
        more_origins=origins,
        lenient=lenient,
    )
    return replace(selection, stream=stream, notes=(*notes, *selection.notes))


def _sites_of(
    sites_file: str,
    *,
    lat: str | None,
    lon: str | None,
    name: str | None,
    sites_named: bool,
    chunked: bool,
    prefer_streaming: bool,
    with_rejects: bool,
) -> tuple[SiteTable, SiteStream | None]:
    """Read a file of sites, or open it to be read in chunks and return an empty table."""
    from rangemap.sites import read_site_file  # few runs have a file of sites
    from rangemap.sites.stream import can_stream, is_address, open_sites, read_sites

    path, from_afar = Path(sites_file), is_address(sites_file)
    least = _MEDIUM if prefer_streaming and not sites_named and find_spec("pyarrow") else _LARGE
    is_large = from_afar or (
        can_stream(sites_file) and is_regular(path) and path.stat().st_size > least
    )
    if chunked and (with_rejects or is_large):
        if sites_named:
            raise UsageError(
                f"{sites_file}: is read in chunks, so single sites cannot be selected from it;"
                " omit --site"
            )
        stream = open_sites(sites_file, lat=lat, lon=lon, label=name)
        return SiteTable.of_places([]), stream
    if from_afar:
        return read_sites(open_sites(sites_file, lat=lat, lon=lon, label=name)), None
    return read_site_file(path, lat=lat, lon=lon, name=name), None
