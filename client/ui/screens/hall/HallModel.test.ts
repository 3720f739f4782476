// The machine in a hall over its life, on a client of the test's: what is handed over, what is played, what is said, what is kept.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedLink, LocalMedia, Participant, RoomState, ShowView } from '#core';
import { FakeRoomClient, fakeTrack, LINK, MemoryStorage, roomView } from '../../test/fakes.ts';
import { HallModel } from './HallModel.ts';

const FEED: FeedLink = {
  link: LINK,
  ticket: 'T'.repeat(43),
  look: {
    name: 'Stage',
    returns: true,
    solo: null,
    size: 720,
    labels: true,
    logo: true,
    captions: false,
    ground: 'scene',
  },
};
const on = (sealed: boolean): LocalMedia => ({ state: 'on', track: fakeTrack(), sealed });
const ben: Participant = {
  peerId: 'ben',
  displayName: 'Ben',
  away: false,
  host: false,
  cohost: false,
  mic: { state: 'playing', track: fakeTrack('audio') },
  camera: { state: 'off' },
  screen: { state: 'off' },
  screenAudio: { state: 'off' },
  speaking: false,
  level: 0,
};
const person = (state: 'backstage' | 'onAir') => ({
  ...{ peerId: 'ben', name: 'Ben', title: '', role: 'speaker' as const, self: false, ready: true },
  air: state === 'onAir' ? { state, sinceMs: 0 } : { state },
});
const show = (state: 'backstage' | 'onAir'): ShowView => ({
  ...{ producer: 'ana', iProduce: false, phase: 'live', layout: 'solo', screen: null, labels: true },
  ...{ startsAtMs: null, timerEndsAtMs: null, brand: { name: '', accent: null, logo: null } },
  people: [person(state)],
  onAir: state === 'onAir' ? ['ben'] : [],
  ...{ mine: { state: 'backstage' }, talkBack: [], talkingTo: null, viewers: null, hostAway: false },
});

let clients: FakeRoomClient[];
let storage: MemoryStorage;
let nowMs = 0;
const models: HallModel[] = [];
const create = (): HallModel => {
  const model = new HallModel({
    feed: FEED,
    createClient: () => {
      const client = new FakeRoomClient();
      clients.push(client);
      return client;
    },
    openers: {
      camera: async () => fakeTrack(),
      line: async () => fakeTrack('audio'),
      screen: async () => ({ video: fakeTrack() }),
    },
    nowMs: () => nowMs,
  });
  models.push(model);
  model.start();
  return model;
};
const client = (): FakeRoomClient => clients.at(-1) ?? expect.fail('no client');
const inRoom = (role: string, hall: { picture: LocalMedia; sound: LocalMedia }, more: Partial<RoomState> = {}) => {
  const view = roomView();
  client().show({ ...view, self: { ...view.self, role, hall }, ...more } as never);
};
const OFF: LocalMedia = { state: 'off' };

