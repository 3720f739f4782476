// The chat of two devices: who writes is seen for a while, and what was said before is given only by who wants to.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GroupMember } from '#e2ee';
import { encodePayload, parsePayload, type GroupPayload } from '../talk/payload.ts';
import type { HistoryFile } from '../files/sharedFiles.ts';
import type { TalkContext } from '../talk/TalkPart.ts';
import { Chat } from './Chat.ts';
import { partsOf, type GivenFiles } from './History.ts';

const member = (peerId: string, self = false): GroupMember => ({
  peerId,
  displayName: peerId.toUpperCase(),
  leafIndex: 0,
  keyHash: peerId,
  self,
});
const fileOf = (number: number, at = 1): HistoryFile => ({
  by: 'ana',
  name: 'Ana',
  f: `f${String(number).padStart(21, '0')}` as HistoryFile['f'],
  n: 'plan.pdf',
  s: 5,
  k: 'k'.repeat(43),
  at,
});
const settle = () => vi.advanceTimersByTimeAsync(1);

/** Devices that hear each other at once; each is in from `join` on. */
const createRoom = () => {
  const inside = new Map<string, Chat>();
  /** By Peer id, what of files each has to give, and was given: all of it from before the time that it is taken up to. */
  const given = new Map<string, HistoryFile[]>();
  const said: GroupPayload[] = [];
  let number = 0;
  const refresh = (): void => {
    for (const [peerId, chat] of inside) {
      const others = [...inside.keys()].filter((other) => other !== peerId).map((other) => member(other));
      chat.setMembers(others, member(peerId, true));
    }
  };
  const hear = (from: string, payload: GroupPayload): void => {
    said.push(payload);
    for (const [peerId, chat] of inside) {
      if (peerId !== from) chat.handle(payload, { from, displayName: from.toUpperCase(), epoch: 1 });
    }
  };
  const join = (peerId: string, ownFiles: HistoryFile[] = []): Chat => {
    const files = [...ownFiles];
    given.set(peerId, files);
    const port: GivenFiles = {
      shareable: (most) => files.slice(-most),
      shareableCount: (most) => Math.min(files.length, most),
      takeShared: (shared, _heard, untilMs) =>
        shared.filter(({ at }) => at <= untilMs && files.push(fileOf(at))).length,
    };
    const context = {
      say: async (payload: Uint8Array) => {
        const parsed = parsePayload(payload);
        if (parsed) hear(peerId, parsed);
      },
      self: () => ({ peerId, displayName: peerId.toUpperCase() }),
      nowMs: () => Date.now(),
      createId: () => `id-number-${++number}`,
      onChange: () => undefined,
    } as unknown as TalkContext;
    const chat = new Chat(context, port);
    inside.set(peerId, chat);
    refresh();
    chat.setReady(true);
    return chat;
  };
  const texts = (chat: Chat): string[] => chat.view.chat.map(({ text }) => text);
  return { join, hear, said, texts, given };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('C-8 a hint that somebody writes', () => {
  it('is said at most once in three seconds, and is gone five seconds after the last or with the message', async () => {
    const { join, said } = createRoom();
    const [ana, ben] = [join('ana'), join('ben')];
    for (let time = 0; time < 5; time += 1) ana.typing();
    await settle();
    expect(said).toEqual([{ t: 'typing' }]);
    expect(ben.view.chatTyping).toEqual(['ANA']);
    await vi.advanceTimersByTimeAsync(3_000);
    ana.typing();
    await vi.advanceTimersByTimeAsync(4_900);
    expect(ben.view.chatTyping).toEqual(['ANA']);
    await vi.advanceTimersByTimeAsync(200);
    expect(ben.view.chatTyping).toEqual([]);
    ana.typing();
    await settle();
    ana.send('there');
    await settle();
    expect(ben.view.chatTyping).toEqual([]);
  });

  it('is said to nobody where nobody or more than thirty are in the Room', async () => {
    const { join, said } = createRoom();
    const ana = join('ana');
    ana.typing();
    for (let index = 0; index < 30; index += 1) join(`p${index}`);
    ana.typing();
    await settle();
    expect(said).toEqual([]);
  });
});

describe('C-7 the chat so far', () => {
  it('is given to nobody who comes, until a member shares it; then it is that member’s word', async () => {
    const { join, texts } = createRoom();
    const [ana, ben] = [join('ana'), join('ben')];
    ana.send('first');
    await settle();
    ben.send('second', ana.view.chat[0]?.id);
    await settle();
    const cora = join('cora');
    await settle();
    expect(texts(cora)).toEqual([]);
    expect(cora.view.chatHistory.missed).toBe('unasked');
    await vi.advanceTimersByTimeAsync(10);
    cora.send('hello');
    ana.shareHistory();
    await settle();
    expect(texts(cora)).toEqual(['first', 'second', 'hello']);
    expect(cora.view.chat.map(({ sharedBy }) => sharedBy)).toEqual(['ANA', 'ANA', null]);
    expect(cora.view.chat[1]?.replyTo).toBe(cora.view.chat[0]?.id);
    expect(cora.view.chatHistory.missed).toBe('given');
    expect(texts(ben)).toEqual(['first', 'second', 'hello']);
    expect(ben.view.chat.every(({ sharedBy }) => sharedBy === null)).toBe(true);
    expect(ana.view.chatHistory.sharing).toEqual({ state: 'idle' });
  });

  it('that was given is changed by its author, whose word it is from then on', async () => {
    const { join } = createRoom();
    const [ana, ben] = [join('ana'), join('ben')];
    ben.send('second');
    await settle();
    const cora = join('cora');
    ana.shareHistory();
    await settle();
    ben.edit(ben.view.chat[0]!.id, 'second, rather');
    await settle();
    expect(cora.view.chat).toMatchObject([{ text: 'second, rather', sharedBy: null, edited: true }]);
  });

  it('is not invented for those who were there all along, nor of the time after one came', async () => {
    const { join, hear, texts } = createRoom();
    const ana = join('ana');
    const ben = join('ben');
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    const invented = { by: 'ana', id: 'invented-1', name: 'Ana', text: 'I owe you', at: Date.now() };
    const earlier = { ...invented, id: 'invented-2', text: 'of before', at: 5 };
    hear('mallory', { t: 'history', entries: [invented, earlier] });
    expect(texts(ana)).toEqual([]);
    expect(ben.view.chat).toMatchObject([{ text: 'of before', sharedBy: 'MALLORY' }]);
  });

  it('leaves out what was deleted, and fits each part into one message', async () => {
    const { join, said } = createRoom();
    const ana = join('ana');
    join('ben');
    for (let index = 0; index < 60; index += 1) ana.send(`${index} ${'é'.repeat(3_000)}`);
    await settle();
    ana.remove(ana.view.chat[0]!.id);
    await settle();
    said.length = 0;
    ana.shareHistory();
    await settle();
    const parts = said.flatMap((payload) => (payload.t === 'history' ? [payload] : []));
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.flatMap(({ entries }) => entries)).toHaveLength(59);
    for (const part of parts) expect(encodePayload(part).byteLength).toBeLessThanOrEqual(60_000);
  });

  it('fits even where each character of the longest message takes six bytes', () => {
    const entry = {
      by: 'a'.repeat(64),
      id: 'i'.repeat(64),
      name: '\u0001'.repeat(200),
      text: '\u0001'.repeat(8_192),
      at: 1,
    };
    const parts = partsOf([entry, entry], []);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(encodePayload({ t: 'history', ...part }).byteLength).toBeLessThanOrEqual(60_000);
  });

  it('is the last two hundred messages at the most', async () => {
    const { join, said } = createRoom();
    const ana = join('ana');
    join('ben');
    for (let index = 0; index < 205; index += 1) ana.send(`${index}`);
    await settle();
    said.length = 0;
    ana.shareHistory();
    await settle();
    const entries = said.flatMap((payload) => (payload.t === 'history' ? payload.entries : []));
    expect(entries.map(({ text }) => text).slice(0, 1)).toEqual(['5']);
    expect(entries).toHaveLength(200);
  });

  it('has the files that are still to be had with it, behind the messages and bounded like them', async () => {
    const { join, said, given } = createRoom();
    const ana = join(
      'ana',
      Array.from({ length: 120 }, (_, index) => fileOf(index)),
    );
    const ben = join('ben');
    ana.send('here they are');
    await settle();
    const cora = join('cora');
    expect(ana.view.chatHistory).toMatchObject({ count: 1, fileCount: 100 });
    ana.shareHistory();
    await settle();
    const parts = said.flatMap((payload) => (payload.t === 'history' ? [payload] : []));
    expect(parts[0]?.entries).toHaveLength(1);
    expect(parts.flatMap(({ files = [] }) => files)).toHaveLength(100);
    for (const part of parts) expect(encodePayload(part).byteLength).toBeLessThanOrEqual(60_000);
    expect(given.get('cora')).toHaveLength(100);
    expect([cora, ben].map(({ view }) => view.chatHistory.missed)).toEqual(['given', 'given']);
  });

  it('is given where there is nothing but files, and to nobody who was there from the first message on', async () => {
    const { join, hear, given } = createRoom();
    const ana = join('ana');
    const ben = join('ben');
    hear('mallory', { t: 'history', entries: [], files: [fileOf(1), fileOf(2, Date.now() + 10 * 60_000)] });
    expect([given.get('ana')?.length, given.get('ben')?.length]).toEqual([0, 1]);
    expect([ana, ben].map(({ view }) => view.chatHistory.missed)).toEqual(['nothing', 'given']);
  });

  it('fits into its messages however long the names of files are', () => {
    const file = { ...fileOf(1), by: 'a'.repeat(64), name: '\u0001'.repeat(200), n: '\u0001'.repeat(512) };
    const parts = partsOf(
      [],
      Array.from({ length: 100 }, () => file),
    );
    expect(parts.length).toBeGreaterThan(5);
    for (const part of parts) expect(encodePayload({ t: 'history', ...part }).byteLength).toBeLessThanOrEqual(60_000);
  });

  it('is asked for once a minute, shown to the others until somebody shares it or does not want to', async () => {
    const { join, hear, said } = createRoom();
    const [ana, ben] = [join('ana'), join('ben')];
    ana.send('first');
    await settle();
    const cora = join('cora');
    cora.askForHistory();
    cora.askForHistory();
    await settle();
    expect(said.filter(({ t }) => t === 'askHistory')).toHaveLength(1);
    expect(cora.view.chatHistory.missed).toBe('asked');
    for (const chat of [ana, ben])
      expect(chat.view.chatHistory.requests).toEqual([{ peerId: 'cora', displayName: 'CORA' }]);
    ben.dismissRequests();
    hear('cora', { t: 'askHistory' });
    expect(ben.view.chatHistory.requests).toEqual([]);
    ana.shareHistory();
    await settle();
    for (const chat of [ana, ben]) expect(chat.view.chatHistory.requests).toEqual([]);
    expect(cora.view.chatHistory.missed).toBe('given');
  });

  it('that nobody gave within a minute can be asked for again', async () => {
    const { join } = createRoom();
    join('ana');
    const ben = join('ben');
    ben.askForHistory();
    await vi.advanceTimersByTimeAsync(60_100);
    expect(ben.view.chatHistory.missed).toBe('unasked');
  });

  it('misses nothing for the first in the Room', () => {
    expect(createRoom().join('ana').view.chatHistory.missed).toBe('nothing');
  });
});
