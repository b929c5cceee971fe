"""Findings: errors and warnings about a hand-written file, one per line."""

from __future__ import annotations

from collections.abc import Iterable

from rangemap.errors import Finding, Level

__all__ = ["Finding", "Level", "errors_of"]


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are errors."""
    return [finding for finding in findings if finding.level is Level.ERROR]
