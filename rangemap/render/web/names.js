// ---- Names on the base map: countries, waters and towns, where labels leave room ---------------
// The order, sizes and colours are those of pictures: rangemap/render/background/names.py.

const WATER_CELL = -1;
const MIXED_CELL = -2; // at a border, or outside the world
const TRIED_CELLS = 150;
const LARGE_WATERS = ["ocean", "sea"];
const NAME_HEIGHT = 1.25; // times the size
const EARTH_KM = 6371;
const MARK_PX = 14; // around the middle of the mark of a place
const ROOM_PX = 10; // around names of countries and waters, if there is room

// Which country or water is in each square cell of the view.
class CellGrid {
  /** @param {Labels} labels */
  constructor(labels) {
    const { map, world, corner } = labels;
    const size = map.getSize();
    this.labels = labels;
    this.columns = Math.max(1, Math.ceil(size.x / NAME_TABLE.cell));
    this.rows = Math.max(1, Math.ceil(size.y / NAME_TABLE.cell));
    const canvas = make("canvas", { width: this.columns, height: this.rows });
    /** @type {any} */
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const scale = labels.scale / NAME_TABLE.cell;
    const origin = labels.pixels.add(corner).divideBy(labels.scale);
    const drawing = new WorldDrawing(context, scale, [origin.x, origin.y], [size.x / labels.scale, size.y / labels.scale]);
    const waters = showsWaters(map);
    const hiding = world.levels.findLastIndex(({ areas }) => areas?.some((area) => drawing.isFilledBy(area)));
    for (const level of world.levels.slice(Math.max(0, hiding))) {
      drawing.inAreas(level.areas, () => {
        const present = new Set(level.land.filter(({ box }) => drawing.isSeen(box)).map(({ country }) => country));
        for (const country of present) {
          drawing.fill(level.land.filter((shape) => shape.country === country), this.colourOf(country + 1));
        }
        if (waters) drawing.fill(level.lakes, PALETTE.sea);
      });
    }
    this.owners = this.read(context.getImageData(0, 0, this.columns, this.rows).data);
    /** @type {Map<number, number[]>} */
    this.cells = new Map(); // by owner
    for (const [i, owner] of this.owners.entries()) {
      const known = this.cells.get(owner);
      if (known) known.push(i);
      else this.cells.set(owner, [i]);
    }
  }

  // The last part does not follow from the others, so that mixed colours are recognised.
  /** @param {number} number */
  colourOf(number) {
    return `rgb(${number}, ${255 - number}, ${(number * number * 7) % 251})`;
  }

  /** @param {Uint8ClampedArray} data */
  read(data) {
    const owners = new Int16Array(this.columns * this.rows);
    const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(PALETTE.sea.slice(i, i + 2), 16));
    for (let i = 0; i < owners.length; i++) {
      const [red, green, blue, alpha] = [data[4 * i], data[4 * i + 1], data[4 * i + 2], data[4 * i + 3]];
      if (alpha === 0 || (red === r && green === g && blue === b)) owners[i] = WATER_CELL;
      else owners[i] = alpha === 255 && green === 255 - red && blue === (red * red * 7) % 251 ? red - 1 : MIXED_CELL;
    }
    return owners;
  }

  /** @param {number} owner */
  cellsOf(owner) {
    return new CellArea(this.cells.get(owner) || [], this.columns, this.rows);
  }

  // The cells of water within discs of longitude, latitude and kilometres; null if there are none.
  /** @param {number[][]} discs */
  waterWithin(discs) {
    const unit = this.units();
    const [cx, cy, cz] = this.centre || [0, 0, 0];
    const water = this.cells.get(WATER_CELL) || [];
    const within = new Uint8Array(water.length);
    for (const [lon, lat, km] of discs) {
      const [x, y, z] = onSphere(lon, lat);
      if (Math.acos(Math.min(1, x * cx + y * cy + z * cz)) > km / EARTH_KM + (this.radius || Math.PI)) continue; // not in view
      const least = Math.cos(km / EARTH_KM);
      for (let k = 0; k < water.length; k++) {
        const i = 3 * water[k];
        if (unit[i] * x + unit[i + 1] * y + unit[i + 2] * z >= least) within[k] = 1;
      }
    }
    const found = water.filter((_, k) => within[k]);
    return found.length ? new CellArea(found, this.columns, this.rows) : null;
  }

  // The cells on the unit sphere; of the ones outside the map, 0.
  units() {
    if (this.unit) return this.unit;
    this.unit = new Float32Array(3 * this.owners.length);
    const { map, corner } = this.labels;
    const meridians = Array.from({ length: this.columns }, (_, column) => {
      const x = corner.x + (column + 0.5) * NAME_TABLE.cell;
      return onSphere(((x + this.labels.pixels.x) / this.labels.scale / WORLD_PX) * 360 - 180, 0);
    });
    for (let row = 0; row < this.rows; row++) {
      const y = corner.y + (row + 0.5) * NAME_TABLE.cell;
      const { lat } = map.layerPointToLatLng([corner.x, y]);
      if (Math.abs(lat) >= MERCATOR_LAT) continue;
      const [across, , up] = onSphere(0, lat);
      for (let column = 0; column < this.columns; column++) {
        const i = 3 * (row * this.columns + column);
        this.unit[i] = across * meridians[column][0];
        this.unit[i + 1] = across * meridians[column][1];
        this.unit[i + 2] = up;
      }
    }
    const { lat, lng } = map.getCenter();
    const [x, y, z] = onSphere(lng, lat);
    this.centre = [x, y, z];
    let least = 1;
    for (let i = 0; i < this.unit.length; i += 3) {
      least = Math.min(least, this.unit[i] * x + this.unit[i + 1] * y + this.unit[i + 2] * z);
    }
    this.radius = Math.acos(Math.max(-1, least)) + 0.01;
    return this.unit;
  }
}

