// Where pictures of a program stand, in boxes from a phone's to a projector's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProgramContent } from '#core';
import { programPlaces } from './programScene.ts';

const PROJECTOR = { width: 1280, height: 720 };
const UPRIGHT_PHONE = { width: 390, height: 640 };
const program = (changes: Partial<ProgramContent>): ProgramContent => ({
  phase: 'live',
  layout: 'solo',
  onAir: [],
  screen: null,
  labels: true,
  startsAtMs: null,
  event: { name: '', accent: null, logo: null },
  ...changes,
});
const keys = (places: { key: string }[]) => places.map(({ key }) => key);

describe('programPlaces', () => {
  it('W-50 shows the first of those on air alone, over the whole of a projector', () => {
    expect(programPlaces(program({ onAir: ['ana', 'bo'] }), PROJECTOR)).toEqual([
      { key: 'ana/camera', peerId: 'ana', stream: 'camera', x: 0, y: 0, ...PROJECTOR },
    ]);
  });

  it('W-50 puts two beside each other, and on an upright phone one above the other', () => {
    const wide = programPlaces(program({ layout: 'side', onAir: ['ana', 'bo'] }), PROJECTOR);
    expect(wide.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 636, 720],
      [644, 0, 636, 720],
    ]);
    const upright = programPlaces(program({ layout: 'side', onAir: ['ana', 'bo'] }), UPRIGHT_PHONE);
    expect(upright.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 390, 316],
      [0, 324, 390, 316],
    ]);
  });

  it('W-50 shows a screen larger than all else, with who speaks beside it or below', () => {
    const [screen, face] = programPlaces(program({ layout: 'screen', screen: 'bo', onAir: ['ana'] }), PROJECTOR);
    expect(screen).toMatchObject({ key: 'bo/screen', x: 0, width: 965, height: 720 });
    expect(face).toMatchObject({ key: 'ana/camera', x: 973, width: 307 });
    const upright = programPlaces(program({ layout: 'screen', screen: 'bo', onAir: ['ana'] }), UPRIGHT_PHONE);
    expect(upright[1]?.y).toBeGreaterThan(upright[0]?.height ?? 0);
  });

  it('W-50 shows people where the layout is for a screen and nobody shares one, and four in a grid', () => {
    expect(keys(programPlaces(program({ layout: 'screen', onAir: ['ana'] }), PROJECTOR))).toEqual(['ana/camera']);
    const four = programPlaces(program({ layout: 'side', onAir: ['a', 'b', 'c', 'd'] }), PROJECTOR);
    expect(new Set(four.map(({ y }) => y)).size).toBe(2);
  });

  it('W-50 shows nobody while nobody is on air', () => {
    expect(programPlaces(program({ layout: 'grid' }), PROJECTOR)).toEqual([]);
  });

  it('W-50 no picture stands outside of the box, over another one, or twice, whatever the program says', () => {
    const someone = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');
    const programs = fc.record({
      layout: fc.constantFrom('solo', 'side', 'grid', 'screen'),
      onAir: fc.array(someone, { maxLength: 9 }),
      screen: fc.option(someone),
    });
    const boxes = fc.record({
      width: fc.integer({ min: 240, max: 3840 }),
      height: fc.integer({ min: 160, max: 2160 }),
    });
    fc.assert(
      fc.property(programs, boxes, (said, box) => {
        const places = programPlaces(program(said), box);
        expect(new Set(keys(places)).size).toBe(places.length);
        for (const { x, y, width, height } of places) {
          expect(Math.min(x, y, width - 1, height - 1)).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(box.width + 1);
          expect(y + height).toBeLessThanOrEqual(box.height + 1);
        }
        for (const [index, one] of places.entries())
          for (const other of places.slice(index + 1)) {
            const apart =
              one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y;
            expect(apart).toBe(true);
          }
      }),
    );
  });
});
