"""Documents and tables in LibreOffice and the Open XML SDK validator."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.release.clients.outcome import Check, first, found, name_of, node_module, program

# CSV import options: recognise numbers and dates, American English.
AS_EXCEL = "CSV:44,34,,1,,1033,false,true"
FIGURE = re.compile(r"\d[\d,.]* (?:km|mi)\b")
WHOLE = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false"
"""A sheet as it is shown."""
AS_STORED = WHOLE.replace("false,true,false", "false,false,false")


def ooxml(folder: Path) -> Iterator[Check]:
    """Validate Word and Excel files with Microsoft's Open XML SDK."""
    executable = node_module(".bin", "ooxml-validator")
    for path in found(folder, ".docx", ".xlsx"):
        done = subprocess.run([executable, path], capture_output=True, text=True, check=False)
        problems = [f"{one['description']} at {one['xPath']}" for one in json.loads(done.stdout)["errors"]]  # fmt: skip
        yield Check(path.suffix[1:], "valid", name_of(path), first(problems))


def libreoffice(folder: Path) -> Iterator[Check]:
    """Open documents in Writer and tables in Calc, and read the results."""
    executable = program("soffice", "libreoffice-writer libreoffice-calc")
    with TemporaryDirectory() as scratch:
        yield from _documents(executable, found(folder, "report.docx"), Path(scratch))
        yield from _tables(executable, found(folder, "check.csv"), Path(scratch))
        yield from _workbooks(executable, found(folder, "check.xlsx"), Path(scratch))


def _convert(executable: str, path: Path, to: str, scratch: Path, *more: str) -> Path:
    place = scratch / path.parent.name
    subprocess.run(
        [executable, "--headless", f"-env:UserInstallation={(scratch / 'profile').as_uri()}", *more,
         "--convert-to", to, "--outdir", place, path],
        capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    return place / f"{path.stem}.{to.partition(':')[0]}"


def _documents(executable: str, paths: Sequence[Path], scratch: Path) -> Iterator[Check]:
    for path in paths:
        made = _convert(executable, path, "pdf", scratch)
        if not made.exists():
            yield Check("docx", "opens", name_of(path), "Writer cannot convert it to PDF")
            continue
        pages = _printed(made)
        text = _squeezed("".join(pages))
        raw = _squeezed("".join(_printed(made, "-raw")))
        document = Document(path)
        cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
        words = {word for cell in cells if cell.isascii() for word in cell.split()}
        # A word may be broken at a hyphen, which poppler then drops, and continue after the cell beside
        # it in one of poppler's two orders.
        unbroken = [each.replace("-", "") for each in (text, raw)]
        lost = [word for word in sorted(words) if not any(word.replace("-", "") in each for each in unbroken)]  # fmt: skip
        yield Check("docx", "text", name_of(path), first([f"not shown: {word}" for word in lost]))
        figures = {word for cell in cells for word in FIGURE.findall(cell)}
        torn = [figure for figure in sorted(figures) if _squeezed(figure) not in text]
        yield Check("docx", "figures", name_of(path), first([f"torn: {figure}" for figure in torn]))
        # From right to left the page comes first, too, and so stands on the right.
        from_the_right = document.sections[0]._sectPr.find(qn("w:bidi")) is not None
        numbers = [
            f"{len(pages)}/{n}" if from_the_right else f"{n}/{len(pages)}"
            for n in range(1, len(pages) + 1)
        ]
        missing = [n for n, page in zip(numbers, pages, strict=True) if n not in _squeezed(page)]
        yield Check("docx", "page numbers", name_of(path), first([f"no {n}" for n in missing]))


def _printed(path: Path, *options: str) -> list[str]:
    """Return the text of each page with poppler, which does not mirror brackets next to Hebrew."""
    executable = program("pdftotext", "poppler-utils")
    done = subprocess.run(
        [executable, *options, path, "-"], capture_output=True, text=True, check=False
    )
    return done.stdout.removesuffix("\f").split("\f")


def _tables(executable: str, paths: Sequence[Path], scratch: Path) -> Iterator[Check]:
    for path in paths:
        made = _convert(executable, path, WHOLE, scratch, f"--infilter={AS_EXCEL}")
        problem = first(_differences(_rows(path), _rows(made)))
        yield Check("csv", "values", name_of(path), problem)


def _workbooks(executable: str, paths: Sequence[Path], scratch: Path) -> Iterator[Check]:
    for path in paths:
        # LibreOffice converts the first sheet, the summary.
        written = [["" if value is None else str(value) for value in row] for row in load_workbook(path).worksheets[0].values]  # fmt: skip
        made = _convert(executable, path, AS_STORED, scratch)
        yield Check("xlsx", "values", name_of(path), first(_differences(written, _rows(made))))
        columns = dict(zip(written[0], written[1], strict=True))
        text = [
            name
            for name in ("Line drawn (km)", "Sites")
            if name in columns and not _is_number(columns[name])
        ]
        yield Check("xlsx", "numbers", name_of(path), first([f"{name} is text" for name in text]))
        printed = _convert(executable, path, "pdf", scratch)
        wide = {round(page.mediabox.width) for page in PdfReader(printed).pages}
        whole = all(written[0][-1] in page.extract_text() for page in PdfReader(printed).pages[:1])
        problem = "" if whole else f"the last column is not on the first sheet (paper {wide})"
        yield Check("xlsx", "print", name_of(path), problem)


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def _differences(written: list[list[str]], read: list[list[str]]) -> list[str]:
    """Compare two tables: numbers by value, everything else character by character."""
    if [len(row) for row in written] != [len(row) for row in read]:
        return ["the table has a different shape"]
    return [
        f"{written[0][column]}: {one!r} is read as {other!r}"
        for before, after in zip(written, read, strict=True)
        for column, (one, other) in enumerate(zip(before, after, strict=True))
        if not _same(one, other)
    ]


def _same(one: str, other: str) -> bool:
    if _is_number(one) and _is_number(other):
        return float(one) == float(other)
    return one == other


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) is not None


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
