"""What `validate` prints: one line for each finding, errors first, and a count at the end."""

from collections.abc import Callable, Iterable, Sequence, Sized
from pathlib import Path

import typer

from rangemap.cli.options import Format, print_rows
from rangemap.cli.words import print_lines, say
from rangemap.findings import Finding, Level, errors_of

COLUMNS = ("file", "line", "level", "record", "message")


def examine_files(
    files: Iterable[Path],
    examine: Callable[..., tuple[Sized, list[Finding]]],
    format_: Format,
    *,
    noun: str,
) -> None:
    """Print what is wrong or suspicious in files; exit 1 where one has an error.

    ``examine`` returns the records and the findings of a file's content; ``noun`` is
    what one of its records is.
    """
    from rangemap.errors import DocumentError
    from rangemap.files import read_document

    findings: list[Finding] = []
    count = 0
    for path in files:
        try:
            content, name = read_document(path)
        except DocumentError as error:
            findings += Finding.of_refusal(error, str(path))
            continue
        records, found = examine(content, name=name)
        findings += found
        count += len(records)
    print_findings(findings, format_, read=_count(count, noun))


def print_findings(findings: Sequence[Finding], format_: Format, *, read: str) -> None:
    """Print findings as lines, CSV or JSON; exit 1 where an error is among them.

    ``read`` says what was read without error, as in ``127 weapons``.
    """
    errors = errors_of(findings)
    warnings = [finding for finding in findings if finding.level is Level.WARNING]
    listed = [*errors, *warnings]
    if format_ is Format.TABLE:
        print_lines(str(finding) for finding in listed)
    else:
        rows = [(f.file, f.line, str(f.level), f.record, f.message) for f in listed]
        print_rows(COLUMNS, rows, format_)
    say(f"{read}, {_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}")
    if errors:
        raise typer.Exit(1)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
