// The map page: draws the payload that payload.d.ts describes.
// The files in this folder are joined into one function, in the order given in leaflet.py.
// All text of the payload is shown by textContent; nothing here writes HTML.
// Positions are [lon, lat] in degrees; "layer points" are Leaflet's pixels within its panes.

const WORLDS = [-360, 0, 360];
const EDGE_LON = 540; // the outer edge of the three worlds, east and west
const WORLD_PX = 256; // width of the whole world at zoom 0
const MERCATOR_LAT = 85.0511287798; // where the square Mercator map ends
const WIDE_PX = 900;
const PANEL_PX = 300; // as in the style sheet

// The colours of the canvases, which do not follow the stylesheet by themselves.
let PALETTE = STYLE.light;

/** @param {string} id */
function readJson(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// Make an element with attributes; children are elements or plain text.
/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {...any} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {SvgAttributes} attributes
 * @param {string} [text]
 * @returns {SVGElementTagNameMap[T]}
 */
function makeSvg(tag, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Only web addresses become links: `javascript:` and `data:` stay text.
/** @param {string} text @param {string | null} url */
function makeLink(text, url) {
  if (!/^https?:\/\//i.test(url || "")) return text;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** @type {PagePayload["words"]} */
let PHRASES = {};

// The fixed text of a key, split into text and the values of its placeholders.
/** @template T @param {string} key @param {Record<string, T>} values */
function translateParts(key, values) {
  return PHRASES[key].split(/(\{\w+\})/).map((part) => {
    const name = part.slice(1, -1);
    return /^\{\w+\}$/.test(part) && Object.hasOwn(values, name) ? values[name] : part;
  });
}

/** @param {string} key @param {Record<string, string | number>} [values] */
function translate(key, values = {}) {
  return translateParts(key, values).join("");
}

// Right-to-left letters: Hebrew, Arabic, Syriac, Thaana, N'Ko and others.
const RTL_LETTERS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

// Isolate text of the other direction, so that it does not reorder the text around it.
/** @param {string} text */
function isolated(text) {
  const alone = document.documentElement.dir === "rtl" || RTL_LETTERS.test(text);
  return alone && text ? `\u2068${text}\u2069` : text;
}

// Whether the page is laid out for paper, on its own page or within a frame.
function isPrinting() {
  return ["rm-printing", "rm-printing-framed"].some((name) => document.body.classList.contains(name));
}

/** @param {number} lon @param {number} centreLon */
function nearestWorld(lon, centreLon) {
  return lon + 360 * Math.round((centreLon - lon) / 360);
}

// Where to repeat a line: every shift that brings part of it into the three worlds. Continuous
// longitudes may start anywhere, so the line itself need not be near the middle world.
/** @param {Path} path */
function shiftsOf(path) {
  const lons = path.map((point) => point[0]);
  const west = lons.reduce((a, b) => Math.min(a, b));
  const east = lons.reduce((a, b) => Math.max(a, b));
  const shifts = [];
  const first = Math.floor((-EDGE_LON - east) / 360) + 1;
  for (let world = first; west + 360 * world < EDGE_LON; world++) shifts.push(360 * world);
  return shifts;
}

// Square Mercator coordinates, 0 to WORLD_PX from 180 W and from the north.
/** @param {number} lon @param {number} lat @returns {[number, number]} */
function mercator(lon, lat) {
  const phi = (Math.max(-MERCATOR_LAT, Math.min(MERCATOR_LAT, lat)) * Math.PI) / 180;
  const y = Math.log(Math.tan(Math.PI / 4 + phi / 2));
  return [((lon + 180) / 360) * WORLD_PX, WORLD_PX / 2 - (y * WORLD_PX) / (2 * Math.PI)];
}

/** @param {Iterable<Point>} points @returns {Box} */
function boxOf(points) {
  /** @type {Box} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

// A canvas in the map; L.Renderer moves it with the map and scales it while zooming. `_draw` is
// passed a drawing context, the canvas's corner in world pixels, and its size in pixels.
/** @type {any} */
const CanvasLayer = L.Renderer.extend({
  options: { padding: 0.25 },

  _initContainer() {
    this._container = make("canvas", { "aria-hidden": "true" });
  },

  _destroyContainer() {
    this._container.remove();
  },

  redraw() {
    this._update();
  },

  _update() {
    if (!this._map || (this._map._animatingZoom && this._bounds)) return;
    L.Renderer.prototype._update.call(this);
    const canvas = this._container;
    const size = this._bounds.getSize();
    const ratio = isPrinting() ? 3 : Math.min(2, devicePixelRatio);
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    L.DomUtil.setPosition(canvas, this._bounds.min);
    const corner = this._map.getPixelOrigin().add(this._bounds.min);
    // Chromium prints the steps of a drawing, and an erased canvas as white: what is below would be
    // hidden. Pixels are printed as an image with its transparency.
    const { width, height } = canvas;
    const context = (isPrinting() ? make("canvas", { width, height }) : canvas).getContext("2d");
    this._draw(context, corner, size, 2 ** this._map.getZoom(), ratio);
    if (isPrinting()) canvas.getContext("2d").putImageData(context.getImageData(0, 0, width, height), 0, 0);
  },
});
