"""Size of the acceptance checks: a few seconds in every test run, in full with `make bars`."""

import os
import sys

FULL = os.environ.get("RANGEMAP_BARS") == "full"


def size(always: int, full: int) -> int:
    return full if FULL else always


def tell(words: str) -> None:
    """Print a figure for docs/verification/; pytest shows it under `make bars`."""
    # Bypass pytest's capture: the test may be capturing the output of a command.
    print(f"\n  {words}", end="", file=sys.__stdout__)
