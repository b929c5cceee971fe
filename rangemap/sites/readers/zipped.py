"""The one readable file in a zip archive, unpacked under a fixed name."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from rangemap.io.files import output_errors, read_bytes, scratch
from rangemap.limits import LARGEST_IMPORT, quoted
from rangemap.sites.raw import enumerate_names
from rangemap.sites.readers.archives import open_archive, read_member
from rangemap.sites.readers.log import ReadLog

ZIP: Final = ".zip"
_SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ARCHIVES: Final = (".zip", ".kmz", ".gz", ".7z", ".rar", ".tar")


@contextmanager
def unpacked_only(log: ReadLog, suffixes: Sequence[str]) -> Iterator[Path]:
    """Yield the only readable file of an archive, unpacked; see `unpack_only`."""
    with scratch() as folder:
        with output_errors(folder):
            path = unpack_only(log, folder, suffixes)
        yield path


def unpack_only(log: ReadLog, folder: Path, suffixes: Sequence[str]) -> Path:
    """Unpack the only readable file of an archive, with the companions of a shapefile.

    Parameters
    ----------
    log : ReadLog
        The archive.
    folder : Path
        An empty folder.
    suffixes : sequence of str
        Suffixes of readable files; ``.txt`` only counts if nothing else is readable, since
        archives often contain notes.

    Returns
    -------
    Path
        The file, named after nothing but its suffix.

    Raises
    ------
    DocumentError
        If there is not exactly one, or the archive has links, names outside its folder or
        too much content.
    """
    archive = open_archive(read_bytes(log.path, largest=LARGEST_IMPORT), name=log.name)
    members = [PurePosixPath(info.filename) for info in archive.infolist() if _is_file(info, log)]
    readable = [member for member in members if member.suffix.lower() in suffixes]
    readable = [each for each in readable if each.suffix.lower() != ".txt"] or readable
    if len(readable) != 1:
        raise _wrong_number(readable, members, suffixes, log)
    chosen = readable[0]
    suffix = chosen.suffix.lower()
    companions = _SHAPEFILE if suffix == ".shp" else ()
    for member in members:
        its = member.suffix.lower()
        if member == chosen or (
            its in companions and member.with_suffix("") == chosen.with_suffix("")
        ):
            content = read_member(archive, str(member), name=log.name)
            (folder / f"points{its}").write_bytes(content)
    others = len(members) - len(list(folder.iterdir()))
    rest = f"; {others} other file{'s' if others > 1 else ''} not read" if others else ""
    log.note("member", quoted(str(chosen)), f"the only readable file in the archive{rest}")
    return folder / f"points{suffix}"


def _wrong_number(
    readable: Sequence[PurePosixPath],
    members: Sequence[PurePosixPath],
    suffixes: Sequence[str],
    log: ReadLog,
) -> Exception:
    if readable:
        found = enumerate_names([str(member) for member in readable])
        return log.refusal(
            f"contains {len(readable)} readable files ({found}); unpack it and choose one"
        )
    nested = [str(member) for member in members if member.suffix.lower() in _ARCHIVES]
    if nested:
        return log.refusal(f"contains another archive, {enumerate_names(nested)}; unpack it first")
    found = enumerate_names([str(member) for member in members])
    return log.refusal(
        f"contains no readable file ({', '.join(suffixes)}), but {found}; unpack it, and convert the file"
        " that has the rows"
    )


def _is_file(info: zipfile.ZipInfo, log: ReadLog) -> bool:
    """Whether a member is a file that a user put there; one that leads elsewhere is refused."""
    if not info.filename:
        raise log.refusal("has a file without a name; make the archive again")
    path = PurePosixPath(info.filename)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise log.refusal(f"{str(path)[:100]!r} is a link; replace it with the file")
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or "\0" in info.filename:
        raise log.refusal(
            f"{str(path)[:100]!r} is outside the archive's own folder; make the archive again"
        )
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not info.is_dir() and not hidden
