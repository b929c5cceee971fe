// ---- View: map, scale bar, address, print --------------------------------------------------

/** @type {Record<string, number>} */
const UNITS = { km: 1000, mi: 1609.344, nmi: 1852 };
const LARGEST_ZOOM = 14;
const SMALLEST_PX = 60; // smallest map into which anything can be fitted

// On a Mercator map a length is correct at one latitude only, so the bar states which, and it is
// hidden if the view is too tall for one figure.
/** @type {any} */
const ScaleBar = L.Control.extend({
  options: { position: "bottomleft" },

  /** @this {any} @param {PagePayload["units"]} unit */
  initialize(unit) {
    this._unit = Object.hasOwn(UNITS, unit) ? unit : "km";
  },

  /** @this {any} @param {L.Map} map */
  onAdd(map) {
    this._bar = make("span", {});
    this._text = document.createTextNode("");
    this._box = make("div", { class: "rm-scale", dir: "auto" }, this._text, this._bar);
    map.on("moveend", this._refresh, this);
    map.whenReady(this._refresh, this);
    return this._box;
  },

  /** @this {any} */
  _refresh() {
    const phi = (this._map.getCenter().lat * Math.PI) / 180;
    // Length of one degree along the parallel of WGS 84.
    const degree = (111319.4908 * Math.cos(phi)) / Math.sqrt(1 - 0.00669437999 * Math.sin(phi) ** 2);
    const metresPerPx = (degree * 360) / (WORLD_PX * 2 ** this._map.getZoom());
    const longest = (110 * metresPerPx) / UNITS[this._unit];
    const power = 10 ** Math.floor(Math.log10(longest));
    /** @ts-expect-error one of the three always fits */
    const length = power * [5, 2, 1].find((step) => step * power <= longest);
    this._bar.style.width = `${(length * UNITS[this._unit]) / metresPerPx}px`;
    const number = length.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);
    this._text.data = translate("scale", { length: translate(this._unit, { number }) });
    const bounds = this._map.getBounds();
    this._box.hidden = bounds.getNorth() - bounds.getSouth() > 70;
  },
});

/** @param {string} id */
function makeMap(id) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(id, {
    attributionControl: false, // the footer has it
    zoomControl: false, // added with the other controls
    zoomSnap: 0.25,
    zoomDelta: 0.5,
    wheelPxPerZoomLevel: 120,
    maxZoom: LARGEST_ZOOM,
    maxBounds: [[-MERCATOR_LAT, -540], [MERCATOR_LAT, 540]],
    maxBoundsViscosity: 1,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    inertia: !still,
  });
  const container = map.getContainer();
  // Leaflet handles Escape only while the map itself has the focus, not a popup in it.
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape") map.closePopup();
  });
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", translate("map"));
  /** @type {Record<string, any>} */
  const panes = { "rm-base": 150, "rm-fills": 390, "rm-sea": 400, "rm-lines": 410, "rm-dots": 420, "rm-labels": 590 };
  for (const [pane, zIndex] of Object.entries(panes)) {
    map.createPane(pane).style.zIndex = zIndex;
    map.getPane(pane).style.pointerEvents = "none";
  }
  return map;
}

/** @param {L.Map} map @param {HTMLElement} panel @param {PagePayload["units"]} unit */
function addControls(map, panel, unit) {
  /** @type {("left" | "right")[]} */
  const [left, right] = document.documentElement.dir === "rtl" ? ["right", "left"] : ["left", "right"];
  const zoomTitles = { zoomInTitle: translate("zoom_in"), zoomOutTitle: translate("zoom_out") };
  L.control.zoom({ position: `top${left}`, ...zoomTitles }).addTo(map);
  new ScaleBar(unit).setPosition(`bottom${left}`).addTo(map);
  const control = L.control({ position: `top${right}` });
  control.onAdd = () => panel;
  control.addTo(map);
  L.DomEvent.disableClickPropagation(panel);
  L.DomEvent.disableScrollPropagation(panel);
}

// Smallest zoom: three worlds side by side, or the height of one.
/** @param {Pick<L.Point, "x" | "y">} size */
function smallestZoom(size) {
  const zoom = Math.log2(Math.max(size.x / 3, size.y / 2) / WORLD_PX);
  return Math.max(0, Math.ceil(zoom * 4) / 4);
}

// The view follows the size of the window until the reader has moved the map.
/**
 * @param {L.Map} map
 * @param {HTMLDetailsElement} panel
 * @param {() => void} refit
 * @param {() => void} recolour
 * @param {boolean} touched
 */
