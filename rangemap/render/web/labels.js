// ---- Labels --------------------------------------------------------------------------------

const LABEL_FONTS = {
  ring: "700 13px",
  site: "700 13px",
  origin: "700 13px",
  town: "11px",
  country: "11px",
};
const TEXT_HEIGHT = 15;
const ROOM_PX = 64;
const TRIED_SPOTS = 300; // of the places beside a ring, those that cost least
const NAMED_DOTS = 250; // with more dots in view none of them carries its name
const JOINED_SCRIPT = /\p{Script=Arabic}/u; // letters that join are not set apart
const CELL_PX = 8;
const LEADERS_PX = [5, 24, 44, 68, 96, 130, 170, 220]; // the first is no leader: the words touch the ring

// Sides on which a place may carry its name: x and y offset, and where the text is anchored.
/** @type {[dx: number, dy: number, anchor: Anchor][]} */
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

/** @type {any} */
const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

// The width of words in pixels; each is measured once.
/** @param {string} text @param {keyof typeof LABEL_FONTS} kind @returns {number} */
function measure(text, kind) {
  const key = `${kind} ${text}`;
  if (!widths.has(key)) {
    const family = getComputedStyle(document.documentElement).getPropertyValue("--sans") || "sans-serif";
    pen.font = `${LABEL_FONTS[kind]} ${family}`;
    const spacing = kind === "country" && !JOINED_SCRIPT.test(text) ? 1.5 * text.length : 0;
    widths.set(key, pen.measureText(text).width + spacing);
  }
  return widths.get(key);
}

// What is taken already: boxes that no label may touch, and cells that ring lines pass through,
// which labels avoid where they have the choice.
class Room {
  /** @param {Box} view */
  constructor(view) {
    this.view = view;
    this.boxes = new Map(); // by the squares of ROOM_PX that they touch
    this.cells = new Set();
  }

  /** @param {Box} box */
  squares(box) {
    const found = [];
    for (let x = Math.floor(box[0] / ROOM_PX); x <= box[2] / ROOM_PX; x++) {
      for (let y = Math.floor(box[1] / ROOM_PX); y <= box[3] / ROOM_PX; y++) found.push(1e5 * x + y);
    }
    return found;
  }

  /** @param {Box} box */
  take(box) {
    for (const square of this.squares(box)) {
      if (!this.boxes.has(square)) this.boxes.set(square, []);
      this.boxes.get(square).push(box);
    }
  }

  /** @param {Box} box */
  isFree(box) {
    return this.squares(box).every((square) => {
      /** @type {Box[] | undefined} */
      const boxes = this.boxes.get(square);
      return !boxes?.some((other) => overlap(box, other));
    });
  }

  /** @param {Box} box */
  holds(box) {
    const [x0, y0, x1, y1] = this.view;
    return box[0] >= x0 && box[1] >= y0 && box[2] <= x1 && box[3] <= y1;
  }

  /** @param {Point[]} points */
  addLine(points) {
    for (const [x, y] of points) this.cells.add(1e5 * Math.floor(x / CELL_PX) + Math.floor(y / CELL_PX));
  }

  /** @param {Box} box */
  crossings(box) {
    let count = 0;
    for (let x = Math.floor(box[0] / CELL_PX); x <= box[2] / CELL_PX; x++) {
      for (let y = Math.floor(box[1] / CELL_PX); y <= box[3] / CELL_PX; y++) {
        if (this.cells.has(1e5 * x + y)) count += 1;
      }
    }
    return count;
  }
}

/** @param {number} x @param {number} y @param {Anchor} anchor @param {number} width @returns {Box} */
function textBox(x, y, anchor, width) {
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  return [left - 2, y - 12, left + width + 2, y + TEXT_HEIGHT - 12];
}

// Small boxes along a leader line, short of the words at its end.
/** @param {Point} from @param {Point} to */
function leaderBoxes([x1, y1], [x2, y2]) {
  const steps = Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 6);
  /** @type {Box[]} */
  const boxes = [];
  for (let i = 1; i < steps - 1; i++) {
    const [x, y] = [x1 + ((x2 - x1) * i) / steps, y1 + ((y2 - y1) * i) / steps];
    boxes.push([x - 2, y - 2, x + 2, y + 2]);
  }
  return boxes;
}

