"""Reading an extract, in a process of its own: GeoPackage and GeoJSON through GDAL, GeoParquet through Arrow.

`process.py` starts it with limits, sends the request to its standard input as JSON, and reads the
answer from its standard output.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from rangemap.errors import DocumentError, RangemapError
from rangemap.io.crs import check_crs
from rangemap.io.files import error_text, is_regular
from rangemap.limits import (
    LARGEST_EXTRACT,
    LARGEST_EXTRACT_JSON,
    LONGEST_TEXT,
    MOST_EXTRACT_FEATURES,
    MOST_EXTRACT_VERTICES,
    quoted,
)
from rangemap.render.extract.features import Box, Collected, Columns, in_any, thinned
from rangemap.render.extract.schema import (
    TAGS,
    MapClass,
    Source,
    classes_at,
    expected_columns,
    source_of,
)
from rangemap.sites.formats import geo_column
from rangemap.sites.gdal import refuse_disguised
from rangemap.text import is_web_address, sanitised

if TYPE_CHECKING:
    from numpy.typing import NDArray

OPENSTREETMAP: Final = "© OpenStreetMap contributors, ODbL"
"""The attribution that the licence of OpenStreetMap requires."""

# GDAL opens a file by its content: in this process only these formats exist. Those that it does
# not let go (shapefile, MapInfo) have signatures that no accepted file begins with.
_SKIPPED: Final = (
    "MEM PCIDSK PDS4 VICAR PDF MBTiles EEDA OGCAPI GDALG LVBAG S57 DGN OGR_VRT CSV GML GPX LIBKML KML"
    " GeoJSONSeq ESRIJSON TopoJSON OGR_GMT SQLite WAsP OpenFileGDB DXF FlatGeobuf GeoRSS VFK PGDUMP OSM"
    " GPSBabel OGR_PDS WFS OAPIF EDIGEO Idrisi ODS XLSX Elasticsearch Carto AmigoCloud SXF Selafin JML"
    " PLSCENES CSW VDV MVT NGW MapML GTFS PMTiles JSONFG MiraMonVector ADBC AVCBin AVCE00 AIVector HTTP"
)
_HEAD: Final = 8_192
_CREDITS: Final = ("attribution", "copyright", "credit")
_CUT: Final = "cut it to the area of the map (docs/basemaps.md)"
_BATCH: Final = 20_000


class _File:
    """One extract: what is read of it, and what is said about it."""

    def __init__(self, path: Path, request: dict[str, Any]) -> None:
        self.path, self.name = path, str(request["names"][str(path)])
        self.boxes: list[Box] = [tuple(box) for box in request["boxes"]]
        self.wanted = classes_at(request["metres_per_px"])
        self.lang = str(request["lang"])
        self.credits: list[str] = []
        self.unknown: list[str] = []
        self.known = 0
        self._features = self._vertices = 0

    def columns_of(self, source: Source, present: Sequence[str]) -> list[str]:
        """Return the columns of a layer that are read."""
        wanted = (*source.keys, *source.also_read, *self.names, TAGS)
        return [column for column in dict.fromkeys(wanted) if column in present]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of names, the best first."""
        return (f"name:{self.lang}", f"name_{self.lang}", "name")

    def count(self, geometries: NDArray[Any]) -> None:
        """Refuse too many features or vertices."""
        self._features += len(geometries)
        self._vertices += int(shapely.get_num_coordinates(geometries).sum())
        for what, count, most in (
            ("features", self._features, MOST_EXTRACT_FEATURES),
            ("vertices", self._vertices, MOST_EXTRACT_VERTICES),
        ):
            if count > most:
                raise DocumentError(
                    f"{self.name}: more than {most:,} {what} in the area of the map; keep only the roads,"
                    " waters and places that it needs, or choose a smaller --extent"
                )

    def add(self, source: Source, columns: Columns, geometries: Any, into: Collected) -> None:
        """Add the features of a layer or of a part of it; geometries are WKB."""
        shapes = shapely.from_wkb(np.asarray(geometries, dtype=object), on_invalid="ignore")
        self.count(shapes)
        shapes = shapely.force_2d(shapes)
        bounds = shapely.bounds(shapes)
        kept = np.flatnonzero(in_any(self.boxes, bounds) & (np.abs(bounds) <= 360).all(axis=1))
        part = {name: [values[i] for i in kept.tolist()] for name, values in columns.items()}
        into.add(source, part, shapes[kept], wanted=self.wanted, names=self.names, boxes=self.boxes)


