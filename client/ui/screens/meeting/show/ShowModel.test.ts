// The producer's scene in the making, speaking back, whose voices are played, and what is said aloud, on a client of the test's.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OwnAir, RoomView, ShowPersonView, ShowView } from '#core';
import { FakeRoomClient, NOBODY_LEADS, roomView } from '../../../test/fakes.ts';
import { secondsLeft, ShowModel } from './ShowModel.ts';

const BACKSTAGE = { state: 'backstage' } as const;
const ON_AIR = { state: 'onAir', sinceMs: 0 } as const;
const person = (peerId: string, air: ShowPersonView['air'] = BACKSTAGE): ShowPersonView => ({
  peerId,
  name: peerId,
  title: '',
  role: peerId === 'me' ? 'producer' : 'speaker',
  self: peerId === 'me',
  ready: true,
  air,
});
const show = (changes: Partial<ShowView> = {}): ShowView => ({
  producer: 'me',
  iProduce: true,
  phase: 'before',
  layout: 'solo',
  screen: null,
  labels: true,
  startsAtMs: null,
  timerEndsAtMs: null,
  brand: { name: '', accent: null, logo: null },
  people: [person('me'), person('ana'), person('ben')],
  onAir: [],
  mine: { state: 'backstage' },
  talkBack: [],
  talkingTo: null,
  viewers: null,
  hostAway: false,
  ...changes,
});

const create = (first: ShowView | null = show()) => {
  const client = new FakeRoomClient();
  const view = signal<RoomView>(roomView({ show: first }));
  const spoken: string[] = [];
  const told: string[] = [];
  const mic: boolean[] = [];
  const model = new ShowModel({
    client,
    view,
    speak: (text) => void spoken.push(text),
    tell: (text) => void told.push(text),
    setMic: async (on) => void mic.push(on),
    formatLink: ({ kind, roomId }) => `${kind} ${roomId}`,
    formatFeedLink: ({ look }) => `feed ${look.name}`,
    nowMs: () => Date.now(),
  });
  const see = (next: ShowView | null, others: RoomView['participants'] = []): void => {
    view.value = roomView({ show: next, participants: others });
    model.follow(view.value);
  };
  see(first);
  spoken.length = 0;
  return { client, model, spoken, told, mic, see };
};

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

it('says how many found no place once a show is full, and counts no machine', async () => {
  const { client, model, see } = create();
  const others = [...Array(34).keys()].map((at) => ({ peerId: `p${at}` }) as RoomView['participants'][number]);
  const listed = (count: number) => show({ people: others.slice(0, count).map(({ peerId }) => person(peerId)) });
  see(listed(31), others);
  expect(model.unlisted).toBe(0);
  see(listed(32), others);
  expect(model.unlisted).toBe(2);
  client.tickets.push({ feedId: 'f', kind: 'feed', label: 'OBS', peerId: 'p33' });
  await model.feeds.refresh();
  expect(model.unlisted).toBe(1);
});

describe('the scene in the preview', () => {
  it('is what is on air until the producer makes another one ready, and goes on air by one press', () => {
    const { client, model } = create(show({ onAir: ['ana'] }));
    expect([model.scene.value.onAir, model.isDraft.value]).toEqual([['ana'], false]);
    model.draftLayout('side');
    model.draftPeople(['ben', 'ana']);
    expect(model.scene.value).toEqual({ layout: 'side', onAir: ['ana', 'ben'], screen: null });
    expect(model.isDraft.value).toBe(true);
    model.take();
    expect(client.calls).toEqual(['take side ana ben no screen']);
    expect(model.isDraft.value).toBe(false);
  });

  it('puts one alone on air as a solo', () => {
    const { client, model } = create(show({ onAir: ['ana', 'ben'], layout: 'side' }));
    model.draftLayout('solo');
    model.take();
    expect(client.calls).toEqual(['take solo ana no screen']);
  });

  it('stays in the preview where it could not be put on air, and says why', () => {
    const { client, model, told } = create();
    model.draftPeople(['ana']);
    client.stageOutcome = { ok: false, fault: 'notReady' };
    model.take();
    expect([model.isDraft.value, told]).toEqual([true, ['Their page is not ready to be on air yet.']]);
  });
});

