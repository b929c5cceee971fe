"""Make data/geodesics.tsv: geodesics with exact values for `rangemap selftest`.

Run as ``python data/scripts/geodesics.py GEODSOLVE`` with the path of GeographicLib's GeodSolve, built
for extended precision; the packages of distributions compute in doubles, as PROJ does, with errors
of a few nanometres. From the sources of GeographicLib 2.1.2 (``apt-get source geographiclib``):

    cmake -S . -B build -D GEOGRAPHICLIB_PRECISION=3 -D CMAKE_BUILD_TYPE=Release
    make -C build GeodSolve  # build/tools/GeodSolve

``-E`` selects its exact solution with elliptic integrals instead of the series that PROJ uses.
"""

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

TARGET = Path(__file__).parent.parent / "geodesics.tsv"
SEED = 7
INVERSE, DIRECT = 500, 200  # of each group

# All inputs are whole numbers of these fractions, which floats represent without rounding.
DEGREE, METRE = 2**20, 2**10
TURN, POLE = 180 * DEGREE, 90 * DEGREE

HEAD = """\
# Geodesics on WGS 84 with exact values, by GeographicLib's GeodSolve -E in extended precision.
# Made by data/scripts/geodesics.py; licence: data/README.md.
# inverse, group, lat1, lon1, lat2, lon2 in 1/1048576 degree, distance in m
# direct, group, lat1, lon1, azi1 in 1/1048576 degree, distance in 1/1024 m, lat2, lon2 in degrees
"""


def inverse_problems(random: Random) -> Iterator[tuple[str, list[int]]]:
    """Yield group and lat1, lon1, lat2, lon2."""
    for _ in range(INVERSE):
        lat, lon = place(random)
        yield "anywhere", [lat, lon, *place(random)]
    for _ in range(INVERSE):
        lat, lon = place(random)
        near = [random.randint(-POLE // 180, POLE // 180) for _ in range(2)]
        yield "antipodal", [lat, lon, within(-lat + near[0]), wrapped(lon + TURN + near[1])]
    for _ in range(INVERSE):
        lat, lon = place(random)
        near = [random.choice((-1, 1)) * random.randint(1, 400) for _ in range(2)]
        yield "short", [lat, lon, within(lat + near[0]), wrapped(lon + near[1])]


def direct_problems(random: Random) -> Iterator[tuple[str, list[int]]]:
    """Yield group and lat1, lon1, azi1, distance."""
    spans = {"anywhere": (1, 20_003_931), "antipodal": (19_900_000, 20_003_931), "short": (1, 60)}
    for group, (least_m, most_m) in spans.items():
        for _ in range(DIRECT):
            azimuth = random.randint(-TURN, TURN)
            yield (
                group,
                [*place(random), azimuth, random.randint(least_m * METRE, most_m * METRE)],
            )


def place(random: Random) -> tuple[int, int]:
    """Return a latitude and a longitude."""
    return random.randint(-POLE, POLE), random.randint(-TURN, TURN)


def within(lat: int) -> int:
    """Reflect a latitude that has passed a pole."""
    return max(-2 * POLE - lat, min(2 * POLE - lat, lat))


def wrapped(lon: int) -> int:
    """Wrap a longitude to -180 to 180 degrees."""
    return (lon + TURN) % (2 * TURN) - TURN


def solve(program: str, *options: str, rows: list[list[Decimal]]) -> list[list[str]]:
    """Return GeodSolve's answer to each row."""
    lines = "".join(" ".join(f"{value:f}" for value in row) + "\n" for row in rows)
    done = subprocess.run(  # noqa: S603  the program is the caller's
        [program, "-E", "-p", "12", *options],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split() for line in done.stdout.splitlines()]


def main(program: str) -> None:
    """Write the file."""
    tenth = solve(program, rows=[[Decimal("0.1"), Decimal(0), Decimal(0), Decimal(0)]])[0][0]
    if len(tenth.partition(".")[2]) < 17:  # more digits than a double has
        sys.exit(f"{program}: computes in doubles; build it for extended precision")
    random = Random(SEED)  # noqa: S311  a sample, not a secret
    inverse, direct = list(inverse_problems(random)), list(direct_problems(random))
    distances = solve(
        program, "-i", rows=[[Decimal(value) / DEGREE for value in given] for _, given in inverse]
    )
    ends = solve(
        program,
        rows=[
            [*(Decimal(value) / DEGREE for value in given[:3]), Decimal(given[3]) / METRE]
            for _, given in direct
        ],
    )
    rows = [
        ["inverse", group, *map(str, given), f"{Decimal(distance):.11f}"]
        for (group, given), (*_, distance) in zip(inverse, distances, strict=True)
    ]
    rows += [
        ["direct", group, *map(str, given), f"{Decimal(lat):.16f}", f"{Decimal(lon):.16f}"]
        for (group, given), (lat, lon, _) in zip(direct, ends, strict=True)
    ]
    TARGET.write_text(HEAD + "".join("\t".join(row) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
