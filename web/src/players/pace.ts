/** Seconds from the target that are let be. */
const SLACK = 0.3;

/**
 * How fast to play when the picture is so many seconds too late, and it plays at a rate now: as fast as is allowed until it is in
 * time again, and as slowly when it is early.
 */
export function rateFor(
  late: number,
  rate: number,
  { slowest, fastest }: { slowest: number; fastest: number },
): number {
  if (late > SLACK) {
    return fastest;
  }
  if (late < -SLACK) {
    return slowest;
  }
  return (rate > 1 && late > 0) || (rate < 1 && late < 0) ? rate : 1;
}
