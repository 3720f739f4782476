// Halls among the members: by their own word alone, for newcomers too, and for as long as their leaf.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkBed, memberOf } from '../test/talkBed.ts';
import { MachineTalk } from './MachineTalk.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const createBed = () =>
  createTalkBed(
    (context) => new MachineTalk(context),
    (name) => ({ machine: name === 'hall' || name === 'feed' ? name : null }),
  );

describe('a machine', () => {
  it('E-200 E-208 is one by its credential at once, and is not told a second time when it says so itself', () => {
    const said: unknown[] = [];
    const part = new MachineTalk({
      say: async () => undefined,
      notify: (notice) => void said.push(notice),
      onChange: () => undefined,
      machine: null,
    });
    part.setMembers([], memberOf('me', true));
    part.setMembers([{ ...memberOf('obs'), machine: { kind: 'feed', ticketKey: 'k' } }], memberOf('me', true));
    expect(part.kindOf('obs')).toBe('feed');
    part.handle({ t: 'feed' }, { from: 'obs', displayName: 'obs', epoch: 1 });
    expect(said).toEqual([]);
    part.setMembers([], memberOf('me', true));
    expect(part.kindOf('obs')).toBeNull();
    part.close();
  });
});

describe('a hall', () => {
  it('E-200 is one to those who are there and to who comes later, to itself, and as news only where it came after', async () => {
    const bed = createBed();
    const ana = bed.come('ana');
    const hall = bed.come('hall');
    await bed.pass(1_000);
    const ben = bed.come('ben');
    await bed.pass(1_000);
    for (const { part } of [ana, ben, hall]) {
      expect(['ana', 'ben', 'hall'].filter((peerId) => part.has(peerId))).toEqual(['hall']);
    }
    expect(ana.notices).toEqual([{ kind: 'hall', displayName: 'hall' }]);
    expect(ben.notices).toEqual([]);
  });

  it('E-200 is one no more when it went, and whoever comes under that id says so anew', async () => {
    const bed = createBed();
    const ana = bed.come('ana');
    const hall = bed.come('hall');
    await bed.pass(1_000);
    hall.leave();
    expect(ana.part.has('hall')).toBe(false);
    bed.come('hall');
    await bed.pass(1_000);
    expect(ana.part.has('hall')).toBe(true);
  });

  it('E-208 is told from a feed, which says so of itself', async () => {
    const bed = createBed();
    const ana = bed.come('ana');
    for (const name of ['feed', 'hall']) bed.come(name);
    await bed.pass(1_000);
    expect(['ana', 'feed', 'hall', 'cem'].map((peerId) => ana.part.kindOf(peerId))).toEqual([
      null,
      'feed',
      'hall',
      null,
    ]);
    expect(ana.notices.map(({ kind }) => kind).toSorted()).toEqual(['feed', 'hall']);
  });

  it('E-200 is nobody by another’s word', async () => {
    const bed = createBed();
    const [ana, ben] = [bed.come('ana'), bed.come('ben')];
    await bed.pass(1_000);
    expect(ben.said).toEqual([]);
    ana.part.handle({ t: 'hall' }, { from: 'ben', displayName: 'ben', epoch: 1 });
    expect(['ana', 'ben', 'cem'].filter((peerId) => ana.part.has(peerId))).toEqual(['ben']);
  });
});
