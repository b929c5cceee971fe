// ---- Names on the base map: countries, waters and towns, where labels leave room ---------------
// The order, sizes and colours are those of pictures: rangemap/render/background/names.py.

const LARGE_WATERS = ["ocean", "sea"];
const NAME_HEIGHT = 1.25; // times the size
const MARK_PX = 14; // around the middle of the mark of a place
const ROOM_PX = 10; // around names of countries and waters, if there is room

// Names placed one after the other; each takes the best free position.
class BackgroundNames {
  /** @param {Labels} labels */
  constructor(labels) {
    Object.assign(this, { labels, space: labels.space, names: labels.names, metres: metresPerPx(labels.map), apart: [] });
    this.cells = new CellGrid(labels);
  }

  draw() {
    const { countries } = this.labels.world;
    const towns = this.townsInView();
    const capitals = towns.filter(({ capital }) => capital);
    const about = this.names.about.map((name) => countries.indexOf(name));
    for (const country of about) this.country(country, "about");
    const free = capitals.filter(({ x, y }) => this.space.isFree(dotBox(x, y, 2.5)));
    for (const { x, y } of free) this.space.reserve(dotBox(x, y, 2.5));
    const seen = [...this.cells.cells].filter(([owner]) => owner >= 0 && !about.includes(owner));
    const others = seen.sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
    for (const [country] of others) this.country(country, "country");
    // Large seas first: a capital has its dot, and sides to choose from.
    const seas = this.names.seas.filter(([kind]) => LARGE_WATERS.includes(kind));
    for (const sea of seas) this.water(...sea);
    const named = free.filter((town) => this.town(town, "capital"));
    for (const water of this.names.seas) if (!seas.includes(water)) this.water(...water);
    this.smallerTowns(towns, [...this.labels.spots.filter(({ isOrigin }) => isOrigin), ...named]);
  }

  /** @param {number} number @param {"about" | "country"} kind */
  country(number, kind) {
    const name = this.labels.world.countries[number];
    const text = name && Object.hasOwn(this.names.countries, name) ? this.names.countries[name] : name;
    if (text && !this.area(text, kind, this.cells.cellsOf(number)) && kind === "about") this.beside(number, text);
  }

  /** @param {string} kind @param {string} name @param {number[][]} places */
  water(kind, name, places) {
    const waters = this.metres >= NAME_TABLE.waterFrom;
    if (kind === "river" || kind === "lake") {
      if (!waters) return;
      if (kind === "river") {
        this.river(name, places);
        return;
      }
    }
    /** @type {Record<string, NameKind>} */
    const kinds = { ocean: "sea", sea: "sea", gulf: "gulf", strait: "strait", lake: "strait" };
    const radius = Math.max(...places.map(([, , km]) => (km * 1000) / this.metres));
    if (kinds[kind] === "strait" && radius < NAME_TABLE.smallestStrait) return;
    const cells = this.cells.waterWithin(places);
    if (cells) this.area(name, kinds[kind], cells);
  }

  /** @param {string} name @param {number[][]} points */
  river(name, points) {
    const width = measure(name, "river");
    for (const [x, y] of points.flatMap(([lon, lat]) => this.inView(lon, lat))) {
      const spot = this.freeSide(x, y, width, 4);
      if (!spot) continue;
      this.space.reserve(spot.box);
      this.labels.text(spot.x, spot.y, spot.anchor, "river", name);
      return;
    }
  }

  // The name of a small country beside the largest of its parts in view.
  /** @param {number} country @param {string} text */
  beside(country, text) {
    const { world, scale, pixels } = this.labels;
    const line = spaced(text);
    const width = measure(line, "about");
    const parts = world.levels.flatMap(({ land }) => land.filter((shape) => shape.country === country));
    const spots = parts.flatMap(({ box: [x0, y0, x1, y1] }) =>
      [-WORLD_PX, 0, WORLD_PX].map((shift) => ({
        x: ((x0 + x1) / 2 + shift) * scale - pixels.x,
        y: ((y0 + y1) / 2) * scale - pixels.y,
        area: (x1 - x0) * (y1 - y0),
      })));
    const seen = spots.filter(({ x, y }) => this.space.contains([x, y, x, y])).sort((a, b) => b.area - a.area);
    if (!seen.length) return;
    const [{ x, y }] = seen;
    // On other countries the name would seem to be theirs, so that a leader shows which it names.
    const gaps = [false, true].flatMap((crossing) =>
      [NAME_TABLE.besideShare, 1].flatMap((share) => NAME_TABLE.beside.map((gap) => ({ crossing, share, gap }))));
    for (const { crossing, share, gap } of gaps) {
      const leads = share > NAME_TABLE.besideShare || gap >= NAME_TABLE.leaderFrom;
      /** @param {Box} box */
      const fits = (box) =>
        this.shareOfOthers(country, box) <= share && this.isApart(box) && (!leads || crossing || this.isLeaderFree([x, y], box));
      const spot = this.freeSide(x, y, width, gap + 2, fits);
      if (!spot) continue;
      if (leads) this.leader([x, y], spot.box);
      this.space.reserve(spot.box);
      this.apart.push(spot.box);
      this.labels.text(spot.x, spot.y, spot.anchor, "about", line);
      return;
    }
  }

