"""Known findings of clients. An entry whose fact holds in every file is a fault: delete it."""

from tests.release.clients.outcome import Expected

EXPECTED: tuple[Expected, ...] = (
    Expected(
        "LibreOffice", "csv", "values", "a position such as 75,179 is read as the number 75179"
    ),
)
