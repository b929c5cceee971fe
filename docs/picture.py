"""Take the README's picture of the example map, in an installed Chromium."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Write docs/iraq-2024.png from maps/iraq-2024.html."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"no browser; install one of {', '.join(BROWSERS)}")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox"] if root else []
        )
        page = chromium.new_context(
            offline=True, viewport={"width": 1280, "height": 800}
        ).new_page()
        page.goto((ROOT / "maps" / "iraq-2024.html").as_uri())
        page.locator(".rm-ring-label").first.wait_for()
        page.screenshot(path=ROOT / "docs" / "iraq-2024.png")
        chromium.close()


if __name__ == "__main__":
    main()