describe('speaking back', () => {
  it('opens the microphone for as long as it is held, and leaves one alone that was open', async () => {
    const { client, model, mic, see } = create();
    await model.talkBack('ana');
    see(show({ talkingTo: 'ana' }));
    await model.talkBack(null);
    expect([client.calls, mic]).toEqual([
      ['talk to ana', 'talk to nobody'],
      [true, false],
    ]);
  });

  it('is for producers who are not on air', () => {
    expect(create().model.canTalkBack).toBe(true);
    expect(create(show({ mine: { state: 'onAir', sinceMs: 0, screen: false } })).model.canTalkBack).toBe(false);
    expect(create(show({ people: [person('ana')] })).model.canTalkBack).toBe(false);
  });
});

it('E-188 plays to who is on air those on air and who speaks back, and everybody to the others', () => {
  const onAir: OwnAir = { state: 'onAir', sinceMs: 0, screen: false };
  const heard = (changes: Partial<ShowView>) => {
    const { model } = create(show({ onAir: ['me', 'ana'], ...changes }));
    return ['ana', 'ben'].filter((peerId) => model.hears(peerId));
  };
  expect(heard({})).toEqual(['ana', 'ben']);
  expect(heard({ mine: onAir })).toEqual(['ana']);
  expect(heard({ mine: onAir, talkBack: ['ben'] })).toEqual(['ana', 'ben']);
});

describe('what is said aloud', () => {
  it('is the countdown once, being on air and off, of oneself and of the others', () => {
    const { spoken, see } = create();
    see(show({ mine: { state: 'countdown', dueMs: 1_003_000 } }));
    see(show({ mine: { state: 'countdown', dueMs: 1_003_000 }, viewers: 3 }));
    see(show({ mine: { state: 'going' } }));
    see(
      show({
        mine: { state: 'onAir', sinceMs: 0, screen: false },
        people: [person('me', ON_AIR), person('ana', ON_AIR)],
      }),
    );
    see(show({ people: [person('me'), person('ana')] }));
    see(null);
    expect(spoken).toEqual([
      'You are on air in 3 seconds',
      'You are on air. ana is on air',
      'You are off air. ana is off air',
      'The stage is closed. Nobody is on air.',
    ]);
  });

  it('counts 3, 2, 1 and never 0', () => {
    expect([3_000, 2_001, 2_000, 1, 0, -50].map((leftMs) => secondsLeft(leftMs, 0))).toEqual([3, 3, 2, 1, 1, 1]);
  });
});

it('has a clock only while something counts down, and says once that the time is up', async () => {
  const { model, see, spoken } = create();
  expect(vi.getTimerCount()).toBe(0);
  see(show({ timerEndsAtMs: 1_060_000 }));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(model.nowMs.value).toBe(1_001_000);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(spoken).toEqual(['The time is up']);
  see(show());
  expect(vi.getTimerCount()).toBe(0);
  model.stop();
});

it('makes the watch link anew where the room’s link is another', async () => {
  const { client, model } = create();
  await vi.advanceTimersByTimeAsync(0);
  expect(model.watchLink.value).toBe('viewer AAAAAAAAAAAAAAAAAAAAAA');
  client.link.set({ ...client.link.get(), roomId: 'B' });
  await vi.advanceTimersByTimeAsync(0);
  expect(model.watchLink.value).toBe('viewer B');
  client.stage.watchLink = () => Promise.resolve({ ...client.link.get(), kind: 'viewer', roomId: 'C' });
  // Its number is known later than its secret.
  model.follow(roomView({ show: show(), hosting: { ...NOBODY_LEADS, linkGeneration: 1 } }));
  await vi.advanceTimersByTimeAsync(0);
  expect(model.watchLink.value).toBe('viewer C');
});
