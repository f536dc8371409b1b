/** What one player did at one moment. NaN is what is not known. */
export interface Sample {
  /** Seconds since the page began to look. */
  at: number;
  /** Seconds of media ahead. */
  buffer: number;
  /** bit/s of what plays. */
  bitrate: number;
  /** Seconds behind live. */
  latency: number;
  /** bit/s that can be had. */
  throughput: number;
  /** Frames dropped since the start. */
  dropped: number;
}

export type Measure = Exclude<keyof Sample, "at">;

/** Ten minutes of two samples a second. */
const KEPT = 1200;

/** The samples of one player, the oldest first. */
export class History {
  readonly samples: Sample[] = [];

  add(sample: Sample): void {
    this.samples.push(sample);
    if (this.samples.length > KEPT) {
      this.samples.shift();
    }
  }

  /** What a measure was from a time on; undefined where nothing is known of it. */
  range(measure: Measure, from = 0): { last: number; low: number; high: number; mean: number } | undefined {
    const values = this.samples
      .filter((sample) => sample.at >= from)
      .map((sample) => sample[measure])
      .filter(Number.isFinite);
    const last = values[values.length - 1];
    if (last === undefined) {
      return undefined;
    }
    return {
      last,
      low: Math.min(...values),
      high: Math.max(...values),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    };
  }
}

/** Marks of an axis from 0 to at least high: few, and of numbers that people count in. */
export function marks(high: number, wanted = 3): number[] {
  const top = high > 0 && Number.isFinite(high) ? high : 1;
  const rough = top / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough * (1 - 1e-9)) ?? 10 * power;
  const all: number[] = [];
  for (let n = 0; n <= Math.ceil((top / step) * (1 - 1e-9)); n++) {
    all.push(Number((n * step).toPrecision(6)));
  }
  return all;
}
