"""Compute the expected values with GeographicLib's programs (Debian's geographiclib-tools).

Distances by ``GeodSolve -E -i``; areas by ``Planimeter -E`` of 36,000 points that
``GeodSolve -E`` computes. A ring of 36,000 chords has 1e-8 less area than the circle.
"""

import json
import subprocess
from collections.abc import Iterable

from comparisons.accuracy.cases import EXPECTED, Circle, circle, read_cases

POINTS = 36_000
RING_LIMIT_M = 19_970_326  # pi times the semi-minor axis: no ring at or above it


def main() -> None:
    rings: dict[str, dict[str, object]] = {}
    for row in read_cases()["rings"]:
        asked = circle(row, {})
        known = rings.setdefault(asked.key, {"s12_m": {}, "area_m2": area_m2(asked)})
        known["s12_m"] |= distances_m(asked)  # type: ignore[operator]
    version = ask("GeodSolve", "--version", lines=[])[0].split(": ")[1]
    found = {"by": f"GeodSolve and Planimeter of {version}, with -E", "rings": rings}
    EXPECTED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def distances_m(asked: Circle) -> dict[str, float]:
    lines = [f"{asked.lat!r} {asked.lon!r} {lat!r} {lon!r}" for lon, lat in asked.places.values()]
    answers = ask("GeodSolve", "-E", "-i", "-p", "9", lines=lines)
    return {name: float(line.split()[2]) for name, line in zip(asked.places, answers, strict=True)}


def area_m2(asked: Circle) -> float | None:
    if asked.radius_m >= RING_LIMIT_M:
        return None
    # Decreasing azimuths give a counter-clockwise ring: Planimeter then measures its inside.
    lines = (
        f"{asked.lat!r} {asked.lon!r} {360 * step / POINTS!r} {asked.radius_m!r}"
        for step in range(POINTS, 0, -1)
    )
    points = ask("GeodSolve", "-E", "-p", "9", lines=lines)
    (answer,) = ask("Planimeter", "-E", "-s", "-p", "6", lines=(line.rsplit(" ", 1)[0] for line in points))  # fmt: skip
    return float(answer.split()[2])


def ask(*words: str, lines: Iterable[str]) -> list[str]:
    text = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


if __name__ == "__main__":
    main()
