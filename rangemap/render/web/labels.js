// All labels on the map, in order of importance. Labels without space are left out; popups, legend
// and table still have the names.
class Labels {
  /**
   * @param {L.Map} map
   * @param {Rings} rings
   * @param {Places} places
   * @param {World} world
   * @param {NamesData} names
   * @param {Labels["onRing"]} onRing
   */
  constructor(map, rings, places, world, names, onRing) {
    Object.assign(this, { map, rings, places, world, names, onRing });
    this.renderer = L.svg({ pane: "rm-labels", padding: 0.05 }).addTo(map);
    this.renderer._container.classList.add("rm-labels");
    this.renderer._container.setAttribute("aria-hidden", "true");
    this.group = this.renderer._rootGroup;
    this.projectedLines = new Map();
  }

  draw() {
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    this.corner = corner;
    this.zoom = this.map.getZoom();
    this.scale = 2 ** this.zoom;
    this.pixels = this.map.getPixelOrigin();
    this.space = new LabelSpace([corner.x + 4, corner.y + 4, corner.x + size.x - 4, corner.y + size.y - 4]);
    this.drawing = document.createDocumentFragment();
    this.reserveControls();
    const lines = this.ringLines();
    this.reservePlaces();
    // Origins are labelled before everything else.
    for (const spot of this.spots.filter((each) => each.isOrigin)) this.placeName(spot);
    const sites = this.spots.filter((spot) => !spot.isOrigin && !this.isNamed(spot));
    const names = () => {
      for (const spot of sites) this.placeName(spot);
    };
    // A few sites matter more than ring labels; each of many sites matters less.
    if (this.spots.length <= STYLE.manyPlaces) names();
    this.ringNames(lines);
    if (this.spots.length > STYLE.manyPlaces) names();
    if (this.world.levels.length) new BackgroundNames(this).draw();
    this.group.replaceChildren(this.drawing);
  }

  /** @param {number} lon @param {number} lat */
  project(lon, lat) {
    return this.toLayer(...mercator(lon, lat));
  }

  // Convert Mercator units to layer points.
  /** @param {number} x @param {number} y @returns {Point} */
  toLayer(x, y) {
    return [x * this.scale - this.pixels.x, y * this.scale - this.pixels.y];
  }

  reserveControls() {
    /** @type {Box[]} */
    this.controls = [];
    const frame = this.map.getContainer().getBoundingClientRect();
    for (const control of this.map.getContainer().querySelectorAll(".leaflet-control")) {
      const box = control.getBoundingClientRect();
      const [x, y] = [box.left - frame.left + this.corner.x, box.top - frame.top + this.corner.y];
      if (box.width) this.controls.push([x - 4, y - 4, x + box.width + 4, y + box.height + 4]);
    }
    for (const box of this.controls) this.space.reserve(box);
  }

  // The headline lines of the shown rings, in all worlds, resampled in pixels.
  ringLines() {
    const found = [];
    for (const item of this.rings.items) {
      if (!item.shown) continue;
      for (const [name, paths] of Object.entries(this.projected(item.ring))) {
        const points = paths.map((path) => path.map(([x, y]) => this.toLayer(x, y)));
        const inView = points.filter((path) => overlap(boxOf(path), this.space.view));
        if (!inView.length) continue;
        const line = this.space.addLine(inView);
        if (name === "headline") found.push({ item, line, parts: inView.map(resampled) });
      }
    }
    // Small rings have the fewest positions.
    return found.sort((a, b) => a.parts[0].total - b.parts[0].total);
  }

  // The lines of a ring in Mercator units, in all worlds; computed once.
  /** @param {RingPayload} ring @returns {Record<string, Point[][]>} */
  projected(ring) {
    if (!this.projectedLines.has(ring)) {
      /** @param {Path} path */
      const inWorlds = (path) =>
        shiftsOf(path).map((shift) => path.map(([lon, lat]) => mercator(lon + shift, lat)));
      const lines = Object.entries(ring.lines).map(([name, paths]) => [
        name,
        paths.flatMap(withinMercator).flatMap(inWorlds),
      ]);
      this.projectedLines.set(ring, Object.fromEntries(lines));
    }
    return this.projectedLines.get(ring);
  }

