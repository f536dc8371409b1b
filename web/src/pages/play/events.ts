import { fromBase64 } from "../../parts/bits";
import { decodeID3, isID3 } from "../../parts/id3";
import { decodeSCTE35, SCTE35, type Splice } from "../../parts/scte35";
import type { StreamEvent } from "../../players/player";
import { cell, folded, type Table, table } from "./log";

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
  private readonly table: Table;
  private readonly draw: (count: string) => void;

  constructor() {
    this.table = table("Events", ["Due", "Told by", "From", "Scheme", "Value", "ID", "Lasts", "What it says"]);
    const fold = folded(
      "events",
      "Events",
      this.table.scroll,
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
    const listed = { event, by: new Map<string, number>(), row: this.table.row(cells(event)) };
    this.total++;
    this.seen.set(key, listed);
    this.table.body.insertBefore(listed.row, this.table.body.firstChild);
    const [oldest] = this.seen.keys();
    if (this.seen.size > KEPT && oldest !== undefined) {
      this.seen.get(oldest)?.row.remove();
      this.seen.delete(oldest);
    }
    return listed;
  }
}

function cells(event: StreamEvent): HTMLTableCellElement[] {
  return [
    cell("", "end"),
    cell("", "by"),
    cell(event.from === "mpd" ? "MPD" : "emsg"),
    cell(event.scheme, "code scheme"),
    cell(event.value, "code"),
    cell(event.id, "code"),
    cell(event.duration ? `${Number(event.duration.toFixed(3))} s` : "–", "end"),
    content(event),
  ];
}

/** Seconds of a recording; of a live stream the time of day. */
export function due(time: number, start: number): string {
  if (!Number.isFinite(time)) {
    return "–";
  }
  return start > 0 ? `${new Date(start + time * 1000).toISOString().slice(11, 22)} UTC` : `${time.toFixed(2)} s`;
}

function content(event: StreamEvent): HTMLTableCellElement {
  const told = SCTE35.test(event.scheme) ? spliceOf(event) : (tagOf(event.data) ?? { summary: "", fields: [] });
  if (told.fields.length === 0) {
    return cell(told.summary || textOf(event.data), told.summary ? "words" : "code words");
  }
  const place = cell("", "words");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = told.summary;
  const list = document.createElement("ul");
  for (const [name, value] of told.fields) {
    const item = document.createElement("li");
    item.textContent = `${name}: ${value}`;
    list.append(item);
  }
  details.append(summary, list);
  place.append(details);
  return place;
}

/** What is within an event: a sentence, and the fields behind it. */
type Inside = Pick<Splice, "summary" | "fields">;

/** What an ID3 tag says; undefined where there is none. One frame is said whole, several are summed up. */
export function tagOf(data: Uint8Array | string): Inside | undefined {
  const bytes = typeof data === "string" ? tagIn(data) : data;
  if (!bytes || !isID3(bytes)) {
    return undefined;
  }
  try {
    const fields = decodeID3(bytes).map(({ id, about, text }): [string, string] => [
      about ? `${id} ${about}` : id,
      text,
    ]);
    const summary = fields.map(([name, text]) => `${name}: ${text}`).join(", ");
    return { summary: summary || "an ID3 tag without frames", fields: fields.length > 1 ? fields : [] };
  } catch (error) {
    return { summary: `Not to be decoded as ID3: ${(error as Error).message}. It says: ${textOf(data)}`, fields: [] };
  }
}

/** In a manifest, bytes are base64 (contentEncoding), which not every player decodes: "SUQz" is "ID3". */
function tagIn(text: string): Uint8Array | undefined {
  try {
    return text.trim().startsWith("SUQz") ? fromBase64(text.trim()) : undefined;
  } catch {
    return undefined;
  }
}

function spliceOf(event: StreamEvent): Inside {
  try {
    return decodeSCTE35(binaryOf(event.data));
  } catch (error) {
    const summary = `Not to be decoded as SCTE-35: ${(error as Error).message}. It says: ${textOf(event.data)}`;
    return { summary, fields: [] };
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
