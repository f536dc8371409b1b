import uPlot from "uplot";
import { getFrames, getGOPs } from "../../api/client";
import type { Frame, GOP, TrackDetails } from "../../api/types";
import { clock } from "../../parts/format";
import { draw, element, moment, type View } from "./chart";
import { barsOf, bytes, gather, type Range, stepsOf, thousands } from "./numbers";

/** When no more frames than this are in view each is a bar. */
const FRAMES = 700;
const MOST = 40_000;
const PAUSE = 120;

/** The groups of pictures of a Representation by their sizes; from near its frames, coloured by what they are. */
export class GroupPlot {
  readonly box = element("div", "plot");
  plot: uPlot | undefined;
  private track: TrackDetails;
  private gops: GOP[] = [];
  private frames: Frame[] = [];
  private loaded: Range = { from: 0, to: 0 };
  private near = false;
  private readonly reading = element("p", "reading");
  private readonly key = element("p", "plot-key");
  private readonly words = element("p", "peaks");
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted: AbortController | undefined;

  constructor(
    section: HTMLElement,
    private readonly name: string,
    private readonly tracks: TrackDetails[],
    private readonly view: View,
  ) {
    const asked = tracks.find(({ id }) => id === view.state.group);
    this.track = asked ?? (tracks[tracks.length - 1] as TrackDetails);
    this.box.setAttribute("role", "img");
    section.append(
      element("h3", "", "Groups of pictures"),
      this.chooser(),
      this.key,
      this.box,
      this.reading,
      this.words,
    );
  }

  draw(): void {
    void this.load().then(() => this.render());
  }

