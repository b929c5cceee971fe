// ---- Names on the base map: countries, waters and towns, where labels leave room ---------------
// The order, sizes and colours are those of pictures: rangemap/render/background/names.py.

const WATER_CELL = -1;
const MIXED_CELL = -2; // at a border, or outside the world
const TRIED_CELLS = 150;
const LARGE_WATERS = ["ocean", "sea"];
const NAME_HEIGHT = 1.25; // times the size
const EARTH_KM = 6371;
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
    for (const level of world.levels) {
      drawing.inAreas(level.areas, () => {
        const present = new Set(level.land.filter(({ box }) => drawing.isSeen(box)).map(({ country }) => country));
        for (const country of present) {
          drawing.fill(level.land.filter((shape) => shape.country === country), this.colourOf(country + 1));
        }
        if (waters) drawing.fill(level.lakes, STYLE.sea);
      });
    }
    this.owners = this.read(context.getImageData(0, 0, this.columns, this.rows).data);
  }

  // The last part does not follow from the others, so that mixed colours are recognised.
  /** @param {number} number */
  colourOf(number) {
    return `rgb(${number}, ${255 - number}, ${(number * number * 7) % 251})`;
  }

  /** @param {Uint8ClampedArray} data */
  read(data) {
    const owners = new Int16Array(this.columns * this.rows);
    const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(STYLE.sea.slice(i, i + 2), 16));
    for (let i = 0; i < owners.length; i++) {
      const [red, green, blue, alpha] = data.subarray(4 * i, 4 * i + 4);
      if (alpha === 0 || (red === r && green === g && blue === b)) owners[i] = WATER_CELL;
      else owners[i] = alpha === 255 && green === 255 - red && blue === (red * red * 7) % 251 ? red - 1 : MIXED_CELL;
    }
    return owners;
  }

  /** @param {number} owner */
  cellsOf(owner) {
    const mask = new Uint8Array(this.owners.length);
    for (let i = 0; i < mask.length; i++) mask[i] = this.owners[i] === owner ? 1 : 0;
    return mask;
  }

  // The cells of water within discs of longitude, latitude and kilometres.
  /** @param {number[][]} discs */
  waterWithin(discs) {
    const mask = new Uint8Array(this.owners.length);
    const unit = this.units();
    for (const [lon, lat, km] of discs) {
      const [x, y, z] = onSphere(lon, lat);
      const least = Math.cos(km / EARTH_KM);
      for (let i = 0; i < mask.length; i++) {
        if (this.owners[i] !== WATER_CELL) continue;
        if (unit[3 * i] * x + unit[3 * i + 1] * y + unit[3 * i + 2] * z >= least) mask[i] = 1;
      }
    }
    return mask;
  }

  // The cells on the unit sphere; of the ones outside the map, 0.
  units() {
    if (this.unit) return this.unit;
    this.unit = new Float32Array(3 * this.owners.length);
    const { map, corner } = this.labels;
    for (let row = 0; row < this.rows; row++) {
      const y = corner.y + (row + 0.5) * NAME_TABLE.cell;
      const { lat } = map.layerPointToLatLng([corner.x, y]);
      if (Math.abs(lat) >= MERCATOR_LAT) continue;
      for (let column = 0; column < this.columns; column++) {
        const x = corner.x + (column + 0.5) * NAME_TABLE.cell;
        const lon = ((x + this.labels.pixels.x) / this.labels.scale / WORLD_PX) * 360 - 180;
        this.unit.set(onSphere(lon, lat), 3 * (row * this.columns + column));
      }
    }
    return this.unit;
  }

  // Boxes of which at least a share is inside, the best near the middle.
  /** @param {Uint8Array} mask @param {number} width @param {number} height @param {number} least */
  boxes(mask, width, height, least) {
    const { columns, rows } = this;
    const [wide, high] = [Math.ceil(width / NAME_TABLE.cell), Math.ceil(height / NAME_TABLE.cell)];
    const sums = new Int32Array((columns + 1) * (rows + 1));
    let [count, sumX, sumY] = [0, 0, 0];
    for (let y = 0; y < rows; y++) {
      let row = 0;
      for (let x = 0; x < columns; x++) {
        if (mask[y * columns + x]) {
          row += 1;
          count += 1;
          sumX += x;
          sumY += y;
        }
        sums[(y + 1) * (columns + 1) + x + 1] = sums[y * (columns + 1) + x + 1] + row;
      }
    }
    /** @type {{ x: number, y: number, cost: number }[]} */
    const found = [];
    if (!count) return found;
    /** @param {number} x @param {number} y */
    const at = (x, y) => sums[y * (columns + 1) + x];
    const span = Math.hypot(columns, rows);
    /** @param {number} x @param {number} y */
    const shareAt = (x, y) => (at(x + wide, y + high) - at(x, y + high) - at(x + wide, y) + at(x, y)) / (wide * high);
    let best = 0;
    for (let y = 0; y + high <= rows; y++) for (let x = 0; x + wide <= columns; x++) best = Math.max(best, shareAt(x, y));
    // A name larger than its country has its middle in it, or covers most of what it could.
    /** @param {number} x @param {number} y */
    const isCentred = (x, y) => Boolean(mask[(y + Math.floor(high / 2)) * columns + x + Math.floor(wide / 2)]);
    for (let y = 0; y + high <= rows; y++) {
      for (let x = 0; x + wide <= columns; x++) {
        const share = shareAt(x, y);
        if (!share || share < least) continue;
        if (share < NAME_TABLE.ofBestShare * best && !isCentred(x, y)) continue;
        const away = Math.hypot(x + wide / 2 - 0.5 - sumX / count, y + high / 2 - 0.5 - sumY / count);
        const cost = 40 * (1 - share) + (6 * away) / span;
        found.push({ x: (x + wide / 2) * NAME_TABLE.cell, y: (y + high / 2) * NAME_TABLE.cell, cost });
      }
    }
    found.sort((a, b) => a.cost - b.cost);
    const stride = Math.max(1, Math.floor(found.length / TRIED_CELLS));
    return found.filter((_, i) => i % stride === 0).slice(0, 2 * TRIED_CELLS);
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
    Object.assign(this, { labels, space: labels.space, names: labels.names, metres: metresPerPx(labels.map) });
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
    const seen = new Map();
    for (const owner of this.cells.owners) if (owner >= 0) seen.set(owner, (seen.get(owner) || 0) + 1);
    const others = [...seen].filter(([owner]) => !about.includes(owner)).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
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
    if (text) this.area(text, kind, this.cells.cellsOf(number));
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
    const mask = this.cells.waterWithin(places);
    if (mask.includes(1)) this.area(name, kinds[kind], mask);
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

  // A name inside an area, near its middle; some may have two lines.
  /** @param {string} text @param {NameKind} kind @param {Uint8Array} mask */
  area(text, kind, mask) {
    const { size, share, spacing, twoLines } = NAME_TABLE.looks[kind];
    for (const plain of twoLines ? [[text], inTwoLines(text)] : [[text]]) {
      const lines = spacing ? plain.map(spaced) : plain;
      const width = Math.max(...lines.map((line) => measure(line, kind)));
      const spot = this.freeBox(mask, width, size * NAME_HEIGHT * lines.length, share);
      if (!spot) continue;
      this.space.reserve(spot.box);
      for (const [i, line] of lines.entries()) {
        const y = spot.y + (i - (lines.length - 1) / 2) * size * NAME_HEIGHT + size * 0.35;
        this.labels.text(spot.x, y, "middle", kind, line);
      }
      return;
    }
  }

  /** @param {Uint8Array} mask @param {number} width @param {number} height @param {number} share */
  freeBox(mask, width, height, share) {
    const { corner } = this.labels;
    /** @type {{ box: Box, x: number, y: number, cost: number } | null} */
    let best = null;
    for (const spot of this.cells.boxes(mask, width, height, share)) {
      if (best && spot.cost >= best.cost) break;
      const [x, y] = [corner.x + spot.x, corner.y + spot.y];
      /** @type {Box} */
      const box = [x - width / 2 - 3, y - height / 2, x + width / 2 + 3, y + height / 2];
      if (!this.space.contains(box) || !this.space.isFree(box)) continue;
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
  /** @param {number} x @param {number} y @param {number} width @param {number} gap */
  freeSide(x, y, width, gap) {
    /** @type {[number, number, Anchor][]} */
    const sides = [
      [gap, 4, "start"], [-gap, 4, "end"], [0, -gap - 1, "middle"], [0, gap + 9, "middle"],
      [gap - 2, -gap + 1, "start"], [gap - 2, gap + 6, "start"], [2 - gap, -gap + 1, "end"], [2 - gap, gap + 6, "end"],
    ];
    /** @type {{ box: Box, x: number, y: number, anchor: Anchor, cost: number } | null} */
    let best = null;
    for (const [i, [dx, dy, anchor]] of sides.entries()) {
      const box = textBox(x + dx, y + dy, anchor, width);
      if (!this.space.contains(box) || !this.space.isFree(box)) continue;
      const cost = 0.25 * i + 0.8 * this.space.crossings(box);
      if (!best || cost < best.cost) best = { box, x: x + dx, y: y + dy, anchor, cost };
    }
    return best;
  }
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
