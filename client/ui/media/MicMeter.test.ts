// Rules of MicMeter.ts.
import { expect, test } from 'vitest';
import { levelOf } from './MicMeter.ts';

/** A sine of `amplitude` (its root mean square is amplitude / √2). */
const tone = (amplitude: number): Float32Array =>
  Float32Array.from({ length: 1024 }, (_, index) => amplitude * Math.sin((index * Math.PI) / 16));

test('silence is 0 and a full tone is 1', () => {
  expect(levelOf(new Float32Array(1024))).toBe(0);
  expect(levelOf(new Float32Array())).toBe(0);
  expect(levelOf(tone(1))).toBe(1);
});

test('ten times quieter is always the same step down, as ears hear it', () => {
  const [loud, quiet] = [levelOf(tone(0.1)), levelOf(tone(0.01))];
  expect(loud).toBeGreaterThan(quiet);
  expect(loud - quiet).toBeCloseTo(20 / 42, 3);
});
