// What becomes of a message: only its author changes it, each reacts once, and nothing comes back.
import { describe, expect, it } from 'vitest';
import { parsePayload, type GroupPayload } from '../talk/payload.ts';
import { ChatLog } from './ChatLog.ts';

const heardFrom = (from: string, displayName: string) => ({ from, displayName, epoch: 1 });
const ANA = heardFrom('ana', 'Ana');
const BEN = heardFrom('ben', 'Ben');
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const HELLO: GroupPayload = { t: 'chat', id: 'hello-01', text: 'helo', at: 5 };

function createScene() {
  const said: GroupPayload[] = [];
  let self = { peerId: 'me', displayName: 'Me' };
  let isRefusing = false;
  let number = 0;
  let nowMs = 1_000;
  const log = new ChatLog({
    say: async (payload) => {
      if (isRefusing) throw new Error('refused');
      const parsed = parsePayload(payload);
      if (parsed) said.push(parsed);
    },
    self: () => self,
    nowMs: () => nowMs,
    createId: () => `id-number-${++number}`,
    onChange: () => undefined,
  });
  log.setReady(true);
  log.present('me');
  return {
    log,
    said,
    first: () => log.entries[0]!,
    refuse: (now: boolean) => (isRefusing = now),
    pass: (ms: number) => (nowMs += ms),
    comeBackAs: (peerId: string) => {
      self = { ...self, peerId };
      log.present(peerId);
    },
  };
}

describe('C-3 an edit', () => {
  it('by the author changes the text, and is shown as edited', () => {
    const { log, first } = createScene();
    log.handle(HELLO, ANA);
    log.handle({ t: 'edit', id: 'hello-01', text: 'hello' }, ANA);
    expect(first()).toMatchObject({ text: 'hello', edited: true, deleted: false });
  });

  it('by anybody else is passed over, under the author’s Peer id with another name too', () => {
    const { log, first } = createScene();
    log.handle(HELLO, ANA);
    log.handle({ t: 'edit', id: 'hello-01', text: 'mine now' }, BEN);
    log.handle({ t: 'edit', id: 'hello-01', text: 'mine now' }, heardFrom('ana', 'Not Ana'));
    log.handle({ t: 'delete', id: 'hello-01' }, BEN);
    expect(first()).toMatchObject({ text: 'helo', edited: false, deleted: false });
  });

  it('of what was never heard is passed over, and one’s own is changed by nobody else', async () => {
    const { log, first } = createScene();
    log.handle({ t: 'edit', id: 'hello-01', text: 'hello' }, ANA);
    expect(log.entries).toEqual([]);
    log.send('mine');
    await settle();
    log.handle({ t: 'edit', id: 'id-number-1', text: 'theirs' }, heardFrom('me', 'Me'));
    expect(first().text).toBe('mine');
  });

  it('of one’s own is shown at once and said; where it fails that is shown, and it can be said again', async () => {
    const { log, said, first, refuse } = createScene();
    log.send('helo');
    await settle();
    refuse(true);
    log.edit(first().id, 'hello');
    expect(first()).toMatchObject({ text: 'hello', edited: true, change: 'sending' });
    await settle();
    expect(first()).toMatchObject({ text: 'hello', change: 'failed' });
    refuse(false);
    log.retry(first().id);
    await settle();
    expect(first().change).toBe('none');
    expect(said.at(-1)).toEqual({ t: 'edit', id: 'id-number-1', text: 'hello' });
  });

  it('of what could not be sent changes what is sent on the next try', async () => {
    const { log, said, first, refuse } = createScene();
    refuse(true);
    log.send('helo');
    await settle();
    refuse(false);
    log.edit(first().id, 'hello');
    await settle();
    expect(first()).toMatchObject({ text: 'hello', edited: false, state: 'sent' });
    expect(said).toMatchObject([{ t: 'chat', text: 'hello' }]);
  });

  it('over the limit is refused', async () => {
    const { log, first } = createScene();
    log.send('hello');
    expect(() => log.edit(first().id, 'x'.repeat(9_000))).toThrow(RangeError);
  });
});

describe('C-3 a deletion', () => {
  it('leaves a mark, takes the reactions along, and nothing brings the message back', () => {
    const { log, first } = createScene();
    log.handle(HELLO, ANA);
    log.handle({ t: 'react', to: { by: 'ana', id: 'hello-01' }, emoji: '👍', on: true }, BEN);
    log.handle({ t: 'delete', id: 'hello-01' }, ANA);
    const gone = { text: '', deleted: true, reactions: [] };
    expect(first()).toMatchObject(gone);
    log.handle({ t: 'edit', id: 'hello-01', text: 'back' }, ANA);
    log.handle({ t: 'react', to: { by: 'ana', id: 'hello-01' }, emoji: '👍', on: true }, BEN);
    log.handle(HELLO, ANA);
    expect(log.entries).toHaveLength(1);
    expect(first()).toMatchObject(gone);
  });

  it('that is heard before what it deletes keeps that from being given by others', () => {
    const { log } = createScene();
    log.handle({ t: 'delete', id: 'hello-01' }, ANA);
    log.takeShared([{ by: 'ana', id: 'hello-01', name: 'Ana', text: 'helo', at: 5 }], BEN, 1_000);
    expect(log.entries).toEqual([]);
  });

  it('of one’s own is said; of what could not be sent it just goes', async () => {
    const { log, said, first, refuse } = createScene();
    log.send('one');
    await settle();
    refuse(true);
    log.send('two');
    await settle();
    log.remove(log.entries[1]!.id);
    expect(log.entries).toHaveLength(1);
    refuse(false);
    log.remove(first().id);
    await settle();
    expect(first()).toMatchObject({ deleted: true, change: 'none' });
    expect(said.at(-1)).toEqual({ t: 'delete', id: 'id-number-1' });
  });
});

