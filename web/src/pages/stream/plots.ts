import type uPlot from "uplot";
import { getTracks } from "../../api/client";
import { BitratePlot } from "./bitrates";
import { element, sizeOf, type View } from "./chart";
import { GroupPlot } from "./groups";
import { type Range, zoomed } from "./numbers";
import { changed, type State, stateOf } from "./state";

/** A plot that follows the View. */
export interface Plot {
  box: HTMLElement;
  plot: uPlot | undefined;
  /** Draws it from the beginning. */
  draw(): void;
  /** Shows the View's range. */
  follow(): void;
}

/** Draws how large a stream is over time: the bitrate of its Representations, and the pictures of one of them. */
export async function plots(section: HTMLElement, name: string): Promise<void> {
  const tracks = (await getTracks(name)).filter((track) => track.samples > 0);
  const length = Math.max(0, ...tracks.map((track) => track.duration));
  if (!(length > 0)) {
    section.hidden = true;
    return;
  }
  const all: Plot[] = [];
  const state = stateOf(location.search, length);
  const remember = (change: State) => history.replaceState(history.state, "", changed(location.href, change));
  const view: View = {
    length,
    range: zoomed(state.range ?? { from: 0, to: length }, 1, length),
    state,
    remember,
    zoom(range: Range) {
      view.range = zoomed(range, 1, length);
      remember({ range: view.range.to - view.range.from < length ? view.range : undefined });
      for (const each of all) {
        each.follow();
      }
    },
  };
  section.append(buttons(view));
  all.push(new BitratePlot(section, name, tracks, view));
  const videos = tracks.filter((track) => track.kind === "video");
  if (videos.length > 0) {
    all.push(new GroupPlot(section, name, videos, view));
  }
  section.append(
    element("p", "hint", "Drag over a plot to see more of a stretch; the tables below say the same in numbers."),
  );
  if (tracks.some((track) => track.id.includes("/"))) {
    section.append(element("p", "hint", "Each Period's times count from the beginning of what it is taken from."));
  }
  for (const each of all) {
    each.draw();
  }
  keepSize(all);
  matchMedia("(prefers-color-scheme: dark)").addEventListener?.("change", () => {
    for (const each of all) {
      each.draw();
    }
  });
}

/** What moves the range without a pointer: by keyboard, remote control or screen reader. */
function buttons(view: View): HTMLElement {
  const bar = element("div", "bar-of-plots");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "What the plots show");
  const add = (text: string, next: () => Range) => {
    const button = element("button", "button small", text);
    button.type = "button";
    button.addEventListener("click", () => view.zoom(next()));
    bar.append(button);
  };
  add("Whole stream", () => ({ from: 0, to: view.length }));
  add("Zoom in", () => zoomed(view.range, 0.5, view.length));
  add("Zoom out", () => zoomed(view.range, 2, view.length));
  add("Earlier", () => zoomed(view.range, 1, view.length, -0.5));
  add("Later", () => zoomed(view.range, 1, view.length, 0.5));
  return bar;
}

function keepSize(all: Plot[]): void {
  const fit = () => {
    if (!all.some(({ box }) => box.isConnected)) {
      window.removeEventListener("resize", fit); // The page has taken others in their place.
      return;
    }
    for (const { plot, box } of all) {
      const size = sizeOf(box);
      if (plot && (plot.width !== size.width || plot.height !== size.height)) {
        plot.setSize(size);
      }
    }
  };
  window.addEventListener("resize", fit);
}
