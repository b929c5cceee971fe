"""Every command that tests run: its input files, its output files, and the extra it needs.

One table, in parts for the tests that run them:

- `SESSION`: commands that read the output of earlier ones, for an installation without extras and
  for warnings; `REFUSED`: commands that name a missing extra before opening a file;
- `WRITING` and `PRINTING`: one command for each output, for faults (`make faults`) and for
  byte-identical outputs (`make versions`);
- `READING`: by kind of file, the commands that read an untrusted one, for hostile files; `CORPORA`
  for third-party sites files;
- `BASE`: a valid command line for each command, to which one strange value is added.

`tests/promises/test_commands.py` checks that no command, output suffix or input suffix is left out.
"""

import shlex
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

INPUTS = "{in}"
"""Placeholder for the folder of the files that `write_inputs` writes."""
FILE = "{}"
"""Placeholder for the name of an untrusted file."""
_WRITTEN_TO = ("-o", "--output", "--package", "--rejects", "--save-decisions")


class Command(NamedTuple):
    """One command with its files and requirements."""

    words: tuple[str, ...]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    extra: str = ""

    def line(self) -> str:
        """Return the command line as typed."""
        return shlex.join(self.words)

    def reading_from(self, inputs: Path) -> list[str]:
        """Return the arguments with the folder of inputs filled in."""
        return [word.replace(INPUTS, str(inputs)) for word in self.words]

    def reading(self, name: str) -> list[str]:
        """Return the arguments with the name of the untrusted file filled in."""
        return [name if word == FILE else word for word in self.words]


def _command(
    *words: str, reads: tuple[str, ...] = (), beside: tuple[str, ...] = (), extra: str = ""
) -> Command:
    """Make a row of the table; ``beside`` lists outputs that the arguments do not name."""
    named = tuple(value for option, value in pairwise(words) if option in _WRITTEN_TO)
    if FILE in words:
        reads = (*reads, FILE)
    return Command(words, reads, (*named, *beside), extra)


def _typed(line: str, **more: tuple[str, ...] | str) -> Command:
    return _command(*shlex.split(line), **more)


# ---- One session, without and with extras ---------------------------------------------------

_ONE = "--from Erbil --weapon Fateh-110 --site 'Ain Al Asad'"
_PICTURES = ("x.alt.txt", "x.sources.txt")

# In an order in which they can run: some read the output of others.
SESSION: tuple[Command, ...] = (
    _typed("--help"),
    _typed("--version"),
    _typed(f"check {_ONE}"),
    _typed(f"check {_ONE} --format csv --units mi --as-of 2024"),
    _typed(
        "check --from 51,0 --range '300 km' --sites plain.csv --summary -o counts.json",
        reads=("plain.csv",),
    ),
    _typed("check --from 51,0 --range '300 km' --sites plain.csv --per-site", reads=("plain.csv",)),
    _typed(f"check {_ONE} --source-kind newspaper --source-kind broadcaster --no-state-media"),
    _typed("check --from Erbil --weapon Fateh-110 --sort name --nearest 5"),
    _typed(f"check {_ONE} -o rows.csv"),
    _typed(f"check {_ONE} -o rows.json"),
    _typed(f"check {_ONE} -o x.xlsx", extra="excel"),
    _typed(f"check {_ONE} -o x.parquet", extra="parquet"),
    _typed(f"map {_ONE} -o x.html -o x.geojson -o x.csv -o x.kml -o x.kmz"),
    _typed(f"map {_ONE} -o x.gpkg -o x.shp.zip -o x.fgb"),
    _typed(f"map {_ONE} -o areas.parquet", extra="parquet"),
    _typed(
        f"map {_ONE} -o x.png -o x.jpg -o x.webp -o x.svg -o x.pdf",
        beside=_PICTURES,
        extra="pictures",
    ),
    _typed(
        f"map {_ONE} -o local.svg --basemap roads.geojson --credit-basemap 'Town survey'",
        reads=("roads.geojson",),
        beside=("local.alt.txt", "local.sources.txt"),
        extra="pictures",
    ),
    _typed(
        f"map {_ONE} -o carded.html --page-url https://example.org/map.html",
        beside=("carded.card.png",),
        extra="pictures",
    ),
    _typed(f"map {_ONE} -o french.html --lang fr", extra="lang"),
    _typed(f"map {_ONE} -o unsourced.html --sources-line none"),
    _typed(
        f"report {_ONE} -o r.html -o r.md -o r.docx -o r.pdf", beside=("r.map.png",), extra="report"
    ),
    _typed("embed x.html", reads=("x.html",)),
    _typed("weapons list --country Iran"),
    _typed("weapons list --thin --older-than 10"),
    _typed("new scenario.yaml", beside=("scenario.yaml",)),
    _typed("weapons new Novelty"),
    _typed("weapons new Novelty -o novelty.yaml"),
    _typed("weapons show Fateh-110 --cite text"),
    _typed("weapons validate"),
    _typed("weapons import ranges.csv -o mine.yaml", reads=("ranges.csv",)),
    _typed("weapons validate mine.yaml", reads=("mine.yaml",)),
    _typed("weapons diff mine.yaml", reads=("mine.yaml",)),
    _typed("weapons export --package pack", extra="parquet"),
    _typed("sites list --country Iraq"),
    _typed("sites show Cologne"),
    _typed("sites import places.csv -o mine.geojson", reads=("places.csv",)),
    _typed("sites validate mine.geojson", reads=("mine.geojson",)),
    _typed("selftest"),
    _typed("version"),
    _typed("version --full --format json"),
)

