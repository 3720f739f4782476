// A recording holds oneself and those who were told, and nobody else.
import { describe, expect, test } from 'vitest';
import type { Participant } from '#core';
import { fakeTrack, roomView } from '../test/fakes.ts';
import { recordedScene } from './recordedScene.ts';

const BOX = { width: 1280, height: 720 };
const track = (): MediaStreamTrack => fakeTrack();
const person = (peerId: string, more: Partial<Participant> = {}): Participant => ({
  peerId,
  displayName: peerId,
  away: false,
  host: false,
  cohost: false,
  mic: { state: 'playing', track: track() },
  camera: { state: 'playing', track: track() },
  screen: { state: 'off' },
  screenAudio: { state: 'off' },
  speaking: false,
  level: 0,
  ...more,
});
const sceneOf = (view: ReturnType<typeof roomView>, told: string[]) => {
  const { tiles, voices } = recordedScene(view, { told, box: BOX, lastSpeaker: null, page: 0 });
  return { tiles, keys: tiles.map(({ key }) => key), voices: voices.map(({ key }) => key) };
};

describe('what is recorded', () => {
  test('holds neither picture nor voice nor name of who was not told', () => {
    const view = roomView({ participants: [person('ana'), person('ben')] });
    expect(sceneOf(view, ['ana'])).toMatchObject({ keys: ['ana/camera', 'me/camera'], voices: ['ana/mic'] });
    expect(sceneOf(view, [])).toMatchObject({ keys: ['me/camera'], voices: [] });
    expect(sceneOf(view, ['ana', 'ben']).voices).toEqual(['ana/mic', 'ben/mic']);
  });

  test('holds one’s own voice while the microphone is on, and one’s own screen', () => {
    const self = {
      ...roomView().self,
      mic: { state: 'on' as const, track: track(), sealed: true },
      screen: { state: 'on' as const, track: track(), sealed: true },
    };
    const view = roomView({ self, participants: [person('ana')] });
    const { keys, voices } = sceneOf(view, ['ana']);
    expect(keys[0]).toBe('me/screen');
    expect(voices).toEqual(['me/mic', 'ana/mic']);
    const muted = roomView({ self: { ...self, mic: { state: 'muted', track: track() } } });
    expect(sceneOf(muted, []).voices).toEqual([]);
  });

  test('stays inside of the picture, however many there are', () => {
    const view = roomView({ participants: Array.from({ length: 12 }, (_, index) => person(`p${index}`)) });
    const { tiles } = sceneOf(
      view,
      view.participants.map(({ peerId }) => peerId),
    );
    expect(tiles).toHaveLength(13);
    for (const { place } of tiles) {
      expect(place.x).toBeGreaterThanOrEqual(0);
      expect(place.y).toBeGreaterThanOrEqual(0);
      expect(place.x + place.width).toBeLessThanOrEqual(BOX.width);
      expect(place.y + place.height).toBeLessThanOrEqual(BOX.height);
    }
  });
});
