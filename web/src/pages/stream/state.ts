import type { Range } from "./numbers";

/** What of the plots stands in the page's address: the Representations that are ticked, the one of the groups, the stretch. */
export interface State {
  /** undefined where the page chooses; empty where nothing is ticked. */
  ticked?: string[] | undefined;
  group?: string | undefined;
  range?: Range | undefined;
}

const KEYS = ["plot", "group", "zoom"];
/** An id is never empty. */
const NOTHING = "";

/** Reads the state of an address, of a stream that lasts length seconds. What cannot be is left out. */
export function stateOf(search: string, length: number): State {
  const query = new URLSearchParams(search);
  const state: State = {};
  if (query.has("plot")) {
    state.ticked = query.getAll("plot").filter((id) => id !== NOTHING);
  }
  const group = query.get("group");
  if (group) {
    state.group = group;
  }
  const [, from, to] = query.get("zoom")?.match(/^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/) ?? [];
  const range = { from: Number(from ?? 0), to: Math.min(length, Number(to ?? 0)) };
  if (range.from < range.to) {
    state.range = range;
  }
  return state;
}

/** An address with a part of the state changed; undefined takes the part out. */
export function changed(href: string, state: State): string {
  const url = new URL(href);
  const put = (key: string, values: string[]) => {
    url.searchParams.delete(key);
    for (const value of values) {
      url.searchParams.append(key, value);
    }
  };
  if ("ticked" in state) {
    put("plot", state.ticked?.length === 0 ? [NOTHING] : (state.ticked ?? []));
  }
  if ("group" in state) {
    put("group", state.group ? [state.group] : []);
  }
  if ("range" in state) {
    put("zoom", state.range ? [[state.range.from, state.range.to].map((at) => Number(at.toFixed(3))).join("-")] : []);
  }
  return url.href;
}

/** Another address of the page, with the plots as they stand in this one. */
export function keptIn(address: string, href: string): string {
  const url = new URL(address, href);
  const now = new URL(href).searchParams;
  for (const key of KEYS) {
    url.searchParams.delete(key);
    for (const value of now.getAll(key)) {
      url.searchParams.append(key, value);
    }
  }
  return url.href;
}
