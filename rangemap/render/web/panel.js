// ---- Header, panel, footer -----------------------------------------------------------------

const FEW_PLACES = 6; // with more, the panel has a search box
const MOST_LISTED = 60; // sites in the legend
const FOUND_PLACES = 8;

/** @param {PagePayload} payload */
function fillHeader(payload) {
  const { logo } = payload.style;
  const header = document.querySelector(".rm-header");
  header.append(
    make(
      "div",
      {},
      make("h1", { dir: "auto" }, payload.title),
      payload.subtitle ? make("p", { dir: "auto" }, payload.subtitle) : null
    )
  );
  if (logo) header.append(make("img", { class: "rm-logo", src: logo[0], alt: logo[1] }));
}

/** @param {SvgAttributes} attributes */
function sample(attributes) {
  const svg = makeSvg("svg", { width: 40, height: 16, "aria-hidden": "true" });
  svg.append(makeSvg("path", { d: "M1 8H39", fill: "none", ...attributes }));
  return svg;
}

/** @param {SystemPayload} system @param {number} number */
function lineSample(system, number) {
  return sample({ stroke: `var(--line-${number})`, "stroke-width": system.width, "stroke-dasharray": system.dash });
}

/**
 * @param {SVGElement | HTMLElement} swatch
 * @param {string} name
 * @param {string} detail
 * @param {string} className
 * @param {boolean} shown
 * @param {(shown: boolean) => void} onChange
 */
function layerRow(swatch, name, detail, className, shown, onChange) {
  const box = make("input", { type: "checkbox" });
  box.checked = shown;
  const text = make("span", {}, make("b", {}, make("bdi", {}, name)));
  if (detail) text.append(make("span", { class: "rm-range" }, detail));
  const row = make("div", { class: `rm-row ${className}` }, make("label", {}, box, swatch, text));
  row.classList.toggle("rm-off", !shown);
  box.addEventListener("change", () => {
    row.classList.toggle("rm-off", !box.checked);
    onChange(box.checked);
  });
  return row;
}

/** @param {SystemPayload} system @param {number} number @param {boolean} shown @param {(shown: boolean) => void} onChange */
function systemRow(system, number, shown, onChange) {
  const row = layerRow(lineSample(system, number), system.label, system.figures, "rm-system-row", shown, onChange);
  if (system.claims.length) {
    row.append(
      make(
        "details",
        { class: "rm-claims" },
        make("summary", {}, translate("figures", { count: system.claims.length })),
        make("ul", { class: "rm-sources" }, ...system.claims.map(claimItem))
      )
    );
  }
  return row;
}

/** @param {OriginPayload} origin @param {boolean} shown @param {(shown: boolean) => void} onChange */
function originRow(origin, shown, onChange) {
  const kind = origin.outline.length ? "rm-swatch rm-area" : "rm-swatch";
  const swatch = make("span", { class: kind, "aria-hidden": "true" });
  return layerRow(swatch, origin.name, describePlace(origin), "rm-origin-row", shown, onChange);
}

/** @param {PagePayload} payload */
function readingKey(payload) {
  const grey = { stroke: "var(--quiet)", "stroke-width": STYLE.width };
  const band = makeSvg("svg", { width: 40, height: 16, "aria-hidden": "true" });
  band.append(
    makeSvg("rect", { width: 20, height: 16, fill: "var(--quiet)", "fill-opacity": 0.35 }),
    makeSvg("rect", { x: 20, width: 20, height: 16, fill: "var(--quiet)", "fill-opacity": 0.14 })
  );
  /** @type {[icon: SVGElement, text: string][]} */
  const rows = [[sample(grey), translate("key_headline")]];
  /** @param {keyof LinesPayload} name */
  const has = (name) => payload.rings.some((ring) => (ring.lines[name] || []).length);
  if (has("low") || has("high")) {
    const dotted = sample({ ...grey, "stroke-width": STYLE.extremeWidth, "stroke-dasharray": STYLE.extremeDash });
    rows.push([dotted, translate("key_extremes")]);
    if (payload.tint !== "none") rows.push([band, translate("key_band")]);
  }
  if (has("minimum")) {
    const fine = { ...grey, "stroke-width": STYLE.minimumWidth, "stroke-dasharray": STYLE.minimumDash, "stroke-linecap": "round" };
    rows.push([sample(fine), translate("key_minimum")]);
  }
  if (payload.sites.name.length) {
    const squares = makeSvg("svg", { width: 40, height: 16, "aria-hidden": "true" });
    const square = { y: 3.5, width: 9, height: 9, stroke: "var(--ink)", "stroke-width": 1.5 };
    squares.append(
      makeSvg("rect", { ...square, x: 6, fill: "var(--ink)" }),
      makeSvg("rect", { ...square, x: 24, fill: "var(--paper)" })
    );
    rows.push([squares, translate("key_reached")]);
  }
  return make("ul", { class: "rm-key" }, ...rows.map(([icon, text]) => make("li", {}, icon, text)));
}