// Some cells of the view, with sums by which the share of a box that is inside is found at once.
class CellArea {
  /** @param {number[]} cells @param {number} columns @param {number} rows */
  constructor(cells, columns, rows) {
    const mask = new Uint8Array(columns * rows);
    Object.assign(this, { mask, columns, rows, count: cells.length });
    let [left, top, right, bottom, sumX, sumY] = [columns, rows, 0, 0, 0, 0];
    for (const i of cells) {
      mask[i] = 1;
      const [x, y] = [i % columns, Math.floor(i / columns)];
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      if (y >= bottom) bottom = y + 1;
      sumX += x;
      sumY += y;
    }
    this.middle = [sumX / this.count, sumY / this.count];
    this.extent = [left, top, right, bottom];
    const wide = Math.max(0, right - left) + 1;
    this.sums = new Int32Array(wide * (Math.max(0, bottom - top) + 1));
    for (let y = top; y < bottom; y++) {
      let row = 0;
      for (let x = left; x < right; x++) {
        row += mask[y * columns + x];
        this.sums[(y - top + 1) * wide + x - left + 1] = this.sums[(y - top) * wide + x - left + 1] + row;
      }
    }
  }

  // Boxes of which at least a share, and if `centred` the middle, is inside, the best near the middle.
  /** @param {number} width @param {number} height @param {number} least @param {boolean} centred */
  boxes(width, height, least, centred) {
    const { mask, columns, rows, sums } = this;
    const [left, top, right, bottom] = this.extent;
    const [wide, high] = [Math.ceil(width / NAME_TABLE.cell), Math.ceil(height / NAME_TABLE.cell)];
    /** @type {{ x: number, y: number, share: number, cost: number }[]} */
    const found = [];
    if (!this.count || this.count < least * wide * high) return found;
    const stride = right - left + 1;
    const span = Math.hypot(columns, rows);
    let best = 0;
    for (let y = Math.max(0, top - high + 1); y < bottom && y + high <= rows; y++) {
      const north = Math.max(0, y - top) * stride;
      const south = (Math.min(y + high, bottom) - top) * stride;
      for (let x = Math.max(0, left - wide + 1); x < right && x + wide <= columns; x++) {
        const west = Math.max(0, x - left);
        const east = Math.min(x + wide, right) - left;
        const share = (sums[south + east] - sums[north + east] - sums[south + west] + sums[north + west]) / (wide * high);
        if (share > best) best = share;
        if (!share || share < least) continue;
        const away = Math.hypot(x + wide / 2 - 0.5 - this.middle[0], y + high / 2 - 0.5 - this.middle[1]);
        found.push({ x, y, share, cost: 40 * (1 - share) + (6 * away) / span });
      }
    }
    // A name larger than its country has its middle in it, or covers most of what it could.
    const good = found.filter(({ x, y, share }) =>
      (!centred && share >= NAME_TABLE.ofBestShare * best)
      || mask[(y + Math.floor(high / 2)) * columns + x + Math.floor(wide / 2)]);
    good.sort((a, b) => a.cost - b.cost);
    const step = Math.max(1, Math.floor(good.length / TRIED_CELLS));
    return good
      .filter((_, i) => i % step === 0)
      .slice(0, 2 * TRIED_CELLS)
      .map(({ x, y, cost }) => ({ x: (x + wide / 2) * NAME_TABLE.cell, y: (y + high / 2) * NAME_TABLE.cell, cost }));
  }
}

/** @param {number} lon @param {number} lat @returns {[number, number, number]} */
function onSphere(lon, lat) {
  const [a, b] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
  return [Math.cos(b) * Math.cos(a), Math.cos(b) * Math.sin(a), Math.sin(b)];
}

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
