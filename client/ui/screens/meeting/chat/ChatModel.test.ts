// Rules of ChatModel.ts, items.ts and emojis.ts.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FileEntry, RoomView } from '#core';
import { setLanguage } from '../../../i18n/index.ts';
import { chatEntry, FakeRoomClient, fileEntry, MemoryStorage, roomView } from '../../../test/fakes.ts';
import { ChatModel } from './ChatModel.ts';
import { EMOJIS, emojisFor } from './emojis.ts';
import { fileItems, fileKey, mergeItems, messageItems } from './items.ts';

const start = () => {
  const client = new FakeRoomClient();
  const view = signal<RoomView>(roomView());
  const told: string[] = [];
  const said: string[] = [];
  let isOpen = false;
  const tell = (text: string): void => void told.push(text);
  const say = (text: string): void => void said.push(text);
  const model = new ChatModel({ client, view, isOpen: () => isOpen, tell, say });
  const show = (changes: Partial<RoomView>): void => {
    view.value = roomView(changes);
    model.follow(view.value);
  };
  const turn = (open: boolean): void => {
    isOpen = open;
    model.follow(view.value);
  };
  return { client, model, told, said, show, turn };
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', new MemoryStorage());
  setLanguage('en');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('what is new', () => {
  test('begins at the first that was not read when the panel opened, and nowhere once it was closed', () => {
    const { model, show, turn } = start();
    show({ chat: [chatEntry('1')] });
    turn(true);
    turn(false);
    expect(model.firstNew.value).toBeNull();
    show({ chat: [chatEntry('1'), chatEntry('2', { self: true }), chatEntry('3'), chatEntry('4')] });
    turn(true);
    expect(model.firstNew.value).toBe('3');
    expect(model.unread.value).toBe(0);
  });

  test('is neither what was given of the past nor what was deleted', () => {
    const { model, show } = start();
    show({ chat: [chatEntry('1', { sharedBy: 'Ana' }), chatEntry('2', { deleted: true, text: '' }), chatEntry('3')] });
    expect(model.unread.value).toBe(1);
  });
});

describe('files', () => {
  const withFiles = (...entries: FileEntry[]): Partial<RoomView> => ({ files: { limits: null, entries } });

  test('stand among the messages by when they came, and count as unread like them', () => {
    const { model, show, turn } = start();
    const chat = [chatEntry('1', { heardMs: 1 }), chatEntry('3', { heardMs: 3 })];
    const files = withFiles(fileEntry('2', { heardMs: 2 }), fileEntry('4', { heardMs: 4, self: true }));
    show({ chat, ...files });
    expect(model.items.value.map(({ key }) => key)).toEqual(['1', 'file:2', '3', 'file:4']);
    expect(model.unread.value).toBe(3);
    turn(true);
    turn(false);
    expect(model.unread.value).toBe(0);
    const more = withFiles(fileEntry('2', { heardMs: 2 }), fileEntry('5', { heardMs: 5 }));
    show({ chat, ...more });
    expect(model.unread.value).toBe(1);
    turn(true);
    expect(model.firstNew.value).toBe(fileKey('5'));
  });

  test('are no news where they are another’s word of the past, taken back, or of before a reload', () => {
    const { client, model, show } = start();
    const back = fileEntry('2', { state: { state: 'withdrawn' } });
    show(withFiles(fileEntry('1', { sharedBy: 'Ben' }), back));
    expect(model.unread.value).toBe(0);
    const view = signal(roomView(withFiles(fileEntry('1'))));
    const after = new ChatModel({ client, view, isOpen: () => false, tell: () => undefined, say: () => undefined });
    expect(after.unread.value).toBe(0);
  });

  test('leave the list as it is while they only move', () => {
    const { model, show } = start();
    const moving = (bytes: number) =>
      withFiles(fileEntry('1', { state: { state: 'downloading', bytes, bytesPerSecond: null, secondsLeft: null } }));
    const chat = [chatEntry('1')];
    show({ chat, ...moving(1) });
    const before = model.items.value;
    show({ chat, ...moving(2) });
    expect(model.items.value).toBe(before);
  });
});

describe('writing', () => {
  test('an answer names what it answers, and is left by sending', () => {
    const { client, model, show } = start();
    show({ chat: [chatEntry('1')] });
    model.reply('1');
    model.typed(' yes ');
    model.send();
    expect(client.calls).toEqual(['typing', 'say yes to 1']);
    expect(model.writing.value).toEqual({ to: 'all' });
    expect(model.draft.value).toBe('');
  });

  test('a change puts what was being written aside, and brings it back', () => {
    const { client, model, show } = start();
    show({ chat: [chatEntry('1', { self: true }), chatEntry('2')] });
    model.typed('half a thought');
    expect(model.editLast()).toBe(true);
    expect(model.draft.value).toBe('hello');
    expect(model.cancel()).toBe(true);
    expect(model.draft.value).toBe('half a thought');
    model.edit('1');
    model.typed('hello there');
    model.send();
    expect(client.calls.at(-1)).toBe('edit 1 hello there');
    expect(model.draft.value).toBe('half a thought');
    expect(model.cancel()).toBe(false);
  });

  test('others’ messages, and those that went out from a place that was lost, are not changed', () => {
    const { model, show } = start();
    show({ chat: [chatEntry('1', { self: true, changeable: false }), chatEntry('2')] });
    expect(model.editLast()).toBe(false);
    model.edit('2');
    expect(model.writing.value).toEqual({ to: 'all' });
  });

  test('what is too long for one message stays where it was written', () => {
    const { client, model } = start();
    model.draft.value = '語'.repeat(3_000);
    model.send();
    expect(client.calls).toEqual([]);
    expect(model.tooLong.value).toBe(true);
    expect(model.draft.value).toHaveLength(3_000);
    model.typed('語');
    expect(model.tooLong.value).toBe(false);
  });

  test('is told to nobody where that was switched off, which is remembered', () => {
    const { client, model } = start();
    model.toggleTyping();
    model.typed('secretly');
    expect(client.calls).toEqual([]);
    expect(localStorage.getItem('conclave.typing')).toBe('off');
  });
});

test('C-10 a deletion is said five seconds later, if it is not undone', () => {
  const { client, model, show } = start();
  show({ chat: [chatEntry('1', { self: true }), chatEntry('2', { self: true })] });
  model.delete('1');
  model.delete('2');
  model.undo('1');
  vi.advanceTimersByTime(4_900);
  expect(client.calls).toEqual([]);
  expect([...model.deleting.value]).toEqual(['2']);
  vi.advanceTimersByTime(200);
  expect(client.calls).toEqual(['delete 2']);
  expect(model.deleting.value.size).toBe(0);
});

test('a reaction is added, and taken back where it is one’s own', () => {
  const { client, model, show } = start();
  const people = [{ peerId: 'me', displayName: 'Maya' }];
  show({ chat: [chatEntry('1', { reactions: [{ emoji: '👍', people }] })] });
  model.react('1', '👍');
  model.react('1', '🎉');
  expect(client.calls).toEqual(['react 1 👍 false', 'react 1 🎉 true']);
});

test('who asks for the chat so far is told once, and only aloud where the panel shows it', () => {
  const { told, said, show, turn } = start();
  const { chatHistory } = roomView();
  const asking = (...names: string[]): Partial<RoomView> => ({
    chatHistory: { ...chatHistory, requests: names.map((name) => ({ peerId: name, displayName: name })) },
  });
  show(asking('Dana'));
  show(asking('Dana'));
  expect(told).toEqual(['Dana asks for the chat so far']);
  turn(true);
  show(asking('Dana', 'Eve'));
  expect(told).toHaveLength(1);
  expect(said).toEqual(['Eve asks for the chat so far']);
});

describe('items', () => {
  test('of several kinds stand in the order in which they came', () => {
    const items = (...times: number[]) => messageItems(times.map((heardMs) => chatEntry(`${heardMs}`, { heardMs })));
    const files = fileItems([fileEntry('5', { heardMs: 5 })]);
    const keys = mergeItems(items(1, 5, 9), items(2, 5.5), items(), items(20), files).map(({ key }) => key);
    expect(keys).toEqual(['1', '2', '5', 'file:5', '5.5', '9', '20']);
  });

  test('that are another’s word stand under a heading of their own', () => {
    const [own, given] = messageItems([chatEntry('1'), chatEntry('2', { sharedBy: 'Ben' })]);
    expect(own?.from).not.toBe(given?.from);
  });
});

describe('emojis', () => {
  test('are found by the beginning of any word of their name, in either language and without accents', () => {
    expect(emojisFor('celeb').map(({ emoji }) => emoji)).toEqual(['🎉']);
    expect(emojisFor('thumbs up').map(({ emoji }) => emoji)).toEqual(['👍']);
    setLanguage('fr');
    expect(emojisFor('fete').map(({ emoji }) => emoji)).toEqual(['🎉']);
    expect(emojisFor('nothing like it')).toEqual([]);
  });

  test('are each there once, and what members take for an emoji', () => {
    expect(new Set(EMOJIS.map(({ emoji }) => emoji)).size).toBe(EMOJIS.length);
    for (const { emoji } of EMOJIS) expect(emoji).toMatch(/^\p{RGI_Emoji}$/v);
  });
});
