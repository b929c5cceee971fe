// ---- Which country or water is in each cell of the view -----------------------------------------

const WATER_CELL = -1;
const MIXED_CELL = -2; // at a border, or outside the world
const TRIED_CELLS = 150;
const EARTH_KM = 6371;

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
    const inView = discs.flatMap(([lon, lat, km]) => {
      const [x, y, z] = onSphere(lon, lat);
      const angle = Math.acos(Math.min(1, x * cx + y * cy + z * cz));
      return angle > km / EARTH_KM + (this.radius || Math.PI) ? [] : [[x, y, z, Math.cos(km / EARTH_KM)]];
    });
    if (!inView.length) return null;
    const found = (this.cells.get(WATER_CELL) || []).filter((i) =>
      inView.some(([x, y, z, least]) => unit[3 * i] * x + unit[3 * i + 1] * y + unit[3 * i + 2] * z >= least));
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