# Without the extra, each of these names it before looking at the file.
REFUSED: tuple[Command, ...] = (
    _typed(
        "check --from 51,0 --range '300 km' --sites places.parquet",
        reads=("places.parquet",),
        extra="parquet",
    ),
    _typed("check --from 51,0 --range '300 km' --sites s3://bucket/places.parquet", extra="remote"),
    _typed(
        "check --from 51,0 --range '300 km' --sites places.xlsx",
        reads=("places.xlsx",),
        extra="excel",
    ),
    _typed("sites import places.xlsx", reads=("places.xlsx",), extra="excel"),
    _typed("weapons export --package other --catalogue missing.yaml", extra="parquet"),
    _typed("weapons import places.parquet", reads=("places.parquet",), extra="parquet"),
)

ROADS = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"highway": "motorway"}, '
    '"geometry": {"type": "LineString", "coordinates": [[44.0, 33.1], [44.1, 33.2], [44.4, 33.3]]}}]}'
)
SESSION_FILES = {
    "ranges.csv": "name;category;country;range_km;publisher;date\nA;rocket;Examplia;300;P;2024\n",
    "places.csv": "name,lat,lon,country,kind,publisher\nB,36.2,44.1,Iraq,town,P\n",
    "plain.csv": "name,lat,lon\nLondon,51.5,-0.12\nLisbon,38.72,-9.14\n",
    "roads.geojson": ROADS,
    "places.xlsx": "",
    "places.parquet": "",
}


def write_session_files(folder: Path) -> None:
    """Write the files that the commands of a session read."""
    for name, text in SESSION_FILES.items():
        (folder / name).write_text(text, "utf-8")


# ---- Each output, written or printed --------------------------------------------------------

_RING = ("--from", "33.3,44.4", "--weapon", "Fateh-110", "--site", "Erbil")
_PICTURE = (*_RING, "--size", "640x480")
_STREAM = ("check", "--from", "33.3,44.4", "--range", "Near=150-300 km (min 50 km)",
           "--sites", "{in}/sites.csv")  # fmt: skip
_COUNTRY = ("--from-country", "Cuba", "--range", "Near=150-300 km (min 50 km)")
_PAIRS = ("--pair", "Kinzhal @ 43.1,131.9", "--pair", "Rocket=75 km @ Beyrouth=33.9,35.5",
          "--site", "Hawler=Erbil")  # fmt: skip
_WEAPONS = ("weapons", "import", "{in}/weapons.csv", "--publisher", "Naval News", "--keep-going")
_SITES = ("sites", "import", "{in}/places.csv", "--publisher", "OpenStreetMap", "--keep-going")
_OF_WRITING = {".xlsx": "excel", ".parquet": "parquet", ".png": "pictures", ".jpg": "pictures",
               ".webp": "pictures", ".svg": "pictures", ".pdf": "pictures"}  # fmt: skip

