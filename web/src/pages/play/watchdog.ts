/** So long nothing may happen before the page says something, in ms. */
export const PATIENCE = 15_000;

/** Players nudge the position by tenths when they are stuck; only more than this is playing, in seconds. */
const PLAYED = 2;

export interface Signs {
  /** The visitor wants a picture: nothing is paused, ended or given up. */
  wanted: boolean;
  /** Seconds: the position, and the end of what is buffered. */
  time: number;
  end: number;
}

/**
 * Notices that nothing happens any more. Not every fault makes a player
 * complain: damaged media may just leave it waiting.
 */
export class Watchdog {
  private mark: Signs = { wanted: false, time: 0, end: 0 };
  private since = 0;

  /** Says whether nothing has happened for too long; now is in ms. */
  stuck(now: number, signs: Signs): boolean {
    const { wanted, time, end } = this.mark;
    if (!signs.wanted || !wanted || Math.abs(signs.time - time) > PLAYED || signs.end !== end) {
      this.mark = signs;
      this.since = now;
    }
    return now - this.since >= PATIENCE;
  }
}
