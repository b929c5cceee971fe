"""Verdicts: which sites are within a published range, by geodesic distance."""

from rangemap.check.table import (
    COLUMNS,
    COUNTS,
    SUMMARY_COLUMNS,
    CheckRow,
    check_rows,
    check_table,
    summary_rows,
)
from rangemap.check.verdicts import Reason, Verdict, Verdicts, judge
from rangemap.check.wording import RowText, RowWording

__all__ = [
    "COLUMNS",
    "COUNTS",
    "SUMMARY_COLUMNS",
    "CheckRow",
    "Reason",
    "RowText",
    "RowWording",
    "Verdict",
    "Verdicts",
    "check_rows",
    "check_table",
    "judge",
    "summary_rows",
]
