import { problemOf } from "../../api/client";
import { type Reading, read } from "./clock";
import { type Element, parse } from "./mpd";

/** A manifest that was loaded. */
export interface Loaded {
  text: string;
  mpd: Element;
  /** What the server adds in its headers. */
  notes: string[];
  reading: Reading;
}

/** There was an answer, and it is no manifest. The message is for people; notes is what the answer's headers add. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly notes: string[] = [],
  ) {
    super(message);
    this.name = "Refusal";
  }
}

/** Loads a manifest. Rejects with a Refusal, or with a TypeError when nobody answers. */
export async function load(path: string, signal?: AbortSignal): Promise<Loaded> {
  const asked = Date.now();
  const response = await fetch(path, { cache: "no-store", ...(signal && { signal }) });
  const header = (name: string) => response.headers.get(name) ?? [];
  const fault = [header("Dashwright-Fault")].flat().map((rule) => `A fault that was asked for: ${rule}`);
  let text: string;
  try {
    text = await response.text();
  } catch (reason) {
    if (signal?.aborted) {
      throw reason;
    }
    throw new Refusal("The answer broke off before it was whole.", fault);
  }
  if (!response.ok) {
    const type = response.headers.get("Content-Type") ?? "";
    const { detail = "" } = problemOf(type, text);
    const said = /json/i.test(type) ? detail : `The server answered ${response.status}${detail ? `: ${detail}` : "."}`;
    throw new Refusal(said || `The server answered ${response.status}.`, detail.includes("as asked for") ? [] : fault);
  }
  let mpd: Element;
  try {
    mpd = parse(text);
  } catch (reason) {
    throw new Refusal((reason as Error).message, fault);
  }
  const notes = [header("Dashwright-Note")].flat().concat(fault);
  return { text, mpd, notes, reading: await read(mpd, response, asked, signal) };
}

/** What to say when nobody answers: a fault that was asked for may be why. */
export function silence(path: string): string {
  return /[?&](fault|merr|mhe)=/.test(path)
    ? "No answer came: the server does not answer, or a fault that was asked for closed the connection."
    : "The server does not answer.";
}

/**
 * Takes a note of the server apart: "timeline=1: why" says that options have values which were not asked for. Without
 * options all of it is the reason.
 */
export function changes(note: string): { values: [name: string, value: string][]; why: string } {
  const values: [string, string][] = [];
  let rest = note;
  for (;;) {
    const found = /^([a-z]\w*)=([^\s,;:]*)([,;] ?|: )/.exec(rest);
    if (!found) {
      break;
    }
    values.push([found[1] as string, found[2] as string]);
    rest = rest.slice(found[0].length);
    if (found[3] === ": ") {
      return { values, why: rest };
    }
  }
  return { values: [], why: note };
}
