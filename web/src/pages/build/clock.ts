import { attribute, children, type Element } from "./mpd";

/** What time it is for players: `time` by the server while it was `at` by us; both in ms since 1970. */
export interface Reading {
  time: number;
  at: number;
}

/** A clock that is read twice: does it go, and how far is it ahead of ours? */
export class Clock {
  /** Seconds since 1970 at which it stands still; undefined while it goes. */
  private still: number | undefined;
  private ahead = 0;
  private first: Reading | undefined;

  /** Takes a reading in. A second or more later a reading of the same time says that it stands still. */
  take(reading: Reading): void {
    const { first } = this;
    this.ahead = (reading.time - reading.at) / 1000;
    if (!first || reading.time !== first.time) {
      this.first = reading;
      this.still = undefined;
    } else if (reading.at - first.at >= 1100) {
      this.still = reading.time / 1000;
    }
  }

  reset(): void {
    this.first = undefined;
    this.still = undefined;
  }

  /** Whether it is so far from ours that it may well stand still. */
  get odd(): boolean {
    return this.still === undefined && Math.abs(this.ahead) >= 2;
  }

  /** Seconds since 1970. */
  now(): number {
    return this.still ?? Date.now() / 1000 + this.ahead;
  }
}

/**
 * Reads the clock that a manifest tells players to use (ISO/IEC 23009-1, 5.8.4.11), where it is one of the same server; otherwise,
 * and where that does not answer, the Date of the manifest's answer.
 */
export async function read(mpd: Element, response: Response, asked: number, signal?: AbortSignal): Promise<Reading> {
  const at = (asked + Date.now()) / 2;
  for (const timing of children(mpd, "UTCTiming")) {
    const value = attribute(timing, "value") ?? "";
    const method = /^urn:mpeg:dash:utc:([a-z-]+):/.exec(attribute(timing, "schemeIdUri") ?? "")?.[1] ?? "";
    if (method === "direct" && Date.parse(value)) {
      return { time: Date.parse(value), at };
    }
    if (/^http-(xsdate|iso)$/.test(method)) {
      const reading = await fetched(value.split(" ")[0] ?? "", response.url, signal);
      if (reading) {
        return reading;
      }
    }
  }
  const date = Date.parse(response.headers.get("Date") ?? "");
  return { time: Number.isNaN(date) ? at : seconds(date, at), at };
}

/** A Date has whole seconds: one that is that of our clock is as right as that, another is used as it is. */
function seconds(date: number, at: number): number {
  return at >= date - 500 && at < date + 1500 ? at : date;
}

async function fetched(value: string, base: string, signal?: AbortSignal): Promise<Reading | undefined> {
  const url = new URL(value, base);
  if (url.origin !== location.origin) {
    return undefined;
  }
  const asked = Date.now();
  try {
    const response = await fetch(url.href, { cache: "no-store", ...(signal && { signal }) });
    const time = Date.parse((await response.text()).trim());
    return response.ok && time ? { time, at: (asked + Date.now()) / 2 } : undefined;
  } catch {
    return undefined;
  }
}
