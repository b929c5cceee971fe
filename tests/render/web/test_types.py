"""The payload's TypeScript types match those in Python, and the page's JavaScript matches both."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rangemap.render.page.document import RangeMap
from rangemap.render.page.html import SCRIPT_PARTS
from tests.render.page.payloads import iraq
from tests.render.web import payload_types

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "rangemap" / "render" / "web"
TSC = ROOT / "node_modules" / ".bin" / "tsc"
KEY = re.compile(r"^  (\w+)\??: ", re.MULTILINE)
# Used by Python only: the page's language, schemes, base map and hosts are in its HTML.
UNREAD = {"about", "dark", "detail", "hosts", "lang"}


def test_the_javascript_types_are_up_to_date():
    assert payload_types.TARGET.read_text("utf-8") == payload_types.declarations(), (
        "the payload's types were edited: run `make payload`"
    )


def test_a_type_without_a_counterpart_is_refused():
    with pytest.raises(TypeError, match="no TypeScript type is known"):
        payload_types.typescript(bytes)


def test_types_are_stripped_from_the_page():
    sources = "".join((WEB / f"{part}.js").read_text("utf-8") for part in SCRIPT_PARTS)
    assert sources.count("/** ") > 100
    own = RangeMap(iraq()).to_html().split("// The map page:")[1].split("</script>")[0]
    assert "/**" not in own
    assert "@param" not in own
    lines = set(own.splitlines())
    # Everything else is kept: each line of code, and each comment that explains it.
    kept = re.sub(r"^ */\*\*(?:[^*]|\*(?!/))*\*/\n", "", sources, flags=re.MULTILINE)
    assert [line for line in kept.splitlines()[1:] if line not in lines] == []


@pytest.fixture
def checked(tmp_path):
    """A copy of the scripts, and a function that type-checks them."""
    if not TSC.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("TypeScript is not installed: run `make types` first")
        pytest.skip("TypeScript is not installed: run `make types` first")
    web = tmp_path / "rangemap" / "render" / "web"
    shutil.copytree(WEB, web)
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")

    def check() -> str:
        done = subprocess.run(
            [TSC, "--project", tmp_path, "--skipLibCheck", "--singleThreaded"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == (1 if done.stdout else 0), done.stderr
        return done.stdout

    return web, check


def test_a_key_renamed_in_python_is_reported_wherever_it_is_read(checked):
    web, check = checked
    assert check() == ""
    types = web / "payload.d.ts"
    text = types.read_text("utf-8")
    unmissed = set(KEY.findall(text))
    assert len(unmissed) > 50
    # Values read from an untyped object are not checked, so nested keys are renamed later.
    missed = unmissed
    while missed:
        keys = re.compile(rf"^  ({'|'.join(unmissed)})(?=\??: )", re.MULTILINE)
        types.write_text(keys.sub(r"  renamed_\1", text), "utf-8")
        missed = unmissed.intersection(re.findall(r"""['"](\w+)['"]""", check()))
        unmissed -= missed
    assert unmissed == UNREAD


def test_a_misspelt_key_and_a_missing_value_are_reported(checked):
    web, check = checked
    planted = {
        "start.js": ("payload.style", "payload.stile"),
        "rings.js": ("system.width", "system.widht"),
        "places.js": ("pair.outcomes[pair", "pair.outcome[pair"),
        "popups.js": ("claim.figure", "claim.figures"),
        "panel.js": ("if (payload.credit) footer", "footer"),
        "layout.js": ("lines.high", "lines.hihg"),
        "labels.js": ("ring.label", "ring.labels"),
        "basemap.js": ("tile.rivers", "tile.river"),
    }  # fmt: skip
    for name, (right, wrong) in planted.items():
        text = (web / name).read_text("utf-8")
        assert right in text
        (web / name).write_text(text.replace(right, wrong, 1), "utf-8")
    assert set(re.findall(r"(\w+\.js)\(.*error TS", check())) == set(planted)
