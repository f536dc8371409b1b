/** One request of a player, or of the page itself, that is over. */
export interface Request {
  /** The key of the player, or "page". */
  who: string;
  method: string;
  url: string;
  kind: "manifest" | "segment" | "licence" | "clock" | "other";
  /** performance.now() when it was sent; ms until the first byte, and until the last. */
  at: number;
  first: number;
  ms: number;
  /** 0 where there was no answer; bytes as far as they are known, and how many were announced, 0 where that is not known. */
  status: number;
  bytes: number;
  announced: number;
  failed: "" | "aborted" | "unanswered" | "broken off" | "timed out";
  /** Whether scripts were shown the head of the answer: what comes from it is empty without. */
  head: boolean;
  /** What the body of an error says: detail of problem+json, or the first of its text. */
  detail: string;
  /** Content-Type, and how the body of a text begins. */
  type: string;
  begins: string;
  /** Dashwright-Fault: the rules that have changed the answer. */
  fault: string;
}

type Told = (request: Request) => void;

/** What the beginning of a text is kept of, in characters. */
const BEGINNING = 300;
/** So long a player waits for the page to read what an error says, in ms. */
const HELD = 500;
const MEDIA = /^(video|audio|image)\/|octet-stream/;
const CONTROL = /[\p{Cc}]+/gu;

/**
 * Sees every request that scripts of this window make from now on. Whose it
 * is, the stack tells: each player is bundled into a file that has its key in
 * its name.
 */
export function tap(keys: string[], told: Told, scope: Window & typeof globalThis = window): void {
  const whose = () => callerIn(new Error().stack ?? "", keys);
  // Full, the browser's own records would tell of nothing that comes after.
  scope.performance.addEventListener("resourcetimingbufferfull", () => scope.performance.clearResourceTimings());
  tapXHR(scope.XMLHttpRequest.prototype, whose, told);
  tapFetch(scope, whose, told);
}

/** The key whose bundle stands highest in a stack. */
export function callerIn(stack: string, keys: string[]): string {
  const found = stack.match(new RegExp(`/(${keys.join("|")})-[A-Z0-9]{8}\\.js`));
  return found?.[1] ?? "page";
}

function begin(who: string, method: string, url: string): Request {
  const request: Request = {
    who,
    method: method.toUpperCase(),
    url: new URL(url, location.href).href,
    kind: "other",
    at: performance.now(),
    first: 0,
    ms: 0,
    status: 0,
    bytes: 0,
    announced: 0,
    failed: "",
    head: false,
    detail: "",
    type: "",
    begins: "",
    fault: "",
  };
  request.kind = kindOf(request.method, request.url, "");
  return request;
}

/** What was asked for, by what is known of the question and, later, of the answer. */
export function kindOf(method: string, url: string, type: string): Request["kind"] {
  const path = url.replace(/[?#].*$/, "");
  if (/\.(mpd|mpp)$/i.test(path) || /dash(-patch)?\+xml/.test(type)) {
    return "manifest";
  }
  if (method === "POST") {
    return "licence";
  }
  if (method === "HEAD" || /\/time\/|\/healthz$/.test(path)) {
    return "clock";
  }
  if (/\.(mp4|m4[sviafs]|cmf[vatm]|webm|ts|vtt|ttml|jpe?g|png)$/i.test(path) || /^(video|audio|image)\//.test(type)) {
    return "segment";
  }
  return "other";
}

/** Keeps what the head of an answer says. header is null for what is not there, or not shown to this page. */
function head(request: Request, status: number, header: (name: string) => string | null): void {
  request.first = performance.now() - request.at;
  request.status = status;
  request.head = true;
  request.type = header("content-type") ?? "";
  request.announced = header("content-encoding") ? 0 : Number(header("content-length") ?? 0) || 0;
  request.fault = header("dashwright-fault") ?? "";
  request.kind = kindOf(request.method, request.url, request.type);
}

function tapXHR(prototype: XMLHttpRequest, whose: () => string, told: Told): void {
  const asked = new WeakMap<XMLHttpRequest, { method: string; url: string; request?: Request }>();
  const { open, send } = prototype;
  prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]) {
    // Players add their listeners after open(): these come first, so that the page knows of an answer before it is blamed.
    if (!asked.has(this)) {
      watch(this, () => asked.get(this)?.request, told);
    }
    asked.set(this, { method, url: String(url) });
    return (open as (...all: unknown[]) => void).call(this, method, url, ...rest);
  } as typeof open;
  prototype.send = function (this: XMLHttpRequest, body?: Document | XMLHttpRequestBodyInit | null) {
    const mine = asked.get(this);
    if (mine) {
      mine.request = begin(whose(), mine.method, mine.url);
    }
    send.call(this, body);
  };
}

