"""Make data/basemap.blocks: countries, lakes and rivers of the world at three levels of detail.

Run with ``make basemap``. The sources are npm packages made from Natural Earth (public domain):
``world-atlas`` (countries at 1:10m) and ``mapeo-offline-map`` (lakes and rivers for small scales).
`rangemap.io.basemap` describes the file format. The same package versions give the same bytes.

Everything is computed in whole steps of a grid, so that neighbours share every vertex: vertices are
inserted wherever an outline crosses the edge of a tile, before the tiles are cut out.
"""

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from blocks import write_blocks
from tiles import LAKES, Edges, Level, Tile, cut_line, deltas, polygons_of, tiles_of, with_crossings

SCRIPTS = Path(__file__).parent
TARGET = SCRIPTS.parent / "basemap.blocks"
PACKAGES = SCRIPTS / "node_modules"

WIDTH = 99_999
"""Steps of the source's grid around the earth."""
LIFT = 2_844
"""Rows added so that none is negative: a multiple of the steps of all levels."""
POLE = LIFT - 2_829
"""The row at the South Pole, 130 m from it, along which Antarctica is closed."""
ROWS_PER_COLUMN = 360 / WIDTH / 0.0016885772698826986
"""How many of its rows are as high as a column is wide."""

RENAMED = {"Macedonia": "North Macedonia"}
PART_OF = {"Baikonur": "Kazakhstan", "USNB Guantanamo Bay": "Cuba"}
"""Areas that the source draws apart, and their countries."""
UNNAMED = {
    "Akrotiri", "Antarctica", "Ashmore and Cartier Is.", "Bajo Nuevo Bank", "Clipperton I.",
    "Coral Sea Is.", "Cyprus U.N. Buffer Zone", "Dhekelia", "Indian Ocean Ter.", "Scarborough Reef",
    "Serranilla Bank", "Siachen Glacier", "Spratly Is.", "U.S. Minor Outlying Is.",
}  # fmt: skip
"""Areas whose names are not shown."""
SAHARA_LAT = 27.6667
"""The northern border of Western Sahara, which the source draws along the berm instead."""


LEVELS = (
    Level("low", (9, 18), 1600.0, 400.0, (11_111, 100_000), 1, 3.0, 0),
    Level("medium", (3, 6), 20.0, 6.0, (813, 867), 1, 6.0, 6),
    Level("high", (1, 1), 0.0, 0.0, (813, 1_733), 3, 0.0, -1),
)


@dataclass
class Atlas:
    """Arcs as lists of grid positions, and for each country its polygons as rings of arc numbers."""

    arcs: list[np.ndarray]
    countries: dict[str, list[list[list[int]]]]
    scale: tuple[float, float]
    origin: tuple[float, float]


