import * as build from "./pages/build/build";
import * as play from "./pages/play/play";
import * as reference from "./pages/reference/reference";
import * as stream from "./pages/stream/stream";
import * as streams from "./pages/streams/streams";

/** A page's module: start is called once with <main> as the server sent it. */
export interface Page {
  start(main: HTMLElement): void;
}

/**
 * What each page runs, by the data-page of its body. Pages are a few kilobytes
 * and come in one file; what is large, the players, is loaded when it is chosen.
 */
export function routes(): Record<string, Page> {
  return { streams, stream, play, build, reference };
}