  reservePlaces() {
    /** @type {Spot[]} */
    const spots = this.places.all.map(({ place, isOrigin, marker, index }) => {
      const { x, y } = this.map.latLngToLayerPoint(marker.getLatLng());
      return { name: place.name, number: index === undefined ? 0 : index + 1, isOrigin, open: () => marker.openPopup(), x, y };
    });
    const dots = this.places.dots ? this.places.dots.inView(NAMED_DOTS) || [] : [];
    for (const { index, x, y } of dots) {
      const { name } = this.places.sites.site(index);
      spots.push({ name, number: index + 1, isOrigin: false, open: () => this.places.open(index), x, y });
    }
    this.spots = spots.filter(({ x, y }) => this.space.contains([x, y, x, y]));
    for (const { x, y } of this.spots) this.space.reserve([x - 8, y - 8, x + 8, y + 8]);
  }

  // Whether a site is also an origin, which already has the label.
  /** @param {Spot} spot */
  isNamed({ name, x, y }) {
    return this.spots.some((o) => o.isOrigin && o.name === name && Math.hypot(o.x - x, o.y - y) < 14);
  }

  // The name of a place, or where there is no room the number that it has in the legend's list.
  /** @param {Spot} spot */
  placeName(spot) {
    if (this.placeText(spot, spot.name) || !this.places.areListed || !spot.number) return;
    this.placeText(spot, String(spot.number));
  }

  /** @param {Spot} spot @param {string} name */
  placeText({ isOrigin, open, x, y }, name) {
    const kind = isOrigin ? "origin" : "site";
    const width = measure(name, kind);
    /** @type {Choice[]} */
    const choices = SIDES.map(([dx, dy, anchor], i) => {
      const box = textBox(x + dx, y + dy, anchor, width);
      return { box, x: x + dx, y: y + dy, anchor, cost: i + 0.8 * this.space.crossings(box) };
    }).filter(({ box }) => this.space.isFree(box) && this.space.contains(box));
    // An origin among many places has its label at a leader.
    /** @type {Box} */
    const frame = [x - 8, y - 8, x + 8, y + 8];
    if (isOrigin && !choices.length) {
      const spots = this.spotsAroundBox(frame, width).filter((spot) => spot.leader);
      choices.push(...spots.map((spot) => ({ ...spot, box: spot.boxes[0], anchor: "middle" })));
    }
    if (!choices.length) return false;
    const best = choices.reduce((a, b) => (b.cost < a.cost ? b : a));
    this.space.reserve(best.box);
    if (best.leader) {
      for (const box of leaderBoxes(...best.leader)) this.space.reserve(box);
      this.leader(best.leader, "var(--origin)");
    }
    const text = this.text(best.x, best.y, best.anchor, kind, name);
    this.onClick(text, open);
    return true;
  }

  // A click on a label does not count as a click on the map.
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
   * @param {string} content
   */
  text(x, y, anchor, kind, content) {
    const position = { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor };
    const text = makeSvg("text", { ...position, class: `rm-label rm-${kind}-label` });
    if (Object.hasOwn(NAME_TABLE.looks, kind)) applyLook(text, NAME_TABLE.looks[kind], content);
    text.textContent = isolated(kind === "ring" ? withMarks(content) : content);
    if (anchor === "middle") text.style.direction = document.documentElement.dir;
    this.drawing.append(text);
    return text;
  }

