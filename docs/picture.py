"""Take screenshots of map pages in an installed Chromium."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZE_PX = {"width": 1280, "height": 800}


def main(pages: list[Path], folder: Path, suffix: str) -> None:
    """Write a screenshot of each page into a folder, with the name of the page."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"no browser; install one of {', '.join(BROWSERS)}")
    folder.mkdir(parents=True, exist_ok=True)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    how = {"type": "jpeg", "quality": 80} if suffix == ".jpg" else {"type": "png"}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox"] if root else []
        )
        page = chromium.new_context(offline=True, viewport=SIZE_PX).new_page()
        for path in pages:
            page.goto(path.resolve().as_uri())
            page.locator(".rm-ring-label").first.wait_for()
            page.screenshot(path=(folder / path.name).with_suffix(suffix), **how)
        chromium.close()


if __name__ == "__main__":
    *names, to = sys.argv[1:]
    main([Path(name) for name in names], Path(to), ".png" if to == "docs" else ".jpg")
