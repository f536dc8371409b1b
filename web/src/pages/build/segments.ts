import { attribute, child, children, duration, type Element, numeric } from "./mpd";

/** When the segments of a presentation are, in seconds: since 1970 where it is live, since its start where it is not. */
export interface Layout {
  live: boolean;
  /** Where its time line begins and, where that is known, ends. */
  start: number;
  end: number;
  /** How far back it can be watched. */
  depth: number;
  /** How far behind the live edge players should stay; 0 where nothing is said. */
  delay: number;
  /** After how many seconds the manifest is to be loaded again; Infinity for never. */
  update: number;
  periods: number[];
  lines: Line[];
}

/** The segments of an AdaptationSet, or of those that follow each other over Periods. */
export interface Line {
  title: string;
  /** What tells it from others of the same title; empty where there are none. */
  detail: string;
  runs: Run[];
}

/** Segments of one length that follow each other. */
interface Run {
  start: number;
  duration: number;
  /** Infinity while it goes on. */
  count: number;
  /** Of the first one; undefined where segments have times. */
  number: number | undefined;
  /** So much earlier than its end a segment can be fetched. */
  early: number;
  /** How many of them the manifest names: those after them are to be expected. */
  announced: number;
  /** No segments are addressed: the whole is one file. */
  file: boolean;
}

export interface Placed {
  start: number;
  end: number;
  /** When it can be fetched. */
  from: number;
  number: number | undefined;
  announced: boolean;
  file: boolean;
}

/** Lays out the segments of an MPD. */
export function layout(mpd: Element): Layout {
  const live = attribute(mpd, "type") === "dynamic";
  const begin = Date.parse(attribute(mpd, "availabilityStartTime") ?? "") / 1000;
  const start = live && Number.isFinite(begin) ? begin : 0;
  const total = duration(attribute(mpd, "mediaPresentationDuration"));
  const out: Layout = {
    live,
    start,
    end: total === undefined ? Number.POSITIVE_INFINITY : start + total,
    depth: duration(attribute(mpd, "timeShiftBufferDepth")) ?? Number.POSITIVE_INFINITY,
    delay: latency(mpd),
    update: duration(attribute(mpd, "minimumUpdatePeriod")) ?? Number.POSITIVE_INFINITY,
    periods: [],
    lines: [],
  };
  const periods = spans(mpd, out);
  const lines = new Map<string, Line>();
  const sets = new Map<Line, Element>();
  for (const { period, from, to } of periods) {
    out.periods.push(from);
    children(period, "AdaptationSet").forEach((set, i) => {
      const title = titleOf(set);
      const key = `${title} ${attribute(set, "id") ?? i}`;
      const line = lines.get(key) ?? { title, detail: "", runs: [] };
      lines.set(key, line);
      sets.set(line, sets.get(line) ?? set);
      const own = runs(mpd, period, set, from, to);
      const last = own[own.length - 1];
      if (live && last && !last.file && Number.isFinite(last.announced)) {
        last.count = Math.max(last.count, Math.round((to - last.start) / last.duration)); // as it has gone on
      }
      line.runs.push(...own);
    });
  }
  out.lines = Array.from(lines.values());
  for (const line of out.lines) {
    const same = out.lines.filter((other) => other.title === line.title);
    const all = same.map((other) => codecOf(sets.get(other)));
    const codec = codecOf(sets.get(line));
    if (same.length > 1) {
      const id = attribute(sets.get(line), "id");
      line.detail =
        all.filter((other) => other === codec).length === 1 ? codec : `${codec} ${id ? `id ${id}` : ""}`.trim();
    }
  }
  return out;
}

/** What people call the codec of an AdaptationSet (RFC 6381). */
function codecOf(set: Element | undefined): string {
  const codecs = attribute(set, "codecs") ?? attribute(child(set, "Representation"), "codecs") ?? "";
  const names: Record<string, string> = {
    "mp4a.40": "AAC",
    "mp4a.6b": "MP3",
    "mp4a.69": "MP3",
    "ec-3": "E-AC-3",
    "ac-3": "AC-3",
    opus: "Opus",
    flac: "FLAC",
    avc1: "H.264",
    avc3: "H.264",
    hvc1: "HEVC",
    hev1: "HEVC",
    av01: "AV1",
    vp09: "VP9",
    stpp: "TTML",
    wvtt: "WebVTT",
  };
  const [first = ""] = codecs.toLowerCase().split(",");
  const known = Object.keys(names).find((each) => first === each || first.startsWith(`${each}.`));
  return known ? (names[known] ?? first) : first;
}

function latency(mpd: Element): number {
  const target = numeric(child(child(mpd, "ServiceDescription"), "Latency"), "target", 0) / 1000;
  return target || (duration(attribute(mpd, "suggestedPresentationDelay")) ?? 0);
}

/** Where each Period begins and ends (ISO/IEC 23009-1, 5.3.2.1). */
function spans(mpd: Element, whole: Layout): { period: Element; from: number; to: number }[] {
  const periods = children(mpd, "Period");
  const starts: number[] = [];
  periods.forEach((period, i) => {
    const before = starts[i - 1];
    const length = duration(attribute(periods[i - 1], "duration"));
    const own = duration(attribute(period, "start"));
    starts.push(own !== undefined ? whole.start + own : (before ?? whole.start) + (length ?? 0));
  });
  return periods.map((period, i) => {
    const from = starts[i] as number;
    const length = duration(attribute(period, "duration"));
    return { period, from, to: length !== undefined ? from + length : (starts[i + 1] ?? whole.end) };
  });
}

