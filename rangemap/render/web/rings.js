// ---- Rings: fills and lines ----------------------------------------------------------------

const LINES = {
  headline: {},
  high: { weight: STYLE.extremeWidth, dashArray: STYLE.extremeDash },
  low: { weight: STYLE.extremeWidth, dashArray: STYLE.extremeDash },
  minimum: { weight: STYLE.minimumWidth, dashArray: STYLE.minimumDash, lineCap: "round" },
};
/** @type {Record<FillName, number>} */
const FILLS = { inner: STYLE.inner, band: STYLE.band };
const SEPARATE_FILLS = 12; // with more rings, all of one colour are filled as one area
const CANVAS_RINGS = 40; // with more rings, lines are drawn on a canvas, otherwise as SVG
const THIN = 0.45; // width factor of lines on the canvas
const NEAR_RING_PX = 7; // a click this close to a line counts as on it

// Leaflet rounds vertices to whole pixels, which makes small rings wobble.
/** @type {any} */
const exactVertices = {
  /** @param {any[]} latlngs @param {L.Point[][]} result @param {L.Bounds} bounds */
  _projectLatlngs(latlngs, result, bounds) {
    if (!(latlngs[0] instanceof L.LatLng)) {
      for (const part of latlngs) this._projectLatlngs(part, result, bounds);
      return;
    }
    const origin = this._map.getPixelOrigin();
    const points = latlngs.map((latlng) => {
      const point = this._map.project(latlng).subtract(origin);
      point.x = Math.round(point.x * 100) / 100;
      point.y = Math.round(point.y * 100) / 100;
      return point;
    });
    for (const point of points) bounds.extend(point);
    result.push(points);
  },
};
/** @type {any} */
const ExactLine = L.Polyline.extend(exactVertices);
/** @type {any} */
const ExactPolygon = L.Polygon.extend(exactVertices);

/** @param {Path} path @param {number} shift @returns {[lat: number, lon: number][]} */
function latlngs(path, shift) {
  return path.map(([lon, lat]) => [lat, lon + shift]);
}

// Lines are not drawn beyond the edge of the Mercator map.
/** @param {Path} path */
function withinMercator(path) {
  /** @type {LonLat[][]} */
  const parts = [[]];
  for (const point of path) {
    if (Math.abs(point[1]) <= MERCATOR_LAT) parts[parts.length - 1].push(point);
    else if (parts[parts.length - 1].length) parts.push([]);
  }
  return parts.filter((part) => part.length > 1);
}

// The polygons of one area of a ring, in all worlds.
/** @param {RingPayload} ring @param {FillName} name */
function areaOf(ring, name) {
  /** @param {Path[]} polygon */
  const shifted = (polygon) => {
    const shifts = ring.wrapped ? [0] : shiftsOf(polygon[0]);
    return shifts.map((shift) => polygon.map((part) => latlngs(part, shift)));
  };
  return ring[name].flatMap(shifted);
}

/**
 * @param {[lat: number, lon: number][][][]} area
 * @param {string} colour
 * @param {number} opacity
 * @param {L.Renderer} renderer
 */
function fillLayer(area, colour, opacity, renderer) {
  return new ExactPolygon(area, {
    renderer,
    pane: "rm-fills",
    stroke: false,
    fillColor: colour,
    fillOpacity: opacity,
    fillRule: "nonzero", // many areas as one, all with the same winding
    smoothFactor: 0,
    interactive: false,
  });
}

/** @param {SystemPayload} system */
function lineColour(system) {
  return PALETTE === STYLE.dark ? system.dark_line : system.line;
}

/** @param {SystemPayload} system */
function textColour(system) {
  return PALETTE === STYLE.dark ? system.dark_text : system.text;
}

/**
 * @param {RingPayload} ring
 * @param {SystemPayload} system
 * @param {L.Renderer} renderer
 * @param {boolean} thin
 * @returns {L.Polyline[]}
 */
