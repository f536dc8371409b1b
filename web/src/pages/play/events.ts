import { decodeSCTE35, SCTE35, type Splice } from "../../parts/scte35";
import type { StreamEvent } from "../../players/player";
import { cell, folded, table } from "./log";

const KEPT = 500;

interface Listed {
  event: StreamEvent;
  /** How often each player, by its title, has told of it, in the order in which they did. */
  by: Map<string, number>;
  row: HTMLTableRowElement;
}

/** The events that players have told of: the same event of several players is one. */
export class EventList {
  readonly box: HTMLDetailsElement;
  /** When a live stream's media time is 0, in ms since 1970. */
  start = 0;
  private total = 0;
  private readonly seen = new Map<string, Listed>();
  private readonly body: HTMLTableSectionElement;
  private readonly draw: (count: string) => void;

  constructor() {
    const { scroll, body } = table("Events", [
      "Due",
      "Told by",
      "From",
      "Scheme",
      "Value",
      "ID",
      "Lasts",
      "What it says",
    ]);
    this.body = body;
    const fold = folded(
      "events",
      "Events",
      scroll,
      "No event yet. Streams have them by the option events, in the manifest or in segments.",
    );
    this.box = fold.box;
    this.draw = fold.count;
    this.draw("none yet");
  }

  add(event: StreamEvent, player: string): void {
    const key = [event.from, event.scheme, event.value, event.id, event.id ? "" : event.start].join("\n");
    const listed = this.seen.get(key) ?? this.list(key, event);
    listed.by.set(player, (listed.by.get(player) ?? 0) + 1);
    if (Number.isNaN(listed.event.start)) {
      listed.event = event; // This player says when.
    }
    const [when, told] = Array.from(listed.row.children) as [Element, Element];
    when.textContent = due(listed.event.start, this.start);
    told.textContent = Array.from(listed.by, ([name, times]) => (times > 1 ? `${name} ×${times}` : name)).join(", ");
    this.draw(this.total > this.seen.size ? `${this.total}, the last ${this.seen.size} are kept` : String(this.total));
  }

  /** Puts it on top. The other rows stay as they are: somebody may be reading one. */
  private list(key: string, event: StreamEvent): Listed {
    const listed = { event, by: new Map<string, number>(), row: row(event) };
    this.total++;
    this.seen.set(key, listed);
    this.body.insertBefore(listed.row, this.body.firstChild);
    const [oldest] = this.seen.keys();
    if (this.seen.size > KEPT && oldest !== undefined) {
      this.seen.get(oldest)?.row.remove();
      this.seen.delete(oldest);
    }
    return listed;
  }
}

function row(event: StreamEvent): HTMLTableRowElement {
  const line = document.createElement("tr");
  line.append(
    cell("", "end"),
    cell(""),
    cell(event.from === "mpd" ? "MPD" : "emsg"),
    cell(event.scheme, "code"),
    cell(event.value, "code"),
    cell(event.id, "code"),
    cell(event.duration ? `${Number(event.duration.toFixed(3))} s` : "–", "end"),
    content(event),
  );
  return line;
}

/** Seconds of a recording; of a live stream the time of day. */
export function due(time: number, start: number): string {
  if (!Number.isFinite(time)) {
    return "–";
  }
  return start > 0 ? `${new Date(start + time * 1000).toISOString().slice(11, 22)} UTC` : `${time.toFixed(2)} s`;
}

function content(event: StreamEvent): HTMLTableCellElement {
  const place = document.createElement("td");
  const splice = SCTE35.test(event.scheme) ? spliceOf(event) : undefined;
  if (splice === undefined) {
    place.className = "code";
    place.textContent = textOf(event.data);
  } else if (typeof splice === "string") {
    place.textContent = splice;
  } else {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = splice.summary;
    const list = document.createElement("ul");
    for (const [name, value] of splice.fields) {
      const item = document.createElement("li");
      item.textContent = `${name}: ${value}`;
      list.append(item);
    }
    details.append(summary, list);
    place.append(details);
  }
  return place;
}

function spliceOf(event: StreamEvent): Splice | string {
  try {
    return decodeSCTE35(binaryOf(event.data));
  } catch (error) {
    return `Not to be decoded as SCTE-35: ${(error as Error).message}. It says: ${textOf(event.data)}`;
  }
}

/** Players hand over the Binary element as text, its XML around it, or bytes, of which emsg has the section itself. */
function binaryOf(data: Uint8Array | string): Uint8Array | string {
  if (typeof data !== "string") {
    return data[0] === 0xfc ? data : binaryOf(textOf(data));
  }
  return data.match(/<(?:\w+:)?Binary[^>]*>([^<]*)</)?.[1] ?? data;
}

/** Bytes as text where they are text, else as hexadecimal; in at most 200 characters. */
export function textOf(data: Uint8Array | string): string {
  if (typeof data === "string") {
    return data.trim().slice(0, 200);
  }
  const bytes = Array.from(data.subarray(0, 200));
  if (bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13)) {
    return String.fromCharCode(...bytes);
  }
  return bytes
    .slice(0, 64)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(" ");
}
