import { rootOf } from "../parts/xml";

/** What the page itself wants to know of a manifest; players read it on their own. */
export interface Facts {
  /** Could be read at all. */
  known: boolean;
  live: boolean;
  /** MPD@availabilityStartTime, in ms since 1970; 0 where there is none. */
  start: number;
  /** Seconds behind live that the manifest asks for: Latency@target, or suggestedPresentationDelay; 0 where it does not say. */
  target: number;
  /** Seconds behind live that are too many: Latency@max; 0 where the manifest does not say. */
  latest: number;
  /** Segments may be had before they are complete. */
  lowLatency: boolean;
  /** PlaybackRate: how slow and how fast a player may play to keep to the target. */
  slowest: number;
  fastest: number;
  /** UTCTiming: schemes and values, in order. */
  clocks: { scheme: string; value: string }[];
  /** schemeIdUri of EventStream and InbandEventStream elements, each once. */
  events: string[];
  /** What Representations are of, each kind of media once. */
  media: Medium[];
  /** Every Period has video. */
  pictures: boolean;
  /** Names of the DRM systems; empty for a stream in the clear. */
  systems: string[];
  /** Where ClearKey licences come from, as the manifest says. */
  licence: string;
}

/** A kind of media, as MediaSource is asked for it: "video/mp4", "avc1.64001f". */
export interface Medium {
  mime: string;
  codecs: string;
}

export function empty(): Facts {
  return {
    known: false,
    live: false,
    start: 0,
    target: 0,
    latest: 0,
    lowLatency: false,
    slowest: 1,
    fastest: 1,
    clocks: [],
    events: [],
    media: [],
    pictures: false,
    systems: [],
    licence: "",
  };
}

const CLEARKEY = ["urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e", "urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b"];
const GENERIC = "urn:mpeg:dash:mp4protection:2011";

