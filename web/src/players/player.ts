/**
 * What the page sees of a player library. Adding one: a file beside this one
 * that exports a Library, and its line in libraries.ts.
 */
import type { Facts } from "./manifest";

export type Kind = "video" | "audio" | "text";

/** One thing to choose: a quality, a sound track, subtitles. */
export interface Choice {
  id: string;
  title: string;
}

/** Leave the quality to the player; show no subtitles. */
export const AUTOMATIC = "auto";
export const OFF = "off";

/** Where to look: a sentence in words.ts belongs to each. */
export type Cause =
  | "unreachable"
  | "refused"
  | "manifest"
  | "media"
  | "codec"
  /** The video is left out, and the sound plays. */
  | "unseen"
  /** There is no key system that takes the stream as it is encrypted. */
  | "keysystem"
  /** A key could not be had or used. */
  | "protection"
  | "stuck"
  | "other";

export interface Trouble {
  cause: Cause;
  /** Playing cannot go on. */
  fatal: boolean;
  /** The library's own name for it: "shaka 1001". */
  code: string;
  detail?: string;
  /** What was asked for, and the HTTP status of the answer. */
  url?: string;
  status?: number;
}

/** What a stream says at a time: an Event of the MPD, or an emsg box of a segment. */
export interface StreamEvent {
  from: "mpd" | "emsg";
  scheme: string;
  value: string;
  id: string;
  /** Seconds, on the video element's time line; NaN where the library does not say. The duration is 0 where none is said. */
  start: number;
  duration: number;
  data: Uint8Array | string;
}

export interface Listener {
  trouble(trouble: Trouble): void;
  /** What choices() and chosen() return may have changed. */
  changed(): void;
  /** The library has told of an event of the stream. */
  event(event: StreamEvent): void;
}

export interface Source {
  url: string;
  /** Seconds; 0 is the start of a recording and the live edge of a live stream. */
  from: number;
  play: boolean;
  /** What the page has read of the manifest; as empty() where it could not. */
  facts: Facts;
  /** Where ClearKey licences come from, where the stream is encrypted. */
  licence?: string;
  /** The stream's clock: ms since 1970. */
  now(): number;
}

/** What a library reckons itself, where it does. */
export interface Metrics {
  /** bit/s that it thinks it can have. */
  throughput?: number;
  /** Seconds behind live, and how many it aims at. */
  latency?: number;
  target?: number;
}

export interface Player {
  readonly version: string;
  /** Resolves when playing can begin or the listener has been told why not. */
  open(source: Source): Promise<void>;
  choices(kind: Kind): Choice[];
  /** The id of the choice in force: AUTOMATIC for qualities the player picks itself. */
  chosen(kind: Kind): string;
  choose(kind: Kind, id: string): void;
  /** bit/s of the Representation that plays, as announced; 0 when not known. */
  bandwidth(kind: "video" | "audio"): number;
  metrics(): Metrics;
  /** To where a live stream is played by default. */
  goLive(): void;
  /** Gives the video element back. */
  close(): Promise<void>;
}

/** text is an element over the video, for subtitles that the library draws itself. */
export type Create = (video: HTMLVideoElement, text: HTMLElement, listener: Listener) => Player;

export interface Library {
  /** Stands in URLs, and begins the name of the library's bundle. */
  key: string;
  title: string;
  load(): Promise<{ create: Create }>;
}
