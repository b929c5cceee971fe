"""Run by QGIS's Python: describe the layers of each file, one line of JSON per file."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any


def layers(path: str) -> Iterator[Any]:
    """Yield the layers of a file by number: KML folders may share a name."""
    from qgis.core import QgsVectorLayer

    source = f"/vsizip/{path}" if path.endswith(".zip") else path
    whole = QgsVectorLayer(source, "all", "ogr")
    names = whole.dataProvider().subLayers()
    seen: set[tuple[str, str]] = set()
    for entry in names:
        number, name = entry.split("!!::!!")[:2]
        if (number, name) not in seen:
            seen.add((number, name))
            yield QgsVectorLayer(f"{source}|layerid={number}", name, "ogr")


def facts(layer: Any) -> dict[str, Any]:
    """Return what a map of this layer would show."""
    from qgis.core import QgsFeatureRequest, QgsRenderContext

    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.EmbeddedSymbols)
    features = list(layer.getFeatures(request))
    renderer = layer.renderer()
    symbols = renderer.symbols(QgsRenderContext())
    drawn = [part for symbol in symbols for part in symbol.symbolLayers()]
    return {
        "name": layer.name(),
        "features": len(features),
        "invalid": sum(not f.geometry().isGeosValid() for f in features if f.hasGeometry()),
        "text_fields": [field.name() for field in layer.fields() if field.typeName() == "String"],
        "drawn_by": sorted(renderer.usedAttributes(QgsRenderContext())),
        "labelled": layer.labelsEnabled(),
        "outlined": any(part.layerType() == "SimpleFill" and part.strokeStyle() for part in drawn),
        "hairlines": any(_has_hairline(feature.embeddedSymbol()) for feature in features),
    }


def _has_hairline(symbol: Any) -> bool:
    """Whether a fill has a hairline outline: QGIS draws width 0 that way."""
    if symbol is None:
        return False
    look = symbol.symbolLayer(0).properties()
    visible = look.get("outline_style") != "no" and not look.get("outline_color", "").endswith(",0")
    return look.get("style") == "solid" and look.get("outline_width") == "0" and visible


def main() -> None:
    """Read the files named on the command line."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    application = QgsApplication([], False)  # noqa: FBT003  the library's own signature
    application.initQgis()
    for path in sys.argv[1:]:
        print(
            json.dumps({"path": path, "layers": [facts(layer) for layer in layers(path)]}),
            flush=True,
        )
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash if layers outlive the application


if __name__ == "__main__":
    main()
