"""GIS files in QGIS, through its own Python."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyogrio

from tests.release.clients.outcome import HERE, AbsentError, Check, first, found, name_of, of

FORMATS = (".gpkg", ".kml", ".geojson", ".fgb", ".shp.zip")
PYTHON = "/usr/bin/python3"  # Debian builds its QGIS for this Python


def qgis(folder: Path) -> Iterator[Check]:
    """Load every layer of every file: features, geometry, fields and style."""
    if subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, check=False
    ).returncode:
        raise AbsentError("apt-get install python3-qgis")
    paths = found(folder, *(f"map{suffix}" for suffix in FORMATS))
    done = subprocess.run(
        [PYTHON, HERE / "qgis_layers.py", *paths], capture_output=True, text=True, check=False, timeout=1800
    )  # fmt: skip
    seen = {facts["path"]: facts for facts in map(json.loads, done.stdout.splitlines())}
    for path in paths:
        kind = path.name.partition(".")[2]
        if str(path) not in seen:
            yield Check(kind, "opens", name_of(path), f"QGIS ended: {done.stderr.strip()[-200:]}")
            continue
        layers = seen[str(path)]["layers"]
        yield Check(kind, "features", name_of(path), _counted(path, layers))
        invalid = [f"{one['name']}: {one['invalid']} invalid" for one in layers if one["invalid"]]
        yield Check(kind, "geometry", name_of(path), first(invalid))
        if kind == "gpkg":
            yield from _styles(path, layers)
        if kind == "kml":
            text = sorted({f for one in layers for f in one["text_fields"] if f.endswith("_km")})
            yield Check(
                kind, "fields", name_of(path), first([f"{field} is text" for field in text])
            )
            lines = [one["name"] for one in layers if one["hairlines"]]
            problem = first([f"{name}: areas are outlined" for name in lines])
            yield Check(kind, "outlines", name_of(path), problem)


def qgis_version() -> str:
    """Return the version of QGIS."""
    return of(PYTHON, "-c", "import qgis.core; print(qgis.core.Qgis.QGIS_VERSION)")()


def _counted(path: Path, layers: list[dict[str, Any]]) -> str:
    """Compare the number of features with the count of another GDAL version."""
    source = f"/vsizip/{path}" if path.suffix == ".zip" else str(path)
    expected = sum(
        pyogrio.read_info(source, layer=name, force_feature_count=True)["features"]
        for name, geometry in pyogrio.list_layers(source)
        if geometry is not None  # the styles table has none
    )
    loaded = sum(one["features"] for one in layers)
    return "" if loaded == expected else f"{loaded} features, expected {expected}"


def _styles(path: Path, layers: list[dict[str, Any]]) -> Iterator[Check]:
    by_name = {one["name"]: one for one in layers}
    attributes = {"lines": "line", "verdicts": "verdict"}
    plain = [
        f"{name} are not drawn by {attribute}" for name, attribute in attributes.items()
        if name in by_name and attribute not in by_name[name]["drawn_by"]
    ]  # fmt: skip
    yield Check("gpkg", "styles", name_of(path), first(plain))
    outlined = by_name["rings"]["outlined"]
    yield Check("gpkg", "cuts", name_of(path), "the cut at 180° is drawn" if outlined else "")
    unnamed = [name for name in ("origins", "sites") if name in by_name and not by_name[name]["labelled"]]  # fmt: skip
    yield Check("gpkg", "labels", name_of(path), first([f"{name} have none" for name in unnamed]))
