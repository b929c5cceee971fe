"""What people would use instead, each asked the same question in its own best way.

A peer is made of the sites; that is its preparing. `counts` answers how many sites lie
within each radius of each origin, `members` which sites lie within one.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from benchmarks._sites import Floats

Counts = NDArray[np.int64]
MEAN_RADIUS_M = 6_371_008.8
_POSTGRES = Path("/usr/lib/postgresql/15/bin")


def highest_kb(pid: int | str) -> int:
    """Return the most memory that a process has held, its libraries included."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0])


class Peer:
    name = ""
    libraries: tuple[str, ...] = ()  # imported before the clock starts

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        self.lon, self.lat, self.n_origins = lon, lat, n_origins

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running; most have nothing that runs."""

    def more_memory_kb(self) -> int:
        """Memory of other processes at its greatest."""
        return 0

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        """Return the number of sites, shape (origins, radii)."""
        raise NotImplementedError

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        """Return the numbers of the sites within a radius."""
        raise NotImplementedError


class Rangemap(Peer):
    name = "rangemap"
    libraries = ("rangemap.check.kernel",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        from rangemap.check.kernel import SitePoints  # noqa: PLC0415

        self.points = SitePoints(lon, lat, np.zeros(len(lon)), n_origins)

    def _question(self, lon: Any, lat: Any, radii_m: list[float]) -> tuple[Any, Any]:
        from rangemap.catalogue import bare_system  # noqa: PLC0415
        from rangemap.places import Origin, OriginKind  # noqa: PLC0415
        from rangemap.quantities import LonLat  # noqa: PLC0415

        places = [
            Origin(name="", kind=OriginKind.POSITION, lonlat=LonLat(float(x), float(y)))
            for x, y in zip(lon, lat, strict=True)
        ]
        return places, [bare_system(f"{round(radius)} m").band for radius in radii_m]

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        from rangemap.check.kernel import tally  # noqa: PLC0415

        question = self._question(lon, lat, radii_m)
        return np.array([found.counts[:, 0] for found in tally(self.points, *question)])

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        from rangemap.check.kernel import verdict_codes  # noqa: PLC0415

        (codes,) = verdict_codes(self.points, *self._question([lon], [lat], [radius_m]))
        return np.flatnonzero(codes == 0)


class Brute(Peer):
    name = "pyproj, every pair"
    libraries = ("pyproj",)

    def _distances_m(self, lon: float, lat: float) -> Floats:
        from pyproj import Geod  # noqa: PLC0415

        start = np.full(len(self.lon), lon), np.full(len(self.lon), lat)
        return Geod(ellps="WGS84").inv(*start, self.lon, self.lat)[2]

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        found = []
        for place in zip(lon, lat, strict=True):
            distances_m = self._distances_m(*place)
            found.append([np.count_nonzero(distances_m <= radius) for radius in radii_m])
        return np.array(found)

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        return np.flatnonzero(self._distances_m(lon, lat) <= radius_m)


class Truth(Brute):
    """Karney's distance to every site that is not too far north or south for the meridian.

    A path is no shorter than the meridian between its parallels, 110.57 km a degree at least.
    """

    name = "truth"

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        self.order = np.argsort(lat)
        self.sorted = lat[self.order]

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        return np.array([
            [len(self.members(*place, radius)) for radius in radii_m]
            for place in zip(lon, lat, strict=True)
        ])  # fmt: skip

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        reach = radius_m / 110_570
        first, last = np.searchsorted(self.sorted, [lat - reach, lat + reach])
        some = self.order[first:last]
        part = Brute(self.lon[some], self.lat[some], 1)
        return some[Brute.members(part, lon, lat, radius_m)]


class BallTree(Peer):
    name = "scikit-learn BallTree, haversine"
    libraries = ("sklearn.neighbors",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        from sklearn import neighbors  # noqa: PLC0415

        self.tree = neighbors.BallTree(np.radians(np.column_stack([lat, lon])), metric="haversine")

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        where = np.radians(np.column_stack([lat, lon]))
        columns = [
            self.tree.query_radius(where, r / MEAN_RADIUS_M, count_only=True) for r in radii_m
        ]
        return np.column_stack(columns)

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        return self.tree.query_radius(np.radians([[lat, lon]]), radius_m / MEAN_RADIUS_M)[0]


class GeoPandas(Peer):
    name = "GeoPandas sjoin, our polygons"
    libraries = ("geopandas", "rangemap.geodesy")

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        import geopandas as gpd  # noqa: PLC0415

        self.frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
        assert self.frame.sindex.size == len(lon)  # noqa: S101  built now

    def _joined(self, lon: Any, lat: Any, radii_m: list[float]) -> Any:
        import geopandas as gpd  # noqa: PLC0415

        from rangemap.geodesy import LonLat, disc  # noqa: PLC0415

        areas = [
            disc(LonLat(float(x), float(y)), radius).region
            for x, y in zip(lon, lat, strict=True)
            for radius in radii_m
        ]
        rings = gpd.GeoDataFrame(geometry=areas, crs=4326)
        return gpd.sjoin(self.frame, rings, predicate="within")

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        found = self._joined(lon, lat, radii_m)["index_right"]
        return np.bincount(found, minlength=len(lon) * len(radii_m)).reshape(len(lon), -1)

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        return self._joined([lon], [lat], [radius_m]).index.to_numpy()


_RINGS_SQL = """
    SELECT r.ring, count(*) FROM rings r JOIN sites s
    ON ST_DWithin(s.place, r.place, r.radius) GROUP BY r.ring
