"""One batch of payloads in every field of untrusted input, and the outputs made from it.

Two scenarios cover all fields: `WEAPONS` has a catalogue entry and a typed range for each payload,
and a sites file; `PLACES` has a registry entry and a row of an origins file for each. A text is in
one field with one tag, so that a failure names both.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import rangemap as rm
from rangemap.check import check_table
from rangemap.render.citation import describe, sources_text
from rangemap.render.figure.alt_text import alt_text
from rangemap.render.figure.typeface import single_line
from rangemap.render.outputs import PICTURES, WRITERS, MapFiles, PictureOptions
from rangemap.render.report import SUFFIXES, report_files
from rangemap.render.tables.text import TABLES
from rangemap.render.tables.workbook import make_workbook
from rangemap.scenario.pairs import Pair
from rangemap.scenario.read import read_selection
from rangemap.scenario.selection import Selection
from rangemap.sites.source import TableSites
from rangemap.text import first_control
from tests.promises.escaping.payloads import Payload
from tests.render.page.payloads import png

WEAPONS, PLACES = "weapons", "places"
IN_PICTURE = 10
LONGEST = 2000
"""Maximum length of a text, in characters."""
PICTURE = PictureOptions(size="800x2000", dpi=36)
URLS = (
    "https://example.org/{{7*7}}{%25print(1)%25}",
    "https://example.org/a?b=1&c=2;d#e",
    "HTTP://EXAMPLE.ORG/`${1}`",
    "https://example.org/(x)[y](z)*_~|^$#",
    "https://user@example.org:8080/=1+1@a,b",
    "https://example.org/قاعدة?é",
    "https://xn--bcher-kva.example/{",
    "https://example.org/%00%0d%0a%22%3cscript%3e",
)
"""Addresses that may become links, with all the characters allowed in one."""


class Case(NamedTuple):
    """A payload in a field, with the field's complete text."""

    field: str
    payload: Payload
    text: str


