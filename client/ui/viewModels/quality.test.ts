// Whose line is to blame for what a tile shows.
import { describe, expect, it } from 'vitest';
import type { LineQuality, QualityView } from '#core';
import { ownQuality, tileQuality } from './quality.ts';

const GOOD: LineQuality = { bars: 4, cause: null };
const LOSSY: LineQuality = { bars: 1, cause: 'loss' };
const SLOW: LineQuality = { bars: 2, cause: 'delay' };
const view = (more: Partial<QualityView> = {}): QualityView => ({ up: GOOD, down: GOOD, others: {}, ...more });
const ana = { peerId: 'ana', self: false };

describe('tileQuality', () => {
  it('is full where neither side lacks anything', () => {
    expect(tileQuality(view(), ana)).toEqual({ ...GOOD, whose: 'yours' });
  });

  it('names their line where theirs is the worse one, and only on their tile', () => {
    const quality = view({ down: SLOW, others: { ana: LOSSY } });
    expect(tileQuality(quality, ana)).toEqual({ ...LOSSY, whose: 'theirs' });
    expect(tileQuality(quality, { peerId: 'bo', self: false })).toEqual({ ...SLOW, whose: 'yours' });
  });

  it('names theirs where both lose packets and ours no more than theirs: what they lose on the way up is missing here', () => {
    for (const down of [LOSSY, { bars: 2, cause: 'loss' } as const]) {
      expect(tileQuality(view({ down, others: { ana: LOSSY } }), ana)).toEqual({ ...LOSSY, whose: 'theirs' });
    }
  });

  it('names our own where ours loses more than theirs', () => {
    const quality = view({ down: LOSSY, others: { ana: { bars: 2, cause: 'loss' } } });
    expect(tileQuality(quality, ana)).toEqual({ ...LOSSY, whose: 'yours' });
  });

  it('names our own where both are as bad and theirs is no reason for ours', () => {
    for (const cause of ['delay', 'bandwidth'] as const) {
      const quality = view({ down: LOSSY, others: { ana: { bars: 1, cause } } });
      expect(tileQuality(quality, ana)).toEqual({ ...LOSSY, whose: 'yours' });
    }
    const slowed = view({ down: SLOW, others: { ana: { bars: 2, cause: 'loss' } } });
    expect(tileQuality(slowed, ana)).toEqual({ ...SLOW, whose: 'yours' });
  });

  it('shows on our own tile the worse of our two ways, and on others’ nothing of our way up', () => {
    const quality = view({ up: LOSSY });
    expect(tileQuality(quality, { peerId: 'me', self: true })).toEqual({ ...LOSSY, whose: 'yours' });
    expect(tileQuality(quality, ana).bars).toBe(4);
    expect(ownQuality(view({ up: SLOW, down: LOSSY }))).toEqual(LOSSY);
  });
});
