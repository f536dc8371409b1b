import type { Frame, GOP, Listed, Problem, Segment, Stream, Streams, TrackDetails } from "./types";

/** The server answered, but not with what was asked for. The message is for people. */
export class AnswerError extends Error {
  constructor(
    readonly status: number,
    problem: Problem,
  ) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.name = "AnswerError";
  }
}

async function get(url: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(url, { headers: { accept }, cache: "no-cache", ...(signal && { signal }) });
  if (!response.ok) {
    throw new AnswerError(response.status, await problem(response));
  }
  return response;
}

async function problem(response: Response): Promise<Problem> {
  try {
    return problemOf(response.headers.get("content-type") ?? "", await response.text());
  } catch {
    return {}; // The status alone has to do.
  }
}

/** So much of a sentence in plain text is shown. */
const SHOWN = 600;

/** What an answer that is an error says: a problem document (RFC 9457), or a sentence in plain text. */
export function problemOf(type: string, text: string): Problem {
  if (/^text\/plain\b/i.test(type)) {
    const said = text.trim().slice(0, SHOWN);
    return said ? { detail: said } : {};
  }
  if (/\bjson\b/i.test(type)) {
    try {
      return Object(JSON.parse(text)) as Problem;
    } catch {
      return {};
    }
  }
  return {};
}

/** Fetches every stream. Rejects with AnswerError, or TypeError when nobody answers. */
export async function getStreams(signal?: AbortSignal): Promise<Stream[]> {
  const response = await get("/api/v1/streams", "application/json", signal);
  return ((await response.json()) as Streams).streams;
}

/** The part of a track that is asked for, in seconds. */
export interface Part {
  from?: number;
  to?: number;
  limit?: number;
}

async function list<T>(name: string, what: string, track: string, part: Part, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams({ track });
  for (const [key, value] of Object.entries(part)) {
    query.set(key, String(value));
  }
  const url = `/api/v1/streams/${encodeURIComponent(name)}/${what}?${query}`;
  return (await get(url, "application/json", signal)).json() as Promise<T>;
}

export function getSegments(name: string, track: string, part: Part, signal?: AbortSignal) {
  return list<Listed & { segments: Segment[] }>(name, "segments", track, part, signal);
}

export function getGOPs(name: string, track: string, part: Part, signal?: AbortSignal) {
  return list<Listed & { gops: GOP[] }>(name, "gops", track, part, signal);
}

export function getFrames(name: string, track: string, part: Part, signal?: AbortSignal) {
  return list<Listed & { frames: Frame[] }>(name, "frames", track, part, signal);
}

/** Fetches what a stream's tracks are made of. */
export async function getTracks(name: string): Promise<TrackDetails[]> {
  const response = await get(`/api/v1/streams/${encodeURIComponent(name)}/tracks`, "application/json");
  return ((await response.json()) as { tracks: TrackDetails[] }).tracks;
}

/** Fetches a page as the server renders it, so that nothing is drawn by two programs; where that is an error, its reason. */
export async function getPage(url: string, signal?: AbortSignal): Promise<Document> {
  const response = await get(url, "text/html, application/problem+json", signal);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