// A key that ignores case, accents, punctuation and spaces.
/** @param {string} text */
function searchKey(text) {
  return text.normalize("NFKD").replace(/[\p{M}\p{P}\p{Z}\p{Cf}]/gu, "").toLowerCase();
}

/** @param {ReadonlyArray<string>} names @param {(site: number) => void} onChosen */
function searchBox(names, onChosen) {
  const keys = names.map(searchKey);
  const input = make("input", { type: "search", id: "rm-find", autocomplete: "off", dir: "auto" });
  const list = make("ul", { class: "rm-found", "aria-live": "polite" });
  input.addEventListener("input", () => {
    const key = searchKey(input.value);
    /** @type {number[]} */
    const found = [];
    for (let i = 0; key && i < keys.length; i++) if (keys[i].includes(key)) found.push(i);
    /** @ts-expect-error booleans are subtracted as numbers */
    found.sort((a, b) => !keys[a].startsWith(key) - !keys[b].startsWith(key) || a - b);
    const items = found.slice(0, FOUND_PLACES).map((i) => {
      const button = make("button", { type: "button", dir: "auto" }, names[i]);
      button.addEventListener("click", () => onChosen(i));
      return make("li", {}, button);
    });
    const more = found.length - FOUND_PLACES;
    if (more > 0) items.push(make("li", {}, translate("find_more", { count: more })));
    if (key && !found.length) items.push(make("li", {}, translate("find_none")));
    list.replaceChildren(...items);
  });
  input.addEventListener("keydown", (event) => {
    const first = list.querySelector("button");
    if (event.key === "Enter" && first) first.click();
  });
  return make("div", { class: "rm-search" }, make("label", { for: "rm-find" }, translate("find")), input, list);
}

/** @param {number} count */
function isListed(count) {
  return count > 1 && count <= MOST_LISTED;
}

// The sites by the numbers that they have on the map where there is no room for names.
/** @param {ReadonlyArray<string>} names @param {(site: number) => void} onSite */
function siteList(names, onSite) {
  const items = names.map((name, i) => {
    const button = make("button", { type: "button", dir: "auto" }, name);
    button.addEventListener("click", () => onSite(i));
    return make("li", {}, make("span", { class: "rm-number-mark" }, String(i + 1)), button);
  });
  const list = make("details", { class: "rm-sites" }, make("summary", {}, translate("sites")), make("ul", {}, ...items));
  list.open = names.length > FEW_PLACES;
  return list;
}

/**
 * @param {PagePayload} payload
 * @param {(kind: LayerKind, number: number) => boolean} isHidden
 * @param {(kind: LayerKind, number: number, shown: boolean) => void} onLayer
 * @param {(site: number) => void} onSite
 */
function makePanel(payload, isHidden, onLayer, onSite) {
  const systems = payload.systems.map((system, i) =>
    systemRow(system, i, !isHidden("system", i), (shown) => onLayer("system", i, shown))
  );
  const origins = payload.origins.map((origin, i) =>
    originRow(origin, !isHidden("origin", i), (shown) => onLayer("origin", i, shown))
  );
  const names = payload.sites.name;
  return make(
    "details",
    { class: "rm-panel leaflet-control" },
    panelSummary(),
    names.length > FEW_PLACES ? searchBox(names, onSite) : null,
    make("fieldset", {}, make("legend", {}, translate(hasClaims(payload) ? "weapons" : "ranges")), ...systems),
    make("fieldset", {}, make("legend", {}, translate(origins.length === 1 ? "origin" : "origins")), ...origins),
    make("h2", {}, translate("how_to_read")),
    readingKey(payload),
    isListed(names.length) ? siteList(names, onSite) : null,
    ...payload.notes.map((note) => make("p", { class: "rm-notes", dir: "auto" }, note))
  );
}