describe('C-4 one who comes back under another Peer id', () => {
  it('keeps their messages as their own, and cannot change what they said before', async () => {
    const { log, said, first, comeBackAs } = createScene();
    log.send('before');
    await settle();
    comeBackAs('me-again');
    expect(first()).toMatchObject({ self: true, changeable: false });
    log.edit(first().id, 'after');
    log.remove(first().id);
    await settle();
    expect(first()).toMatchObject({ text: 'before', deleted: false });
    expect(said).toHaveLength(1);
  });

  it('sees a change that was on its way taken back, since the others passed it over', async () => {
    const { log, first, comeBackAs } = createScene();
    log.send('before');
    await settle();
    log.setReady(false);
    log.edit(first().id, 'after');
    comeBackAs('me-again');
    log.setReady(true);
    await settle();
    expect(first()).toMatchObject({ text: 'before', edited: false, change: 'failed', changeable: false });
  });

  it('can change what went out under the new one, and is answered by either', async () => {
    const { log, first, comeBackAs } = createScene();
    log.setReady(false);
    log.send('typed while away');
    comeBackAs('me-again');
    log.setReady(true);
    await settle();
    expect(first()).toMatchObject({ state: 'sent', from: 'me-again', changeable: true });
    for (const by of ['me', 'me-again']) {
      log.handle({ t: 'chat', id: `reply-${by}`, text: 'yes', at: 9, re: { by, id: 'id-number-1' } }, ANA);
    }
    expect(log.entries.slice(1).map(({ replyTo }) => replyTo)).toEqual([first().id, first().id]);
  });
});

describe('C-5 a reaction', () => {
  const react = (emoji: string, on: boolean): GroupPayload => ({
    t: 'react',
    to: { by: 'ana', id: 'hello-01' },
    emoji,
    on,
  });

  it('counts once for each person and emoji, and is taken back by that person', () => {
    const { log, first } = createScene();
    log.handle(HELLO, ANA);
    for (const heard of [ANA, BEN, BEN]) log.handle(react('👍', true), heard);
    expect(first().reactions).toEqual([
      {
        emoji: '👍',
        people: [
          { peerId: 'ana', displayName: 'Ana' },
          { peerId: 'ben', displayName: 'Ben' },
        ],
      },
    ]);
    log.handle(react('👍', false), BEN);
    log.handle(react('👍', false), ANA);
    expect(first().reactions).toEqual([]);
  });

  it('is bounded in kinds, for each person and for the message', () => {
    const { log, first } = createScene();
    log.handle(HELLO, ANA);
    const kinds = ['😀', '😁', '😂', '😃', '😄', '😅', '😆', '😇', '😈', '😉', '😊', '😋', '😌', '😍'];
    for (const emoji of kinds) log.handle(react(emoji, true), BEN);
    expect(first().reactions).toHaveLength(6);
    for (const [index, emoji] of kinds.entries()) log.handle(react(emoji, true), heardFrom(`p${index}`, 'P'));
    expect(first().reactions).toHaveLength(12);
  });

  it('is one emoji and no words', () => {
    const bytes = (emoji: string) => new TextEncoder().encode(JSON.stringify(react(emoji, true)));
    for (const emoji of ['👍', '👍🏽', '❤️', '🏳️‍🌈', '🇫🇷']) expect(parsePayload(bytes(emoji))).not.toBeNull();
    for (const emoji of ['no', '', '👍👍', '1', '<b>', '👍'.repeat(40)]) expect(parsePayload(bytes(emoji))).toBeNull();
  });

  it('of one’s own that is refused is taken back', async () => {
    const { log, first, refuse } = createScene();
    log.handle(HELLO, ANA);
    refuse(true);
    log.react(first().id, '👍', true);
    expect(first().reactions).toHaveLength(1);
    await settle();
    expect(first().reactions).toEqual([]);
  });
});

describe('C-3 what is forgotten', () => {
  it('is changed no more: of the oldest past two thousand nothing is shown', () => {
    const { log } = createScene();
    for (let index = 0; index <= 2_000; index += 1) {
      log.handle({ t: 'chat', id: `message-${index}`, text: `${index}`, at: index }, ANA);
    }
    log.handle({ t: 'edit', id: 'message-0', text: 'late' }, ANA);
    log.handle({ t: 'react', to: { by: 'ana', id: 'message-0' }, emoji: '👍', on: true }, BEN);
    expect(log.entries).toHaveLength(2_000);
    expect(log.entries[0]?.text).toBe('1');
  });
});

describe('C-6 what was said under an epoch that was undone', () => {
  it('goes out again under the same ids and in order, if it is of the last moments', async () => {
    const { log, said, first, pass } = createScene();
    log.send('long ago');
    await settle();
    pass(20_000);
    log.send('one');
    await settle();
    log.edit(log.entries[1]!.id, 'two');
    await settle();
    const before = said.splice(0);
    log.sayAgain();
    log.setReady(true);
    await settle();
    expect(said).toEqual(before.slice(1));
    expect(first().state).toBe('sent');
  });

  it('is shown once by those who had heard it', () => {
    const { log } = createScene();
    for (let time = 0; time < 2; time += 1) log.handle(HELLO, ANA);
    expect(log.entries).toHaveLength(1);
  });
});
