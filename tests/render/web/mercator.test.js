const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load, near, plain, truth } = require("./page.js");

const page = load(["mercator", "nearestWorld", "shiftsOf", "unwrapped", "closedOverPole", "withinMercator", "MERCATOR_LAT", "EDGE_LON", "WORLD_PX"]);

test("positions are projected as by PROJ", () => {
  assert.ok(truth.mercator.length > 100);
  for (const { lon, lat, x, y } of truth.mercator) {
    const found = page.mercator(lon, lat);
    assert.ok(near(found, [x, y], 1e-7), `${lon} ${lat}: ${found}, not ${x} ${y}`);
  }
});

test("the world is a square, and latitudes outside it are clamped", () => {
  assert.ok(near(page.mercator(-180, page.MERCATOR_LAT), [0, 0], 1e-7));
  assert.ok(near(page.mercator(180, -page.MERCATOR_LAT), [page.WORLD_PX, page.WORLD_PX], 1e-7));
  assert.deepEqual(plain(page.mercator(0, 90)), plain(page.mercator(0, page.MERCATOR_LAT)));
});

test("the nearest world is shifted by multiples of 360 degrees, to within 180 of the centre", () => {
  for (let lon = -700; lon <= 700; lon += 37) {
    for (let centre = -540; centre <= 540; centre += 41) {
      const found = page.nearestWorld(lon, centre);
      assert.ok(Math.abs(found - centre) <= 180);
      assert.ok(Number.isInteger((found - lon) / 360));
    }
  }
});

test("a line is repeated at exactly those shifts that bring part of it into the three worlds", () => {
  for (let west = -1000; west <= 1000; west += 20) {
    for (const width of [0, 1, 90, 360, 400, 1080]) {
      const found = plain(page.shiftsOf([[west, 0], [west + width, 10]]));
      const expected = [];
      for (let shift = -7200; shift <= 7200; shift += 360) {
        const [left, right] = [west + shift, west + width + shift];
        if (right > -page.EDGE_LON && left < page.EDGE_LON) expected.push(shift);
      }
      assert.deepEqual(found, expected, `${west} ${width}`);
    }
  }
});

test("a line across 180 degrees is unwrapped, and each point keeps its position on the globe", () => {
  const line = [[170, 1], [179, 2], [-179, 3], [-170, 4], [175, 5], [10, 6], [-160, 7]];
  const found = plain(page.unwrapped(line));
  found.forEach(([lon, lat], i) => {
    assert.equal(lat, line[i][1]);
    assert.ok(Number.isInteger((lon - line[i][0]) / 360));
    if (i) assert.ok(Math.abs(lon - found[i - 1][0]) <= 180);
  });
});

test("only a ring that ends 360 degrees from its start is closed along the pole", () => {
  const closed = [[0, -70], [10, -75], [20, -70], [0, -70]];
  assert.deepEqual(plain(page.closedOverPole([...closed])), closed);
  const around = [[-180, -70], [0, -75], [180, -70]];
  assert.deepEqual(plain(page.closedOverPole([...around])), [...around, [180, -90], [-180, -90]]);
});

test("a line is cut where it leaves the Mercator map", () => {
  const found = plain(page.withinMercator([[0, 80], [1, 84], [2, 86], [3, 89], [4, 84], [5, 86], [6, 70], [7, 60]]));
  assert.deepEqual(found, [[[0, 80], [1, 84]], [[6, 70], [7, 60]]]);
  assert.deepEqual(plain(page.withinMercator([[0, 86], [1, 87]])), []);
});