function lineLayers(ring, system, renderer, thin) {
  const layers = [];
  for (const [name, options] of Object.entries(LINES)) {
    const drawing = {
      weight: system.width,
      lineCap: "butt",
      dashArray: system.dash || null,
      ...options,
      renderer,
      pane: "rm-lines",
      color: lineColour(system),
      smoothFactor: 0,
      noClip: true, // otherwise the dashes shift while the map moves
      interactive: false,
      className: `rm-line rm-line-${name}`,
    };
    if (thin) drawing.weight *= THIN;
    for (const path of (ring.lines[name] || []).flatMap(withinMercator)) {
      for (const shift of shiftsOf(path)) layers.push(new ExactLine(latlngs(path, shift), drawing));
    }
  }
  return layers;
}

// As in CanvasLayer, what is printed are pixels, so that the base map below is seen.
/** @type {any} */
const RingCanvas = L.Canvas.extend({
  _draw() {
    /** @type {any} */
    const plain = L.Canvas.prototype;
    plain._draw.call(this);
    const { width, height } = this._container;
    if (isPrinting() && width && height) this._ctx.putImageData(this._ctx.getImageData(0, 0, width, height), 0, 0);
  },
});

// All rings of a map: which are shown, and which is at a point.
class Rings {
  /** @param {L.Map} map @param {PagePayload} payload */
  constructor(map, payload) {
    const many = payload.rings.length > CANVAS_RINGS;
    /** @param {string} pane */
    const renderer = (pane) => (many ? new RingCanvas({ pane, padding: 0.1 }) : L.svg({ pane, padding: 0.4 }));
    Object.assign(this, { map, fills: renderer("rm-fills"), lines: renderer("rm-lines") });
    this.tinted = payload.tint !== "none";
    this.together = payload.rings.length > SEPARATE_FILLS;
    this.strength = Math.min(1, (1 - (1 - STYLE.deepest) ** (1 / payload.rings.length)) / STYLE.inner);
    this.items = payload.rings.map((ring) => {
      const system = payload.systems[ring.system];
      const layers = lineLayers(ring, system, this.lines, many);
      return { ring, system, layers, group: L.layerGroup(layers), shown: false };
    });
    this.filled = L.layerGroup().addTo(map);
  }

  recolour() {
    for (const { layers, system } of this.items) {
      for (const layer of layers) layer.setStyle({ color: lineColour(system) });
    }
  }

  // Draw the rings for which `shown` is true.
  /** @param {(ring: RingPayload) => boolean} shown */
  show(shown) {
    for (const item of this.items) {
      item.shown = shown(item.ring);
      if (item.shown) item.group.addTo(this.map);
      else item.group.remove();
    }
    this.filled.clearLayers();
    if (!this.tinted) return;
    const visible = this.items.filter((item) => item.shown);
    if (this.together) this.fillByColour(visible);
    else for (const item of visible) this.fillSeparately(item);
  }

  /** @param {RingItem} item */
  fillSeparately({ ring, system }) {
    for (const [name, opacity] of Object.entries(FILLS)) this.fill(areaOf(ring, name), system, opacity * this.strength);
  }

  /** @param {RingItem[]} items */
  fillByColour(items) {
    for (const colour of new Set(items.map((item) => item.system.line))) {
      const sameColour = items.filter((item) => item.system.line === colour);
      for (const [name, opacity] of Object.entries(FILLS)) {
        this.fill(sameColour.flatMap(({ ring }) => areaOf(ring, name)), sameColour[0].system, opacity);
      }
    }
  }

  /** @param {[lat: number, lon: number][][][]} area @param {SystemPayload} system @param {number} opacity */
  fill(area, system, opacity) {
    if (area.length) this.filled.addLayer(fillLayer(area, lineColour(system), opacity, this.fills));
  }

  // The ring whose line is nearest to a layer point, if it is close enough.
  /** @param {L.Point} point @returns {RingItem | undefined} */
  at(point) {
    /** @type {{ distance: number, item?: RingItem }} */
    let best = { distance: NEAR_RING_PX };
    for (const item of this.items) {
      if (!item.shown) continue;
      for (const layer of item.layers) {
        const found = layer._parts?.length ? layer.closestLayerPoint(point) : null;
        if (found && found.distance < best.distance) best = { distance: found.distance, item };
      }
    }
    return best.item;
  }
}
