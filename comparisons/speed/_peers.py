"""What people would use instead, each with the same query in the way that suits it best.

Creating a peer from the sites is its preparation. `counts` returns how many sites are within
each radius of each origin; this is timed. `members` returns which sites, so that every answer
can be compared.
"""

import os
import time
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from comparisons import postgres as _postgres
from comparisons.speed._base import MEAN_RADIUS_M, Counts, Numbers, Peer, highest_kb
from comparisons.speed._brackets import DuckDB, KDTree, Polars
from comparisons.speed._sites import Floats


class Rangemap(Peer):
    name = "rangemap"
    libraries = ("rangemap.check.kernel",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        from rangemap.check.points import SitePoints

        self.points = SitePoints(lon, lat, np.zeros(len(lon)), n_origins)

    def _question(self, lon: Any, lat: Any, radii_m: list[float]) -> list[Any]:
        from rangemap.catalogue import bare_system
        from rangemap.geodesy.position import LonLat
        from rangemap.scenario.origins import Origin, OriginKind

        places = [
            Origin(name="", kind=OriginKind.POSITION, lonlat=LonLat(float(x), float(y)))
            for x, y in zip(lon, lat, strict=True)
        ]
        bands = [bare_system(f"{round(radius)} m").band for radius in radii_m]
        return [(place, bands) for place in places]

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        from rangemap.check.kernel import tally

        question = self._question(lon, lat, radii_m)
        return np.array([found.counts[:, 0] for found in tally(self.points, question)])

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        from rangemap.check.kernel import verdict_codes

        for codes in verdict_codes(self.points, self._question(lon, lat, radii_m)):
            yield np.flatnonzero(codes == 0)


class Brute(Peer):
    name = "pyproj, every pair"
    libraries = ("pyproj",)

    def _distances_m(self, lon: float, lat: float) -> Floats:
        from pyproj import Geod

        start = np.full(len(self.lon), lon), np.full(len(self.lon), lat)
        return Geod(ellps="WGS84").inv(*start, self.lon, self.lat)[2]

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        found = []
        for place in zip(lon, lat, strict=True):
            distances_m = self._distances_m(*place)
            found.append([np.count_nonzero(distances_m <= radius) for radius in radii_m])
        return np.array(found)

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        for place in zip(lon, lat, strict=True):
            distances_m = self._distances_m(*place)
            yield from (np.flatnonzero(distances_m <= radius) for radius in radii_m)


class Truth(Peer):
    """Karney's distance to every site, except those too far away in a straight line.

    No path is shorter than the straight line through the earth.
    """

    name = "truth"
    libraries = ("pyproj",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        # By latitude: the straight line is at least as long as the distance between the parallels' planes.
        self.order = np.argsort(lat)
        self.lon, self.lat = lon[self.order], lat[self.order]
        self.xyz = self._geocentric(self.lon, self.lat)

    @staticmethod
    def _geocentric(lon: Any, lat: Any) -> Floats:
        from pyproj import Transformer

        to_geocentric = Transformer.from_crs(4979, 4978, always_xy=True)
        return np.array(to_geocentric.transform(lon, lat, np.zeros_like(lon)))

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        sizes = [len(found) for found in self.members(lon, lat, radii_m)]
        return np.array(sizes).reshape(len(lon), len(radii_m))

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        farthest = max(radii_m) + 1
        for place in zip(lon, lat, strict=True):
            centre = self._geocentric(*np.array(place)[:, None])
            # The distance from the equator's plane grows with latitude.
            reach = centre[2] + np.array([-farthest, farthest])
            some = slice(*np.searchsorted(self.xyz[2], reach))
            lines_m = np.sqrt(((self.xyz[:, some] - centre) ** 2).sum(axis=0))
            near = some.start + np.flatnonzero(lines_m <= farthest)
            distances_m = Brute(self.lon[near], self.lat[near], 1)._distances_m(*place)  # noqa: SLF001  defined in this module
            near = self.order[near]
            yield from (np.sort(near[distances_m <= radius]) for radius in radii_m)


class BallTree(Peer):
    name = "scikit-learn BallTree, haversine"
    libraries = ("sklearn.neighbors",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        from sklearn import neighbors

        self.tree = neighbors.BallTree(np.radians(np.column_stack([lat, lon])), metric="haversine")

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        where = np.radians(np.column_stack([lat, lon]))
        columns = [
            self.tree.query_radius(where, r / MEAN_RADIUS_M, count_only=True) for r in radii_m
        ]
        return np.column_stack(columns)

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        for place in np.radians(np.column_stack([lat, lon])):
            for radius in radii_m:
                yield np.sort(self.tree.query_radius([place], radius / MEAN_RADIUS_M)[0])


def _by_ring(rings: Numbers, sites: Numbers, n_rings: int) -> Iterator[Numbers]:
    """Yield the sites of each ring from pairs in any order."""
    order = np.lexsort((sites, rings))
    ends = np.cumsum(np.bincount(rings, minlength=n_rings))
    yield from np.split(sites[order], ends[:-1])


class GeoPandas(Peer):
    name = "GeoPandas sjoin, our polygons"
    libraries = ("geopandas", "rangemap.geodesy")

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        import geopandas as gpd

        self.frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
        assert self.frame.sindex.size == len(lon)
        self.joined: Any = None

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        import geopandas as gpd

        from rangemap.geodesy import LonLat, disc

        self.joined = None  # frees the previous answer
        areas = [
            disc(LonLat(float(x), float(y)), radius).region
            for x, y in zip(lon, lat, strict=True)
            for radius in radii_m
        ]
        rings = gpd.GeoDataFrame(geometry=areas, crs=4326)
        self.joined = gpd.sjoin(self.frame, rings, predicate="within")
        found = self.joined["index_right"]
        return np.bincount(found, minlength=len(lon) * len(radii_m)).reshape(len(lon), -1)

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:  # noqa: ARG002  same signature as the others
        rings, sites = self.joined["index_right"].to_numpy(), self.joined.index.to_numpy()
        yield from _by_ring(rings, sites, len(lon) * len(radii_m))


_RINGS_SQL = """
    SELECT r.ring, count(*) AS n FROM rings r JOIN sites s
    ON ST_DWithin(s.place, r.place, r.radius) GROUP BY r.ring
"""
_MEMBERS_SQL = """
    SELECT r.ring, s.id FROM rings r JOIN sites s ON ST_DWithin(s.place, r.place, r.radius)
"""
_Rings = list[tuple[int, float, float, float]]


def _ring_rows(lon: Floats, lat: Floats, radii_m: list[float]) -> _Rings:
    return [
        (index * len(radii_m) + row, float(x), float(y), radius)
        for index, (x, y) in enumerate(zip(lon, lat, strict=True))
        for row, radius in enumerate(radii_m)
    ]


# PostgreSQL's binary rows: the number of fields, then the length and bytes of each.
_PLACE_ROW = np.dtype([
    ("fields", ">i2"), ("id_bytes", ">i4"), ("id", ">i4"), ("place_bytes", ">i4"),
    ("order", "u1"), ("kind", "<u4"), ("srid", "<u4"), ("lon", "<f8"), ("lat", "<f8"),
])  # fmt: skip
_PAIR_ROW = np.dtype([
    ("fields", ">i2"), ("ring_bytes", ">i4"), ("ring", ">i4"), ("id_bytes", ">i4"), ("id", ">i4"),
])  # fmt: skip
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_POINT_WITH_SRID = 0x2000_0001


class PostGIS(Peer):
    """A table of geographies with a GiST index, kept for the next process that uses it."""

    name = "PostGIS, GiST index"
    libraries = ("psycopg",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        start = time.perf_counter()
        self.link = _postgres.connect(os.environ[_postgres.FOLDER])
        self.table = f"sites_{zlib.crc32(lat.tobytes(), zlib.crc32(lon.tobytes()))}"
        done = self.link.execute("SELECT seconds, kb FROM prepared WHERE name = %s", [self.table])
        self.prepared = done.fetchone()
        if self.prepared is None:
            self._load()
            took = time.perf_counter() - start
            kb = highest_kb("self") + highest_kb(self.link.info.backend_pid)
            self.link.execute("INSERT INTO prepared VALUES (%s, %s, %s)", [self.table, took, kb])

    def _load(self) -> None:
        with self.link.transaction():  # a new table that is filled in it is not logged
            self.link.execute(f"CREATE TABLE {self.table} (id int, place geography(Point))")
            copied = f"COPY {self.table} FROM STDIN (FORMAT binary)"
            with self.link.cursor().copy(copied) as copy:
                copy.write(_HEADER)
                for start in range(0, len(self.lon), 100_000):
                    part = slice(start, start + 100_000)
                    rows = np.zeros(len(self.lon[part]), _PLACE_ROW)
                    rows["fields"], rows["id_bytes"], rows["place_bytes"] = 2, 4, 25
                    rows["id"] = start + np.arange(len(rows))
                    rows["order"], rows["kind"], rows["srid"] = 1, _POINT_WITH_SRID, 4326
                    rows["lon"], rows["lat"] = self.lon[part], self.lat[part]
                    copy.write(rows.tobytes())
                copy.write(_TRAILER)
            self.link.execute(f"CREATE INDEX ON {self.table} USING gist (place)")
        self.link.execute(f"VACUUM ANALYZE {self.table}")

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def more_memory_kb(self) -> int:
        return highest_kb(self.link.info.backend_pid)

    def _place_rings(self, lon: Floats, lat: Floats, radii_m: list[float]) -> None:
        self.link.execute("DROP TABLE IF EXISTS rings")
        self.link.execute("CREATE TABLE rings (ring int, place geography, radius float8)")
        with self.link.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO rings VALUES (%s, ST_Point(%s, %s, 4326)::geography, %s)",
                _ring_rows(lon, lat, radii_m),
            )
        self.link.execute("ANALYZE rings")

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        self._place_rings(lon, lat, radii_m)
        found = np.zeros(len(lon) * len(radii_m), dtype=np.int64)
        for ring, count in self.link.execute(_RINGS_SQL.replace("sites", self.table)):
            found[ring] = count
        return found.reshape(len(lon), -1)

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        self._place_rings(lon, lat, radii_m)
        asked = _MEMBERS_SQL.replace("sites", self.table)
        with self.link.cursor().copy(f"COPY ({asked}) TO STDOUT (FORMAT binary)") as copy:
            content = b"".join(copy)
        rows = np.frombuffer(content[len(_HEADER) : -len(_TRAILER)], _PAIR_ROW)
        sites = rows["id"].astype(np.int32)
        yield from _by_ring(rows["ring"].astype(np.int32), sites, len(lon) * len(radii_m))


class SedonaDB(Peer):
    name = "SedonaDB, geography"
    libraries = ("sedonadb", "pyarrow", "pandas")

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        import pyarrow as pa
        import sedonadb

        self.link = sedonadb.connect()
        table = pa.table({"id": np.arange(len(lon)), "lon": lon, "lat": lat})
        self.link.create_data_frame(table).to_view("given")
        made = self.link.sql("SELECT id, ST_GeogPoint(lon, lat) AS place FROM given")
        made.to_memtable().to_view("sites")

    def _ask(self, words: str, lon: Floats, lat: Floats, radii_m: list[float]) -> Any:
        import pyarrow as pa

        names = ("ring", "lon", "lat", "radius")
        columns = zip(*_ring_rows(lon, lat, radii_m), strict=True)
        given = pa.table(dict(zip(names, columns, strict=True)))
        self.link.create_data_frame(given).to_view("r0", overwrite=True)
        self.link.sql(
            "SELECT ring, ST_GeogPoint(lon, lat) AS place, radius FROM r0"
        ).to_memtable().to_view("rings", overwrite=True)
        return self.link.sql(words).to_pandas()

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        table = self._ask(_RINGS_SQL, lon, lat, radii_m)
        found = np.zeros(len(lon) * len(radii_m), dtype=np.int64)
        found[table["ring"].to_numpy()] = table["n"].to_numpy()
        return found.reshape(len(lon), -1)

    def members(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Iterator[Numbers]:
        pairs = self._ask(_MEMBERS_SQL, lon, lat, radii_m)
        rings, sites = pairs["ring"].to_numpy(), pairs["id"].to_numpy()
        yield from _by_ring(rings, sites, len(lon) * len(radii_m))


PEERS = {
    peer.__name__: peer
    for peer in (Rangemap, Brute, Truth, BallTree, GeoPandas, PostGIS, SedonaDB, DuckDB, KDTree, Polars)
}  # fmt: skip
