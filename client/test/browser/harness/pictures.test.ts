// When two looks at a tile count as a moving picture; a look that cannot fail would show nothing.
import { describe, expect, it } from 'vitest';
import { isMoving, type Look } from './pictures.ts';

const filmed = (shift: number): number[] => Array.from({ length: 64 }, (_, at) => ((at + shift) % 8) * 30);

function look(pixels: number[], atS: number): Look {
  const brightness = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  return { width: 640, height: 360, atS, brightness, trackId: 'track', pixels };
}

const black = Array.from({ length: 64 }, () => 0);

describe('a moving picture', () => {
  it('is one whose time goes on and whose pixels change', () => {
    expect(isMoving(look(filmed(0), 1), look(filmed(1), 2))).toBe(true);
  });

  it('is not one that stands still', () => {
    expect(isMoving(look(filmed(0), 1), look(filmed(0), 2))).toBe(false);
  });

  it('is not one whose time stands still', () => {
    expect(isMoving(look(filmed(0), 1), look(filmed(1), 1))).toBe(false);
  });

  it('is neither black nor absent', () => {
    expect(isMoving(look(filmed(0), 1), look(black, 2))).toBe(false);
    expect(isMoving(null, look(filmed(1), 2))).toBe(false);
    expect(isMoving(look(filmed(0), 1), null)).toBe(false);
  });
});
