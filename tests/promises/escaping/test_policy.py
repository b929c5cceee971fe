"""The security policy of every page, with any option, and addresses of tiles."""

import base64
import hashlib
import inspect
import json
import re

import pytest

from rangemap.cli import embed, report
from rangemap.cli import map as map_
from rangemap.errors import OutputError
from rangemap.render.page.document import RangeMap
from rangemap.render.page.tiles import parse_tiles
from tests.commands import ROADS
from tests.render.page.payloads import iraq, png

TILES = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"
HOSTS = " ".join(f"https://{s}.tiles.example.org" for s in "abc")


def policy_of(html):
    """The first policy of a page, its hashes compared with the blocks that follow it."""
    found = re.search(r'<meta[^>]*Content-Security-Policy" content="([^"]*)"', html)
    assert html.index("<script") > found.start()
    parts = dict(part.strip().split(" ", 1) for part in found[1].split(";"))
    return {key: set(value.split()) for key, value in parts.items()}


def hashes(html, kind):
    blocks = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
    digests = (hashlib.sha256(block.encode()).digest() for block in blocks)
    return {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}


def check(html, hosts=""):
    """Check that a page has the strict policy, with only these hosts for images."""
    policy = policy_of(html)
    assert policy["default-src"] == {"'none'"}
    assert policy["base-uri"] == policy["form-action"] == {"'none'"}
    assert policy["img-src"] == {"data:", *hosts.split()}
    assert set(policy) == {
        "default-src",
        "script-src",
        "style-src",
        "img-src",
        "base-uri",
        "form-action",
    }
    assert hashes(html, "style") <= policy["style-src"]
    for name in ("script-src", "style-src"):
        assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/=]{44}'", word) for word in policy[name])
    return policy


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Files for the options that take one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logo.png").write_bytes(png())
    (tmp_path / "style.yaml").write_text("{logo: logo.png, logo_alt: '<b>', credit: '{{7*7}}'}")
    (tmp_path / "sites.csv").write_text("name,latitude,longitude\n<b>,1,1\n")
    claim = {"id": "c", "range": "9 km", "source": {"publisher": "P", "date": "2024"}}
    weapon = {
        "id": "w",
        "name": "W",
        "country": "X",
        "category": "rocket",
        "claims": [claim, {**claim, "id": "d"}],
    }
    (tmp_path / "w.yaml").write_text(json.dumps({"weapons": [weapon]}))
    (tmp_path / "{{7*7}}.geojson").write_text(ROADS)
    (tmp_path / "r.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (tmp_path / "s.yaml").write_text("{origins: ['1,1'], ranges: [9 km], sites: ['1,1']}")
    return tmp_path


SELECTION = {
    "scenario": ["s.yaml"], "panel": [], "weapon": ["-w", "W", "--catalogue", "w.yaml"],
    "category": ["--category", "rocket", "--catalogue", "w.yaml"], "range_": ["--range", "<b>=8 km"],
    "pair": ["--pair", "<i>=9 km @ <b>=2,2"], "from_": ["--from", "2,2"], "from_country": ["--from-country", "Nauru"], "origins": ["--origins", "sites.csv"], "site": ["--site", "2,2"],
    "sites": ["--sites", "sites.csv"], "lat": ["--lat", "latitude", "--sites", "sites.csv"],
    "lon": ["--lon", "longitude", "--sites", "sites.csv"], "name": ["--name", "name", "--sites", "sites.csv"],
    "sort": ["--sort", "name"], "nearest": ["--nearest", "1"], "catalogue": ["--catalogue", "w.yaml"], "registry": ["--registry", "r.geojson"],
    "prefer": ["--prefer", "P", "-w", "W", "--catalogue", "w.yaml"],
    "as_of": ["--as-of", "2025", "-w", "W", "--catalogue", "w.yaml"],
    "source_kind": ["--source-kind", "unknown", "-w", "W", "--catalogue", "w.yaml"],
    "no_state_media": ["-w", "W", "--catalogue", "w.yaml", "--no-state-media"],
    "exclude": ["--exclude", "w/d", "-w", "W", "--catalogue", "w.yaml"], "units": ["--units", "mi"],
    "title": ["--title", "<script>alert(1)</script>"], "subtitle": ["--subtitle", "{{7*7}}"],
    "credit": ["--credit", "\"'><img src=x>"], "date": ["--date", "2024-01-22"],
}  # fmt: skip
PICTURE = {
    "projection": ["--projection", "laea"],
    "sources_line": ["--sources-line", "full"],
    "font": [],
    "output": [],
}
OPTIONS = {
    "map": {
        **SELECTION, **PICTURE, "panel_scale": [], "size": ["--size", "column"], "dpi": ["--dpi", "100"], "tint": ["--tint", "none"], "cite": ["--cite", "text"],
        "detail": ["--detail", "low"], "extent": ["--extent", "0,0,9,9"], "lang": ["--lang", "ar"],
        "style": ["--style", "style.yaml"], "tiles": ["--tiles", TILES, "--tiles-credit", "<b>"],
        "tiles_credit": ["--tiles-credit", "\"'><script>"], "basemap": ["--basemap", "{{7*7}}.geojson", "--credit-basemap", "<b>"],
        "credit_basemap": ["--credit-basemap", "<script>"], "page_url": ["--page-url", "https://a.org/{{7*7}}?x=1&y"],
    },
    "report": {**SELECTION, **PICTURE, "sums": ["--sum", "latitude", "--sites", "sites.csv"], "detail": ["--detail", "low"],
               "extent": ["--extent", "0,0,9,9"], "lang": ["--lang", "ar"], "style": ["--style", "style.yaml"], "tint": ["--tint", "all"]},
}  # fmt: skip
"""An example of every option: a new option of a command fails the test until it is added here."""


@pytest.mark.parametrize(("name", "command"), [("map", map_.map_), ("report", report.report)])
def test_every_option_of_a_command_is_covered_here(name, command):
    assert set(OPTIONS[name]) == set(inspect.signature(command).parameters)


@pytest.mark.parametrize("option", OPTIONS["map"])
def test_the_policy_of_a_map_is_strict_with_any_option(run, folder, option):
    # Picture options need a picture among the outputs.
    beside = (
        ["-o", "x.svg"]
        if option in {"projection", "size", "dpi", "basemap", "credit_basemap"}
        else []
    )
    outcome = run("map", *OPTIONS["map"]["scenario"], *(OPTIONS["map"][option] if option != "scenario" else []),
                  "-o", "x.html", *beside)  # fmt: skip
    assert outcome.status == 0, outcome.err
    html = (folder / "x.html").read_text("utf-8")
    policy = check(html, HOSTS if option == "tiles" else "")
    assert hashes(html, "script") == policy["script-src"]
    assert hashes(html, "style") == policy["style-src"]


def test_a_report_with_all_options_has_the_policy_of_its_map(run, folder):
    given = {
        key: words for key, words in OPTIONS["report"].items() if key not in {"scenario", "site"}
    }
    # The examples are independent; for an option with a single value, the first is used.
    words: list[str] = []
    for option, *value in (
        each[n : n + 2] for each in given.values() for n in range(0, len(each), 2)
    ):
        if option not in words or option in {"-w", "--catalogue"}:
            words += [option, *value]
    (folder / "s.yaml").write_text(
        json.dumps({"origins": ["1,1"], "ranges": ["9 km"], "tiles": TILES, "tiles_credit": "<b>"})
    )
    outcome = run("report", "s.yaml", *words, "-o", "x.html")
    assert outcome.status == 0, outcome.err
    html = (folder / "x.html").read_text("utf-8")
    policy = check(html, HOSTS)
    assert len(policy["style-src"]) == 1 + len(
        [word for word in policy["style-src"] if word not in hashes(html, "style")]
    )


def test_no_option_of_embed_changes_the_page(run, folder):
    known = {"page", "url", "picture", "srcdoc", "format_"}
    assert set(inspect.signature(embed.embed).parameters) == known
    assert run("map", "s.yaml", "-o", "x.html").status == 0
    policy = policy_of((folder / "x.html").read_text("utf-8"))
    for target in ("html", "markdown", "quarto"):
        words = ["--format", target, "--url", "https://a.org/x", "--picture", "x.png", "--srcdoc"]
        text = run("embed", "x.html", *words).out
        if target != "markdown":
            inside = re.search('srcdoc="([^"]*)"', text)[1]
            import html

            assert policy_of(html.unescape(inside)) == policy
            assert re.search('sandbox="([^"]*)"', text)[1].split() == [
                "allow-scripts", "allow-popups", "allow-popups-to-escape-sandbox",
            ]  # fmt: skip


HOSTILE = [
    "http://a.example.org/{z}/{x}/{y}", "javascript:alert(1)//{z}/{x}/{y}", "data:image/png,/{z}/{x}/{y}",
    "//a.example.org/{z}/{x}/{y}", "https://a.example.org;script-src *;/{z}/{x}/{y}",
    "https://*/{z}/{x}/{y}", "https://*.example.org/{z}/{x}/{y}", "https://a.example.org *//{z}/{x}/{y}",
    "https://a.example.org'/{z}/{x}/{y}", 'https://a.example.org"/{z}/{x}/{y}',
    "https://a.example.org>/{z}/{x}/{y}", "https://a.example.org,b.org/{z}/{x}/{y}",
    "https://user@a.example.org/{z}/{x}/{y}", "https://user:pass@a.example.org/{z}/{x}/{y}",
    "https://a.example.org\\@b.org/{z}/{x}/{y}", "https://a.example.org#/{z}/{x}/{y}",
    "https://a.example.org?/{z}/{x}/{y}", "https://{z}.example.org/{x}/{y}", "https://{s}/{z}/{x}/{y}",
    "https://{a}.example.org/{z}/{x}/{y}", "https://a.example.org/{{z}}/{x}/{y}",
    "https://a.example.org/{z}/{x}/{y}/{{7*7}}", "https://a.example.org/{z}/{x}/{y}{% print(1) %}",
    "https://a.example.org/{z}/{x}/{y}<script>", "https://a.example.org/{z}/{x}/{y}\n",
    "https://a.example.org/{z}/{x}/{y} ", "https://a.example.org/{z}/{x}/{y}'", "https://a.example.org/{z}/{x}",
    "https://bücher.example/{z}/{x}/{y}", "https://a.example。org/{z}/{x}/{y}", "https://[::1]/{z}/{x}/{y}",
    "https://localhost/{z}/{x}/{y}", "https://a.example.org:999999/{z}/{x}/{y}", "https:///{z}/{x}/{y}",
    "blob:https://a.example.org/{z}/{x}/{y}", "file:///{z}/{x}/{y}", "https://'none'/{z}/{x}/{y}",
]  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
def test_a_tile_address_that_could_add_policy_sources_is_refused(url):
    with pytest.raises(OutputError, match="is not a tile address"):
        parse_tiles(url, credit="x")


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        (TILES, HOSTS),
        ("https://a.example.org:8443/{z}/{x}/{y}?k=1&b=2", "https://a.example.org:8443"),
        ("https://xn--bcher-kva.example/{z}/{x}/{y}@2x.png", "https://xn--bcher-kva.example"),
        ("https://A.example.ORG/{z}/{x}/{y}", "https://A.example.ORG"),
    ],
)
def test_only_the_hosts_of_the_tiles_are_added(url, hosts):
    tiles = parse_tiles(url, credit="<script>")
    payload = iraq()
    payload["tiles"] = {"url": tiles.url, "attribution": tiles.attribution, "subdomains": list(tiles.subdomains),
                        "max_zoom": 5, "hosts": list(tiles.hosts)}  # fmt: skip
    html = RangeMap(payload).to_html()
    policy = check(html, hosts)
    assert hashes(html, "script") == policy["script-src"]