  // Names of countries have a gap between them: two in one line would look like one.
  /** @param {Box} box */
  isApart([left, top, right, bottom]) {
    const gap = NAME_TABLE.countryGap;
    return !this.apart.some((other) => overlap([left - gap, top, right + gap, bottom], other));
  }

  // A line from a country to its name.
  /** @param {Point} from @param {Box} name */
  leader(from, name) {
    const to = nearestPoint(from, name);
    for (const box of leaderBoxes(from, to)) this.space.reserve(box);
    this.labels.leader([from, to], "var(--ink)");
    const [cx, cy] = from.map((value) => value.toFixed(1));
    this.labels.drawing.prepend(makeSvg("circle", { cx, cy, r: 2, fill: "var(--ink)" }));
  }

  // Whether a leader crosses no label. It may start under the mark of a place.
  /** @param {Point} from @param {Box} name */
  isLeaderFree(from, name) {
    return leaderBoxes(from, nearestPoint(from, name)).every(([left, top, right, bottom]) =>
      Math.hypot((left + right) / 2 - from[0], (top + bottom) / 2 - from[1]) < MARK_PX
      || this.space.isFree([left, top, right, bottom]));
  }

  // The share of a box that is on other countries.
  /** @param {number} country @param {Box} box */
  shareOfOthers(country, [left, top, right, bottom]) {
    const { corner } = this.labels;
    const { columns, rows, owners } = this.cells;
    /** @param {number} position @param {number} most */
    const cell = (position, most) => Math.min(most - 1, Math.max(0, Math.floor(position / NAME_TABLE.cell)));
    let [all, others] = [0, 0];
    for (let row = cell(top - corner.y, rows); row <= cell(bottom - corner.y, rows); row++) {
      for (let column = cell(left - corner.x, columns); column <= cell(right - corner.x, columns); column++) {
        const owner = owners[row * columns + column];
        all += 1;
        if (owner !== country && owner !== WATER_CELL) others += 1;
      }
    }
    return others / all;
  }

  // A name inside an area, near its middle, in one or two lines; whether there is room.
  /** @param {string} text @param {NameKind} kind @param {CellArea} cells */
  area(text, kind, cells) {
    const { size, share, spacing, twoLines } = NAME_TABLE.looks[kind];
    const choices = twoLines ? [[text], inTwoLines(text)] : [[text]];
    const loose = kind === "country" ? choices.map((plain) => ({ plain, least: NAME_TABLE.looseShare })) : [];
    const room = cells.count * NAME_TABLE.cell ** 2;
    for (const { plain, least } of [...choices.map((each) => ({ plain: each, least: share })), ...loose]) {
      const lines = spacing ? plain.map(spaced) : plain;
      const width = Math.max(...lines.map((line) => measure(line, kind)));
      const height = size * NAME_HEIGHT * lines.length;
      if (least < share && room < width * height) continue;
      const isCountry = kind === "about" || kind === "country";
      const spot = this.freeBox(cells, width, height, least, least < share, isCountry);
      if (!spot) continue;
      this.space.reserve(spot.box);
      if (isCountry) this.apart.push(spot.box);
      for (const [i, line] of lines.entries()) {
        const y = spot.y + (i - (lines.length - 1) / 2) * size * NAME_HEIGHT + size * 0.35;
        this.labels.text(spot.x, y, "middle", kind, line);
      }
      return true;
    }
    return false;
  }

  /** @param {CellArea} cells @param {number} width @param {number} height @param {number} share @param {boolean} centred @param {boolean} apart */
  freeBox(cells, width, height, share, centred, apart) {
    const { corner } = this.labels;
    /** @type {{ box: Box, x: number, y: number, cost: number } | null} */
    let best = null;
    for (const spot of cells.boxes(width, height, share, centred)) {
      if (best && spot.cost >= best.cost) break;
      const [x, y] = [corner.x + spot.x, corner.y + spot.y];
      /** @type {Box} */
      const box = [x - width / 2 - 3, y - height / 2, x + width / 2 + 3, y + height / 2];
      if (!this.space.contains(box) || !this.space.isFree(box) || (apart && !this.isApart(box))) continue;
      /** @type {Box} */
      const around = [box[0] - ROOM_PX, box[1] - ROOM_PX, box[2] + ROOM_PX, box[3] + ROOM_PX];
      const cost = spot.cost + 0.8 * this.space.crossings(box) + (this.space.isFree(around) ? 0 : 2);
      if (!best || cost < best.cost) best = { box, x, y, cost };
    }
    return best;
  }