function watch(xhr: XMLHttpRequest, current: () => Request | undefined, told: Told): void {
  const said = new WeakSet<Request>();
  const over = (failed: Request["failed"]) => {
    const request = current();
    if (!request || said.has(request)) {
      return;
    }
    said.add(request);
    request.ms = performance.now() - request.at;
    request.failed = failed;
    told(request);
  };
  xhr.addEventListener("readystatechange", () => {
    const request = current();
    if (!request) {
      return;
    }
    if (xhr.readyState === XMLHttpRequest.HEADERS_RECEIVED) {
      head(request, xhr.status, (name) => xhr.getResponseHeader(name));
    } else if (xhr.readyState === XMLHttpRequest.LOADING) {
      request.bytes = Math.max(request.bytes, textOf(xhr).length); // Of what breaks off nothing is left to be read.
    } else if (xhr.readyState === XMLHttpRequest.DONE && xhr.status > 0) {
      const text = textOf(xhr);
      request.begins = beginning(text, request.type);
      request.bytes = sizeOf(xhr.response) || request.bytes;
      if (xhr.status >= 400) {
        request.detail = detailOf(text, request.type);
      }
      over("");
    }
  });
  xhr.addEventListener("progress", (event) => {
    const request = current();
    if (request) {
      request.bytes = Math.max(request.bytes, event.loaded);
    }
  });
  xhr.addEventListener("abort", () => over("aborted"));
  xhr.addEventListener("timeout", () => over("timed out"));
  xhr.addEventListener("error", () => {
    const request = current();
    if (request && !request.status) {
      recall(request);
    }
    over(request?.status ? "broken off" : "unanswered");
  });
}

/** Takes the status from the browser's own records: of an answer that breaks off at once, XMLHttpRequest shows no head. */
function recall(request: Request): void {
  const entries = performance.getEntriesByName(request.url, "resource") as PerformanceResourceTiming[];
  const entry = entries.find(({ startTime }) => startTime >= request.at - 1);
  if (entry?.responseStatus) {
    request.status = entry.responseStatus;
    request.first = Math.max(0, entry.responseStart - request.at); // Other origins may keep theirs to themselves.
    request.bytes = entry.encodedBodySize;
  }
}

function textOf(xhr: XMLHttpRequest): string {
  if (xhr.responseType === "arraybuffer") {
    return xhr.response && !MEDIA.test(xhr.getResponseHeader("content-type") ?? "")
      ? new TextDecoder().decode(xhr.response as ArrayBuffer)
      : "";
  }
  return xhr.responseType === "" || xhr.responseType === "text" ? xhr.responseText : "";
}