// Points at even steps along a path. Far zoomed in the steps grow: the curve is flat there.
/** @param {Point[]} points @returns {Line} */
function resampled(points) {
  let total = 0;
  for (let i = 1; i < points.length; i++) {
    total += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
  }
  const step = Math.max(6, total / 6000);
  /** @type {Point[]} */
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
  /**
   * @param {L.Map} map
   * @param {Rings} rings
   * @param {Places} places
   * @param {World} world
   * @param {Town[]} towns
   * @param {Labels["onRing"]} onRing
   */
  constructor(map, rings, places, world, towns, onRing) {
    Object.assign(this, { map, rings, places, world, towns, onRing });
    this.renderer = L.svg({ pane: "rm-labels", padding: 0.05 }).addTo(map);
    this.renderer._container.classList.add("rm-labels");
    this.renderer._container.setAttribute("aria-hidden", "true");
    this.group = this.renderer._rootGroup;
    this.known = new Map();
  }

  draw() {
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    this.corner = corner;
    this.zoom = this.map.getZoom();
    this.scale = 2 ** this.zoom;
    this.pixels = this.map.getPixelOrigin();
    this.room = new Room([corner.x + 4, corner.y + 4, corner.x + size.x - 4, corner.y + size.y - 4]);
    this.drawing = document.createDocumentFragment();
    this.takeControls();
    const lines = this.ringLines();
    this.takePlaces();
    // What the rings are drawn around is named before all else.
    for (const spot of this.spots.filter((each) => each.isOrigin)) this.placeName(spot);
    const sites = this.spots.filter((spot) => !spot.isOrigin && !this.isNamed(spot));
    const names = () => {
      for (const spot of sites) this.placeName(spot);
    };
    // A few places are what the map is about; of many, each says less than a ring.
    if (this.spots.length <= MANY_PLACES) names();
    for (const [i, line] of lines.entries()) this.ringName(line, i);
    if (this.spots.length > MANY_PLACES) names();
    this.countryNames();
    this.townNames();
    this.group.replaceChildren(this.drawing);
  }

  /** @param {number} lon @param {number} lat */
  project(lon, lat) {
    return this.toLayer(...mercator(lon, lat));
  }

  // Layer points of a place in Mercator units.
  /** @param {number} x @param {number} y @returns {Point} */
  toLayer(x, y) {
    return [x * this.scale - this.pixels.x, y * this.scale - this.pixels.y];
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
    for (const item of this.rings.items) {
      if (!item.shown) continue;
      /** @type {{ item: RingItem, parts: Line[] }} */
      const line = { item, parts: [] };
      for (const [name, paths] of Object.entries(this.projected(item.ring))) {
        for (const path of paths) {
          const points = path.map(([x, y]) => this.toLayer(x, y));
          if (!overlap(boxOf(points), this.room.view)) continue;
          const part = resampled(points);
          this.room.addLine(part.samples);
          if (name === "headline") line.parts.push(part);
        }
      }
      if (line.parts.length) found.push(line);
    }
    // Small rings have the least choice.
    return found.sort((a, b) => a.parts[0].total - b.parts[0].total);
  }

  // The lines of a ring in Mercator units, in all worlds; made once.
  /** @param {RingPayload} ring @returns {Record<string, Point[][]>} */
  projected(ring) {
    if (!this.known.has(ring)) {
      /** @param {Path} path */
      const inWorlds = (path) =>
        shiftsOf(path).map((shift) => path.map(([lon, lat]) => mercator(lon + shift, lat)));
      const lines = Object.entries(ring.lines).map(([name, paths]) => [
        name,
        paths.flatMap(withinMercator).flatMap(inWorlds),
      ]);
      this.known.set(ring, Object.fromEntries(lines));
    }
    return this.known.get(ring);
  }

  takePlaces() {
    /** @type {Spot[]} */
    const spots = this.places.all.map(({ place, isOrigin, marker }) => {
      const { x, y } = this.map.latLngToLayerPoint(marker.getLatLng());
      return { name: place.name, isOrigin, open: () => marker.openPopup(), x, y };
    });
    const dots = this.places.dots ? this.places.dots.inView(NAMED_DOTS) || [] : [];
    for (const { index, x, y } of dots) {
      const { name } = this.places.sites.site(index);
      spots.push({ name, isOrigin: false, open: () => this.places.open(index), x, y });
    }
    this.spots = spots.filter(({ x, y }) => this.room.holds([x, y, x, y]));
    for (const { x, y } of this.spots) this.room.take([x - 8, y - 8, x + 8, y + 8]);
  }

  // Whether a site is an origin as well, which carries the name already.
  /** @param {Spot} spot */
  isNamed({ name, x, y }) {
    return this.spots.some((o) => o.isOrigin && o.name === name && Math.hypot(o.x - x, o.y - y) < 14);
  }

  /** @param {Spot} spot */
  placeName({ name, isOrigin, open, x, y }) {
    const kind = isOrigin ? "origin" : "site";
    const width = measure(name, kind);
    /** @type {Choice[]} */
    const choices = SIDES.map(([dx, dy, anchor], i) => {
      const box = textBox(x + dx, y + dy, anchor, width);
      return { box, x: x + dx, y: y + dy, anchor, cost: i + 0.8 * this.room.crossings(box) };
    }).filter(({ box }) => this.room.isFree(box) && this.room.holds(box));
    // An origin among many places has its name at a leader.
    /** @type {Point[]} */
    const frame = [[x - 8, y - 8], [x + 8, y + 8]];
    if (isOrigin && !choices.length) {
      const spots = this.straightSpots({ samples: frame }, width).filter((spot) => spot.leader);
      choices.push(...spots.map((spot) => ({ ...spot, box: spot.boxes[0], anchor: "middle" })));
    }
    if (!choices.length) return;
    const best = choices.reduce((a, b) => (b.cost < a.cost ? b : a));
    this.room.take(best.box);
    if (best.leader) {
      for (const box of leaderBoxes(...best.leader)) this.room.take(box);
      this.leader(best.leader, { text: "var(--origin)" });
    }
    const text = this.text(best.x, best.y, best.anchor, kind, name);
    this.onClick(text, open);
  }

  // A click on words is no click on the map below them.
  /** @param {SVGElement} text @param {(event: MouseEvent) => void} use */
  onClick(text, use) {
    text.addEventListener("click", (event) => {
      event.stopPropagation();
      use(event);
    });
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {Anchor} anchor
   * @param {keyof typeof LABEL_FONTS} kind
   * @param {string} words
   */
  text(x, y, anchor, kind, words) {
    const position = { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor };
    const text = makeSvg("text", { ...position, class: `rm-label rm-${kind}-label` }, isolated(words));
    this.drawing.append(text);
    return text;
  }

  // The words of a ring on its line; where they find no room, the weapon's name alone.
  /** @param {{ item: RingItem, parts: Line[] }} line @param {number} number */
  ringName({ item, parts }, number) {
    const { ring, system } = item;
    for (const words of new Set([ring.label, system.label])) {
      const spot = this.ringSpot(parts, words);
      if (!spot) continue;
      for (const box of spot.boxes) this.room.take(box);
      if (spot.leader) this.leader(spot.leader, system);
      const text = spot.path
        ? this.curvedText(spot.path, words, `rm-ring-label-${number}`)
        : this.text(spot.x, spot.y, "middle", "ring", words);
      text.style.fill = system.text;
      this.onClick(text, (event) => this.onRing(item, event));
      return;
    }
  }

  /** @param {Line[]} parts @param {string} words @returns {any} */
  ringSpot(parts, words) {
    const width = measure(isolated(words), "ring");
    // WebKit sets letters that run from right to left apart and backwards on a curve.
    if (RTL_LETTERS.test(words)) return this.spotBeside(parts, width);
    /** @param {{ boxes: Box[] }} spot */
    const free = ({ boxes }) => boxes.every((box) => this.room.isFree(box));
    /** @type {any[]} */
    const choices = parts.flatMap((part) => this.curvedSpots(part, width));
    choices.sort((a, b) => a.cost - b.cost);
    // Among very many rings, words beside their lines only add to the throng.
    const few = this.rings.items.length <= CANVAS_RINGS;
    return choices.find(free) || (few ? this.spotBeside(parts, width) : null);
  }

  // Words that stand beside their ring, if need be at the end of a leader that meets nothing. In
  // a throng the words still need room of their own, and the leader passes behind what it must.
  /** @param {Line[]} parts @param {number} width */
  spotBeside(parts, width) {
    /** @type {Choice[]} */
    const spots = parts.flatMap((part) => this.straightSpots(part, width));
    spots.sort((a, b) => a.cost - b.cost);
    /** @type {any} */
    let best = null;
    for (const spot of spots.slice(0, TRIED_SPOTS)) {
      const leader = spot.leader ? leaderBoxes(...spot.leader) : [];
      spot.boxes.push(...leader);
      spot.met = leader.filter((box) => !this.room.isFree(box)).length;
      if (!best || spot.met < best.met) best = spot;
      if (!spot.met) break;
    }
    return best;
  }

  // Stretches of the line that are long enough for the words, best first: near the north of
  // what is in view, level, and clear of other lines.
  /** @param {Line} line @param {number} width */
  curvedSpots({ samples, step, total }, width) {
    const half = Math.ceil((width / 2 + 4) / step);
    const last = samples.length - 1;
    const [a, z] = [samples[0], samples[last]];
    const closed = Math.hypot(a[0] - z[0], a[1] - z[1]) <= 2 * step;
    // Bent over more than 130 degrees the words are hard to read.
    if (closed ? width > (total * 130) / 360 : last < 2 * half) return [];
    /** @param {number} i */
    const at = (i) => samples[closed ? (i + last) % last : i];
    const inside = samples.map(([x, y]) => this.room.holds([x, y - 18, x, y]));
    /** @type {Choice[]} */
    const spots = [];
    const stride = Math.max(2, Math.round(18 / step));
    for (let i = closed ? 0 : half; i < (closed ? last : last - half); i += stride) {
      if (!inside[i]) continue;
      /** @type {Point[]} */
      let path = [];
      for (let k = -half; k <= half; k++) path.push(at(i + k));
      if (!path.every(([x, y]) => this.room.holds([x - 2, y - 10, x + 2, y + 2]))) continue;
      if (path[0][0] > path[path.length - 1][0]) path = path.reverse();
      /** @type {Box[] | undefined} */
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
  /** @param {Point[]} path */
  boxesAbove(path) {
    const every = Math.max(1, Math.floor(path.length / 30));
    /** @type {Box[]} */
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
  /** @param {Pick<Line, "samples">} line @param {number} width */
  straightSpots({ samples }, width) {
    const [x0, y0, x1, y1] = boxOf(samples);
    const [cx, cy, rx, ry] = [(x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2];
    /** @type {Choice[]} */
    const spots = [];
    for (const away of LEADERS_PX) {
      for (let turn = 0; turn < 32; turn++) {
        const [east, north] = [Math.sin((turn * Math.PI) / 16), Math.cos((turn * Math.PI) / 16)];
        /** @type {Point} */
        const from = [cx + rx * east, cy - ry * north];
        /** @type {Point} */
        const to = [from[0] + away * east, from[1] - away * north];
        const y = to[1] + 4 - 9 * north;
        // With a leader the words may also stand to the left or the right of its end, or over it.
        const free = away > LEADERS_PX[0] && Math.abs(north) > 0.35;
        for (const aside of free ? [0, -0.5, 0.5, -1, 1, -1.6, 1.6] : [0]) {
          const x = to[0] + (width / 2) * Math.max(-1, Math.min(1, 1.6 * east + aside));
          const box = textBox(x, y, "middle", width);
          if (!this.room.holds(box) || !this.room.isFree(box)) continue;
          const cost = 0.7 * this.room.crossings(box) + away / 14 + (1 - north) + Math.abs(aside);
          spots.push({ x, y, boxes: [box], cost, leader: away > LEADERS_PX[0] ? [from, to] : null });
        }
      }
    }
    return spots;
  }

  /** @param {readonly Point[]} ends @param {Pick<SystemPayload, "text">} system */
  leader([from, to], system) {
    const [[x1, y1], [x2, y2]] = [from, to].map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);
    const line = makeSvg("line", { x1, y1, x2, y2, stroke: system.text, "stroke-width": 1 });
    this.drawing.prepend(line);
  }

  /** @param {Point[]} path @param {string} words @param {string} id */
  curvedText(path, words, id) {
    const d = path.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    this.drawing.append(makeSvg("path", { id, d, fill: "none" }));
    const text = makeSvg("text", { class: "rm-label rm-ring-label", dy: "-5", "text-anchor": "middle" });
    text.append(makeSvg("textPath", { href: `#${id}`, startOffset: "50%" }, isolated(words)));
    this.drawing.append(text);
    return text;
  }

  countryNames() {
    for (const { name, label } of this.world.names) {
      if (this.zoom < label[2]) continue;
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

  /** @param {string} name @param {number} x @param {number} y */
  townName(name, x, y) {
    // A place on the map says more than the town it lies in.
    if (this.spots.some((spot) => Math.hypot(spot.x - x, spot.y - y) < 14)) return;
    const width = measure(name, "town");
    /** @type {Box} */
    const dot = [x - 3, y - 3, x + 3, y + 3];
    if (!this.room.isFree(dot)) return;
    for (const [dx, anchor] of [[6, "start"], [-6, "end"]]) {
      /** @ts-expect-error a number and an anchor */
      const box = textBox(x + dx, y + 4, anchor, width);
      if (!this.room.holds(box) || !this.room.isFree(box)) continue;
      this.room.take(box);
      this.room.take(dot);
      this.drawing.append(makeSvg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 2 }));
      /** @ts-expect-error a number and an anchor */
      this.text(x + dx, y + 4, anchor, "town", name);
      return;
    }
  }
}
