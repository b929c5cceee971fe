// ---- Labels --------------------------------------------------------------------------------

/** @type {Record<string, string>} */
const LABEL_FONTS = {
  ring: "700 13px",
  site: "700 13px",
  origin: "700 13px",
};
const TEXT_HEIGHT = 15;
const SQUARE_PX = 64;
const TRIED_SPOTS = 300; // cheapest positions next to a ring that are tried
const NAMED_DOTS = 250; // with more dots in view none is labelled
const CELL_PX = 8;
const LINE_POINTS = 32; // points of a line from which positions next to it are tried
const EDGE_STEP_PX = 4; // shorter edges of a line are merged
const CLEAR_OF_OTHERS_PX = 1.5; // extra distance of other lines from a label, compared with its own
const NEXT_TO_LINE_PX = 12; // greatest distance from the line for labels without a leader
const COINCIDENT_PX = 0.5; // lines closer than this along their whole length look like one
const CURVED_PX = 8.5; // height of the middle of curved text above its line
const LEADERS_PX = [5, 24, 44, 68, 96, 130, 170, 220]; // the first is without a leader: the label touches the ring

// Positions of a place's label: x and y offset, and text anchor.
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
const measuringContext = document.createElement("canvas").getContext("2d");
const widths = new Map();

let measuringFont = ""; // without its family, which does not change
// The width of text in pixels; each text is measured once.
/** @param {string} text @param {LabelKind} kind @returns {number} */
function measure(text, kind) {
  const key = `${kind} ${text}`;
  if (!widths.has(key)) {
    const look = NAME_TABLE.looks[kind];
    const font = look ? fontOf(look, text) : LABEL_FONTS[kind];
    if (font !== measuringFont) {
      const family = getComputedStyle(document.documentElement).getPropertyValue("--sans") || "sans-serif";
      measuringContext.font = `${font} ${family}`;
      measuringFont = font;
    }
    widths.set(key, measuringContext.measureText(text).width + (look ? spacingOf(look, text) * text.length : 0));
  }
  return widths.get(key);
}

// The font of a name on the base map; letters of right-to-left scripts are upright.
/** @param {NameLook} look @param {string} text */
function fontOf({ size, weight, italic }, text) {
  return `${italic && !RTL_LETTERS.test(text) ? "italic " : ""}${weight} ${size}px`;
}

// With letter-spacing, WebKit draws right-to-left letters separately and backwards.
/** @param {NameLook} look @param {string} text */
function spacingOf({ size, spacing }, text) {
  return RTL_LETTERS.test(text) ? 0 : spacing * size;
}

/** @param {SVGElement} text @param {NameLook} look @param {string} content */
function applyLook(text, look, content) {
  const { style } = text;
  style.fontSize = `${look.size}px`;
  style.fontWeight = `${look.weight}`;
  if (look.italic && !RTL_LETTERS.test(content)) style.fontStyle = "italic";
  style.letterSpacing = `${spacingOf(look, content)}px`;
  style.fill = look.colour;
}

// WebKit ignores isolation in drawings: a mark after each name keeps the figure out of the name's run.
/** @param {string} text */
function withMarks(text) {
  return text.replaceAll("\u2069", `\u2069${document.documentElement.dir === "rtl" ? "\u200f" : "\u200e"}`);
}

/** @param {Point} point @param {{ from: Point, to: Point }} edge */
function distanceToEdge([x, y], { from: [x0, y0], to: [x1, y1] }) {
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const along = squared ? ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared : 0;
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(x - x0 - t * (x1 - x0), y - y0 - t * (y1 - y0));
}

// For edges no longer than a cell.
/** @param {{ from: Point, to: Point }} edge @param {Box} box */
function distanceToBox(edge, [left, top, right, bottom]) {
  const { from: [x0, y0], to: [x1, y1] } = edge;
  let least = Infinity;
  for (const t of [0, 0.25, 0.5, 0.75, 1]) {
    const [x, y] = [x0 + t * (x1 - x0), y0 + t * (y1 - y0)];
    least = Math.min(least, Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom)));
  }
  /** @type {Point[]} */
  const corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
  for (const corner of corners) {
    least = Math.min(least, distanceToEdge(corner, edge));
  }
  return least;
}

// Occupied space: boxes that no label may touch, and the lines of the rings. Labels avoid lines
// if they can; the label of a ring is closer to its own line than to others.
class LabelSpace {
  /** @param {Box} view */
  constructor(view) {
    this.view = view;
    this.boxes = new Map(); // by the squares of SQUARE_PX that they touch
    /** @type {Map<number, { from: Point, to: Point, line: number }[]>} */
    this.edges = new Map(); // of lines, by the cell of their middle
    /** @type {{ points: Point[], box: Box }[]} */
    this.lines = []; // all points of each line that is drawn
  }

