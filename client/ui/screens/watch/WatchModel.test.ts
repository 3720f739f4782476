// What a person who watches chose, and what the page makes of what the client knows.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Audience, TileView, WatchClient, WatchMedia, WatchState, WatchTrack } from '#core';
import { WatchModel } from './WatchModel.ts';

const track = { kind: 'audio' } as MediaStreamTrack;
const playing: WatchMedia = { state: 'playing', track, proof: 'verified' };
const PROGRAM: NonNullable<Audience['program']> = {
  phase: 'live',
  layout: 'solo',
  onAir: ['ana'],
  screen: null,
  labels: true,
  startsAtMs: null,
  event: { name: 'A talk', accent: null, logo: null },
};
const TILE: TileView = { peerId: 'ana', stream: 'camera', visible: true, width: 640, height: 360 };
const of = (stream: WatchTrack['stream'], peerId = 'ana', media: WatchMedia = playing): WatchTrack => ({
  peerId,
  stream,
  media,
});

const audience = (changes: Partial<Audience> = {}): WatchState => ({
  phase: 'watching',
  connection: { state: 'online' },
  people: [{ peerId: 'ana', name: 'Ana', title: '', role: 'speaker' }],
  program: PROGRAM,
  fault: null,
  hasKey: true,
  tracks: [of('mic'), of('camera')],
  captions: [],
  forgedCaptions: [],
  viewers: 1,
  closed: false,
  draining: null,
  behind: false,
  eased: false,
  serverAheadMs: 0,
  ...changes,
});

