"""Output of `validate`: one line for each finding, errors first, and counts at the end."""

from collections.abc import Callable, Iterable, Sequence, Sized
from pathlib import Path

import typer

from rangemap.cli.console import print_lines, print_message
from rangemap.cli.options import Format, print_rows
from rangemap.io.findings import Finding, Level, errors_of

COLUMNS = ("file", "line", "level", "record", "message")


def validate_files(
    files: Iterable[Path],
    validate_content: Callable[..., tuple[Sized, list[Finding]]],
    format_: Format,
    *,
    noun: str,
) -> None:
    """Print the errors and warnings in files; exit with 1 if there is an error.

    ``validate_content`` returns the records and the findings for a file's content; ``noun`` is
    what a record is called.
    """
    from rangemap.errors import DocumentError
    from rangemap.io.files import read_document

    findings: list[Finding] = []
    count = 0
    for path in files:
        try:
            content, name = read_document(path)
        except DocumentError as error:
            findings += error.findings
            continue
        records, found = validate_content(content, name=name)
        findings += found
        count += len(records)
    print_findings(findings, format_, read=_count(count, noun))


def print_findings(findings: Sequence[Finding], format_: Format, *, read: str) -> None:
    """Print findings as lines, CSV or JSON; exit with 1 if there is an error.

    ``read`` is the number of valid records as text, such as ``127 weapons``.
    """
    errors = errors_of(findings)
    warnings = [finding for finding in findings if finding.level is Level.WARNING]
    sorted_findings = [*errors, *warnings]
    if format_ is Format.TABLE:
        print_lines(str(finding) for finding in sorted_findings)
    else:
        rows = [(f.file, f.line, str(f.level), f.record, f.message) for f in sorted_findings]
        print_rows(COLUMNS, rows, format_)
    print_message(f"{read}, {_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}")
    if errors:
        raise typer.Exit(1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
