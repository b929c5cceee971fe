"""Other tools, each used as its documentation recommends, with its defaults.

A peer draws rings and, if it has its own distance function, decides whether a place is within
the radius. One that is not installed raises `AbsentError` and is reported as missing.
"""

import importlib.metadata
import importlib.util
import json
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from comparisons.accuracy import ours
from comparisons.accuracy.cases import Circle
from comparisons.accuracy.measure import Drawing, Floats, drawing_of
from comparisons.browser import chromium

Place: TypeAlias = tuple[float, float]
Draw: TypeAlias = Callable[[Circle], Drawing]
Within: TypeAlias = Callable[[Circle, Sequence[Place]], list[bool]]

NPM = ("@turf/circle@7", "@turf/distance@7", "leaflet@1.9", "leaflet.geodesic@2")


class AbsentError(Exception):
    """A program or package that a peer needs is not installed."""


@dataclass(frozen=True)
class Peer:
    """A tool ready for use; ``within`` is None if it has only the polygon."""

    name: str
    version: str
    how: str
    draw: Draw
    within: Within | None = None


def peers(npm: Path) -> Iterator[tuple[str, Callable[[], AbstractContextManager[Peer]]]]:
    """Yield the name and factory of each; ``npm`` is a folder for packages, created if needed."""
    yield "rangemap", rangemap
    yield "PostGIS, GeoJSON", partial(postgis, leaves=True)
    yield "PostGIS, geography", partial(postgis, leaves=False)
    yield "cartopy", cartopy
    yield "turf", partial(turf, npm)
    yield "L.circle", partial(leaflet, npm)
    yield "Leaflet.Geodesic", partial(leaflet_geodesic, npm)
    for name in PLANAR:
        yield f"geopandas, {name}", partial(geopandas, name)


@contextmanager
def rangemap() -> Iterator[Peer]:
    yield Peer("rangemap", version("rangemap"), "`rangemap map -o x.geojson`, `rangemap check`", ours.draw, ours.within)  # fmt: skip


