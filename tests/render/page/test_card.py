"""Social cards: tags with absolute, escaped addresses, and a picture beside the page."""

import io
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import rangemap as rm
from rangemap.io.rules import check_page_address
from rangemap.render.page.card import Card
from tests.promises.escaping.payloads import written as payloads

ONE = ("map", "--from", "33.3,44.4", "--range", "300 km", "--site", "33,44")
URL = "https://example.org/maps/iraq.html?a=1&b=2"


class Tags(HTMLParser):
    """The tags of a card as a crawler reads them, and every other tag of a page's head."""

    def __init__(self, html):
        super().__init__()
        self.cards, self.others = {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name = found.get("property") or found.get("name") or ""
        if tag == "meta" and name.startswith(("og:", "twitter:")):
            assert name not in self.cards
            self.cards[name] = found["content"]
        else:
            self.others.append(tag)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A page with a card, the page without, and the picture of the same map."""
    folder = tmp_path_factory.mktemp("card")
    title = "<b>A</b> & \"B\" {{7*7}} 'é'"
    scenario = {"origins": ["33.3,44.4"], "ranges": ["300 km"], "sites": ["33,44"], "title": title}
    carded = rm.Scenario(**scenario, page_url=URL)
    files = carded.to_file(folder / "iraq 1.html", folder / "x.svg")
    assert [path.name for path in files] == [
        "iraq 1.html", "iraq 1.card.png", "x.svg", "x.alt.txt", "x.sources.txt",
    ]  # fmt: skip
    rm.Scenario(**scenario).to_file(folder / "plain.html")
    return folder, title


def test_the_tags_name_the_page_its_title_and_the_picture_beside_it(written):
    folder, title = written
    tags = Tags((folder / "iraq 1.html").read_text("ascii")).cards
    alt = (folder / "x.alt.txt").read_text("utf-8").splitlines()[0]
    assert tags["og:url"] == URL
    assert tags["og:type"] == "website"
    assert tags["twitter:card"] == "summary_large_image"
    assert tags["og:title"] == tags["twitter:title"] == title
    for name in ("og:description", "og:image:alt", "twitter:description", "twitter:image:alt"):
        assert tags[name] == alt
    assert tags["og:image"] == tags["twitter:image"] == urljoin(URL, "iraq%201.card.png")
    with Image.open(folder / "iraq 1.card.png") as picture:
        size = str(picture.width), str(picture.height)
        assert picture.format == "PNG"
    assert size == (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["og:image:type"] == "image/png"


def test_a_page_without_an_address_has_none_and_is_the_same_otherwise(written):
    folder, _ = written
    plain = (folder / "plain.html").read_text("ascii")
    carded = (folder / "iraq 1.html").read_text("ascii")
    assert Tags(plain).cards == {}
    rest = "".join(
        line for line in carded.splitlines(keepends=True)
        if not line.startswith(('<meta property="og:', '<meta name="twitter:'))
    )  # fmt: skip
    assert rest == plain


def test_the_picture_is_the_same_with_each_run(written, tmp_path):
    folder, title = written
    again = rm.Scenario(
        origins=["33.3,44.4"], ranges=["300 km"], sites=["33,44"], title=title, page_url=URL
    )
    again.to_file(tmp_path / "y.html")
    assert (tmp_path / "y.card.png").read_bytes() == (folder / "iraq 1.card.png").read_bytes()


def test_the_picture_does_not_replace_the_logo(run, tmp_path):
    logo = tmp_path / "x.card.png"
    Image.new("RGB", (9, 3), "red").save(logo)
    content = logo.read_bytes()
    (tmp_path / "style.yaml").write_text("logo: x.card.png\nlogo_alt: Red")
    words = ("--style", tmp_path / "style.yaml", "--page-url", URL, "-o", tmp_path / "x.html")
    outcome = run(*ONE, *words)
    assert outcome.status == 1
    assert "x.card.png: would overwrite the input file" in outcome.err
    assert logo.read_bytes() == content
    assert not (tmp_path / "x.html").exists()


@pytest.mark.thorough(keep=[("ar",)])
@pytest.mark.parametrize("code", ["fr", "ar"])
def test_the_picture_and_its_alternative_text_are_in_the_language_of_the_page(run, tmp_path, code):
    words = ("--lang", code, "--page-url", URL, "-o", tmp_path / "x.html", "-o", tmp_path / "x.png")
    assert run(*ONE, *words).status == 0
    tags = Tags((tmp_path / "x.html").read_text("ascii")).cards
    assert tags["og:image:alt"] == (tmp_path / "x.alt.txt").read_text("utf-8").splitlines()[0]
    with Image.open(io.BytesIO((tmp_path / "x.card.png").read_bytes())) as picture:
        assert tags["og:title"] == picture.text["Title"]


@given(st.sampled_from(payloads()), st.sampled_from(["map.html", "maps/", "", "?id=1&x=<"]))
def test_no_text_ends_a_tag_or_adds_one(payload, rest):
    text = payload.text
    card = Card(
        url=f"https://example.org/{rest}", picture="a.card.png", title=text, description=text, size=(1, 2)
    )  # fmt: skip
    html = card.to_html()
    assert html.isascii()
    assert "{{" not in html
    tags = Tags(html)
    assert len(tags.cards) == 14
    assert tags.others == []
    assert tags.cards["og:title"] == text
    for name in ("og:url", "og:image", "twitter:image"):
        assert urlsplit(tags.cards[name]).netloc == "example.org"
        assert tags.cards[name].isascii()


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("javascript:alert(1)", "begins with http:// or https://"),
        ("ftp://a.org/", "begins with http:// or https://"),
        ("//a.org/map.html", "begins with http:// or https://"),
        ("map.html", "begins with http:// or https://"),
        ("https://", "begins with http:// or https://"),
        ("https://a.org/a b", "begins with http:// or https://"),
        ('https://a.org/"><script>', "begins with http:// or https://"),
        ("https://a.org\\@b.org/", "begins with http:// or https://"),
        ("https://user@a.org/", "a user name or a password"),
        ("https://user:pass@a.org/", "a user name or a password"),
        ("https://@a.org/", "a user name or a password"),
        ("https://bücher.example/", "contains the host 'bücher.example'"),
        ("https://[::1]/", "contains the host '[::1]'"),
        ("https://a..org/", "contains the host 'a..org'"),
        ("https://{{7*7}}.org/", "contains the host"),
        ("https://a.org:999999/", "contains the host"),
        ("https://a.org/#8/33/44", "contains a `#`"),
        ("https://a.org/" + "x" * 2000, "at most 2000 characters"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_an_invalid_address_is_refused_in_one_line(run, tmp_path, url, rule):
    outcome = run(*ONE, "-o", tmp_path / "x.html", "--page-url", url)
    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1
    assert "page_url is " in outcome.err
    assert rule in outcome.err
    assert len(outcome.err) < 500
    with pytest.raises(rm.ScenarioError):
        rm.Scenario(page_url=url)
    assert list(tmp_path.iterdir()) == []


def test_control_characters_are_refused():
    for char in "\0\n\x1b\x85\u2028\u202e\ufeff":
        with pytest.raises(ValueError, match="control character"):
            check_page_address(f"https://a.org/{char}")


@pytest.mark.parametrize(
    "url", ["http://a.org", "https://a.org:8443/é?q=%20", "HTTPS://A.ORG/x", "http://localhost/"]
)
def test_other_addresses_are_accepted(url):
    assert check_page_address(url) == url


def test_one_address_is_not_that_of_two_pages(run, tmp_path):
    words = ("-o", tmp_path / "x.html", "-o", tmp_path / "y.html", "--page-url", URL)
    outcome = run(*ONE, *words)
    assert outcome.status == 1
    assert "page_url is the address of one page, but 2 are written" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_the_picture_replaces_no_other_output(run, tmp_path):
    words = ("-o", tmp_path / "x.html", "-o", tmp_path / "x.card.png", "--page-url", URL)
    outcome = run(*ONE, *words)
    assert outcome.status == 1
    assert "is the picture of the social card of" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_the_page_and_its_picture_are_both_written_or_neither(run, tmp_path):
    (tmp_path / "x.card.png").mkdir()
    outcome = run(*ONE, "-o", tmp_path / "x.html", "--page-url", URL)
    assert outcome.status == 1
    assert "x.card.png: not a regular file" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["x.card.png"]


def test_options_of_pictures_apply_to_the_picture_of_a_card(run, tmp_path):
    shown = []
    for number, projection in enumerate(("laea", "merc")):
        page = tmp_path / f"{number}.html"
        words = ("--projection", projection, "--page-url", URL, "-o", page)
        assert run(*ONE, *words).status == 0
        shown.append(page.with_suffix(".card.png").read_bytes())
    assert shown[0] != shown[1]
    refused = run(*ONE, "--projection", "laea", "-o", tmp_path / "x.html")
    assert refused.status == 2
    assert "--page-url only" in refused.err
    refused = run(*ONE, "--page-url", URL, "-o", tmp_path / "x.svg")
    assert refused.status == 2
    assert "--page-url: used in .html only" in refused.err


def test_a_note_on_both_pictures_is_printed_once(run, tmp_path):
    words = ("--page-url", URL, "-o", tmp_path / "x.html", "-o", tmp_path / "x.svg")
    outcome = run(*ONE, "--site", "Honolulu", *words)
    assert outcome.status == 0
    assert outcome.err.count("outside the picture and not shown: Honolulu") == 1
