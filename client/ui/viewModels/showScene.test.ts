// Scenes: everybody has a place, nobody stands on another, nothing outside of the picture.
import { describe, expect, it } from 'vitest';
import { scenePlaces } from './showScene.ts';

const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

describe('scenePlaces', () => {
  it('gives the first of a solo the whole picture', () => {
    expect(scenePlaces({ layout: 'solo', onAir: people(2), screen: null })).toEqual([
      { peerId: 'p0', stream: 'camera', x: 0, y: 0, width: 100, height: 100 },
    ]);
  });

  it('stands two side by side, and a screen beside who speaks', () => {
    const side = scenePlaces({ layout: 'side', onAir: people(2), screen: null });
    expect(side.map(({ x, width, height }) => [x, width, height])).toEqual([
      [0, 50, 100],
      [50, 50, 100],
    ]);
    const screen = scenePlaces({ layout: 'screen', onAir: people(1), screen: 'p0' });
    expect(screen.map(({ stream, x, width }) => [stream, x, width])).toEqual([
      ['screen', 0, 75],
      ['camera', 75, 25],
    ]);
  });

  it('fits one to nine people into the picture, each in a place of their own', () => {
    for (const layout of ['side', 'grid', 'screen'] as const) {
      for (let count = 1; count <= 9; count += 1) {
        const places = scenePlaces({ layout, onAir: people(count), screen: null });
        expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(count);
        for (const { x, y, width, height } of places) {
          expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(100.0001);
        }
      }
    }
  });
});