beforeEach(() => {
  vi.useFakeTimers();
  storage = new MemoryStorage();
  vi.stubGlobal('localStorage', storage);
  clients = [];
  nowMs = 0;
});
afterEach(() => {
  for (const model of models.splice(0)) model.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the machine in a hall', () => {
  it('O-31 sends nothing before a press, hands a copy over once, and takes it back', async () => {
    const model = create();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(client().calls.filter((call) => /picture|sound/.test(call))).toEqual([]);
    await model.send();
    expect(client().calls.filter((call) => /picture|sound/.test(call))).toEqual(['picture on', 'sound on']);
    model.choosePicture('none');
    await vi.advanceTimersByTimeAsync(0);
    model.stopSending();
    expect(client().calls.slice(-2)).toEqual(['picture off', 'sound off']);
  });

  it('O-30 says what the speakers get by what is sealed, and that a feed’s ticket sends nothing', () => {
    const model = create();
    inRoom('feed', { picture: OFF, sound: OFF });
    expect(model.status.value).toBe('notReturn');
    inRoom('return', { picture: OFF, sound: OFF });
    expect(model.status.value).toBe('ready');
    model.sending.value = true;
    const seen = (
      [
        [OFF, OFF],
        [on(false), on(true)],
        [on(true), on(true)],
        [OFF, on(true)],
        [on(true), OFF],
      ] as const
    ).map(([picture, sound]) => {
      inRoom('return', { picture, sound });
      return model.status.value;
    });
    expect(seen).toEqual(['sending.nothing', 'sealing', 'sending.both', 'sending.sound', 'sending.picture']);
    inRoom('return', { picture: OFF, sound: OFF }, { connection: 'reconnecting' } as never);
    expect(model.status.value).toBe('reconnecting');
    client().set({ phase: 'joining', step: 'waitingForHost', sinceMs: 0 });
    expect(model.status.value).toBe('waitingForHost');
  });

  it('says why the server is not reached and when it is asked again, and asks at once for who presses', () => {
    const model = create();
    const seen = () => [model.status.value, model.nextTryMs.value];
    client().set({ phase: 'joining', step: 'full', sinceMs: 0, retryAtMs: 7_000 });
    expect(seen()).toEqual(['full', 7_000]);
    client().set({ phase: 'joining', step: 'restarting', sinceMs: 0 });
    expect(seen()).toEqual(['restarting', null]);
    client().set({ phase: 'joining', step: 'connecting', sinceMs: 0 });
    expect(seen()).toEqual(['waiting', null]);
    inRoom('return', { picture: OFF, sound: OFF }, { connection: 'restarting', retryAtMs: 9_000 } as never);
    expect(seen()).toEqual(['restarting', 9_000]);
    inRoom('return', { picture: OFF, sound: OFF }, { connection: 'reconnecting', retryAtMs: null } as never);
    expect(seen()).toEqual(['reconnecting', 0]);
    model.retryNow();
    expect(client().calls.at(-1)).toBe('retryNow');
    inRoom('return', { picture: OFF, sound: OFF });
    expect(seen()).toEqual(['ready', null]);
  });

  it('O-33 plays who is on air and nobody backstage, and nobody where that was switched off', () => {
    const model = create();
    const heard = () => model.voices.value.map(({ key }) => key);
    client().show(roomView({ participants: [ben], halls: [{ ...ben, peerId: 'hall' }], show: show('backstage') }));
    expect(heard()).toEqual([]);
    client().show(roomView({ participants: [ben], halls: [{ ...ben, peerId: 'hall' }], show: show('onAir') }));
    expect([heard(), model.onAir.value]).toEqual([['ben/mic'], ['Ben']]);
    model.setPlays(false);
    expect(heard()).toEqual([]);
    model.setPlays(true);
    client().show(roomView({ connection: 'reconnecting', participants: [ben], show: show('onAir') }));
    expect(heard()).toEqual([]);
  });

  it('O-34 goes on by itself when it is loaded anew, with what was chosen, but not with a window', async () => {
    const first = create();
    await first.send();
    first.chooseSound('line:desk');
    first.setClean(true);
    first.close();
    const second = create();
    await vi.advanceTimersByTimeAsync(0);
    expect(second.choice.value).toEqual({ picture: 'camera:', sound: 'line:desk', clean: true });
    expect(second.sending.value).toBe(true);
    second.choosePicture('screen');
    second.close();
    const third = create();
    await vi.advanceTimersByTimeAsync(0);
    expect([third.sending.value, third.choice.value.picture]).toEqual([false, 'screen']);
    third.chooseSound('screen');
    third.choosePicture('none');
    expect(third.choice.value.sound).toBe('line:');
  });

  it('O-7 comes in again where the client gave up and sends there too, and not where it was taken away', async () => {
    const model = create();
    await model.send();
    client().set({ phase: 'ended', reason: 'unreachable' });
    nowMs = 6_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([clients.length, model.ended.value]).toEqual([2, null]);
    expect(client().calls.filter((call) => call.endsWith(' on'))).toEqual(['picture on', 'sound on']);
    client().set({ phase: 'ended', reason: 'removed' });
    nowMs = 60_000;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([clients.length, model.ended.value]).toEqual([2, 'removed']);
  });
});
