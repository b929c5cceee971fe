"""How much the bars try: some seconds in every run of the tests, all of it by `make bars`."""

import os
import sys

FULL = os.environ.get("RANGEMAP_BARS") == "full"


def size(always: int, full: int) -> int:
    return full if FULL else always


def tell(words: str) -> None:
    """Print a figure for docs/verification/; pytest shows it under `make bars`."""
    # The test itself may be capturing what a command prints.
    print(f"\n  {words}", end="", file=sys.__stdout__)
