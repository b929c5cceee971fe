"""Languages: complete texts, no other English, and figures as written in the language."""

import re
import sys
from pathlib import Path

import pytest

import rangemap as rm
from rangemap.catalogue import Target
from rangemap.errors import OutputError
from rangemap.io.basemap import country_names, unnamed_countries
from rangemap.render.page.payload import make_payload
from rangemap.render.wording import promise
from rangemap.rings import make_rings
from rangemap.wording.figures import displayed_distance
from rangemap.wording.language import LANGUAGES, read_language
from rangemap.wording.quantities import parse_range

PACKAGE = Path(__file__).resolve().parents[2] / "rangemap"
WEB = PACKAGE / "render" / "web"
DATA = Path(__file__).resolve().parents[2] / "data"
ENGLISH = read_language("en").phrases


def braces(text):
    return sorted(re.findall(r"\{(\w*)\}", text))


@pytest.mark.parametrize("part", ["phrases", "documents", "names"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_has_every_text_with_the_same_placeholders(code, part):
    words, english = getattr(read_language(code), part), getattr(read_language("en"), part)
    assert list(words) == list(english)
    for key, text in words.items():
        assert text.strip(), key
        assert braces(text) == braces(english[key]), key


def test_no_text_is_in_the_store_twice():
    """A text of a document with a twin among those of pages would have to be changed twice."""
    language = read_language("en")
    assert not set(language.phrases) & set(language.documents)
    twins = set(language.documents.values()) & set(language.phrases.values())
    assert twins <= {"disputed"}  # one is a verdict, the other the name of its code


def test_every_category_and_region_of_the_catalogue_has_a_name_in_each_language():
    weapons = rm.load_weapons()
    regions = {part for text in weapons["country"] for part in text.split(" / ")}
    for code in ("fr", "ar"):
        language = read_language(code)
        assert set(weapons["category"]) <= set(language.names)
        unknown = {name for name in regions if language.country(name) is None}
        assert unknown <= set(language.names)
        assert set(read_language("en").names) - set(weapons["category"]) <= unknown


def test_every_text_of_documents_is_used():
    code = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    named = set(re.findall(r"[\"'](\w+)[\"']", code))
    starts = tuple(re.findall(r"[\"'](\w+_)\{", code))
    counted = {f"{key}_{form}" for key in named for form in ("one", "other")}
    idle = [
        key
        for key in read_language("en").documents
        if key not in named | counted and not key.startswith(starts)
    ]
    assert idle == []


def test_every_text_used_by_the_script_exists_and_none_is_unused():
    script = "".join(path.read_text("utf-8") for path in WEB.glob("*.js"))
    used = set(re.findall(r"\bsay(?:Parts)?\(\s*\"(\w+)\"", script))
    assert used <= set(ENGLISH)
    python = "".join(
        path.read_text("utf-8")
        for path in (
            PACKAGE / "render" / "page" / "payload.py",
            PACKAGE / "render" / "wording.py",
            PACKAGE / "wording" / "language.py",
        )
    )
    named = set(re.findall(r"[\"'](\w+)[\"']", script + python)) | {"direction", "noscript"}
    prefixes = ("column_", "kind_")
    targets = [target.value.replace(" ", "_") for target in Target]
    composed = {
        f"{start}_{kind}" for start in ("promise", "also") for kind in [*targets, "ammunition"]
    }
    composed |= {f"against_{target}" for target in targets}
    assert composed <= set(ENGLISH)
    idle = {
        key for key in ENGLISH
        if key not in named | composed and not key.startswith(prefixes)
        and key not in {"up_to", "at_least", "about", "km", "mi", "nmi", "m"}
    }  # fmt: skip
    assert idle == set()


def distance(code, metres, unit="km", *, signed=False):
    value = displayed_distance(metres, 0, unit)
    return read_language(code).distance(value, unit, signed=signed)


def test_numbers_use_the_separators_of_the_language():
    french, arabic = read_language("fr"), read_language("ar")
    assert distance("fr", 1_234_567) == "1\u202f234,6 km"
    assert distance("fr", -1_500, signed=True) == "−1,5 km"
    assert french.quantity("193–~1,500.5", "km") == "193–~1\u202f500,5 km"
    assert french.quantity("1,000", "nmi") == "1\u202f000 milles marins"
    assert distance("ar", 193_977.2) == "194.0 كم"
    assert arabic.quantity("~193–≥500", "km") == "~193–≥500 كم"
    assert distance("en", 193_977.2, "mi") == "120.5 mi"


def test_partial_dates_are_written_as_far_as_known():
    assert read_language("en").date("2024-01-28") == "28 January 2024"
    assert read_language("fr").date("2024-01-28") == "28 janvier 2024"
    assert read_language("fr").date("2024-01") == "janvier 2024"
    assert read_language("ar").date("2024-01") == "يناير 2024"
    assert {read_language(code).date("2024") for code in LANGUAGES} == {"2024"}


@pytest.mark.parametrize(
    ("phrase", "french"),
    [
        ("up to 250 km", "jusqu’à 250 km"),
        ("about 1,200 mi (min 50 mi)", "environ 1\u202f200 mi (min. 50 mi)"),
        ("200-300 km", "200–300 km"),
        ("at least 2,000 km", "au moins 2\u202f000 km"),
    ],
)
def test_the_phrase_of_a_claim_is_translated_with_its_figures(phrase, french):
    claim = parse_range(phrase)
    assert read_language("fr").claim(claim) == french
    assert read_language("en").claim(claim) == phrase


def test_country_names_of_the_base_map_are_translated():
    arabic = read_language("ar")
    assert arabic.country("Iraq") == "العراق"
    assert arabic.country("Dem. Rep. Congo") == "الكونغو - كينشاسا"
    assert arabic.country("Somaliland") is None
    names = set(country_names()) - unnamed_countries()
    named = [name for name in names if arabic.country(name)]
    assert len(named) > 0.85 * len(names)


def test_an_unknown_language_is_refused_with_the_available_ones():
    with pytest.raises(OutputError, match="expected en, ar, fr"):
        read_language("xx")


def test_without_babel_english_works_and_other_languages_name_the_package(monkeypatch):
    read_language.cache_clear()
    monkeypatch.setitem(sys.modules, "babel.dates", None)
    assert distance("en", 1_000) == "1.0 km"
    with pytest.raises(OutputError, match=r'pip install "rangemap\[lang\]"'):
        read_language("fr")
    read_language.cache_clear()


def test_a_scenario_can_specify_its_language():
    scenario = rm.Scenario(origins=["33,44"], ranges=["250 km"], lang="ar")
    html = scenario.map().to_html()
    assert '<html lang="ar" dir="rtl">' in html


AIRCRAFT = {
    "en": "engagement range against aircraft, as published",
    "fr": "portée d’engagement contre des aéronefs, telle que publiée",
    "ar": "مدى الاشتباك مع الطائرات كما نُشر",
}
GUNS = {"en": "with the ammunition", "fr": "avec les munitions", "ar": "بالذخيرة"}


@pytest.mark.parametrize("code", AIRCRAFT)
def test_a_map_of_air_defence_or_guns_has_its_own_sentence(code):
    def promise_of(*names):
        scenario = rm.Scenario(origins=["50,36"], weapons=list(names), lang=code)
        selection = scenario.select()
        rings = make_rings(selection)
        return make_payload(selection, rings, [])["words"]["promise"]

    general = read_language(code).translate("promise")
    assert AIRCRAFT[code] in promise_of("Patriot", "S-400")
    assert GUNS[code] in promise_of("Krab")
    assert general not in promise_of("Patriot") + promise_of("Krab")
    assert promise_of("Iskander-M") == general
    mixed = promise_of("Iskander-M", "Patriot", "Krab")
    assert mixed.startswith(general)
    assert AIRCRAFT[code].split(" ", 2)[-1] in mixed
    assert GUNS[code] in mixed
    # A variant that states other targets is not described as range against aircraft.
    assert promise_of("SM-6 (against surface targets)") == general


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_sentences_of_pictures_and_reports_are_those_of_the_page(code):
    language = read_language(code)
    systems = rm.Scenario(origins=["50,36"], weapons=["THAAD"]).select().systems
    assert promise(systems, language) == language.phrases["promise_ballistic_missile"]
