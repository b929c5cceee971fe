// The page's script in node, from the files that the page is made of. Of Leaflet and the browser
// there is what the script touches while it is loaded; whatever draws is tested in a browser.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const vm = require("node:vm");

const { folder, parts } = JSON.parse(process.env.RANGEMAP_WEB);

function classOf(methods) {
  return { ...methods, extend: classOf };
}

// A page of its own; the names are those of functions, classes and constants to be tested.
exports.load = (names, { hash = "", language = "en", direction = "ltr" } = {}) => {
  const base = classOf({});
  const context = vm.createContext({
    L: { Renderer: base, Polyline: base, Polygon: base, Control: base },
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
  return vm.runInContext(`${sources.join("\n")}\n;({ ${names.join(", ")} })`, context);
};

// What Python's own libraries say of the cases: tests/web/test_web.py writes it.
exports.truth = JSON.parse(readFileSync(process.env.RANGEMAP_TRUTH, "utf-8"));

// Objects of the page are of another realm, which strict comparisons would see.
exports.plain = (value) => JSON.parse(JSON.stringify(value));

exports.near = (found, expected, tolerance) =>
  found.length === expected.length && found.every((value, i) => Math.abs(value - expected[i]) <= tolerance);
