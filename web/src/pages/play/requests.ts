import { fill } from "../../parts/fill";
import { libraryFor } from "../../players/libraries";
import { cell, folded, inUse, type Table, table } from "./log";
import type { Request } from "./tap";

const KEPT = 2000;
const SHOWN = 150;

/** What players asked for and got: the newest first, and of those what the visitor looks for. */
export class RequestList {
  readonly box: HTMLDetailsElement;
  readonly all: Request[] = [];
  private readonly table: Table;
  private readonly count: (text: string) => void;
  private readonly text = document.createElement("input");
  private readonly kind = document.createElement("select");
  private readonly shown = document.createElement("p");
  private dirty = false;

  constructor() {
    this.table = table("Requests", ["Sent", "By", "What", "Status", "Size", "First byte", "Took", "URL"]);
    const inside = document.createElement("div");
    const filter = document.createElement("div");
    filter.className = "sift";
    this.text.type = "search";
    this.text.placeholder = "404, v1/, shaka …";
    for (const [value, title] of [
      ["", "Everything"],
      ["failed", "What failed"],
      ["manifest", "Manifests"],
      ["segment", "Segments"],
      ["licence", "Licences"],
      ["clock", "Clocks"],
      ["other", "Anything else"],
    ] as const) {
      this.kind.append(new Option(title, value));
    }
    filter.append(field("Filter", this.text), field("Show", this.kind));
    this.shown.className = "facts";
    this.shown.setAttribute("role", "status");
    inside.append(filter, this.shown, this.table.scroll);
    const fold = folded("requests", "Requests", inside, "No request yet.");
    this.box = fold.box;
    this.count = fold.count;
    this.count("none yet");
    const again = () => {
      this.dirty = true;
      this.draw();
    };
    this.text.addEventListener("input", again);
    this.kind.addEventListener("change", again);
    this.box.addEventListener("toggle", again);
  }

  add(request: Request): void {
    this.all.push(request);
    if (this.all.length > KEPT) {
      this.all.shift();
    }
    this.dirty = true;
  }

  /** The last answer to a URL. */
  answer(url: string): Request | undefined {
    for (let n = this.all.length - 1; n >= 0; n--) {
      if (this.all[n]?.url === url) {
        return this.all[n];
      }
    }
    return undefined;
  }

  /** bit/s at which the last segments of a player came in; NaN where it has had too few to tell. */
  throughput(who: string): number {
    const last = this.all
      .filter((each) => each.who === who && each.kind === "segment" && each.bytes > 10_000)
      .slice(-6);
    const ms = last.reduce((sum, each) => sum + each.ms, 0);
    return last.length >= 2 && ms > 0 ? (last.reduce((sum, each) => sum + each.bytes, 0) * 8000) / ms : Number.NaN;
  }

  /** Called every now and then. */
  draw(): void {
    if (!this.dirty || inUse(this.table.body)) {
      return;
    }
    this.dirty = false;
    const bad = this.all.filter(failed).length;
    this.count(
      this.all.length === 0 ? "none yet" : bad > 0 ? `${this.all.length}, ${bad} failed` : String(this.all.length),
    );
    if (!this.box.open) {
      return;
    }
    const found = this.all.filter((request) => matches(request, this.text.value, this.kind.value));
    const shown = found.slice(-SHOWN).reverse();
    this.shown.textContent =
      shown.length < this.all.length
        ? `${shown.length} of ${this.all.length} shown, the newest first`
        : "The newest first";
    fill(
      this.table.body,
      shown.map((each) => this.table.row(cells(each), failed(each) ? "failed" : "")),
    );
  }
}

/** Refused or unanswered. What a player itself broke off has not failed. */
export function failed(request: Request): boolean {
  return request.status >= 400 || ["unanswered", "broken off", "timed out"].includes(request.failed);
}

/** Whether a request is of the kind, and has all words in what the table says of it. */
export function matches(request: Request, text: string, kind: string): boolean {
  if (kind && (kind === "failed" ? !failed(request) : request.kind !== kind)) {
    return false;
  }
  const all = [request.who, request.kind, request.status, request.failed, request.detail, request.url]
    .join(" ")
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function cells(request: Request): HTMLTableCellElement[] {
  const url = cell("", "code url");
  const link = document.createElement("a");
  link.href = request.url;
  link.textContent = short(request.url);
  url.append(link);
  if (request.detail) {
    const detail = document.createElement("span");
    detail.className = "detail";
    detail.textContent = request.detail;
    url.append(detail);
  }
  return [
    cell(`${(request.at / 1000).toFixed(2)} s`, "end"),
    cell(request.who === "page" ? "this page" : libraryFor(request.who).title),
    cell(request.method === "GET" ? request.kind : `${request.kind} (${request.method})`),
    cell(request.failed || String(request.status)),
    cell(size(request.bytes), "end"),
    cell(request.first ? `${Math.round(request.first)} ms` : "–", "end"),
    cell(`${Math.round(request.ms)} ms`, "end"),
    url,
  ];
}

function short(url: string): string {
  return url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url;
}

/** Bytes as people write them: "812 B", "24.3 kB", "1.2 MB". */
export function size(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} B`;
  }
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function field(title: string, control: HTMLElement): HTMLLabelElement {
  const label = document.createElement("label");
  label.className = "field";
  const name = document.createElement("span");
  name.textContent = title;
  label.append(name, control);
  return label;
}
