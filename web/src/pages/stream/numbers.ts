import type { Frame } from "../../api/types";

/** A stretch of time, in seconds. */
export interface Range {
  from: number;
  to: number;
}

/** Something that lasts, with its value. */
export interface Step {
  start: number;
  duration: number;
  value: number;
}

/** Steps as a plot wants them: times and values, the last one to its end. */
export function stepsOf(steps: Step[]): [number[], number[]] {
  const times = steps.map((step) => step.start);
  const values = steps.map((step) => step.value);
  const last = steps[steps.length - 1];
  if (last) {
    times.push(last.start + last.duration);
    values.push(last.value);
  }
  return [times, values];
}

/** The largest value that is shown in a range, also of what began before it; 0 where there is nothing. */
export function highest(steps: Step[], { from, to }: Range): number {
  return steps.reduce(
    (top, { start, duration, value }) => (start < to && start + duration > from ? Math.max(top, value) : top),
    0,
  );
}

/** Frames as bars: when they are shown, and the sizes of sync, forward and reordered ones. */
export function barsOf(frames: Frame[]): [number[], (number | null)[], (number | null)[], (number | null)[]] {
  const shown = [...frames].sort((a, b) => a.time - b.time);
  const of = (type: Frame["type"]) => shown.map((frame) => (frame.type === type ? frame.bytes : null));
  return [shown.map((frame) => frame.time), of("sync"), of("forward"), of("reordered")];
}

/** The least that is shown, in seconds. */
const LEAST = 0.2;

/**
 * A range that is factor times as long, around the same middle, moved on by
 * move times its length; never outside of 0 to length.
 */
export function zoomed(range: Range, factor: number, length: number, move = 0): Range {
  const before = range.to - range.from;
  const span = Math.min(length, Math.max(LEAST, before * factor));
  const middle = (range.from + range.to) / 2 + move * before;
  const from = Math.min(Math.max(0, middle - span / 2), length - span);
  return { from, to: from + span };
}

/** All of a list that comes in pages, or about as many as most. */
export async function gather<T>(
  page: (from: number) => Promise<{ list: T[]; next: number | null }>,
  most: number,
): Promise<T[]> {
  const all: T[] = [];
  for (let from: number | null = 0; from !== null && all.length < most; ) {
    const { list, next }: { list: T[]; next: number | null } = await page(from);
    all.push(...list);
    from = next;
  }
  return all;
}

/** A count with commas: "36,000". */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Bytes as people write them: "950 B", "12.5 kB", "820 kB". */
export function bytes(count: number): string {
  if (count < 1000) {
    return `${Math.round(count)} B`;
  }
  const units = ["kB", "MB", "GB"];
  let value = count / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toFixed(value < 99.95 ? 1 : 0))} ${units[unit]}`;
}
