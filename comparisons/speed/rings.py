"""Time rings and regions, and measure their deviation and number of vertices."""

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from rangemap.geodesy import (
    LonLat,
    Ring,
    degree_decimals,
    disc,
    distance_m,
    ring,
    ring_interior,
    round_region,
    unwrap,
)

COUNT = 2000
ROUNDS = 3  # the fastest counts: other work on the machine can only slow a round down
SEED = 20240128


def main() -> None:
    rng = np.random.default_rng(SEED)
    origins = anywhere(rng)
    published = list(zip(origins, np.exp(rng.uniform(*np.log([50e3, 5000e3]), COUNT)), strict=True))
    # Passing a pole at a metre to 100 km, on either side, where longitude changes fastest.
    to_pole_m = [distance_m(origin, 0, 90).item() for origin in origins]
    miss_m = rng.choice([-1, 1], COUNT) * 10 ** rng.uniform(0, 5, COUNT)
    grazing = list(zip(origins, np.clip(to_pole_m + miss_m, 1e5, 19.9e6), strict=True))
    for name, cases in (("50 to 5,000 km", published), ("grazing a pole", grazing)):
        rings, ring_s = fastest(lambda cases=cases: [ring(*case) for case in cases])
        regions, region_s = fastest(lambda rings=rings: [ring_interior(traced) for traced in rings])
        strips, strip_s = fastest(lambda regions=regions: [unwrap(region) for region in regions])
        _, round_s = fastest(
            lambda cases=cases, strips=strips: [
                round_region(strip, degree_decimals(radius_m))
                for strip, (_, radius_m) in zip(strips, cases, strict=True)
            ]
        )
        _, disc_s = fastest(lambda cases=cases: [disc(*case) for case in cases])
        sizes = [len(traced.vertices) for traced in rings]
        print(f"{COUNT} rings, {name}:")
        print(f"  per second: {rate(ring_s)} rings, {rate(disc_s)} rings with their regions")
        print(
            f"  per second: {rate(region_s)} ring_interior, {rate(strip_s)} unwrap, {rate(round_s)} round_region"
        )
        print(f"  vertices: {np.mean(sizes):.0f} on average, {max(sizes)} at most")
        print(
            f"  deviation, relative to the radius: {max(traced.deviation for traced in rings):.2e} reported, ",
            end="",
        )
        print(f"{max(map(largest_miss, rings)):.2e} at most at 20 points per edge")


def anywhere(rng: np.random.Generator) -> list[LonLat]:
    lats = np.degrees(np.arcsin(rng.uniform(-1, 1, COUNT)))
    return [LonLat(*pair) for pair in zip(rng.uniform(-180, 180, COUNT), lats, strict=True)]


def fastest(work: Callable[[], list[Any]]) -> tuple[list[Any], float]:
    seconds = math.inf
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = work()
        seconds = min(seconds, time.perf_counter() - start)
    return result, seconds


def rate(seconds: float) -> str:
    return f"{COUNT / seconds:,.0f}"


def largest_miss(traced: Ring) -> float:
    along = np.linspace(0, 1, 22)[1:-1, None, None]
    points = traced.vertices[:-1] + along * np.diff(traced.vertices, axis=0)
    off_m = distance_m(traced.origin, points[..., 0], points[..., 1]) - traced.radius_m
    return float(np.abs(off_m).max() / traced.radius_m)


if __name__ == "__main__":
    main()