def read_countries() -> Atlas:
    """Read the source, with borders as `data/README.md` describes them."""
    topology = json.loads((PACKAGES / "world-atlas" / "countries-10m.json").read_text("utf-8"))
    arcs = [np.cumsum(arc, axis=0) + np.array([0, LIFT]) for arc in topology["arcs"]]
    countries: dict[str, list[list[list[int]]]] = defaultdict(list)
    for country in topology["objects"]["countries"]["geometries"]:
        name = country["properties"]["name"]
        name = PART_OF.get(name, RENAMED.get(name, name))
        parts = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
        countries[name] += parts
    scale, (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    origin = (west, south - LIFT * scale[1])
    atlas = Atlas(arcs, dict(sorted(countries.items())), tuple(scale), origin)
    move_crimea(atlas)
    move_western_sahara(atlas)
    return atlas


def lonlat(atlas: Atlas, position: Iterable[float]) -> np.ndarray:
    """Return degrees."""
    return np.asarray(position) * atlas.scale + atlas.origin


def move_crimea(atlas: Atlas) -> None:
    """Move the one polygon of Russia that contains Simferopol to Ukraine."""
    inside = [
        part
        for part in atlas.countries["Russia"]
        if shapely.intersects_xy(
            shapely.Polygon(lonlat(atlas, joined(atlas.arcs, part[0]))), 34.10, 44.95
        )
    ]
    (crimea,) = inside
    atlas.countries["Russia"].remove(crimea)
    atlas.countries["Ukraine"].append(crimea)


def move_western_sahara(atlas: Atlas) -> None:
    """Replace the berm by the border along 27 degrees 40 minutes north."""
    ((sahara,),) = atlas.countries["W. Sahara"]
    ((morocco,),) = atlas.countries["Morocco"]
    (berm,) = {~arc for arc in sahara} & set(morocco)
    coast = next(arc for arc in morocco if (atlas.arcs[arc][0] == atlas.arcs[berm][-1]).all())
    path = atlas.arcs[coast]
    cut = int(np.argmax(lonlat(atlas, path)[:, 1] >= SAHARA_LAT))
    south, north, border = coast, len(atlas.arcs), len(atlas.arcs) + 1
    atlas.arcs[south] = path[: cut + 1]
    atlas.arcs += [path[cut:], np.array([path[cut], atlas.arcs[berm][0]])]
    atlas.countries["Morocco"] = [
        [[{coast: north, berm: ~border}.get(arc, arc) for arc in morocco]]
    ]
    rest = [arc for arc in sahara if arc != ~berm]
    atlas.countries["W. Sahara"] = [[[*rest, south, border]]]


def joined(arcs: list[np.ndarray], ring: list[int]) -> np.ndarray:
    """Return a closed ring of continuous columns; one around the South Pole is closed along it."""
    parts = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
    points = np.concatenate([parts[0][:1], *(part[1:] for part in parts)])
    return unwrapped(points)


def unwrapped(points: np.ndarray, width: int = WIDTH) -> np.ndarray:
    """Continue columns across 180 degrees instead of jumping back."""
    return np.column_stack([np.unwrap(points[:, 0].astype(float), period=width), points[:, 1]])


def simplified(arc: np.ndarray, least: float) -> np.ndarray:
    """Leave out the vertices of the smallest triangles, by Visvalingam's method; ends stay."""
    if least == 0 or len(arc) < 3:
        return arc
    xy = arc.astype(float)
    xy[:, 1] /= ROWS_PER_COLUMN
    shrink = np.cos(np.radians(xy[:, 1] * 360 / WIDTH - 90))
    before, after = list(range(-1, len(xy) - 1)), list(range(1, len(xy) + 1))

    def area(i: int) -> float:
        (x0, y0), (x1, y1), (x2, y2) = xy[before[i]], xy[i], xy[after[i]]
        return float(abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2 * shrink[i])

    areas = {i: area(i) for i in range(1, len(xy) - 1)}
    heap = [(value, i) for i, value in areas.items()]
    heapq.heapify(heap)
    largest = 0.0
    kept = len(xy)
    closed = (arc[0] == arc[-1]).all()
    while heap:
        value, i = heapq.heappop(heap)
        if areas.get(i) != value:
            continue
        largest = max(largest, value)
        if largest >= least or (closed and kept <= 4):
            break
        del areas[i]
        kept -= 1
        left, right = before[i], after[i]
        after[left], before[right] = right, left
        for j in (left, right):
            if j in areas:
                areas[j] = area(j)
                heapq.heappush(heap, (areas[j], j))
    return arc[[0, *sorted(areas), len(arc) - 1]]


def to_level(points: np.ndarray, level: Level) -> np.ndarray:
    """Return positions in the steps of a level, without repeated ones."""
    steps = np.round(points / level.step).astype(int)
    return steps[np.r_[True, (np.diff(steps, axis=0) != 0).any(axis=1)]]


def outlines(atlas: Atlas, level: Level) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Yield the polygons of the countries in the steps of a level."""
    arcs = [simplified(arc, level.area) for arc in map(continuous, atlas.arcs)]
    between = shared_arcs(atlas)
    for name, parts in atlas.countries.items():
        sizes = [ring_area(joined(arcs, part[0])) for part in parts]
        for part, size in zip(parts, sizes, strict=True):
            shared = any(abs_arc(arc) in between for arc in part[0])
            if size < level.island and not shared and size < max(sizes):
                continue
            yield name, [ring_at(joined(arcs, ring), level) for ring in part]


def ring_at(ring: np.ndarray, level: Level) -> np.ndarray:
    """Return a ring with the vertices of a level; Antarctica's is closed along the pole."""
    if abs(ring[-1, 0] - ring[0, 0]) > WIDTH / 2:
        ring = np.vstack([ring, [ring[-1, 0], POLE], [ring[0, 0], POLE], ring[:1]])
    return with_crossings(to_level(ring, level), level.tile)


def continuous(arc: np.ndarray) -> np.ndarray:
    """Return an arc whose columns do not jump at 180 degrees."""
    return unwrapped(arc).round().astype(int)


def abs_arc(arc: int) -> int:
    """Return the number of an arc in either direction."""
    return arc if arc >= 0 else ~arc


def shared_arcs(atlas: Atlas) -> set[int]:
    """Return the arcs that two polygons share."""
    uses = Counter(
        abs_arc(arc)
        for parts in atlas.countries.values()
        for part in parts
        for ring in part
        for arc in ring
    )
    return {arc for arc, count in uses.items() if count > 1}


def ring_area(ring: np.ndarray) -> float:
    """Return the area of a ring in square columns at its own latitude."""
    x, y = ring[:, 0], ring[:, 1] / ROWS_PER_COLUMN
    twice = float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))
    lat = float(y.mean()) * 360 / WIDTH - 90
    return abs(twice) / 2 * float(np.cos(np.radians(lat)))