"""
_MEMBERS_SQL = """
    SELECT s.id AS id FROM rings r JOIN sites s ON ST_DWithin(s.place, r.place, r.radius)
"""


class PostGIS(Peer):
    """A private cluster on a socket, with Debian's settings but for memory; GiST index."""

    name = "PostGIS, GiST index"
    libraries = ("psycopg",)

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        import psycopg  # noqa: PLC0415

        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self.user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.user:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        data = str(self.folder / "data")
        self._server("initdb", "-D", data, "-A", "trust", "-U", "bench")
        options = (
            f"-k {self.folder} -c listen_addresses='' -c shared_buffers=2GB -c work_mem=256MB"
            " -c maintenance_work_mem=1GB -c max_wal_size=8GB -c fsync=off -c jit=off"
        )
        self._server("pg_ctl", "-D", data, "-w", "-l", f"{self.folder}/log", "-o", options, "start")
        self.link = psycopg.connect(host=str(self.folder), user="bench", dbname="postgres", autocommit=True)  # fmt: skip
        self.link.execute("CREATE EXTENSION postgis")
        self.link.execute("CREATE TABLE given (id int, lon float8, lat float8)")
        with self.link.cursor().copy("COPY given FROM STDIN") as copy:
            for start in range(0, len(lon), 100_000):
                rows = zip(range(start, len(lon)), lon[start : start + 100_000].tolist(), lat[start : start + 100_000].tolist(), strict=False)  # fmt: skip
                copy.write("".join(f"{n}\t{x!r}\t{y!r}\n" for n, x, y in rows))
        self.link.execute(
            "CREATE TABLE sites AS SELECT id, ST_Point(lon, lat, 4326)::geography AS place FROM given"
        )
        self.link.execute("CREATE INDEX ON sites USING gist (place)")
        self.link.execute("VACUUM ANALYZE sites")

    def _server(self, program: str, *words: str) -> None:
        command = [*self.user, str(_POSTGRES / program), *words]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    def __exit__(self, *_: object) -> None:
        self.link.close()
        self._server("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def more_memory_kb(self) -> int:
        return highest_kb(self.link.info.backend_pid)

    def _rings(self, lon: Any, lat: Any, radii_m: list[float]) -> None:
        self.link.execute("DROP TABLE IF EXISTS rings")
        self.link.execute("CREATE TEMP TABLE rings (ring int, place geography, radius float8)")
        rows = [
            (index * len(radii_m) + row, float(x), float(y), radius)
            for index, (x, y) in enumerate(zip(lon, lat, strict=True))
            for row, radius in enumerate(radii_m)
        ]
        with self.link.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO rings VALUES (%s, ST_Point(%s, %s, 4326)::geography, %s)", rows
            )
        self.link.execute("ANALYZE rings")

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        self._rings(lon, lat, radii_m)
        found = np.zeros(len(lon) * len(radii_m), dtype=np.int64)
        for ring, count in self.link.execute(_RINGS_SQL):
            found[ring] = count
        return found.reshape(len(lon), -1)

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        self._rings([lon], [lat], [radius_m])
        return np.array([row[0] for row in self.link.execute(_MEMBERS_SQL)], dtype=np.intp)


class SedonaDB(Peer):
    name = "SedonaDB, geography"
    libraries = ("sedonadb", "pyarrow", "pandas")

    def __init__(self, lon: Floats, lat: Floats, n_origins: int) -> None:
        super().__init__(lon, lat, n_origins)
        import pyarrow as pa  # noqa: PLC0415
        import sedonadb  # noqa: PLC0415

        self.link = sedonadb.connect()
        table = pa.table({"id": np.arange(len(lon)), "lon": lon, "lat": lat})
        self.link.create_data_frame(table).to_view("given")
        made = self.link.sql("SELECT id, ST_GeogPoint(lon, lat) AS place FROM given")
        made.to_memtable().to_view("sites")

    def _ask(self, words: str, lon: Any, lat: Any, radii_m: list[float]) -> Any:
        rows = [
            (index * len(radii_m) + row, float(x), float(y), radius)
            for index, (x, y) in enumerate(zip(lon, lat, strict=True))
            for row, radius in enumerate(radii_m)
        ]
        import pyarrow as pa  # noqa: PLC0415

        names = ("ring", "lon", "lat", "radius")
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        self.link.create_data_frame(pa.table(columns)).to_view("r0", overwrite=True)
        self.link.sql(
            "SELECT ring, ST_GeogPoint(lon, lat) AS place, radius FROM r0"
        ).to_memtable().to_view("rings", overwrite=True)
        return self.link.sql(words).to_pandas()

    def counts(self, lon: Floats, lat: Floats, radii_m: list[float]) -> Counts:
        table = self._ask(_RINGS_SQL.replace("count(*)", "count(*) AS n"), lon, lat, radii_m)
        found = np.zeros(len(lon) * len(radii_m), dtype=np.int64)
        found[table["ring"].to_numpy()] = table["n"].to_numpy()
        return found.reshape(len(lon), -1)

    def members(self, lon: float, lat: float, radius_m: float) -> NDArray[np.intp]:
        return self._ask(_MEMBERS_SQL, [lon], [lat], [radius_m])["id"].to_numpy()


PEERS = {peer.__name__: peer for peer in (Rangemap, Brute, Truth, BallTree, GeoPandas, PostGIS, SedonaDB)}  # fmt: skip