  // The copies of a position that are in view, in layer points.
  /** @param {number} lon @param {number} lat @returns {Point[]} */
  inView(lon, lat) {
    const points = WORLDS.map((shift) => this.labels.project(lon + shift, lat));
    return points.filter(([x, y]) => this.space.contains([x, y, x, y]));
  }

  // The towns in view, the most important first.
  /** @returns {TownSpot[]} */
  townsInView() {
    const limit = NAME_TABLE.crowded * Math.max(this.metres - 100, 0);
    const least = limit < NAME_TABLE.allBelow ? 0 : limit;
    return this.names.towns.flatMap(([name, lon, lat, people, capital]) => {
      if (people < least * (capital ? NAME_TABLE.capitals : 1)) return [];
      return this.inView(lon, lat).map(([x, y]) => ({ name, x, y, capital: Boolean(capital) }));
    });
  }

  /** @param {TownSpot[]} towns @param {{ x: number, y: number }[]} shown */
  smallerTowns(towns, shown) {
    const size = this.labels.map.getSize();
    const most = Math.floor((size.x * size.y) / NAME_TABLE.townSpace) + 1;
    let count = 0;
    for (const town of towns) {
      if (town.capital) continue;
      if (count >= most) break;
      if (shown.some(({ x, y }) => Math.hypot(x - town.x, y - town.y) < NAME_TABLE.townGap)) continue;
      if (!this.space.isFree(dotBox(town.x, town.y, 2)) || !this.town(town, "town")) continue;
      shown.push(town);
      count += 1;
    }
  }

  // The dot and the name of a town; whether there is room.
  /** @param {TownSpot} town @param {"capital" | "town"} kind */
  town({ name, x, y }, kind) {
    // A place on the map is more specific than the town it is in.
    if (this.labels.spots.some((spot) => Math.hypot(spot.x - x, spot.y - y) < 14)) return false;
    const spot = this.freeSide(x, y, measure(name, kind), 6);
    if (!spot) return false;
    this.space.reserve(spot.box);
    const r = kind === "capital" ? 2.5 : 2;
    this.space.reserve(dotBox(x, y, r));
    const dot = kind === "capital"
      ? makeSvg("rect", { x: (x - r).toFixed(1), y: (y - r).toFixed(1), width: 2 * r, height: 2 * r })
      : makeSvg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r });
    this.labels.drawing.append(dot);
    this.labels.text(spot.x, spot.y, spot.anchor, kind, name);
    return true;
  }

  // The best free side of a point for text of a width.
  /** @param {number} x @param {number} y @param {number} width @param {number} gap @param {(box: Box) => boolean} [fits] */
  freeSide(x, y, width, gap, fits = () => true) {
    /** @type {[number, number, Anchor][]} */
    const sides = [
      [gap, 4, "start"], [-gap, 4, "end"], [0, -gap - 1, "middle"], [0, gap + 9, "middle"],
      [gap - 2, -gap + 1, "start"], [gap - 2, gap + 6, "start"], [2 - gap, -gap + 1, "end"], [2 - gap, gap + 6, "end"],
    ];
    /** @type {{ box: Box, x: number, y: number, anchor: Anchor, cost: number } | null} */
    let best = null;
    for (const [i, [dx, dy, anchor]] of sides.entries()) {
      const box = textBox(x + dx, y + dy, anchor, width);
      if (!this.space.contains(box) || !this.space.isFree(box) || !fits(box)) continue;
      const cost = 0.25 * i + 0.8 * this.space.crossings(box);
      if (!best || cost < best.cost) best = { box, x: x + dx, y: y + dy, anchor, cost };
    }
    return best;
  }
}

/** @param {Point} point @param {Box} box @returns {Point} */
function nearestPoint([x, y], [left, top, right, bottom]) {
  return [Math.max(left, Math.min(right, x)), Math.max(top, Math.min(bottom, y))];
}

/** @param {number} x @param {number} y @param {number} r @returns {Box} */
function dotBox(x, y, r) {
  return [x - r - 1, y - r - 1, x + r + 1, y + r + 1];
}

// The two parts of a text that differ least in length.
/** @param {string} text */
function inTwoLines(text) {
  const words = text.split(" ");
  const halves = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")]);
  /** @param {string[]} half */
  const longest = (half) => Math.max(...half.map((line) => line.length));
  return halves.reduce((a, b) => (longest(b) < longest(a) ? b : a), halves[0] || [text]);
}

/** @param {string} text */
function spaced(text) {
  return text.toLocaleUpperCase(document.documentElement.lang);
}