def lakes_and_rivers(atlas: Atlas, level: Level) -> tuple[list[Any], list[Any]]:
    """Read lakes as rings and rivers with their widths, in the steps of a level."""

    def steps(coordinates: Any) -> np.ndarray:
        grid = (np.array(coordinates, dtype=float) - atlas.origin) / atlas.scale
        return to_level(simplified(grid, level.area), level)

    folder = PACKAGES / "mapeo-offline-map" / "dist"
    lakes = [
        [steps(ring) for ring in feature["geometry"]["coordinates"]]
        for feature in json.loads((folder / "lakes.json").read_text("utf-8"))["features"]
        if feature["properties"]["scalerank"] <= level.lakes
    ]
    rivers = [
        (feature["properties"]["strokeweig"], steps(feature["geometry"]["coordinates"]))
        for feature in json.loads((folder / "rivers.json").read_text("utf-8"))["features"]
        if feature["properties"]["min_zoom"] <= level.rivers
    ]
    return lakes, rivers


def make_level(atlas: Atlas, level: Level, numbers: dict[str, int]) -> dict[tuple[int, int], Tile]:
    """Return the tiles of a level."""
    width = WIDTH // level.step[0]
    edges = Edges(width)
    found = [(numbers[name], rings) for name, rings in outlines(atlas, level)]
    lakes, rivers = lakes_and_rivers(atlas, level)
    found += [(LAKES, [with_crossings(ring, level.tile) for ring in lake]) for lake in lakes]
    for number, rings in found:
        for ring in rings:
            if len(ring) >= 4:
                edges.add(ring, number)
    # The edge that closes Antarctica is not a coast.
    bottom = round(POLE / level.step[1])
    for key in [key for key in edges.owners if key[1] == bottom == key[3]]:
        del edges.owners[key]
    tiles: dict[tuple[int, int], Tile] = defaultdict(Tile)
    columns = width // level.tile[0]
    for number, rings in found:
        for polygon in polygons_of(rings):
            for (column, row), part in tiles_of(polygon, level):
                world = column // columns
                tiles[column - world * columns, row].add(number, part, edges, -world * width)
    for weight, line in rivers:
        for (column, row), path in cut_line(with_crossings(line, level.tile), level):
            tiles[column % columns, row].rivers.append([weight, *deltas(path)])
    return tiles


def main() -> None:
    """Write the file."""
    atlas = read_countries()
    names = sorted(atlas.countries)
    numbers = {name: number for number, name in enumerate(names)}
    about: dict[str, Any] = {
        "source": "Natural Earth 1:10m: world-atlas 2.0.2, mapeo-offline-map 2.0.0",
        "countries": names,
        "unnamed": sorted(UNNAMED),
        "levels": {},
    }
    blocks: dict[str, str] = {}
    for level in LEVELS:
        tiles = make_level(atlas, level, numbers)
        groups: dict[str, list[str]] = defaultdict(list)
        where: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (column, row), tile in sorted(tiles.items()):
            for number in tile.land:
                where[number].append((column, row))
            key = f"{level.name}/{column // level.group}/{row // level.group}"
            groups[key].append(f"{column} {row} {tile.to_json()}\n")
        blocks.update({key: "".join(lines) for key, lines in groups.items()})
        blocks[f"countries/{level.name}"] = json.dumps(where, separators=(",", ":"))
        about["levels"][level.name] = {
            "scale": [round(atlas.scale[i] * level.step[i], 12) for i in (0, 1)],
            "origin": list(atlas.origin),
            "tile": list(level.tile),
            "group": level.group,
        }
        size = sum(len(text) for key, text in blocks.items() if key.startswith(level.name))
        vertices = sum(len(arc) // 2 for tile in tiles.values() for arc in tile.arcs)
        print(f"{level.name}: {len(tiles)} tiles, {vertices} vertices, {size} bytes")
    print(f"{write_blocks(TARGET, about, blocks)} bytes in all")


if __name__ == "__main__":
    main()