WRITING: dict[str, Command] = {
    **{
        f"map {suffix}": _command("map", *_RING, "-o", f"x{suffix}", extra=_OF_WRITING.get(suffix, ""))
        for suffix in (
            ".html", ".geojson", ".kml", ".kmz", ".gpkg", ".fgb", ".parquet", ".shp.zip", ".csv",
        )
    },
    **{
        f"map {suffix}": _command(
            "map", *_PICTURE, "-o", f"x{suffix}", beside=_PICTURES, extra="pictures"
        )
        for suffix in (".png", ".jpg", ".webp", ".svg", ".pdf")
    },
    "map, a page with its table and picture": _command(
        "map", *_PICTURE, "-o", "x.html", "-o", "x.csv", "-o", "x.png",
        beside=_PICTURES, extra="pictures",
    ),
    "map, a page with its social card": _command(
        "map", *_RING, "--page-url", "https://example.org/x.html", "-o", "x.html",
        beside=("x.card.png",), extra="pictures",
    ),
    **{
        f"check {suffix}": _command(
            "check", *_RING, "-o", f"x{suffix}", extra=_OF_WRITING.get(suffix, "")
        )
        for suffix in (".csv", ".json", ".xlsx", ".parquet")
    },
    **{
        f"check {suffix} in chunks, with rejects": _command(
            *_STREAM, "-o", f"x{suffix}", "--rejects", "r.csv",
            reads=("sites.csv",), extra="parquet",
        )
        for suffix in (".csv", ".json", ".parquet")
    },
    **{
        f"report {suffix}": _command("report", *_RING, "-o", f"x{suffix}", extra="report")
        for suffix in (".html", ".pdf", ".docx")
    },
    "map .svg in Arabic": _command(
        "map", *_PICTURE, "--lang", "ar", "-o", "x.svg", beside=_PICTURES, extra="pictures"
    ),
    **{
        f"map {suffix} of panels": _command(
            "map", "{in}/panels.yaml", "--size", "640x480", "-o", f"x{suffix}",
            reads=("panels.yaml",), beside=_PICTURES, extra="pictures",
        )
        for suffix in (".png", ".svg", ".pdf")
    },
    "map .svg on a local base map": _command(
        "map", *_PICTURE, "--basemap", "{in}/roads.geojson", "--credit-basemap", "Survey", "-o", "x.svg",
        reads=("roads.geojson",), beside=_PICTURES, extra="pictures",
    ),
    "map .kml in French": _command("map", *_RING, "--lang", "fr", "-o", "x.kml", extra="lang"),
    **{
        f"map {suffix} from a country": _command("map", *_COUNTRY, "-o", f"x{suffix}")
        for suffix in (".html", ".geojson", ".kml", ".gpkg")
    },
    "map .png from a country": _command(
        "map", *_COUNTRY, "-o", "x.png", beside=_PICTURES, extra="pictures"
    ),
    "check from a country, in chunks": _command(
        "check", *_COUNTRY, "--sites", "{in}/sites.csv", "-o", "x.csv", reads=("sites.csv",),
    ),
    **{
        f"map {suffix} of pairs": _command("map", *_PAIRS, "-o", f"x{suffix}")
        for suffix in (".html", ".geojson", ".kml", ".gpkg", ".csv")
    },
    "check of pairs, in chunks": _command(
        "check", "--origins", "{in}/pairs.csv", "--sites", "{in}/sites.csv", "-o", "x.csv",
        "--rejects", "r.csv", reads=("pairs.csv", "sites.csv"), extra="parquet",
    ),
    **{
        f"report {suffix} in Arabic": _command(
            "report", *_RING, "--lang", "ar", "-o", f"x{suffix}", extra="report"
        )
        for suffix in (".pdf", ".docx")
    },
    "report .md": _command("report", *_RING, "-o", "x.md", beside=("x.map.png",), extra="report"),
    "weapons export": _command("weapons", "export", "--package", "x", extra="parquet"),
    "new": _command("new", "x.yaml", beside=("x.yaml",)),
    "weapons new": _command("weapons", "new", "Novelty", "-o", "x.yaml"),
    "weapons import": _command(
        *_WEAPONS, "-o", "x.yaml", "--save-decisions", "d.yaml", "--rejects", "r.csv",
        reads=("weapons.csv",),
    ),
    "sites import": _command(
        *_SITES, "-o", "x.geojson", "--save-decisions", "d.yaml", "--rejects", "r.csv",
        reads=("places.csv",),
    ),
}  # fmt: skip

