const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

function read(hash) {
  const { view, off } = load(["readAddress"], { hash }).readAddress();
  return { view: view && [...view], off: [...off].sort() };
}

function mapAt(zoom, lat, lng) {
  return { getZoom: () => zoom, getCenter: () => ({ lat, lng }) };
}

test("the address round-trips the view and the hidden rings", () => {
  for (const [zoom, lat, lon] of [[5.25, 33.7, 44.2], [0, -84.5, -539.9999], [10, 0, 0], [3, -0.00004, 180]]) {
    for (const off of [[], ["s0"], ["o0", "s1", "s12"]]) {
      const page = load(["readAddress", "writeAddress"], { hash: "#elsewhere" });
      page.writeAddress(mapAt(zoom, lat, lon), new Set(off));
      const found = page.readAddress();
      assert.deepEqual([...found.off].sort(), off);
      assert.equal(found.view[0], zoom);
      assert.ok(Math.abs(found.view[1] - lat) <= 0.00005 && Math.abs(found.view[2] - lon) <= 0.00005);
    }
  }
});

test("the parameters of an address may be in any order and among others", () => {
  const expected = { view: [5.25, 33.7, -44.2], off: ["o0", "s1"] };
  assert.deepEqual(read("#view=5.25/33.7/-44.2&off=s1,o0"), expected);
  assert.deepEqual(read("#off=s1,o0&view=5.25/33.7/-44.2"), expected);
  assert.deepEqual(read("#x=1&view=5.25/33.7/-44.2&y=2&off=s1,o0&z"), expected);
});

test("an invalid address shows the initial view", () => {
  for (const hash of [
    "", "#", "#view=", "#view=5", "#view=5/33", "#view=5/33/44/1", "#view=15/33/44", "#view=-1/33/44", "#view=5/86/44",
    "#view=5/33/541", "#view=a/b/c", "#view=5/33/1e3", "#view=5/33/44x", "#review=5/33/44", "#view=NaN/0/0", "#view=5/33/ 44",
    "#off=", "#off=x1", "#off=s", "#off=s1;o0", "#off=s12345", "#off=<b>",
  ]) {
    assert.deepEqual(read(hash), { view: null, off: [] }, hash);
  }
});

test("a frame without its own address is left unchanged", () => {
  const page = load(["writeAddress", "history"]);
  page.history.replaceState = () => {
    throw new Error("SecurityError");
  };
  page.writeAddress(mapAt(1, 2, 3), new Set());
});
