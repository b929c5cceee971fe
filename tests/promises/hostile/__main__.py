"""Every hostile file at full size through every command that reads its kind: `make hostile`."""

import os
import sys
import tempfile
from pathlib import Path

from tests.commands import READING, write_good_files
from tests.conftest import TESTDATA
from tests.promises.hostile.test_corpora import commands, tables
from tests.promises.hostile.test_hostile import Case, cases, judged


def main() -> None:
    """Run all cases, or those of the named readers, and print the results."""
    scale = int(os.environ.get("SCALE", "1"))
    total, bad = 0, []
    for name in sys.argv[1:] or [*READING, "corpora"]:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            write_good_files(Path(folder))
            if name == "corpora":  # third-party files, next to a checkout
                jobs = commands(tables(TESTDATA), in_turn=False)
                found = [Case("corpora", job) for job in jobs]
            else:
                found = list(cases(Path(folder), [name], scale, in_turn=False))
            if not found:
                print(f"{name}: no files")
                continue
            ended, wrong = judged(found, folder)
            os.chdir("/")
        slowest = max(range(len(found)), key=lambda number: ended[number].seconds)
        largest = max(range(len(found)), key=lambda number: ended[number].peak_mib)
        print(
            f"{name}: {len(found)} commands, {len(wrong)} wrong; slowest"
            f" {ended[slowest].seconds:.1f} s ({found[slowest].what}, {found[slowest].words[0]}),"
            f" largest {ended[largest].peak_mib:.0f} MiB ({found[largest].what})",
            *wrong, sep="\n  ", flush=True,
        )  # fmt: skip
        total += len(found)
        bad += wrong
    print(f"{total:,} commands, {len(bad)} wrong")
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
