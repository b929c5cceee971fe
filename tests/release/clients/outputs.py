"""The files that clients open: the maps of the gallery, and harder cases."""

import csv
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.names_matrix import NAMES, RTL_NAMES

ROOT = Path(__file__).resolve().parents[3]
MAPS = ("html", "svg", "pdf", "kml", "kmz", "geojson", "gpkg", "fgb", "shp.zip")
TABLES = ("csv", "xlsx")
REPORTS = ("html", "docx", "pdf")
SAMPLE = ("iraq-2024", "pole-and-antimeridian", "beyond-a-hemisphere")
HOSTILE = ("<b>x</b> & y", "=1+1", '"quoted", with a comma', "{{7*7}}", "]]>", "6/7")


def write_all(folder: Path, *, only: Collection[str] = ()) -> None:
    """Write every scenario, or only those named, in every format, each into its own folder."""
    for name, words in scenarios(folder).items():
        if only and name not in only:
            continue
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        rangemap("map", *words, *to(place / "map", MAPS))
        write_article(place)
        rangemap("check", *words, *to(place / "check", TABLES))
        rangemap("report", *words, *to(place / "report", REPORTS))


def write_article(place: Path) -> None:
    """Write an article 700 pixels wide that embeds the map."""
    snippet = rangemap("embed", str(place / "map.html"), "--srcdoc")
    (place / "article.html").write_text(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Article</title>'
        f'<div style="width: 700px"><p>Before the map.</p>{snippet}<p>After it.</p></div></html>',
        "utf-8",
    )


def scenarios(folder: Path) -> dict[str, list[str]]:
    """Return the command's arguments for each scenario."""
    gallery = [path for path in sorted((ROOT / "maps").glob("*.yaml")) if path.stem != "five-hundred-sites"]  # fmt: skip
    rtl = [NAMES[key] for key in RTL_NAMES]
    near = ["-f", "Baghdad"]
    return {
        **{path.stem: [str(path)] for path in gallery},
        "names": [
            *near, *ranges(list(NAMES.values())[:4]), "--sites", sites(folder, "names", tuple(NAMES.values())),
            "--title", rtl[1], "--credit", rtl[2],
        ],
        "hostile": [
            *near, *ranges(HOSTILE[:2]), "-w", "Fateh-110", "--sites", sites(folder, "hostile", HOSTILE),
            "--title", HOSTILE[0], "--credit", HOSTILE[2],
        ],
        "pole-and-antimeridian": ["-f", "75,179", "--range", "2500 km (min 500 km)", "-s", "80,-170", "-s", "70,170"],
        "beyond-a-hemisphere": ["-f", "-18.1,178.4", "--range", "12,500 km (min 9,000 km)"],
        "many-sites": [*near, "-w", "Fateh-110", "--sites", sites(folder, "many", [f"Place {n}" for n in range(500)])],
    }  # fmt: skip


def ranges(names: Sequence[str]) -> list[str]:
    """Return one range option per name, with different ranges."""
    options = [("--range", f"{name}={1500 - 200 * n:,} km") for n, name in enumerate(names)]
    return [word for option in options for word in option]


def sites(folder: Path, name: str, names: Sequence[str]) -> str:
    """Write a sites file with these names."""
    path = folder / f"{name}-sites.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "lat", "lon", "staff", "opened"])
        rows.writerows((one, 31 + n % 23 / 5, 42 + n % 19 / 4, 10 * n, "2024-01-02") for n, one in enumerate(names))  # fmt: skip
    return str(path)


def to(stem: Path, suffixes: Sequence[str]) -> list[str]:
    """Return the options for one output per format."""
    return [word for suffix in suffixes for word in ("-o", f"{stem}.{suffix}")]


def rangemap(*words: str) -> str:
    """Run the command as a user does and return its output; exit if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "rangemap", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"rangemap {words[0]}: {done.stderr.strip()}")
    return done.stdout


def emptied(folder: Path) -> Path:
    """Return an empty folder, without the files of an earlier run."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
