/**
 * What the page sees of a player library. Adding one: a file beside this one
 * that exports a Library, and its line in libraries.ts.
 */

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
export type Cause = "unreachable" | "refused" | "manifest" | "media" | "codec" | "protection" | "stuck" | "other";

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

export interface Listener {
  trouble(trouble: Trouble): void;
  /** What choices() and chosen() return may have changed. */
  changed(): void;
}

export interface Source {
  url: string;
  /** Seconds; 0 is the start of a recording and the live edge of a live stream. */
  from: number;
  play: boolean;
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
  /** Gives the video element back. */
  close(): Promise<void>;
}

export interface Library {
  /** Stands in URLs. */
  key: string;
  title: string;
  load(): Promise<{ create(video: HTMLVideoElement, listener: Listener): Player }>;
}
