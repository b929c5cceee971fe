const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load, near, plain, truth } = require("./page.js");

const page = load(["inTwoLines", "boxOf", "overlap", "resampled", "textBox", "leaderBoxes", "LabelSpace"]);

test("a box contains its points exactly", () => {
  for (const { points, bounds } of truth.lines) assert.deepEqual(plain(page.boxOf(points)), bounds);
});

test("boxes overlap if they share an area", () => {
  assert.ok(truth.boxes.length > 100);
  for (const { a, b, overlap } of truth.boxes) assert.equal(page.overlap(a, b), overlap, `${a} and ${b}`);
});

test("a path is resampled at equal steps", () => {
  for (const { points, length, every_six: expected } of truth.lines) {
    const { samples, step, total } = page.resampled(points);
    assert.equal(step, 6);
    assert.ok(near([total], [length], 1e-6));
    assert.equal(samples.length, expected.length);
    expected.forEach((point, i) => {
      assert.ok(near(samples[i], point, 1e-6), `${i}: ${samples[i]}, not ${point}`);
    });
  }
});

test("steps get longer on long paths, so that their number stays bounded", () => {
  const { samples, step } = page.resampled([[0, 0], [1e6, 0]]);
  assert.ok(step > 6);
  assert.ok(samples.length > 5000 && samples.length <= 6002);
});

test("text boxes start, end or are centred at their anchor", () => {
  for (const width of [1, 40, 333]) {
    const [start, middle, end] = ["start", "middle", "end"].map((anchor) => page.textBox(100, 50, anchor, width));
    for (const box of [start, middle, end]) {
      assert.ok(box[2] - box[0] >= width && box[2] - box[0] <= width + 4);
      assert.ok(box[1] < 50 && box[3] > 50);
    }
    assert.ok(start[0] <= 100 && start[2] >= 100 + width);
    assert.ok(end[2] >= 100 && end[0] <= 100 - width);
    assert.equal((middle[0] + middle[2]) / 2, 100);
  }
});

test("the boxes of a leader are on it, without a gap that another box fits through", () => {
  for (const [dx, dy] of [[90, 0], [0, -130], [60, 60], [-77, 31]]) {
    const boxes = page.leaderBoxes([10, 20], [10 + dx, 20 + dy]);
    const length = Math.hypot(dx, dy);
    const along = boxes.map(([x0, y0, x1, y1]) => {
      const [x, y] = [(x0 + x1) / 2 - 10, (y0 + y1) / 2 - 20];
      assert.ok(Math.abs((x * dy - y * dx) / length) < 1e-9);
      return (x * dx + y * dy) / length;
    });
    [0, ...along].forEach((place, i, all) => {
      if (i) assert.ok(place > all[i - 1] && place - all[i - 1] <= 6);
    });
    assert.ok(along[along.length - 1] < length - 5, "the label at its end keeps its space");
    assert.ok(along[along.length - 1] >= length - 18);
  }
});

test("space is free where nothing has been placed", () => {
  const space = new page.LabelSpace([-1000, -1000, 1000, 1000]);
  const taken = [];
  for (const { a, b } of truth.boxes) {
    const free = taken.every((box) => !page.overlap(box, b));
    assert.equal(space.isFree(b), free, `${b}`);
    space.reserve(a);
    taken.push(a);
  }
});

test("a view contains a box that does not extend outside it", () => {
  const space = new page.LabelSpace([0, 0, 100, 50]);
  assert.ok(space.contains([0, 0, 100, 50]));
  for (const box of [[-1, 0, 9, 9], [0, -1, 9, 9], [95, 0, 101, 9], [0, 45, 9, 51]]) assert.ok(!space.contains(box));
});

test("a box crosses a line through it, but no distant line", () => {
  const space = new page.LabelSpace([0, 0, 500, 500]);
  space.addLine([page.resampled([[0, 100], [500, 100]]).samples]);
  assert.ok(space.crossings([200, 90, 260, 110]) >= 60 / 8);
  assert.equal(space.crossings([200, 120, 260, 140]), 0);
  assert.equal(space.crossings([200, 60, 260, 80]), 0);
});

test("a long name is cut where its two lines differ least in length", () => {
  assert.deepEqual(plain(page.inTwoLines("Gulf of Finland")), ["Gulf of", "Finland"]);
  assert.deepEqual(plain(page.inTwoLines("Skagerrak")), ["Skagerrak"]);
});
