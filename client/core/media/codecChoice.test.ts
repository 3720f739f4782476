import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VIDEO_CODECS, type VideoCodec } from '#e2ee';
import { chooseVideoCodec, codecGapsOf, VIDEO_PREFERENCE } from './codecChoice.ts';

const ALL: readonly VideoCodec[] = VIDEO_CODECS;

describe('the codec of cameras and screens', () => {
  it('is VP8 where every device can everything', () => {
    expect(chooseVideoCodec(VIDEO_PREFERENCE, ALL, [ALL, ALL])).toBe('vp8');
  });

  it('is the next of the preference that all devices share', () => {
    expect(chooseVideoCodec(['av1', 'vp9', 'vp8'], ALL, [ALL, ['vp8', 'vp9']])).toBe('vp9');
    expect(chooseVideoCodec(['av1', 'vp9', 'vp8'], ['vp8'], [ALL])).toBe('vp8');
  });

  it('is the own device’s best where the devices share none, and null where it has none', () => {
    expect(chooseVideoCodec(VIDEO_PREFERENCE, ['vp9', 'av1'], [['h264']])).toBe('vp9');
    expect(chooseVideoCodec(VIDEO_PREFERENCE, [], [ALL])).toBeNull();
  });

  it('is the same at every device of a Room in which they share any, and one that all of them have', () => {
    const device = fc.subarray([...ALL]);
    fc.assert(
      fc.property(
        fc.array(device, { minLength: 1, maxLength: 6 }),
        fc.shuffledSubarray([...ALL]),
        (room, preference) => {
          const shared = preference.filter((codec) => room.every((codecs) => codecs.includes(codec)));
          fc.pre(shared.length > 0);
          for (const [index, own] of room.entries()) {
            expect(chooseVideoCodec(preference, own, room.toSpliced(index, 1))).toBe(shared[0]);
          }
        },
      ),
    );
  });
});

describe('who cannot see whom', () => {
  const gaps = (own: VideoCodec[], others: Record<string, VideoCodec[]>) => {
    const { unshown, unseenBy } = codecGapsOf(own, new Map(Object.entries(others)));
    return { unshown: [...unshown], unseenBy: [...unseenBy] };
  };

  it('is nobody where devices share a codec, or nothing was told', () => {
    expect(gaps(['vp8', 'vp9'], { ana: ['vp9'], ben: ['vp9', 'av1'] })).toEqual({ unshown: [], unseenBy: [] });
    expect(gaps(['vp8'], {})).toEqual({ unshown: [], unseenBy: [] });
  });

  it('is both of two who share none', () => {
    expect(gaps(['vp8'], { ana: ['h264'] })).toEqual({ unshown: ['ana'], unseenBy: ['ana'] });
  });

  it('follows what each of three would send', () => {
    // Ben shares one with either: he sends VP8, which only the first sees.
    expect(gaps(['vp8'], { ana: ['vp9'], ben: ['vp8', 'vp9'] })).toEqual({ unshown: ['ana'], unseenBy: ['ana'] });
    expect(gaps(['vp9'], { ana: ['vp8'], ben: ['vp8', 'vp9'] })).toEqual({
      unshown: ['ana', 'ben'],
      unseenBy: ['ana'],
    });
  });

  it('is told the same by both ends', () => {
    const device = fc.subarray([...ALL], { minLength: 1 });
    fc.assert(
      fc.property(fc.array(device, { minLength: 2, maxLength: 5 }), (room) => {
        const at = (self: number) =>
          codecGapsOf(room[self] ?? [], new Map(room.flatMap((list, id) => (id === self ? [] : [[String(id), list]]))));
        for (const self of room.keys()) {
          for (const other of at(self).unshown) expect([...at(Number(other)).unseenBy]).toContain(String(self));
        }
      }),
    );
  });
});