  // The labels of all rings. Of several rings with the same label, as of one weapon from several
  // origins, one at most has its label at the end of a leader, and only if no other has a label.
  /** @param {RingLine[]} lines */
  ringNames(lines) {
    /** @type {Map<string, number[]>} */
    const sharing = new Map();
    for (const [i, { item }] of lines.entries()) {
      const { label } = item.ring;
      sharing.set(label, [...(sharing.get(label) ?? []), i]);
    }
    const named = new Set();
    for (const [i, line] of lines.entries()) {
      const { label } = line.item.ring;
      const group = sharing.get(label) ?? [];
      if (this.ringName(line, i, group.length === 1)) named.add(label);
      if (i === group[group.length - 1] && !named.has(label)) {
        const costs = new Map(group.map((k) => [k, group.length > 1 ? this.cost(lines[k]) : 0]));
        const cheapest = group.sort((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0));
        cheapest.some((k) => this.ringName(lines[k], k, true));
      }
    }
  }

  // What a ring's label at the end of a leader would cost.
  /** @param {RingLine} ring */
  cost({ item, line, parts }) {
    const spot = this.ringSpot(parts, item.ring.label, this.space.coincidentLines(line), true);
    return spot ? 1000 * spot.obstacles + spot.cost : Infinity;
  }

  // The label of a ring on its line; without space even at a leader, the weapon's name alone. Whether one was drawn.
  /** @param {RingLine} ring @param {number} number @param {boolean} mayLead whether at the end of a leader */
  ringName({ item, line, parts }, number, mayLead) {
    const { ring, system } = item;
    const own = this.space.coincidentLines(line);
    for (const label of new Set(mayLead ? [ring.label, system.label] : [ring.label])) {
      const spot = this.ringSpot(parts, label, own, mayLead);
      if (!spot) continue;
      for (const box of spot.boxes) this.space.reserve(box);
      if (spot.leader) this.leader(spot.leader, textColour(system));
      const text = spot.path
        ? this.curvedText(spot.path, label, `rm-ring-label-${number}`)
        : this.text(spot.x, spot.y, "middle", "ring", label);
      text.style.fill = textColour(system);
      this.onClick(text, (event) => this.onRing(item, event));
      return true;
    }
    return false;
  }

  /** @param {Line[]} parts @param {string} label @param {Set<number>} own @param {boolean} mayLead @returns {any} */
  ringSpot(parts, label, own, mayLead) {
    const width = measure(isolated(label), "ring");
    // WebKit draws right-to-left letters separately and backwards on a curve.
    if (RTL_LETTERS.test(label)) return this.spotNextToLine(parts, width, own, mayLead);
    /** @param {{ path: Point[], boxes: Box[] }} spot */
    const free = ({ path, boxes }) => boxes.every((box) => this.space.isFree(box)) && this.isClearAbove(path, own);
    /** @type {any[]} */
    const choices = parts.flatMap((part) => this.curvedSpots(part, width));
    choices.sort((a, b) => a.cost - b.cost);
    // With very many rings, labels next to their lines only add clutter.
    const few = this.rings.items.length <= CANVAS_RINGS;
    return choices.find(free) || (few ? this.spotNextToLine(parts, width, own, mayLead) : null);
  }

  // Whether text above a stretch of a line cannot be mistaken for another line's label.
  /** @param {Point[]} path @param {Set<number>} own */
  isClearAbove(path, own) {
    const reach = CURVED_PX + CLEAR_OF_OTHERS_PX;
    return this.above(path, CURVED_PX).every(([x, y]) => this.space.isClear([x, y, x, y], own, reach));
  }

  // The same for text next to a line: no line may cross it. A leader that ends on the line may
  // connect text farther away.
  /** @param {any} spot @param {Set<number>} own */
  isClearNextToLine({ boxes: [[left, top, right, bottom]], leader }, own) {
    /** @type {Box} */
    const letters = [left + 2, top, right - 2, bottom];
    const away = this.space.distance(letters, (line) => own.has(line), NEXT_TO_LINE_PX);
    if (leader) {
      const [x, y] = leader[0];
      const isClear = away > 0 && this.space.isClear(letters, own, CLEAR_OF_OTHERS_PX);
      return isClear && this.space.isClear([x, y, x, y], own, CLEAR_OF_OTHERS_PX);
    }
    return away > 0 && away < Infinity && this.space.isClear(letters, own, away + CLEAR_OF_OTHERS_PX);
  }

