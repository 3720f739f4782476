// A feed over its life, on a client of the test's: what is on air, what stays over a loss, and when it tries again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedLink, Participant, RemoteMedia, RoomState, ShowPersonView, ShowView } from '#core';
import { FakeRoomClient, LINK, roomView } from '../../test/fakes.ts';
import { FeedModel } from './FeedModel.ts';

const track = (id: string): RemoteMedia => ({ state: 'playing', track: { id } as MediaStreamTrack });
const participant = (peerId: string, changes: Partial<Participant> = {}): Participant => ({
  peerId,
  displayName: peerId,
  away: false,
  host: false,
  cohost: false,
  mic: track(`${peerId}-mic`),
  camera: track(`${peerId}-camera`),
  screen: { state: 'off' },
  screenAudio: { state: 'off' },
  speaking: false,
  level: 0,
  ...changes,
});
const person = (peerId: string, air: ShowPersonView['air']): ShowPersonView => ({
  peerId,
  name: peerId,
  title: 'Surgeon',
  role: 'speaker',
  self: false,
  ready: true,
  air,
});
const ON_AIR = { state: 'onAir', sinceMs: 0 } as const;
const show = (changes: Partial<ShowView> = {}): ShowView => ({
  producer: 'ana',
  iProduce: false,
  phase: 'live',
  layout: 'grid',
  screen: null,
  labels: true,
  startsAtMs: null,
  timerEndsAtMs: null,
  brand: { name: 'Congress', accent: null, logo: 'data:image/png;base64,AA' },
  people: [
    person('ana', { state: 'backstage' }),
    person('ben', ON_AIR),
    person('cid', { state: 'countdown', dueMs: 1 }),
  ],
  onAir: ['ben', 'cid'],
  mine: { state: 'backstage' },
  talkBack: ['ana'],
  talkingTo: null,
  viewers: 3,
  hostAway: false,
  ...changes,
});
const inRoom = (changes: Partial<Extract<RoomState, { phase: 'in' }>> = {}): RoomState => ({
  phase: 'in',
  ...roomView({ show: show(), participants: ['ana', 'ben', 'cid'].map((id) => participant(id)), ...changes }),
});

let clients: FakeRoomClient[];
let model: FeedModel;

const create = (look: Partial<FeedLink['look']> = {}): void => {
  clients = [];
  model = new FeedModel({
    feed: {
      link: LINK,
      ticket: 'T'.repeat(43),
      look: {
        name: 'Hall',
        returns: false,
        solo: null,
        size: 720,
        labels: true,
        logo: true,
        captions: false,
        ground: 'scene',
        ...look,
      },
    },
    createClient: () => {
      const client = new FakeRoomClient();
      clients.push(client);
      return client;
    },
    nowMs: () => Date.now(),
  });
  model.start();
};
const become = (state: RoomState): void => clients.at(-1)?.set(state);
const voices = (): string[] => model.voices.value.map(({ key }) => key);
const cameraOf = (peerId: string) => model.scene.value?.sourceOf(peerId, 'camera').track?.id;

beforeEach(() => {
  vi.useFakeTimers();
  create();
});
afterEach(() => {
  model.close();
  vi.useRealTimers();
});

describe('a feed', () => {
  it('O-5 shows and plays whoever is on air, not who is backstage, speaks back, or still counts down', () => {
    become(inRoom());
    expect(model.scene.value?.program).toMatchObject({ phase: 'live', layout: 'grid', onAir: ['ben'] });
    expect(cameraOf('ben')).toBe('ben-camera');
    expect(voices()).toEqual(['ben/mic']);
    become(inRoom({ participants: [participant('ben', { mic: { state: 'muted' } })] }));
    expect(voices()).toEqual([]);
    become(inRoom({ show: show({ phase: 'pause' }) }));
    expect(voices()).toEqual([]);
  });

  it('O-5 leaves out names and logo, or everybody but one, where its link says so', () => {
    model.close();
    create({ labels: false, logo: false, solo: 'cid' });
    become(inRoom());
    expect(model.scene.value?.program).toMatchObject({ labels: false, event: { logo: null }, onAir: [] });
    expect(voices()).toEqual([]);
    become(inRoom({ show: show({ people: [person('ben', ON_AIR), person('cid', ON_AIR)] }) }));
    expect(model.scene.value?.program).toMatchObject({ layout: 'solo', onAir: ['cid'] });
    expect(voices()).toEqual(['cid/mic']);
  });

  it('O-5 shows captions where its link says so, of who is on air, and no line that was begun backstage', () => {
    const line = (peerId: string, air: boolean) => ({
      ...{ id: `${peerId}/${air}`, peerId, displayName: peerId, text: 'words', final: true, air, atMs: 0 },
    });
    const captions = [line('ben', false), line('ben', true), line('ana', true), line('cid', true)];
    become(inRoom({ captions }));
    expect(model.captions.value).toEqual([]);
    model.close();
    create({ captions: true });
    become(inRoom({ captions }));
    expect(model.captions.value).toEqual([{ id: 'ben/true', name: 'ben', text: 'words' }]);
    become(inRoom({ captions, connection: 'reconnecting' }));
    expect(model.captions.value).toEqual([]);
  });

  it('O-5 says that it begins before there was a stage, and that it is over once that one is closed', () => {
    become(inRoom({ show: null }));
    expect(model.scene.value?.program.phase).toBe('before');
    become(inRoom());
    become(inRoom({ show: null }));
    expect(model.scene.value?.program).toMatchObject({ phase: 'after', event: { name: 'Congress' } });
  });

  it('O-6 keeps the last picture in silence over a loss, and covers it after a while', () => {
    become(inRoom());
    become(inRoom({ connection: 'reconnecting' }));
    expect([cameraOf('ben'), voices(), model.scene.value?.lost]).toEqual(['ben-camera', [], false]);
    vi.advanceTimersByTime(9_000);
    expect(model.scene.value?.lost).toBe(true);
    become(inRoom());
    expect([voices(), model.scene.value?.lost]).toEqual([['ben/mic'], false]);
  });

  it('O-6 goes over to a fresh place once its pictures play, or after a while as it is', () => {
    become(inRoom());
    become(inRoom({ connection: 'reconnecting' }));
    const bare = inRoom({ participants: [participant('ben', { camera: { state: 'waiting', cause: 'key' } })] });
    become(bare);
    expect(cameraOf('ben')).toBe('ben-camera');
    become(inRoom({ participants: [participant('ben', { camera: track('fresh') })] }));
    expect(cameraOf('ben')).toBe('fresh');
    become(inRoom({ connection: 'reconnecting' }));
    become(bare);
    vi.advanceTimersByTime(11_000);
    expect(model.scene.value?.sourceOf('ben', 'camera').track).toBeNull();
  });

  it('O-7 tries again with another client where the end may pass, and never after it was taken away', () => {
    become({ phase: 'ended', reason: 'unreachable' });
    vi.advanceTimersByTime(4_000);
    expect([clients.length, model.ended.value]).toEqual([1, null]);
    vi.advanceTimersByTime(3_000);
    expect(clients.length).toBe(2);
    become({ phase: 'ended', reason: 'removed' });
    vi.advanceTimersByTime(60_000);
    expect([clients.length, model.ended.value]).toEqual([2, 'removed']);
  });
});
