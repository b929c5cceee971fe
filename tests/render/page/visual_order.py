"""Whether figures and names appear in the order in which they were written.

The browser reports where it drew each letter, so that the result covers its own implementation of
the Unicode bidirectional algorithm. `TORN` is one JavaScript function for any engine: Playwright
takes it as it is, WebDriver with a `return (...)(arguments[0])` around it.
"""

from __future__ import annotations

from typing import Any, Final

TORN: Final = r"""
(names) => {
  const FIGURE = /([~≥+−]?)(\d(?:[\d,.\u00a0\u202f]*\d)?)(?:[–-][~≥]?(\d(?:[\d,.\u202f]*\d)?))?[ \u00a0\u202f](km|كم)/g;
  const HIDDEN = /[\u2066-\u2069\u200e\u200f\u200d\ufe0f\s]/;
  const BIDI_CONTROL = /[\u2066-\u2069\u200e\u200f]/;
  const found = { torn: [], figures: 0, names: 0, texts: [] };

  // The text nodes of each line or paragraph, by the element that sets it.
  function blocks(root) {
    const found = new Map();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      let block = node.parentElement;
      if (block.closest("svg, script, style, noscript")) continue;
      while (getComputedStyle(block).display === "inline") block = block.parentElement;
      if (!found.has(block)) found.set(block, []);
      found.get(block).push(node);
    }
    return found;
  }

  function htmlLetters(nodes) {
    const letters = [];
    for (const node of nodes) {
      for (let i = 0; i < node.data.length; i++) {
        const range = document.createRange();
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = [...range.getClientRects()].find(({ width }) => width);
        letters.push({ letter: node.data[i], box: box || null });
      }
    }
    return letters;
  }

  // The distance along a path of its point nearest to another point.
  function distanceAlong(path, { x, y }) {
    const away = (at) => Math.hypot(path.getPointAtLength(at).x - x, path.getPointAtLength(at).y - y);
    const end = path.getTotalLength();
    let best = 0;
    for (let at = 0; at <= end; at += 1) if (away(at) < away(best)) best = at;
    for (let step = 0.5; step > 0.01; step /= 2) {
      for (const at of [best - step, best + step]) if (at >= 0 && at <= end && away(at) < away(best)) best = at;
    }
    return best;
  }

  function svgLetters(text) {
    const words = [...Array(text.textContent.length).keys()].map((i) => text.textContent[i]);
    // Firefox does not count the control characters of the bidirectional algorithm; others do.
    const counted = text.getNumberOfChars() === words.length ? () => true : (letter) => !BIDI_CONTROL.test(letter);
    if (text.getNumberOfChars() !== words.filter(counted).length) found.torn.push(`label: letters not found: ${text.textContent}`);
    const curved = text.querySelector("textPath");
    const path = curved && document.getElementById(curved.getAttribute("href").slice(1));
    let i = -1;
    return words.map((letter) => {
      let box = null;
      if (!counted(letter)) return { letter, box };
      i += 1;
      try {
        if (path) {
          // A curve is laid out straight: where it turns back, positions on the screen have no order.
          const [left, right] = [text.getStartPositionOfChar(i), text.getEndPositionOfChar(i)].map((point) => distanceAlong(path, point));
          if (left !== right) box = { left, right, top: 0, bottom: 1 };
        } else {
          const { x, width } = text.getExtentOfChar(i);
          if (width) box = { left: x, right: x + width, top: 0, bottom: 1 };
        }
      } catch { /* a letter that is not drawn */ }
      return { letter, box };
    });
  }

  const middle = (box) => (box.left + box.right) / 2;
  // Whether two letters are on one line. The boxes of lines overlap in fonts with tall ones, such as Noto.
  function isBeside(a, b) {
    const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return shared > Math.min(a.bottom - a.top, b.bottom - b.top) / 2;
  }

  // Whether other letters are drawn between those of a part of the text.
  function isSplit(letters, first, end) {
    const boxes = letters.slice(first, end).map(({ box }) => box).filter(Boolean);
    return letters.some(({ letter, box }, i) => {
      if ((i >= first && i < end) || !box || HIDDEN.test(letter)) return false;
      const beside = boxes.filter((own) => isBeside(own, box));
      return beside.some((own) => middle(own) < middle(box)) && beside.some((own) => middle(own) > middle(box));
    });
  }

  // Whether a number is continued on another line.
  function isBroken(letters, first, end) {
    const boxes = letters.slice(first, end).map(({ box }) => box).filter(Boolean);
    return boxes.some((box, i) => i && !isBeside(box, boxes[i - 1]));
  }

  function isAscending(letters, first, end) {
    const boxes = letters.slice(first, end).map(({ box }) => box).filter(Boolean);
    return boxes.every((box, i) => !i || middle(box) > middle(boxes[i - 1]));
  }

  // The unit follows the figure in its own writing direction, or is on the next line.
  function isUnitAfter(letters, digit, unit, name) {
    const [a, b] = [letters[digit].box, letters[unit].box];
    if (!a || !b || !isBeside(a, b)) return true;
    return name === "km" ? middle(b) > middle(a) : middle(b) < middle(a);
  }

  function look(letters, where) {
    const text = letters.map(({ letter }) => letter).join("");
    if (!text.trim() || !letters.some(({ box }) => box)) return;
    found.texts.push(text);
    for (const match of text.matchAll(FIGURE)) {
      const [whole, mark, low, high, unit] = match;
      const first = match.index;
      const end = first + whole.length;
      found.figures += 1;
      const start = first + mark.length;
      const last = end - unit.length - 1;
      const wrong = [
        isSplit(letters, first, end) && "split",
        !isAscending(letters, start, start + low.length) && "digits out of order",
        high && !isAscending(letters, last - high.length, last) && "digits out of order",
        isBroken(letters, start, start + low.length) && "broken over lines",
        high && isBroken(letters, last - high.length, last) && "broken over lines",
        !isUnitAfter(letters, last - 1, end - unit.length, unit) && "unit before the figure",
      ].filter(Boolean);
      if (wrong.length) found.torn.push(`${where}: ${whole}: ${wrong.join(", ")}: ${text}`);
    }
    for (const name of names) {
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
        found.names += 1;
        if (isSplit(letters, at, at + name.length)) found.torn.push(`${where}: ${name}: split: ${text}`);
      }
    }
  }

  // Closed parts have no layout of their own that a reader sees.
  const closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
  for (const [block, nodes] of blocks(document.body)) look(htmlLetters(nodes), block.className || block.tagName);
  for (const text of document.querySelectorAll("svg text")) look(svgLetters(text), "label");
  // Text read aloud or shown by the browser itself is set as a line of this page.
  const probe = document.body.appendChild(document.createElement("p"));
  probe.style.cssText = "position: absolute; white-space: nowrap;";
  for (const attribute of ["aria-label", "alt", "title"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      probe.textContent = element.getAttribute(attribute) || " ";
      look(htmlLetters([probe.firstChild]), attribute);
    }
  }
  probe.remove();
  for (const details of closed) details.open = false;
  return found;
}
"""