def read(request: dict[str, Any]) -> dict[str, Any]:
    """Read extracts, and return what a map draws of them.

    Parameters
    ----------
    request : dict
        ``paths`` and their ``names`` in errors, ``boxes``, ``metres_per_px``, ``lang``,
        ``most_vertices`` and ``most_places``.

    Returns
    -------
    dict
        ``lines``, ``areas``, ``places`` and ``omitted`` as `features.Thinned`, ``credits`` and
        ``notes``.
    """
    collected = Collected()
    credits_found: list[list[str]] = []
    notes: list[str] = []
    for each in request["paths"]:
        file = _File(Path(each), request)
        _READERS[file.path.suffix.lower()](file, collected)
        credits_found.append(list(dict.fromkeys(file.credits)))
        if file.unknown:
            layers = ", ".join(map(quoted, file.unknown[:10]))
            text = (
                f"{file.name}: not drawn: {layers}; a layer is drawn if it has one of the columns"
                f" {expected_columns()}"
            )
            if not file.known:
                raise DocumentError(text)
            notes.append(text)
    found = thinned(
        collected,
        metres_per_px=request["metres_per_px"],
        most_vertices=request["most_vertices"],
        most_places=request["most_places"],
    )
    return {
        "lines": found.lines,
        "areas": found.areas,
        "places": found.places,
        "omitted": found.omitted,
        "credits": credits_found,
        "notes": notes,
    }


def _where(source: Source, present: Sequence[str], wanted: frozenset[MapClass]) -> str:
    """Return the condition in SQL for features of a class that is wanted; all names are of our table."""
    values: dict[str, list[str]] = {}
    for table in source.columns.values():
        for column, classes in table.items():
            values.setdefault(column, []).extend(
                value for value, each in classes.items() if each in wanted
            )
    conditions = []
    for column, accepted in values.items():
        quoted_values = ", ".join(f"'{value}'" for value in dict.fromkeys(accepted))
        if column in present and accepted:
            conditions.append(f'"{column}" IN ({quoted_values})')
        elif TAGS in present and accepted:
            conditions.append(f'"{TAGS}" LIKE \'%"{column}"=>%\'')
    return " OR ".join(conditions) or "1 = 0"


def _read_gdal(file: _File, into: Collected) -> None:
    pyogrio, path = _pyogrio(), file.path.resolve()
    with warnings.catch_warnings(action="ignore"):  # pyogrio then reads or refuses the file
        for layer, kind in pyogrio.list_layers(path):
            if kind is None:
                continue
            about = pyogrio.read_info(path, layer=layer)
            present = [str(column) for column in about["fields"]]
            source = source_of(present)
            if source is None:
                file.unknown.append(str(layer))
                continue
            check_crs(about["crs"], name=file.name)
            file.known += 1
            if not set(source.identifiers).isdisjoint(present):
                file.credits.append(OPENSTREETMAP)
            for kept in ("dataset_metadata", "layer_metadata"):
                for key, value in (about[kept] or {}).items():
                    if str(key).casefold() in _CREDITS:
                        file.credits.append(plain_credit(str(value)))
            columns = file.columns_of(source, present)
            for box in file.boxes:
                meta, _, geometries, fields = pyogrio.raw.read(
                    path,
                    layer=layer,
                    columns=columns,
                    bbox=box,
                    where=_where(source, present, file.wanted),
                    max_features=MOST_EXTRACT_FEATURES + 1,
                )
                names = [str(name) for name in meta["fields"]]
                cells: Columns = dict(zip(names, fields, strict=True))
                file.add(source, cells, geometries, into)


def _read_gpkg(file: _File, into: Collected) -> None:
    refuse_disguised(file.path, name=file.name)
    _refuse_large(file, LARGEST_EXTRACT, _CUT)
    _read_gdal(file, into)


def _read_geojson(file: _File, into: Collected) -> None:
    advice = "convert it to GeoPackage: ogr2ogr roads.gpkg FILE"
    _refuse_large(file, LARGEST_EXTRACT_JSON, advice)
    with file.path.open("rb") as opened:
        head = opened.read(_HEAD).decode("utf-8-sig", "replace")
    if not head.lstrip().startswith("{"):
        raise DocumentError(f"{file.name}: is not GeoJSON by its content; check its name")
    about = head.partition('"features"')[0]
    for key in _CREDITS:
        match = re.search(rf'"{key}"\s*:\s*("(?:[^"\\]|\\.)*")', about)
        if match:
            file.credits.append(plain_credit(json.loads(match[1])))
    _read_gdal(file, into)


def _read_geoparquet(file: _File, into: Collected) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise DocumentError(
            f'{file.name}: needs pyarrow; pip install "rangemap[parquet]"'
        ) from error
    _refuse_large(file, LARGEST_EXTRACT, _CUT)
    try:
        schema = pq.read_schema(file.path)
        about = (schema.metadata or {}).get(b"geo")
        if about is None:
            raise DocumentError(f"{file.name}: is not GeoParquet: it has no `geo` metadata")
        geometry = str(geo_column(about, encodings=("WKB",), name=file.name).name)
        source = source_of(schema.names)
        if source is None:
            file.unknown.append(file.path.stem)
            return
        file.known += 1
        for table in _batches(file, source, schema, geometry):
            file.add(source, table, table[geometry], into)
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        if isinstance(error, RangemapError):
            raise
        raise DocumentError(f"{file.name}: cannot be read: {error_text(error)}") from error