  // A label next to its ring, if necessary at the end of a leader that crosses nothing. In dense
  // places the text still needs free space, but the leader may pass behind other labels.
  /** @param {Line[]} parts @param {number} width @param {Set<number>} own @param {boolean} mayLead */
  spotNextToLine(parts, width, own, mayLead) {
    const along = parts.flatMap((part) => this.spotsAlongLine(part, width));
    const spots = mayLead ? along : along.filter((spot) => !spot.leader);
    spots.sort((a, b) => a.cost - b.cost);
    /** @type {any} */
    let best = null;
    let tried = 0;
    for (const spot of spots) {
      if (!this.isClearNextToLine(spot, own)) continue;
      if (++tried > TRIED_SPOTS) break;
      const leader = spot.leader ? leaderBoxes(...spot.leader) : [];
      spot.boxes.push(...leader);
      spot.obstacles = leader.filter((box) => !this.space.isFree(box)).length;
      if (!best || spot.obstacles < best.obstacles) best = spot;
      if (!spot.obstacles) break;
    }
    return best;
  }

  // Stretches of the line that are long enough for the text; the best are near the north of the
  // view, level, and clear of other lines.
  /** @param {Line} line @param {number} width */
  curvedSpots({ samples, step, total }, width) {
    const half = Math.ceil((width / 2 + 4) / step);
    const last = samples.length - 1;
    const [a, z] = [samples[0], samples[last]];
    const closed = Math.hypot(a[0] - z[0], a[1] - z[1]) <= 2 * step;
    // Text that bends by more than 130 degrees is hard to read.
    if (closed ? width > (total * 130) / 360 : last < 2 * half) return [];
    /** @param {number} i */
    const at = (i) => samples[closed ? (i + last) % last : i];
    const inside = samples.map(([x, y]) => this.space.contains([x, y - 18, x, y]));
    /** @type {Choice[]} */
    const spots = [];
    const stride = Math.max(2, Math.round(18 / step));
    for (let i = closed ? 0 : half; i < (closed ? last : last - half); i += stride) {
      if (!inside[i]) continue;
      /** @type {Point[]} */
      let path = [];
      for (let k = -half; k <= half; k++) path.push(at(i + k));
      if (!path.every(([x, y]) => this.space.contains([x - 2, y - 10, x + 2, y + 2]))) continue;
      if (path[0][0] > path[path.length - 1][0]) path = path.reverse();
      /** @type {Box[] | undefined} */
      const boxes = this.boxesAbove(path);
      const [first, end] = [path[0], path[path.length - 1]];
      const tilt = Math.abs(Math.atan2(end[1] - first[1], end[0] - first[0]));
      const crossed = boxes.reduce((sum, box) => sum + this.space.crossings(box), 0) / boxes.length;
      const height = (at(i)[1] - this.space.view[1]) / (this.space.view[3] - this.space.view[1]);
      spots.push({ path, boxes, cost: 2 * height + tilt + 0.3 * crossed });
    }
    return spots;
  }

  // Boxes along the text, which is above the line.
  /** @param {Point[]} path @returns {Box[]} */
  boxesAbove(path) {
    const every = Math.max(1, Math.floor(path.length / 30));
    const points = this.above(path, 9).filter((_, i) => i % every === 0);
    return points.map(([x, y]) => [x - 7, y - 7, x + 7, y + 7]);
  }

  // The points of a path, moved some pixels to its left.
  /** @param {Point[]} path @param {number} px @returns {Point[]} */
  above(path, px) {
    return path.map(([x, y], i) => {
      const [x0, y0] = path[Math.max(0, i - 1)];
      const [x1, y1] = path[Math.min(path.length - 1, i + 1)];
      const length = Math.hypot(x1 - x0, y1 - y0) || 1;
      return [x + (px * (y1 - y0)) / length, y - (px * (x1 - x0)) / length];
    });
  }

