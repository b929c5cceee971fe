"""Many sites and many rings on one page."""

import pytest

import rangemap as rm

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A grid of 2,500 sites, the nearest of which are within the ring."""
    folder = tmp_path_factory.mktemp("crowd")
    lines = [
        f"Place {x}-{y},{30 + y / 10:.1f},{40 + x / 10:.1f}" for x in range(50) for y in range(50)
    ]
    (folder / "sites.csv").write_text("\n".join(["name,lat,lon", *lines]), "utf-8")
    path = folder / "crowd.html"
    scenario = rm.Scenario(
        origins=["32.45,42.45"], ranges=["Ring=150 km"], sites=str(folder / "sites.csv")
    )
    scenario.map().save(path)
    return path, scenario.check()


REACHED = """() => {
  const canvas = document.querySelector(".leaflet-rm-dots-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [dark, white] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 255) continue;
    if (data[i] === 0x1b) dark += 1;
    if (data[i] === 255) white += 1;
  }
  return [dark, white];
}"""


def test_many_sites_are_dots_that_open_by_click_and_search(visit, crowd):
    path, table = crowd
    seen = visit(path)
    page = seen.page
    assert page.locator(".rm-site").count() == 0
    x, y = page.evaluate(
        """() => {
          const point = range_map_1.latLngToContainerPoint([33.5, 43.5]);
          const frame = range_map_1.getContainer().getBoundingClientRect();
          return [point.x + frame.left, point.y + frame.top];
        }"""
    )
    page.mouse.click(x + 1, y + 1)
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    row = table[table["site"] == "Place 35-35"].iloc[0]
    assert popup.locator("h2").inner_text() == "Place 35-35"
    assert f"{row['distance_km']:.1f} km" in popup.inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    page.locator("#rm-find").fill("place 49 49")
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-content h2", has_text="Place 49-49").wait_for()
    assert "out of reach" in popup.inner_text()
    assert seen.messages == []


def test_dots_are_filled_within_the_ring_and_hollow_when_it_is_hidden(visit, crowd):
    page = visit(crowd[0]).page
    dark, white = page.evaluate(REACHED)
    assert dark > 1000
    assert white > 1000
    page.locator(".rm-panel input[type=checkbox]").first.uncheck()
    assert page.evaluate(REACHED)[0] == 0


def test_the_table_of_many_sites_shows_the_first_and_the_total(visit, crowd):
    page = visit(crowd[0]).page
    assert page.locator(".rm-all-distances tbody tr").count() == 500
    text = page.locator(".rm-all-distances").text_content()
    assert "The first 500 of 2500 places" in text


def test_eighty_rings_are_drawn_on_a_canvas_and_can_be_clicked(visit, tmp_path):
    ranges = [f"R{number}={50 * number} km" for number in range(1, 81)]
    path = tmp_path / "rings.html"
    rm.Scenario(origins=["10,20"], ranges=ranges, sites=["0,0"]).map().save(path)
    seen = visit(path)
    page = seen.page
    assert page.locator("path.rm-line").count() == 0
    x, y = page.evaluate(
        """() => {
          const point = range_map_1.latLngToContainerPoint([-26.18, 20]); // 4,000 km south
          const frame = range_map_1.getContainer().getBoundingClientRect();
          return [point.x + frame.left, point.y + frame.top];
        }"""
    )
    page.mouse.click(x, y)
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert popup.locator("h2").inner_text() == "R80"
    assert seen.messages == []
