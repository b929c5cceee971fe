// Declarations that type checking (`make types`) needs besides the scripts. Not part of the page.

import type * as Leaflet from "leaflet";

declare module "leaflet" {
  // Parts of Leaflet that its types omit.
  interface Renderer {
    _bounds: Leaflet.Bounds;
    _container: HTMLElement;
    initialize(options: Leaflet.RendererOptions): void;
    _update(): void;
  }
  interface SVG {
    _rootGroup: SVGGElement;
  }
  interface Polyline {
    _parts?: Leaflet.Point[][];
    closestLayerPoint(point: Leaflet.Point): Leaflet.Point & { distance: number };
  }
  interface Map {
    _limitCenter(centre: Leaflet.LatLng, zoom: number, bounds?: Leaflet.LatLngBoundsExpression): Leaflet.LatLng;
    getPixelBounds(): Leaflet.Bounds & { min: Leaflet.Point };
    getPane(pane: string): HTMLElement;
  }
  interface Marker {
    getElement(): HTMLElement;
  }
  interface Popup {
    getElement(): HTMLElement;
  }
  function control(options?: Leaflet.ControlOptions): Leaflet.Control;
}

declare global {
  // Colours, dashes and opacities, from rangemap/render/style.py.
  interface Palette {
    ink: string;
    quiet: string;
    paper: string;
    sea: string;
    land: string;
    coast: string;
    border: string;
    river: string;
  }
  const STYLE: {
    light: Palette;
    dark: Palette;
    lightOnly: string;
    inner: number;
    band: number;
    deepest: number;
    width: number;
    extremeDash: string;
    extremeWidth: number;
    minimumDash: string;
    minimumWidth: number;
    manyPlaces: number;
  };
  interface Window {
    rangemapStart(id: string): Leaflet.Map;
  }

  // Elements that every page has.
  interface ParentNode {
    querySelector(selectors: ".rm-header" | ".rm-main" | ".rm-footer" | ".rm-popup"): HTMLElement;
    querySelector(selectors: ".rm-more"): HTMLDetailsElement;
  }
  interface Element {
    setAttribute(name: string, value: string | number): void;
  }
  interface DOMStringMap {
    open: any;
  }
  interface ObjectConstructor {
    entries<K extends string, V>(record: Record<K, V>): [K, V][];
  }
  interface Document {
    getElementById(id: string): HTMLElement;
  }

  type Point = readonly [x: number, y: number];
  type LonLat = readonly [lon: number, lat: number];
  type Path = readonly LonLat[];
  type SvgAttributes = Record<string, string | number>;
  type Attributes = Record<string, string | number | boolean | null>;
  type Anchor = "start" | "middle" | "end";
  type FillName = keyof Pick<RingPayload, "inner" | "band">;
  type LayerKind = "system" | "origin";
  type Box = [left: number, top: number, right: number, bottom: number];

  // The base map as basemap.py writes it: tiles of arcs in steps of a grid.
  interface TileData {
    arcs: number[][];
    kinds: string;
    land: [country: number, polygons: number[][][]][];
    rivers: number[][];
  }
  interface LevelData {
    grid: { scale: LonLat; origin: LonLat; tile: [number, number] };
    covers: [west: number, south: number, east: number, north: number];
    tiles: TileData[];
  }
  interface BaseMapData {
    countries: (string | null)[];
    levels: LevelData[];
  }
  type ToMercator = (x: number, y: number) => Point;
  interface ArcUse {
    arc: Arc;
    backwards: boolean;
  }
  interface Arc {
    steps: number[];
    unit: ToMercator;
    known?: Point[];
  }
  interface Shape {
    parts: ArcUse[][];
    closed: boolean;
    country: number;
    drawn?: Path2D;
  }
  interface Level {
    areas: Box[] | null;
    land: Shape[];
    lakes: Shape[];
    rivers: (Shape & { width: number })[];
    coast: Shape[];
    border: Shape[];
    shore: Shape[];
  }
  interface World {
    levels: Level[];
    countries: (string | null)[];
  }

  // Names on the base map, and how they look: rangemap/render/background/names.py.
  type NameKind = "about" | "country" | "capital" | "sea" | "gulf" | "strait" | "river" | "town";
  type LabelKind = "ring" | "site" | "origin" | NameKind;
  interface NameLook {
    size: number;
    colour: string;
    weight: number;
    italic: boolean;
    spacing: number;
    twoLines: boolean;
    share: number;
  }
  const NAME_TABLE: {
    looks: Record<NameKind, NameLook> & Record<string, NameLook>;
    cell: number;
    townSpace: number;
    townGap: number;
    allBelow: number;
    looseShare: number;
    beside: number[];
    besideShare: number;
    countryGap: number;
    leaderFrom: number;
    capitals: number;
    crowded: number;
    waterFrom: number;
    smallestStrait: number;
    ofBestShare: number;
  };
  interface NamesData {
    about: string[];
    countries: Record<string, string | null>;
    seas: [kind: string, name: string, places: number[][]][];
    towns: [name: string, lon: number, lat: number, people: number, capital: 0 | 1][];
  }
  interface TownSpot {
    name: string;
    x: number;
    y: number;
    capital: boolean;
  }

  // A site with one of its verdicts: a row of the tables.
  interface VerdictRow extends OutcomePayload {
    site?: string;
    origin: string;
    system: string;
    range: string;
    published: string;
    distance: string;
    margin: string;
  }
  type ColumnKey = Exclude<keyof VerdictRow, "reaches">;
  interface Site extends Omit<OriginPayload, "kind" | "outline"> {
    index: number;
    kind: string | null;
  }
  interface Marked {
    place: OriginPayload | Site;
    marker: Leaflet.Marker;
    isOrigin: boolean;
    /** The row of a site; an origin has none. */
    index?: number;
  }
  interface RingItem {
    ring: RingPayload;
    system: SystemPayload;
    layers: Leaflet.Polyline[];
    group: Leaflet.LayerGroup;
    shown: boolean;
  }

  interface RingLine {
    item: RingItem;
    line: number;
    parts: Line[];
  }
  interface View {
    zoom: number;
    centre: Leaflet.LatLng;
    corner: Leaflet.Point;
  }
  // A line on the map, and the same line resampled.
  interface Line {
    points: Point[];
    samples: Point[];
    step: number;
    total: number;
  }
  // A candidate position of a label.
  interface Choice {
    leader?: [from: Point, to: Point] | null;
    [key: string]: any;
  }
  interface Dot {
    index: number;
    x: number;
    y: number;
  }
  interface DotsLayer {
    _map: Leaflet.Map;
    _sites: Sites;
    _x: Float64Array;
    _y: Float64Array;
    _within(corner: Leaflet.Point, size: Leaflet.Point, scale: number, use: (site: number, x: number, y: number) => void): void;
    at(point: Leaflet.Point): number | undefined;
    inView(most: number): Dot[] | null;
    redraw(): void;
  }
  interface Spot {
    name: string;
    number: number;
    isOrigin: boolean;
    open(): unknown;
    x: number;
    y: number;
  }
  interface Outline {
    area: Point[];
    line: Point[];
  }
  interface Sides {
    left: number;
    top: number;
    right: number;
    bottom: number;
  }
  interface Address {
    view: number[] | null;
    off: Set<string>;
  }

  // Properties that constructors set by Object.assign.
  interface Rings {
    map: Leaflet.Map;
    tinted: boolean;
    fills: Leaflet.Renderer;
    lines: Leaflet.Renderer;
  }
  interface Places {
    map: Leaflet.Map;
    payload: PagePayload;
    sites: Sites;
    dots: DotsLayer | null;
  }
  interface WorldDrawing {
    context: CanvasRenderingContext2D;
    scale: number;
    west: number;
    north: number;
  }
  interface CellArea {
    mask: Uint8Array;
    columns: number;
    rows: number;
    count: number;
  }
  interface BackgroundNames {
    labels: Labels;
    space: LabelSpace;
    names: NamesData;
    metres: number;
    apart: Box[];
  }
  interface Labels {
    map: Leaflet.Map;
    space: LabelSpace;
    drawing: DocumentFragment;
    corner: Leaflet.Point;
    zoom: number;
    scale: number;
    pixels: Leaflet.Point;
    spots: Spot[];
    rings: Rings;
    places: Places;
    world: World;
    names: NamesData;
    onRing(item: RingItem, event: MouseEvent): void;
  }
}
