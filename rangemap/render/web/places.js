// ---- Places: origins and sites -------------------------------------------------------------

const CANVAS_SITES = 300; // with more, sites are dots on a canvas instead of elements
const DOT_PX = 5;
const NEAR_DOT_PX = 10;

// The sites of the payload, column by column, with the table rows of each.
class Sites {
  /** @param {PagePayload} payload */
  constructor(payload) {
    this.columns = payload.sites;
    this.payload = payload;
    this.count = this.columns.name.length;
    this.reached = new Uint8Array(this.count);
    this.updateReached(() => true);
  }

  // A site is reached if, by a shown verdict, at least one claim may reach it.
  /** @param {(pair: VerdictsPayload) => boolean} shown */
  updateReached(shown) {
    this.reached.fill(0);
    for (const pair of this.columns.verdicts) {
      if (!shown(pair)) continue;
      for (let i = 0; i < this.count; i++) {
        if (pair.outcomes[pair.outcome[i]].reaches) this.reached[i] = 1;
      }
    }
  }

  /** @param {number} i @returns {Site} */
  site(i) {
    const { name, kind, lon, lat, precision } = this.columns;
    return { index: i, name: name[i], kind: kind[i], lon: lon[i], lat: lat[i], precision: precision[i] };
  }

  /** @param {number} i @returns {VerdictRow[]} */
  rows(i) {
    const { columns, payload } = this;
    return columns.verdicts.map((pair) => {
      const system = payload.systems[pair.system];
      return {
        origin: payload.origins[pair.origin].name,
        system: system.label,
        range: system.range,
        published: system.published,
        distance: columns.distance[pair.origin][i],
        margin: pair.margin[i],
        ...pair.outcomes[pair.outcome[i]],
      };
    });
  }
}

// Origins are markers. So are sites if there are few, since markers can be reached by the Tab key.
// Many sites are dots, which the search box of the panel finds.
class Places {
  /** @param {L.Map} map @param {PagePayload} payload @param {Sites} sites */
  constructor(map, payload, sites) {
    Object.assign(this, { map, payload, sites });
    const small = payload.origins.length + sites.count > STYLE.manyPlaces;
    this.dots = sites.count > CANVAS_SITES ? new Dots(sites, small).addTo(map) : null;
    for (const origin of payload.origins) this.drawBorder(origin);
    this.origins = payload.origins.filter((origin) => !origin.outline.length).map((origin) => {
      const label = translate("origin_label", { name: isolated(origin.name) });
      return this.mark(origin, "rm-origin", label, () => originPopup(origin));
    });
    this.markers = this.dots ? [] : Array.from({ length: sites.count }, (_, i) => this.markSite(i, small));
  }

  // The border of an area that is an origin, in all worlds.
  /** @param {OriginPayload} origin */
  drawBorder({ outline }) {
    for (const path of outline.flatMap(withinMercator)) {
      for (const shift of shiftsOf(path)) {
        new ExactLine(latlngs(path, shift), { pane: "rm-lines", weight: 1.5, smoothFactor: 0, interactive: false, className: "rm-border" }).addTo(this.map);
      }
    }
  }

  // Whether the legend lists the sites by their numbers.
  get areListed() {
    return isListed(this.sites.count);
  }

  /** @returns {Marked[]} */
  get all() {
    return [...this.origins, ...this.markers];
  }

  /** @param {number} i @param {boolean} small */
  markSite(i, small) {
    const site = this.sites.site(i);
    const label = translate("site_label", { name: isolated(site.name) });
    const marker = this.mark(site, small ? "rm-site rm-small" : "rm-site", label, () => this.popup(i));
    return { ...marker, index: i };
  }

  /**
   * @param {OriginPayload | Site} place
   * @param {string} kind
   * @param {string} label
   * @param {() => HTMLElement} content
   */
  mark(place, kind, label, content) {
    const isOrigin = kind === "rm-origin";
    const marker = L.marker([place.lat, place.lon], {
      icon: L.divIcon({ className: `rm-place ${kind}`, html: false, iconSize: [24, 24] }),
      zIndexOffset: isOrigin ? 1000 : 0, // origins are never hidden
    }).addTo(this.map);
    const element = marker.getElement();
    element.setAttribute("aria-label", label);
    element.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        marker.openPopup();
      }
    });
    marker.bindPopup(content, popupOptions(this.map));
    marker.on("popupopen", (event) => focusPopup(event.popup, place.name));
    marker.on("popupclose", (event) => returnFocus(event.popup, element));
    return { place, marker, isOrigin };
  }

  /** @param {number} i */
  popup(i) {
    return sitePopup(this.sites.site(i), this.sites.rows(i), this.payload.origins.length > 1);
  }

  // Open a site's popup; move the map if the site is out of view.
  /** @param {number} i */
  open(i) {
    const { lon, lat, name } = this.sites.site(i);
    /** @type {[lat: number, lon: number]} */
    const latlng = [lat, nearestWorld(lon, this.map.getCenter().lng)];
    if (!this.map.getBounds().contains(latlng)) this.map.setView(latlng, Math.max(6, this.map.getZoom()), { animate: false });
    if (this.dots) openAt(this.map, latlng, this.popup(i), name);
    else this.markers[i].marker.openPopup();
  }

  // One marker per place, kept in the world nearest to the middle of the view: three copies
  // would be three stops of the Tab key.
  keepInView() {
    const centre = this.map.getCenter().lng;
    for (const { place, marker } of this.all) {
      const lon = nearestWorld(place.lon, centre);
      if (marker.getLatLng().lng !== lon) marker.setLatLng([place.lat, lon]);
    }
  }

  /** @param {(pair: VerdictsPayload) => boolean} shown */
  showReached(shown) {
    this.sites.updateReached(shown);
    for (const { marker, index } of this.markers) {
      marker.getElement().classList.toggle("rm-unreached", !this.sites.reached[index]);
    }
    for (const [i, mark] of document.querySelectorAll(".rm-sites .rm-number-mark").entries()) {
      mark.classList.toggle("rm-hollow", !this.sites.reached[i]);
    }
    if (this.dots) this.dots.redraw();
  }
}

