"""What every tool that is compared does, and the memory of a process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from comparisons.speed._sites import Floats

Counts = NDArray[np.int64]
Numbers = NDArray[np.integer]
MEAN_RADIUS_M = 6_371_008.8


def highest_kb(pid: int | str) -> int:
    """Return the peak memory of a process, including its libraries."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0])


class Peer:
    name = ""
    libraries: tuple[str, ...] = ()  # imported before the clock starts
    prepared: tuple[float, int] | None = None  # seconds and kB, if done by an earlier process

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        self.lon, self.lat, self.n_origins = lon, lat, n_origins

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what was started; most peers start nothing."""

    def more_memory_kb(self) -> int:
        """Return the peak memory of other processes."""
        return 0

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        """Return the number of sites, shape (origins, radii)."""
        raise NotImplementedError

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        """Yield the numbers of the sites within each ring, origin after origin."""
        raise NotImplementedError
