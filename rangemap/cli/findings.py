"""Output of `validate`: findings grouped by rule, errors first, and counts at the end."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence, Sized
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from rangemap.cli.console import print_lines, print_message, uncollected
from rangemap.cli.options import Format, print_rows
from rangemap.errors import UsageError
from rangemap.io.findings import Finding, Level, Rule, errors_of

COLUMNS: Final = ("file", "line", "level", "record", "message", "rule")
MOST_SHOWN: Final = 38
"""Findings that a table shows unless `--limit` is given: 40 lines with the two lines of counts."""


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

OnlyRuleOption = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="RULE", help="Show only the findings of this rule; repeatable."),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        min=0,
        help="Show at most N findings, some of each rule; 0 shows all. Default: "
        f"{MOST_SHOWN} in a table, all in other formats.",
    ),
]


def validate_files(
    files: Iterable[Path],
    validate_content: Callable[..., tuple[Sized, list[Finding]]],
    format_: FindingFormat,
    *,
    noun: str,
    only: Sequence[str] | None,
    limit: int | None,
) -> None:
    """Print the errors and warnings in files; exit with 1 if there is an error.

    ``validate_content`` returns the records and the findings for a file's content; ``noun`` is
    what a record is called. ``only`` and ``limit`` are the options of these names.
    """
    rules = _rules(only or ())
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
        with uncollected():
            records, found = validate_content(content, name=name)
        findings += found
        count += len(records)
    if limit is None:
        limit = MOST_SHOWN if format_ is FindingFormat.TABLE else 0
    groups = _by_rule(findings)
    wanted = [group for group in groups if rules is None or _rule(group[0]) in rules]
    shown = _shared_out(wanted, limit)
    _print_findings([finding for group in shown for finding in group], format_)
    _print_counts(groups, read=_count(count, noun))
    n_wanted, n_shown = (sum(map(len, each)) for each in (wanted, shown))
    if n_shown < n_wanted:
        print_message(
            f"{n_shown:,} of {n_wanted:,} findings shown; list those of one rule with --only RULE,"
            " and more with --limit N or --format json"
        )
    if errors_of(findings):
        raise typer.Exit(1)


def _rules(names: Sequence[str]) -> frozenset[Rule] | None:
    """Return the rules of the option `--only`, or None if it was not given."""
    for name in names:
        if name not in list(Rule):
            from rangemap.names import closest

            near = closest(name, list(Rule), limit=1)
            hint = f"; did you mean {str(near[0])!r}?" if near else ""
            raise UsageError(f"--only {name!r}: no such rule{hint} (rules: {', '.join(Rule)})")
    return frozenset(map(Rule, names)) or None


def _rule(finding: Finding) -> Rule:
    return Rule(finding.rule or Rule.UNREADABLE)


def _by_rule(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return the findings of each rule: errors first, then the rules with the fewest findings."""
    groups: defaultdict[tuple[bool, Rule], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.level is Level.WARNING, _rule(finding)].append(finding)
    ordered = sorted(groups, key=lambda key: (key[0], len(groups[key]), key[1]))
    return [groups[key] for key in ordered]


def _shared_out(groups: Sequence[list[Finding]], limit: int) -> list[list[Finding]]:
    """Return the first findings of each group, so that a long one leaves room for the others.

    Examples
    --------
    >>> a, b = Finding(message="a"), Finding(message="b")
    >>> [len(group) for group in _shared_out([[a] * 2, [b] * 100], 10)]
    [2, 8]
    """
    if not limit:
        return list(groups)
    shares: dict[int, int] = {}
    for number, group in sorted(enumerate(groups), key=lambda numbered: len(numbered[1])):
        left, others = limit - sum(shares.values()), len(groups) - len(shares)
        shares[number] = min(len(group), -(-left // others))
    return [group[: shares[number]] for number, group in enumerate(groups)]


def _print_findings(findings: Sequence[Finding], format_: FindingFormat) -> None:
    if format_ is FindingFormat.TABLE:
        print_lines(f"{finding} [{_rule(finding)}]" for finding in findings)
    elif format_ is FindingFormat.GITHUB:
        print_lines(map(github_annotation, findings))
    else:
        rows = [(f.file, f.line, str(f.level), f.record, f.message, _rule(f)) for f in findings]
        print_rows(COLUMNS, rows, Format(format_))


def _print_counts(groups: Sequence[list[Finding]], *, read: str) -> None:
    """Print how many records, errors and warnings there are, and how many findings of each rule."""
    levels = Counter(finding.level for group in groups for finding in group)
    counts = f"{read}, {_count(levels[Level.ERROR], 'error')}, {_count(levels[Level.WARNING], 'warning')}"
    rules = ", ".join(f"{_rule(group[0])} {len(group):,}" for group in groups)
    print_message(f"{counts}: {rules}" if rules else counts)


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
