// Tickets as a group of talkers holds them: on the word of who leads alone, after that one left or loaded its page anew, and each for one machine.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTalkBed } from '../test/talkBed.ts';
import { FeedPasses } from './FeedPasses.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const KEY = 'K'.repeat(43);
const OTHER = 'L'.repeat(43);

function createBed() {
  const kept = new Map<string, string>();
  const bed = createTalkBed(
    (context) => new FeedPasses(context),
    (name) => ({
      passStore: {
        read: () => kept.get(name) ?? null,
        write: (text) => void (text === null ? kept.delete(name) : kept.set(name, text)),
      },
    }),
  );
  return { bed, kept };
}

const knock = (peerId: string, ticketKey = KEY) => ({ peerId, ticketKey });

test('E-209 a ticket that who leads made is one to all, also to who comes later, and another’s is none', async () => {
  const { bed } = createBed();
  bed.acting = ['ana'];
  const [ana, ben] = [bed.come('ana'), bed.come('ben')];
  ana.part.add('f1', KEY);
  ben.part.handle({ t: 'feedPasses', n: 2 ** 31, p: [] }, { from: 'cem', displayName: 'cem', epoch: 1 });
  await bed.pass(1_000);
  const cem = bed.come('cem');
  await bed.pass(1_000);
  for (const { part } of [ana, ben, cem])
    expect([part.lets(knock('obs')), part.lets(knock('obs', OTHER))]).toEqual([true, false]);
  expect(ana.part.lets({ peerId: 'obs' })).toBe(false);
  cem.part.add('f2', OTHER);
  await bed.pass(1_000);
  expect([ana.part.lets(knock('obs', OTHER)), ben.part.lets(knock('obs', OTHER))]).toEqual([false, false]);
});

test('E-209 a ticket lets in one machine: a copy under another Peer id knocks, and the same machine comes back', async () => {
  const { bed } = createBed();
  bed.acting = ['ana', 'ben'];
  const [ana, ben] = [bed.come('ana'), bed.come('ben')];
  ana.part.add('f1', KEY);
  await bed.pass(1_000);
  ben.part.used(knock('obs'));
  await bed.pass(1_000);
  for (const { part } of [ana, ben]) expect([part.lets(knock('obs')), part.lets(knock('copy'))]).toEqual([true, false]);
});

test('E-209 a revoked ticket lets nobody in, at no device', async () => {
  const { bed } = createBed();
  bed.acting = ['ana'];
  const [ana, ben] = [bed.come('ana'), bed.come('ben')];
  ana.part.add('f1', KEY);
  ana.part.add('f2', OTHER);
  await bed.pass(1_000);
  ana.part.remove('f1');
  await bed.pass(1_000);
  for (const { part } of [ana, ben])
    expect([part.lets(knock('obs')), part.lets(knock('two', OTHER))]).toEqual([false, true]);
});

test('E-209 what was made outlives its maker: whoever leads next tells it as theirs', async () => {
  const { bed } = createBed();
  bed.acting = ['ana'];
  const [ana, ben] = [bed.come('ana'), bed.come('ben')];
  ana.part.add('f1', KEY);
  await bed.pass(1_000);
  bed.acting = ['ben'];
  ana.leave();
  await bed.pass(1_000);
  const cem = bed.come('cem');
  await bed.pass(1_000);
  expect([ben.part.lets(knock('obs')), cem.part.lets(knock('obs'))]).toEqual([true, true]);
});

test('E-209 who led alone has its tickets again when its page loads anew, and nobody reads them on the device', async () => {
  const { bed, kept } = createBed();
  bed.acting = ['ana'];
  const ana = bed.come('ana');
  ana.part.add('f1', KEY);
  await vi.waitFor(() => expect(kept.get('ana')).toBeDefined());
  expect(atob((kept.get('ana') ?? '').replaceAll('-', '+').replaceAll('_', '/'))).not.toContain('KKK');
  ana.leave();
  const again = bed.come('ana');
  expect(again.part.lets(knock('obs'))).toBe(false);
  await vi.waitFor(async () => {
    await bed.pass(500);
    expect(again.part.lets(knock('obs'))).toBe(true);
  });
});

test('E-209 a list that was kept says nothing where somebody who leads tells of a later one', async () => {
  const { bed, kept } = createBed();
  bed.acting = ['ana', 'ben'];
  const [ana, ben] = [bed.come('ana'), bed.come('ben')];
  ana.part.add('f1', KEY);
  await vi.waitFor(() => expect(kept.get('ana')).toBeDefined());
  ana.leave();
  await bed.pass(1_000);
  ben.part.remove('f1');
  const again = bed.come('ana');
  await bed.pass(5_000);
  await vi.waitFor(() => expect(again.part.lets(knock('obs'))).toBe(false));
  expect(ben.part.lets(knock('obs'))).toBe(false);
});
