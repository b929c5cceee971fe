// ---- Layout: nothing covers a ring when the page opens ---------------------------------------

const EDGE_PX = { left: 16, top: 24, right: 16, bottom: 16 }; // free space around the fitted rings
const CLOSEST_ZOOM = 12; // of the first view: the base map shows no more beyond
const CLEAR_PX = 6; // between a ring and the controls on the map
const SCALE_PX = 150; // greatest width of the scale bar; it changes with the view
const FOLDS = ["rm-fold-footer", "rm-fold-header"];

// Whether the reader has opened a section of the footer, which is then left unchanged.
function isFooterRead() {
  const folded = document.body.classList.contains(FOLDS[0]);
  return Boolean(document.querySelector(folded ? ".rm-more[open]" : ".rm-more details[open]"));
}

// In a low window the footer folds to its first line, then the header to the title: the map
// keeps a useful height, and the caveat stays visible.
function foldHeaderAndFooter() {
  if (isFooterRead()) return;
  unfoldHeaderAndFooter();
  for (const fold of FOLDS) {
    if (document.documentElement.scrollHeight <= window.innerHeight) return;
    document.querySelector(".rm-more").open = false;
    document.body.classList.add(fold);
  }
}

function unfoldHeaderAndFooter() {
  document.body.classList.remove(...FOLDS);
  document.querySelector(".rm-more").open = true;
}

// The legend opens by default only if there is space for it next to the rings.
/** @param {L.Map} map @param {HTMLDetailsElement} panel */
function openPanelIfWide(map, panel) {
  panel.open = map.getSize().x >= WIDE_PX && panel.dataset.wanted !== "closed";
}

// The controls on the map, as boxes in pixels of its container.
/** @param {L.Map} map @returns {Box[]} */
function controlBoxes(map) {
  const frame = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".leaflet-control")].flatMap((control) => {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    if (right === left) return [];
    /** @type {Box} */
    const box = [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
    if (control.classList.contains("rm-scale")) {
      if (box[0] < frame.width / 2) box[2] = Math.max(box[2], box[0] + SCALE_PX);
      else box[0] = Math.min(box[0], box[2] - SCALE_PX);
    }
    return [box];
  });
}

// The outlines of the rings in Mercator units; one that goes around the earth is the box of the
// fitted bounds.
/** @param {PagePayload} payload @returns {Outline[]} */
function outlines({ rings, bounds: [west, south, east, north] }) {
  /** @param {LonLat} point */
  const inBounds = ([lon, lat]) => lon >= west - 0.5 && lon <= east + 0.5 && lat >= south - 0.5 && lat <= north + 0.5;
  /** @type {Path} */
  const corners = [[west, south], [west, north], [east, north], [east, south]];
  const paths = rings.flatMap(({ lines }) => [lines.high, lines.headline].find((found) => found?.length) || [corners]);
  return paths.map((path) => {
    const closed = Math.abs(path[0][0] - path[path.length - 1][0]) < 1 || path === corners;
    const area = closed ? path : corners;
    return { area: area.map((point) => mercator(...point)), line: area.filter(inBounds).map((point) => mercator(...point)) };
  });
}

/** @param {Point} point @param {Point[]} polygon */
function isWithin([x, y], polygon) {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[x0, y0], [x1, y1]] = [polygon[j], polygon[i]];
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) within = !within;
  }
  return within;
}

// Whether one of the boxes covers one of the outlines in a view.
/** @param {Outline[]} found @param {Box[]} boxes @param {Pick<View, "zoom" | "corner">} view */
function isCovered(found, boxes, { zoom, corner }) {
  const scale = 2 ** zoom;
  return boxes.some(([left, top, right, bottom]) => {
    const [x0, x1] = [(left - CLEAR_PX + corner.x) / scale, (right + CLEAR_PX + corner.x) / scale];
    const [y0, y1] = [(top - CLEAR_PX + corner.y) / scale, (bottom + CLEAR_PX + corner.y) / scale];
    /** @param {Point} point */
    const touches = ([x, y]) => x > x0 && x < x1 && y > y0 && y < y1;
    return found.some(({ area, line }) => line.some(touches) || (line.length && isWithin([(x0 + x1) / 2, (y0 + y1) / 2], area)));
  });
}

