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
  /** @param {number[]} steps @returns {Point[]} */
  const decode = (steps) => {
    let [x, y] = [0, 0];
    /** @type {Point[]} */
    const points = [];
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points.push(mercator(x * kx + dx, y * ky + dy));
    }
    return points;
  };
  /** @type {Level} */
  const found = { areas: coveredAreas(grid, covers), land: [], lakes: [], rivers: [], coast: [], border: [], shore: [] };
  for (const tile of tiles) {
    const arcs = tile.arcs.map(decode);
    /** @param {number[]} numbers @returns {Point[]} */
    const ring = (numbers) => numbers.flatMap((n) => (n < 0 ? arcs[~n].slice().reverse() : arcs[n]));
    for (const [country, polygons] of tile.land) {
      for (const rings of polygons) {
        const shape = { country, ...shapeOf(rings.map(ring), true) };
        (country === LAKES ? found.lakes : found.land).push(shape);
      }
    }
    for (const [i, arc] of arcs.entries()) {
      const kind = ARC_KINDS[Number(tile.kinds[i])];
      if (kind === "coast" || kind === "border" || kind === "shore") found[kind].push(shapeOf([arc], false));
    }
    for (const [width, ...line] of tile.rivers) found.rivers.push({ width, ...shapeOf([decode(line)], false) });
  }
  return found;
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

/** @param {Point[][]} lines @param {boolean} closed @returns {Shape} */
function shapeOf(lines, closed) {
  const path = new Path2D();
  for (const points of lines) {
    for (const [i, [x, y]] of points.entries()) {
      if (i) path.lineTo(x, y);
      else path.moveTo(x, y);
    }
    if (closed) path.closePath();
  }
  return { path, box: boxOf(lines.flat()) };
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
