import { between, type Layout, longest, type Placed, stateAt } from "./segments";

const NS = "http://www.w3.org/2000/svg";
const LABEL = 84; // px, for the names of lines
const ROW = 30;
const TOP = 40;
const NAMED = 14; // more above, for the names of Periods
const LETTER = 6.8; // px, of the small type
const OVERVIEW = 22; // below, for all that can be watched
const EDGE = 0.74; // where the live edge stands in the picture

/** Draws the time line. It is drawn again when a segment passes; in between it only moves. */
export class Picture {
  private readonly svg = node("svg", { class: "timeline", role: "img", focusable: "false" });
  private readonly moving = node("g", {});
  /** What of a segment is made already: the same segments in another colour, up to now. */
  private readonly growing = node("g", {});
  private drawn = { from: 0, until: 0, width: 0 };
  /** Names that move, from where to where: they are shown where they are whole. */
  private names: { node: SVGElement; from: number; to: number }[] = [];
  private layout: Layout | undefined;

  constructor(root: HTMLElement) {
    root.append(this.svg);
  }

  set(layout: Layout): void {
    this.layout = layout;
    this.drawn.until = 0;
  }

  /** now is in seconds since 1970. */
  tick(now: number): void {
    const { layout, svg } = this;
    if (!layout) {
      return;
    }
    const width = Math.max(280, Math.floor(svg.parentElement?.clientWidth ?? 0));
    if (now >= this.drawn.until || now < this.drawn.from || width !== this.drawn.width) {
      this.draw(layout, now, width);
    }
    const by = layout.live ? (now - this.drawn.from) * this.scale(layout, width) : 0;
    if (layout.live) {
      const moved = `translate(${(-by).toFixed(2)} 0)`;
      this.moving.setAttribute("transform", moved);
      this.growing.setAttribute("transform", moved);
    }
    for (const { node, from, to } of this.names) {
      node.setAttribute("visibility", from - by >= LABEL - 2 && to - by <= width ? "visible" : "hidden");
    }
  }

  /** Pixels a second. */
  private scale(layout: Layout, width: number): number {
    return (width - LABEL) / this.span(layout, width);
  }

  /** Seconds that are seen at once. */
  private span(layout: Layout, width: number): number {
    if (!layout.live) {
      return Math.max(0.001, Number.isFinite(layout.end) ? layout.end - layout.start : 60);
    }
    return Math.min(120, Math.max(16, (longest(layout) || 4) * (width < 500 ? 7 : 11)));
  }

  private draw(layout: Layout, now: number, width: number): void {
    const { svg, moving } = this;
    const scale = this.scale(layout, width);
    const span = this.span(layout, width);
    const top = TOP + (layout.periods.length > (layout.live ? 0 : 1) ? NAMED : 0);
    const height = top + ROW * Math.max(1, layout.lines.length) + 4 + (layout.live ? OVERVIEW : 0);
    const left = layout.live ? now - span * EDGE : layout.start;
    svg.textContent = "";
    moving.textContent = "";
    this.growing.textContent = "";
    this.names = [];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", String(height));
    const x = (time: number) => LABEL + (time - left) * scale;
    let until = Number.POSITIVE_INFINITY;
    layout.lines.forEach((line, row) => {
      const y = top + row * ROW;
      for (const segment of between(line, left, left + span * 1.3)) {
        moving.append(...this.segment(layout, segment, now, x(segment.start), x(segment.end), y));
        if (stateAt(layout, segment, now) === "coming") {
          this.growing.append(box("segment made", x(segment.start), x(segment.end), y));
        }
        for (const change of [segment.start, segment.from, segment.end + layout.depth]) {
          if (change > now) {
            until = Math.min(until, change);
          }
        }
      }
    });
    this.axis(layout, left, span, x, layout.live ? height - OVERVIEW : height);
    svg.append(clip("timeline-clip", width - LABEL, height), framed("timeline-clip", moving));
    if (layout.live) {
      svg.append(clip("timeline-made", x(now) - LABEL, height), framed("timeline-made", this.growing));
    }
    svg.append(node("rect", { class: "gutter", x: 0, y: 0, width: LABEL - 4, height }));
    layout.lines.forEach((line, row) => {
      const middle = top + row * ROW + ROW / 2 - 2;
      svg.append(text("line-title", 0, line.detail ? middle - 6 : middle, line.title));
      if (line.detail) {
        svg.append(text("line-title small", 0, middle + 8, line.detail));
      }
    });
    if (layout.live) {
      this.edges(layout, now, x, width, height - OVERVIEW);
      this.overview(layout, now, now - left, width, height);
    }
    this.drawn = { from: now, until: Math.min(until, now + span * 0.2), width };
  }

  private segment(layout: Layout, segment: Placed, now: number, from: number, to: number, y: number): SVGElement[] {
    const state = stateAt(layout, segment, now);
    const made = box(`segment ${state}`, from, to, y);
    if (segment.number === undefined || to - from < 14 + 7 * String(segment.number).length) {
      return [made];
    }
    return [made, text(`segment-name ${state}`, from + 7, y + (ROW - 6) / 2 + 1, String(segment.number))];
  }

