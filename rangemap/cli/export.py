"""`rangemap weapons export`: the catalogue and the registry as a dataset."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from rangemap.cli.console import print_message
from rangemap.cli.options import key_option
from rangemap.errors import DocumentError, OutputError, UsageError


def export(
    *,
    package: Annotated[
        Path | None,
        typer.Option(
            "--package", metavar="DIR", help="Folder to write; an earlier dataset is replaced."
        ),
    ] = None,
    catalogue: Annotated[list[Path] | None, key_option("catalogue")] = None,
    registry: Annotated[Path | None, key_option("registry")] = None,
) -> None:
    """Write the catalogue and the registry as a dataset that others can cite and load.

    The folder contains weapons, claims, publishers and sites as CSV and Parquet, the sites as
    GeoJSON, descriptions for Frictionless, Croissant and schema.org tools, CITATION.cff, and
    README.md, which defines every column. `rangemap weapons import DIR` makes a catalogue of it.

    Example: rangemap weapons export --package rangemap-weapons
    """
    from rangemap.catalogue import BUILT_IN, read_catalogue, read_publishers
    from rangemap.extras import require
    from rangemap.io.files import refuse_overwriting
    from rangemap.io.folders import write_folder
    from rangemap.places import read_registry
    from rangemap.render.dataset import dataset_files

    if package is None:
        raise UsageError("nothing to write; name a folder with --package DIR")
    require("pyarrow", "parquet", "a dataset")
    contents = dataset_files(
        read_catalogue(catalogue or ()), read_registry(registry), read_publishers()
    )
    _refuse_foreign(package, contents)
    read = [
        path
        for path in (*(catalogue or ()), registry)
        if path is not None and str(path) != BUILT_IN
    ]
    refuse_overwriting(read, [package / name for name in contents])
    write_folder(package, contents)
    size = sum(map(len, contents.values()))
    print_message(f"wrote {package} ({len(contents)} files, {size / 1000:,.0f} kB)")


def _refuse_foreign(folder: Path, names: Collection[str]) -> None:
    """Refuse to replace anything but an earlier dataset with nothing else in it."""
    from rangemap.io.documents import parse_json
    from rangemap.io.files import output_errors, read_text
    from rangemap.render.dataset import NAME

    advice = "choose another folder, or remove this one"
    with output_errors(folder):
        if not folder.exists():
            if folder.is_symlink():
                raise OutputError(f"{folder}: is a link to nothing; choose another folder")
            return
        if not folder.is_dir():
            raise OutputError(f"{folder}: is not a folder; choose another name")
        found = sorted(path.name for path in folder.iterdir())
    if "datapackage.json" not in found:
        raise OutputError(f"{folder}: is not a dataset of rangemap (no datapackage.json); {advice}")
    try:
        path = folder / "datapackage.json"
        content = parse_json(read_text(path), name=str(path)).content
    except DocumentError as error:
        raise OutputError(f"{folder}: its datapackage.json cannot be read; {advice}") from error
    if not isinstance(content, dict) or content.get("name") != NAME:
        raise OutputError(
            f"{folder}: is not a dataset of rangemap (name in datapackage.json); {advice}"
        )
    others = [name for name in found if name not in names]
    if others:
        raise OutputError(
            f"{folder}: contains {others[0]!r}, which is not part of a dataset; move it, or choose"
            " another folder"
        )
