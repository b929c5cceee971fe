"""CPU time of importing and validating tables, and of reading the same workbook with pandas.

``python -m comparisons.speed tables``; each is a whole command, start-up included.
"""

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from comparisons.speed._process import COMMAND
from comparisons.speed._results import keep, part

ROUNDS = 5
N_CSV = 100_000
N_VALIDATED = 40_000
N_SHEET, N_COLUMNS = 12_000, 40
COLUMNS = ("name", "lat", "lon", "country", "kind", "publisher", "url", "date")
SEED = 20240128
PANDAS = "import sys, pandas; frame = pandas.read_excel(sys.argv[1]); assert frame.shape == ({}, {}), frame.shape"


def main() -> None:
    """Measure in turn, and keep the least time of each."""
    with part("tables"), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = [write_csv(folder / f"{n}.csv", n) for n in (N_CSV, N_VALIDATED)]
        places = [table.with_suffix(".geojson") for table in tables]
        sheet = write_sheet(folder / "sheet.xlsx")
        shape = (N_SHEET, N_COLUMNS)
        commands = {
            f"sites import, {N_CSV:,} rows of CSV": importing(tables[0], places[0]),
            f"sites validate, these {N_CSV:,} places": validating(places[0]),
            f"sites import, {N_VALIDATED:,} rows of CSV": importing(tables[1], places[1]),
            f"sites validate, these {N_VALIDATED:,} places": validating(places[1]),
            f"sites import, a sheet of {N_SHEET:,} rows x {N_COLUMNS}": importing(
                sheet, folder / "sheet.geojson"
            ),
            "pandas.read_excel, the same sheet": [sys.executable, "-c", PANDAS.format(*shape), str(sheet)],
        }  # fmt: skip
        spent: dict[str, list[float]] = {what: [] for what in commands}
        for _ in range(ROUNDS):  # in turn, so that other work on the machine affects all alike
            for what, words in commands.items():
                spent[what].append(cpu_seconds(words))
        found = {what: min(seconds) for what, seconds in spent.items()}
        keep({"tables": found})
    for what, seconds in found.items():
        print(f"{what}: {seconds:.2f} s")


def importing(table: Path, places: Path) -> list[str]:
    return [*COMMAND, "sites", "import", str(table), "-o", str(places)]


def validating(places: Path) -> list[str]:
    return [*COMMAND, "sites", "validate", str(places)]


def cpu_seconds(words: list[str]) -> float:
    """Return the user and system time of a command, which must succeed."""
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(words)}: exit {child.returncode}")
    return used.ru_utime + used.ru_stime


def rows_of(n_rows: int, n_columns: int = len(COLUMNS)) -> list[list[str | float]]:
    """Return places in and around Iraq; columns beyond the usual ones are texts and figures."""
    rng = random.Random(SEED)
    rows = []
    for i in range(n_rows):
        position = [round(rng.uniform(31, 34), 5), round(rng.uniform(43, 46), 5)]
        row = [f"Site {i}", *position, "Iraq", "base", "P", "https://example.org/a", "2024-01-02"]
        row += [
            round(rng.uniform(0, 1e5), 3) if j % 2 else f"text {rng.randrange(500)}"
            for j in range(len(row), n_columns)
        ]
        rows.append(row)
    return rows


def write_csv(path: Path, n_rows: int) -> Path:
    lines = [",".join(map(str, row)) for row in [COLUMNS, *rows_of(n_rows)]]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def write_sheet(path: Path) -> Path:
    import xlsxwriter

    more = [f"c{j}" for j in range(len(COLUMNS), N_COLUMNS)]
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Sites")
        for number, row in enumerate([[*COLUMNS, *more], *rows_of(N_SHEET, N_COLUMNS)]):
            sheet.write_row(number, 0, row)
    return path


if __name__ == "__main__":
    main()