  private axis(layout: Layout, left: number, span: number, x: (time: number) => number, height: number): void {
    const room = (layout.live ? 8 : 5) * LETTER + 14; // px between two times
    const wanted = Math.max(span / 5, room / (x(1) - x(0)));
    const step =
      [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400].find((s) => s >= wanted) ?? 28800;
    for (let time = Math.ceil(left / step) * step; time < left + span * 1.3; time += step) {
      this.moving.prepend(node("line", { class: "tick", x1: x(time), x2: x(time), y1: 20, y2: height }));
      this.name("time", x(time) + 4, 14, layout.live ? utc(time) : clock(time - layout.start, step));
    }
    let free = Number.NEGATIVE_INFINITY;
    for (const period of layout.periods.slice(layout.live ? 0 : 1)) {
      if (period > left && period < left + span * 1.3) {
        this.moving.append(node("line", { class: "period", x1: x(period), x2: x(period), y1: 38 + NAMED, y2: height }));
        if (x(period) > free) {
          free = this.name("period-name", x(period) + 4, 30 + NAMED, "Period") + 6;
        }
      }
    }
  }

  /** Writes something that moves with the segments; returns where it ends. */
  private name(className: string, from: number, y: number, words: string): number {
    const made = text(className, from, y, words);
    const to = from + words.length * LETTER;
    this.names.push({ node: made, from, to });
    this.moving.append(made);
    return to;
  }

  private edges(layout: Layout, now: number, x: (time: number) => number, width: number, height: number): void {
    const taken: [number, number][] = [];
    const edge = (className: string, at: number, title: string, anchor: string) => {
      if (at < LABEL || at > width) {
        return;
      }
      this.svg.append(node("line", { class: className, x1: at, x2: at, y1: 20, y2: height }));
      const wide = title.length * LETTER + 5;
      const [from, to] = anchor === "end" ? [at - wide, at] : [at, at + wide];
      if (from < LABEL - 4 || to > width || taken.some(([a, b]) => from < b && a < to)) {
        return; // The line alone: its name would stand over another.
      }
      taken.push([from, to]);
      const label = text(`${className} edge-name`, at + (anchor === "end" ? -5 : 5), 30, title);
      label.setAttribute("text-anchor", anchor);
      this.svg.append(label);
    };
    edge("now", x(Math.min(now, layout.end)), "now", "start");
    if (layout.delay > 0) {
      edge("target", x(now - layout.delay), "players", "end");
    }
    edge("window", x(now - layout.depth), "window", "end");
  }

  /** The whole window in one bar, and what part of it is above. */
  private overview(layout: Layout, now: number, seen: number, width: number, height: number): void {
    const whole = Math.min(layout.depth, Math.max(0, Math.min(now, layout.end) - layout.start));
    if (!(whole > seen)) {
      return;
    }
    const y = height - 9;
    const long = width - LABEL - 1;
    const part = Math.max(3, (long * seen) / whole);
    this.svg.append(
      text("line-title small", 0, y + 3, lasting(whole)),
      node("rect", { class: "whole", x: LABEL, y, width: long, height: 6, rx: 3 }),
      node("rect", { class: "seen", x: LABEL + long - part, y, width: part, height: 6, rx: 3 }),
    );
  }

  /** What the picture shows, for those who do not see it. */
  describe(words: string): void {
    this.svg.setAttribute("aria-label", words);
  }
}

function node(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(NS, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  return made;
}

function text(className: string, x: number, y: number, content: string): SVGElement {
  const made = node("text", { class: className, x, y, "dominant-baseline": "middle" });
  made.textContent = content;
  return made;
}

/** The place where what moves may be seen. */
function clip(id: string, width: number, height: number): SVGElement {
  const made = node("clipPath", { id });
  made.append(node("rect", { x: LABEL, y: 0, width, height }));
  return made;
}

function framed(id: string, content: SVGElement): SVGElement {
  const made = node("g", { "clip-path": `url(#${id})` });
  made.append(content);
  return made;
}

function box(className: string, from: number, to: number, y: number): SVGElement {
  const width = Math.max(0.5, to - from - (to - from > 6 ? 2 : 0));
  return node("rect", { class: className, x: from, y, width, height: ROW - 6, rx: Math.min(4, width / 4) });
}

/** The time of day in UTC: "12:00:05". */
export function utc(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 19);
}

function clock(seconds: number, step: number): string {
  const whole = Math.floor(seconds);
  const rest = step < 1 ? `.${Math.round((seconds - whole) * 10)}` : "";
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${rest}`;
}

/** A length of time in a few characters: "45 s", "30 min", "2.5 h", "12 d". */
export function lasting(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
  ];
  for (const [unit, name] of units) {
    if (seconds >= 2 * unit) {
      return `${Number((seconds / unit).toFixed(1))} ${name}`;
    }
  }
  return `${Number(seconds.toFixed(1))} s`;
}
