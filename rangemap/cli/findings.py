"""Output of `validate`: one line for each finding, errors first, and counts at the end."""

from collections.abc import Callable, Iterable, Sequence, Sized
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rangemap.cli.console import print_lines, print_message
from rangemap.cli.options import Format, print_rows
from rangemap.io.findings import Finding, Level, errors_of

COLUMNS = ("file", "line", "level", "record", "message")


class FindingFormat(StrEnum):
    """Format of findings on standard output."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    GITHUB = "github"


FindingFormatOption = Annotated[
    FindingFormat,
    typer.Option(
        "--format",
        help="Format on standard output; `github` shows each finding at its line on GitHub.",
    ),
]


def validate_files(
    files: Iterable[Path],
    validate_content: Callable[..., tuple[Sized, list[Finding]]],
    format_: FindingFormat,
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


def print_findings(findings: Sequence[Finding], format_: FindingFormat, *, read: str) -> None:
    """Print findings in a format; exit with 1 if there is an error.

    ``read`` is the number of valid records as text, such as ``127 weapons``.
    """
    errors = errors_of(findings)
    warnings = [finding for finding in findings if finding.level is Level.WARNING]
    sorted_findings = [*errors, *warnings]
    if format_ is FindingFormat.TABLE:
        print_lines(str(finding) for finding in sorted_findings)
    elif format_ is FindingFormat.GITHUB:
        print_lines(map(github_annotation, sorted_findings))
    else:
        rows = [(f.file, f.line, str(f.level), f.record, f.message) for f in sorted_findings]
        print_rows(COLUMNS, rows, Format(format_))
    print_message(f"{read}, {_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}")
    if errors:
        raise typer.Exit(1)


def github_annotation(finding: Finding) -> str:
    """Return a finding as a workflow command, which GitHub shows at its line.

    Examples
    --------
    >>> finding = Finding(file="w.yaml", line=3, record="weapon 'a'", message="100%, no claims")
    >>> github_annotation(finding)
    "::error file=w.yaml,line=3,title=weapon 'a'::100%25, no claims"
    """
    values = {"file": finding.file, "line": finding.line, "title": finding.record}
    properties = ",".join(f"{key}={_escaped(value)}" for key, value in values.items() if value)
    message = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{finding.level} {properties}::{message}"


def _escaped(value: str | int) -> str:
    """Escape a property of a workflow command, as GitHub's own toolkit does."""
    text = str(value)
    for char in "%\r\n:,":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
