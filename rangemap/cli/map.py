"""`rangemap map`: rings, bands and sites on a page, or as files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.options import CiteOption, print_sources, with_selection
from rangemap.cli.words import write_output
from rangemap.errors import UsageError

if TYPE_CHECKING:
    from rangemap.scenario import Selection

SUFFIXES = (".html", ".geojson", ".csv")


@with_selection
def map_(
    selection: "Selection",
    outputs: tuple[str, ...],
    *,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help=f"File to write: {', '.join(SUFFIXES)}."
        ),
    ] = None,
    cite: CiteOption = None,
) -> None:
    """Draw the rings of weapons or ranges around origins, with sites and verdicts.

    Example: rangemap map --from "Jurf Al Sakhar" --weapon Fateh-110 -o map.html
    """
    paths = output or [Path(name) for name in outputs]
    if not paths and cite is None:
        raise UsageError("no output; name a file with -o FILE or under `outputs:`")
    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            raise UsageError(
                f"{path}: cannot write {path.suffix or 'a file without a suffix'};"
                f" expected {', '.join(SUFFIXES)}"
            )

    from rangemap.check import check_rows  # noqa: PLC0415  numpy, pyproj and shapely wait
    from rangemap.rings import make_rings  # noqa: PLC0415

    rings = make_rings(selection)
    rows = list(check_rows(selection))
    # All is made before the first file is touched.
    contents = [_content(path.suffix.lower(), selection, rings, rows).encode() for path in paths]
    for path, content in zip(paths, contents, strict=True):
        write_output(path, content)
    if cite is not None:
        print_sources(selection.systems, cite)


def _content(suffix: str, selection: "Selection", rings: Any, rows: Any) -> str:
    if suffix == ".html":
        from rangemap.render.leaflet import RangeMap  # noqa: PLC0415  folium costs a second
        from rangemap.render.page import make_payload  # noqa: PLC0415

        return RangeMap(make_payload(selection, rings, rows)).to_html()
    if suffix == ".geojson":
        from rangemap.render.geojson import to_geojson  # noqa: PLC0415

        return to_geojson(selection, rings, rows)
    from rangemap.check import check_table  # noqa: PLC0415
    from rangemap.render.tables import to_csv  # noqa: PLC0415

    return to_csv(*check_table(selection, edition=True))
