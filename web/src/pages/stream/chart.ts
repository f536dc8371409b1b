import uPlot from "uplot";
import { clock } from "../../parts/format";
import type { Range } from "./numbers";
import type { State } from "./state";

/** Between two marks of the axis of time, in seconds: what a clock divides well. */
const STEPS = [
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * 60),
];

/** The stretch of time that all plots of a page show. */
export interface View {
  readonly length: number;
  range: Range;
  zoom(range: Range): void;
  /** What the page's address said of the plots. */
  readonly state: State;
  /** Puts a change into the page's address. */
  remember(change: State): void;
}

export interface Chart {
  /** One per list of values after the times. */
  series: uPlot.Series[];
  data: uPlot.AlignedData;
  /** The largest value that is seen in a range; where it is absent, of the points in it. */
  top?(range: Range): number;
  /** Writes a value as the axis does. */
  words(value: number): string;
  /** Tells of the position under the pointer, null when there is none. */
  point(index: number | null): void;
}

/** Draws a chart into box. Dragging over it zooms in, a double click shows all. */
export function draw(box: HTMLElement, view: View, chart: Chart): uPlot {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour("--quiet"),
    font: `${Number.parseFloat(style.fontSize) * 0.75}px ${colour("--text")}`,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1, size: 5 },
  };
  return new uPlot(
    {
      ...sizeOf(box),
      legend: { show: false },
      padding: [10, 26, 0, 0],
      scales: {
        x: { time: false, range: () => [view.range.from, view.range.to] },
        y: {
          range: (_, _min, max) => {
            const top = chart.top?.(view.range) ?? max ?? 0;
            return [0, top > 0 ? top * 1.08 : 1];
          },
        },
      },
      axes: [
        {
          ...axis,
          size: 34,
          space: 70,
          incrs: STEPS,
          values: (_, splits) => splits.map((at) => moment(at, view.range)),
        },
        {
          ...axis,
          size: 84,
          space: 34,
          values: (_, splits) => splits.map((value) => (value > 0 ? chart.words(value) : "0")),
        },
      ],
      series: [{}, ...chart.series],
      cursor: {
        sync: { key: "stream" },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => all(view) },
      },
      hooks: {
        setCursor: [(plot) => chart.point(plot.cursor.idx ?? null)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width > 4) {
              plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              view.zoom({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") });
            }
          },
        ],
      },
    },
    chart.data,
    box,
  );
}

function all(view: View): null {
  view.zoom({ from: 0, to: view.length });
  return null;
}

export function sizeOf(box: HTMLElement): { width: number; height: number } {
  return { width: Math.max(240, box.clientWidth), height: box.clientWidth < 600 ? 190 : 240 };
}

/** A time on the axis: to the second, or finer where less is shown. */
export function moment(at: number, range: Range): string {
  const span = range.to - range.from;
  if (span > 20) {
    return clock(at + 1e-6);
  }
  const digits = span > 2 ? 1 : 2;
  const whole = Math.floor(at + 1e-6);
  return clock(whole) + (at - whole).toFixed(digits).slice(1);
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}
