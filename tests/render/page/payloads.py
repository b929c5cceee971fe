"""Payloads for the page's tests: plain geodesic circles and invented text."""

import struct
import zlib

import numpy as np
from pyproj import Geod
from shapely import Polygon, box, orient_polygons, union_all
from shapely.affinity import translate

from rangemap.wording.language import read_language

WGS84 = Geod(ellps="WGS84")
MERCATOR_LAT = 85.0511287798


def png(width=3, height=2):
    """A complete PNG file, written according to the specification."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + b"\x20\x40\x60" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def circle(lon, lat, radius_km, vertices=361):
    azimuths = np.linspace(0.0, 360.0, vertices)
    starts = np.full(vertices, lon), np.full(vertices, lat)
    lons, lats, _ = WGS84.fwd(*starts, azimuths, np.full(vertices, radius_km * 1000.0))
    lons = np.unwrap(lons, period=360.0)
    return np.round(np.column_stack([lons, lats]), 3)


def poles_inside(lon, lat, radius_km):
    return [
        pole for pole in (90.0, -90.0) if WGS84.inv(lon, lat, lon, pole)[2] < radius_km * 1000.0
    ]


def strip(lon, lat, radius_km):
    """The area within the radius on three adjacent worlds."""
    line = circle(lon, lat, radius_km)
    poles = poles_inside(lon, lat, radius_km)
    worlds = range(-1080, 1081, 360)
    if len(poles) == 1:
        (pole,) = poles
        corners = [(line[-1][0], pole), (line[0][0], pole)]
        area = Polygon([*map(tuple, line), *corners])
    else:
        area = Polygon(line)
    everywhere = union_all([translate(area, shift) for shift in worlds], grid_size=1e-7)
    window = box(-540, -MERCATOR_LAT, 540, MERCATOR_LAT)
    return window.difference(everywhere) if len(poles) == 2 else everywhere.intersection(window)


def coordinates(area):
    area = orient_polygons(area)
    parts = getattr(area, "geoms", [area])
    return [
        [np.round(ring.coords, 3).tolist() for ring in (part.exterior, *part.interiors)]
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def ring(system, origin, place, label, figures_km, *, minimum=None, wrapped=None):
    lon, lat = place
    low, headline, high = figures_km
    figures = {"headline": headline}
    if low != headline:
        figures["low"] = low
    if high != headline:
        figures["high"] = high
    if minimum:
        figures["minimum"] = minimum
    if wrapped is None:
        wrapped = bool(poles_inside(lon, lat, high)) or bool(
            np.any(np.abs(circle(lon, lat, high)[:, 0]) > 180)
        )
    area = strip if wrapped else lambda *args: Polygon(circle(*args))
    inner, outer = area(lon, lat, low), area(lon, lat, high)
    if minimum:
        hole = area(lon, lat, minimum)
        inner, outer = inner.difference(hole), outer.difference(hole)
    return {
        "system": system,
        "origin": origin,
        "label": label,
        "lines": {name: [circle(lon, lat, km).tolist()] for name, km in figures.items()},
        "inner": coordinates(inner),
        "band": [] if low == high else coordinates(outer.difference(inner)),
        "wrapped": wrapped,
    }


def claim(figure, publisher, **more):
    return {
        "figure": figure,
        "note": None,
        "attributed_to": None,
        "drawn": True,
        "publisher": publisher,
        "title": f"Report of {publisher}",
        "url": "https://example.org/report",
        "date": "2024-01",
        **more,
    }


FAMILIES = {
    "ballistic": ("#D55E00", "#A34800"),
    "drone": ("#4477AA", "#396490"),
    "cruise": ("#332288", "#332288"),
    "rocket": ("#882255", "#882255"),
    "other": ("#000000", "#000000"),
}
DASHES = ["", "14 6", "12 5 2 5"]


def system(label, range_, headline, family="ballistic", claims=(), number=0, **more):
    line, text = FAMILIES[family]
    figures = headline if headline.startswith(range_) else f"{range_}; line at {headline}"
    return {
        "label": label,
        "figures": figures,
        "range": range_,
        "published": "",
        "line": line,
        "text": text,
        "dash": DASHES[number % 3],
        "width": 2.25,
        "category": f"{family} system",
        "claims": list(claims),
        **more,
    }


def sites(places, origins=(), figures=()):
    """Columns of sites; `figures` are (low, headline, high) of the systems, in order."""
    columns = {
        "name": [name for name, _, _ in places],
        "kind": ["air base" for _ in places],
        "lon": [lon for _, lon, _ in places],
        "lat": [lat for _, _, lat in places],
        "precision": ["0.4 km" for _ in places],
        "distance": [],
        "verdicts": [],
    }
    for number, (_, lon, lat) in enumerate(origins):
        kms = [WGS84.inv(lon, lat, east, north)[2] / 1000.0 for _, east, north in places]
        columns["distance"].append([f"{km:,.0f} km" for km in kms])
        for system_, (low, headline, high) in enumerate(figures):
            columns["verdicts"].append(
                {
                    "origin": number,
                    "system": system_,
                    "margin": [f"{headline - km:+,.0f} km".replace("-", "−") for km in kms],
                    "outcome": [0 if km <= low else 2 if km > high else 1 for km in kms],
                    "outcomes": [
                        outcome("inside", "", ""),
                        outcome("disputed", "claims differ", "not reached by: 193 km (Somebody)"),
                        outcome("outside", "", ""),
                    ],
                }
            )
    return columns


def outcome(verdict, reason, dissent):
    return {
        "verdict": verdict,
        "reaches": verdict in {"inside", "disputed"},
        "reason": reason,
        "claims": "6 of 7",
        "dissent": dissent,
    }


def page(**parts):
    return {
        "title": "Published ranges",
        "subtitle": "",
        "credit": None,
        "lang": "en",
        "words": dict(read_language("en").phrases),
        "style": {"origin": "#B3001B", "ground": {}, "dark": True, "font": [], "logo": None},
        "tint": "land",
        "tiles": None,
        "detail": "medium",
        "about": ["Iraq"],
        "units": "km",
        "systems": [],
        "origins": [],
        "rings": [],
        "sites": sites([]),
        "notes": ["Every point of a ring is the same distance from its origin."],
        "sources": "Sources: The National.",
        "method": ["Rings are drawn to within 0.0094% of their radius."],
        "bounds": [20.0, 10.0, 70.0, 55.0],
        **parts,
    }


def origin(name, lon, lat, kind="site", precision=None):
    place = {"name": name, "kind": kind, "lon": lon, "lat": lat, "precision": precision}
    return {**place, "outline": []}


def bounds_of(*rings):
    points = np.array(
        [p for r in rings for paths in r["lines"].values() for line in paths for p in line]
    )
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return [float(west), float(south), float(east), float(north)]


JURF = (44.2139, 32.8667)


def iraq():
    figures = [(1931, 2500, 2500), (250, 250, 250), (193, 500, 500)]
    rings = [
        ring(0, 0, JURF, "Shahed-136 · 2,500 km", (1931, 2500, 2500)),
        ring(1, 0, JURF, "Al Aqsa · 250 km", (250, 250, 250)),
        ring(2, 0, JURF, "Fateh-110 · 500 km", (193, 500, 500)),
    ]
    places = [("Ain Al Asad", 42.4412, 33.7856), ("Erbil", 44.0094, 36.1912)]
    return page(
        title="Systems reported in Iraq, January 2024",
        subtitle="Published ranges from Jurf Al Sakhar",
        systems=[
            system(
                "Shahed-136",
                "1,931–2,500 km",
                "2,500 km",
                "drone",
                [
                    claim("up to 2,500 km", "The National"),
                    claim("about 1,200 mi", "Iran Watch", note="flown test", drawn=False),
                    claim("1,931 km", "CSIS"),
                ],
            ),
            system("Al Aqsa", "250 km", "250 km", claims=[claim("up to 250 km", "The National")]),
            system(
                "Fateh-110",
                "193–500 km",
                "500 km (The National)",
                number=1,
                claims=[
                    claim("up to 500 km", "The National", attributed_to="Fabian Hinz"),
                    claim("300 km", "CSIS", date=None),
                ],
            ),
        ],
        origins=[origin("Jurf Al Sakhar", *JURF, precision="2.0 km")],
        rings=rings,
        sites=sites(places, [("Jurf Al Sakhar", *JURF)], figures),
        bounds=bounds_of(*rings),
    )


def fiji():
    place = (178.0, -17.8)
    rings = [ring(0, 0, place, "Cruise type · 3,000 km", (2200, 3000, 3000), minimum=300)]
    return page(
        title="Around Fiji",
        subtitle="A ring across the antimeridian",
        detail="low",
        systems=[system("Cruise type", "2,200–3,000 km", "3,000 km", "cruise", minimum="300 km")],
        origins=[origin("Suva", *place, kind="town", precision="5 km")],
        rings=rings,
        bounds=bounds_of(*rings),
    )


def pyongyang():
    place = (125.75, 39.03)
    rings = [
        ring(0, 0, place, "Long-range type · 12,000 km", (8500, 12000, 12000)),
        ring(1, 0, place, "Medium-range type · 1,500 km", (1500, 1500, 1500)),
    ]
    return page(
        title="Around Pyongyang",
        subtitle="A ring around a pole",
        detail="low",
        systems=[
            system("Long-range type", "8,500–12,000 km", "12,000 km"),
            system("Medium-range type", "1,500 km", "1,500 km"),
        ],
        origins=[origin("Pyongyang", *place, kind="town", precision="5 km")],
        rings=rings,
        bounds=[-54.0, -60.0, 306.0, 83.0],
    )


def twelve():
    families = ["ballistic", "drone", "cruise", "rocket", "other"]
    origins = [("Shiraz air base", 52.59, 29.54), ("موقع تجريبي طويل الاسم", 48.68, 31.32)]
    figures = [
        (f"System {chr(65 + i)}-{100 + i}", int(180 * 1.27**i), int(230 * 1.27**i))
        for i in range(12)
    ]
    rings = [
        ring(i, i % 2, origins[i % 2][1:], f"{name} · {high:,} km", (low, high, high))
        for i, (name, low, high) in enumerate(figures)
    ]
    places = [
        ("Long Name of a Place That Goes On, Northern Gate", 44.4, 33.3),
        ("قاعدة عين الأسد الجوية", 42.44, 33.79),
        ("Manama", 50.6, 26.2),
        ("Doha", 51.5, 25.3),
        ("Al Udeid", 51.31, 25.12),
        ("Kuwait", 47.98, 29.37),
        ("Ali Al Salem", 47.52, 29.35),
    ]
    return page(
        title="Twelve systems from two origins, a title that is long enough to need a second line on a phone",
        subtitle="مدى الأنظمة المنشور",
        systems=[
            system(
                name,
                f"{low:,}–{high:,} km",
                f"{high:,} km",
                families[i % 5],
                [claim(f"{high:,} km", "Somebody")],
                number=i // 5,
            )
            for i, (name, low, high) in enumerate(figures)
        ],
        origins=[origin(*place) for place in origins],
        rings=rings,
        sites=sites(places, origins, [(low, high, high) for _, low, high in figures]),
        bounds=bounds_of(*rings),
    )


EXAMPLES = {"iraq": iraq, "fiji": fiji, "pyongyang": pyongyang, "twelve": twelve}