  // Straight text next to points of a line in view, outside or inside, if necessary at the end of
  // a leader.
  /** @param {Line} line @param {number} width @returns {Choice[]} */
  spotsAlongLine({ points, samples }, width) {
    /** @param {Point} point */
    const isSeen = ([x, y]) => this.space.contains([x, y, x, y]) && !this.controls.some((box) => overlap(box, [x, y, x, y]));
    const inside = (samples.length < LINE_POINTS ? points : samples).filter(isSeen);
    const every = Math.max(1, Math.floor(inside.length / LINE_POINTS));
    const [x0, y0, x1, y1] = boxOf(samples);
    /** @type {Choice[]} */
    const spots = [];
    for (let i = 0; i < inside.length; i += every) {
      const [east, north] = [inside[i][0] - (x0 + x1) / 2, (y0 + y1) / 2 - inside[i][1]];
      const length = Math.hypot(east, north) || 1;
      /** @type {Point} */
      const outwards = [east / length, north / length];
      spots.push(...this.spotsFromPoint(inside[i], outwards, width));
      const inwards = this.spotsFromPoint(inside[i], [-outwards[0], -outwards[1]], width);
      spots.push(...inwards.map((spot) => ({ ...spot, cost: spot.cost + 1 })));
    }
    return spots;
  }

  // The same around a box.
  /** @param {Box} box @param {number} width @returns {Choice[]} */
  spotsAroundBox([x0, y0, x1, y1], width) {
    /** @type {Choice[]} */
    const spots = [];
    for (let turn = 0; turn < 32; turn++) {
      const [east, north] = [Math.sin((turn * Math.PI) / 16), Math.cos((turn * Math.PI) / 16)];
      /** @type {Point} */
      const from = [(x0 + x1 + (x1 - x0) * east) / 2, (y0 + y1 - (y1 - y0) * north) / 2];
      spots.push(...this.spotsFromPoint(from, [east, north], width));
    }
    return spots;
  }

  // Text in one direction from a point, close to it or at the end of a leader.
  /** @param {Point} from @param {Point} direction @param {number} width @returns {Choice[]} */
  spotsFromPoint(from, [east, north], width) {
    /** @type {Choice[]} */
    const spots = [];
    for (const away of LEADERS_PX) {
      /** @type {Point} */
      const to = [from[0] + away * east, from[1] - away * north];
      const y = to[1] + 4 - 9 * north;
      // With a leader the text may also be to the left or right of its end, or over it.
      const free = away > LEADERS_PX[0] && Math.abs(north) > 0.35;
      for (const aside of free ? [0, -0.5, 0.5, -1, 1, -1.6, 1.6] : [0]) {
        const x = to[0] + (width / 2) * Math.max(-1, Math.min(1, 1.6 * east + aside));
        const box = textBox(x, y, "middle", width);
        if (!this.space.contains(box) || !this.space.isFree(box)) continue;
        const cost = 0.7 * this.space.crossings(box) + away / 14 + (1 - north) + Math.abs(aside);
        spots.push({ x, y, boxes: [box], cost, leader: away > LEADERS_PX[0] ? [from, to] : null });
      }
    }
    return spots;
  }

  /** @param {readonly Point[]} ends @param {string} stroke */
  leader([from, to], stroke) {
    const [[x1, y1], [x2, y2]] = [from, to].map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);
    const line = makeSvg("line", { x1, y1, x2, y2, stroke, "stroke-width": 1 });
    this.drawing.prepend(line);
  }

  /** @param {Point[]} path @param {string} content @param {string} id */
  curvedText(path, content, id) {
    const d = path.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    this.drawing.append(makeSvg("path", { id, d, fill: "none" }));
    const text = makeSvg("text", { class: "rm-label rm-ring-label", dy: "-5", "text-anchor": "middle" });
    text.append(makeSvg("textPath", { href: `#${id}`, startOffset: "50%" }, isolated(content)));
    this.drawing.append(text);
    return text;
  }
}