  follow(): void {
    this.plot?.setScale("x", { min: this.view.range.from, max: this.view.range.to });
    this.reading.textContent = this.where();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(), PAUSE);
  }

  private chooser(): HTMLElement {
    const label = element("label", "field");
    const select = element("select");
    for (const track of this.tracks) {
      const option = element("option", "", track.id);
      option.selected = track === this.track;
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.track = this.tracks[select.selectedIndex] as TrackDetails;
      this.loaded = { from: 0, to: 0 };
      this.view.remember({ group: select.selectedIndex < this.tracks.length - 1 ? this.track.id : undefined });
      this.draw();
    });
    label.append(element("span", "", "Representation"), select);
    label.hidden = this.tracks.length < 2;
    return label;
  }

  private async load(): Promise<void> {
    const { id } = this.track;
    this.gops = await gather(async (from) => {
      const page = await getGOPs(this.name, id, { from, limit: 10_000 });
      return { list: page.gops, next: page.next };
    }, MOST);
    await this.loadFrames();
  }

  /** Fetches the frames in view, with some around them, when they are few enough to be seen. */
  private async loadFrames(): Promise<void> {
    const { from, to } = this.view.range;
    this.near = (this.track.samples / this.track.duration) * (to - from) <= FRAMES;
    if (!this.near || (from >= this.loaded.from && to <= this.loaded.to)) {
      return;
    }
    this.wanted?.abort();
    const mine = new AbortController();
    this.wanted = mine;
    const around = { from: Math.max(0, from - (to - from)), to: to + (to - from) };
    const page = await getFrames(this.name, this.track.id, { ...around, limit: 10_000 }, mine.signal);
    this.frames = page.frames;
    this.loaded = around;
  }

  private async update(): Promise<void> {
    const before = { near: this.near, loaded: this.loaded };
    try {
      await this.loadFrames();
    } catch {
      return; // Another range is wanted by now, or the server has gone, which the page says.
    }
    if (before.near !== this.near || before.loaded !== this.loaded) {
      this.render();
    }
  }

  private render(): void {
    this.plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--plot-${name}`).trim();
    if (this.near) {
      const bars = uPlot.paths.bars?.({ size: [0.85, 40, 1] });
      const data = barsOf(this.frames) as uPlot.AlignedData;
      this.plot = draw(this.box, this.view, {
        data,
        words: bytes,
        point: (index) => this.readFrame(index),
        series: ["sync", "forward", "reordered"].map((type) => ({
          label: type,
          fill: colour(type),
          stroke: colour(type),
          width: 0,
          points: { show: false },
          ...(bars && { paths: bars }),
        })),
      });
    } else {
      const stepped = uPlot.paths.stepped?.({ align: 1 });
      const steps = (value: (gop: GOP) => number) =>
        stepsOf(this.gops.map((gop) => ({ start: gop.start, duration: gop.duration, value: value(gop) })));
      const [times, sizes] = steps((gop) => gop.bytes);
      const [, syncs] = steps((gop) => gop.syncBytes);
      this.plot = draw(this.box, this.view, {
        data: [times, sizes, syncs],
        words: bytes,
        point: (index) => this.readGroup(index),
        series: ["forward", "sync"].map((type) => ({
          fill: colour(type),
          stroke: colour(`${type}-edge`),
          width: 1,
          points: { show: false },
          ...(stepped && { paths: stepped }),
        })),
      });
    }
    this.explain();
    this.describe();
    this.readGroup(null);
  }

  private explain(): void {
    this.key.textContent = "";
    const entries: [string, string][] = this.near
      ? [
          ["sync", "sync sample: decoding may start here"],
          ["forward", "shown in the order of decoding"],
          ["reordered", "shown before a frame that is decoded earlier (mostly B)"],
        ]
      : [
          ["forward", "group of pictures"],
          ["sync", "its sync sample"],
        ];
    for (const [type, text] of entries) {
      const entry = element("span", "plot-entry");
      entry.append(element("span", `swatch ${type}`), element("span", "", text));
      this.key.append(entry);
    }
  }

  private describe(): void {
    const lengths = this.gops.map((gop) => gop.duration);
    const open = this.gops.filter((gop) => gop.open).length;
    const counts = span(this.gops.map((gop) => gop.frames));
    const frames = counts === "1" ? "1 frame each" : `${counts} frames`;
    const text =
      lengths.length === 0
        ? `${this.track.id} has no sync sample.`
        : `${this.track.id}: ${thousands(lengths.length)}${lengths.length >= MOST ? " and more" : ""} groups of ${span(lengths)} s, ${frames}; ` +
          (open === 0 ? "all closed." : open === lengths.length ? "all open." : `${open} of them open.`);
    const last = this.gops[this.gops.length - 1];
    const end = last ? last.start + last.duration : 0;
    const rest = end < this.track.duration - 1 ? ` Only those until ${clock(end)} are drawn from far.` : "";
    this.words.textContent = text + rest;
    this.box.setAttribute("aria-label", `Groups of pictures. ${text}`);
  }

  private readGroup(index: number | null): void {
    const gop = index === null ? undefined : this.gops[Math.min(index, this.gops.length - 1)];
    this.reading.textContent = gop
      ? `${moment(gop.start, { from: 0, to: 10 })}: ${bytes(gop.bytes)} in ${gop.frames} frames, ${gop.duration.toFixed(3)} s, sync sample ${bytes(gop.syncBytes)}${gop.open ? ", open" : ""}`
      : this.where();
  }

  private where(): string {
    const { range } = this.view;
    const stretch = `From ${moment(range.from, range)} to ${moment(range.to, range)}.`;
    return `${stretch} ${this.near ? "Point at a bar to read it." : "Zoom in to see each frame."}`;
  }

  private readFrame(index: number | null): void {
    if (index === null) {
      this.reading.textContent = this.where();
      return;
    }
    const time = this.plot?.data[0][index];
    const frame = this.frames.find((each) => each.time === time);
    if (frame) {
      this.reading.textContent = `${moment(frame.time, { from: 0, to: 1 })}: frame ${frame.number}, ${frame.type}, ${bytes(frame.bytes)}`;
    }
  }
}

/** "2.0 to 4.0", or "4" where all are alike. */
function span(values: number[]): string {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const text = (value: number) => String(Math.round(value * 1000) / 1000);
  return most - least < 0.0005 ? text(most) : `${text(least)} to ${text(most)}`;
}
