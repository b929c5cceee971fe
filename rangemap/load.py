"""From a scenario's words to what they select: the files it names are followed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rangemap.catalogue import read_catalogue
from rangemap.places import origins_of, read_registry, read_site_file
from rangemap.scenario import ScenarioWords, Selection, select


def load(
    words: ScenarioWords,
    *,
    sites_file: Path | None = None,
    origins_files: Sequence[Path] = (),
    lat: str | None = None,
    lon: str | None = None,
    name: str | None = None,
    lenient: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Selection:
    """Follow the files a scenario names, and find what its words mean in them.

    Parameters
    ----------
    words : ScenarioWords
        The question.
    sites_file : Path, optional
        Takes the registry's place as what sites are looked for in; where
        ``words.sites`` is itself a file name, that file does.
    origins_files : sequence of Path
        Files whose rows are origins too.
    lat, lon, name : str, optional
        Columns of those files where they are not the usual ones.
    lenient : bool, default False
        As in `select`.
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
        sites_file, words = Path(words.sites), words.model_copy(update={"sites": None})
    tables = [read_site_file(path, lat=lat, lon=lon, name=name) for path in origins_files]
    return select(
        words,
        read_catalogue([Path(path) for path in words.catalogue]),
        read_registry(None if words.registry is None else Path(words.registry)),
        site_table=None
        if sites_file is None
        else read_site_file(sites_file, lat=lat, lon=lon, name=name),
        more_origins=[origin for table in tables for origin in origins_of(table)],
        lenient=lenient,
        say=say,
    )