function titleOf(set: Element): string {
  const first = child(set, "Representation");
  const mime = attribute(set, "mimeType") ?? attribute(first, "mimeType") ?? "";
  const kind = attribute(set, "contentType") ?? mime.replace(/\/.*/, "");
  const language = attribute(set, "lang") ?? "und";
  return [kind || "media", language === "und" ? "" : language].join(" ").trim();
}

function runs(mpd: Element, period: Element, set: Element, from: number, to: number): Run[] {
  const levels = [child(set, "Representation"), set, period];
  const find = (name: string) => levels.map((level) => child(level, name)).filter((each) => each !== undefined);
  const template = find("SegmentTemplate");
  const list = find("SegmentList");
  const how = template.length > 0 ? template : list;
  if (how.length === 0) {
    const length = to - from;
    return Number.isFinite(length) && (find("SegmentBase").length > 0 || child(levels[0], "BaseURL"))
      ? [{ start: from, duration: length, count: 1, number: undefined, early: 0, announced: 1, file: true }]
      : [];
  }
  const inherited = (name: string, otherwise: number) =>
    how.reduceRight((value, each) => numeric(each, name, value), otherwise);
  const timescale = inherited("timescale", 1) || 1;
  const offset = inherited("presentationTimeOffset", 0) / timescale;
  const early = [mpd, ...levels.slice().reverse()].reduce(
    (sum, level) => sum + numeric(child(level, "BaseURL"), "availabilityTimeOffset", 0),
    inherited("availabilityTimeOffset", 0),
  );
  const first = inherited("startNumber", 1);
  const media = how.map((each) => attribute(each, "media")).find((each) => each !== undefined) ?? "";
  const numbered = template.length === 0 || media.includes("$Number");
  const timeline = how.map((each) => child(each, "SegmentTimeline")).find((each) => each !== undefined);
  if (timeline) {
    const base = { timescale, start: from - offset, end: to, early };
    return timelineRuns(timeline, base, numbered ? first : undefined);
  }
  const length = inherited("duration", 0) / timescale;
  if (!(length > 0)) {
    return [];
  }
  const urls = list.map((each) => children(each, "SegmentURL").length).find((count) => count > 0);
  const count = urls ?? Math.ceil((to - from) / length - 1e-6);
  const last = inherited("endNumber", Number.POSITIVE_INFINITY);
  return [
    {
      start: from,
      duration: length,
      count: Math.min(count, last - first + 1),
      number: numbered ? first : undefined,
      early,
      announced: urls ?? Number.POSITIVE_INFINITY,
      file: false,
    },
  ];
}

interface Base {
  timescale: number;
  start: number;
  end: number;
  early: number;
}

/** The S elements (ISO/IEC 23009-1, 5.3.9.6): a negative @r goes on to the next S, or to the end. */
function timelineRuns(timeline: Element, base: Base, first: number | undefined): Run[] {
  const out: Run[] = [];
  const all = children(timeline, "S");
  let time = 0;
  let number = first;
  all.forEach((s, i) => {
    time = numeric(s, "t", time);
    number = number === undefined ? undefined : numeric(s, "n", number);
    const ticks = numeric(s, "d", 0);
    if (!(ticks > 0)) {
      return;
    }
    let count = numeric(s, "r", 0) + 1;
    if (count <= 0) {
      const next = numeric(all[i + 1], "t", (base.end - base.start) * base.timescale);
      count = Math.ceil((next - time) / ticks - 1e-6);
    }
    const start = base.start + time / base.timescale;
    out.push({
      start,
      duration: ticks / base.timescale,
      count,
      number,
      early: base.early,
      announced: count,
      file: false,
    });
    time += count * ticks;
    number = number === undefined ? undefined : number + count;
  });
  return out;
}

/** The segments of a line that touch a span of time, at most `most`. */
export function between(line: Line, from: number, to: number, most = 2000): Placed[] {
  const out: Placed[] = [];
  for (const run of line.runs) {
    let i = Math.max(0, Math.floor((from - run.start) / run.duration));
    for (; i < run.count && out.length < most; i++) {
      const start = run.start + i * run.duration;
      if (start >= to) {
        break;
      }
      const end = start + run.duration;
      if (end > from) {
        const number = run.number === undefined ? undefined : run.number + i;
        out.push({ start, end, from: end - run.early, number, announced: i < run.announced, file: run.file });
      }
    }
  }
  return out;
}

/** The longest segment, in seconds; 0 where there is none. */
export function longest(all: Layout): number {
  let most = 0;
  for (const line of all.lines) {
    for (const run of line.runs) {
      most = Math.max(most, run.file ? 0 : run.duration);
    }
  }
  return most;
}

export type State = "there" | "coming" | "later" | "over";

/**
 * What can be done with a segment at an instant: fetch it, wait for it (it is being made, or not announced yet), wait
 * longer, nothing any more.
 */
export function stateAt(all: Layout, segment: Placed, now: number): State {
  if (!all.live) {
    return "there";
  }
  if (segment.end <= now - all.depth) {
    return "over";
  }
  if (now >= segment.from && segment.announced) {
    return "there";
  }
  return now >= segment.start ? "coming" : "later";
}