function tapFetch(scope: Window, whose: () => string, told: Told): void {
  const fetch = scope.fetch.bind(scope);
  scope.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const asked = typeof input === "object" && "url" in input ? input : { url: String(input), method: "GET" };
    const request = begin(whose(), init?.method ?? asked.method, asked.url);
    const over = (failed: Request["failed"] = "") => {
      request.ms = performance.now() - request.at;
      request.failed = failed;
      told(request);
    };
    let answer: Response;
    try {
      answer = await fetch(input, init);
    } catch (error) {
      over((error as Error).name === "AbortError" ? "aborted" : "unanswered");
      throw error;
    }
    head(request, answer.status, (name) => answer.headers.get(name));
    if (answer.status >= 400) {
      // Players need not read what an error says; the page does, and before the player complains of it.
      const read = answer
        .clone()
        .text()
        .then((text) => {
          request.detail = detailOf(text, request.type);
          request.begins = beginning(text, request.type);
          request.bytes = text.length;
        })
        .catch(() => undefined)
        .then(() => over());
      await Promise.race([read, new Promise((resolve) => setTimeout(resolve, HELD))]);
    } else if (request.method === "HEAD" || !answer.body) {
      over();
    } else {
      follow(answer, answer.body, request, over);
    }
    return answer;
  };
}

/** Counts the bytes of an answer as whoever asked for it takes them, and says when they are all there. */
function follow(answer: Response, body: ReadableStream, request: Request, over: (failed?: Request["failed"]) => void) {
  let said = false;
  const once = (failed?: Request["failed"]) => {
    if (!said) {
      said = true;
      over(failed);
    }
  };
  const getReader = body.getReader.bind(body) as () => ReadableStreamDefaultReader<Uint8Array>;
  const watched = () => {
    const reader = getReader();
    const { read, cancel } = reader;
    reader.read = async () => {
      try {
        const part = await read.call(reader);
        request.bytes += part.value?.byteLength ?? 0;
        if (part.value && !request.begins) {
          request.begins = beginning(part.value, request.type);
        }
        if (part.done) {
          once();
        }
        return part;
      } catch (error) {
        once((error as Error).name === "AbortError" ? "aborted" : "broken off");
        throw error;
      }
    };
    reader.cancel = (reason) => {
      once("aborted");
      return cancel.call(reader, reason);
    };
    return reader;
  };
  body.getReader = watched as typeof body.getReader;
  for (const name of ["arrayBuffer", "blob", "json", "text"] as const) {
    const take = answer[name].bind(answer) as () => Promise<unknown>;
    const taken = async () => {
      try {
        const all = await take();
        request.bytes = sizeOf(all) || Number(answer.headers.get("content-length") ?? 0);
        request.begins = beginning(all, request.type);
        once();
        return all;
      } catch (error) {
        // A body that came whole may still not be the JSON that somebody takes it for.
        once((error as Error).name === "TypeError" ? "broken off" : "aborted");
        throw error;
      }
    };
    Object.defineProperty(answer, name, { value: taken });
  }
}

function sizeOf(all: unknown): number {
  if (all instanceof ArrayBuffer) {
    return all.byteLength;
  }
  return all instanceof Blob ? all.size : typeof all === "string" ? all.length : 0;
}

/** The first characters of a text; nothing of media. */
export function beginning(body: unknown, type: string): string {
  if (MEDIA.test(type)) {
    return "";
  }
  if (body instanceof ArrayBuffer || body instanceof Uint8Array) {
    return beginning(new TextDecoder().decode(body.slice(0, 4 * BEGINNING)), type);
  }
  return typeof body === "string" ? body.trim().slice(0, BEGINNING) : "";
}

/** What the body of an error says, in at most 300 characters: the detail of problem+json (RFC 9457), or plain text. */
export function detailOf(body: string, type: string): string {
  let said = "";
  if (/json/.test(type)) {
    try {
      const problem = JSON.parse(body) as { detail?: unknown; title?: unknown };
      said = String(problem.detail ?? problem.title ?? "");
    } catch {
      said = ""; // Not what it says it is; the status has to do.
    }
  } else if (/^text\/plain/.test(type)) {
    said = body;
  }
  return said.replace(CONTROL, " ").trim().slice(0, 300);
}
