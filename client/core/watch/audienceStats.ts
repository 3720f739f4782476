// What the browser's figures say of what a viewer receives: the line, pictures that stood still, and what waits in buffers.
import { lineReadingOf } from '../quality/lineReading.ts';
import type { AudienceReading } from './EasedSize.ts';
import type { BufferCounters } from './LiveEdge.ts';

export interface AudienceStats {
  line: AudienceReading;
  /** By the browser's id of the stream. */
  buffers: ReadonlyMap<string, BufferCounters>;
}

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** @param received of the receiving Transport */
export function audienceStatsOf(received: Iterable<Record<string, unknown>>, atMs: number): AudienceStats {
  const stats = [...received];
  const inbound = stats.filter(({ type }) => type === 'inbound-rtp');
  // Judged by all streams together: an audience does not ask whose line loses but whether smaller pictures would get through. A line
  // too narrow drops bursts of pictures first, so that by who loses least a voice without a picture would speak for it.
  const { down } = lineReadingOf([], stats, atMs);
  const frozenMs = inbound.reduce((most, one) => Math.max(most, number(one['totalFreezesDuration']) * 1_000), 0);
  const buffers = inbound.flatMap((one): [string, BufferCounters][] =>
    typeof one['id'] === 'string' && typeof one['jitterBufferDelay'] === 'number'
      ? [[one['id'], { delayS: one['jitterBufferDelay'], emitted: number(one['jitterBufferEmittedCount']) }]]
      : [],
  );
  return { line: { atMs, down, frozenMs }, buffers: new Map(buffers) };
}
