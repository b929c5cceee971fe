"""Known findings of clients. An entry whose fact holds in every file is a fault: delete it."""

from tests.release.clients.outcome import Expected

EXPECTED: tuple[Expected, ...] = (
    Expected("QGIS", "gpkg", "styles", "lines and verdicts have one symbol whatever they are"),
    Expected("QGIS", "gpkg", "cuts", "areas are outlined along the cut at 180 degrees too"),
    Expected("QGIS", "gpkg", "labels", "no layer has labels"),
    Expected("QGIS", "kml", "fields", "the data of a placemark have no types, so numbers are text"),
    Expected("QGIS", "kml", "outlines", "QGIS draws an outline of width 0 as a hairline"),
    Expected("rsvg without DejaVu", "svg", "fonts", "no fallback family after DejaVu Sans"),
    Expected("rsvg without DejaVu", "svg", "rims", "halos are outlines of DejaVu Sans glyphs"),
    Expected(
        "LibreOffice", "csv", "values", "a position such as 75,179 is read as the number 75179"
    ),
    Expected(
        "LibreOffice", "xlsx", "print", "sheets are printed upright, on several pages side by side"
    ),
)
