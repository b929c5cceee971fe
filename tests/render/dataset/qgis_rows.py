"""Run by QGIS's Python: the rows, fields and bounds of each file, one line of JSON per file."""

import json
import os
import sys


def main() -> None:
    """Read the files named on the command line."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication, QgsVectorLayer

    application = QgsApplication([], False)  # noqa: FBT003  the library's own signature
    application.initQgis()
    for path in sys.argv[1:]:
        layer = QgsVectorLayer(path, "layer", "ogr")
        bounds = layer.extent()
        facts = {
            "valid": layer.isValid(),
            "rows": layer.featureCount(),
            "fields": [field.name() for field in layer.fields()],
            "points": sum(not each.geometry().isEmpty() for each in layer.getFeatures()),
            "bounds": [bounds.xMinimum(), bounds.yMinimum(), bounds.xMaximum(), bounds.yMaximum()],
        }
        print(json.dumps(facts), flush=True)
    os._exit(0)  # QGIS may crash if layers outlive the application


if __name__ == "__main__":
    main()
