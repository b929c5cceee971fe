"""What clients are known to find. An entry whose fact holds in every file is a fault: delete it."""

from tests.clients.outcome import Expected

EXPECTED: tuple[Expected, ...] = (
    Expected("QGIS", "gpkg", "styles", "lines and verdicts have one symbol whatever they are"),
    Expected(
        "QGIS", "gpkg", "cuts", "areas have an outline, also where they are cut at 180 degrees"
    ),
    Expected("QGIS", "gpkg", "labels", "no layer has labels"),
    Expected("QGIS", "kml", "fields", "the data of a placemark have no types, so numbers are text"),
    Expected("QGIS", "kml", "outlines", "QGIS draws the outline of width 0 as a hairline"),
    Expected("rsvg without DejaVu", "svg", "fonts", "no family stands behind DejaVu Sans"),
    Expected(
        "rsvg without DejaVu", "svg", "rims", "rims are outlines of the letters of DejaVu Sans"
    ),
    Expected(
        "LibreOffice", "csv", "values", "a position such as 75,179 is read as the number 75179"
    ),
    Expected(
        "LibreOffice", "xlsx", "print", "sheets are printed upright, on several pages side by side"
    ),
)
