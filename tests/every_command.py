"""One run or more of every command, each with the extra that it needs."""

from pathlib import Path

ONE = "--from Erbil --weapon Fateh-110 --site 'Ain Al Asad'"
FILES = {
    "ranges.csv": "name;category;country;range_km;publisher;date\nA;rocket;Examplia;300;P;2024\n",
    "places.csv": "name,lat,lon,country,kind,publisher\nB,36.2,44.1,Iraq,town,P\n",
    "plain.csv": "name,lat,lon\nLondon,51.5,-0.12\nLisbon,38.72,-9.14\n",
}
# In the order in which they can run: some read what others wrote.
COMMANDS = {
    "--help": "",
    "--version": "",
    f"check {ONE}": "",
    f"check {ONE} --format csv --units mi --as-of 2024": "",
    "check --from 51,0 --range '300 km' --sites plain.csv --summary -o counts.json": "",
    "check --from 51,0 --range '300 km' --sites plain.csv --per-site": "",
    f"check {ONE} -o x.xlsx": "excel",
    f"check {ONE} -o x.parquet": "parquet",
    f"map {ONE} -o x.html -o x.geojson -o x.csv -o x.kml -o x.kmz": "",
    f"map {ONE} -o x.gpkg -o x.shp.zip -o x.fgb": "",
    f"map {ONE} -o areas.parquet": "parquet",
    f"map {ONE} -o x.png -o x.svg -o x.pdf": "pictures",
    f"map {ONE} -o french.html --lang fr": "lang",
    f"report {ONE} -o r.html -o r.md -o r.docx -o r.pdf": "report",
    "embed x.html": "",
    "weapons list --country Iran": "",
    "weapons show Fateh-110 --cite text": "",
    "weapons validate": "",
    "weapons import ranges.csv -o mine.yaml": "",
    "weapons validate mine.yaml": "",
    "weapons diff mine.yaml": "",
    "sites list --country Iraq": "",
    "sites show Cologne": "",
    "sites import places.csv -o mine.geojson": "",
    "sites validate mine.geojson": "",
    "selftest": "",
    "version": "",
    "version --full --format json": "",
}

# Without the extra each of these ends in its name, before a look at the file.
REFUSED = {
    "check --from 51,0 --range '300 km' --sites places.parquet": "parquet",
    "check --from 51,0 --range '300 km' --sites s3://bucket/places.parquet": "remote",
    "sites import places.xlsx": "excel",
    "weapons import places.parquet": "parquet",
}


def write_files(folder: Path) -> None:
    """Write the files that the commands read."""
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    for name in ("places.xlsx", "places.parquet"):
        (folder / name).touch()
