// Sound on its way to the worker and back: nothing is lost or mixed up, and what comes late is left out without a click.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRelayMemory, missedOf, RelayedFrames, RelayedSound, type RelayMemory } from './Relay.ts';
import { createSuppressor } from './rnnoise.ts';

const QUANTUM = 128;

/** A tone, so that a step between two samples is told from the sound itself. */
const tone = (at: number): number => 0.5 * Math.sin((at * 2 * Math.PI * 200) / 48_000);
const STEEPEST = 0.5 * ((2 * Math.PI * 200) / 48_000);

interface Played {
  out: number[];
  sound: RelayedSound;
  memory: RelayMemory;
}

/** @param worksAt whether the worker comes to its work after that quantum */
function play(quanta: number, worksAt: (quantum: number) => boolean, memory = createRelayMemory()): Played {
  const sound = new RelayedSound(memory);
  const frames = new RelayedFrames(memory, () => undefined);
  const out: number[] = [];
  for (let quantum = 0; quantum < quanta; quantum += 1) {
    const output = new Float32Array(QUANTUM);
    sound.process(
      Float32Array.from({ length: QUANTUM }, (_, n) => tone(quantum * QUANTUM + n)),
      output,
    );
    out.push(...output);
    if (worksAt(quantum)) frames.treatAll();
  }
  return { out, sound, memory };
}

/** The output is the tone again, that long after it came in. */
const expectTone = ({ out, sound }: Played, fromQuantum: number): void => {
  const from = fromQuantum * QUANTUM;
  const off = out.slice(from).map((sample, n) => Math.abs(sample - tone(from + n - sound.delay)));
  expect(off.reduce((most, one) => Math.max(most, one), 0)).toBeLessThan(0.000_01);
};
const steepest = (out: number[]): number =>
  out.slice(1).reduce((most, sample, at) => Math.max(most, Math.abs(sample - (out[at] ?? 0))), 0);

describe('relayed sound', () => {
  test('comes back whole 21 ms later where the worker is in time', () => {
    const played = play(2_000, () => true);
    expect([played.sound.delay, missedOf(played.memory)]).toEqual([1_024, 0]);
    expectTone(played, 9);
  });

  test('takes 2.7 ms more for each time that it was not there, and loses nothing of it', () => {
    const played = play(300, (quantum) => quantum < 100 || quantum > 108);
    expect(missedOf(played.memory)).toBe(played.sound.delay - 1_024);
    expect(played.sound.delay).toBeGreaterThan(1_024);
    expectTone(played, 120);
  });

  test('takes 40 ms at the most, is silent without it, and goes on where it is', () => {
    const played = play(600, (quantum) => quantum < 100 || quantum > 300);
    expect(played.sound.delay).toBe(1_920);
    expect(played.out.slice(150 * QUANTUM, 300 * QUANTUM).every((sample) => sample === 0)).toBe(true);
    expect(missedOf(played.memory)).toBeGreaterThan(180 * QUANTUM);
    expectTone(played, 320);
  });

  test('has no step where it goes and where it comes back', () => {
    const { out } = play(600, (quantum) => quantum % 50 < 30);
    expect(steepest(out)).toBeLessThan(STEEPEST + 0.5 / QUANTUM + 0.001);
  });

  test('goes on when the counts run over, after half a day', () => {
    const memory = createRelayMemory();
    const counts = new Int32Array(memory.counts);
    // A multiple of both quantum and ring, short of 2 ** 31.
    counts.fill(2 ** 31 - 8_192 * 2, 0, 2);
    const played = play(1_000, () => true, memory);
    expect(counts[0]).toBeLessThan(0);
    expect(missedOf(memory)).toBe(0);
    expectTone(played, 9);
  });

  test('is silence where nothing comes in', () => {
    const memory = createRelayMemory();
    const sound = new RelayedSound(memory);
    new Float32Array(memory.before).fill(0.5);
    const frames = new RelayedFrames(memory, () => undefined);
    const output = new Float32Array(QUANTUM);
    for (let quantum = 0; quantum < 20; quantum += 1) {
      sound.process(undefined, output);
      frames.treatAll();
      expect(output.every((sample) => sample === 0)).toBe(true);
    }
  });
});

describe('RNNoise out of the package’s module', () => {
  for (const file of ['rnnoise.wasm', 'rnnoise_simd.wasm']) {
    const treated = async (sampleAt: (at: number) => number): Promise<number> => {
      const bytes = readFileSync(`node_modules/@sapphi-red/web-noise-suppressor/dist/${file}`);
      const suppress = createSuppressor(await WebAssembly.compile(bytes));
      let peak = 0;
      for (let at = 0; at < 3 * 48_000; at += 480) {
        const frame = Float32Array.from({ length: 480 }, (_, n) => sampleAt(at + n));
        suppress(frame);
        if (at >= 2 * 48_000) peak = frame.reduce((most, sample) => Math.max(most, Math.abs(sample)), peak);
      }
      return peak;
    };

    test(`leaves less than a tenth of a fan’s noise after two seconds, and a voice (${file})`, async () => {
      let [random, sample] = [1, 0];
      const fan = (): number => {
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
        sample = sample * 0.95 + random / 2 ** 31;
        return sample * 0.02;
      };
      const [noise, voice] = [await treated(fan), await treated((at) => 0.2 * (2 * (((at * 140) / 48_000) % 1) - 1))];
      process.stdout.write(
        `  ${file}: of a fan with peaks of about 0.1 ${noise} is left, of a voice with peaks of 0.2 ${voice}\n`,
      );
      expect(noise).toBeLessThan(0.01);
      expect(voice).toBeGreaterThan(0.1);
    });
  }
});