class Batch:
    """The input files of a set of payloads, and every output made from them."""

    def __init__(
        self,
        folder: Path,
        payloads: Sequence[Payload],
        number: int = 0,
        *,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.folder, self.number, self.without = folder, number, without
        self.all = [payload for payload in payloads if payload.text.strip()]
        self.written = [p for p in self.all if first_control(p.text) is None]
        self.cases: dict[str, list[Case]] = defaultdict(list)
        folder.mkdir(parents=True, exist_ok=True)
        self._catalogue()
        self._registry()
        self._sites()
        self._style()
        self.words = {
            key: self._joined(f"scenario {key}", turn)
            for turn, key in enumerate(("title", "subtitle", "credit", "tiles_credit"))
        }

    # ---- Input -------------------------------------------------------------------------------

    def _text(self, field: str, number: int, payloads: Sequence[Payload] | None = None) -> str:
        payload = (self.written if payloads is None else payloads)[number]
        text = payload.tagged(f"{field.replace(' ', '').replace('_', '')}{number}z")
        self.cases[field].append(Case(field, payload, text))
        return text

    def _joined(self, field: str, turn: int) -> str:
        """Join all payloads into one text; if a field has only one text, they take turns at the start."""
        order = [*range(len(self.written))]
        lead = (7 * turn + self.number) % max(1, len(order))
        texts: list[str] = []
        for number in [*order[lead:], *order[:lead]]:
            text = self._text(field, number)
            if sum(map(len, texts)) + 3 * len(texts) + len(text) > LONGEST:
                self.cases[field].pop()  # the field is full; this payload is not counted
                break
            texts.append(text)
        return " ; ".join(texts)

    def _catalogue(self) -> None:
        entries = []
        for k in range(len(self.written)):
            source = {
                "publisher": self._text("source publisher", k),
                "title": self._text("source title", k),
                "url": URLS[k % len(URLS)],
                "date": "2024-01",
                "date_note": self._text("source date_note", k),
            }
            first = {
                "id": "a", "range": "up to 2,500 km" if k == 0 else "200-250 km",
                "attributed_to": self._text("claim attributed_to", k),
                "note": self._text("claim note", k), "wording": self._text("claim wording", k),
                "source": source,
            }  # fmt: skip
            warhead = {"id": "b", "kind": "warhead", "warhead": self._text("claim warhead", k), "source": source}  # fmt: skip
            variant = {"id": "c", "variant": self._text("claim variant", k), "range": "90 km", "source": source}  # fmt: skip
            entries.append({
                "id": f"w{k}", "name": self._text("weapon name", k),
                "aliases": [f"Alias {k}x", self._text("weapon alias", k)],
                "country": self._text("weapon country", k),
                "operators": [self._text("weapon operator", k)],
                "category": self._text("weapon category", k),
                "category_note": self._text("weapon category_note", k),
                "note": self._text("weapon note", k),
                "claims": [first, warhead, variant],
            })  # fmt: skip
        # JSON is YAML except for escaped surrogate pairs.
        content = {"edition": self._joined("catalogue edition", 4), "weapons": entries}
        self.catalogue = self.folder / "'\"><img src=x onerror=alert(1)>{{7*7}}$x$`#[a](b)|=.yaml"
        self.catalogue.write_text(json.dumps(content, ensure_ascii=False), "utf-8")

    def _registry(self) -> None:
        features = []
        for k in range(len(self.written)):
            source = {
                "publisher": self._text("place publisher", k),
                "title": self._text("place title", k),
                "url": URLS[k % len(URLS)],
                "note": self._text("place source_note", k), "lat": 0, "lon": 0,
            }  # fmt: skip
            properties = {
                "id": f"p{k}", "name": self._text("place name", k), "precision_km": 1,
                "aliases": [f"Place {k}x", self._text("place alias", k)],
                "country": self._text("place country", k), "kind": self._text("place kind", k),
                "note": self._text("place note", k), "sources": [source],
            }  # fmt: skip
            features.append(_feature(k, properties))
        self.registry = self.folder / "registry.geojson"
        self.registry.write_text(_collection(features), "utf-8")

    def _sites(self) -> None:
        """One site per payload, about 1,000 km from the first origin: within the first range."""
        features, columns = [], {}
        for k in range(len(self.all)):
            own = {
                "name": self._text("site name", k, self.all), "id": self._text("site id", k, self.all),
                "kind": self._text("site kind", k, self.all),
                self._text("site column", k, self.all): self._text("site cell", k, self.all),
            }  # fmt: skip
            columns |= own
            features.append(_feature(k, own, lat=9.0))
        self.sites = self.folder / "sites.geojson"
        self.sites.write_text(_collection(features), "utf-8")
        self.origins = self.folder / "origins.csv"
        with self.origins.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(("name", "lat", "lon"))
            for k in range(len(self.all)):
                writer.writerow((self._text("origin name", k, self.all), -9, k))

    def _style(self) -> None:
        (self.folder / "logo.png").write_bytes(png())
        style = {"logo": "logo.png", "logo_alt": self._joined("style logo_alt", 5),
                 "credit": self._joined("style credit", 6)}  # fmt: skip
        self.style = self.folder / "style.yaml"
        self.style.write_text(json.dumps(style, ensure_ascii=False), "utf-8")

    def scenario(self, which: str) -> dict[str, object]:
        """Return the keys of one of the two scenarios; the second uses the style's credit."""
        shared = {
            "title": self.words["title"], "subtitle": self.words["subtitle"],
            "catalogue": [str(self.catalogue)], "registry": str(self.registry),
            "style": str(self.style),
        }  # fmt: skip
        numbers = range(len(self.written))
        if which == WEAPONS:
            return {
                **shared, "credit": self.words["credit"], "origins": ["Place 0x"],
                "prefer": self.cases["source publisher"][0].text,
                "weapons": [f"Alias {k}x" for k in numbers],
                "ranges": [f"{self.range_label(k)}={9 + k} km" for k in numbers],
                "sites": str(self.sites),
            }  # fmt: skip
        return {
            **shared, "origins": [f"Place {k}x" for k in numbers], "ranges": ["9 km"],
            "sites": [f"Place {k}x" for k in numbers],
        }  # fmt: skip

    def range_label(self, k: int) -> str:
        """Return the label of a typed range."""
        known = self.cases["range label"]
        return known[k].text if k < len(known) else self._text("range label", k)

    def selection(self, which: str):
        """Return the selection of a scenario."""

        more = [] if which == WEAPONS else [self.origins]
        selection = read_selection(rm.Scenario(**self.scenario(which)), origins_files=more)
        return replace(selection, look=replace(selection.look, style=str(self.style)))

    # ---- Output ------------------------------------------------------------------------------

    @cached_property
    def outputs(self) -> dict[tuple[str, str], Path]:
        """Every file of both scenarios, by scenario and kind; written once."""
        found = {}
        for which in (WEAPONS, PLACES):
            selection = self.selection(which)
            files = MapFiles(selection)
            alt = describe(selection, files.rows)
            description = single_line(alt)
            short = alt_text(selection, files.rings)
            files.__dict__["picture"] = SimpleNamespace(
                **self.picture, alt=short, description=description
            )
            known = set(WRITERS) if which == WEAPONS else set(WRITERS) - {*PICTURES, ".kmz"}
            known -= self.without
            contents = {f"map{suffix}": WRITERS[suffix](files) for suffix in sorted(known)}
            contents["alt.txt"] = alt.encode()
            contents["sources.txt"] = sources_text(selection, files.rings).encode()
            names = [Path(f"report{suffix}") for suffix in SUFFIXES if suffix not in self.without]
            contents |= {path.name: data for path, data in report_files(files, names).items()}
            few = replace(selection, pairs=pairs_of(selection, 2))
            columns, rows = check_table(few, edition=True)
            table = list(rows)
            contents |= {f"check{s}": write(columns, table) for s, write in TABLES.items()}
            contents["check.xlsx"] = make_workbook(few)
            for name, content in contents.items():
                path = self.folder / f"{which}.{name}"
                path.write_bytes(content)
                found[which, name] = path
        return found

    @cached_property
    def picture(self) -> dict[str, object]:
        """One picture of few weapons for all outputs: placing their names is the slow part.

        Its title contains every payload. Batches may share it.
        """
        selection = self.selection(WEAPONS)
        few = replace(
            selection, pairs=pairs_of(selection, IN_PICTURE), source=TableSites("sites", selection.sites.take(range(4))),
            subtitle=self.cases["scenario subtitle"][0].text, credit=self.cases["scenario credit"][0].text,
        )  # fmt: skip
        picture = MapFiles(few, PICTURE).picture
        contents = {suffix: picture.to_bytes(suffix) for suffix in PICTURES}
        return {
            "to_png": lambda: contents[".png"], "to_svg": lambda: contents[".svg"],
            "to_bytes": contents.__getitem__, "families": picture.families, "projection": picture.projection, "outside": picture.outside, "numbers": {},
        }  # fmt: skip


def pairs_of(selection: Selection, n_systems: int) -> tuple[Pair, ...]:
    """The pairs of the first systems only."""
    return tuple(p for p in selection.pairs if p.system in selection.systems[:n_systems])


def _feature(k: int, properties: dict[str, object], lat: float = 0.0) -> dict[str, object]:
    point = {"type": "Point", "coordinates": [k * 0.5, lat]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def _collection(features: Sequence[dict[str, object]]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})
