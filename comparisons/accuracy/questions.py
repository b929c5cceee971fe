"""Cases other than rings: range texts, conflicting claims, errors and pages (C9-C17)."""

import csv
import json
import math
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from comparisons.accuracy.cases import Circle
from comparisons.accuracy.measure import BAND, WGS84, distance_m, holds, test_places
from comparisons.accuracy.ours import areas, run
from rangemap.errors import QuantityError
from rangemap.wording.quantities import parse_range

FIJI = Circle("C6", "", 178.0, -17.7, 700_000.0, {}, {})
# What makes a browser send a request to another host.
LOADS = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*(?:src|href)=["']https?://|url\(["']?https?://|@import""")  # fmt: skip
NOT_A_FORECAST = "greatest published range"


@dataclass(frozen=True)
class Finding:
    """A case, its expected result and the actual result."""

    case: str
    what: str
    expected: str
    got: str
    right: bool


def findings(cases: dict[str, Any]) -> Iterator[Finding]:
    yield donut_over_the_antimeridian()
    yield four_rings()
    yield one_figure()
    yield from map(range_words, cases["ranges"])
    yield from disagreement(cases["disagreement"])
    yield what_outputs_say()
    yield no_hole()
    yield from (impossible(row, ring_of) for row in cases["impossible"])
    yield from map(command, cases["commands"])
    yield from pages()


def donut_over_the_antimeridian() -> Finding:
    figure = "700 km (min 300 km)"
    area = shapely.geometry.shape(areas(FIJI.lat, FIJI.lon, figure)["ring"]["geometry"])
    lon, lat = test_places(FIJI)
    there_m = distance_m(FIJI, lon, lat)
    clear = np.minimum(np.abs(there_m / 300e3 - 1), np.abs(there_m / 700e3 - 1)) > BAND
    off = holds(area, lon, lat) != ((there_m >= 300e3) & (there_m <= 700e3))
    wrong = int((off & clear).sum())
    return Finding("C6", f"{figure} around Fiji", "0 places misplaced", f"{wrong} of {clear.sum()} places misplaced", not wrong and area.is_valid)  # fmt: skip


def four_rings() -> Finding:
    radii_m = (350, 700, 1050, 1400)
    found = [areas(33.7856, 42.4412, f"{radius_m} m")["ring"] for radius_m in radii_m]
    off = max(_corners_off(one, 42.4412, 33.7856, r) for one, r in zip(found, radii_m, strict=True))
    said = [one["properties"]["headline_km"] * 1000 for one in found]
    # Rounding in files may move a vertex by 1e-5 of the radius.
    right = said == list(radii_m) and off <= 1e-5
    return Finding("C9", "four rings every 350 m", "350, 700, 1,050 and 1,400 m stated and drawn", f"stated {', '.join(f'{one:,.0f}' for one in said)} m, vertices off by {off:.0e} of the radius", right)  # fmt: skip


def _corners_off(feature: dict[str, Any], lon: float, lat: float, radius_m: float) -> float:
    corners = shapely.get_coordinates(shapely.geometry.shape(feature["geometry"]))
    start = np.full(len(corners), lon), np.full(len(corners), lat)
    return float(np.abs(WGS84.inv(*start, *corners.T)[2] / radius_m - 1).max())


def one_figure() -> Finding:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = ["--from", "39.03,125.75", "--range", "Patrol=1,200 mi", "--site", "Erbil"]
        run("map", *words, "-o", "x.html", "-o", "x.geojson", "-o", "x.csv", "-o", "x.kml", folder=folder)  # fmt: skip
        content = json.loads((folder / "x.geojson").read_text("utf-8"))
        (row,) = csv.DictReader((folder / "x.csv").read_text("utf-8-sig").splitlines())
        page, kml = ((folder / f"x.{suffix}").read_text("utf-8") for suffix in ("html", "kml"))
    ring = next(one for one in content["features"] if one["properties"]["feature"] == "ring")
    off = _corners_off(ring, 125.75, 39.03, 1_931_212.8)
    said = {
        "csv": row["headline_km"] == "1931.213",
        "geojson": ring["properties"]["headline_km"] == 1931.213,
        "page": r"Patrol \u00b7 1,930 km" in page and "(published: up to 1,200 mi)" in page,
        "kml": "1,930 km (published: up to 1,200 mi)" in kml,
        "line": off <= 1e-5,
    }
    bad = [name for name, same in said.items() if not same]
    return Finding("C10", "label, table, file and line of `1,200 mi`", "1,931.2 km in files and line, shown as 1,930 km", f"differs in {', '.join(bad)}" if bad else "as expected in csv, geojson, kml, page and line", not bad)  # fmt: skip


def range_words(row: dict[str, Any]) -> Finding:
    case = "C14" if "min 0" in row["text"] else "C15" if "min" in row["text"] else "C11"
    if "refused" in row:
        expected = f"refused: {row['refused']}"
        try:
            got = str(parse_range(row["text"]))
        except QuantityError as error:
            return Finding(case, f"`{row['text']}`", expected, "refused", row["refused"] in str(error))  # fmt: skip
        return Finding(case, f"`{row['text']}`", expected, got, right=False)
    try:
        found = parse_range(row["text"])
    except QuantityError as error:
        return Finding(case, f"`{row['text']}`", _figures(row["low_km"], row["high_km"]), str(error), right=False)  # fmt: skip
    pairs = ((found.low_m, row["low_km"]), (found.high_m, row["high_km"]))
    right = all(math.isclose(metres, km * 1000, rel_tol=1e-12) for metres, km in pairs)
    right &= row.get("bound", found.bound) == found.bound
    bound = f"{row['bound']} " if "bound" in row else ""
    return Finding(case, f"`{row['text']}`", bound + _figures(row["low_km"], row["high_km"]), _figures(found.low_m / 1000, found.high_m / 1000), right)  # fmt: skip


def _figures(low_km: float, high_km: float) -> str:
    return f"{low_km:,.10g} km" if low_km == high_km else f"{low_km:,.10g} to {high_km:,.10g} km"


def disagreement(case: dict[str, Any]) -> Iterator[Finding]:
    claims = [{"id": f"p{n}", "range": text, "source": {"publisher": f"P{n}"}} for n, text in enumerate(case["claims"])]  # fmt: skip
    weapon = {"id": "w", "name": "W", "country": "A", "category": "rocket", "claims": claims}
    lats = [WGS84.fwd(0, 0, 0, site["km"] * 1000)[1] for site in case["sites"]]
    with tempfile.TemporaryDirectory() as folder:
        # JSON is YAML.
        Path(folder, "w.yaml").write_text(json.dumps({"weapons": [weapon]}), "utf-8")
        sites = [word for lat in lats for word in ("--site", f"{lat:.9f},0")]
        ended = run("check", "--from", "0,0", "--weapon", "W", "--catalogue", "w.yaml", *sites, "--format", "csv", folder=folder)  # fmt: skip
    rows = list(csv.DictReader(ended.out.splitlines()))
    figures = {tuple(float(row[key]) for key in ("low_km", "headline_km", "high_km")) for row in rows}  # fmt: skip
    wanted = tuple(round(case[key], 3) for key in ("low_km", "headline_km", "high_km"))
    shown = " / ".join(f"{figure:,}" for figure in wanted)
    yield Finding("C12", f"{', '.join(case['claims'])}: low, headline, high", f"{shown} km", str(sorted(figures)) if figures != {wanted} else "the same", figures == {wanted})  # fmt: skip
    keys = ("verdict", "reason", "claims_reaching")
    for site, row in zip(case["sites"], rows, strict=True):
        found = {**row, "claims_reaching": f"{row['claims_reaching']}/{row['claims']}"}
        expected, got = (
            ", ".join(filter(None, (one[key] for key in keys))) for one in (site, found)
        )
        yield Finding("C12", f"a site at {site['km']:,} km", expected, got, expected == got)


def what_outputs_say() -> Finding:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = ["x.html", "x.geojson", "x.kml", "x.csv"]
        words = [word for name in names for word in ("-o", name)]
        run("map", "--from", "Jurf Al Sakhar", "--weapon", "Al Aqsa", *words, folder=folder)
        texts = {name: (folder / name).read_text("utf-8") for name in names}
    bad = [name for name in names[:3] if NOT_A_FORECAST not in texts[name]]
    bad += [name for name in ("x.geojson", "x.csv") if "origin_kind" not in texts[name]]
    return Finding("C13", "what outputs state", "kind of origin, and that a ring is the greatest published range", f"missing in {', '.join(bad)}" if bad else "stated in html, geojson, kml; kind of origin in csv and geojson", not bad)  # fmt: skip


def no_hole() -> Finding:
    area = shapely.geometry.shape(areas(33.0, 44.0, "250 km")["ring"]["geometry"])
    return Finding("C14", "no minimum published", "a ring without a hole", f"{area.geom_type} with {len(area.interiors)} holes", not area.interiors)  # fmt: skip


def ring_of(lat: float, lon: float, radius_m: float) -> object:
    return areas(lat, lon, f"{radius_m / 1000!r} km")


def impossible(row: dict[str, Any], draw: Callable[[float, float, float], object]) -> Finding:
    lat, lon = row["origin"]
    try:
        drawn = draw(lat, lon, row["radius_km"] * 1000)
    except Exception as error:  # noqa: BLE001  any exception is a refusal
        return Finding("C15", row["what"], "refused", "refused", bool(str(error)))
    got = "drew nothing" if drawn is None else "drew a ring"
    return Finding("C15", row["what"], "refused", got, right=False)


def command(row: dict[str, Any]) -> Finding:
    with tempfile.TemporaryDirectory() as name:
        for file, text in row.get("files", {}).items():
            Path(name, file).write_text(text, "utf-8")
        ended = run(*row["words"], folder=name)
    status = row.get("status", 1)
    right = ended.status == status and row["says"] in ended.err + ended.out
    how = "done" if status == 0 else "refused"
    return Finding("C15", row["what"], f"{how}, exit {status}, message contains `{row['says']}`", f"exit {ended.status}" if right else ended.err.strip(), right)  # fmt: skip


def pages() -> Iterator[Finding]:
    contents = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as name:
            words = ["--from", "Jurf Al Sakhar", "--weapon", "Al Aqsa", "--weapon", "Fateh-110"]
            run("map", *words, "-o", "x.html", "-o", "x.geojson", folder=name)
            contents.append([Path(name, file).read_bytes() for file in ("x.html", "x.geojson")])
    loads = len(LOADS.findall(contents[0][0].decode()))
    yield Finding("C17", "external addresses that a page loads", "0 addresses", f"{loads} addresses", not loads)  # fmt: skip
    same = contents[0] == contents[1]
    yield Finding("C17", "the same map twice", "the same bytes", "the same bytes" if same else "other bytes", same)  # fmt: skip
