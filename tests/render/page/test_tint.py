"""Where a page colours the areas within rings: pixels in a browser."""

import io

import pytest
from PIL import Image

import rangemap as rm
from rangemap.render.style import LAND, SEA


@pytest.mark.thorough(keep=[("land",)])
@pytest.mark.parametrize(
    ("tint", "sea", "land"), [("land", True, False), ("all", False, False), ("none", True, True)]
)
def test_sea_and_land_within_a_ring_have_their_colour_or_the_tint(visit, tmp_path, tint, sea, land):
    path = tmp_path / "m.html"
    rm.Scenario(
        origins=["31.5,34.45"], ranges=["160 km"], tint=tint, extent=(33, 30, 36, 33)
    ).map().save(path)
    page = visit(path).page
    spots = page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll(".rm-line-headline")].map((l) => l.getBoundingClientRect());
            const ring = boxes.find((box) => box.x > 0 && box.right < innerWidth);  // not in another world
            const [x, y, r] = [ring.x + ring.width / 2, ring.y + ring.height / 2, ring.width / 2];
            return [[x - 0.6 * r, y - 0.35 * r], [x + 0.2 * r, y + 0.7 * r]];  // sea, Negev
        }"""
    )
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    found = ["#{:02x}{:02x}{:02x}".format(*shot.getpixel((round(x), round(y)))) for x, y in spots]
    assert (found[0] == SEA) is sea
    assert (found[1] == LAND) is land
    assert found[0] != found[1]