@contextmanager
def postgis(*, leaves: bool) -> Iterator[Peer]:
    """Compute a buffer that is exported from the database, or stays in it as geography."""
    need("psycopg")
    if not Path("/usr/share/postgresql/15/extension/postgis.control").exists():
        raise AbsentError("Debian's postgresql-15-postgis-3")
    from comparisons.speed._peers import PostGIS

    point = "ST_Point(%s, %s, 4326)::geography"
    points = "unnest(%s::float8[], %s::float8[]) AS places (x, y)"
    with PostGIS(np.zeros(1), np.zeros(1), 1) as server:

        def ask(sql: str, *values: Any) -> list[Any]:
            return [row[0] for row in server.link.execute(sql, values).fetchall()]

        def outside(circle: Circle) -> Drawing:
            sql = f"SELECT ST_AsBinary(ST_Buffer({point}, %s)::geometry)"
            (wkb,) = ask(sql, circle.lon, circle.lat, circle.radius_m)
            return drawing_of(shapely.from_wkb(wkb))

        def inside(circle: Circle) -> Drawing:
            buffer = f"(SELECT ST_Buffer({point}, %s) AS area) AS buffer"
            three = circle.lon, circle.lat, circle.radius_m
            # Its edges are geodesics; split into short ones, they are nearly straight.
            sql = f"SELECT ST_AsBinary(ST_Segmentize(area, %s)::geometry) FROM {buffer}"
            (wkb,) = ask(sql, circle.radius_m / 100, *three)
            path = shapely.get_coordinates(shapely.from_wkb(wkb).exterior)
            path[:, 0] = np.unwrap(path[:, 0], period=360)
            sql = f"SELECT ST_Covers(area, ST_Point(x, y, 4326)::geography) FROM {buffer}, {points}"

            def covers(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
                return np.array(ask(sql, *three, lon.tolist(), lat.tolist()), dtype=bool)

            return Drawing([path], None, covers)

        def within(circle: Circle, places: Sequence[Place]) -> list[bool]:
            lon, lat = np.array(places).T.tolist()
            sql = f"SELECT ST_DWithin({point}, ST_Point(x, y, 4326)::geography, %s) FROM {points}"
            return ask(sql, circle.lon, circle.lat, circle.radius_m, lon, lat)

        (release,) = ask("SELECT PostGIS_Lib_Version()")
        if leaves:
            yield Peer("PostGIS, GeoJSON", release, "`ST_Buffer` of a geography, exported as geometry; `ST_DWithin`", outside, within)  # fmt: skip
        else:
            yield Peer("PostGIS, geography", release, "`ST_Buffer` and `ST_Covers`, all as geography", inside)  # fmt: skip


@contextmanager
def cartopy() -> Iterator[Peer]:
    need("cartopy")
    import cartopy.crs as ccrs
    from cartopy.geodesic import Geodesic

    geodesic = Geodesic()

    def draw(circle: Circle) -> Drawing:
        points = np.asarray(geodesic.circle(circle.lon, circle.lat, circle.radius_m))
        return drawing_of(ccrs.PlateCarree().project_geometry(Polygon(points), ccrs.Geodetic()))

    def within(circle: Circle, places: Sequence[Place]) -> list[bool]:
        found_m = np.asarray(geodesic.inverse([circle.lon, circle.lat], list(places)))[:, 0]
        inside: list[bool] = (found_m <= circle.radius_m).tolist()
        return inside

    yield Peer("cartopy", version("cartopy"), "`Geodesic().circle`, cut by `PlateCarree().project_geometry` as on its maps; `Geodesic().inverse`", draw, within)  # fmt: skip


@contextmanager
def turf(npm: Path) -> Iterator[Peer]:
    folder, node = packages(npm), program("node")
    code = """
        const { circle, distance } = { circle: require("@turf/circle").default, distance: require("@turf/distance").default };
        const [lon, lat, km, places] = JSON.parse(process.argv[1]);
        console.log(JSON.stringify(places ? places.map(p => distance([lon, lat], p) <= km) : circle([lon, lat], km).geometry));
    """

    def ask(circle: Circle, places: Sequence[Place] | None = None) -> Any:
        words = [node, "-e", code, json.dumps([circle.lon, circle.lat, circle.radius_m / 1000, places])]  # fmt: skip
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(next(line for line in done.stderr.splitlines() if "Error" in line))
        return json.loads(done.stdout)

    yield Peer(
        "turf",
        npm_version(folder, "@turf/circle"),
        "`circle` and `distance`",
        lambda circle: drawing_of(shapely.geometry.shape(ask(circle))),
        ask,
    )


@contextmanager
def leaflet(npm: Path) -> Iterator[Peer]:
    with browser(npm, "leaflet/dist/leaflet.js") as page:
        yield Peer(
            "L.circle",
            npm_version(npm, "leaflet"),
            "Leaflet's `L.circle` as drawn in Chromium (folium's Circle is the same), `distanceTo`",
            partial(leaflet_circle, page),
            lambda circle, places: page.evaluate(
                "([lat, lon, m, places]) => places.map(([x, y]) => L.latLng(lat, lon).distanceTo([y, x]) <= m)",
                [circle.lat, circle.lon, circle.radius_m, list(places)],
            ),
        )


def leaflet_circle(page: Any, circle: Circle) -> Drawing:
    """Read the ellipse that Leaflet draws on its Mercator map, as 720 points of its outline."""
    code = """([lat, lon, m]) => {
        const map = L.map(Object.assign(document.createElement("div"), {style: "width: 800px; height: 600px"}), {center: [lat, lon], zoom: 18, renderer: L.svg()});
        const circle = L.circle([lat, lon], {radius: m}).addTo(map);
        const centre = circle._point, points = [];
        for (let step = 0; step <= 720; step++) {
            const angle = step * Math.PI / 360;
            const at = L.point(circle._radius * Math.cos(angle), circle._radiusY * Math.sin(angle)).add(centre);
            const place = map.layerPointToLatLng(at);
            points.push([place.lng, place.lat]);
        }
        map.remove();
        return points;
    }"""
    points = np.array(page.evaluate(code, [circle.lat, circle.lon, circle.radius_m]), dtype=float)
    points[-1] = points[0]
    return drawing_of(Polygon(points))


@contextmanager
def leaflet_geodesic(npm: Path) -> Iterator[Peer]:
    files = "leaflet/dist/leaflet.js", "leaflet.geodesic/dist/leaflet.geodesic.umd.min.js"
    with browser(npm, *files) as page:

        def draw(circle: Circle) -> Drawing:
            code = """([lat, lon, m]) => new L.GeodesicCircle([lat, lon], {radius: m}).getLatLngs()
                .map(path => path.map(place => [place.lng, place.lat]))"""
            found = page.evaluate(code, [circle.lat, circle.lon, circle.radius_m])
            return Drawing([np.array(path, dtype=float) for path in found])

        def within(circle: Circle, places: Sequence[Place]) -> list[bool]:
            code = """([lat, lon, m, places]) => { const circle = new L.GeodesicCircle([lat, lon], {radius: m});
                return places.map(([x, y]) => circle.distanceTo(L.latLng(y, x)) <= m); }"""
            inside: list[bool] = page.evaluate(code, [circle.lat, circle.lon, circle.radius_m, list(places)])  # fmt: skip
            return inside

        yield Peer("Leaflet.Geodesic", npm_version(npm, "leaflet.geodesic"), "`L.GeodesicCircle`, a line without a fill, and its `distanceTo`", draw, within)  # fmt: skip


@contextmanager
def geopandas(name: str) -> Iterator[Peer]:
    need("geopandas")
    import geopandas as gpd

    make, how = PLANAR[name]

    def draw(circle: Circle) -> Drawing:
        point = gpd.GeoSeries([shapely.Point(circle.lon, circle.lat)], crs="EPSG:4326")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # geopandas warns that degrees are not planar
            buffer = make(point, circle).to_crs("EPSG:4326")
        return drawing_of(buffer.iloc[0])

    yield Peer(f"geopandas, {name}", version("geopandas"), how, draw)


def _in_azimuthal(point: Any, circle: Circle) -> Any:
    crs = f"+proj=aeqd +lat_0={circle.lat} +lon_0={circle.lon} +ellps=WGS84"
    return point.to_crs(crs).buffer(circle.radius_m)


PLANAR: dict[str, tuple[Callable[[Any, Circle], Any], str]] = {
    "degrees": (
        lambda point, circle: point.buffer(circle.radius_m / 111_320),
        "`buffer` of metres / 111,320 in EPSG:4326",
    ),
    "Mercator": (
        lambda point, circle: point.to_crs("EPSG:3857").buffer(circle.radius_m),
        "`buffer` in EPSG:3857",
    ),
    "UTM": (
        lambda point, circle: point.to_crs(point.estimate_utm_crs()).buffer(circle.radius_m),
        "`buffer` in `estimate_utm_crs()`",
    ),
    "azimuthal": (_in_azimuthal, "`buffer` in an azimuthal equidistant projection of the origin"),
}


@contextmanager
def browser(npm: Path, *files: str) -> Iterator[Any]:
    """Open an empty page without network and load scripts into it."""
    need("playwright")
    folder = packages(npm)
    with chromium() as opened:
        if opened is None:
            raise AbsentError("Chromium")
        page = opened.new_context(offline=True).new_page()
        for file in files:
            page.add_script_tag(path=folder / "node_modules" / file)
        yield page


def packages(npm: Path) -> Path:
    """Install the packages into a folder, if that has not been done."""
    if not (npm / "node_modules" / ".done").exists():
        npm.mkdir(parents=True, exist_ok=True)
        words = [program("npm"), "install", "--silent", "--no-save", "--prefix", str(npm), *NPM]
        subprocess.run(words, check=True)
        (npm / "node_modules" / ".done").touch()
    return npm


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise AbsentError(name)
    return found


def need(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise AbsentError(module)


def version(package: str) -> str:
    return importlib.metadata.version(package)


def npm_version(folder: Path, package: str) -> str:
    text = (folder / "node_modules" / package / "package.json").read_text("utf-8")
    found: str = json.loads(text)["version"]
    return found
