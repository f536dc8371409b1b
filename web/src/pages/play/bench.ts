import { fill } from "../../parts/fill";
import { bitrate } from "../../parts/format";
import { libraries } from "../../players/libraries";
import type { Facts } from "../../players/manifest";
import { shortcuts } from "./keys";
import type { Lane } from "./lane";
import { cell, folded, type Table, table } from "./log";
import { type Line, Plot, type Plotted } from "./plot";

/** What is plotted; one that nothing is known of is not shown. */
function plots(): Plotted[] {
  const seconds = (value: number) => `${Number(value.toFixed(value < 10 ? 2 : 1))} s`;
  return [
    {
      measure: "latency",
      title: "Behind live",
      help: "The stream's clock less the time of the picture",
      write: seconds,
    },
    {
      measure: "buffer",
      title: "Buffer ahead",
      help: "Seconds of media that are there and not played yet",
      write: seconds,
    },
    { measure: "bitrate", title: "Bitrate", help: "Of the chosen Representations, as announced", write: bitrateOf },
    {
      measure: "throughput",
      title: "Throughput",
      help: "What the player thinks it can have; of rx-player, measured here",
      write: bitrateOf,
    },
    {
      measure: "dropped",
      title: "Frames dropped",
      help: "Since the start",
      write: (value) => String(Math.round(value)),
      whole: true,
    },
  ];
}

/** At least so many seconds of the past are shown, and at most. */
const SHORT = 30;
const LONG = 300;

/** What was over the time that plots show, for who would rather read. */
class Ranges {
  readonly box: HTMLDetailsElement;
  private readonly table: Table;

  constructor() {
    this.table = table("The plots as numbers", ["Measure", "Player", "Now", "Lowest", "Mean", "Highest"]);
    const fold = folded("ranges", "The plots as numbers", this.table.scroll, "Nothing yet.");
    fold.count("");
    this.box = fold.box;
  }

  draw(lines: Line[], from: number): void {
    if (!this.box.open) {
      return;
    }
    const rows: HTMLTableRowElement[] = [];
    for (const { measure, title, write: say } of plots()) {
      for (const line of lines) {
        const range = line.history.range(measure, from);
        if (range) {
          const values = [range.last, range.low, range.mean, range.high].map((value) => cell(say(value), "end"));
          rows.push(this.table.row([header("row", title), cell(line.title), ...values]));
        }
      }
    }
    fill(this.table.body, rows);
  }
}

/** The numbers of each player in a table, and over time as plots. */
export class Bench {
  private readonly heading = document.createElement("h2");
  private readonly table = document.createElement("table");
  private readonly ranges = new Ranges();
  private readonly plots = plots().map((plotted) => new Plot(plotted));

  constructor(side: HTMLElement, grid: HTMLElement) {
    this.heading.id = "numbers";
    this.table.className = "numbers";
    this.table.setAttribute("aria-labelledby", this.heading.id);
    fill(side, [this.heading, this.table, keyHelp()]);
    fill(grid, [...this.plots.map((plot) => plot.box), this.ranges.box]);
  }

  /** at is in seconds, as in samples. Rows about latency are of use for live streams only. */
  draw(lanes: Lane[], at: number, facts: Facts): void {
    const only = lanes.length === 1 ? lanes[0] : undefined;
    const title = only ? [only.title, only.session.player?.version].filter(Boolean).join(" ") : "Compared";
    write(this.heading, title);
    this.numbers(lanes, facts);
    const from = at - Math.max(SHORT, Math.min(LONG, at));
    const lines = lanes.map(lineOf);
    for (const plot of this.plots) {
      plot.draw(lines, from, at);
    }
    this.ranges.draw(lines, from);
  }

  private numbers(lanes: Lane[], { live, start }: Facts): void {
    const columns = lanes.map((lane) =>
      lane.numbers(live ? start : 0).filter(([title]) => live || !/Behind|Target/.test(title)),
    );
    const rows = columns[0] ?? [];
    const shape = `${lanes.map((lane) => lane.title).join()} ${rows.length}`;
    if (this.table.dataset.shape !== shape) {
      this.table.dataset.shape = shape;
      this.table.textContent = "";
      if (lanes.length > 1) {
        const head = this.table.createTHead().insertRow();
        head.append(document.createElement("td"), ...lanes.map((lane) => header("col", lane.title)));
      }
      const body = this.table.createTBody();
      for (const [title] of rows) {
        const line = body.insertRow();
        line.append(header("row", title), ...lanes.map(() => document.createElement("td")));
      }
    }
    const body = this.table.tBodies[0];
    rows.forEach((_, n) => {
      columns.forEach((column, c) => {
        const cell = body?.rows[n]?.cells[c + 1];
        if (cell) {
          write(cell, column[n]?.[1] ?? "");
        }
      });
    });
  }
}

/** Each library always has the same colour and pattern. */
function lineOf(lane: Lane): Line {
  const place = libraries().findIndex((library) => library.key === lane.session.library?.key);
  return { title: lane.title, place: Math.max(0, place), history: lane.history };
}

function bitrateOf(value: number): string {
  return value > 0 ? bitrate(value) : "0";
}

function header(scope: string, text: string): HTMLTableCellElement {
  const th = document.createElement("th");
  th.setAttribute("scope", scope);
  th.textContent = text;
  return th;
}

function keyHelp(): HTMLElement {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "Keys";
  const list = document.createElement("dl");
  list.className = "keys";
  for (const { keys, does } of shortcuts()) {
    const term = document.createElement("dt");
    keys.forEach((key, n) => {
      const kbd = document.createElement("kbd");
      kbd.textContent = key;
      term.append(n ? " " : "", kbd);
    });
    const value = document.createElement("dd");
    value.textContent = does;
    const box = document.createElement("div");
    box.append(term, value);
    list.append(box);
  }
  details.append(summary, list);
  return details;
}

function write(node: Element, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
