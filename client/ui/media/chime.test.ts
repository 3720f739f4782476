// Rules of chime.ts.
import { expect, test } from 'vitest';
import { chimeWav } from './chime.ts';

test('the chime is a WAV file whose sizes agree, that begins and ends in silence and is not silent between', () => {
  const bytes = chimeWav();
  const view = new DataView(bytes.buffer);
  expect(new TextDecoder('latin1').decode(bytes.subarray(0, 4))).toBe('RIFF');
  expect(view.getUint32(4, true)).toBe(bytes.length - 8);
  expect(view.getUint32(40, true)).toBe(bytes.length - 44);
  const samples = Array.from({ length: (bytes.length - 44) / 2 }, (_, at) => view.getInt16(44 + at * 2, true));
  expect(Math.abs(samples[0] ?? 1)).toBeLessThan(50);
  expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(50);
  expect(Math.max(...samples)).toBeGreaterThan(4_000);
});