PRINTING: dict[str, Command] = {
    "check": _command("check", *_RING),
    "check as json": _command("check", *_RING, "--format", "json"),
    "check in chunks": _command(
        *_STREAM, "--rejects", "r.csv", "--format", "csv", reads=("sites.csv",), extra="parquet"
    ),
    "sources": _command("check", *_RING, "--cite", "text"),
    "weapons list": _command("weapons", "list"),
    "weapons list, thin": _command("weapons", "list", "--thin"),
    "weapons new, printed": _command("weapons", "new", "Novelty"),
    "weapons show": _command("weapons", "show", "Fateh-110"),
    "weapons validate": _command("weapons", "validate"),
    "weapons validate, annotated": _command("weapons", "validate", "--format", "github"),
    "weapons validate, by rule": _command(
        "weapons", "validate", "--only", "no-date", "--limit", "9"
    ),
    "sites list": _command("sites", "list", "--format", "csv"),
    "sites show": _command("sites", "show", "Erbil"),
    "sites import": _command(*_SITES, reads=("places.csv",)),
    "help": _command("map", "--help"),
    "version": _command("--version"),
}


def write_inputs(folder: Path) -> None:
    """Write the files that the commands of `WRITING` and `PRINTING` read."""
    rows = (f"S{n},{n % 89},{n % 179},{n}" for n in range(5000))
    (folder / "sites.csv").write_text(
        "\n".join(["name,lat,lon,tiv", *rows, "Nowhere,95,0,1"]), "utf-8"
    )
    (folder / "roads.geojson").write_text(ROADS, "utf-8")
    (folder / "pairs.csv").write_text(
        "name,lat,lon,weapon,range_km,label,colour,publisher,url\n"
        "North,43.1,131.9,Kinzhal,,From the north,#8A2D5C,,\n"
        "South,33.9,35.5,,75,Rocket,,Example Institute,https://example.org/rocket\n",
        "utf-8",
    )
    (folder / "panels.yaml").write_text(
        "origins: ['33.3,44.4']\nsites: [Erbil]\n"
        "panels: [{title: A, ranges: [300 km]}, {title: B, weapons: [Fateh-110], as_of: 2020}]\n",
        "utf-8",
    )
    (folder / "weapons.csv").write_text(
        "name,category,country,range,title\n"
        + "".join(
            f"Weapon {n},cruise missile,Iraq,up to {n} km,On ranges\n" for n in range(50, 250)
        )
        + "Nothing,cruise missile,Iraq,far,On ranges\n",
        "utf-8",
    )
    (folder / "places.csv").write_text(
        "name,lat,lon,country,kind\n"
        + "".join(f"Place {n},{n / 10},44,Iraq,port\n" for n in range(300))
        + "Nowhere,95,0,Iraq,port\n",
        "utf-8",
    )


# ---- Each kind of untrusted file ------------------------------------------------------------


class Reader(NamedTuple):
    """Commands that read a file of one kind, and the family of hostile files for it."""

    suffix: str
    family: str
    commands: tuple[Command, ...]


