// Made by `make payload` from the types in rangemap/render/page/document.py: edit those.

interface ClaimPayload {
  figure: string;
  note: string | null;
  attributed_to: string | null;
  drawn: boolean;
  publisher: string;
  title: string;
  url: string | null;
  date: string | null;
  wording?: string;
  archived?: string;
}

interface SystemPayload {
  label: string;
  figures: string;
  range: string;
  published: string;
  line: string;
  text: string;
  dark_line: string;
  dark_text: string;
  dash: string;
  width: number;
  category: string;
  claims: Array<ClaimPayload>;
}

interface OriginPayload {
  name: string;
  kind: string;
  lon: number;
  lat: number;
  precision: string | null;
  outline: Array<Array<[number, number]>>;
}

interface LinesPayload {
  headline?: Array<Array<[number, number]>>;
  low?: Array<Array<[number, number]>>;
  high?: Array<Array<[number, number]>>;
  minimum?: Array<Array<[number, number]>>;
}

interface RingPayload {
  system: number;
  origin: number;
  label: string;
  lines: LinesPayload;
  inner: Array<Array<Array<[number, number]>>>;
  band: Array<Array<Array<[number, number]>>>;
  wrapped: boolean;
}

interface OutcomePayload {
  verdict: "inside" | "disputed" | "too_close" | "outside";
  reaches: boolean;
  reason: string;
  claims: string;
  dissent: string;
}

interface VerdictsPayload {
  origin: number;
  system: number;
  margin: Array<string>;
  outcome: Array<number>;
  outcomes: Array<OutcomePayload>;
}

interface SitesPayload {
  name: Array<string>;
  kind: Array<string | null>;
  lon: Array<number>;
  lat: Array<number>;
  precision: Array<string | null>;
  distance: Array<Array<string>>;
  verdicts: Array<VerdictsPayload>;
}

interface TilesPayload {
  url: string;
  attribution: string;
  subdomains: Array<string>;
  max_zoom: number;
  hosts: Array<string>;
}

interface StylePayload {
  origin: string;
  dark_origin: string;
  ground: Record<string, string>;
  dark: boolean;
  font: Array<string>;
  logo: [string, string] | null;
}

interface PagePayload {
  title: string;
  subtitle: string;
  credit: string | null;
  lang: string;
  words: Record<string, string>;
  style: StylePayload;
  tint: "land" | "all" | "none";
  tiles: TilesPayload | null;
  detail: string | null;
  about: Array<string>;
  units: string;
  systems: Array<SystemPayload>;
  origins: Array<OriginPayload>;
  rings: Array<RingPayload>;
  sites: SitesPayload;
  notes: Array<string>;
  sources: string;
  method: Array<string>;
  bounds: Array<number>;
}
