import type { Problem, Stream, Streams } from "./types";

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
  if (!/json/.test(response.headers.get("content-type") ?? "")) {
    return {};
  }
  try {
    return (await response.json()) as Problem;
  } catch {
    return {}; // The status alone has to do.
  }
}

/** Fetches every stream. Rejects with AnswerError, or TypeError when nobody answers. */
export async function getStreams(signal?: AbortSignal): Promise<Stream[]> {
  const response = await get("/api/v1/streams", "application/json", signal);
  return ((await response.json()) as Streams).streams;
}

/** Fetches a page as the server renders it, so that nothing is drawn by two programs. */
export async function getPage(url: string, signal?: AbortSignal): Promise<Document> {
  const response = await get(url, "text/html", signal);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
