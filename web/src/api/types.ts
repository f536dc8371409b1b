/** The answers of the API, as GET /api/v1/streams sends them. */

export interface Track {
  id: string;
  kind: "video" | "audio" | "text";
  codecs: string;
  /** BCP 47, or empty. */
  language: string;
  /** bit/s. */
  bandwidth: number;
  width?: number;
  height?: number;
  /** "25" or "30000/1001". */
  frameRate?: string;
  sampleRate?: number;
  channels?: number;
}

export interface Stream {
  name: string;
  title: string;
  path: string;
  /** Seconds. */
  duration: number;
  /** Path of the manifest. */
  manifest: string;
  tracks: Track[];
  warnings: string[];
  /** Why it cannot be played, in a sentence. */
  error: string | null;
  state: "ready" | "pending" | "error";
}

export interface Streams {
  streams: Stream[];
}

/** A segment of a track. Times are in seconds. */
export interface Segment {
  number: number;
  start: number;
  duration: number;
  bytes: number;
  samples: number;
  syncs: number;
}

/** The samples from one random access point to before the next. */
export interface GOP {
  number: number;
  start: number;
  duration: number;
  frames: number;
  bytes: number;
  syncBytes: number;
  reordered: number;
  open: boolean;
}

export interface Frame {
  number: number;
  time: number;
  decode: number;
  duration: number;
  bytes: number;
  type: "sync" | "forward" | "reordered";
}

/** A page of one of these lists; next is the from of the page after. */
export interface Listed {
  track: string;
  next: number | null;
}

/** What a track is as a whole. */
export interface TrackDetails {
  id: string;
  kind: Track["kind"];
  set: number;
  duration: number;
  samples: number;
  segments: number;
  average: number;
  peak: number;
}

/** RFC 9457. */
export interface Problem {
  title?: string;
  detail?: string;
  status?: number;
}