function followSize(map, panel, refit, recolour, touched) {
  const touch = () => (touched = true);
  for (const event of ["mousedown", "touchstart", "wheel", "keydown"]) {
    map.getContainer().addEventListener(event, touch, { passive: true, capture: true });
  }
  let known = map.getSize();
  const adapt = () => {
    map.invalidateSize({ pan: false, animate: false });
    const size = map.getSize();
    // A legend opened on a wider map would now cover it.
    if (size.x !== known.x && !isPrinting()) openPanelIfWide(map, panel);
    if (!touched && !size.equals(known)) refit();
    known = size;
  };
  window.addEventListener("resize", () => {
    if (!isPrinting()) foldHeaderAndFooter();
  });
  new ResizeObserver(adapt).observe(map.getContainer());
  /** @type {any} */
  const place = panel.parentNode;
  for (const [event, printing] of [["beforeprint", true], ["afterprint", false]]) {
    /** @ts-expect-error the first of each pair is a string */
    window.addEventListener(event, () => {
      const seen = map.getBounds();
      /** @ts-expect-error and the second is not */
      if (isFramed()) printFramed(panel, printing);
      else if (printing) layOutForPrint(panel);
      else leavePrint(panel, place);
      recolour();
      map.invalidateSize({ pan: false, animate: false });
      if (touched) map.fitBounds(seen, { animate: false });
      else refit();
    });
  }
}

function isFramed() {
  return window.top !== window;
}

// In an article the frame is printed at its size there, which scripts cannot know: the style sheet
// shrinks the map to it. The footer is unfolded because it has the sources.
/** @param {HTMLDetailsElement} panel @param {boolean} printing */
function printFramed(panel, printing) {
  document.body.classList.toggle("rm-printing-framed", printing);
  if (printing) {
    panel.dataset.open = panel.open;
    panel.open = false;
    unfoldHeaderAndFooter();
    const { clientWidth, clientHeight } = document.querySelector(".rm-main");
    document.body.style.setProperty("--map-width", `${clientWidth}px`);
    document.body.style.setProperty("--map-height", `${clientHeight}px`);
  } else {
    panel.open = panel.dataset.open === "true";
    foldHeaderAndFooter();
  }
}

// On paper the legend is next to the map, or on separate pages if it is too long.
/** @param {HTMLDetailsElement} panel */
function layOutForPrint(panel) {
  document.body.classList.add("rm-printing");
  unfoldHeaderAndFooter();
  panel.dataset.open = panel.open;
  panel.open = true;
  document.querySelector(".rm-main").after(panel);
  const main = document.querySelector(".rm-main");
  const height = main.offsetHeight;
  if (panel.scrollHeight <= panel.clientHeight + 1) return;
  document.body.classList.add("rm-legend-apart");
  document.querySelector(".rm-footer").after(panel);
  main.style.height = `${height}px`;
}

/** @param {HTMLDetailsElement} panel @param {Element} place */
function leavePrint(panel, place) {
  document.body.classList.remove("rm-printing", "rm-legend-apart");
  document.querySelector(".rm-main").style.height = "";
  panel.open = panel.dataset.open === "true";
  place.append(panel);
  foldHeaderAndFooter();
}

// The address contains the view and the hidden layers, as `#view=5.25/33.7/44.2&off=s1,o0`, so
// that a link or a frame opens the same view.
/** @returns {Address} */
function readAddress() {
  /** @type {Address} */
  const found = { view: null, off: new Set() };
  const number = "(-?\\d{1,3}(?:\\.\\d{1,6})?)";
  const view = location.hash.match(new RegExp(`[#&]view=${number}/${number}/${number}(?:&|$)`));
  if (view) {
    const [zoom, lat, lon] = view.slice(1).map(Number);
    const known = zoom >= 0 && zoom <= LARGEST_ZOOM && Math.abs(lat) < MERCATOR_LAT && Math.abs(lon) <= EDGE_LON;
    if (known) found.view = [zoom, lat, lon];
  }
  const off = location.hash.match(/[#&]off=([so]\d{1,4}(?:,[so]\d{1,4})*)(?:&|$)/);
  if (off) found.off = new Set(off[1].split(","));
  return found;
}

/** @param {L.Map} map @param {Set<string>} off */
function writeAddress(map, off) {
  const { lat, lng } = map.getCenter();
  const layers = off.size ? `&off=${[...off].sort().join(",")}` : "";
  const hash = `#view=${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}${layers}`;
  try {
    history.replaceState(null, "", hash);
  } catch {
    // A frame that is sandboxed or has no address of its own cannot keep state.
  }
}
