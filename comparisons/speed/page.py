"""Time how fast map pages open and are redrawn in an installed Chromium, without network."""

import random
import tempfile
from pathlib import Path

from playwright.sync_api import Page

import rangemap as rm
from comparisons.browser import BROWSERS, chromium
from rangemap.render.page.document import RangeMap

ROOT = Path(__file__).resolve().parents[2]
SEED = 20240128
PAN = """async () => {
  const times = [];
  for (let i = 0; i < 7; i++) {
    const start = performance.now();
    const side = i % 2 ? -1 : 1;
    range_map_1.panBy([120 * side, 60 * side], { animate: false });
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 100));
  }
  return times.sort((a, b) => a - b)[3];
}"""
PAINT = """() => performance.getEntriesByType("paint")
  .find((entry) => entry.name === "first-contentful-paint").startTime"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        if browser is None:
            print(f"no browser; install one of {', '.join(BROWSERS)}")
            return
        size = {"width": 1280, "height": 800}
        for name, range_map in maps(Path(folder)).items():
            path = Path(folder) / "map.html"
            range_map.save(path)
            page = browser.new_context(offline=True, viewport=size).new_page()
            report(name, page, path)
            page.close()


def maps(folder: Path) -> dict[str, RangeMap]:
    rng = random.Random(SEED)
    sites = [f"Place {i},{rng.gauss(33, 9):.4f},{rng.gauss(44, 14):.4f}" for i in range(100_000)]
    (folder / "sites.csv").write_text("\n".join(["name,lat,lon", *sites]), "utf-8")
    origins = [f"{rng.uniform(20, 45):.3f},{rng.uniform(30, 65):.3f}" for _ in range(20)]
    radii = (70, 120, 200, 300, 400, 500, 700, 900, 1200, 1800)
    weapons = ["Shahed-136", "Al Aqsa", "Fateh-110"]
    return {
        "the example": rm.Scenario.read(ROOT / "maps" / "iraq-2024.yaml").map(),
        "twelve systems": rm.Scenario.read(ROOT / "maps" / "twelve-systems.yaml").map(),
        "200 rings": rm.Scenario(
            origins=origins, ranges=[f"R{km}={km}-{km * 5 // 4} km" for km in radii]
        ).map(),
        "100,000 sites": rm.Scenario(
            origins=["Jurf Al Sakhar"], weapons=weapons, sites=str(folder / "sites.csv")
        ).map(),
    }


def report(name: str, page: Page, path: Path) -> None:
    page.goto(path.as_uri(), timeout=120_000)
    page.wait_for_selector(".rm-labels text", state="attached")
    paint, pan = page.evaluate(PAINT), page.evaluate(PAN)
    size = path.stat().st_size / 1000
    print(f"{name}: {size:,.0f} kB, first paint {paint:,.0f} ms, pan to next frame {pan:,.0f} ms")


if __name__ == "__main__":
    main()
