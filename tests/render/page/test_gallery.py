"""The maps of the gallery: each is written, opens without messages, and has its picture."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = sorted((ROOT / "maps").glob("*.yaml"))
GALLERY = (ROOT / "docs" / "gallery.md").read_text("utf-8")


@pytest.mark.thorough(
    keep=[
        (ROOT / "maps" / "arabic.yaml",),
        (ROOT / "maps" / "five-hundred-sites.yaml",),
        (ROOT / "maps" / "house-style.yaml",),
    ]
)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_a_gallery_map_opens_without_messages(run, visit, tmp_path, scenario):
    path = tmp_path / "map.html"
    outcome = run("map", scenario, "-o", path)
    assert outcome.status == 0, outcome.err
    seen = visit(path)
    assert [url for url in seen.requests if not url.startswith("data:")] == [path.as_uri()]
    assert seen.messages == []
    assert seen.page.locator(".rm-ring-label").count() >= 2
    assert path.stat().st_size < 920_000


def test_every_scenario_is_in_the_gallery_with_a_picture_and_a_description():
    for scenario in SCENARIOS:
        if scenario.stem == "iraq-2024":
            continue  # shown in the README
        assert f"](../maps/{scenario.name})" in GALLERY
        assert re.search(rf"!\[[^\]]{{20,}}\]\(gallery/{scenario.stem}\.jpg\)", GALLERY)
        assert (ROOT / "docs" / "gallery" / f"{scenario.stem}.jpg").is_file()