class FakeWatchClient implements WatchClient {
  now: WatchState = audience();
  views: TileView[][] = [];
  calls: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly state = {
    get: () => this.now,
    subscribe: (listener: () => void) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
  };
  become(state: WatchState): void {
    this.now = state;
    for (const listener of this.#listeners) listener();
  }
  start = (): void => void this.calls.push('start');
  view = (tiles: TileView[]): void => void this.views.push(tiles);
  goLive = (): void => void this.calls.push('goLive');
  retryNow = (): void => void this.calls.push('retryNow');
  close = (): void => void this.calls.push('close');
}

let client: FakeWatchClient;
let model: WatchModel;
beforeEach(() => {
  vi.useFakeTimers();
  client = new FakeWatchClient();
  model = new WatchModel(client);
});
afterEach(() => {
  model.close();
  vi.useRealTimers();
});

describe('pause', () => {
  it('W-60 asks for no picture and plays no sound while paused, and for what is seen when it goes on', () => {
    model.report([TILE]);
    model.togglePause();
    expect(client.views.at(-1)).toEqual([{ ...TILE, visible: false }]);
    expect(model.voices.value.map(({ volume }) => volume)).toEqual([0]);
    model.report([{ ...TILE, width: 800 }]);
    expect(client.views.at(-1)?.[0]?.visible).toBe(false);
    model.togglePause();
    expect(client.views.at(-1)).toEqual([{ ...TILE, width: 800 }]);
    expect(model.voices.value.map(({ volume }) => volume)).toEqual([100]);
  });

  it('W-60 going live ends a pause', () => {
    model.togglePause();
    model.goLive();
    expect([model.paused.value, client.calls]).toEqual([false, ['goLive']]);
  });
});

describe('sound', () => {
  it('W-61 a refused sound asks for a press, and the press tries again', () => {
    model.soundRefused();
    expect(model.soundBlocked.value).toBe(true);
    model.toggleSound();
    expect([model.soundBlocked.value, model.attempt.value, model.isSilent]).toEqual([false, 1, false]);
  });

  it('W-61 turns off and on at the volume that was, and to full from none', () => {
    model.setVolume(40);
    model.toggleSound();
    expect(model.voices.value[0]?.volume).toBe(0);
    model.toggleSound();
    expect(model.voices.value[0]?.volume).toBe(40);
    model.setVolume(0);
    model.toggleSound();
    expect(model.voices.value[0]?.volume).toBe(100);
    model.louder();
    expect(model.volume.value).toBe(100);
  });

  it('W-62 plays whom the host lists while the program is live, and nobody else', () => {
    client.become(audience({ tracks: [of('mic'), of('mic', 'stranger'), of('screenAudio')] }));
    expect(model.voices.value.map(({ key }) => key)).toEqual(['ana/mic', 'ana/screenAudio']);
    client.become(audience({ program: { ...PROGRAM, phase: 'pause' } }));
    expect(model.voices.value).toEqual([]);
    client.become(audience({ program: null }));
    expect(model.voices.value).toEqual([]);
    client.become(audience({ tracks: [of('mic', 'ana', { state: 'refused', cause: 'unsigned' })] }));
    expect(model.voices.value).toEqual([]);
  });
});

describe('the scene', () => {
  it('W-56 keeps what was last seen on a lost connection, and covers it after eight seconds', () => {
    const lost = { state: 'lost' as const, why: 'network' as const, sinceMs: Date.now(), retryAtMs: Date.now() };
    client.become(audience({ connection: lost }));
    expect(model.scene.value?.lost).toBe(false);
    expect(model.scene.value?.sourceOf('ana', 'camera')).toEqual({ track });
    vi.advanceTimersByTime(8_000);
    expect(model.scene.value?.lost).toBe(true);
  });

  it('W-52 calls nobody verified whose picture stands still on a lost connection, or on one by which no media come', () => {
    expect(model.speakers.value[0]?.proof).toBe('verified');
    const lost = { state: 'lost' as const, why: 'network' as const, sinceMs: Date.now(), retryAtMs: Date.now() };
    client.become(audience({ connection: lost }));
    expect(model.speakers.value[0]?.proof).toBe('silent');
    client.become(audience({ connection: { state: 'impaired' } }));
    expect(model.speakers.value[0]?.proof).toBe('silent');
  });

  it('W-57 says that it is over once the host closed the stage, and counts down by the server’s clock', () => {
    client.become(audience({ closed: true, serverAheadMs: 5_000 }));
    expect(model.scene.value?.program.phase).toBe('after');
    expect(model.scene.value?.nowMs).toBe(model.nowMs.value + 5_000);
  });

  it('W-58 says why there is no picture, and shows none that was refused', () => {
    client.become(audience({ tracks: [of('camera', 'ana', { state: 'refused', cause: 'badSignature' })] }));
    expect(model.scene.value?.sourceOf('ana', 'camera')).toEqual({ track: null, why: 'refused' });
    client.become(audience({ tracks: [of('camera', 'ana', { state: 'waiting', cause: 'key' })] }));
    expect(model.scene.value?.sourceOf('ana', 'camera')).toEqual({ track: null, why: 'key' });
    expect(model.scene.value?.sourceOf('stranger', 'camera')).toEqual({ track: null, why: null });
    expect(model.scene.value?.personOf('stranger')).toBeNull();
  });
});

describe('captions', () => {
  const line = (peerId: string, text: string) => ({ id: `${peerId}/1`, peerId, text, final: true, atMs: 0 });
  const read = () => model.captions.lines.value.map(({ name, text }) => `${name}: ${text}`);
  const local = new Map<string, string>();
  beforeEach(() => {
    local.clear();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => local.get(key) ?? null,
      setItem: (key: string, value: string) => void local.set(key, value),
      removeItem: (key: string) => void local.delete(key),
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('W-22 are read of who is on air and on the host’s list while the program is live, and not while paused', () => {
    const captions = [line('ana', 'good evening'), line('stranger', 'buy this'), line('ben', 'backstage')];
    const people = [
      { peerId: 'ana', name: 'Ana', title: '', role: 'speaker' as const },
      { peerId: 'ben', name: 'Ben', title: '', role: 'speaker' as const },
    ];
    client.become(audience({ captions, people }));
    expect(read()).toEqual(['Ana: good evening']);
    model.togglePause();
    expect(read()).toEqual([]);
    model.togglePause();
    client.become(audience({ captions, people, program: { ...PROGRAM, phase: 'pause' } }));
    expect(read()).toEqual([]);
    client.become(audience({ captions, people, closed: true }));
    expect(read()).toEqual([]);
  });

  it('W-22 can be hidden and made larger, which this device remembers', () => {
    client.become(audience({ captions: [line('ana', 'good evening')] }));
    model.captions.toggle();
    model.captions.resize('large');
    expect(read()).toEqual([]);
    const again = new WatchModel(client);
    expect([again.captions.shown.value, again.captions.size.value]).toEqual([false, 'large']);
    again.captions.toggle();
    again.captions.resize('medium');
    expect(local.size).toBe(0);
    again.close();
  });

  it('W-24 says whether the device of anybody on air makes any, and says so aloud to who asks for them in vain', () => {
    expect(model.captions.supply.value).toBe('none');
    model.captions.toggle();
    expect(model.captions.noted.value).toBe(false);
    model.captions.toggle();
    expect(model.captions.noted.value).toBe(true);
    vi.advanceTimersByTime(8_000);
    expect(model.captions.noted.value).toBe(false);
    client.become(audience({ program: { ...PROGRAM, captions: ['ana'] } }));
    expect(model.captions.supply.value).toBe('made');
    client.become(audience({ program: { ...PROGRAM, captions: ['stranger'] } }));
    expect(model.captions.supply.value).toBe('none');
    client.become(audience({ program: { ...PROGRAM, onAir: [] } }));
    expect(model.captions.supply.value).toBe('idle');
  });

  it('W-23 words that were made up in somebody’s name are warned of as frames are', () => {
    client.become(audience({ forgedCaptions: ['ana'] }));
    expect(model.warning.value).toEqual({ kind: 'refused', name: 'Ana' });
  });
});
