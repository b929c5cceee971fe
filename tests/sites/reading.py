"""Shared by the tests of files of sites: the two ways to read one."""

from pathlib import Path

from rangemap.sites import SiteTable, open_sites
from rangemap.sites.source import CHUNK_ROWS, SiteSource


def read_whole(path: Path) -> SiteTable:
    """Read a file at once, as for a small one."""
    return open_sites(str(path)).table()


def read_in_chunks(path: Path, chunk_rows: int = CHUNK_ROWS) -> SiteTable:
    """Read a file in chunks, as for a large one."""
    sites = open_sites(str(path), chunk_rows=chunk_rows)
    sites.require_names()
    table, rejects = SiteSource._read_whole(sites)
    sites.refuse(rejects)
    return table
