const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load, near, plain, truth } = require("./page.js");

const page = load(["mercator", "nearestWorld", "shiftsOf", "coveredAreas", "withinMercator", "MERCATOR_LAT", "EDGE_LON", "WORLD_PX"]);

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

test("the tiles of a level cover boxes of one world, also across 180 degrees", () => {
  const grid = { scale: [1, 1], origin: [-180, -90], tile: [10, 10] };
  const [, top] = page.mercator(0, 40);
  const [, bottom] = page.mercator(0, 20);
  const px = page.WORLD_PX / 36;
  assert.ok(near(page.coveredAreas(grid, [20, 11, 21, 12])[0], [20 * px, top, 22 * px, bottom], 1e-9));
  const across = page.coveredAreas(grid, [35, 11, 36, 12]);
  assert.equal(across.length, 2);
  assert.ok(near(across[0], [35 * px, top, 36 * px, bottom], 1e-9));
  assert.ok(near(across[1], [0, top, px, bottom], 1e-9));
  assert.equal(page.coveredAreas({ ...grid, tile: [360, 180] }, [0, 0, 0, 0]), null);
});

test("a line is cut where it leaves the Mercator map", () => {
  const found = plain(page.withinMercator([[0, 80], [1, 84], [2, 86], [3, 89], [4, 84], [5, 86], [6, 70], [7, 60]]));
  assert.deepEqual(found, [[[0, 80], [1, 84]], [[6, 70], [7, 60]]]);
  assert.deepEqual(plain(page.withinMercator([[0, 86], [1, 87]])), []);
});
