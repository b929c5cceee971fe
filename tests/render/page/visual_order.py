"""Whether figures and names appear in the order in which they were written.

The browser reports where it drew each letter, so that the result covers its own implementation of
the Unicode bidirectional algorithm. `TORN` is one JavaScript function for any engine: Playwright
takes it as it is, WebDriver with a `return (...)(arguments[0])` around it.
"""

from __future__ import annotations

from typing import Any, Final

TORN: Final = r"""
(names) => {
  const FIGURE = /([~≥+−]?)(\d(?:[\d,.\u00a0\u202f]*\d)?)(?:–[~≥]?(\d(?:[\d,.\u202f]*\d)?))?[ \u00a0\u202f](km|كم)/g;
  const HIDDEN = /[\u2066-\u2069\u200e\u200f\u200d\ufe0f\s]/;
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
        const [box] = range.getClientRects();
        letters.push({ letter: node.data[i], box: box && box.width ? box : null });
      }
    }
    return letters;
  }

  function svgLetters(text) {
    return [...Array(text.textContent.length).keys()].map((i) => {
      let box = null;
      try {
        const { x, y, width, height } = text.getExtentOfChar(i);
        // Letters of a curved text are at different heights, but form one line.
        if (width) box = { left: x, right: x + width, top: 0, bottom: 1 };
      } catch { /* a letter that is not drawn */ }
      return { letter: text.textContent[i], box };
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
  return found;
}
"""


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
