// ---- Popups and tables ---------------------------------------------------------------------

const VERDICTS = ["inside", "disputed", "too_close", "outside"];
const NAMES = new Set(["site", "origin", "system"]);
const COLUMNS = {
  site: "",
  origin: "",
  system: "",
  distance: "rm-number",
  range: "rm-number",
  margin: "rm-number",
  verdict: "",
  claims: "rm-number",
};
const TABLE_SITES = 500; // most sites in the table

// Controls are above popups: keep clear of the panel, folded at the top or open at the side.
/** @param {L.Map} map @returns {L.PopupOptions} */
function popupOptions(map) {
  const wide = map.getSize().x >= WIDE_PX;
  /** @type {[x: number, y: number]} */
  const panel = [wide ? PANEL_PX + 24 : 12, wide ? 12 : 60];
  const rtl = document.documentElement.dir === "rtl";
  return {
    maxWidth: 600,
    autoPanPaddingTopLeft: rtl ? panel : [12, panel[1]],
    autoPanPaddingBottomRight: rtl ? [12, 12] : [panel[0], 12],
  };
}

/** @param {L.Map} map @param {L.LatLngExpression} latlng @param {HTMLElement} content @param {string} name */
function openAt(map, latlng, content, name) {
  const popup = L.popup(popupOptions(map)).setLatLng(latlng).setContent(content);
  popup.on("remove", () => returnFocus(popup, map.getContainer()));
  popup.openOn(map);
  focusPopup(popup, name);
}

/** @param {L.Popup} popup @param {string} name */
function focusPopup(popup, name) {
  const element = popup.getElement();
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-label", name);
  const close = element.querySelector(".leaflet-popup-close-button");
  if (close) close.setAttribute("aria-label", translate("close"));
  element.querySelector(".rm-popup").focus({ preventScroll: true });
}

// Closing a popup that has the focus returns it to where it came from.
/** @param {L.Popup} popup @param {HTMLElement} element */
function returnFocus(popup, element) {
  const focused = document.activeElement;
  const within = popup.getElement()?.contains(focused);
  if (within || focused === document.body) element.focus({ preventScroll: true });
}

/** @param {OriginPayload | Site} place */
function describePlace(place) {
  const key = "outline" in place && place.outline.length ? "precision_area" : "precision";
  const precision = place.precision ? translate(key, { distance: place.precision }) : null;
  return [place.kind && isolated(place.kind), precision].filter(Boolean).join(" \u00b7 ");
}

/** @param {string} title @param {string} description @param {...(Node | null)} content */
function popupBody(title, description, ...content) {
  return make(
    "div",
    { class: "rm-popup", tabindex: "0" },
    make("h2", { dir: "auto" }, title),
    description ? make("p", {}, description) : null,
    ...content
  );
}

/** @param {Site} site @param {VerdictRow[]} rows @param {boolean} severalOrigins */
function sitePopup(site, rows, severalOrigins) {
  const table = verdictTable(rows, severalOrigins, false);
  return popupBody(site.name, describePlace(site), table);
}

/** @param {OriginPayload} origin */
function originPopup(origin) {
  return popupBody(origin.name, [translate("origin_of"), describePlace(origin)].join(" \u00b7 "));
}

/** @param {SystemPayload} system @param {OriginPayload} origin */
function ringPopup(system, origin) {
  const from = make("p", {}, translate("ring_from", { origin: isolated(origin.name) }));
  const claims = system.claims.length ? make("ul", { class: "rm-sources" }, ...system.claims.map(claimItem)) : null;
  return popupBody(system.label, describeSystem(system), from, claims);
}

// Roles are set explicitly because the style for phones changes the table's display.
/** @param {VerdictRow[]} rows @param {boolean} severalOrigins @param {boolean} withSite */
function verdictTable(rows, severalOrigins, withSite) {
  /** @param {string} key */
  const left = (key) => (key !== "origin" || severalOrigins) && (key !== "site" || withSite);
  /** @type {[key: ColumnKey, style: string][]} */
  const columns = Object.entries(COLUMNS).filter(([key]) => left(key));
  const head = columns.map(([key, style]) =>
    make("th", { scope: "col", role: "columnheader", class: style }, translate(`column_${key}`))
  );
  return make(
    "table",
    { class: "rm-table", role: "table" },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head)),
    make("tbody", { role: "rowgroup" }, ...rows.map((row) => verdictRow(row, columns)))
  );
}

/** @param {VerdictRow} row @param {[key: ColumnKey, style: string][]} columns */
function verdictRow(row, columns) {
  const known = VERDICTS.includes(row.verdict);
  /** @type {Node[]} */
  const cells = columns.map(([key, style]) => {
    const title = translate(`column_${key}`);
    const attributes = { role: "cell", class: `${style} rm-cell-${key}`, "data-label": title };
    if (NAMES.has(key)) return make("td", attributes, make("bdi", {}, row[key]));
    if (key === "range" && row.published) {
      return make("td", attributes, `${row.range} `, make("small", {}, row.published));
    }
    if (key !== "verdict") return make("td", attributes, row[key]);
    const small = [row.reason, row.dissent].filter(Boolean).map((text) => make("small", {}, text));
    return make("td", attributes, make("span", { class: "rm-verdict" }, known ? translate(row.verdict) : row.verdict), ...small);
  });
  return make("tr", { class: known ? `rm-${row.verdict}` : null, role: "row" }, ...cells);
}

/** @param {ClaimPayload} claim */
function claimItem(claim) {
  const details = [
    claim.figure,
    claim.attributed_to ? translate("according_to", { name: isolated(claim.attributed_to) }) : null,
    claim.note ? isolated(claim.note) : null,
    claim.drawn ? null : translate("not_drawn"),
  ];
  const colon = claim.title ? ": " : ""; // a typed range has no title
  const title = make("bdi", {}, makeLink(claim.title, claim.url));
  const source = make("span", {}, make("bdi", {}, claim.publisher), colon, title);
  const item = make("li", { class: claim.drawn ? null : "rm-undrawn" });
  item.append(make("bdi", {}, details.filter(Boolean).join("; ")), " \u2014 ", source);
  if (claim.date) item.append(`, ${claim.date}`);
  if (claim.archived) item.append(", ", makeLink(translate("stored_copy"), claim.archived));
  if (claim.wording) item.append(" ", make("q", { dir: "auto" }, claim.wording));
  return item;
}

/** @param {SystemPayload} system */
function describeSystem(system) {
  return [isolated(system.category), system.figures].filter(Boolean).join(" \u00b7 ");
}
