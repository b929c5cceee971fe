"""Time small commands from a cold start, compared with `rangemap --help`."""

import statistics
import tempfile
from pathlib import Path

from comparisons.speed._process import COMMAND, Run, run
from comparisons.speed._results import keep, part

ROUNDS = 15
WORDS = {
    "--help": ["--help"],
    "weapons list": ["weapons", "list"],
    "check of the registry": ["check", "--from", "Jurf Al Sakhar", "--weapon", "Fateh-110"],
    "check of a bare range": ["check", "--from", "33,44", "--range", "300 km"],
    "map to html": ["map", "--from", "Jurf Al Sakhar", "--weapon", "Fateh-110", "-o", "{}/x.html"],
}


def main() -> None:
    with part("startup"), tempfile.TemporaryDirectory() as folder:
        runs: dict[str, list[Run]] = {name: [] for name in WORDS}
        for _ in range(ROUNDS):  # in turn, so that other work on the machine affects all alike
            for name, words in WORDS.items():
                command = [*COMMAND, *(word.format(Path(folder)) for word in words)]
                runs[name].append(run(command))
        found = {
            name: {
                "median_s": statistics.median(one.seconds for one in done),
                "memory_mb": max(one.memory_mb for one in done),
            }
            for name, done in runs.items()
        }
        keep({"startup": found})
    for name, result in found.items():
        times = result["median_s"] / found["--help"]["median_s"]
        print(f"{name}: {result['median_s']:.3f} s, {times:.1f} x --help")


if __name__ == "__main__":
    main()
