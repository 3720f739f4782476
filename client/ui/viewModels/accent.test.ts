// An event's colour against the ground that it stands on.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentOnDark, contrastOf } from './accent.ts';

const colours = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('accent', () => {
  it('W-51 knows the contrast of black and white, and of a colour with itself', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastOf('#b8862b', '#b8862b')).toBe(1);
  });

  it('W-51 any colour has 4.5 : 1 on the dark ground', () => {
    fc.assert(
      fc.property(colours, (colour) => {
        expect(contrastOf(accentOnDark(colour), '#141311')).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it('W-51 leaves a colour as it is where it can be read', () => {
    expect(accentOnDark('#e0b35a')).toBe('#e0b35a');
  });
});
