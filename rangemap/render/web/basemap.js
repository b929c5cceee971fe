// ---- Base map: land, waters, coasts and borders on one canvas ------------------------------

const ARC_KINDS = ["seam", "coast", "border", "shore"];
const RIVERS = [[0, 0.4, 0.7], [0.4, 9, 1.3]]; // widths in the source, from and to, and in pixels
const LAKES = -1; // in place of the number of a country

// The levels of the base map as paths in Mercator units: the world, and in front of it a part in
// more detail. The edges of tiles are not drawn.
/** @param {BaseMapData | null} data @returns {World} */
function decodeWorld(data) {
  if (!data) return { levels: [], countries: [] }; // tiles are used instead
  return { levels: data.levels.map(decodeLevel), countries: data.countries };
}

/** @param {LevelData} level @returns {Level} */
function decodeLevel({ grid, covers, tiles }) {
  const { scale: [kx, ky], origin: [dx, dy] } = grid;
  /** @param {number} x @param {number} y */
  const unit = (x, y) => mercator(x * kx + dx, y * ky + dy);
  /** @type {Level} */
  const found = { areas: coveredAreas(grid, covers), land: [], lakes: [], rivers: [], coast: [], border: [], shore: [] };
  for (const tile of tiles) {
    const arcs = tile.arcs.map((steps) => new Arc(steps, unit));
    /** @param {number[]} numbers */
    const ring = (numbers) => numbers.map((n) => ({ arc: arcs[n < 0 ? ~n : n], backwards: n < 0 }));
    for (const [country, polygons] of tile.land) {
      for (const rings of polygons) {
        const shape = new Shape(rings.map(ring), true, country);
        (country === LAKES ? found.lakes : found.land).push(shape);
      }
    }
    for (const [i, arc] of arcs.entries()) {
      const kind = ARC_KINDS[Number(tile.kinds[i])];
      if (kind === "coast" || kind === "border" || kind === "shore") found[kind].push(lineOf(arc));
    }
    for (const [width, ...line] of tile.rivers) found.rivers.push(Object.assign(lineOf(new Arc(line, unit)), { width }));
  }
  return found;
}

// A line from its steps in the grid of a level. Its box is found without its points, which are
// computed only when it is drawn: most of the world never is.
class Arc {
  /** @param {number[]} steps @param {ToMercator} unit from the grid to Mercator units */
  constructor(steps, unit) {
    Object.assign(this, { steps, unit });
    let [x, y, west, south, east, north] = [0, 0, Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < south) south = y;
      if (y > north) north = y;
    }
    this.box = boxOf([unit(west, south), unit(east, north)]);
  }

  get points() {
    if (this.known) return this.known;
    let [x, y] = [0, 0];
    /** @type {Point[]} */
    const points = [];
    for (let i = 0; i < this.steps.length; i += 2) {
      x += this.steps[i];
      y += this.steps[i + 1];
      points.push(this.unit(x, y));
    }
    this.known = points;
    return points;
  }
}

// An area, or a line, of one or more parts.
class Shape {
  /** @param {ArcUse[][]} parts @param {boolean} closed @param {number} country */
  constructor(parts, closed, country) {
    Object.assign(this, { parts, closed, country });
    /** @type {Box} */
    this.box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { arc } of parts.flat()) this.box = around(this.box, arc.box);
  }

  get path() {
    if (!this.drawn) {
      this.drawn = new Path2D();
      for (const part of this.parts) this.trace(this.drawn, part);
    }
    return this.drawn;
  }

  /** @param {Path2D} path @param {ArcUse[]} part */
  trace(path, part) {
    let isFirst = true;
    for (const { arc: { points }, backwards } of part) {
      for (let i = 0; i < points.length; i++) {
        const [x, y] = points[backwards ? points.length - 1 - i : i];
        if (isFirst) path.moveTo(x, y);
        else path.lineTo(x, y);
        isFirst = false;
      }
    }
    if (this.closed) path.closePath();
  }
}

