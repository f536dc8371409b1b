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

/** RFC 9457. */
export interface Problem {
  title?: string;
  detail?: string;
  status?: number;
}
