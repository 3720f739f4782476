// How much is measured, and what a measurement hands on; the same in Node and in every browser.

export const PARTS = ['frames', 'feed', 'incoming', 'latency', 'group'] as const;
export type Part = (typeof PARTS)[number];

export interface Plan {
  /** Steady pairs wanted; pairs are taken until there are as many, or `triesPerPair` times as many were tried. */
  pairs: number;
  triesPerPair: number;
  /** Frames of one pair, by size in bytes. */
  frames: readonly { bytes: number; count: number }[];
  /** Pictures of one pair that are signed and checked. */
  signedFrames: number;
  /** Seconds that the 25 incoming streams run, each way. */
  loadSeconds: number;
  /** Epoch switches of a latency run, 1.2 s each. */
  switches: number;
  latencyRuns: number;
  groupSizes: readonly number[];
  groupRuns: number;
}

const SIZES = [200, 1_200, 8_192, 60_000] as const;
const framesOf = (...counts: readonly number[]): Plan['frames'] =>
  SIZES.map((bytes, index) => ({ bytes, count: counts[index] ?? 1 }));

/** What the README's figures are made of: 2 to 3 minutes a runtime. */
export const FULL: Plan = {
  pairs: 5,
  triesPerPair: 4,
  frames: framesOf(9_600, 9_600, 4_800, 960),
  signedFrames: 2_400,
  loadSeconds: 5,
  switches: 4,
  latencyRuns: 3,
  groupSizes: [10, 100, 250],
  groupRuns: 3,
};

/** Whether it still runs, not how fast. */
export const SHORT: Plan = {
  pairs: 1,
  triesPerPair: 1,
  frames: framesOf(600, 600, 300, 60),
  signedFrames: 240,
  loadSeconds: 1,
  switches: 1,
  latencyRuns: 1,
  groupSizes: [10],
  groupRuns: 1,
};

/** One thing measured, once a pair. */
export interface Sample {
  name: string;
  unit: string;
  values: number[];
  /** The floor of each pair, measured right beside its value, in the same unit. */
  floors?: number[];
}

/** Seconds of CPU that the process and its threads have used so far. */
export type CpuSeconds = () => Promise<number>;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
