// Reactions: seen for seconds, in bounds, and never later.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkBed } from '../test/talkBed.ts';
import { encodePayload, parsePayload } from '../talk/payload.ts';
import { Reactions } from './Reactions.ts';

const createBed = () => createTalkBed((context) => new Reactions(context));
const seenBy = (reactions: Reactions) => reactions.shown.map(({ displayName, kind }) => `${displayName} ${kind}`);

describe('Reactions', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are seen by their sender and by all others under the sender’s name, and are gone after seconds', async () => {
    const bed = createBed();
    const [ana, ben] = [bed.come('Ana'), bed.come('Ben')];
    expect(ana.part.send('clap')).toBe(true);
    expect(seenBy(ana.part)).toEqual(['Ana clap']);
    expect(seenBy(ben.part)).toEqual(['Ana clap']);
    await bed.pass(5_000);
    expect([seenBy(ana.part), seenBy(ben.part)]).toEqual([[], []]);
  });

  it('are not kept for later where nobody can be reached', async () => {
    const bed = createBed();
    const [ana, ben] = [bed.come('Ana'), bed.come('Ben')];
    ana.part.setReady(false);
    expect(ana.part.send('heart')).toBe(false);
    ana.part.setReady(true);
    await bed.pass(1_000);
    expect(seenBy(ben.part)).toEqual([]);
  });

  it('of one sender are bounded where they are sent, and again where they are heard', async () => {
    const bed = createBed();
    const [ana, ben] = [bed.come('Ana'), bed.come('Ben')];
    const sent = Array.from({ length: 20 }, () => ana.part.send('wow'));
    expect(sent.filter(Boolean)).toHaveLength(8);
    expect(ben.part.shown).toHaveLength(8);
    for (let count = 0; count < 500; count += 1) {
      ben.part.handle({ t: 'reaction', kind: 'laugh' }, { from: 'Mallory', displayName: 'M', epoch: 1 });
    }
    expect(seenBy(ben.part).filter((one) => one === 'M laugh')).toHaveLength(12);
    await bed.pass(5_000);
    expect(ana.part.send('wow')).toBe(true);
    expect(seenBy(ben.part)).toEqual(['Ana wow']);
  });

  it('of a whole room are bounded too, the newest stay', () => {
    const { part } = createBed().come('Ana');
    for (let count = 0; count < 100; count += 1) {
      part.handle({ t: 'reaction', kind: 'clap' }, { from: `p${count}`, displayName: String(count), epoch: 1 });
    }
    expect(part.shown).toHaveLength(40);
    expect(seenBy(part).at(-1)).toBe('99 clap');
  });

  it('of a kind that is not known here are passed over', () => {
    const wire = encodePayload({ t: 'reaction', kind: 'clap' });
    expect(parsePayload(wire)).toEqual({ t: 'reaction', kind: 'clap' });
    const other = new TextDecoder().decode(wire).replace('clap', 'yawn');
    expect(parsePayload(new TextEncoder().encode(other))).toBeNull();
  });
});
