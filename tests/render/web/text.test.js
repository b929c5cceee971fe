const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load, truth } = require("./page.js");

test("names are found regardless of case, accents, hyphens and spaces", () => {
  const { searchKey } = load(["searchKey"]);
  for (const [one, other] of truth.spellings) assert.equal(searchKey(one), searchKey(other), `${one}, ${other}`);
  for (const [one, other] of [["Qum", "Qom"], ["Base 1", "Base 2"], ["\u0642\u0645", "\u0642\u062f"]]) {
    assert.notEqual(searchKey(one), searchKey(other));
  }
});

test("names are isolated if their direction differs from the page's", () => {
  const plain = load(["isolated"]).isolated;
  assert.equal(plain("Baghdad"), "Baghdad");
  for (const name of truth.rtl) assert.equal(plain(name), `\u2068${name}\u2069`);
  const turned = load(["isolated"], { direction: "rtl" }).isolated;
  assert.equal(turned("Baghdad"), "\u2068Baghdad\u2069");
  assert.equal(turned(""), "");
});

test("placeholders in braces are replaced by values, which are not expanded again", () => {
  const page = load(["translate", "translateParts", "use: (words) => { PHRASES = words; }"]);
  page.use({ key: "{count} of {all}, {other}" });
  assert.equal(page.translate("key", { count: 3, all: "{count}" }), "3 of {count}, {other}");
  const link = { href: "#" };
  assert.equal(page.translateParts("key", { all: link })[3], link);
});
