"""Where the areas within rings are coloured, and what is readable on them: pixels of pictures."""

import io
import itertools
from collections import Counter

import pytest
from coloraide import Color
from PIL import Image

from rangemap import Scenario
from rangemap.errors import OutputError, RangemapError
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.page.payload import make_payload
from rangemap.render.style import COAST, COUNTRY, INK, LAND, QUIET, SEA

SAHARA = "22,2"
GAZA = "31.5,34.45"


def colours(origin=SAHARA, ranges=("300 km",), **keys):
    """The colours that cover at least a five-hundredth of a picture, the most common first."""
    scenario = Scenario(origins=[origin], ranges=list(ranges), sites=[origin], **keys)
    options = PictureOptions(size="1200x1000", titled=False)
    files = MapFiles(scenario.select(), options)
    image = Image.open(io.BytesIO(files.picture.to_png())).convert("RGB")
    least = image.width * image.height / 500
    counts = Counter(image.get_flattened_data()).most_common(40)
    return [f"#{r:02x}{g:02x}{b:02x}" for (r, g, b), count in counts if count >= least]


def areas(found):
    """Those of areas: not paler than land, as halos are, and not as dark as lines."""
    paper = Color(LAND).luminance()
    return {
        colour
        for colour in found
        if colour not in {SEA, COAST}
        and Color(colour).luminance() <= paper
        and Color(colour).contrast(LAND, method="wcag21") < 2.9
    }


def difference(one, other):
    return Color(one).delta_e(Color(other), method="2000")


@pytest.mark.thorough(keep=[(4,)])
@pytest.mark.parametrize("count", [1, 4, 8])
def test_stacked_fills_leave_labels_and_coasts_readable_and_zones_distinct(count):
    ranges = [f"{100 * number} km" for number in range(1, count + 1)]
    found = colours(ranges=ranges)
    zones = sorted(areas(found), key=lambda colour: -Color(colour).luminance())
    assert zones[0] == LAND
    assert len(zones) >= count + 1
    zones = zones[: count + 1]
    innermost = zones[-1]
    for ink, least in ((INK, 7.0), (QUIET, 3.0), (COUNTRY, 2.4)):
        assert Color(ink).contrast(innermost, method="wcag21") >= least
    assert difference(COAST, innermost) >= 5
    for one, other in itertools.pairwise(zones):
        assert difference(one, other) >= 1.5


@pytest.mark.thorough
def test_the_sea_within_a_ring_stays_blue_unless_all_is_tinted():
    ranges = ["160 km"]
    land, everywhere, nowhere = (colours(GAZA, ranges, tint=tint) for tint in (None, "all", "none"))
    sea_share = {"land": SEA in land, "all": SEA in everywhere, "none": SEA in nowhere}
    assert all(sea_share.values())  # outside the ring
    tinted, on_land = areas(everywhere) - {LAND}, areas(land) - {LAND}
    assert len(tinted - on_land) == 1  # the tinted sea
    assert len(on_land) == 1
    assert on_land < tinted
    assert areas(nowhere) == {LAND}


def test_tiles_are_tinted_everywhere_or_not_at_all():
    def payload(**keys):
        scenario = Scenario(origins=[GAZA], ranges=["9 km"], tiles="OpenStreetMap.Mapnik", **keys)
        return make_payload(scenario.select(), files(scenario).rings, files(scenario).rows)

    def files(scenario):
        return MapFiles(scenario.select(), PictureOptions())

    assert payload()["tint"] == "all"
    assert payload(tint="none")["tint"] == "none"
    with pytest.raises(OutputError, match="tint is land, but a page with tiles"):
        payload(tint="land")


def test_an_unknown_tint_is_refused_with_the_choices():
    with pytest.raises(RangemapError, match="land, all"):
        Scenario(origins=[GAZA], ranges=["9 km"], tint="sea").select()
