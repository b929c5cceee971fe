"""Names on the base map of a picture: countries, waters and towns, where rings and sites leave room."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import compress, product
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rangemap.geodesy import LonLat, distance_m
from rangemap.io.basemap import unnamed_countries
from rangemap.places.populated import PopulatedPlace, large_towns, towns_near
from rangemap.places.seas import Sea, read_seas
from rangemap.render.background.names import (
    BESIDE_PX,
    BESIDE_SHARE,
    CAPITALS,
    CELL_PX,
    COUNTRY_GAP_PX,
    KIND_OF_WATER,
    LEADER_FROM_PX,
    LOOKS,
    LOOSE_SHARE,
    OF_BEST_SHARE,
    SMALLEST_STRAIT_PX,
    TEXT_PX,
    TOWN_GAP_PX,
    TOWN_SPACE_PX2,
    NameKind,
    in_two_lines,
    smallest_town,
)
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import (
    Box,
    Candidate,
    Candidates,
    LabelPlacer,
    Point,
    around_point,
    overlaps,
)
from rangemap.render.figure.local import with_local_places
from rangemap.render.figure.typeface import ASCENT, DESCENT, is_right_to_left
from rangemap.render.figure.view import View
from rangemap.render.style import INK, PAPER, QUIET

_DOT_PX: Final = 3.4
_CAPITAL_DOT_PX: Final = 5.0
_HAIR_SPACE: Final = "\u200a"
_TILED_BELOW_M_PER_PX: Final = 1_800.0  # a larger scale has room for large towns only
_LEADER_END_PX: Final = 4.0  # diameter of a leader's dot on its country
_TOWN_GAP: Final = 2.0  # points between a dot and its name
_TRIED: Final = 150
_DISTANCE_COST: Final = 6.0
_OUTSIDE_COST: Final = 40.0
_NEAR_COST: Final = 4.0
_ROOM_PX: Final = 10.0  # around names of countries and waters, if there is room
_LINE: Final = ASCENT + DESCENT + 0.1
_COUNTRIES: Final = (NameKind.ABOUT, NameKind.COUNTRY)
_LARGE_WATERS: Final = ("ocean", "sea")
Mask = NDArray[np.bool_]
_Spotted = tuple[PopulatedPlace, Point]


class BackgroundNames:
    """Names placed one after the other; each takes the best free position."""

    def __init__(
        self, canvas: Canvas, placer: LabelPlacer, view: View, origins: Iterable[Point]
    ) -> None:
        self._canvas, self._placer, self._view = canvas, placer, view
        self._shown = list(origins)
        self._px = canvas.size.text / TEXT_PX
        self._texts: list[tuple[NameKind, list[str], Candidate]] = []
        self._grid = _Cells(view, CELL_PX * self._px)

    def draw(self, about: Sequence[str]) -> None:
        """Place and draw all names; ``about`` are the countries that the map is about."""
        towns = self._towns()
        for name in about:
            self._country(name, NameKind.ABOUT)
        capitals = self._reserve_capitals(towns)
        by_size = sorted(self._view.countries.items(), key=lambda item: -item[1].area)
        for name, _ in by_size:
            if name not in about:
                self._country(name, NameKind.COUNTRY)
        # Large seas first: a capital has its dot, and sides to choose from.
        large = [sea for sea in read_seas() if sea.kind in _LARGE_WATERS]
        for sea in large:
            self._water(sea)
        self._shown += [spot for town, spot in capitals if self._town(town, spot, NameKind.CAPITAL)]
        for sea in read_seas():
            if sea not in large:
                self._water(sea)
        self._smaller_towns(towns)
        self._write()

    def _reserve_capitals(self, towns: Iterable[_Spotted]) -> list[_Spotted]:
        """Reserve the dots of capitals, and return those that are free."""
        capitals = [(town, spot) for town, spot in towns if town.capital]
        dots = [self._dot(spot, _CAPITAL_DOT_PX) for _, spot in capitals]
        free = [self._placer.is_free(dot) for dot in dots]
        for dot in compress(dots, free):
            self._placer.reserve(dot)
        return list(compress(capitals, free))

    def _country(self, name: str, kind: NameKind) -> None:
        text = self._canvas.language.country(name)
        if name in self._view.countries and text and name not in unnamed_countries():
            shape = self._view.countries[name]
            mask = self._grid.inside(shape)
            if not self._area(text, kind, mask) and kind is NameKind.ABOUT:
                self._beside(text, shape, ~mask & ~self._grid.water)

    def _water(self, sea: Sea) -> None:
        kind = KIND_OF_WATER[sea.kind]
        text = sea.names.get(self._canvas.language.code, sea.names["en"])
        if sea.kind == "river":
            if self._view.shows_waters:
                self._river(sea, text)
            return
        if sea.kind == "lake" and not self._view.shows_waters:
            return
        radius_px = max(km for _, _, km in sea.discs) * 1000 / self._view.metres_per_px
        if kind is NameKind.STRAIT and radius_px < SMALLEST_STRAIT_PX:
            return
        discs = self._grid.within(sea.discs)
        if discs.any():
            self._area(text, kind, discs & self._grid.water)

    def _river(self, sea: Sea, text: str) -> None:
        look = LOOKS[NameKind.RIVER]
        size = look.size_px * self._px
        width, height = self._canvas.face.width(text, size), size * (ASCENT + DESCENT)
        for lon, lat in sea.points:
            spot = self._view.place(lon, lat)
            if spot is None:
                continue
            candidates = around_point(*spot, width, height, 2.0 * self._px)
            candidate = self._placer.place(candidates.subset(slice(8)))
            if candidate is not None:
                self._texts.append((NameKind.RIVER, [text], candidate))
                return

    def _area(self, text: str, kind: NameKind, mask: Mask) -> bool:
        """Place a name inside an area, near its middle; return whether there is room."""
        look = LOOKS[kind]
        size = look.size_px * self._px
        choices = [[text], *([in_two_lines(text)] if look.two_lines else [])]
        shares = [look.least_share, *([LOOSE_SHARE] if kind is NameKind.COUNTRY else [])]
        for share, unspaced in product(shares, choices) if mask.any() else ():
            lines = [self._spaced(line, kind) for line in unspaced]
            width = max(self._canvas.face.width(line, size, bold=look.bold) for line in lines)
            height = size * _LINE * len(lines)
            loose = share < look.least_share
            if loose and self._grid.area(mask) < width * height:
                continue
            candidates = self._grid.candidates(mask, width, height, share, centred=loose)
            if kind in _COUNTRIES:
                candidates = self._apart(candidates)
            candidate = self._placer.place(self._with_room(candidates))
            if candidate is not None:
                self._texts.append((kind, lines, candidate))
                return True
        return False

    def _beside(self, text: str, shape: BaseGeometry, others: Mask) -> None:
        """Place the name of a small country beside it, if possible not on ``others``.

        A leader shows which country it names if it is on another or far away.
        """
        spot = max(shapely.get_parts(shape), key=lambda part: part.area).centroid
        look = LOOKS[NameKind.ABOUT]
        size = look.size_px * self._px
        line = self._spaced(text, NameKind.ABOUT)
        width = self._canvas.face.width(line, size, bold=look.bold)
        for crossing, share, gap in product((False, True), (BESIDE_SHARE, 1.0), BESIDE_PX):
            around = around_point(spot.x, spot.y, width, size * _LINE, gap * self._px)
            sides = around.subset(slice(8))
            sides = sides.subset(self._grid.share(others, sides.boxes) <= share)
            if share > BESIDE_SHARE or gap >= LEADER_FROM_PX:
                sides = sides._replace(starts=np.tile((spot.x, spot.y), (len(sides.costs), 1)))
            candidate = self._placer.place(self._apart(sides), crossing=crossing)
            if candidate is not None:
                self._texts.append((NameKind.ABOUT, [line], candidate))
                return

    def _apart(self, candidates: Candidates) -> Candidates:
        """Return candidates with a gap to the names of countries beside them."""
        gap = np.array([-1.0, 0.0, 1.0, 0.0]) * COUNTRY_GAP_PX * self._px
        named = [each.box for kind, _, each in self._texts if kind in _COUNTRIES]
        near = overlaps(candidates.boxes + gap, np.array(named).reshape(-1, 4))
        return candidates.subset(~near.any(axis=1))

    def _with_room(self, candidates: Candidates) -> Candidates:
        """Return candidates that cost more where other labels are close."""
        room = _ROOM_PX * self._px
        near = self._placer.near(candidates, room)
        return candidates._replace(costs=candidates.costs + np.where(near, _NEAR_COST, 0.0))

    def _spaced(self, text: str, kind: NameKind) -> str:
        if not LOOKS[kind].spacing_em or is_right_to_left(text):
            return text
        return _HAIR_SPACE.join(text.upper())

    def _towns(self) -> list[_Spotted]:
        """Return the towns in the frame for this scale, the most important first."""
        view, least = self._view, smallest_town(self._view.metres_per_px)
        if view.metres_per_px < _TILED_BELOW_M_PER_PX:
            towns: Sequence[PopulatedPlace] = towns_near(
                *view.positions, least=int(least * CAPITALS)
            )
        else:
            towns = large_towns()
        towns = [
            town for town in towns if town.people >= least * (CAPITALS if town.capital else 1.0)
        ]
        towns = with_local_places(towns, view.local.places)
        lon, lat = np.array([(town.lon, town.lat) for town in towns]).reshape(-1, 2).T
        x, y = view.to_points(view.projection.points(lon, lat)).T
        west, south, east, north = view.frame.expanded(-_CAPITAL_DOT_PX * self._px)
        seen = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        return [(towns[i], (float(x[i]), float(y[i]))) for i in seen.tolist()]

    def _smaller_towns(self, towns: Iterable[_Spotted]) -> None:
        west, south, east, north = self._view.frame
        most = int((east - west) * (north - south) / (TOWN_SPACE_PX2 * self._px**2)) + 1
        count = 0
        for town, spot in towns:
            if town.capital:
                continue
            if count >= most:
                break
            if any(math.dist(spot, other) < TOWN_GAP_PX * self._px for other in self._shown):
                continue
            if self._placer.is_free(self._dot(spot, _DOT_PX)) and self._town(
                town, spot, NameKind.TOWN
            ):
                self._shown.append(spot)
                count += 1

    def _town(self, town: PopulatedPlace, spot: tuple[float, float], kind: NameKind) -> bool:
        """Place the dot and the name of a town; return whether there is room."""
        px = _CAPITAL_DOT_PX if kind is NameKind.CAPITAL else _DOT_PX
        text = self._canvas.language.city(town.name, town.zone)
        size = LOOKS[kind].size_px * self._px
        width, height = self._canvas.face.width(text, size), size * (ASCENT + DESCENT)
        candidates = around_point(
            *spot, width, height, px * self._px / 2 + _TOWN_GAP, mirrored=self._canvas.mirrored
        )
        candidate = self._placer.place(candidates.subset(slice(8)))
        if candidate is None:
            return False
        self._placer.reserve(self._dot(spot, px))
        square = kind is NameKind.CAPITAL
        self._canvas.mark(
            "towns", spot, symbol="s" if square else "o", size=px * self._px, color=QUIET
        )
        self._texts.append((kind, [text], candidate))
        return True

    def _dot(self, spot: tuple[float, float], px: float) -> Box:
        return Box.around(*spot, px * self._px, px * self._px)

    def _write(self) -> None:
        """Write the names: their rims first, so that none covers another name."""
        for _, _, candidate in self._texts:
            if candidate.line is not None:
                self._canvas.line("labels-countries", candidate.line, color=INK, width=0.6)
                start = candidate.line.coords[0]
                self._canvas.mark(
                    "labels-countries", start, symbol="o", size=_LEADER_END_PX * self._px, color=INK
                )
        for kind, lines, candidate in self._texts:
            on_water = LOOKS[kind].italic and kind is not NameKind.RIVER
            self._name(
                kind, lines, candidate, rim=self._canvas.style.ground.sea if on_water else PAPER
            )
        for kind, lines, candidate in self._texts:
            self._name(kind, lines, candidate, rim=None)

    def _name(
        self, kind: NameKind, lines: Sequence[str], candidate: Candidate, *, rim: str | None
    ) -> None:
        look, canvas = LOOKS[kind], self._canvas
        size = look.size_px * self._px
        group = "countries" if look.spacing_em else "waters" if look.italic else "towns"
        x = candidate.box.middle[0]
        for number, line in enumerate(reversed(lines)):
            y = candidate.box.south + size * (DESCENT + number * _LINE)
            italic = look.italic and not is_right_to_left(line)
            shown = canvas.language.standalone(line)
            if rim is not None:
                canvas.halo(x, y, shown, size, bold=look.bold, italic=italic, color=rim)
                continue
            canvas.text(
                f"labels-{group}", x, y, shown, size,
                color=look.colour, bold=look.bold, italic=italic, align="center",
            )  # fmt: skip


class _Cells:
    """The frame in square cells: which are in a country, and which on water."""

    def __init__(self, view: View, size: float) -> None:
        self._view, self._size = view, size
        west, south, east, north = view.frame
        self._x = np.arange(west + size / 2, east, size)
        self._y = np.arange(south + size / 2, north, size)
        x, y = np.meshgrid(self._x, self._y)
        self._points = shapely.points(x.ravel(), y.ravel())
        land = [self.inside(shape) for shape in view.countries.values()]
        earth = self.inside(view.clipped(view.projection.earth))
        self.water = earth & ~np.any(land, axis=0) if land else earth
        if view.shows_waters:
            self.water |= self.inside(view.lakes)

    def inside(self, shape: BaseGeometry) -> Mask:
        """Return the cells whose middle is in a shape."""
        tree = shapely.STRtree(self._points)
        found = np.zeros(len(self._points), dtype=bool)
        parts = shapely.get_parts(shape)
        found[tree.query(parts, predicate="intersects")[1]] = True
        return found.reshape(len(self._y), len(self._x))

    def within(self, discs: Iterable[tuple[float, float, float]]) -> Mask:
        """Return the cells within discs of longitude, latitude and kilometres."""
        lon, lat = self._positions()
        found = np.zeros(lon.shape, dtype=bool)
        for disc_lon, disc_lat, km in discs:
            # A degree of latitude has at least 110 km, so most cells need no geodesic.
            near = np.flatnonzero(np.abs(lat - disc_lat) * 110 <= km)
            far_m = distance_m(LonLat(disc_lon, disc_lat), lon[near], lat[near])
            found[near[far_m <= km * 1000]] = True
        return found.reshape(len(self._y), len(self._x))

    def _positions(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if not hasattr(self, "_lonlat"):
            view, (x, y) = self._view, np.meshgrid(self._x, self._y)
            scale = view.metres_per_point
            lon, lat = view.projection.inverse(
                view.window.west + (x.ravel() - view.frame.west) * scale,
                view.window.south + (y.ravel() - view.frame.south) * scale,
            )
            seen = np.isfinite(lon) & np.isfinite(lat)
            self._lonlat = np.where(seen, lon, 0.0), np.where(seen, lat, -90.0)
        return self._lonlat

    def area(self, mask: Mask) -> float:
        """Return the area of some cells, square points."""
        return float(mask.sum()) * self._size**2

    def share(self, mask: Mask, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of each box's cells that a mask has; of a box without cells, 0."""
        found = np.zeros(len(boxes))
        for i, (west, south, east, north) in enumerate(boxes):
            columns = (self._x >= west) & (self._x <= east)
            cells = mask[(self._y >= south) & (self._y <= north)][:, columns]
            found[i] = cells.mean() if cells.size else 0.0
        return found

    def candidates(
        self, mask: Mask, width: float, height: float, least: float, *, centred: bool
    ) -> Candidates:
        """Return positions of a box of which at least a share is inside, the best near its middle.

        If they are to be ``centred``, the middle of the box is inside.
        """
        wide, high = (max(1, math.ceil(side / self._size)) for side in (width, height))
        rows, columns = mask.shape
        if wide > columns or high > rows:
            return Candidates(np.empty((0, 4)), np.empty(0), np.empty((0, 2)))
        sums = np.pad(mask.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        inside = (
            sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
        ) / (wide * high)
        # A name larger than its country has its middle in it, or covers most of what it could.
        enough = mask[high // 2 :, wide // 2 :][: inside.shape[0], : inside.shape[1]]
        if not centred:
            enough = enough | (inside >= OF_BEST_SHARE * float(inside.max()))
        row, column = np.nonzero(enough & (inside >= max(least, 1e-9)))
        share = inside[row, column]
        x = self._x[column] + (wide - 1) * self._size / 2
        y = self._y[row] + (high - 1) * self._size / 2
        mine = np.nonzero(mask)
        middle = self._x[mine[1]].mean(), self._y[mine[0]].mean()
        span = math.hypot(np.ptp(self._x), np.ptp(self._y))
        costs = (
            _OUTSIDE_COST * (1 - share)
            + _DISTANCE_COST * np.hypot(x - middle[0], y - middle[1]) / span
        )
        order = np.argsort(costs, kind="stable")
        best = order[:: max(1, len(order) // _TRIED)][: 2 * _TRIED]
        half = np.array([width, height]) / 2
        middles = np.column_stack([x[best], y[best]])
        return Candidates(
            np.hstack([middles - half, middles + half]),
            costs[best],
            np.full((len(best), 2), np.nan),
        )


def draw_background(
    canvas: Canvas,
    placer: LabelPlacer,
    view: View,
    *,
    about: Sequence[str],
    origins: Iterable[Point],
) -> None:
    """Write the names of countries, waters and towns where there is room.

    ``about`` are the countries that the map is about, ``origins`` where its origins are.
    """
    BackgroundNames(canvas, placer, view, origins).draw(about)