def _batches(
    file: _File, source: Source, schema: Any, geometry: str
) -> Iterator[dict[str, list[Any]]]:
    """Yield the columns of the rows near the boxes of a file, in parts; note its credits."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    columns: dict[str, Any] = {
        name: ds.field(name)
        for name in (geometry, *file.columns_of(source, schema.names))
        if not pa.types.is_nested(schema.field(name).type)
    }
    if "names" in schema.names:  # of Overture
        columns["name"] = ds.field("names", "primary")
        columns["common"] = ds.field("names", "common")
    if "sources" in schema.names:
        columns["sources"] = ds.field("sources")
    elif not set(source.identifiers).isdisjoint(schema.names):
        file.credits.append(OPENSTREETMAP)
    scanner = ds.dataset(file.path, format="parquet", schema=schema).scanner(
        columns=columns,
        filter=_in_boxes(file, schema, ds.field),
        batch_size=_BATCH,
        batch_readahead=1,
        fragment_readahead=1,
        use_threads=False,
    )
    for batch in scanner.to_batches():
        table = {name: batch.column(name).to_pylist() for name in batch.schema.names}
        file.credits += _sources(table.pop("sources", ()))
        if "common" in table:
            common = table.pop("common")
            table[f"name:{file.lang}"] = [dict(each or ()).get(file.lang) for each in common]
        yield table


def _in_boxes(file: _File, schema: Any, field_of: Any) -> Any:
    """Return the filter by a column of bounding boxes; None without one."""
    if "bbox" not in schema.names:
        return None
    conditions = [
        (field_of("bbox", "xmin") <= east)
        & (field_of("bbox", "xmax") >= west)
        & (field_of("bbox", "ymin") <= north)
        & (field_of("bbox", "ymax") >= south)
        for west, south, east, north in file.boxes
    ]
    return conditions[0] if len(conditions) == 1 else conditions[0] | conditions[1]


def _sources(column: Sequence[Any]) -> list[str]:
    """Return the credits that Overture's column of sources asks for."""
    datasets = {
        str(source.get("dataset"))
        for cell in column
        for source in (cell or ())
        if isinstance(source, dict)
    }
    return [OPENSTREETMAP] if "OpenStreetMap" in datasets else []


def _refuse_large(file: _File, largest: int, advice: str) -> None:
    if not is_regular(file.path):
        raise DocumentError(f"{file.name}: not a regular file; give the name of a file")
    if file.path.stat().st_size > largest:
        raise DocumentError(f"{file.name}: larger than {largest // 2**20:,} MiB; {advice}")


class _Text(HTMLParser):
    """The text of HTML, and the http(s) addresses of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of a link."""
        self._hidden += tag in {"script", "style"}
        self._links += [
            value for key, value in attrs if tag == "a" and key == "href" and value is not None
        ]

    def handle_endtag(self, tag: str) -> None:
        """Write the address of a link after its text."""
        self._hidden -= tag in {"script", "style"} and self._hidden > 0
        if tag == "a" and self._links:
            address = self._links.pop()
            if is_web_address(address):
                self.parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if not self._hidden:
            self.parts.append(data)


def plain_credit(markup: str) -> str:
    """Return an attribution as one line of text; of its links only http(s) addresses are kept.

    Examples
    --------
    >>> plain_credit('<a href="https://a.org/">© A</a> <script>x()</script><a href="javascript:x">B</a>')
    '© A (https://a.org/) B'
    """
    parser = _Text()
    parser.feed(markup[: 10 * LONGEST_TEXT])
    parser.close()
    return " ".join(sanitised("".join(parser.parts)).split())[:300]


_READERS: Final = {
    ".gpkg": _read_gpkg,
    ".geojson": _read_geojson,
    ".json": _read_geojson,
    ".parquet": _read_geoparquet,
    ".geoparquet": _read_geoparquet,
}
SUFFIXES: Final = tuple(_READERS)
"""The suffixes of extracts that are read."""


def prepare() -> None:
    """Leave only the accepted formats to GDAL."""
    os.environ["GDAL_SKIP"] = _SKIPPED


def _pyogrio() -> Any:
    """Import pyogrio without pandas, which it imports if it can: that takes 1.5 s."""
    unused: dict[str, Any] = dict.fromkeys({"pandas", "geopandas"} - sys.modules.keys())
    sys.modules.update(unused)
    try:
        import pyogrio  # loads GDAL, with the formats left by GDAL_SKIP
    finally:
        for name in unused:
            del sys.modules[name]
    return pyogrio


def main() -> None:
    """Answer the request on standard input; errors are a part of the answer."""
    prepare()
    request = json.load(sys.stdin)
    answer: dict[str, Any]
    try:
        answer = read(request)
    except RangemapError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"memory": True}
    except Exception as error:  # noqa: BLE001  GDAL's and GEOS's errors have many types
        names = ", ".join(request["names"].values())
        answer = {"error": f"{names}: cannot be read: {error_text(error)}"}
    sys.stdout.write(json.dumps(answer, separators=(",", ":")))


if __name__ == "__main__":
    main()
