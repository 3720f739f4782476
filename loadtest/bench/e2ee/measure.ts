// Everything that is measured in one runtime, part by part.
import { measureFeed } from './feed.ts';
import { measureGroup } from './group.ts';
import { measureIncoming } from './incoming.ts';
import { measureLatency } from './latency.ts';
import type { CpuSeconds, Part, Plan, Sample } from './plan.ts';
import { measureFrames } from './sealAndOpen.ts';

const MEASURES: Readonly<Record<Part, (plan: Plan, cpu: CpuSeconds) => Promise<Sample[]>>> = {
  frames: measureFrames,
  feed: measureFeed,
  incoming: measureIncoming,
  latency: measureLatency,
  group: measureGroup,
};

/** `cpu` tells the CPU time of the whole runtime, its helper processes included. */
export async function measure(plan: Plan, parts: readonly Part[], cpu: CpuSeconds): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const part of parts) samples.push(...(await MEASURES[part](plan, cpu)));
  return samples;
}
