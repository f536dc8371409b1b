import uPlot from "uplot";
import { getSegments } from "../../api/client";
import type { TrackDetails } from "../../api/types";
import { bitrate, clock } from "../../parts/format";
import { draw, element, moment, type View } from "./chart";
import { gather, highest, type Step, stepsOf } from "./numbers";

/** As many colours as there are, see plots.css. */
const COLOURS = 6;
const MOST = 40_000;

/** The bitrate of segments over time, a line for every Representation that is chosen. */
export class BitratePlot {
  readonly box = element("div", "plot");
  plot: uPlot | undefined;
  private readonly reading = element("p", "reading");
  private readonly words = element("ul", "peaks");
  private readonly chosen = new Set<string>();
  private readonly steps = new Map<string, Step[]>();

  constructor(
    section: HTMLElement,
    private readonly name: string,
    private readonly tracks: TrackDetails[],
    private readonly view: View,
  ) {
    const asked = view.state.ticked;
    for (const track of asked ? tracks.filter(({ id }) => asked.includes(id)) : this.first()) {
      this.chosen.add(track.id);
    }
    this.box.setAttribute("role", "img");
    this.words.setAttribute("role", "list");
    section.append(element("h3", "", "Bitrate of segments"), this.choices(), this.box, this.reading, this.words);
  }

  draw(): void {
    void this.load().then(() => this.render());
  }

  follow(): void {
    this.plot?.setScale("x", { min: this.view.range.from, max: this.view.range.to });
  }

  /** What is ticked where nobody has chosen. */
  private first(): TrackDetails[] {
    const videos = this.tracks.filter((track) => track.kind === "video");
    return (videos.length > 0 ? videos : this.tracks).slice(0, COLOURS);
  }

  private choices(): HTMLElement {
    const set = element("fieldset", "plot-choices");
    set.append(element("legend", "unseen", "Representations in the plot"));
    this.tracks.forEach((track, index) => {
      const label = element("label", "plot-choice");
      const box = element("input");
      box.type = "checkbox";
      box.checked = this.chosen.has(track.id);
      box.addEventListener("change", () => {
        this.chosen[box.checked ? "add" : "delete"](track.id);
        const first = this.first();
        const same = first.length === this.chosen.size && first.every(({ id }) => this.chosen.has(id));
        this.view.remember({ ticked: same ? undefined : Array.from(this.chosen) });
        this.draw();
      });
      label.append(box, element("span", `swatch colour${index % COLOURS}`), element("span", "", track.id));
      set.append(label);
    });
    return set;
  }

  private async load(): Promise<void> {
    for (const id of Array.from(this.chosen)) {
      if (!this.steps.has(id)) {
        const segments = await gather(async (from) => {
          const page = await getSegments(this.name, id, { from, limit: 10_000 });
          return { list: page.segments, next: page.next };
        }, MOST);
        this.steps.set(
          id,
          segments.map((segment) => ({
            start: segment.start,
            duration: segment.duration,
            value: segment.duration > 0 ? (segment.bytes * 8) / segment.duration : 0,
          })),
        );
      }
    }
  }

  private render(): void {
    const style = getComputedStyle(document.documentElement);
    const shown = this.tracks.filter((track) => this.chosen.has(track.id) && this.steps.get(track.id));
    this.plot?.destroy();
    this.plot = undefined;
    if (shown.length === 0) {
      this.reading.textContent = "Nothing is chosen.";
      this.words.textContent = "";
      this.box.setAttribute("aria-label", "No Representation is chosen");
      return;
    }
    const tables = shown.map((track) => stepsOf(this.steps.get(track.id) ?? []) as uPlot.AlignedData);
    const data =
      tables.length === 1
        ? (tables[0] as uPlot.AlignedData)
        : uPlot.join(
            tables,
            tables.map(() => [0, 0]),
          );
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    this.plot = draw(this.box, this.view, {
      data,
      words: bitrate,
      top: (range) => Math.max(...shown.map((track) => highest(this.steps.get(track.id) ?? [], range))),
      point: (index) => this.read(index, shown, data),
      series: shown.map((track) => ({
        label: track.id,
        stroke: style.getPropertyValue(`--plot-${this.tracks.indexOf(track) % COLOURS}`).trim(),
        width: 2,
        spanGaps: true,
        points: { show: false },
        ...(stepped && { paths: stepped }),
      })),
    });
    this.describe(shown);
    this.read(null, shown, data);
  }

  /** What stands at a time, for the pointer. */
  private read(index: number | null, shown: TrackDetails[], data: uPlot.AlignedData): void {
    if (index === null) {
      this.reading.textContent = "Point at the plot to read it.";
      return;
    }
    const at = data[0][index] ?? 0;
    const parts = shown.map((track) => {
      const step = (this.steps.get(track.id) ?? []).find((each) => at >= each.start && at < each.start + each.duration);
      return `${track.id} ${step ? bitrate(step.value) : "–"}`;
    });
    this.reading.textContent = `${moment(at, { from: 0, to: 10 })}: ${parts.join(", ")}`;
  }

  /** The same in words. */
  private describe(shown: TrackDetails[]): void {
    const sentences = shown.map((track) => {
      const steps = this.steps.get(track.id) ?? [];
      const top = steps.reduce((a, b) => (b.value > a.value ? b : a), { start: 0, duration: 0, value: 0 });
      return `${track.id}: ${bitrate(track.average)} on average, at most ${bitrate(top.value)}, at ${clock(top.start)}`;
    });
    this.words.textContent = "";
    for (const sentence of sentences) {
      this.words.append(element("li", "", sentence));
    }
    this.box.setAttribute("aria-label", `Bitrate over time. ${sentences.join(". ")}`);
  }
}