_ASK = ("-f", "0,0", "--range", "1 km")
_FILL = ("--publisher", "P", "--fill", "country=X", "--fill", "kind=k")
_CHECK = _command("check", *_ASK, "--sites", FILE)
_MAP = _command("map", *_ASK, "--sites", FILE, "-o", "out.html")
_ORIGINS = _command("check", "--origins", FILE, "--range", "1 km", "-s", "0,0")
_PAIR_ROWS = _command("check", "--origins", FILE, "-s", "0,0")
_REJECTS = _command("check", *_ASK, "--sites", FILE, "--rejects", "out.csv", "-o", "rows.csv")
_COUNT = _command("check", *_ASK, "--sites", FILE, "--summary", "--format", "csv")
_BASEMAP = _command(
    "map",
    *_ASK,
    "--basemap",
    FILE,
    "--credit-basemap",
    "C",
    "-o",
    "out.svg",
    beside=("out.alt.txt", "out.sources.txt"),
    extra="pictures",
)
_IMPORT = _command("sites", "import", FILE, *_FILL, "-o", "out.geojson")
_IMPORT_WEAPONS = _command(
    "weapons", "import", FILE, "--publisher", "P", "--fill", "country=X",
    "--fill", "category=c", "--unit", "km", "-o", "out.yaml",
)  # fmt: skip

READING: dict[str, Reader] = {
    "catalogue": Reader(".yaml", "yaml", (
        _command("weapons", "validate", FILE),
        _command("weapons", "validate", FILE, "--format", "github"),
        _command("weapons", "list", "--thin", "--catalogue", FILE),
        _command("weapons", "new", "Novelty", "-o", "out.yaml", "--catalogue", FILE),
        _command("check", "-f", "0,0", "-w", "A", "--catalogue", FILE),
        _command("map", "-f", "0,0", "-w", "A", "--catalogue", FILE, "-o", "out.html"),
        _command("weapons", "diff", FILE),
        _command("weapons", "diff", "good.yaml", "good.yaml", "--onto", FILE, reads=("good.yaml",)),
        _command("weapons", "export", "--package", "out", "--catalogue", FILE, extra="parquet"),
    )),
    "scenario": Reader(".yaml", "yaml", (
        _command("check", FILE),
        _command("map", FILE, "-o", "out.html"),
        _command("map", FILE, "--size", "640x480", "-o", "out.svg",
                 beside=("out.alt.txt", "out.sources.txt"), extra="pictures"),
        _command("report", FILE, "-o", "out.md", extra="report"),
        _command("weapons", "diff", "good.yaml", "--scenario", FILE, reads=("good.yaml",)),
    )),
    "style": Reader(".yaml", "yaml", (_command("map", *_ASK, "--style", FILE, "-o", "out.html"),)),
    "decisions": Reader(".yaml", "yaml", (
        _command("sites", "import", "good.csv", "--decisions", FILE, "-o", "out.geojson",
                 reads=("good.csv",)),
    )),
    "registry": Reader(".geojson", "json", (
        _command("sites", "validate", FILE), _command("check", *_ASK, "--registry", FILE),
        _command("weapons", "export", "--package", "out", "--registry", FILE, extra="parquet"),
    )),
    "geojson": Reader(".geojson", "json", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT, _BASEMAP)),
    "csv": Reader(
        ".csv", "csv", (_CHECK, _COUNT, _REJECTS, _MAP, _ORIGINS, _PAIR_ROWS, _IMPORT, _IMPORT_WEAPONS)
    ),
    "package": Reader(".csv", "package", (_command("weapons", "import", FILE, "-o", "out.yaml"),)),
    "csv.gz": Reader(".csv.gz", "csv.gz", (_CHECK, _COUNT, _MAP, _ORIGINS, _IMPORT, _IMPORT_WEAPONS)),
    "kml": Reader(".kml", "kml", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT)),
    "geojsonl": Reader(".geojsonl", "sequence", (_CHECK, _REJECTS, _ORIGINS, _IMPORT)),
    "json": Reader(".json", "objects", (_CHECK, _REJECTS, _ORIGINS, _IMPORT)),
    "gpx": Reader(".gpx", "gpx", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT)),
    "kmz": Reader(".kmz", "kmz", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT)),
    "xlsx": Reader(
        ".xlsx", "xlsx", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT, _IMPORT_WEAPONS)
    ),
    "gpkg": Reader(".gpkg", "gpkg", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT, _BASEMAP)),
    "fgb": Reader(".fgb", "fgb", (_CHECK, _REJECTS, _ORIGINS, _IMPORT)),
    "shp": Reader(".shp", "shp", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT)),
    "zip": Reader(
        ".zip", "zip", (_CHECK, _REJECTS, _MAP, _ORIGINS, _IMPORT, _IMPORT_WEAPONS)
    ),
    "parquet": Reader(
        ".parquet", "parquet", (_CHECK, _COUNT, _REJECTS, _MAP, _ORIGINS, _IMPORT, _IMPORT_WEAPONS, _BASEMAP)
    ),
    "font": Reader(".ttf", "font", (
        _command("map", *_ASK, "--font", FILE, "-o", "out.svg", beside=("out.alt.txt", "out.sources.txt"),
                 extra="pictures"),
    )),
    "page": Reader(
        ".html", "html", (_command("embed", FILE), _command("embed", FILE, "--srcdoc"))
    ),
}  # fmt: skip

