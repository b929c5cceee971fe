"""The date of a scenario: printed where people read, in their language; never the clock's."""

import json
import re

import pytest

import rangemap as rm
from rangemap.render.outputs import MapFiles
from rangemap.render.page.payload import make_payload
from rangemap.render.wording import shown_subtitle


def scenario(**more):
    return rm.Scenario(origins=["33,44"], ranges=["Patrol=70 km"], sites=["33,44.2"], **more)


@pytest.mark.parametrize(
    ("lang", "date", "words"),
    [
        ("en", "2024-01-22", "22 January 2024"),
        ("en", "2024-01", "January 2024"),
        ("fr", "2024-01-22", "22 janvier 2024"),
        ("ar", "2024-01-22", "22 يناير 2024"),
    ],
)
def test_pages_and_pictures_have_the_date_in_their_language(lang, date, words):
    selection = scenario(lang=lang, date=date, subtitle="For the board").select()
    files = MapFiles(selection)
    payload = make_payload(selection, files.rings, files.rows)
    for line in (payload["subtitle"], shown_subtitle(selection)):
        plain = re.sub("[\u2066-\u2069]", "", line)
        assert plain == f"For the board · {words}"


def test_a_default_subtitle_has_the_date_too():
    selection = scenario(date="2024").select()
    assert shown_subtitle(selection).endswith(" · 2024")
    assert shown_subtitle(scenario().select()) == "1 range chosen for this map"


def test_the_option_replaces_the_key(run, tmp_path):
    (tmp_path / "s.yaml").write_text(
        "origins: ['33,44']\nranges: [70 km]\nsites: ['33,45']\ndate: 2023-05-06\n"
    )
    for words, date in ([], "6 May 2023"), (["--date", "2024-02"], "February 2024"):
        outcome = run("map", tmp_path / "s.yaml", *words, "-o", tmp_path / "m.html")
        assert outcome.status == 0, outcome.err
        page = (tmp_path / "m.html").read_text("utf-8")
        (data,) = re.findall(r'id="rangemap-payload"[^>]*>(.*?)</script>', page, re.DOTALL)
        assert json.loads(data)["subtitle"].endswith(date)


def test_an_invalid_date_is_refused(run):
    outcome = run("map", "-f", "0,0", "--range", "9 km", "--date", "22 January", "-o", "x.html")
    assert outcome.status != 0
    assert "expected a date such as 2024, 2024-01 or 2024-01-21" in outcome.err
