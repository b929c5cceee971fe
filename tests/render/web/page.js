// Load the page's script in node, from the page's source files. Leaflet and the browser are stubs
// of what the script uses while loading; drawing is tested in a browser.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const vm = require("node:vm");

const { folder, parts, style, table } = JSON.parse(process.env.RANGEMAP_WEB);

function classOf(methods) {
  return { ...methods, extend: classOf };
}

// Return a new page's functions, classes and constants by their names.
exports.load = (names, { hash = "", language = "en", direction = "ltr" } = {}) => {
  const base = classOf({});
  const context = vm.createContext({
    L: { Canvas: base, Renderer: base, Polyline: base, Polygon: base, Control: base },
    document: {
      createElement: () => ({ getContext: () => null }),
      documentElement: { lang: language, dir: direction },
    },
    location: { hash },
    history: {
      replaceState(_state, _title, address) {
        context.location.hash = address;
      },
    },
    window: {},
  });
  const sources = parts.map((part) => readFileSync(join(folder, `${part}.js`), "utf-8"));
  sources.unshift(`const NAME_TABLE = ${JSON.stringify(table)};`);
  sources.unshift(`const STYLE = ${JSON.stringify(style)};`);
  return vm.runInContext(`${sources.join("\n")}\n;({ ${names.join(", ")} })`, context);
};

// Expected results, computed by Python's libraries: tests/render/web/test_web.py writes them.
exports.truth = JSON.parse(readFileSync(process.env.RANGEMAP_TRUTH, "utf-8"));

// Objects of the page belong to another realm, so strict comparisons with them would fail.
exports.plain = (value) => JSON.parse(JSON.stringify(value));

exports.near = (found, expected, tolerance) =>
  found.length === expected.length && found.every((value, i) => Math.abs(value - expected[i]) <= tolerance);