// Many sites on one canvas. Of overlapping dots only the first is drawn; reached sites come first.
/** @type {any} */
const Dots = CanvasLayer.extend({
  options: { pane: "rm-dots", padding: 0.1 },

  /** @this {DotsLayer} @param {Sites} sites */
  initialize(sites) {
    L.Renderer.prototype.initialize.call(this, {});
    const { lon, lat } = sites.columns;
    this._sites = sites;
    this._x = new Float64Array(sites.count);
    this._y = new Float64Array(sites.count);
    for (let i = 0; i < sites.count; i++) [this._x[i], this._y[i]] = mercator(lon[i], lat[i]);
  },

  // Call `use` with each site in a box of world pixels, in every world.
  /**
   * @this {DotsLayer}
   * @param {L.Point} corner
   * @param {L.Point} size
   * @param {number} scale
   * @param {(site: number, x: number, y: number) => void} use
   */
  _within(corner, size, scale, use) {
    const turn = WORLD_PX * scale;
    const { _x: xs, _y: ys } = this;
    for (let i = 0; i < xs.length; i++) {
      const y = ys[i] * scale - corner.y;
      if (y < 0 || y >= size.y) continue;
      let x = (xs[i] * scale - corner.x) % turn;
      if (x < 0) x += turn;
      for (; x < size.x; x += turn) use(i, x, y);
    }
  },

  /**
   * @this {DotsLayer}
   * @param {CanvasRenderingContext2D} context
   * @param {L.Point} corner
   * @param {L.Point} size
   * @param {number} scale
   * @param {number} ratio
   */
  _draw(context, corner, size, scale, ratio) {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const cell = DOT_PX - 2;
    const columns = Math.ceil(size.x / cell);
    const taken = new Uint8Array(columns * Math.ceil(size.y / cell));
    for (const reached of [1, 0]) {
      context.fillStyle = reached ? PALETTE.ink : PALETTE.paper;
      context.strokeStyle = reached ? PALETTE.paper : PALETTE.quiet;
      context.lineWidth = 1;
      this._within(corner, size, scale, (i, x, y) => {
        if (this._sites.reached[i] !== reached) return;
        const place = Math.floor(y / cell) * columns + Math.floor(x / cell);
        if (taken[place]) return;
        taken[place] = 1;
        const [left, top] = [Math.round(x - DOT_PX / 2), Math.round(y - DOT_PX / 2)];
        context.fillRect(left, top, DOT_PX, DOT_PX);
        context.strokeRect(left - 0.5, top - 0.5, DOT_PX + 1, DOT_PX + 1);
      });
    }
  },

  // Sites in view as {index, x, y} in layer points, or null if there are more than `most`.
  /** @this {DotsLayer} @param {number} most @returns {Dot[] | null} */
  inView(most) {
    const map = this._map;
    const corner = map.getPixelBounds().min;
    const shift = corner.subtract(map.getPixelOrigin());
    /** @type {Dot[]} */
    const found = [];
    this._within(corner, map.getSize(), 2 ** map.getZoom(), (index, x, y) => {
      if (found.length <= most) found.push({ index, x: x + shift.x, y: y + shift.y });
    });
    return found.length > most ? null : found;
  },

  // The site nearest to a point of the map's container, if it is close enough.
  /** @this {DotsLayer} @param {L.Point} point @returns {number | undefined} */
  at(point) {
    const half = L.point(NEAR_DOT_PX, NEAR_DOT_PX);
    const corner = this._map.getPixelBounds().min.add(point).subtract(half);
    /** @type {{ distance: number, index?: number }} */
    let best = { distance: NEAR_DOT_PX };
    this._within(corner, half.multiplyBy(2), 2 ** this._map.getZoom(), (index, x, y) => {
      const distance = Math.hypot(x - NEAR_DOT_PX, y - NEAR_DOT_PX);
      if (distance < best.distance) best = { distance, index };
    });
    return best.index;
  },
});
