"""Pictures: SVG on a machine that lacks its font, and PDF as assistive technology reads it."""

import io
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from lxml import etree
from PIL import Image, ImageFilter
from pypdf import PdfReader

from tests.release.clients.outcome import AbsentError, Check, first, found, name_of, program

SVG = "{http://www.w3.org/2000/svg}"
# All fonts of this machine except DejaVu, which Windows and macOS lack.
WITHOUT_DEJAVU = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
<selectfont><rejectfont><glob>*DejaVu*</glob></rejectfont></selectfont></fontconfig>"""
LONGEST_ALT = 250
GHOSTS = 0.02  # of the halos' area; a halo is a little wider than its letters


def rsvg(folder: Path) -> Iterator[Check]:
    """Draw every SVG without DejaVu Sans, and find halos that are not around their letters."""
    executable = program("rsvg-convert", "librsvg2-bin")
    with TemporaryDirectory() as scratch:
        fonts = Path(scratch, "fonts.conf")
        fonts.write_text(WITHOUT_DEJAVU.format(cache=scratch), "utf-8")
        env = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
        listed = subprocess.run(
            ["fc-list", ":lang=en"], env=env, capture_output=True, text=True, check=False
        ).stdout
        if not listed.strip():
            raise AbsentError("apt-get install fonts-liberation (or another font besides DejaVu)")
        for path in found(folder, ".svg"):
            yield from _drawn(executable, path, env)


def poppler(folder: Path) -> Iterator[Check]:
    """Read every PDF: tags, alternative text of its figures, title, embedded fonts."""
    info = program("pdfinfo", "poppler-utils")
    fonts = program("pdffonts", "poppler-utils")

    def output(*words: object) -> str:
        done = subprocess.run([*map(str, words)], capture_output=True, check=True)
        return done.stdout.decode(errors="replace")  # alternative text is UTF-16

    for path in found(folder, "map.pdf", "report.pdf"):
        facts = dict(line.split(":", 1) for line in output(info, path).splitlines() if ":" in line)
        tagged = facts["Tagged"].strip() == "yes"
        yield Check("pdf", "tagged", name_of(path), "" if tagged else "it has no tags")
        titled = facts.get("Title", "").strip()
        yield Check("pdf", "title", name_of(path), "" if titled else "it has no title")
        structure = output(info, "-struct", path)
        figures = "Figure" in structure
        yield Check("pdf", "figures", name_of(path), "" if figures else "no figure is tagged")
        yield Check("pdf", "PDF/UA", name_of(path), first(list(_inaccessible(path))))
        listed = [line.split() for line in output(fonts, path).splitlines()[2:]]
        loose = [line[0] for line in listed if line[-5] != "yes"]
        yield Check(
            "pdf", "fonts", name_of(path), first([f"{name} is not embedded" for name in loose])
        )


def _inaccessible(path: Path) -> Iterator[str]:
    """Yield what a screen reader misses in a PDF."""
    document = PdfReader(path)
    root = document.root_object
    if not root.get("/Lang"):
        yield "it has no language"
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "its content is not marked"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "its window has the name of the file, not the title"
    if document.xmp_metadata is None:
        yield "it has no XMP metadata"
    figures = [one for one in _elements(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    for figure in figures or [{}]:
        text = figure.get("/Alt", "")
        if not 0 < len(text) <= LONGEST_ALT:
            yield f"the alternative text of a figure has {len(text)} characters"


def _elements(element: Any) -> Iterator[Any]:
    """Yield the elements of a PDF's structure."""
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        found = child.get_object()
        if isinstance(found, dict):
            yield found
            yield from _elements(found)


def _drawn(executable: str, path: Path, env: dict[str, str]) -> Iterator[Check]:
    root = etree.fromstring(path.read_bytes())
    families = {style for text in root.iter(f"{SVG}text") for style in re.findall(r"font(?:-family)?: ?([^;]+)", text.get("style", ""))}  # fmt: skip
    bare = sorted(family for family in families if "serif" not in family)
    problem = f"no fallback family: {bare[0]}" if bare else ""
    yield Check("svg", "fonts", name_of(path), problem)
    whole = _pixels(executable, etree.tostring(root), env)
    if whole is None:
        yield Check("svg", "opens", name_of(path), "rsvg-convert refuses it")
        return
    halos = [group for group in root.iter(f"{SVG}g") if group.get("id") == "halos"]
    outlined = {text for layer in halos for text in layer.iter(f"{SVG}text")}
    for text in list(root.iter(f"{SVG}text")):
        if text not in outlined:
            text.getparent().remove(text)
    wordless = _pixels(executable, etree.tostring(root), env)
    for layer in halos:
        layer.getparent().remove(layer)
    rimless = _pixels(executable, etree.tostring(root), env)
    rims = np.any(wordless != rimless, axis=2)
    letters = _widened(np.any(whole != wordless, axis=2))
    ghosts = float((rims & ~letters).sum() / max(1, rims.sum()))
    problem = f"{ghosts:.0%} of the halo area is not around its letters" if ghosts > GHOSTS else ""
    yield Check("svg", "rims", name_of(path), problem)


def _pixels(executable: str, content: bytes, env: dict[str, str]) -> np.ndarray | None:
    done = subprocess.run(
        [executable, "--width", "1600"], input=content, env=env, capture_output=True, check=False
    )
    return (
        None if done.returncode else np.asarray(Image.open(io.BytesIO(done.stdout)).convert("RGB"))
    )


def _widened(mask: np.ndarray) -> np.ndarray:
    """Dilate a mask by the width of a halo."""
    return np.asarray(Image.fromarray(mask).convert("L").filter(ImageFilter.MaxFilter(11))) > 0