# Commands that read a sites file, for third-party sites files (valid and broken).
_NINE = ("-f", "0,0", "--range", "9 km")
CORPORA: tuple[Command, ...] = (
    _command("check", *_NINE, "--sites", FILE, "--format", "json"),
    _command("check", *_NINE, "--sites", FILE, "--summary"),
    _command("check", "--origins", FILE, "--range", "1 km", "-s", "0,0"),
    _command("map", *_NINE, "--sites", FILE, "-o", "out.geojson"),
    _command("sites", "import", FILE, "--fill", "publisher=P", "--fill", "country=X",
             "--fill", "kind=k", "--dry-run"),
    _command("sites", "validate", FILE),
)  # fmt: skip

# ---- A valid command line for each command --------------------------------------------------

SELECTION = ("-f", "0,0", "--range", "9 km", "-s", "1,1")
BASE: dict[str, Command] = {
    "map": _command("map", *SELECTION, "-o", "out.geojson"),
    "check": _command("check", *SELECTION),
    "report": _command("report", *SELECTION, "-o", "out.md", extra="report"),
    "embed": _command("embed", "page.html", reads=("page.html",)),
    "new": _command("new", "scenario.yaml"),
    "selftest": _command("selftest"),
    "version": _command("version"),
    "weapons list": _command("weapons", "list"),
    "weapons show": _command("weapons", "show", "Fateh-110"),
    "weapons validate": _command("weapons", "validate", "good.yaml", reads=("good.yaml",)),
    "weapons diff": _command("weapons", "diff", "good.yaml", "good.yaml", reads=("good.yaml",)),
    "weapons export": _command("weapons", "export", "--package", "out", extra="parquet"),
    "weapons import": _command(
        "weapons", "import", "ranges.csv", "--publisher", "P", "--dry-run", reads=("ranges.csv",)
    ),
    "weapons new": _command("weapons", "new", "Novelty"),
    "sites list": _command("sites", "list"),
    "sites show": _command("sites", "show", "Erbil"),
    "sites validate": _command("sites", "validate"),
    "sites import": _command(
        "sites", "import", "good.csv", "--publisher", "P", "--fill", "country=X",
        "--fill", "kind=k", "--dry-run", reads=("good.csv",),
    ),
}  # fmt: skip

GOOD_FILES = {
    "good.csv": "name,lat,lon\nA,1,2\n",
    "good.yaml": "weapons: [{id: a, name: A, country: X, category: c, claims: [{id: c, "
    "range: 5 km, source: {publisher: P}}]}]\n",
    "ranges.csv": "name,country,category,range\nA,X,c,5 km\n",
    "page.html": '<html lang="en"><title>T</title><script id="rangemap-payload">{}</script></html>',
}


def write_good_files(folder: Path) -> None:
    """Write the files, other than the one under test, that `READING` and `BASE` name."""
    for name, text in GOOD_FILES.items():
        (folder / name).write_text(text, "utf-8")
    with (folder / "large.png").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(1_000_000_000)


def everything() -> Iterator[Command]:
    """Yield every command of the table."""
    yield from SESSION
    yield from REFUSED
    yield from chain(WRITING.values(), PRINTING.values())
    for reader in READING.values():
        yield from reader.commands
    yield from (*CORPORA, *BASE.values())
