// Rules of MediaEffects.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BackgroundHandlers } from '../../../platform/effects/background/BackgroundLine.ts';
import { fakeTrack, MemoryStorage, noEffects } from '../../test/fakes.ts';
import { MediaEffects, type EffectTools } from './MediaEffects.ts';

beforeEach(() => vi.stubGlobal('localStorage', new MemoryStorage()));
afterEach(() => vi.unstubAllGlobals());

/** A browser whose lines start when they are told to, and whose frames take as long as is said. */
const setUp = (changes: Partial<EffectTools> = {}) => {
  const calls: string[] = [];
  const lines: { handlers: BackgroundHandlers; start: () => void; break: () => void; closed: boolean }[] = [];
  let nowMs = 0;
  let late: () => void = () => undefined;
  const tools: EffectTools = {
    ...noEffects,
    lookOf: (background) =>
      Promise.resolve({ kind: 'blur', strength: background === 'blur-slight' ? 'slight' : 'strong' }),
    openBackgroundLine: (camera, look, handlers) => {
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      const line = {
        handlers,
        closed: false,
        start: () => undefined as void,
        break: () => reject(new Error('broken')),
      };
      const close = (): void => {
        line.closed = true;
        camera.stop();
      };
      const opened = {
        track: fakeTrack('treated'),
        frameMs: 33,
        setLook: (next: typeof look) => void calls.push(next.kind === 'blur' ? next.strength : 'image'),
        lighten: () => void calls.push('lighten'),
        close,
      };
      line.start = () => resolve(opened as never);
      lines.push(line);
      return promise;
    },
    openNoiseLine: (_mic, onLate) => {
      late = onLate;
      return Promise.resolve({ track: fakeTrack('quiet'), close: () => undefined });
    },
    nowMs: () => nowMs,
    ...changes,
  };
  const effects = new MediaEffects(tools);
  /** Ten frames a second for so many seconds. */
  const run = (line: (typeof lines)[number], seconds: number, tookMs: number): void => {
    for (let frame = 0; frame < seconds * 10; frame += 1) {
      nowMs += 100;
      line.handlers.onFrame(tookMs);
    }
  };
  const treated = async () => {
    const camera = fakeTrack('camera');
    const treating = effects.treatCamera(camera);
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0));
    const line = lines.at(-1)!;
    line.start();
    return { camera, line, track: await treating };
  };
  return { effects, calls, lines, run, treated, beLate: () => late() };
};

describe('a background', () => {
  test('that is off hands the camera out as filmed', async () => {
    const { effects, lines } = setUp();
    const camera = fakeTrack('camera');
    expect(await effects.treatCamera(camera)).toBe(camera);
    expect(lines).toEqual([]);
  });

  test('that is chosen stops what was handed out as filmed, its copies too, before the choice returns', async () => {
    const { effects } = setUp();
    const camera = fakeTrack('camera');
    await effects.treatCamera(camera);
    const copy = camera.clone() as ReturnType<typeof fakeTrack>;
    expect(effects.chooseBackground('blur-strong')).toBe(true);
    expect([camera.stopped(), copy.stopped()]).toEqual([true, true]);
  });

  test('hands out nothing before the first treated frame, and then never the camera’s own track', async () => {
    const { effects, lines } = setUp();
    effects.chooseBackground('blur-strong');
    const camera = fakeTrack('camera');
    let handedOut: MediaStreamTrack | null = null;
    const treating = effects.treatCamera(camera).then((track) => (handedOut = track));
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect([handedOut, effects.preparing.value]).toEqual([null, 1]);
    lines[0]!.start();
    await treating;
    expect(handedOut).toMatchObject({ kind: 'treated' });
    expect(effects.preparing.value).toBe(0);
  });

  test('that cannot start stops the camera, says so, and rejects', async () => {
    const { effects, lines } = setUp();
    effects.chooseBackground('blur-strong');
    const camera = fakeTrack('camera');
    const treating = effects.treatCamera(camera);
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    lines[0]!.break();
    await expect(treating).rejects.toMatchObject({ fault: 'withheld' });
    expect([camera.stopped(), effects.trouble.value]).toEqual([true, 'cannotStart']);
  });

  test('that breaks while it runs stops the camera and says so', async () => {
    const { effects, treated } = setUp();
    effects.chooseBackground('blur-strong');
    const { camera, line } = await treated();
    line.handlers.onFailed();
    expect([camera.stopped(), line.closed, effects.trouble.value]).toEqual([true, true, 'cannotStart']);
  });

  test('that is changed for another changes its look and opens no camera', async () => {
    const { effects, calls, treated } = setUp();
    effects.chooseBackground('blur-strong');
    await treated();
    expect(effects.chooseBackground('blur-slight')).toBe(false);
    await vi.waitFor(() => expect(calls).toEqual(['slight']));
  });

  test('that was changed while it started gets the look chosen last', async () => {
    const { effects, calls, lines } = setUp();
    effects.chooseBackground('blur-strong');
    const treating = effects.treatCamera(fakeTrack('camera'));
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    effects.chooseBackground('blur-slight');
    lines[0]!.start();
    await treating;
    expect(calls).toEqual(['slight']);
  });

  test('is remembered on the device', () => {
    setUp().effects.chooseBackground('moss');
    expect(setUp().effects.background.value).toBe('moss');
  });
});

describe('a missed frame budget', () => {
  test('first makes the picture lighter, and goes on where that is enough', async () => {
    const { effects, calls, run, treated } = setUp();
    effects.chooseBackground('blur-strong');
    const { line } = await treated();
    run(line, 5, 50);
    expect(calls).toEqual(['lighten']);
    run(line, 20, 50);
    expect([effects.trouble.value, line.closed]).toEqual([null, false]);
  });

  test('that is missed even so stops the camera; the choice stands, so the room is not shown by itself', async () => {
    const { effects, run, treated } = setUp();
    effects.chooseBackground('blur-strong');
    const { camera, line } = await treated();
    run(line, 12, 90);
    expect([camera.stopped(), line.closed]).toEqual([true, true]);
    expect([effects.trouble.value, effects.background.value]).toEqual(['tooSlow', 'blur-strong']);
  });

  test('is not missed by frames that take less than there is time for', async () => {
    const { effects, calls, run, treated } = setUp();
    effects.chooseBackground('blur-strong');
    const { line } = await treated();
    run(line, 30, 30);
    expect([calls, effects.trouble.value]).toEqual([[], null]);
  });
});

describe('noise suppression', () => {
  test('gives another track, and the microphone’s own where it is off', async () => {
    const { effects } = setUp();
    const mic = fakeTrack('mic');
    expect(await effects.treatMic(mic)).toBe(mic);
    effects.chooseNoise(true);
    expect(await effects.treatMic(mic)).toMatchObject({ kind: 'quiet' });
  });

  test('that cannot start leaves the microphone as it is, is off, and says so', async () => {
    const { effects } = setUp({ openNoiseLine: () => Promise.reject(new Error('no sound')) });
    effects.chooseNoise(true);
    const mic = fakeTrack('mic');
    expect(await effects.treatMic(mic)).toBe(mic);
    expect([mic.stopped(), effects.noise.value, effects.noiseTrouble.value]).toEqual([false, false, 'cannotStart']);
  });

  test('that is late turns itself off, for this visit only', async () => {
    const { effects, beLate } = setUp();
    effects.chooseNoise(true);
    await effects.treatMic(fakeTrack('mic'));
    beLate();
    expect([effects.noise.value, effects.noiseTrouble.value]).toEqual([false, 'tooSlow']);
    expect(setUp().effects.noise.value).toBe(true);
  });
});