PLANTED: Final = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Planted</title>
<style>
  p { width: 60ch; }
  .narrow { width: 4ch; word-break: break-all; }
  .own-line { width: 7ch; }
</style>
<p>Torn: صاروخ · 901 km</p>
<p>Torn: <bdo dir="rtl">902</bdo> km</p>
<p class="narrow">Torn: 90,003 km</p>
<p class="narrow">Torn: 10-90,004 km</p>
<details><summary>Closed</summary><p class="narrow">Torn: 90,005 km</p></details>
<p title="Torn: صاروخ · 906 km">A title</p>
<p>Whole: 101 km, &#x2068;صاروخ&#x2069; · 102 km, 10–103 km</p>
<p class="own-line">Whole: 10,000- 10,104 km</p>
<details><summary>Closed</summary><p>Whole: 105 km</p></details>
<svg width="600" height="400">
  <path id="up" d="M300 390 Q380 200 300 10" fill="none"/>
  <path id="down" d="M100 10 Q20 200 100 390" fill="none"/>
  <text x="10" y="20">Torn: <tspan x="90 80 70">907</tspan><tspan x="120"> km</tspan></text>
  <text><textPath href="#up" startOffset="50">Torn: 9<tspan dx="-30">08 km</tspan></textPath></text>
  <text><textPath href="#down" startOffset="50">Torn: 909<tspan dx="-90"> km</tspan></textPath></text>
  <text x="10" y="40">&#x2068;&#x2068;Whole&#x2069; · 106 كم&#x2069;</text>
  <text dy="-5"><textPath href="#up" startOffset="50">A long name, whole: 2,107 km</textPath></text>
  <text dy="-5"><textPath href="#down" startOffset="50">A long name, whole: 2,108 km</textPath></text>
</svg>
"""
"""A page on which each figure with a nine is torn, in one of the ways that can happen, and no other."""

_NINES: Final = ("901", "902", "90,003", "90,004", "90,005", "906", "907", "908", "909")


def planted_problems(found: list[str]) -> list[str]:
    """Compare what was found on the page `PLANTED` with what is there.

    Parameters
    ----------
    found : list of str
        The lines ``torn`` of a result.

    Returns
    -------
    list of str
        A problem for each torn figure that was not found, and for each other that was.
    """
    missed = [figure for figure in _NINES if not any(f"{figure} km: " in line for line in found)]
    return [
        *(f"torn and not found: {figure} km" for figure in missed),
        *(f"found and not torn: {line}" for line in found if "Torn: " not in line),
    ]


def torn(page: Any, names: list[str]) -> dict[str, Any]:
    """Find figures and names on an open page that are not drawn in one piece.

    Parameters
    ----------
    page : playwright Page or Frame
        The page.
    names : list of str
        Names that must not be split either.

    Returns
    -------
    dict
        ``torn``, a line for each fault; ``figures`` and ``names``, how many were examined; and
        ``texts``, all that were read.
    """
    found: dict[str, Any] = page.evaluate(TORN, names)
    return found
