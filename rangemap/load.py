"""From a scenario's words to what they select: the files it names are followed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rangemap.catalogue import read_catalogue
from rangemap.errors import UsageError
from rangemap.files import is_regular
from rangemap.places import SiteTable, origins_of, read_registry, read_site_file
from rangemap.places.pieces import can_stream, is_address, open_sites, read_sites
from rangemap.scenario import ScenarioWords, Selection, select

_LARGE: Final = 32 * 2**20
"""Bytes from which on a file of sites is read piece by piece."""

_MEDIUM: Final = 2**20
"""Bytes from which on that is faster."""


def load(
    words: ScenarioWords,
    *,
    sites_file: str | None = None,
    origins_files: Sequence[Path] = (),
    lat: str | None = None,
    lon: str | None = None,
    name: str | None = None,
    lenient: bool = False,
    by_pieces: bool = False,
    in_haste: bool = False,
    with_rejects: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Selection:
    """Follow the files a scenario names, and find what its words mean in them.

    Parameters
    ----------
    words : ScenarioWords
        The question.
    sites_file : str, optional
        File or address that takes the registry's place as what sites are looked for in;
        where ``words.sites`` is itself a file name, that file does.
    origins_files : sequence of Path
        Files whose rows are origins too.
    lat, lon, name : str, optional
        Columns of those files where they are not the usual ones.
    lenient : bool, default False
        As in `select`.
    by_pieces : bool, default False
        Whether a large file, or one from afar, may be left to be read piece by piece.
    in_haste : bool, default False
        Whether that is done for files of some size already, where pyarrow is installed: no
        rows of them will be shown on a screen.
    with_rejects : bool, default False
        Whether rows without a good position will be set apart, which is done so too.
    say : callable
        Told what is passed over, in one line each.

    Returns
    -------
    Selection
        Origins, systems and sites.

    Raises
    ------
    RangemapError
        If a file cannot be read, or a name means nothing or several things.
    """
    if isinstance(words.sites, str):
        sites_file, words = words.sites, words.model_copy(update={"sites": None})
    table, stream = None, None
    if (
        sites_file is not None
        and by_pieces
        and (with_rejects or _is_large(sites_file, in_haste=in_haste and words.sites is None))
    ):
        if words.sites is not None:
            raise UsageError(
                f"{sites_file}: is read piece by piece, and no site can be picked from it;"
                " leave out --site"
            )
        stream = open_sites(sites_file, lat=lat, lon=lon, label=name)
        table = SiteTable.of_places([])
    elif sites_file is not None and is_address(sites_file):
        table = read_sites(open_sites(sites_file, lat=lat, lon=lon, label=name))
    elif sites_file is not None:
        table = read_site_file(Path(sites_file), lat=lat, lon=lon, name=name)
    tables = [read_site_file(path, lat=lat, lon=lon, name=name) for path in origins_files]
    selection = select(
        words,
        read_catalogue([Path(path) for path in words.catalogue]),
        read_registry(None if words.registry is None else Path(words.registry)),
        site_table=table,
        more_origins=[origin for table in tables for origin in origins_of(table)],
        lenient=lenient,
        say=say,
    )
    return replace(selection, stream=stream)


def _is_large(sites_file: str, *, in_haste: bool) -> bool:
    """Whether a file is read piece by piece: one from afar, or too large to hold with ease."""
    if is_address(sites_file):
        return True
    path = Path(sites_file)
    least = _MEDIUM if in_haste and find_spec("pyarrow") else _LARGE
    return can_stream(sites_file) and is_regular(path) and path.stat().st_size > least
