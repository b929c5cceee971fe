"use strict";
// The map page: reads the payload that rangemap/render/leaflet.py describes and draws it.
// Every word of the payload is shown by textContent; nothing here writes HTML.
// Positions are [lon, lat] in degrees; "layer points" are Leaflet's pixels within its panes.

(function () {
  const WORLDS = [-360, 0, 360];
  const EDGE_LON = 540; // the outer edge of the three worlds, east and west
  const WORLD_PX = 256; // width of the whole world at zoom 0
  const MERCATOR_LAT = 85.0511287798; // where the square Mercator map ends
  const PHONE_PX = 620;
  const WIDE_PX = 900;
  const SMALLEST_PX = 60; // of a map that anything can be fitted into
  const MANY_PLACES = 40; // from here on markers are small
  const PANEL_PX = 300; // as in the style sheet

  const LAND = { sea: "#d9e6ee", land: "#f6f3ea", coast: "#8fa5b1", border: "#a89d88" };

  // Families keep apart for the colour-blind; text is darker than lines to be readable on land.
  const FAMILIES = {
    ballistic: { line: "#D55E00", text: "#A33F00" },
    drone: { line: "#4477AA", text: "#2F5A87" },
    cruise: { line: "#332288", text: "#332288" },
    rocket: { line: "#882255", text: "#882255" },
    other: { line: "#000000", text: "#000000" },
  };
  // Second channel beside colour: the systems of one family take these in turn.
  const DASHES = ["", "14 6", "12 5 2 5", "6 4", "20 5 2 5 2 5", "24 10"];
  const LINES = {
    headline: { weight: 2.25 },
    high: { weight: 1.4, dashArray: "2 4" },
    low: { weight: 1.4, dashArray: "2 4" },
    minimum: { weight: 1.2, dashArray: "0.5 3", lineCap: "round" },
  };
  const FILLS = { inner: 0.2, band: 0.09 };
  const FULL_FILLS = 4; // with more rings each fill is paler, or they add up to mud

  const VERDICTS = {
    inside: "within reach",
    disputed: "disputed",
    too_close: "below minimum range",
    outside: "out of reach",
  };
  const COLUMNS = [
    ["origin", "From", ""],
    ["system", "Weapon", ""],
    ["distance", "Distance", "rm-number"],
    ["range", "Range", "rm-number"],
    ["margin", "Margin", "rm-number"],
    ["verdict", "Verdict", ""],
    ["claims", "Claims", "rm-number"],
  ];
  const UNITS = { km: 1000, mi: 1609.344, nmi: 1852 };

  const PROMISE =
    "A ring is the greatest published range, as its sources give it. It is no forecast.";
  const PROMISE_TYPED = "A ring is the range as it was typed. It is no forecast.";
  const CREDIT = [
    "Base map: Natural Earth; boundaries are the lines of control as Natural Earth draws them. Towns: ",
    ["GeoNames", "https://www.geonames.org/"],
    " (",
    ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"],
    "). Drawn with ",
    ["Leaflet", "https://leafletjs.com/"],
    ".",
  ];
  const POLE_NOTE =
    "A ring here holds a pole. This map (Mercator) ends at 85.05\u00b0 north and south.";

  // ---- Small tools -------------------------------------------------------------------------

  function readJson(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  // An element; `attributes.class` and the like are set, children are elements or plain text.
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  function makeSvg(tag, attributes, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // Only web addresses become links: `javascript:` and `data:` stay text.
  function makeLink(text, url) {
    if (!/^https?:\/\//i.test(url || "")) return text;
    return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
  }

  function plural(count, word) {
    return `${count} ${word}${count === 1 ? "" : "s"}`;
  }

  function nearestWorld(lon, centreLon) {
    return lon + 360 * Math.round((centreLon - lon) / 360);
  }

  // Where to repeat a line: every shift at which a part of it lies in the three worlds. Continuous
  // longitudes may begin anywhere, so the line itself need not be near the middle one.
  function shiftsOf(path) {
    const lons = path.map((point) => point[0]);
    const west = lons.reduce((a, b) => Math.min(a, b));
    const east = lons.reduce((a, b) => Math.max(a, b));
    const shifts = [];
    const first = Math.floor((-EDGE_LON - east) / 360) + 1;
    for (let world = first; west + 360 * world < EDGE_LON; world++) shifts.push(360 * world);
    return shifts;
  }

  // The square Mercator world, 0 to WORLD_PX from 180 W and from the north.
  function mercator(lon, lat) {
    const phi = (Math.max(-MERCATOR_LAT, Math.min(MERCATOR_LAT, lat)) * Math.PI) / 180;
    const y = Math.log(Math.tan(Math.PI / 4 + phi / 2));
    return [((lon + 180) / 360) * WORLD_PX, WORLD_PX / 2 - (y * WORLD_PX) / (2 * Math.PI)];
  }

  function boxOf(points) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    return box;
  }

  function overlap(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  // ---- Base map ----------------------------------------------------------------------------

  // Arcs and polygons of the TopoJSON as paths in Mercator units. An arc that two countries
  // share is a border, any other a coast.
  function decodeWorld(topology) {
    const [kx, ky] = topology.transform.scale;
    const [dx, dy] = topology.transform.translate;
    const arcs = topology.arcs.map((arc) => {
      let [x, y] = [0, 0];
      return arc.map(([a, b]) => [(x += a) * kx + dx, (y += b) * ky + dy]);
    });
    const uses = new Array(arcs.length).fill(0);
    const ringOf = (indexes) => {
      const ring = indexes.flatMap((index) => {
        uses[index < 0 ? ~index : index] += 1;
        return index < 0 ? arcs[~index].slice().reverse() : arcs[index];
      });
      return closedOverPole(unwrapped(ring));
    };
    const polygons = [];
    const countries = topology.objects.countries.geometries;
    for (const country of countries) {
      const parts = country.type === "Polygon" ? [country.arcs] : country.arcs || [];
      for (const part of parts) polygons.push(shapeOf(part.map(ringOf), true));
    }
    const lines = arcs.map((arc, i) => ({ border: uses[i] > 1, ...shapeOf([unwrapped(arc)], false) }));
    return { polygons, lines, names: countries.map((country) => country.properties) };
  }

  // The atlas stitches polygons over 180 degrees: follow them instead of jumping back.
  function unwrapped(line) {
    let before = line[0][0];
    return line.map(([lon, lat]) => [(before = nearestWorld(lon, before)), lat]);
  }

  // Antarctica ends 360 degrees from where it began: close it along the pole.
  function closedOverPole(ring) {
    const [first, last] = [ring[0], ring[ring.length - 1]];
    if (Math.abs(last[0] - first[0]) > 180) ring.push([last[0], -90], [first[0], -90]);
    return ring;
  }

  function shapeOf(rings, closed) {
    const path = new Path2D();
    const projected = rings.map((ring) => ring.map(([lon, lat]) => mercator(lon, lat)));
    for (const points of projected) {
      points.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
      if (closed) path.closePath();
    }
    return { path, box: boxOf(projected.flat()) };
  }

  function joined(shapes) {
    const path = new Path2D();
    for (const shape of shapes) path.addPath(shape.path);
    return path;
  }

  // One canvas below everything; L.Renderer moves it with the map and scales it while zooming.
  const BaseMap = L.Renderer.extend({
    options: { pane: "rm-base", padding: 0.25 },

    initialize(world) {
      this._world = world;
      L.Renderer.prototype.initialize.call(this, {});
    },

    _initContainer() {
      this._container = make("canvas", { "aria-hidden": "true" });
    },

    _destroyContainer() {
      this._container.remove();
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this._draw(this._container, this._bounds.min, this._bounds.getSize());
    },

    _draw(canvas, corner, size) {
      const ratio = document.body.classList.contains("rm-printing") ? 3 : Math.min(2, devicePixelRatio);
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      L.DomUtil.setPosition(canvas, corner);
      const scale = 2 ** this._map.getZoom();
      const origin = this._map.getPixelOrigin().add(corner);
      const pen = canvas.getContext("2d");
      const world = (shift) => {
        const dx = shift * WORLD_PX * scale - origin.x;
        pen.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * dx, -ratio * origin.y);
      };
      world(0);
      pen.beginPath();
      pen.rect(-WORLD_PX, 0, 3 * WORLD_PX, WORLD_PX);
      pen.clip();
      pen.fillStyle = LAND.sea;
      pen.fill();
      // Stitched countries stick out of their world, so the two beside the three are drawn too.
      for (const shift of [-2, -1, 0, 1, 2]) {
        const west = origin.x / scale - shift * WORLD_PX;
        const north = origin.y / scale;
        world(shift);
        this._drawWorld(pen, scale, [west, north, west + size.x / scale, north + size.y / scale]);
      }
    },

    _drawWorld(pen, scale, view) {
      const seen = (shape) => overlap(shape.box, view);
      const lines = this._world.lines.filter(seen);
      pen.fillStyle = LAND.land;
      pen.fill(joined(this._world.polygons.filter(seen)), "evenodd");
      pen.lineJoin = "round";
      pen.lineWidth = 0.9 / scale;
      pen.strokeStyle = LAND.coast;
      pen.setLineDash([]);
      pen.stroke(joined(lines.filter((line) => !line.border)));
      pen.strokeStyle = LAND.border;
      pen.setLineDash([4 / scale, 2.5 / scale]);
      pen.stroke(joined(lines.filter((line) => line.border)));
    },
  });

  // ---- Rings -------------------------------------------------------------------------------

  // Leaflet rounds vertices to whole pixels, which makes small rings wobble.
  const exact = {
    _projectLatlngs(latlngs, result, bounds) {
      if (!(latlngs[0] instanceof L.LatLng)) {
        latlngs.forEach((part) => this._projectLatlngs(part, result, bounds));
        return;
      }
      const origin = this._map.getPixelOrigin();
      const points = latlngs.map((latlng) => {
        const point = this._map.project(latlng).subtract(origin);
        point.x = Math.round(point.x * 100) / 100;
        point.y = Math.round(point.y * 100) / 100;
        return point;
      });
      points.forEach((point) => bounds.extend(point));
      result.push(points);
    },
  };
  const ExactLine = L.Polyline.extend(exact);
  const ExactPolygon = L.Polygon.extend(exact);

  function latlngs(path, shift) {
    return path.map(([lon, lat]) => [lat, lon + shift]);
  }

  // Beyond the edge of the Mercator map there is nothing to draw a line on.
  function withinMercator(path) {
    const parts = [[]];
    for (const point of path) {
      if (Math.abs(point[1]) <= MERCATOR_LAT) parts[parts.length - 1].push(point);
      else if (parts[parts.length - 1].length) parts.push([]);
    }
    return parts.filter((part) => part.length > 1);
  }

  // Colour and dash of each system, in the order of the payload.
  function systemStyles(systems) {
    const seen = {};
    return systems.map((system) => {
      const family = Object.hasOwn(FAMILIES, system.family) ? system.family : "other";
      seen[family] = (seen[family] || 0) + 1;
      return { ...FAMILIES[family], dash: DASHES[(seen[family] - 1) % DASHES.length] };
    });
  }

  function fillLayers(ring, style, renderer, strength) {
    const layers = [];
    for (const [name, opacity] of Object.entries(FILLS)) {
      for (const polygon of ring[name] || []) {
        for (const shift of ring.wrapped ? [0] : shiftsOf(polygon[0])) {
          const rings = polygon.map((part) => latlngs(part, shift));
          layers.push(
            new ExactPolygon(rings, {
              renderer,
              pane: "rm-fills",
              stroke: false,
              fillColor: style.line,
              fillOpacity: opacity * strength,
              smoothFactor: 0,
              interactive: false,
            })
          );
        }
      }
    }
    return layers;
  }

  function lineLayers(ring, style, renderer) {
    const layers = [];
    for (const [name, options] of Object.entries(LINES)) {
      const drawing = {
        lineCap: "butt",
        dashArray: name === "headline" ? style.dash || null : null,
        ...options,
        renderer,
        pane: "rm-lines",
        color: style.line,
        smoothFactor: 0,
        noClip: true, // else the dashes crawl while the map is moved
        interactive: false,
        className: `rm-line rm-line-${name}`,
      };
      for (const path of (ring.lines[name] || []).flatMap(withinMercator)) {
        for (const shift of shiftsOf(path)) layers.push(new ExactLine(latlngs(path, shift), drawing));
      }
    }
    return layers;
  }

  function addRings(map, payload, styles) {
    const fills = L.svg({ pane: "rm-fills", padding: 0.4 });
    const lines = L.svg({ pane: "rm-lines", padding: 0.4 });
    const strength = Math.min(1, FULL_FILLS / payload.rings.length);
    return payload.rings.map((ring) => {
      const style = styles[ring.system];
      const layers = [...fillLayers(ring, style, fills, strength), ...lineLayers(ring, style, lines)];
      return { ring, style, group: L.layerGroup(layers).addTo(map), shown: true };
    });
  }

  function holdsPole(ring) {
    return Object.values(ring.lines).some((paths) =>
      paths.some((path) => path.length > 1 && Math.abs(path[path.length - 1][0] - path[0][0]) > 359)
    ) || [...ring.inner, ...ring.band].flat(2).some((point) => Math.abs(point[1]) > 85.04);
  }

  // ---- Places ------------------------------------------------------------------------------

  function addPlaces(map, payload) {
    const severalOrigins = payload.origins.length > 1;
    const small = payload.origins.length + payload.sites.length > MANY_PLACES;
    const siteClass = small ? "rm-site rm-small" : "rm-site";
    const sites = payload.sites.map((site) => {
      const label = `${site.name}: distances and verdicts`;
      return addPlace(map, site, siteClass, label, () => sitePopup(site, severalOrigins));
    });
    const origins = payload.origins.map((origin) =>
      addPlace(map, origin, "rm-origin", `${origin.name}: origin of rings`, () => originPopup(origin))
    );
    return [...origins, ...sites];
  }

  function addPlace(map, place, kind, label, content) {
    const isOrigin = kind === "rm-origin";
    const className = `rm-place ${kind}`;
    const marker = L.marker([place.lat, place.lon], {
      icon: L.divIcon({ className, html: false, iconSize: [24, 24] }),
      zIndexOffset: isOrigin ? 0 : 1000, // sites have more to tell
    }).addTo(map);
    const element = marker.getElement();
    element.setAttribute("aria-label", label);
    element.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        marker.openPopup();
      }
    });
    // Controls lie above popups: keep clear of the panel, folded at the top or open at the side.
    const wide = map.getSize().x >= WIDE_PX;
    marker.bindPopup(content, {
      maxWidth: 600,
      autoPanPaddingTopLeft: [12, wide ? 12 : 60],
      autoPanPaddingBottomRight: [wide ? PANEL_PX + 24 : 12, 12],
    });
    marker.on("popupopen", (event) => focusPopup(event.popup, place.name));
    marker.on("popupclose", (event) => {
      const focused = document.activeElement;
      const within = event.popup.getElement().contains(focused) || focused === document.body;
      if (within) element.focus({ preventScroll: true });
    });
    return { place, marker, isOrigin };
  }

  function focusPopup(popup, name) {
    const element = popup.getElement();
    element.setAttribute("role", "dialog");
    element.setAttribute("aria-label", name);
    element.querySelector(".rm-popup").focus({ preventScroll: true });
  }

  // One marker a place, kept in the world that is nearest to the middle of the view: three
  // copies would be three stops of the Tab key.
  function keepInView(map, places) {
    const centre = map.getCenter().lng;
    for (const { place, marker } of places) {
      const lon = nearestWorld(place.lon, centre);
      if (marker.getLatLng().lng !== lon) marker.setLatLng([place.lat, lon]);
    }
  }

  const KINDS = { site: "registry site", position: "position as typed" };

  function describePlace(place) {
    const precision = place.precision ? `position known to ${place.precision}` : null;
    const kind = Object.hasOwn(KINDS, place.kind) ? KINDS[place.kind] : place.kind;
    return [kind, precision].filter(Boolean).join(" \u00b7 ");
  }

  function sitePopup(site, severalOrigins) {
    const description = describePlace(site);
    return make(
      "div",
      { class: "rm-popup", tabindex: "0" },
      make("h2", { dir: "auto" }, site.name),
      description ? make("p", { dir: "auto" }, description) : null,
      verdictTable([site], severalOrigins, false)
    );
  }

  function originPopup(origin) {
    return make(
      "div",
      { class: "rm-popup", tabindex: "0" },
      make("h2", { dir: "auto" }, origin.name),
      make("p", { dir: "auto" }, ["Origin of the rings", describePlace(origin)].join(" \u00b7 "))
    );
  }

  // Roles are set by hand because the style for phones takes the table apart.
  function verdictTable(sites, severalOrigins, withSite) {
    const columns = COLUMNS.filter(([key]) => key !== "origin" || severalOrigins);
    if (withSite) columns.unshift(["site", "Site", ""]);
    const head = columns.map(([, title, style]) =>
      make("th", { scope: "col", role: "columnheader", class: style }, title)
    );
    const rows = sites.flatMap((site) => site.rows.map((row) => verdictRow(site, row, columns)));
    return make(
      "table",
      { class: "rm-table", role: "table" },
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head)),
      make("tbody", { role: "rowgroup" }, ...rows)
    );
  }

  function verdictRow(site, row, columns) {
    const known = Object.hasOwn(VERDICTS, row.verdict);
    const verdict = known ? VERDICTS[row.verdict] : row.verdict;
    const cells = columns.map(([key, title, style]) => {
      const attributes = { role: "cell", class: `${style} rm-cell-${key}`, dir: "auto", "data-label": title };
      if (key === "verdict") {
        const reason = row.reason ? make("small", {}, row.reason) : null;
        return make("td", attributes, make("span", { class: "rm-verdict" }, verdict), reason);
      }
      return make("td", attributes, key === "site" ? site.name : row[key]);
    });
    return make("tr", { class: known ? `rm-${row.verdict}` : null, role: "row" }, ...cells);
  }

  // ---- Header, panel, footer ---------------------------------------------------------------

  function fillHeader(payload) {
    if (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(payload.lang)) document.documentElement.lang = payload.lang;
    document.title = payload.title;
    document.querySelector(".rm-header").append(
      make("h1", { dir: "auto" }, payload.title),
      ...(payload.subtitle ? [make("p", { dir: "auto" }, payload.subtitle)] : [])
    );
  }

  function sample(attributes) {
    const svg = makeSvg("svg", { width: 40, height: 16, "aria-hidden": "true" });
    svg.append(makeSvg("path", { d: "M1 8H39", fill: "none", ...attributes }));
    return svg;
  }

  function lineSample(style) {
    return sample({ stroke: style.line, "stroke-width": 2.25, "stroke-dasharray": style.dash });
  }

  function claimItem(claim) {
    const words = [
      claim.figure,
      claim.attributed_to ? `according to ${claim.attributed_to}` : null,
      claim.note,
      claim.drawn ? null : "not drawn",
    ];
    const publisher = claim.title ? `${claim.publisher}: ` : claim.publisher; // a typed range has no title
    const source = make("span", { dir: "auto" }, publisher, makeLink(claim.title, claim.url));
    const item = make("li", { class: claim.drawn ? null : "rm-undrawn" });
    item.append(make("span", { dir: "auto" }, words.filter(Boolean).join("; ")), " \u2014 ", source);
    if (claim.date) item.append(`, ${claim.date}`);
    return item;
  }

  function systemWords(system) {
    const apart = system.headline && system.headline !== system.range;
    const headline = apart ? `line at ${system.headline}` : null;
    const minimum = system.minimum ? `minimum ${system.minimum}` : null;
    return [system.range, headline, minimum].filter(Boolean).join("; ");
  }

  function layerRow(swatch, name, words, className, onChange) {
    const box = make("input", { type: "checkbox" });
    box.checked = true;
    const text = make("span", { dir: "auto" }, make("b", {}, name));
    if (words) text.append(make("span", { class: "rm-range" }, words));
    const row = make("div", { class: `rm-row ${className}` }, make("label", {}, box, swatch, text));
    box.addEventListener("change", () => {
      row.classList.toggle("rm-off", !box.checked);
      onChange(box.checked);
    });
    return row;
  }

  function systemRow(system, style, onChange) {
    const row = layerRow(lineSample(style), system.label, systemWords(system), "rm-system-row", onChange);
    if (system.claims.length) {
      row.append(
        make(
          "details",
          { class: "rm-claims" },
          make("summary", {}, plural(system.claims.length, "published figure")),
          make("ul", { class: "rm-sources" }, ...system.claims.map(claimItem))
        )
      );
    }
    return row;
  }

  function originRow(origin, onChange) {
    const swatch = make("span", { class: "rm-swatch", "aria-hidden": "true" });
    return layerRow(swatch, origin.name, describePlace(origin), "rm-origin-row", onChange);
  }

  function readingKey(payload) {
    const grey = { stroke: "#4d5860", "stroke-width": 2.25 };
    const band = makeSvg("svg", { width: 40, height: 16, "aria-hidden": "true" });
    band.append(
      makeSvg("rect", { width: 20, height: 16, fill: "#4d5860", "fill-opacity": 0.35 }),
      makeSvg("rect", { x: 20, width: 20, height: 16, fill: "#4d5860", "fill-opacity": 0.14 })
    );
    const rows = [[sample(grey), "the figure named on the line"]];
    const has = (name) => payload.rings.some((ring) => (ring.lines[name] || []).length);
    if (has("low") || has("high")) {
      const dotted = sample({ ...grey, "stroke-width": 1.4, "stroke-dasharray": "2 4" });
      rows.push([dotted, "lowest and highest published figure"]);
      rows.push([band, "dark: all sources reach; pale: sources differ"]);
    }
    if (has("minimum")) {
      const fine = { ...grey, "stroke-width": 1.2, "stroke-dasharray": "0.5 3", "stroke-linecap": "round" };
      rows.push([sample(fine), "hole: nearer than the minimum range"]);
    }
    return make("ul", { class: "rm-key" }, ...rows.map(([icon, text]) => make("li", {}, icon, text)));
  }

  function notesOf(payload) {
    const notes = payload.rings.map((ring) => ring.whole_earth).filter(Boolean);
    if (payload.rings.some(holdsPole)) notes.push(POLE_NOTE);
    return [...new Set(notes)];
  }

  function makePanel(payload, styles, onSystem, onOrigin) {
    const systems = payload.systems.map((system, i) =>
      systemRow(system, styles[i], (shown) => onSystem(i, shown))
    );
    const origins = payload.origins.map((origin, i) => originRow(origin, (shown) => onOrigin(i, shown)));
    return make(
      "details",
      { class: "rm-panel leaflet-control", open: window.innerWidth >= PHONE_PX },
      make("summary", {}, "Legend and layers"),
      make("fieldset", {}, make("legend", {}, hasClaims(payload) ? "Weapons" : "Ranges"), ...systems),
      make("fieldset", {}, make("legend", {}, origins.length === 1 ? "Origin" : "Origins"), ...origins),
      make("h2", {}, "How to read"),
      readingKey(payload),
      ...notesOf(payload).map((note) => make("p", { class: "rm-notes", dir: "auto" }, note))
    );
  }

  // Ranges as typed have no claims; a map of nothing else has nothing published to speak of.
  function hasClaims(payload) {
    return payload.systems.some((system) => system.claims.length > 0);
  }

  function sourceSummary(payload) {
    const drawn = payload.systems.flatMap((system) => system.claims).filter((claim) => claim.drawn);
    const publishers = [...new Set(drawn.map((claim) => claim.publisher))];
    return publishers.length ? `Ranges: ${publishers.join(", ")}. ` : "";
  }

  function sourceSections(payload, styles) {
    return payload.systems.flatMap((system, i) => [
      make("h2", {}, lineSample(styles[i]), " ", make("span", { dir: "auto" }, system.label)),
      make("p", { dir: "auto" }, [system.category, systemWords(system)].filter(Boolean).join(" \u00b7 ")),
      make("ul", { class: "rm-sources" }, ...system.claims.map(claimItem)),
    ]);
  }

  function fillFooter(payload, styles) {
    const lines = [...payload.footer];
    if (payload.edition) lines.push(`Catalogue ${payload.edition}.`);
    if (payload.credit) lines.push(payload.credit);
    const credit = CREDIT.map((part) => (Array.isArray(part) ? makeLink(...part) : part));
    const footer = document.querySelector(".rm-footer");
    footer.append(
      make("p", { class: "rm-promise" }, hasClaims(payload) ? PROMISE : PROMISE_TYPED),
      make("p", { dir: "auto" }, sourceSummary(payload), lines.join(" ")),
      make("p", {}, ...credit)
    );
    if (payload.sites.length) {
      const table = verdictTable(payload.sites, payload.origins.length > 1, true);
      footer.append(opening("All distances", "rm-all-distances", make("div", { class: "rm-scroll" }, table)));
    }
    if (hasClaims(payload)) footer.append(opening("All sources", "rm-all-sources", ...sourceSections(payload, styles)));
  }

  // A part of the footer that opens below the map: the map keeps its height, the page grows.
  function opening(title, className, ...content) {
    const summary = make("summary", {}, title);
    const details = make("details", { class: className }, summary, ...content);
    const main = document.querySelector(".rm-main");
    summary.addEventListener("click", () => {
      if (!details.open) main.style.flex = `0 0 ${main.offsetHeight}px`;
    });
    details.addEventListener("toggle", () => {
      if (details.open) details.scrollIntoView({ block: "nearest" });
      else if (!document.querySelector(".rm-footer details[open]")) main.style.flex = "";
    });
    return details;
  }

  // ---- Scale bar ---------------------------------------------------------------------------

  // On a Mercator map a length is right at one latitude only, so the bar names it and is left
  // out where the view is too high for one figure.
  const ScaleBar = L.Control.extend({
    options: { position: "bottomleft" },

    initialize(unit) {
      this._unit = Object.hasOwn(UNITS, unit) ? unit : "km";
    },

    onAdd(map) {
      this._bar = make("span", {});
      this._text = document.createTextNode("");
      this._box = make("div", { class: "rm-scale" }, this._text, this._bar);
      map.on("moveend", this._refresh, this);
      map.whenReady(this._refresh, this);
      return this._box;
    },

    _refresh() {
      const phi = (this._map.getCenter().lat * Math.PI) / 180;
      // Length of one degree along the parallel of WGS 84.
      const degree = (111319.4908 * Math.cos(phi)) / Math.sqrt(1 - 0.00669437999 * Math.sin(phi) ** 2);
      const metresPerPx = (degree * 360) / (WORLD_PX * 2 ** this._map.getZoom());
      const longest = (110 * metresPerPx) / UNITS[this._unit];
      const power = 10 ** Math.floor(Math.log10(longest));
      const length = power * [5, 2, 1].find((step) => step * power <= longest);
      this._bar.style.width = `${(length * UNITS[this._unit]) / metresPerPx}px`;
      this._text.data = `${length.toLocaleString("en")} ${this._unit} at map centre`;
      const bounds = this._map.getBounds();
      this._box.hidden = bounds.getNorth() - bounds.getSouth() > 70;
    },
  });

  // ---- Labels ------------------------------------------------------------------------------

  const LABEL_FONTS = {
    ring: "700 13px",
    site: "700 13px",
    origin: "700 13px",
    town: "11px",
    country: "11px",
  };
  const TEXT_HEIGHT = 15;
  const CELL_PX = 8;
  const LEADERS_PX = [5, 24, 44, 68, 96, 130]; // the first is no leader: the words touch the ring

  // Sides on which a place may carry its name: x and y offset, and where the text is anchored.
  const SIDES = [
    [10, 4, "start"],
    [-10, 4, "end"],
    [0, -12, "middle"],
    [0, 21, "middle"],
    [9, -9, "start"],
    [9, 17, "start"],
    [-9, -9, "end"],
    [-9, 17, "end"],
  ];

  const measure = (function () {
    const pen = document.createElement("canvas").getContext("2d");
    const family = getComputedStyle(document.documentElement).getPropertyValue("--sans") || "sans-serif";
    return (text, kind) => {
      pen.font = `${LABEL_FONTS[kind]} ${family}`;
      return pen.measureText(text).width + (kind === "country" ? 1.5 * text.length : 0);
    };
  })();

  // What is taken already: boxes that no label may touch, and cells that ring lines pass through,
  // which labels avoid where they have the choice.
  class Room {
    constructor(view) {
      this.view = view;
      this.boxes = [];
      this.cells = new Set();
    }

    take(box) {
      this.boxes.push(box);
    }

    isFree(box) {
      return !this.boxes.some((other) => overlap(box, other));
    }

    holds(box) {
      const [x0, y0, x1, y1] = this.view;
      return box[0] >= x0 && box[1] >= y0 && box[2] <= x1 && box[3] <= y1;
    }

    addLine(points) {
      for (const [x, y] of points) this.cells.add(`${Math.floor(x / CELL_PX)} ${Math.floor(y / CELL_PX)}`);
    }

    crossings(box) {
      let count = 0;
      for (let x = Math.floor(box[0] / CELL_PX); x <= box[2] / CELL_PX; x++) {
        for (let y = Math.floor(box[1] / CELL_PX); y <= box[3] / CELL_PX; y++) {
          if (this.cells.has(`${x} ${y}`)) count += 1;
        }
      }
      return count;
    }
  }

  function textBox(x, y, anchor, width) {
    const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
    return [left - 2, y - 12, left + width + 2, y + TEXT_HEIGHT - 12];
  }

  // Small boxes along a leader line, short of the words at its end.
  function leaderBoxes([x1, y1], [x2, y2]) {
    const steps = Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 6);
    const boxes = [];
    for (let i = 1; i < steps - 1; i++) {
      const [x, y] = [x1 + ((x2 - x1) * i) / steps, y1 + ((y2 - y1) * i) / steps];
      boxes.push([x - 2, y - 2, x + 2, y + 2]);
    }
    return boxes;
  }

  // Points at even steps along a path. Far zoomed in the steps grow: the curve is flat there.
  function resampled(points) {
    let total = 0;
    for (let i = 1; i < points.length; i++) {
      total += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
    }
    const step = Math.max(6, total / 6000);
    const samples = [points[0]];
    let ahead = step;
    for (let i = 1; i < points.length; i++) {
      const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
      const length = Math.hypot(x1 - x0, y1 - y0);
      let along = ahead;
      for (; along <= length; along += step) {
        const t = along / length;
        samples.push([x0 + t * (x1 - x0), y0 + t * (y1 - y0)]);
      }
      ahead = along - length;
    }
    return { samples, step, total };
  }

  // All names on the map, in the order of their importance. What finds no room is left out;
  // markers, legend and table carry it all the same.
  class Labels {
    constructor(map, payload, rings, places, world, towns) {
      Object.assign(this, { map, rings, places, world, towns });
      this.renderer = L.svg({ pane: "rm-labels", padding: 0.05 }).addTo(map);
      this.renderer._container.classList.add("rm-labels");
      this.renderer._container.setAttribute("aria-hidden", "true");
      this.group = this.renderer._rootGroup;
    }

    draw() {
      const size = this.map.getSize();
      const corner = this.map.containerPointToLayerPoint([0, 0]);
      this.corner = corner;
      this.zoom = this.map.getZoom();
      this.room = new Room([corner.x + 4, corner.y + 4, corner.x + size.x - 4, corner.y + size.y - 4]);
      this.drawing = document.createDocumentFragment();
      this.takeControls();
      const lines = this.ringLines();
      this.takePlaces();
      const names = () => this.spots.forEach((spot) => this.placeName(spot));
      // A few places are what the map is about; of many, each says less than a ring.
      if (this.places.length <= MANY_PLACES) names();
      lines.forEach((line, i) => this.ringName(line, i));
      if (this.places.length > MANY_PLACES) names();
      this.countryNames();
      this.townNames();
      this.group.replaceChildren(this.drawing);
    }

    project(lon, lat) {
      const [x, y] = mercator(lon, lat);
      const origin = this.map.getPixelOrigin();
      return [x * 2 ** this.zoom - origin.x, y * 2 ** this.zoom - origin.y];
    }

    takeControls() {
      const frame = this.map.getContainer().getBoundingClientRect();
      for (const control of this.map.getContainer().querySelectorAll(".leaflet-control")) {
        const box = control.getBoundingClientRect();
        const [x, y] = [box.left - frame.left + this.corner.x, box.top - frame.top + this.corner.y];
        if (box.width) this.room.take([x - 4, y - 4, x + box.width + 4, y + box.height + 4]);
      }
    }

    // The headlines of the rings that are shown, in all worlds, as even steps of pixels.
    ringLines() {
      const found = [];
      for (const { ring, style, shown } of this.rings) {
        if (!shown) continue;
        const line = { ring, style, parts: [] };
        for (const [name, paths] of Object.entries(ring.lines)) {
          for (const path of paths.flatMap(withinMercator)) {
            for (const shift of shiftsOf(path)) {
              const points = path.map(([lon, lat]) => this.project(lon + shift, lat));
              if (!overlap(boxOf(points), this.room.view)) continue;
              const part = resampled(points);
              this.room.addLine(part.samples);
              if (name === "headline") line.parts.push(part);
            }
          }
        }
        if (line.parts.length) found.push(line);
      }
      // Small rings have the least choice.
      return found.sort((a, b) => a.parts[0].total - b.parts[0].total);
    }

    takePlaces() {
      const spots = this.places.map(({ place, marker, isOrigin }) => {
        const point = this.map.latLngToLayerPoint(marker.getLatLng());
        return { place, marker, isOrigin, x: point.x, y: point.y };
      });
      this.spots = spots.filter(({ x, y }) => this.room.holds([x, y, x, y]));
      for (const { x, y } of this.spots) this.room.take([x - 8, y - 8, x + 8, y + 8]);
    }

    placeName({ place, marker, isOrigin, x, y }) {
      const kind = isOrigin ? "origin" : "site";
      const width = measure(place.name, kind);
      const choices = SIDES.map(([dx, dy, anchor], i) => {
        const box = textBox(x + dx, y + dy, anchor, width);
        return { box, x: x + dx, y: y + dy, anchor, cost: i + 0.8 * this.room.crossings(box) };
      }).filter(({ box }) => this.room.isFree(box) && this.room.holds(box));
      if (!choices.length) return;
      const best = choices.reduce((a, b) => (b.cost < a.cost ? b : a));
      this.room.take(best.box);
      const text = this.text(best.x, best.y, best.anchor, kind, place.name);
      if (!isOrigin) text.addEventListener("click", () => marker.openPopup());
    }

    text(x, y, anchor, kind, words) {
      const position = { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor };
      const text = makeSvg("text", { ...position, class: `rm-label rm-${kind}-label` }, words);
      this.drawing.append(text);
      return text;
    }

    ringName({ ring, style, parts }, number) {
      const width = measure(ring.label, "ring");
      const choices = parts.flatMap((part) => this.curvedSpots(part, width));
      choices.sort((a, b) => a.cost - b.cost);
      let spot = choices.find(({ boxes }) => boxes.every((box) => this.room.isFree(box)));
      if (!spot) {
        const beside = parts.flatMap((part) => this.straightSpots(part, width));
        spot = beside.find(({ boxes }) => boxes.every((box) => this.room.isFree(box)));
      }
      if (!spot) return;
      spot.boxes.forEach((box) => this.room.take(box));
      if (spot.leader) this.leader(spot.leader, style);
      const text = spot.path
        ? this.curvedText(spot.path, ring.label, `rm-ring-label-${number}`)
        : this.text(spot.x, spot.y, "middle", "ring", ring.label);
      text.style.fill = style.text;
    }

    // Stretches of the line that are long enough for the words, best first: near the north of
    // what is in view, level, and clear of other lines.
    curvedSpots({ samples, step, total }, width) {
      const half = Math.ceil((width / 2 + 4) / step);
      const last = samples.length - 1;
      const [a, z] = [samples[0], samples[last]];
      const closed = Math.hypot(a[0] - z[0], a[1] - z[1]) <= 2 * step;
      // Bent over more than 130 degrees the words are hard to read.
      if (closed ? width > (total * 130) / 360 : last < 2 * half) return [];
      const at = (i) => samples[closed ? (i + last) % last : i];
      const inside = samples.map(([x, y]) => this.room.holds([x, y - 18, x, y]));
      const spots = [];
      const stride = Math.max(2, Math.round(18 / step));
      for (let i = closed ? 0 : half; i < (closed ? last : last - half); i += stride) {
        if (!inside[i]) continue;
        let path = [];
        for (let k = -half; k <= half; k++) path.push(at(i + k));
        if (!path.every(([x, y]) => this.room.holds([x - 2, y - 10, x + 2, y + 2]))) continue;
        if (path[0][0] > path[path.length - 1][0]) path = path.reverse();
        const boxes = this.boxesAbove(path);
        const [first, end] = [path[0], path[path.length - 1]];
        const tilt = Math.abs(Math.atan2(end[1] - first[1], end[0] - first[0]));
        const crossed = boxes.reduce((sum, box) => sum + this.room.crossings(box), 0) / boxes.length;
        const height = (at(i)[1] - this.room.view[1]) / (this.room.view[3] - this.room.view[1]);
        spots.push({ path, boxes, cost: 2 * height + tilt + 0.3 * crossed });
      }
      return spots;
    }

    // Boxes along the text, which stands above the line.
    boxesAbove(path) {
      const every = Math.max(1, Math.floor(path.length / 30));
      const boxes = [];
      for (let i = 0; i < path.length; i += every) {
        const [x0, y0] = path[Math.max(0, i - 1)];
        const [x1, y1] = path[Math.min(path.length - 1, i + 1)];
        const length = Math.hypot(x1 - x0, y1 - y0) || 1;
        const [x, y] = [path[i][0] + (9 * (y1 - y0)) / length, path[i][1] - (9 * (x1 - x0)) / length];
        boxes.push([x - 7, y - 7, x + 7, y + 7]);
      }
      return boxes;
    }

    // Words too long for a small ring stand straight beside it, if need be at the end of a
    // leader line, where they cross the fewest lines.
    straightSpots({ samples }, width) {
      const [x0, y0, x1, y1] = boxOf(samples);
      const [cx, cy, rx, ry] = [(x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2];
      const spots = [];
      for (const away of LEADERS_PX) {
        for (let turn = 0; turn < 16; turn++) {
          const [east, north] = [Math.sin((turn * Math.PI) / 8), Math.cos((turn * Math.PI) / 8)];
          const from = [cx + rx * east, cy - ry * north];
          const to = [from[0] + away * east, from[1] - away * north];
          const y = to[1] + 4 - 9 * north;
          // With a leader the words may also stand to the left or the right of its end, or over it.
          const free = away > LEADERS_PX[0] && Math.abs(north) > 0.35;
          for (const aside of free ? [0, -0.5, 0.5, -1, 1, -1.6, 1.6] : [0]) {
            const x = to[0] + (width / 2) * Math.max(-1, Math.min(1, 1.6 * east + aside));
            const box = textBox(x, y, "middle", width);
            if (!this.room.holds(box)) continue;
            const cost =
              0.7 * this.room.crossings(box) + away / 14 + (1 - north) + Math.abs(aside);
            const boxes = away > LEADERS_PX[0] ? [box, ...leaderBoxes(from, to)] : [box];
            spots.push({ x, y, boxes, cost, leader: boxes.length > 1 ? [from, to] : null });
          }
        }
      }
      return spots.sort((a, b) => a.cost - b.cost);
    }

    leader([from, to], style) {
      const [[x1, y1], [x2, y2]] = [from, to].map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);
      const line = makeSvg("line", { x1, y1, x2, y2, stroke: style.text, "stroke-width": 1 });
      this.drawing.prepend(line);
    }

    curvedText(path, words, id) {
      const d = path.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
      this.drawing.append(makeSvg("path", { id, d, fill: "none" }));
      const text = makeSvg("text", { class: "rm-label rm-ring-label", dy: "-5", "text-anchor": "middle" });
      text.append(makeSvg("textPath", { href: `#${id}`, startOffset: "50%" }, words));
      this.drawing.append(text);
      return text;
    }

    countryNames() {
      for (const { name, label } of this.world.names) {
        if (!label || this.zoom < label[2]) continue;
        const width = measure(name, "country");
        for (const shift of WORLDS) {
          const [x, y] = this.project(label[0] + shift, label[1]);
          const box = textBox(x, y, "middle", width);
          if (!this.room.holds(box) || !this.room.isFree(box)) continue;
          this.room.take(box);
          this.text(x, y, "middle", "country", name);
        }
      }
    }

    townNames() {
      for (const [name, lon, lat, zoom] of this.towns) {
        if (zoom > this.zoom) break; // they are sorted by zoom
        for (const shift of WORLDS) {
          const [x, y] = this.project(lon + shift, lat);
          if (this.room.holds([x, y, x, y])) this.townName(name, x, y);
        }
      }
    }

    townName(name, x, y) {
      // A place on the map says more than the town it lies in.
      if (this.spots.some((spot) => Math.hypot(spot.x - x, spot.y - y) < 14)) return;
      const width = measure(name, "town");
      const dot = [x - 3, y - 3, x + 3, y + 3];
      if (!this.room.isFree(dot)) return;
      for (const [dx, anchor] of [[6, "start"], [-6, "end"]]) {
        const box = textBox(x + dx, y + 4, anchor, width);
        if (!this.room.holds(box) || !this.room.isFree(box)) continue;
        this.room.take(box);
        this.room.take(dot);
        this.drawing.append(makeSvg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 2 }));
        this.text(x + dx, y + 4, anchor, "town", name);
        return;
      }
    }
  }

  // ---- View --------------------------------------------------------------------------------

  function makeMap(id) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(id, {
      attributionControl: false, // the footer has it
      zoomControl: false, // added with the other controls
      zoomSnap: 0.25,
      zoomDelta: 0.5,
      wheelPxPerZoomLevel: 120,
      maxZoom: 10,
      maxBounds: [[-MERCATOR_LAT, -540], [MERCATOR_LAT, 540]],
      maxBoundsViscosity: 1,
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      inertia: !still,
    });
    const container = map.getContainer();
    // Leaflet hears Escape only while the map itself has the focus, not a popup in it.
    container.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", "Map. Arrow keys move it, plus and minus zoom.");
    const panes = { "rm-base": 150, "rm-fills": 390, "rm-lines": 410, "rm-labels": 590 };
    for (const [pane, zIndex] of Object.entries(panes)) {
      map.createPane(pane).style.zIndex = zIndex;
      map.getPane(pane).style.pointerEvents = "none";
    }
    return map;
  }

  // Nearest zoom out: three worlds side by side, or the height of one.
  function smallestZoom(size) {
    const zoom = Math.log2(Math.max(size.x / 3, size.y / 2) / WORLD_PX);
    return Math.max(0, Math.ceil(zoom * 4) / 4);
  }

  function fitView(map, bounds, panel) {
    const size = map.getSize();
    const [west, south, east, north] = bounds;
    if (Math.min(size.x, size.y) < SMALLEST_PX) {
      map.setView([0, 0], 1); // not laid out yet, as in a folded frame: followSize() comes back
      return;
    }
    map.setMinZoom(smallestZoom(size));
    const beside = panel.open && size.x >= WIDE_PX && !document.body.classList.contains("rm-printing");
    map.fitBounds([[Math.max(south, -80), west], [Math.min(north, 83), east]], {
      paddingTopLeft: [16, 24],
      paddingBottomRight: [beside ? panel.offsetWidth + 26 : 16, 16],
      maxZoom: 9,
      animate: false,
    });
  }

  // The view follows the size of the window until the reader has moved the map.
  function followSize(map, refit) {
    let touched = false;
    for (const event of ["mousedown", "touchstart", "wheel", "keydown"]) {
      map.getContainer().addEventListener(event, () => (touched = true), { passive: true, capture: true });
    }
    let known = map.getSize();
    const adapt = () => {
      map.invalidateSize({ pan: false, animate: false });
      if (!touched && !map.getSize().equals(known)) refit();
      known = map.getSize();
    };
    new ResizeObserver(adapt).observe(map.getContainer());
    for (const [event, printing] of [["beforeprint", true], ["afterprint", false]]) {
      window.addEventListener(event, () => {
        const seen = map.getBounds();
        document.body.classList.toggle("rm-printing", printing);
        map.invalidateSize({ pan: false, animate: false });
        if (touched) map.fitBounds(seen, { animate: false });
        else refit();
      });
    }
  }

  function addPanel(map, panel) {
    const control = L.control({ position: "topright" });
    control.onAdd = () => panel;
    control.addTo(map);
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
  }

  window.rangemapStart = function (id) {
    const payload = readJson("rangemap-payload");
    const styles = systemStyles(payload.systems);
    const hidden = { system: new Set(), origin: new Set() };
    fillHeader(payload);
    fillFooter(payload, styles);

    const map = makeMap(id);
    const world = decodeWorld(readJson("rangemap-basemap"));
    let rings = [];
    let labels = null;
    const show = (kind) => (number, shown) => {
      if (shown) hidden[kind].delete(number);
      else hidden[kind].add(number);
      for (const item of rings) {
        item.shown = !hidden.system.has(item.ring.system) && !hidden.origin.has(item.ring.origin);
        if (item.shown) item.group.addTo(map);
        else item.group.remove();
      }
      labels.draw();
    };
    const panel = makePanel(payload, styles, show("system"), show("origin"));
    L.control.zoom({ position: "topleft" }).addTo(map);
    new ScaleBar(payload.units).addTo(map);
    addPanel(map, panel);

    const refit = () => fitView(map, payload.bounds, panel);
    refit();
    new BaseMap(world).addTo(map);
    rings = addRings(map, payload, styles);
    const places = addPlaces(map, payload);
    labels = new Labels(map, payload, rings, places, world, readJson("rangemap-towns"));
    const redraw = () => {
      keepInView(map, places);
      labels.draw();
    };
    map.on("moveend", redraw);
    panel.addEventListener("toggle", () => labels.draw());
    redraw();
    followSize(map, refit);
    return map;
  };
})();