  /** @param {Box} box */
  squares(box) {
    const found = [];
    for (let x = Math.floor(box[0] / SQUARE_PX); x <= box[2] / SQUARE_PX; x++) {
      for (let y = Math.floor(box[1] / SQUARE_PX); y <= box[3] / SQUARE_PX; y++) found.push(1e5 * x + y);
    }
    return found;
  }

  /** @param {Box} box */
  reserve(box) {
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
  contains(box) {
    const [x0, y0, x1, y1] = this.view;
    return box[0] >= x0 && box[1] >= y0 && box[2] <= x1 && box[3] <= y1;
  }

  // Add a line of one or more paths, and return its number.
  /** @param {Point[][]} paths */
  addLine(paths) {
    const line = this.lines.push({ points: paths.flat(), box: boxOf(paths.flat()) }) - 1;
    for (const points of paths) {
      let from = points[0];
      for (const [i, to] of points.entries()) {
        if (i < points.length - 1 && Math.hypot(to[0] - from[0], to[1] - from[1]) < EDGE_STEP_PX) continue;
        this.addEdge(from, to, line);
        from = to;
      }
    }
    return line;
  }

  /** @param {Point} from @param {Point} to @param {number} line */
  addEdge([x0, y0], [x1, y1], line) {
    if (!overlap(boxOf([[x0 - 1, y0 - 1], [x0 + 1, y0 + 1], [x1 - 1, y1 - 1], [x1 + 1, y1 + 1]]), this.view)) return;
    const segments = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / CELL_PX));
    /** @param {number} i @returns {Point} */
    const at = (i) => [x0 + ((x1 - x0) * i) / segments, y0 + ((y1 - y0) * i) / segments];
    for (let i = 0; i < segments; i++) {
      const [x, y] = at(i + 0.5);
      const cell = 1e5 * Math.floor(x / CELL_PX) + Math.floor(y / CELL_PX);
      const edges = this.edges.get(cell) || [];
      if (!edges.length) this.edges.set(cell, edges);
      edges.push({ from: at(i), to: at(i + 1), line });
    }
  }

  // Distance from a box to the lines for which `isMeant` is true; Infinity if more than `reach`.
  /** @param {Box} box @param {(line: number) => boolean} isMeant @param {number} reach */
  distance([left, top, right, bottom], isMeant, reach) {
    const more = reach + CELL_PX / 2; // an edge is found by its middle
    let least = Infinity;
    for (let x = Math.floor((left - more) / CELL_PX); x <= (right + more) / CELL_PX; x++) {
      for (let y = Math.floor((top - more) / CELL_PX); y <= (bottom + more) / CELL_PX; y++) {
        for (const edge of this.edges.get(1e5 * x + y) || []) {
          if (isMeant(edge.line)) least = Math.min(least, distanceToBox(edge, [left, top, right, bottom]));
        }
      }
    }
    return least <= reach ? least : Infinity;
  }

  // Whether no line except `own` is within `reach` of a box.
  /** @param {Box} box @param {Set<number>} own @param {number} reach */
  isClear(box, own, reach) {
    return this.distance(box, (line) => !own.has(line), reach) === Infinity;
  }

  // The numbers of the lines that look the same as a line, including itself.
  /** @param {number} line */
  coincidentLines(line) {
    const own = new Set([line]);
    const { box } = this.lines[line];
    for (const [i, other] of this.lines.entries()) {
      if (i === line || other.box.some((side, k) => Math.abs(side - box[k]) >= COINCIDENT_PX)) continue;
      const seen = other.points.filter(([x, y]) => this.contains([x, y, x, y]));
      /** @param {Point} point */
      const isNear = ([x, y]) => this.distance([x, y, x, y], (each) => each === line, COINCIDENT_PX) < COINCIDENT_PX;
      if (seen.every(isNear)) own.add(i);
    }
    return own;
  }

  /** @param {Box} box */
  crossings(box) {
    let count = 0;
    for (let x = Math.floor(box[0] / CELL_PX); x <= box[2] / CELL_PX; x++) {
      for (let y = Math.floor(box[1] / CELL_PX); y <= box[3] / CELL_PX; y++) {
        if (this.edges.has(1e5 * x + y)) count += 1;
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

// Small boxes along a leader, up to the text at its end.
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

// Evenly spaced points along a path. Zoomed in, the steps are larger: the curve is flat there.
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
  return { points, samples, step, total };
}