/** DASH-IF keeps the list of systems. */
const SYSTEMS: [scheme: string, name: string][] = [
  [CLEARKEY[0] as string, "ClearKey"],
  [CLEARKEY[1] as string, "ClearKey"],
  ["urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "Widevine"],
  ["urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95", "PlayReady"],
  ["urn:uuid:79f0049a-4098-8642-ab92-e65be0885f95", "PlayReady"],
  ["urn:uuid:94ce86fb-07ff-4f43-adb8-93d2fa968ca2", "FairPlay"],
  ["urn:uuid:5e629af5-38da-4063-8977-97ffbd9902d4", "Marlin"],
];

/** Reads the facts of an MPD that came from url; its addresses become absolute. */
export function factsOf(mpd: Element, url: string): Facts {
  const all = (name: string) => Array.from(mpd.getElementsByTagNameNS("*", name));
  const each = (name: string, attribute: string) =>
    all(name)
      .map((element) => element.getAttribute(attribute) ?? "")
      .filter(Boolean);
  const protections = all("ContentProtection");
  return {
    known: true,
    live: mpd.getAttribute("type") === "dynamic",
    start: Date.parse(mpd.getAttribute("availabilityStartTime") ?? "") || 0,
    target: Number(each("Latency", "target")[0] ?? 0) / 1000 || seconds(mpd.getAttribute("suggestedPresentationDelay")),
    latest: Number(each("Latency", "max")[0] ?? 0) / 1000,
    lowLatency: ["SegmentTemplate", "BaseURL", "SegmentBase", "SegmentList"].some((name) =>
      each(name, "availabilityTimeComplete").includes("false"),
    ),
    slowest: Number(each("PlaybackRate", "min")[0] ?? 1) || 1,
    fastest: Number(each("PlaybackRate", "max")[0] ?? 1) || 1,
    clocks: all("UTCTiming").map((clock) => ({
      scheme: clock.getAttribute("schemeIdUri") ?? "",
      value: clock.getAttribute("value") ?? "",
    })),
    events: once([...each("EventStream", "schemeIdUri"), ...each("InbandEventStream", "schemeIdUri")]),
    media: mediaOf(all("Representation")),
    pictures: all("Period").every((period) => mediaOf(within(period, "Representation")).some(isOf("video"))),
    systems: systemsOf(protections),
    licence: licenceOf(protections, url),
  };
}

function within(element: Element, name: string): Element[] {
  return Array.from(element.getElementsByTagNameNS("*", name));
}

/** Representations say it themselves, or the AdaptationSet around them does. */
function mediaOf(representations: Element[]): Medium[] {
  const found = new Map<string, Medium>();
  for (const each of representations) {
    const said = (name: string) => each.getAttribute(name) || each.parentElement?.getAttribute(name) || "";
    const medium = { mime: said("mimeType"), codecs: said("codecs") };
    found.set(`${medium.mime} ${medium.codecs}`, medium);
  }
  return Array.from(found.values());
}

export function isOf(kind: "video" | "audio"): (medium: Medium) => boolean {
  return ({ mime }) => mime.startsWith(`${kind}/`);
}

function systemsOf(protections: Element[]): string[] {
  const schemes = protections.map((element) => (element.getAttribute("schemeIdUri") ?? "").toLowerCase());
  const named = schemes
    .filter((scheme) => scheme !== GENERIC)
    .map((scheme) => SYSTEMS.find(([known]) => known === scheme)?.[1] ?? scheme);
  return schemes.length > 0 && named.length === 0 ? ["a system that the manifest does not name"] : once(named);
}

/** DASH-IF IOP says dashif:Laurl; clearkey:Laurl came before it. */
function licenceOf(protections: Element[], url: string): string {
  for (const element of protections) {
    if (!CLEARKEY.includes((element.getAttribute("schemeIdUri") ?? "").toLowerCase())) {
      continue;
    }
    const places = ["Laurl", "laurl"].map((name) => element.getElementsByTagNameNS("*", name)[0]?.textContent?.trim());
    const place = places.find(Boolean);
    if (place) {
      return new URL(place, url).href;
    }
  }
  return "";
}

/** xs:duration in seconds, of what stands in manifests: "PT1H2M3.5S"; 0 for anything else. */
export function seconds(duration: string | null): number {
  const parts = duration?.match(/^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/);
  return parts
    ? Number(parts[1] ?? 0) * 86400 + Number(parts[2] ?? 0) * 3600 + Number(parts[3] ?? 0) * 60 + Number(parts[4] ?? 0)
    : 0;
}

function once(list: string[]): string[] {
  return Array.from(new Set(list));
}

/** Parses a manifest; undefined for what is not an MPD. */
export function parseManifest(text: string, url: string): Facts | undefined {
  // What DOMParser does not like it explains in an element with a style, which the page's policy complains of.
  if (rootOf(text) !== "MPD") {
    return undefined;
  }
  const root = new DOMParser().parseFromString(text, "application/xml").documentElement;
  return root?.localName === "MPD" ? factsOf(root, url) : undefined;
}

/** How far this computer's clock is behind the stream's, in ms; 0 where no clock of the manifest answers. */
export async function clockOffset(facts: Facts, base: string): Promise<number> {
  for (const { scheme, value } of facts.clocks) {
    const kind = scheme.match(/^urn:mpeg:dash:utc:(direct|http-iso|http-xsdate|http-head):20/)?.[1];
    if (!kind) {
      continue;
    }
    try {
      const asked = Date.now();
      const time = kind === "direct" ? value : await ask(new URL(value.split(/\s+/)[0] ?? "", base).href, kind);
      const told = Date.parse(time.trim());
      if (told) {
        return told - (asked + Date.now()) / 2;
      }
    } catch {
      // The next clock may answer.
    }
  }
  return 0;
}

async function ask(url: string, kind: string): Promise<string> {
  const head = kind === "http-head";
  const answer = await fetch(url, { method: head ? "HEAD" : "GET", cache: "no-store" });
  return answer.ok ? (head ? (answer.headers.get("date") ?? "") : answer.text()) : "";
}