// The closest view in which bounds are within a part of the map.
/** @param {L.Map} map @param {ReadonlyArray<number>} bounds @param {Sides} free @returns {View | null} */
function viewWithin(map, [west, south, east, north], { left, top, right, bottom }) {
  const size = map.getSize();
  if (left + right > size.x - 20 || top + bottom > size.y - 20) return null;
  const box = L.latLngBounds([[Math.max(south, -80), west], [Math.min(north, 83), east]]);
  const zoom = Math.min(CLOSEST_ZOOM, map.getBoundsZoom(box, false, L.point(left + right, top + bottom)));
  const middle = map.project(box.getSouthWest(), zoom).add(map.project(box.getNorthEast(), zoom)).divideBy(2);
  const wanted = map.unproject(middle.add([(right - left) / 2, (bottom - top) / 2]), zoom);
  const centre = map._limitCenter(wanted, zoom, map.options.maxBounds); // as setView() will do
  return { zoom, centre, corner: map.project(centre, zoom).subtract(size.divideBy(2)) };
}

// Parts of the map that avoid some of the boxes, each on one side or the other.
/** @param {Box[]} boxes @param {L.Point} size @returns {Sides[]} */
function freeAreas(boxes, size) {
  const sides = Object.fromEntries(Object.entries(EDGE_PX).map(([side, edge]) => [side, new Set([edge])]));
  for (const [x0, y0, x1, y1] of boxes) {
    if (x0 + x1 < size.x) sides.left.add(x1 + CLEAR_PX + 4);
    else sides.right.add(size.x - x0 + CLEAR_PX + 4);
    if (y0 + y1 < size.y) sides.top.add(y1 + CLEAR_PX + 4);
    else sides.bottom.add(size.y - y0 + CLEAR_PX + 4);
  }
  /** @type {any[]} */
  let parts = [{}];
  for (const [side, edges] of Object.entries(sides)) {
    parts = parts.flatMap((part) => [...edges].map((edge) => ({ ...part, [side]: edge })));
  }
  return parts;
}

// The closest view in which nothing covers a ring, if there is one.
/** @param {L.Map} map @param {PagePayload["bounds"]} bounds @param {Outline[]} found */
function clearView(map, bounds, found) {
  const boxes = controlBoxes(map);
  /** @type {any[]} */
  const views = freeAreas(boxes, map.getSize()).map((part) => viewWithin(map, bounds, part)).filter(Boolean);
  views.sort((a, b) => b.zoom - a.zoom);
  return views.find((view) => !isCovered(found, boxes, view)) || null;
}

/** @param {L.Map} map @param {PagePayload} payload @param {HTMLDetailsElement} panel */
function fitView(map, payload, panel) {
  const size = map.getSize();
  if (Math.min(size.x, size.y) < SMALLEST_PX) {
    map.setView([0, 0], 1, { animate: false }); // not laid out yet, as in a folded frame: followSize() fits it later
    return;
  }
  map.setMinZoom(smallestZoom(size));
  /** @param {any} view */
  const use = ({ centre, zoom }) => map.setView(centre, zoom, { animate: false });
  const plain = viewWithin(map, payload.bounds, EDGE_PX);
  use(plain); // only now does the scale bar have its size
  const found = outlines(payload);
  const within = map.getContainer().contains(panel);
  if (within) openPanelIfWide(map, panel);
  for (const folded of [false, true]) {
    if (folded && !(within && panel.open)) break;
    if (folded) panel.open = false;
    const view = clearView(map, payload.bounds, found);
    use(view || plain);
    if (view) break;
  }
}
