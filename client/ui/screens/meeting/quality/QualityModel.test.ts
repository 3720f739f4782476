// Doing without pictures, and being told once that it would help.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LineQuality, QualityView, RoomView, TileView } from '#core';
import { setLanguage } from '../../../i18n/index.ts';
import { fakeTrack, roomView } from '../../../test/fakes.ts';
import type { Tile } from '../../../viewModels/tiles.ts';
import { QualityModel } from './QualityModel.ts';

const GOOD: LineQuality = { bars: 4, cause: null };
const both = (more: Partial<QualityView>): RoomView =>
  roomView({ quality: { up: GOOD, down: GOOD, others: {}, ...more } });
/** Of our way up, which is measured at the far end: nobody else has a part in it. */
const line = (bars: LineQuality['bars']): RoomView => both({ up: { bars, cause: 'loss' } });
const gaps = both({ down: { bars: 1, cause: 'loss' } });

const createScene = () => {
  const view = signal(line(4));
  const acts: string[] = [];
  const model = new QualityModel({
    view,
    stopCamera: () => acts.push('camera off'),
    say: (text) => acts.push(text),
  });
  return { model, view, acts };
};

const tile = (stream: Tile['stream'], more: Partial<Tile> = {}): Tile => ({
  key: `ana/${stream}`,
  peerId: 'ana',
  stream,
  self: false,
  name: 'Ana',
  state: 'playing',
  track: fakeTrack(),
  micOff: false,
  speaking: false,
  level: 0,
  ...more,
});
const seen = (stream: TileView['stream']): TileView => ({ peerId: 'ana', stream, visible: true, width: 9, height: 9 });

describe('QualityModel', () => {
  beforeEach(() => {
    setLanguage('en');
    vi.useFakeTimers();
  });
  afterEach(() => void vi.useRealTimers());

  it('warns once of an unstable line, and not again after it was put away', () => {
    const { model, view, acts } = createScene();
    view.value = line(3);
    expect(model.warns.value).toBe(false);
    view.value = line(2);
    expect(model.warns.value).toBe(true);
    expect(acts).toEqual(['Your network is unstable.']);
    model.dismiss();
    view.value = line(4);
    view.value = line(1);
    expect(model.warns.value).toBe(false);
    expect(acts).toHaveLength(1);
  });

  it('warns of gaps in what comes only after the others could have said that they are theirs', () => {
    const { model, view } = createScene();
    view.value = gaps;
    vi.advanceTimersByTime(9_000);
    view.value = both({ down: { bars: 2, cause: 'loss' } });
    expect(model.warns.value).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(model.warns.value).toBe(true);
  });

  it('does not warn of gaps that another’s word has explained meanwhile, nor that are gone', () => {
    const { model, view, acts } = createScene();
    view.value = gaps;
    vi.advanceTimersByTime(9_000);
    view.value = both({ others: { ana: { bars: 1, cause: 'loss' } } });
    vi.advanceTimersByTime(60_000);
    expect(model.warns.value).toBe(false);
    expect(acts).toEqual([]);
  });

  it('warns at once of a delay on the way down, which no one else’s line explains', () => {
    const { model, view } = createScene();
    view.value = both({ down: { bars: 2, cause: 'delay' } });
    expect(model.warns.value).toBe(true);
  });

  it('waits for nothing more once it is closed', () => {
    const { model, view } = createScene();
    view.value = gaps;
    model.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('switches the own camera off with the pictures of the others, and the warning with it, and leaves the camera off after', () => {
    const { model, view, acts } = createScene();
    view.value = line(1);
    acts.length = 0;
    model.toggle();
    expect(model.spared.value).toBe('all');
    expect(model.warns.value).toBe(false);
    model.toggle();
    expect(acts).toEqual(['camera off', 'Audio only: no pictures are received', 'Pictures are received again']);
  });

  it('has no picture sent and none stand still, but for screens where they are kept', () => {
    const { model } = createScene();
    const tiles = [tile('camera'), tile('screen'), tile('camera', { self: true })];
    model.toggle();
    expect(model.seen([seen('camera'), seen('screen')]).map(({ visible }) => visible)).toEqual([false, false]);
    expect(model.shown(tiles).map(({ state, track }) => [state, track === null])).toEqual([
      ['spared', true],
      ['spared', true],
      ['playing', false],
    ]);
    model.toggleScreens();
    expect(model.seen([seen('camera'), seen('screen')]).map(({ visible }) => visible)).toEqual([false, true]);
    expect(model.shown(tiles)[1]).toMatchObject({ state: 'playing' });
    model.toggle();
    expect(model.shown(tiles)).toEqual(tiles);
  });

  it('says of a tile whatever else there is to say of it', () => {
    const { model } = createScene();
    model.toggle();
    const tiles = [tile('camera', { state: 'waitingKey', track: null }), tile('camera', { state: 'off', track: null })];
    expect(model.shown(tiles)).toEqual(tiles);
  });

  it('does not warn who does without pictures already', () => {
    const { model, view } = createScene();
    model.toggle();
    view.value = line(1);
    expect(model.warns.value).toBe(false);
  });
});