/** @param {Box} a @param {Box} b @returns {Box} */
function around(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** @param {Arc} arc */
function lineOf(arc) {
  return new Shape([[{ arc, backwards: false }]], false, 0);
}

// The boxes that a level covers, in Mercator units within one world; null for the whole world.
/** @param {LevelData["grid"]} grid @param {LevelData["covers"]} covers @returns {Box[] | null} */
function coveredAreas({ scale, origin, tile }, [west, south, east, north]) {
  const columns = Math.round(360 / (scale[0] * tile[0]));
  if (columns === 1) return null;
  const [, top] = mercator(0, origin[1] + (north + 1) * tile[1] * scale[1]);
  const [, bottom] = mercator(0, origin[1] + south * tile[1] * scale[1]);
  const px = WORLD_PX / columns;
  /** @type {Box[]} */
  const boxes = [];
  for (let world = Math.floor(west / columns); world <= Math.floor(east / columns); world++) {
    const left = Math.max(west - world * columns, 0);
    const right = Math.min(east - world * columns, columns - 1) + 1;
    boxes.push([left * px, top, right * px, bottom]);
  }
  return boxes;
}

/** @type {any} */
const BaseMap = CanvasLayer.extend({
  options: { pane: "rm-base" },

  // With `tinted` the map is above the fills of the rings and transparent on land, so that they
  // are seen only there; below them, all is land.
  /** @param {World} world @param {boolean} tinted */
  initialize(world, tinted) {
    this._world = world;
    this._tinted = tinted;
    L.Renderer.prototype.initialize.call(this, tinted ? { pane: "rm-sea" } : {});
  },

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {L.Point} corner
   * @param {L.Point} size
   * @param {number} scale
   * @param {number} ratio
   */
  _draw(context, corner, size, scale, ratio) {
    const drawing = new WorldDrawing(context, scale * ratio, [corner.x / scale, corner.y / scale], [size.x / scale, size.y / scale]);
    const waters = showsWaters(this._map);
    context.fillStyle = PALETTE.sea;
    drawing.inWorlds(() => context.fill());
    for (const level of this._world.levels) {
      drawing.inAreas(level.areas, () => {
        if (this._tinted) context.globalCompositeOperation = "destination-out";
        drawing.fill(level.land, PALETTE.land);
        context.globalCompositeOperation = "source-over";
        context.lineJoin = "round";
        if (waters) {
          for (const [least, most, width] of RIVERS) {
            /** @type {Level["rivers"]} */
            const rivers = level.rivers;
            drawing.stroke(rivers.filter((river) => river.width >= least && river.width < most), PALETTE.river, width / scale);
          }
          drawing.fill(level.lakes, PALETTE.sea);
          drawing.stroke(level.shore, PALETTE.coast, 0.6 / scale);
        }
        drawing.stroke(level.coast, PALETTE.coast, 0.9 / scale);
        drawing.stroke(level.border, PALETTE.border, 0.9 / scale, [4 / scale, 2.5 / scale]);
      });
    }
  },
});

// Whether lakes and rivers are accurate enough at the scale of the map.
/** @param {L.Map} map */
function showsWaters(map) {
  return metresPerPx(map) >= NAME_TABLE.waterFrom;
}

/** @param {L.Map} map */
function metresPerPx(map) {
  return (40075017 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (WORLD_PX * 2 ** map.getZoom());
}

// Draws shapes of one world in all worlds in view. All copies are one path, so that they join.
class WorldDrawing {
  /** @param {CanvasRenderingContext2D} context @param {number} scale @param {Point} corner @param {Point} size */
  constructor(context, scale, [west, north], [width, height]) {
    Object.assign(this, { context, scale, west, north });
    /** @type {Box} */
    this.view = [west, north, west + width, north + height];
    this.shifts = [-WORLD_PX, 0, WORLD_PX].filter((shift) => shift < west + width && shift + WORLD_PX > west);
    context.setTransform(scale, 0, 0, scale, -west * scale, -north * scale);
  }

  // Draw within the three worlds only.
  /** @param {() => void} draw */
  inWorlds(draw) {
    this.context.beginPath();
    this.context.rect(-WORLD_PX, 0, 3 * WORLD_PX, WORLD_PX);
    this.context.clip();
    draw();
  }

  // Draw within some boxes of each world, instead of what is there. Their edges are on whole
  // pixels, where no seam is visible.
  /** @param {Box[] | null} areas @param {() => void} draw */
  inAreas(areas, draw) {
    if (!areas) {
      draw();
      return;
    }
    const { context, scale, west, north } = this;
    context.save();
    context.beginPath();
    /** @param {number} value @param {number} from */
    const whole = (value, from) => from + Math.round((value - from) * scale) / scale;
    for (const shift of this.shifts) {
      for (const [x0, y0, x1, y1] of areas) {
        const [left, top] = [whole(x0 + shift, west), whole(y0, north)];
        context.rect(left, top, whole(x1 + shift, west) - left, whole(y1, north) - top);
      }
    }
    context.clip();
    context.fillStyle = PALETTE.sea;
    context.fill();
    draw();
    context.restore();
  }

  /** @param {Box} box @param {number} shift */
  isSeenAt([x0, y0, x1, y1], shift) {
    return overlap([x0 + shift, y0, x1 + shift, y1], this.view);
  }

  /** @param {Box} box */
  isSeen(box) {
    return this.shifts.some((shift) => this.isSeenAt(box, shift));
  }

  // Whether one box fills the view.
  /** @param {Box} box */
  isFilledBy([x0, y0, x1, y1]) {
    const [west, north, east, south] = this.view;
    return this.shifts.some((shift) => x0 + shift <= west && x1 + shift >= east) && y0 <= north && y1 >= south;
  }

  /** @param {Shape[]} shapes */
  joined(shapes) {
    const path = new Path2D();
    for (const shift of this.shifts) {
      for (const shape of shapes) {
        if (this.isSeenAt(shape.box, shift)) path.addPath(shape.path, { e: shift });
      }
    }
    return path;
  }

  /** @param {Shape[]} shapes @param {string} colour */
  fill(shapes, colour) {
    this.context.fillStyle = colour;
    this.context.fill(this.joined(shapes), "evenodd");
  }

  /** @param {Shape[]} shapes @param {string} colour @param {number} width @param {number[]} [dash] */
  stroke(shapes, colour, width, dash = []) {
    this.context.strokeStyle = colour;
    this.context.lineWidth = width;
    this.context.setLineDash(dash);
    this.context.stroke(this.joined(shapes));
  }
}
