// ---- Start ---------------------------------------------------------------------------------

const PREFERS_DARK = "(prefers-color-scheme: dark)";

// Use the colours for the reader's screen, or those for paper.
/** @param {PagePayload} payload */
function useColours(payload) {
  const root = document.documentElement;
  const dark = matchMedia(PREFERS_DARK).matches && !isPrinting() && !root.classList.contains(STYLE.lightOnly);
  PALETTE = dark ? STYLE.dark : { ...STYLE.light, ...payload.style.ground };
  root.style.setProperty("--origin", dark ? payload.style.dark_origin : payload.style.origin);
  for (const [i, system] of payload.systems.entries()) root.style.setProperty(`--line-${i}`, lineColour(system));
}

/** @param {StylePayload} style */
function useStyle(style) {
  const root = document.documentElement.style;
  if (!style.font.length) return;
  const own = getComputedStyle(document.documentElement).getPropertyValue("--sans");
  root.setProperty("--sans", [...style.font.map((name) => `"${name}"`), own].join(", "));
}

// Land everywhere, for the base map above the fills.
/** @param {L.Map} map */
function addLand(map) {
  return L.rectangle(
    [
      [-MERCATOR_LAT, -EDGE_LON],
      [MERCATOR_LAT, EDGE_LON],
    ],
    { renderer: L.svg({ pane: "rm-base", padding: 0.4 }), stroke: false, fillColor: PALETTE.land, fillOpacity: 1, interactive: false },
  ).addTo(map);
}

// Returns what draws the base map again in other colours.
/** @param {L.Map} map @param {PagePayload} payload @param {World} world @returns {() => void} */
function addBase(map, payload, world) {
  const { tiles } = payload;
  if (!tiles) {
    const tinted = payload.tint === "land";
    const land = tinted ? addLand(map) : null;
    const base = new BaseMap(world, tinted).addTo(map);
    return () => {
      land?.setStyle({ fillColor: PALETTE.land });
      base.redraw();
    };
  }
  L.tileLayer(tiles.url, {
    subdomains: tiles.subdomains,
    maxNativeZoom: tiles.max_zoom,
    referrerPolicy: "strict-origin-when-cross-origin",
  }).addTo(map);
  return () => {};
}

window.rangemapStart = (id) => {
  /** @type {PagePayload} */
  const payload = readJson("rangemap-payload");
  PHRASES = payload.words;
  useStyle(payload.style);
  useColours(payload);
  const address = readAddress();
  const { off } = address; // hidden layers: `s` or `o` and a number
  const sites = new Sites(payload);
  fillHeader(payload);
  fillFooter(payload, sites);
  foldHeaderAndFooter();

  const map = makeMap(id);
  const world = decodeWorld(readJson("rangemap-basemap"));
  /** @param {LayerKind} kind @param {number} number */
  const isHidden = (kind, number) => off.has(`${kind[0]}${number}`);
  /** @param {Pick<RingPayload, "system" | "origin">} pair */
  const isShown = ({ system, origin }) => !isHidden("system", system) && !isHidden("origin", origin);
  let started = false;
  /** @param {LayerKind} kind @param {number} number @param {boolean} shown */
  const onLayer = (kind, number, shown) => {
    if (shown) off.delete(`${kind[0]}${number}`);
    else off.add(`${kind[0]}${number}`);
    rings.show(isShown);
    places.showReached(isShown);
    drawLabels();
    writeAddress(map, off);
  };
  const panel = makePanel(payload, isHidden, onLayer, (site) => places.open(site));
  addControls(map, panel, payload.units);

  const refit = () => fitView(map, payload, panel);
  refit();
  if (address.view) map.setView([address.view[1], address.view[2]], address.view[0], { animate: false });
  const redrawBase = addBase(map, payload, world);
  const rings = new Rings(map, payload);
  const places = new Places(map, payload, sites);
  /** @param {RingItem} item @param {L.LatLng} latlng */
  const openRing = (item, latlng) => {
    const origin = payload.origins[item.ring.origin];
    openAt(map, latlng, ringPopup(item.system, origin), item.system.label);
  };
  /** @param {RingItem} item @param {MouseEvent} event */
  const onRing = (item, event) => openRing(item, map.mouseEventToLatLng(event));
  const labels = new Labels(map, rings, places, world, readJson("rangemap-names"), onRing);
  rings.show(isShown);
  places.showReached(isShown);
  let drawnOpen = panel.open; // while the labels were drawn
  const drawLabels = () => {
    drawnOpen = panel.open;
    labels.draw();
  };
  const redraw = () => {
    places.keepInView();
    drawLabels();
    if (started && !isPrinting()) writeAddress(map, off);
  };
  map.on("moveend", redraw);
  map.on("click", (event) => {
    const site = places.dots ? places.dots.at(event.containerPoint) : undefined;
    if (site !== undefined) places.open(site);
    else {
      const item = rings.at(event.layerPoint);
      if (item) openRing(item, event.latlng);
    }
  });
  panel.addEventListener("toggle", () => {
    if (panel.open !== drawnOpen) drawLabels();
  });
  redraw();
  const recolour = () => {
    useColours(payload);
    redrawBase();
    rings.recolour();
    rings.show(isShown);
    if (places.dots) places.dots.redraw();
    labels.draw();
  };
  matchMedia(PREFERS_DARK).addEventListener("change", recolour);
  followSize(map, panel, refit, recolour, Boolean(address.view));
  // The address does not change until the reader changes the view.
  for (const event of ["mousedown", "touchstart", "wheel", "keydown"]) {
    document.addEventListener(event, () => (started = true), { passive: true, capture: true, once: true });
  }
  return map;
};
