"""Pages checked by the Nu validator, and KML by the OGC schema."""

import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tests.release.clients.outcome import (
    AbsentError,
    Check,
    first,
    found,
    name_of,
    node_module,
    program,
)
from tests.release.clients.outputs import ROOT

# Valid, but unknown to Nu: a property for old Internet Explorer in Leaflet's style sheet, an SVG 2
# property that every browser supports, and container units, which scale a frame for print.
UNKNOWN_TO_NU = ("“behavior”", "“paint-order”", "“container-type”", "“scale”")


def nu(folder: Path) -> Iterator[Check]:
    """Validate the HTML and CSS of every page and report."""
    java = program("java", "default-jre-headless")
    jar = node_module("vnu-jar", "build", "dist", "vnu.jar")
    paths = found(folder, "map.html", "report.html")
    done = subprocess.run(
        [java, "-jar", jar, "--format", "json", "--errors-only", "--stdout", "--exit-zero-always", *paths],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    messages = json.loads(done.stdout)["messages"]
    for path in paths:
        problems = [
            one["message"] for one in messages
            if one["url"].endswith(name_of(path)) and not any(word in one["message"] for word in UNKNOWN_TO_NU)
        ]  # fmt: skip
        kind = "report" if path.name == "report.html" else "page"
        yield Check(kind, "valid", name_of(path), first(problems))


def kml(folder: Path) -> Iterator[Check]:
    """Validate KML, and the KML in KMZ files, by the KML 2.2 schema."""
    schemas = next(ROOT.glob(".venv-clients/lib/*/site-packages/pykml/schemas"), None)
    if schemas is None:
        raise AbsentError("run make clients, which installs pykml into .venv-clients")
    schema = etree.XMLSchema(file=str(schemas / "ogckml22.xsd"))
    for path in found(folder, ".kml", ".kmz"):
        if path.suffix == ".kmz":
            with zipfile.ZipFile(path) as archive:
                document = etree.fromstring(archive.read("doc.kml"))
        else:
            document = etree.fromstring(path.read_bytes())
        schema.validate(document)
        problems = [f"line {error.line}: {error.message}" for error in schema.error_log]
        yield Check(path.suffix[1:], "valid", name_of(path), first(problems))
