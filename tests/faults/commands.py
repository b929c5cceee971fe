"""A command for each thing that rangemap writes, with the names of its files."""

from pathlib import Path

_RING = ("--from", "33.3,44.4", "--weapon", "Fateh-110", "--site", "Erbil")
_PICTURE = (*_RING, "--size", "640x480")
_STREAM = ("check", "--from", "33.3,44.4", "--range", "Near=150-300 km (min 50 km)")
_WEAPONS = ("weapons", "import", "{in}/weapons.csv", "--publisher", "Naval News", "--keep-going")
_SITES = ("sites", "import", "{in}/places.csv", "--publisher", "OpenStreetMap", "--keep-going")

Command = tuple[tuple[str, ...], tuple[str, ...]]

COMMANDS: dict[str, Command] = {
    **{
        f"map {suffix}": (("map", *_RING, "-o", f"x{suffix}"), (f"x{suffix}",))
        for suffix in (
            ".html", ".geojson", ".kml", ".kmz", ".gpkg", ".fgb", ".parquet", ".shp.zip", ".csv",
        )
    },
    **{
        f"map {suffix}": (
            ("map", *_PICTURE, "-o", f"x{suffix}"), (f"x{suffix}", "x.alt.txt", "x.sources.txt"),
        )
        for suffix in (".png", ".svg", ".pdf")
    },
    "map, a page with its table and picture": (
        ("map", *_PICTURE, "-o", "x.html", "-o", "x.csv", "-o", "x.png"),
        ("x.html", "x.csv", "x.png", "x.alt.txt", "x.sources.txt"),
    ),
    **{
        f"check {suffix}": (("check", *_RING, "-o", f"x{suffix}"), (f"x{suffix}",))
        for suffix in (".csv", ".json", ".xlsx", ".parquet")
    },
    **{
        f"check {suffix} by pieces, with rejects": (
            (*_STREAM, "--sites", "{in}/sites.csv", "-o", f"x{suffix}", "--rejects", "r.csv"),
            (f"x{suffix}", "r.csv"),
        )
        for suffix in (".csv", ".json", ".parquet")
    },
    **{
        f"report {suffix}": (("report", *_RING, "-o", f"x{suffix}"), (f"x{suffix}",))
        for suffix in (".html", ".pdf", ".docx")
    },
    "report .md": (("report", *_RING, "-o", "x.md"), ("x.md", "x.map.png")),
    "weapons import": (
        (*_WEAPONS, "-o", "x.yaml", "--save-decisions", "d.yaml", "--rejects", "r.csv"),
        ("x.yaml", "d.yaml", "r.csv"),
    ),
    "sites import": (
        (*_SITES, "-o", "x.geojson", "--save-decisions", "d.yaml", "--rejects", "r.csv"),
        ("x.geojson", "d.yaml", "r.csv"),
    ),
}  # fmt: skip

PRINTED: dict[str, tuple[str, ...]] = {
    "check": ("check", *_RING),
    "check as json": ("check", *_RING, "--format", "json"),
    "check by pieces": (*_STREAM, "--sites", "{in}/sites.csv", "--rejects", "r.csv", "--format", "csv"),
    "sources": ("check", *_RING, "--cite", "text"),
    "weapons list": ("weapons", "list"),
    "weapons show": ("weapons", "show", "Fateh-110"),
    "weapons validate": ("weapons", "validate"),
    "sites list": ("sites", "list", "--format", "csv"),
    "sites show": ("sites", "show", "Erbil"),
    "sites import": _SITES,
    "help": ("map", "--help"),
    "version": ("--version",),
}  # fmt: skip


def write_inputs(folder: Path) -> None:
    """Write the files that the commands read."""
    rows = (f"S{n},{n % 89},{n % 179},{n}" for n in range(5000))
    (folder / "sites.csv").write_text(
        "\n".join(["name,lat,lon,tiv", *rows, "Nowhere,95,0,1"]), "utf-8"
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


def words_of(words: tuple[str, ...], inputs: Path) -> list[str]:
    """Return the words of a command that reads from a folder."""
    return [word.format(**{"in": inputs}) for word in words]