// The reader's choice to open or close the legend is kept while there is space.
function panelSummary() {
  const summary = make("summary", {}, translate("legend"));
  summary.addEventListener("click", () => {
    /** @type {any} */
    const panel = summary.parentElement;
    panel.dataset.wanted = panel.open ? "closed" : "open";
  });
  return summary;
}

// Typed ranges have no claims; a map with only such ranges shows nothing published.
/** @param {PagePayload} payload */
function hasClaims(payload) {
  return payload.systems.some((system) => system.claims.length > 0);
}

/** @param {PagePayload} payload */
function sourceSections(payload) {
  return payload.systems.flatMap((system, i) => [
    make("h2", {}, lineSample(system, i), " ", make("span", { dir: "auto" }, system.label)),
    make("p", {}, describeSystem(system)),
    make("ul", { class: "rm-sources" }, ...system.claims.map(claimItem)),
  ]);
}

/** @param {PagePayload} payload @returns {(Node | string)[]} */
function mapCredit(payload) {
  if (payload.tiles) return translateParts("credit_tiles", { tiles: isolated(payload.tiles.attribution) });
  return translateParts("credit_map", {
    geonames: makeLink("GeoNames", "https://www.geonames.org/"),
    licence: makeLink("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
  });
}

/** @param {PagePayload} payload */
function methodSection(payload) {
  const leaflet = translateParts("drawn_with", { leaflet: makeLink("Leaflet", "https://leafletjs.com/") });
  return make("p", { class: "rm-method", dir: "auto" }, `${payload.method.join(" ")} `, ...leaflet);
}

// What a newsroom prints comes first; the details are in sections that open below the map.
/** @param {PagePayload} payload @param {Sites} sites */
function fillFooter(payload, sites) {
  const footer = document.querySelector(".rm-footer");
  const published = hasClaims(payload);
  if (payload.credit) footer.append(make("p", { class: "rm-credit", dir: "auto" }, isolated(payload.credit)));
  footer.append(
    make("p", { class: "rm-promise" }, translate(published ? "promise" : "promise_typed")),
    expandableSection(
      translate("more"),
      "rm-more",
      make("p", {}, payload.sources ? `${payload.sources} ` : "", ...mapCredit(payload)),
      sites.count ? expandableSection(translate("all_distances"), "rm-all-distances", distances(payload, sites)) : null,
      expandableSection(
        translate(published ? "all_sources" : "how_made"),
        "rm-all-sources",
        ...(published ? sourceSections(payload) : []),
        methodSection(payload)
      )
    )
  );
}

/** @param {PagePayload} payload @param {Sites} sites */
function distances(payload, sites) {
  const shown = Math.min(sites.count, TABLE_SITES);
  const rows = Array.from({ length: shown }, (_, i) => i).flatMap((i) => {
    const site = payload.sites.name[i];
    return sites.rows(i).map((row) => ({ ...row, site }));
  });
  const cut = shown < sites.count ? make("p", {}, translate("first_sites", { shown, count: sites.count })) : null;
  const severalOrigins = payload.origins.length > 1;
  return make("div", { class: "rm-scroll" }, cut || "", verdictTable(rows, severalOrigins, true));
}

// A section of the footer that opens below the map: the map keeps its height, the page grows.
/** @param {string} title @param {string} className @param {...(Node | null)} content */
function expandableSection(title, className, ...content) {
  const summary = make("summary", {}, title);
  const details = make("details", { class: className }, summary, ...content);
  const main = document.querySelector(".rm-main");
  summary.addEventListener("click", () => {
    if (!details.open) main.style.flex = `0 0 ${main.offsetHeight}px`;
  });
  details.addEventListener("toggle", () => {
    if (!isFooterRead()) main.style.flex = "";
    else if (details.open) details.scrollIntoView({ block: "nearest" });
  });
  return details;
}
