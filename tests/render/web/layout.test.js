const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load, plain, truth } = require("./page.js");

const page = load(["isWithin", "isCovered", "outlines", "freeAreas", "smallestZoom", "CLEAR_PX", "EDGE_PX", "WORLD_PX"]);

test("point-in-polygon results match GEOS", () => {
  assert.ok(truth.within.some(({ within }) => within) && truth.within.some(({ within }) => !within));
  for (const { point, polygon, within } of truth.within) assert.equal(page.isWithin(point, polygon), within, `${point}`);
});

test("a ring is covered by a box that intersects it, as in GEOS", () => {
  const covered = truth.covered.map(({ box, outline, zoom, corner }) =>
    Boolean(page.isCovered([{ area: outline, line: outline }], [box], { zoom, corner }))
  );
  assert.deepEqual(covered, truth.covered.map((each) => each.covered));
  assert.ok(covered.includes(true) && covered.includes(false));
});

test("for each box, part of the map is beside it and part above or below it; some part avoids all boxes", () => {
  const size = { x: 1000, y: 700 };
  const boxes = [[10, 10, 210, 400], [940, 10, 990, 80], [10, 650, 160, 690]];
  const parts = plain(page.freeAreas(boxes, size));
  const besides = (part, [x0, , x1]) => part.left >= x1 + page.CLEAR_PX || size.x - part.right <= x0 - page.CLEAR_PX;
  const above = (part, [, y0, , y1]) => part.top >= y1 + page.CLEAR_PX || size.y - part.bottom <= y0 - page.CLEAR_PX;
  const frees = (part, box) => besides(part, box) || above(part, box);
  for (const box of boxes) {
    assert.ok(parts.some((part) => besides(part, box)), `${box}`);
    assert.ok(parts.some((part) => above(part, box)), `${box}`);
  }
  assert.ok(parts.some((part) => boxes.every((box) => frees(part, box))));
  for (const part of parts) {
    for (const [side, edge] of Object.entries(page.EDGE_PX)) assert.ok(part[side] >= edge);
  }
  assert.deepEqual(plain(page.freeAreas([], size)), [plain(page.EDGE_PX)]);
});

test("a ring around the earth is as large as the view", () => {
  const bounds = [-180, -60, 180, 60];
  const around = { lines: { headline: [[[-180, 50], [0, 55], [180, 50]]] } };
  const [{ area }] = page.outlines({ rings: [around], bounds });
  assert.equal(area.length, 4);
  const closed = { lines: { headline: [[[0, 0], [10, 0], [10, 10], [0, 0]]], high: [[[0, 0], [20, 0], [20, 20], [0, 0]]] } };
  const [outermost] = page.outlines({ rings: [closed], bounds });
  assert.ok(page.isWithin([...outermost.area[1]].map((value, i) => value + [-4, -1][i]), outermost.area));
  assert.equal(outermost.line.length, 4);
});

test("at the smallest zoom, in quarter steps, three worlds or one world height fill the map", () => {
  for (const [x, y] of [[320, 400], [768, 256], [1280, 800], [3000, 500], [500, 3000]]) {
    const zoom = page.smallestZoom({ x, y });
    const fills = (at) => 3 * page.WORLD_PX * 2 ** at >= x && 2 * page.WORLD_PX * 2 ** at >= y;
    assert.ok(fills(zoom));
    assert.ok(zoom === 0 || !fills(zoom - 0.25));
    assert.ok(Number.isInteger(zoom * 4));
  }
});
