// ---- Base map: land, coasts and borders on one canvas --------------------------------------

// Arcs and polygons of the TopoJSON as paths in Mercator units. An arc shared by two countries
// is a border, any other a coast.
/** @param {Topology | null} topology @param {PagePayload["countries"]} names @returns {World} */
function decodeWorld(topology, names) {
  if (!topology) return { polygons: [], lines: [], names: [] }; // tiles are used instead
  const [kx, ky] = topology.transform.scale;
  const [dx, dy] = topology.transform.translate;
  const arcs = topology.arcs.map((steps) => {
    let [x, y] = [0, 0];
    /** @type {[number, number][]} */
    const arc = [];
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      arc.push([x * kx + dx, y * ky + dy]);
    }
    return arc;
  });
  const uses = new Array(arcs.length).fill(0);
  /** @param {number[]} indexes */
  const ringOf = (indexes) => {
    const ring = indexes.flatMap((index) => {
      uses[index < 0 ? ~index : index] += 1;
      return index < 0 ? arcs[~index].slice().reverse() : arcs[index];
    });
    return closedOverPole(unwrapped(ring));
  };
  /** @type {Shape[]} */
  const polygons = [];
  const countries = topology.objects.countries.geometries;
  for (const country of countries) {
    const parts = country.type === "Polygon" ? [country.arcs] : country.arcs || [];
    for (const part of parts) polygons.push(shapeOf(part.map(ringOf), true));
  }
  const lines = arcs.map((arc, i) => ({ border: uses[i] > 1, ...shapeOf([unwrapped(arc)], false) }));
  return { polygons, lines, names: countryNames(countries.map((country) => country.properties), names) };
}

// Countries with a label position and a name in the language of the page.
/** @param {Country[]} countries @param {PagePayload["countries"]} names @returns {World["names"]} */
function countryNames(countries, names) {
  /** @type {any[]} */
  const named = countries.map(({ name, label }) => ({
    name: Object.hasOwn(names, name) ? names[name] : name,
    label,
  }));
  return named.filter(({ name, label }) => name && label);
}

// The atlas joins polygons across 180 degrees: continue there instead of jumping back.
/** @param {Path} line @returns {LonLat[]} */
function unwrapped(line) {
  let before = line[0][0];
  return line.map(([lon, lat]) => {
    before = nearestWorld(lon, before);
    return [before, lat];
  });
}

// Antarctica's outline ends 360 degrees from its start: close it along the pole.
/** @param {LonLat[]} ring */
function closedOverPole(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  if (Math.abs(last[0] - first[0]) > 180) ring.push([last[0], -90], [first[0], -90]);
  return ring;
}

/** @param {Path[]} rings @param {boolean} closed @returns {Shape} */
function shapeOf(rings, closed) {
  const path = new Path2D();
  const projected = rings.map((ring) => ring.map(([lon, lat]) => mercator(lon, lat)));
  for (const points of projected) {
    for (const [i, [x, y]] of points.entries()) {
      if (i) path.lineTo(x, y);
      else path.moveTo(x, y);
    }
    if (closed) path.closePath();
  }
  return { path, box: boxOf(projected.flat()) };
}

/** @param {Shape[]} shapes */
function joined(shapes) {
  const path = new Path2D();
  for (const shape of shapes) path.addPath(shape.path);
  return path;
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

  /** @param {CanvasRenderingContext2D} context @param {Path2D} land */
  _fillLand(context, land) {
    if (this._tinted) context.globalCompositeOperation = "destination-out";
    context.fillStyle = STYLE.land;
    context.fill(land, "evenodd");
    context.globalCompositeOperation = "source-over";
  },

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {L.Point} corner
   * @param {L.Point} size
   * @param {number} scale
   * @param {number} ratio
   */
  _draw(context, corner, size, scale, ratio) {
    /** @param {number} shift */
    const world = (shift) => {
      const dx = shift * WORLD_PX * scale - corner.x;
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * dx, -ratio * corner.y);
    };
    world(0);
    context.beginPath();
    context.rect(-WORLD_PX, 0, 3 * WORLD_PX, WORLD_PX);
    context.clip();
    context.fillStyle = STYLE.sea;
    context.fill();
    // Joined countries extend outside their world, so the two next to the three are drawn too.
    for (const shift of [-2, -1, 0, 1, 2]) {
      const west = corner.x / scale - shift * WORLD_PX;
      const north = corner.y / scale;
      world(shift);
      this._drawWorld(context, scale, [west, north, west + size.x / scale, north + size.y / scale]);
    }
  },

  /** @param {CanvasRenderingContext2D} context @param {number} scale @param {Box} view */
  _drawWorld(context, scale, view) {
    /** @param {Shape} shape */
    const seen = (shape) => overlap(shape.box, view);
    /** @type {World["lines"]} */
    const lines = this._world.lines.filter(seen);
    this._fillLand(context, joined(this._world.polygons.filter(seen)));
    context.lineJoin = "round";
    context.lineWidth = 0.9 / scale;
    context.strokeStyle = STYLE.coast;
    context.setLineDash([]);
    context.stroke(joined(lines.filter((line) => !line.border)));
    context.strokeStyle = STYLE.border;
    context.setLineDash([4 / scale, 2.5 / scale]);
    context.stroke(joined(lines.filter((line) => line.border)));
  },
});
