// Captions: read while they are spoken, gone when they are old, and no flood.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePayload, MAX_CAPTION_CHARS, parsePayload, type GroupPayload } from '../talk/payload.ts';
import { Captions } from './Captions.ts';

const caption = (n: number, text: string, final = false): GroupPayload => ({ t: 'caption', n, text, final });
const ana = { from: 'ana', displayName: 'Ana', epoch: 1 };

const createScene = () => {
  const said: string[] = [];
  let isUp = true;
  const air = { cue: null as number | null, sealed: [] as string[], told: [] as string[] };
  const context = {
    say: async (payload: Uint8Array) => {
      if (!isUp) throw new Error('lost');
      const parsed = parsePayload(payload);
      if (parsed?.t === 'caption') said.push(`${parsed.n}: ${parsed.text}${parsed.final ? '.' : ''}`);
    },
    self: () => ({ peerId: 'me', displayName: 'Me' }),
    nowMs: () => Date.now(),
    onChange: () => undefined,
  };
  const captions = new Captions(context, {
    cue: () => air.cue,
    place: () => ({
      sealCaption: async ({ line, text, final }) => {
        air.sealed.push(`${line}: ${text}${final ? '.' : ''}`);
        return new TextEncoder().encode(text);
      },
    }),
    ask: (async (name: string, { caption }: { caption: string }) => {
      air.told.push(`${name} ${atob(caption.replaceAll('-', '+').replaceAll('_', '/'))}`);
      return {};
    }) as never,
    onMakers: () => undefined,
  });
  captions.setReady(true);
  const shown = () => captions.lines.map(({ displayName, text }) => `${displayName}: ${text}`);
  return { captions, air, said, shown, setUp: (up: boolean) => (isUp = up) };
};

describe('captions', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('a line that is being spoken grows in its place, and the next one stands below', async () => {
    const { captions, shown } = createScene();
    captions.handle(caption(0, 'good'), ana);
    await pass(500);
    captions.handle(caption(0, 'good morning', true), ana);
    captions.speak('hello', false);
    await pass(500);
    captions.handle(caption(1, 'shall we'), ana);
    expect(shown()).toEqual(['Ana: good morning', 'Me: hello', 'Ana: shall we']);
  });

  it('are gone six seconds after their last word, and there are never more than three', async () => {
    const { captions, shown } = createScene();
    for (const n of [0, 1, 2, 3]) captions.handle(caption(n, `line ${n}`, true), ana);
    expect(shown()).toEqual(['Ana: line 1', 'Ana: line 2', 'Ana: line 3']);
    await pass(3_000);
    captions.handle(caption(3, 'line 3 grows', true), ana);
    await pass(3_100);
    expect(shown()).toEqual(['Ana: line 3 grows']);
    await pass(3_000);
    expect(shown()).toEqual([]);
  });

  it('words that are still being spoken are sent at most every 700 ms, the last ones at once', async () => {
    const { captions, said } = createScene();
    for (const words of ['I', 'I think', 'I think that']) {
      captions.speak(words, false);
      await pass(100);
    }
    expect(said).toEqual(['0: I']);
    await pass(700);
    expect(said).toEqual(['0: I', '0: I think that']);
    captions.speak('I think that it works', true);
    await pass(1);
    captions.speak('next', true);
    await pass(1);
    expect(said.slice(2)).toEqual(['0: I think that it works.', '1: next.']);
  });

  it('what was spoken while nobody could be told is not told later', async () => {
    const { captions, said, setUp } = createScene();
    captions.setReady(false);
    captions.speak('to nobody', true);
    captions.setReady(true);
    await pass(5_000);
    setUp(false);
    captions.speak('lost on the way', true);
    await pass(5_000);
    setUp(true);
    captions.speak('heard again', true);
    await pass(5_000);
    expect(said).toEqual(['2: heard again.']);
  });

  it('of one who floods are read a few times a second, and under their own name only', async () => {
    const { captions, shown } = createScene();
    captions.speak('mine', true);
    for (let n = 0; n < 100; n += 1)
      captions.handle(caption(n, `flood ${n}`), { ...ana, from: 'mallory', displayName: 'Mallory' });
    captions.handle(caption(0, 'mine is theirs'), ana);
    expect(shown()).toEqual(['Me: mine', 'Mallory: flood 0', 'Ana: mine is theirs']);
  });

  it('longer than a line are passed over on their way in, and cut to their end on their way out', async () => {
    const { captions, said } = createScene();
    const long = 'x'.repeat(MAX_CAPTION_CHARS + 1);
    expect(parsePayload(encodePayload(caption(0, long)))).toBeNull();
    captions.speak(`first ${long}`, true);
    await pass(1);
    expect(said).toEqual([`0: ${long.slice(1)}.`]);
  });

  it('nothing is said or shown once they are closed', async () => {
    const { captions, said, shown } = createScene();
    captions.close();
    captions.speak('too late', true);
    captions.handle(caption(0, 'too late'), ana);
    await pass(5_000);
    expect([said, shown()]).toEqual([[], []]);
  });
});

describe('captions for viewers', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('E-193 are what was heard on air by a recogniser that began there, and never a word from backstage', async () => {
    const { captions, air, said } = createScene();
    captions.listen();
    captions.speak('backstage', false);
    await pass(1_000);
    air.cue = 7;
    // Nobody has begun to listen since: it may be from before.
    captions.speak('backstage, and then', false);
    await pass(1_000);
    expect([air.sealed, air.told]).toEqual([[], []]);
    captions.listen();
    captions.speak('good evening', false);
    await pass(1_000);
    captions.speak('good evening all', true);
    await pass(1_000);
    expect(air.told).toEqual(['stage:caption good evening', 'stage:caption good evening all']);
    // Another cue, and no cue.
    for (const cue of [8, null]) {
      air.cue = cue;
      captions.speak(`off ${cue}`, true);
      await pass(1_000);
    }
    expect(air.sealed).toEqual(['1: good evening', '1: good evening all.']);
    expect(said.slice(0, 2)).toEqual(['0: backstage', '0: backstage, and then']);
  });

  it('E-193 what is on its way when its speaker goes off air does not go', async () => {
    const { captions, air } = createScene();
    air.cue = 7;
    captions.listen();
    captions.speak('one', true);
    captions.speak('two', true);
    air.cue = null;
    await pass(2_000);
    expect(air.told).toEqual([]);
  });

  it('E-193 are told with a pause between them, the newest words first', async () => {
    const { captions, air } = createScene();
    air.cue = 7;
    captions.listen();
    for (const words of ['one', 'two', 'three', 'four']) {
      captions.speak(words, true);
      await pass(50);
    }
    expect(air.told).toEqual(['stage:caption one']);
    await pass(1_000);
    expect(air.told).toEqual(['stage:caption one', 'stage:caption four']);
  });
});
