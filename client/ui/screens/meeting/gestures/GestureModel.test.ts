// Rules of GestureModel.ts.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ReactionKind, RoomView } from '#core';
import { setLanguage } from '../../../i18n/index.ts';
import { FakeRoomClient, fakeTrack, MemoryStorage, roomView } from '../../../test/fakes.ts';
import type { Toast } from '../toast.ts';
import { GestureModel } from './GestureModel.ts';

const start = () => {
  const client = new FakeRoomClient();
  const view = signal<RoomView>(roomView());
  const spoken: string[] = [];
  const told: { text: string; action?: Toast['action'] }[] = [];
  const model = new GestureModel({
    client,
    view,
    speak: (text) => void spoken.push(text),
    tell: (text, _tone, action) => void told.push({ text, action }),
    nowMs: () => Date.now(),
  });
  const show = (changes: Partial<RoomView>): void => {
    view.value = roomView(changes);
    model.follow(view.value);
  };
  return { client, model, spoken, told, show };
};
const sent = (id: number, displayName: string, kind: ReactionKind = 'clap', self = false) => ({
  id,
  from: displayName,
  displayName,
  self,
  kind,
  atMs: 0,
});
const mine = { peerId: 'me', self: true, atMs: 0 };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', new MemoryStorage());
  setLanguage('en');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('reactions for screen readers', () => {
  test('are one line for many, and the next line comes seconds later', () => {
    const { spoken, show } = start();
    show({ reactions: [sent(1, 'Ana', 'thumbsUp')] });
    show({ reactions: [sent(1, 'Ana', 'thumbsUp'), sent(2, 'Ben'), sent(3, 'Ben'), sent(4, 'Maya', 'wow', true)] });
    expect(spoken).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(spoken).toEqual(['Ana 👍, Ben 👏']);
    for (let id = 5; id < 105; id += 1) {
      show({ reactions: [sent(id, `P${id % 6}`)] });
      vi.advanceTimersByTime(50);
    }
    expect(spoken).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(spoken).toEqual(['Ana 👍, Ben 👏', 'P5 👏, P0 👏, P1 👏, P2 👏 and 2 more']);
  });

  test('are not read to those who switched that off, and the device remembers it', () => {
    const { model, spoken, show } = start();
    model.setReadsReactions(false);
    show({ reactions: [sent(1, 'Ana')] });
    vi.advanceTimersByTime(10_000);
    expect(spoken).toEqual([]);
    expect(start().model.readsReactions.value).toBe(false);
  });

  test('are not read after the end', () => {
    const { model, spoken, show } = start();
    show({ reactions: [sent(1, 'Ana')] });
    model.close();
    vi.advanceTimersByTime(10_000);
    expect(spoken).toEqual([]);
  });
});

test('a reaction that is one too many says so', () => {
  const { client, model, told } = start();
  Object.assign(client.gestures.reactions, { send: () => false });
  model.react('clap');
  expect(told.map(({ text }) => text)).toEqual([expect.stringContaining('a lot at once')]);
});

describe('one’s own hand', () => {
  test('goes up and down by one button, and that is said', () => {
    const { client, model, spoken, show } = start();
    model.toggleHand();
    show({ hands: [{ peerId: 'ana', self: false, atMs: 0 }, mine] });
    expect([model.isHandUp.value, model.places.value.get('me')]).toEqual([true, 2]);
    model.toggleHand();
    expect(client.calls).toEqual(['raise', 'lower']);
    expect(spoken).toEqual(['Your hand is up', 'Your hand is down']);
  });

  const speaking = (is: boolean): Partial<RoomView> => ({
    hands: [mine],
    self: { ...roomView().self, speaking: is, mic: { state: 'on', track: fakeTrack(), sealed: true } },
  });

  test('is asked to be lowered once its owner has spoken for ten seconds, pauses left out, once, and never lowered by itself', () => {
    const { client, told, show } = start();
    show(speaking(true));
    vi.advanceTimersByTime(6_000);
    show(speaking(false));
    vi.advanceTimersByTime(60_000);
    show(speaking(true));
    vi.advanceTimersByTime(3_900);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(told.map(({ text }) => text)).toEqual(['You are speaking with your hand up. Lower it?']);
    expect(client.calls).toEqual([]);
    show(speaking(false));
    show(speaking(true));
    vi.advanceTimersByTime(60_000);
    expect(told).toHaveLength(1);
    told[0]?.action?.run();
    expect(client.calls).toEqual(['lower']);
  });

  test('that is down, or down in time, is asked about by nobody', () => {
    const { told, show } = start();
    show({ ...speaking(true), hands: [] });
    vi.advanceTimersByTime(60_000);
    show(speaking(true));
    vi.advanceTimersByTime(9_000);
    show({ ...speaking(true), hands: [] });
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });
});

test('hands of others are lowered by who acts as host, and others are told that they do not', () => {
  const { client, model, told } = start();
  model.lowerHands(['ana', 'ben']);
  expect(client.calls).toEqual(['lower ana ben']);
  Object.assign(client.gestures.hands, { lowerOthers: () => false });
  model.lowerHands(['ana']);
  expect(told.map(({ text }) => text)).toEqual(['Only the host can do that now.']);
});
