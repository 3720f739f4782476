// Rules of what is done to picture and sound, as far as they need no browser.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { blurBehind, feathered, softened, steady, type Mask } from './background/mask.ts';
import { withNormalization } from './background/modelMetadata.ts';
import { FrameBudget, WINDOW_MS } from './FrameBudget.ts';
import { LatenessWatch } from './noise/LatenessWatch.ts';

describe('the mask', () => {
  test('follows big changes at once and small ones slowly', () => {
    const [still = 0, moved = 0] = steady(new Float32Array([0.5, 0]), new Float32Array([0.6, 1]));
    expect(still).toBeGreaterThan(0.5);
    expect(still).toBeLessThan(0.56);
    expect(moved).toBe(1);
  });

  test('starts with the first frame as it is, and leaves what it was given alone', () => {
    const first = new Float32Array([0.2, 0.9]);
    const mask = steady(null, first);
    mask[0] = 1;
    expect(first[0]).toBeCloseTo(0.2);
  });

  test('goes from background to person in steps, and does not wrap around from one row to the next', () => {
    const values = new Float32Array([0, 0, 1, 1, 0, 0, 1, 1]);
    expect([...feathered({ width: 4, height: 2, values })]).toEqual([0, 0.25, 0.75, 1, 0, 0.25, 0.75, 1]);
  });

  test('has a soft edge between background and person', () => {
    expect([softened(0.1), softened(0.55), softened(0.9)]).toEqual([0, expect.closeTo(0.5, 1), 1]);
  });
});

describe('the blur', () => {
  const width = 64;
  const height = 32;
  /** Columns of black and white, two wide; the right half is a red person. */
  const picture = (): { rgba: Uint8ClampedArray; mask: Mask } => {
    const rgba = new Uint8ClampedArray(width * height * 4);
    const values = new Float32Array(width * height);
    for (let at = 0; at < values.length; at += 1) {
      const x = at % width;
      const isPerson = x >= width / 2;
      const bar = (x >> 1) % 2 === 0 ? 255 : 0;
      rgba.set(isPerson ? [255, 0, 0, 255] : [bar, bar, bar, 255], at * 4);
      values[at] = isPerson ? 1 : 0;
    }
    return { rgba, mask: { width, height, values } };
  };
  const row = (blurred: Uint8ClampedArray): number[][] =>
    Array.from({ length: width / 4 }, (_, x) => [...blurred.slice(x * 4, x * 4 + 3)]);

  test('leaves no bar to be seen', () => {
    const { rgba, mask } = picture();
    const greys = row(blurBehind(rgba, mask, 4)).map(([red = 0]) => red);
    const steps = greys.slice(1).map((grey, at) => Math.abs(grey - (greys[at] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(20);
  });

  test('takes nothing of the person’s colour into what is behind them', () => {
    const { rgba, mask } = picture();
    for (const [red = 0, green = 0] of row(blurBehind(rgba, mask, 4))) expect(Math.abs(red - green)).toBeLessThan(2);
  });

  test('shows grey where there is nothing but person', () => {
    const { rgba, mask } = picture();
    const out = blurBehind(rgba, { ...mask, values: mask.values.fill(1) }, 4);
    expect([...out.slice(0, 4)]).toEqual([96, 96, 96, 255]);
  });
});

describe('the model', () => {
  const file = path.resolve('node_modules/@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite');
  const model = new Uint8Array(readFileSync(file));

  test('gets metadata in front, and keeps each of its own bytes', () => {
    const whole = withNormalization(model);
    const front = whole.length - model.length;
    expect(front % 16).toBe(0);
    expect(Buffer.compare(whole.subarray(front), model)).toBe(0);
    const text = new TextDecoder('latin1').decode(whole.subarray(0, front));
    expect(text.slice(4, 8)).toBe('TFL3');
    expect(text).toContain('TFLITE_METADATA');
    expect(text).toContain('M001');
  });

  test('is refused where it is none, or has metadata of its own', () => {
    expect(() => withNormalization(new Uint8Array(64))).toThrow(/no TensorFlow Lite model/);
    expect(() => withNormalization(withNormalization(model))).toThrow(/metadata of its own/);
  });
});

describe('the frame budget', () => {
  const missedAfterMs = (tookMs: number, everyMs = 100): number | null => {
    const budget = new FrameBudget(33);
    for (let atMs = 0; atMs < 20_000; atMs += everyMs) if (budget.add(tookMs, atMs)) return atMs;
    return null;
  };

  test('is judged by the median of some seconds after the first one', () => {
    expect(missedAfterMs(40)).toBe(1_000 + WINDOW_MS);
    expect(missedAfterMs(33)).toBeNull();
  });

  test('is not missed by a few slow frames', () => {
    const budget = new FrameBudget(33);
    const missed = Array.from({ length: 100 }, (_, at) => budget.add(at % 3 === 0 ? 500 : 10, at * 100));
    expect(missed).not.toContain(true);
  });

  test('is missed by a device that treats hardly one frame a second', () => {
    expect(missedAfterMs(1_500, 1_500)).not.toBeNull();
  });
});

describe('lateness of sound', () => {
  const watch = (pace: number, peaks: { peakIn: number; peakOut: number }): boolean => {
    const watched = new LatenessWatch();
    return Array.from({ length: 10 }, (_, at) =>
      watched.add({ atMs: at * 500, clockS: at * 0.5 * pace, ...peaks }),
    ).includes(true);
  };

  test('is an audio clock that falls behind', () => {
    expect(watch(0.8, { peakIn: 0.1, peakOut: 0.1 })).toBe(true);
    expect(watch(1, { peakIn: 0.1, peakOut: 0.1 })).toBe(false);
  });

  test('is silence made of sound, and not silence made of silence', () => {
    expect(watch(1, { peakIn: 0.1, peakOut: 0 })).toBe(true);
    expect(watch(1, { peakIn: 0.001, peakOut: 0 })).toBe(false);
  });
});
