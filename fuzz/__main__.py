"""Coverage-guided fuzzing of everything that reads untrusted input.

    python -m fuzz TARGET --seconds 60      (`make fuzz` runs every target)

A reader may only raise `RangemapError`, every line of its text must be a finding, and time and
memory are limited. Inputs that fail are written to ``fuzz/crashes/`` and become tests once fixed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).resolve().parent
LONGEST = {"position": 120, "cell": 300, "columns": 600, "range": 220, "place": 220, "number": 120}
SLOW_SECONDS = 10
MEMORY_MIB = 2048

with atheris.instrument_imports(include=["rangemap"]):
    from rangemap.catalogue.file import parse_catalogue
    from rangemap.catalogue.validate import validate_catalogue
    from rangemap.errors import RangemapError
    from rangemap.importing.cells import parse_cell
    from rangemap.importing.choices import DecimalSeparator
    from rangemap.importing.decisions import ImportLog, make_decisions
    from rangemap.importing.sites import import_sites
    from rangemap.importing.weapons import import_weapons
    from rangemap.io.documents import parse_json, parse_yaml
    from rangemap.io.files import decode
    from rangemap.names import match_key
    from rangemap.places.file import parse_registry
    from rangemap.places.lookup import find_place
    from rangemap.places.positions import parse_angle, parse_position
    from rangemap.places.registry import Registry
    from rangemap.places.validate import validate_registry
    from rangemap.render.style_file import read_style
    from rangemap.scenario.file import parse_scenario
    from rangemap.sites import open_sites
    from rangemap.sites.source import Chunk, SiteSource
    from rangemap.wording.quantities import parse_number, parse_range

SCRATCH = Path(tempfile.mkdtemp(prefix="rangemap-fuzz-"))


def _refuses(read: Callable[[], object]) -> object:
    """Read; only our own exception counts as a refusal."""
    try:
        return read()
    except RangemapError as error:
        if not str(error):
            raise AssertionError("a refusal without a message") from error
        return None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")


def _any_text(data: bytes) -> str:
    try:
        return _text(data)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def catalogue(data: bytes) -> None:
    """Catalogue files; reader and validator must accept the same files."""
    catalogue = _refuses(lambda: parse_catalogue(data, name="c.yaml"))
    weapons, findings = validate_catalogue(data, name="c.yaml")
    errors = [finding for finding in findings if finding.level == "error"]
    if (catalogue is None) != bool(errors) or (catalogue is not None) != bool(weapons):
        raise AssertionError("reader and validator disagree")


def scenario(data: bytes) -> None:
    """Scenario files."""
    _refuses(lambda: parse_scenario(data, name="s.yaml"))


def registry(data: bytes) -> None:
    """Registry files, as `catalogue`."""
    places = _refuses(lambda: parse_registry(data, name="r.geojson"))
    _, findings = validate_registry(data, name="r.geojson")
    if (places is None) != any(finding.level == "error" for finding in findings):
        raise AssertionError("reader and validator disagree")


def documents(data: bytes) -> None:
    """YAML and JSON documents."""
    text = _refuses(lambda: decode(data, name="x"))
    if isinstance(text, str):
        _refuses(lambda: parse_yaml(text, name="x"))
        _refuses(lambda: parse_json(text, name="x", lines=True))


def style(data: bytes) -> None:
    """House styles."""
    path = SCRATCH / "style.yaml"
    path.write_bytes(data)
    _refuses(lambda: read_style(path))


def _sites(suffix: str, data: bytes, *, streamed: bool) -> None:
    path = SCRATCH / f"sites{suffix}"
    path.write_bytes(data)
    table = _refuses(lambda: open_sites(str(path)).table())
    if table is not None:
        good = (abs(table.lon) <= 180).all() and (abs(table.lat) <= 90).all()
        if not good or not len(table.names) == len(table.lon) == len(table.rows):
            raise AssertionError("a site with an invalid position")
    if streamed:
        _refuses(lambda: list(_chunks(open_sites(str(path)))))


def _chunks(sites: SiteSource) -> Iterator[Chunk]:
    for task in sites.tasks():
        yield from sites.chunks(task)


def sites_csv(data: bytes) -> None:
    """CSV as a file of sites, whole and in chunks."""
    _sites(".csv", data, streamed=True)


def sites_geojson(data: bytes) -> None:
    """GeoJSON as a file of sites."""
    _sites(".geojson", data, streamed=False)


def sites_vector(data: bytes) -> None:
    """Binary formats; the first byte selects one."""
    suffix = (".fgb", ".shp", ".gpkg", ".parquet")[data[0] % 4] if data else ".fgb"
    _sites(suffix, data[1:], streamed=suffix != ".shp")


def sites_gpx(data: bytes) -> None:
    """GPX, whole and through imports."""
    _sites(".gpx", data, streamed=True)
    _imported(".gpx", data, weapons=False)


def sites_sequence(data: bytes) -> None:
    """GeoJSON text sequences and lists of objects; the first byte selects one."""
    suffix = (".geojsons", ".geojsonl", ".json")[data[0] % 3] if data else ".json"
    _sites(suffix, data[1:], streamed=True)
    _imported(suffix, data[1:], weapons=False)


def cell(data: bytes) -> None:
    """Positions in one cell, as text and as bytes: WKB, EWKT, GeoJSON, aviation notations."""
    for value in (data, _any_text(data), data.hex()):
        for separator in DecimalSeparator:
            found = _refuses(lambda: parse_cell(value, separator))  # noqa: B023  called at once
            if found is not None and not isinstance(found.first + found.second, float):
                raise AssertionError("a position that is not two numbers")


def columns(data: bytes) -> None:
    """Tables whose columns are degrees, minutes, seconds and hemispheres."""
    names = ("lat", "lat_min", "lat_sec", "lat_hemi", "lon", "lon_min", "lon_sec", "lon_hemi")
    used = [name for bit, name in enumerate(names) if data[:1] and data[0] >> bit & 1]
    header = ";".join(["name", *used]).encode()
    _imported(".csv", header + b"\n" + data[1:], weapons=False)


def _imported(suffix: str, data: bytes, *, weapons: bool) -> None:
    path = SCRATCH / f"import{suffix}"
    path.write_bytes(data)
    fill = {"publisher": "P", "country": "X"}
    if weapons:
        read = import_weapons
        decisions = make_decisions(fill={**fill, "category": "c"}, unit="km")
    else:
        read = import_sites
        decisions = make_decisions(fill={**fill, "kind": "k"})
    result = _refuses(lambda: read(ImportLog(path, decisions)))
    if result is not None and result.n_rows > len(result.rejects):
        # The other reader must accept the output.
        if weapons:
            parse_catalogue(result.content.encode(), name="written")
        else:
            parse_registry(result.content.encode(), name="written")


def sites_kml(data: bytes) -> None:
    """KML, which only imports read."""
    _imported(".kml", data, weapons=False)


def importing(data: bytes) -> None:
    """Every format that imports read; the first byte selects it."""
    kinds = (".csv", ".tsv", ".csv.gz", ".geojson", ".kmz", ".xlsx", ".zip", ".parquet", ".gpkg")
    suffix = kinds[data[0] % len(kinds)] if data else ".csv"
    weapons = suffix in {".csv", ".xlsx", ".parquet"} and bool(data) and data[0] & 0x80 > 0
    _imported(suffix, data[1:], weapons=weapons)


def position(data: bytes) -> None:
    """Positions and angles as typed."""
    text = _any_text(data)
    _refuses(lambda: parse_angle(text))
    found = _refuses(lambda: parse_position(text))
    if found is not None:
        lon, lat = found.lonlat
        if not (-180 <= lon <= 180 and -90 <= lat <= 90 and found.precision_m >= 0):
            raise AssertionError("an invalid position")
        again = parse_position(found.name)
        if again is None or max(abs(again.lonlat.lon - lon), abs(again.lonlat.lat - lat)) > 1e-7:
            raise AssertionError("a name that means another position")


def place(data: bytes) -> None:
    """Any text typed as a PLACE."""
    text = _any_text(data)
    match_key(text)
    _refuses(lambda: find_place(text, Registry(())))


def range_(data: bytes) -> None:
    """Ranges and figures as typed."""
    text = _any_text(data)
    _refuses(lambda: parse_number(text))
    found = _refuses(lambda: parse_range(text))
    if found is not None:
        if not 0 < found.low_m <= found.high_m:
            raise AssertionError("an invalid range")
        again = parse_range(str(found))
        if abs(again.high_m - found.high_m) > 1e-6 * found.high_m + 1e-3:
            raise AssertionError("a phrase that means another range")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "catalogue": catalogue,
    "scenario": scenario,
    "registry": registry,
    "documents": documents,
    "style": style,
    "sites-csv": sites_csv,
    "sites-geojson": sites_geojson,
    "sites-gpx": sites_gpx,
    "sites-sequence": sites_sequence,
    "cell": cell,
    "columns": columns,
    "sites-kml": sites_kml,
    "sites-vector": sites_vector,
    "importing": importing,
    "position": position,
    "place": place,
    "range": range_,
}


def seeds(target: str) -> Iterable[bytes]:
    """Yield the seeds of a target: records of our own data, and texts from the tests."""
    from fuzz.seeds import SEEDS

    return SEEDS[target]()


def main() -> None:
    """Fuzz one target for a number of seconds."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=-1)
    options = parser.parse_args()
    corpus = SCRATCH / "corpus"
    corpus.mkdir()
    for number, content in enumerate(seeds(options.target)):
        (corpus / f"seed-{number:04}").write_bytes(content)
    crashes = FOLDER / "crashes"
    crashes.mkdir(exist_ok=True)
    kept = FOLDER / "corpus" / options.target
    folders = [str(corpus), *([str(kept)] if kept.is_dir() else [])]
    print(json.dumps({"target": options.target, "seeds": len(list(corpus.iterdir()))}), flush=True)
    atheris.Setup(
        [
            sys.argv[0],
            *folders,
            f"-max_total_time={options.seconds}",
            f"-runs={options.runs}",
            f"-max_len={LONGEST.get(options.target, 4096)}",
            f"-timeout={SLOW_SECONDS}",
            f"-rss_limit_mb={MEMORY_MIB}",
            f"-artifact_prefix={crashes}/{options.target}-",
            "-print_final_stats=1",
            "-verbosity=0",
        ],
        TARGETS[options.target],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
