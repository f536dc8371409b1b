import { type History, type Measure, marks } from "./history";

/** A player's line: its name, and its place among the colours and patterns. */
export interface Line {
  title: string;
  place: number;
  history: History;
}

export interface Plotted {
  measure: Measure;
  title: string;
  /** Said once below the title, for who has not met it. */
  help: string;
  write(value: number): string;
  /** Counts have no marks between whole numbers. */
  whole?: boolean;
}

/** Lines differ by pattern as well as by colour. */
const DASHES = [[], [7, 4], [2, 3]];
/** Room for the marks, in px. */
const LEFT = 62;
const BOTTOM = 24;

/** One measure of all players over time, on a canvas, with the present values in words beside it. */
export class Plot {
  readonly box = document.createElement("figure");
  private readonly canvas = document.createElement("canvas");
  private readonly legend = document.createElement("ul");
  private pointer = -1;
  private said = 0;

  constructor(private readonly plotted: Plotted) {
    this.box.className = "measure";
    this.box.dataset.measure = plotted.measure;
    const caption = document.createElement("figcaption");
    const title = document.createElement("h3");
    title.textContent = plotted.title;
    title.title = plotted.help;
    this.legend.setAttribute("role", "list");
    this.legend.className = "measure-names";
    caption.append(title, this.legend);
    this.canvas.setAttribute("role", "img");
    this.box.append(caption, this.canvas);
    this.canvas.addEventListener("pointermove", (event) => {
      this.pointer = event.offsetX;
    });
    this.canvas.addEventListener("pointerleave", () => {
      this.pointer = -1;
    });
  }

  /** Draws from..to, in seconds. */
  draw(lines: Line[], from: number, to: number): void {
    const known = lines.some((line) => line.history.range(this.plotted.measure, from));
    this.box.hidden = !known;
    if (!known) {
      return;
    }
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    const scale = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
    }
    const context = this.canvas.getContext("2d");
    if (!context || width === 0) {
      return;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const high = Math.max(...lines.map((line) => line.history.range(this.plotted.measure, from)?.high ?? 0));
    const axis = marks(high).filter((mark) => !this.plotted.whole || Number.isInteger(mark));
    const top = axis[axis.length - 1] ?? 1;
    const x = (at: number) => LEFT + ((at - from) / (to - from)) * (width - LEFT - 4);
    const y = (value: number) => height - BOTTOM - (value / top) * (height - BOTTOM - 8);
    this.frame(context, axis, { width, height, from, to, x, y });
    for (const line of lines) {
      this.line(context, line, from, x, y);
    }
    const at = this.pointer >= LEFT ? from + ((this.pointer - LEFT) / (width - LEFT - 4)) * (to - from) : undefined;
    if (at !== undefined) {
      context.strokeStyle = colour(this.box, "--edge");
      context.setLineDash([]);
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(this.pointer, 4);
      context.lineTo(this.pointer, height - BOTTOM);
      context.stroke();
    }
    this.tell(lines, from, to, at);
  }

  private frame(
    context: CanvasRenderingContext2D,
    axis: number[],
    { width, height, from, to, x, y }: Place & { width: number; height: number; from: number; to: number },
  ): void {
    context.font = `${Math.round(0.75 * rem())}px system-ui, sans-serif`;
    context.fillStyle = colour(this.box, "--quiet");
    context.strokeStyle = colour(this.box, "--line");
    context.lineWidth = 1;
    context.setLineDash([]);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const mark of axis) {
      const at = Math.round(y(mark)) + 0.5;
      context.beginPath();
      context.moveTo(LEFT, at);
      context.lineTo(width - 4, at);
      context.stroke();
      context.fillText(this.plotted.write(mark).replace(/bit\/s$/, ""), LEFT - 6, at);
    }
    context.textBaseline = "alphabetic";
    const span = to - from;
    const most = Math.max(2, Math.floor((width - LEFT) / 90));
    const step = [10, 15, 30, 60, 120, 300].find((each) => span / each <= most) ?? 600;
    for (let ago = 0; ago <= span; ago += step) {
      const at = x(to - ago);
      context.textAlign = ago === 0 ? "right" : at < LEFT + 24 ? "left" : "center";
      context.fillText(ago === 0 ? "now" : ago % 60 ? `−${ago} s` : `−${ago / 60} min`, at, height - 5);
    }
  }

  private line(
    context: CanvasRenderingContext2D,
    { history, place }: Line,
    from: number,
    x: Place["x"],
    y: Place["y"],
  ): void {
    context.strokeStyle = colour(this.box, `--player-${place}`);
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.setLineDash(DASHES[place % DASHES.length] ?? []);
    context.beginPath();
    let drawing = false;
    for (const sample of history.samples) {
      const value = sample[this.plotted.measure];
      if (!Number.isFinite(value) || sample.at < from) {
        drawing = false;
        continue;
      }
      if (drawing) {
        context.lineTo(x(sample.at), y(value));
      } else {
        context.moveTo(x(sample.at), y(value));
      }
      drawing = true;
    }
    context.stroke();
    context.setLineDash([]);
  }

  /** The values now, or under the pointer; every ten seconds also in words for who cannot see the lines. */
  private tell(lines: Line[], from: number, to: number, at: number | undefined): void {
    lines.forEach((line, n) => {
      let item = this.legend.children[n];
      if (!item) {
        item = document.createElement("li");
        const swatch = document.createElement("span");
        swatch.setAttribute("aria-hidden", "true");
        item.append(swatch, document.createElement("span"), document.createElement("b"));
        this.legend.append(item);
      }
      const [swatch, name, value] = Array.from(item.children) as [Element, Element, Element];
      swatch.className = `line-sample p${line.place}`;
      write(name, line.title);
      const now =
        at === undefined ? line.history.range(this.plotted.measure, from)?.last : valueAt(line, this.plotted, at);
      write(value, now === undefined ? "–" : this.plotted.write(now));
    });
    while (this.legend.children.length > lines.length) {
      this.legend.lastElementChild?.remove();
    }
    if (to - this.said >= 10 || this.said === 0) {
      this.said = to;
      this.canvas.setAttribute("aria-label", this.words(lines, from, to));
    }
  }

  private words(lines: Line[], from: number, to: number): string {
    const said = lines.map((line) => {
      const range = line.history.range(this.plotted.measure, from);
      const { write: say } = this.plotted;
      return range
        ? `${line.title} ${say(range.last)}, between ${say(range.low)} and ${say(range.high)}`
        : `${line.title} not known`;
    });
    return `${this.plotted.title} over the last ${Math.round(to - from)} seconds: ${said.join("; ")}`;
  }
}

interface Place {
  x(at: number): number;
  y(value: number): number;
}

function valueAt(line: Line, { measure }: Plotted, at: number): number | undefined {
  const before = line.history.samples.filter((sample) => sample.at <= at);
  const value = before[before.length - 1]?.[measure];
  return Number.isFinite(value) ? value : undefined;
}

/** Text on a canvas does not follow the page's size by itself. */
function rem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

function colour(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim() || "#888";
}

function write(node: Element, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
