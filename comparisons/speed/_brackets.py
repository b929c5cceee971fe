"""What a user could build in 2026: DuckDB and a k-d tree with our bracket of chords, and Polars.

The bracket is that of `rangemap.check.zones`: a chord shorter than `shortest_m` is within a
distance, one longer than `longest_m` is beyond it, and pyproj measures the few between.
"""

# ruff: noqa: S608  only numbers are put into queries

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from comparisons.speed._base import MEAN_RADIUS_M, Counts, Numbers, Peer
from comparisons.speed._sites import Floats

_A, _ES = 6_378_137.0, 0.006_694_379_990_141_317
_LEAST_RADIUS_M, _GREATEST_RADIUS_M = _A * (1 - _ES), _A / math.sqrt(1 - _ES)
_SLACK_M = 1e-3  # coordinates are in double precision


def shortest_m(distance_m: float) -> float:
    """Return a chord below which every place is nearer than a distance, up to 19,900 km."""
    return 2 * _LEAST_RADIUS_M * math.sin(distance_m / 2 / _LEAST_RADIUS_M) - _SLACK_M


def longest_m(distance_m: float) -> float:
    """Return a chord above which every place is farther than a distance."""
    return 2 * _GREATEST_RADIUS_M * math.sin(distance_m / 2 / _GREATEST_RADIUS_M) + _SLACK_M


def geocentric(lon: Floats, lat: Floats) -> Floats:
    """Return x, y and z, metres, shape (3, n)."""
    lam, phi = np.radians(lon), np.radians(lat)
    normal = _A / np.sqrt(1 - _ES * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    return np.stack([across * np.cos(lam), across * np.sin(lam), normal * (1 - _ES) * np.sin(phi)])


class Bracketed(Peer):
    """A peer that finds sites by chords, and measures those that the bracket leaves open."""

    libraries: tuple[str, ...] = ("pyproj",)

    def _measured(self, place: tuple[float, float], rows: Numbers, radius_m: float) -> Numbers:
        """Return the rows of sites within a distance."""
        from pyproj import Geod

        start = np.full(len(rows), place[0]), np.full(len(rows), place[1])
        distances_m = Geod(ellps="WGS84").inv(*start, self.lon[rows], self.lat[rows])[2]
        return rows[np.asarray(distances_m) <= radius_m]


class KDTree(Bracketed):
    name = "scipy cKDTree, bracket of chords, pyproj"
    libraries = ("scipy.spatial", "pyproj")

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        from scipy.spatial import cKDTree

        self.xyz = geocentric(lon, lat).T.copy()
        self.tree = cKDTree(self.xyz, balanced_tree=False, compact_nodes=False)

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        for place, at in zip(zip(lon, lat, strict=True), geocentric(lon, lat).T, strict=True):
            for radius in radii_m:
                near = np.array(self.tree.query_ball_point(at, longest_m(radius)), dtype=np.intp)
                chords_m = np.sqrt(((self.xyz[near] - at) ** 2).sum(axis=1))
                is_open = chords_m > shortest_m(radius)
                found = self._measured(place, near[is_open], radius)
                yield np.sort(np.concatenate([near[~is_open], found]))

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        sizes = [len(found) for found in self.members(lon, lat, radii_m)]
        return np.array(sizes).reshape(len(lon), len(radii_m))


class DuckDB(Bracketed):
    name = "DuckDB, bracket of chords as SQL, pyproj"
    libraries = ("duckdb", "pyarrow", "pyproj")

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        import duckdb
        import pyarrow as pa

        self.link = duckdb.connect()
        self.link.execute("SET threads TO 1")  # as the others
        x, y, z = geocentric(lon, lat)
        self.link.register("given", pa.table({"id": np.arange(len(lon)), "x": x, "y": y, "z": z}))
        self.link.execute("CREATE TABLE sites AS SELECT * FROM given")
        self.link.unregister("given")

    def _squares(self, at: Floats, radii_m: list[float]) -> str:
        x, y, z = (repr(float(side)) for side in at)
        farthest = repr(longest_m(max(radii_m)) ** 2)
        return (
            f"(SELECT id, (x - {x}) * (x - {x}) + (y - {y}) * (y - {y}) + (z - {z}) * (z - {z}) AS c"
            f" FROM sites) WHERE c <= {farthest}"
        )

    def _between(self, squares: str, radius_m: float) -> Numbers:
        bounds = shortest_m(radius_m) ** 2, longest_m(radius_m) ** 2
        asked = f"SELECT id FROM {squares} AND c BETWEEN {bounds[0]!r} AND {bounds[1]!r}"
        return np.asarray(self.link.execute(asked).fetchnumpy()["id"], dtype=np.intp)

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        found = []
        for place, at in zip(zip(lon, lat, strict=True), geocentric(lon, lat).T, strict=True):
            squares = self._squares(at, radii_m)
            columns = ", ".join(
                f"count(*) FILTER (c < {shortest_m(radius) ** 2!r})" for radius in radii_m
            )
            row: Any = self.link.execute(f"SELECT {columns} FROM {squares}").fetchone()
            bands = " OR ".join(
                f"c BETWEEN {shortest_m(radius) ** 2!r} AND {longest_m(radius) ** 2!r}"
                for radius in radii_m
            )
            asked = self.link.execute(f"SELECT id, c FROM {squares} AND ({bands})").fetchnumpy()
            rows, squared = np.asarray(asked["id"], np.intp), np.asarray(asked["c"])
            for number, radius in enumerate(radii_m):
                is_open = (squared >= shortest_m(radius) ** 2) & (squared <= longest_m(radius) ** 2)
                found.append(row[number] + len(self._measured(place, rows[is_open], radius)))
        return np.array(found).reshape(len(lon), len(radii_m))

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        for place, at in zip(zip(lon, lat, strict=True), geocentric(lon, lat).T, strict=True):
            for radius in radii_m:
                squares = self._squares(at, [radius])
                asked = f"SELECT id FROM {squares} AND c < {shortest_m(radius) ** 2!r}"
                near = np.asarray(self.link.execute(asked).fetchnumpy()["id"], dtype=np.intp)
                found = self._measured(place, self._between(squares, radius), radius)
                yield np.sort(np.concatenate([near, found]))


class Polars(Peer):
    name = "Polars, haversine expression"
    libraries = ("polars",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        import polars as pl

        angles = pl.DataFrame({"lam": np.radians(lon), "phi": np.radians(lat)})
        self.frame = angles.with_columns(pl.col("phi").cos().alias("cos"))

    def _haversine(self, lon: float, lat: float) -> Any:
        import polars as pl

        lam, phi = math.radians(lon), math.radians(lat)
        half_lat, half_lon = ((pl.col("phi") - phi) / 2).sin(), ((pl.col("lam") - lam) / 2).sin()
        return half_lat * half_lat + half_lon * half_lon * pl.col("cos") * math.cos(phi)

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        found = []
        for place in zip(lon, lat, strict=True):
            h = self.frame.select(self._haversine(*place).alias("h"))["h"]
            limits = [math.sin(radius / 2 / MEAN_RADIUS_M) ** 2 for radius in radii_m]
            found.append([int((h <= limit).sum()) for limit in limits])
        return np.array(found)

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        for place in zip(lon, lat, strict=True):
            h = self.frame.select(self._haversine(*place).alias("h"))["h"].to_numpy()
            for radius in radii_m:
                yield np.flatnonzero(h <= math.sin(radius / 2 / MEAN_RADIUS_M) ** 2)
