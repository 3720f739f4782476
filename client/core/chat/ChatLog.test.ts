// The chat: nothing is lost, nothing is said twice, and what went wrong is shown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatLog } from './ChatLog.ts';
import { MAX_CHAT_TEXT_BYTES } from '../talk/chatPayloads.ts';
import { encodePayload, parsePayload } from '../talk/payload.ts';

/** Null for what is no chat. */
const chatOf = (payload: Uint8Array) => {
  const parsed = parsePayload(payload);
  return parsed?.t === 'chat' ? parsed : null;
};

const SELF = { peerId: 'me', displayName: 'Me' };
const heardFrom = (from: string, displayName: string) => ({ from, displayName, epoch: 1 });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function createScene() {
  const said: string[] = [];
  let outcome: () => Promise<void> = async () => undefined;
  let number = 0;
  const log = new ChatLog({
    say: async (payload) => {
      await outcome();
      said.push(chatOf(payload)?.text ?? '?');
    },
    self: () => SELF,
    nowMs: () => 1_000,
    createId: () => `id-number-${++number}`,
    onChange: () => undefined,
  });
  const states = () => log.entries.map(({ text, state }) => `${text}: ${state}`);
  return { log, said, states, setOutcome: (next: () => Promise<void>) => (outcome = next) };
}

describe('ChatLog', () => {
  it('shows what was typed at once as sending, and as sent when the server took it', async () => {
    const { log, states } = createScene();
    log.setReady(true);
    log.send('hello');
    expect(states()).toEqual(['hello: sending']);
    await settle();
    expect(states()).toEqual(['hello: sent']);
  });

  it('keeps what is typed while away, and sends it in order afterwards', async () => {
    const { log, said, states } = createScene();
    log.send('one');
    log.send('two');
    await settle();
    expect(said).toEqual([]);
    log.setReady(true);
    await settle();
    expect(said).toEqual(['one', 'two']);
    expect(states()).toEqual(['one: sent', 'two: sent']);
  });

  it('keeps what was lost on the way because the connection was, and sends it once back', async () => {
    const { log, said, states, setOutcome } = createScene();
    log.setReady(true);
    setOutcome(async () => {
      log.setReady(false);
      throw new Error('lost');
    });
    log.send('one');
    await settle();
    expect(states()).toEqual(['one: sending']);
    setOutcome(async () => undefined);
    log.setReady(true);
    await settle();
    expect(said).toEqual(['one']);
  });

  it('marks what was refused as failed, goes on with the next, and sends it again on retry only', async () => {
    const { log, said, states, setOutcome } = createScene();
    log.setReady(true);
    setOutcome(() => Promise.reject(new Error('refused')));
    log.send('one');
    await settle();
    setOutcome(async () => undefined);
    log.send('two');
    await settle();
    expect(states()).toEqual(['one: failed', 'two: sent']);
    log.retry(log.entries[0]?.id ?? '');
    log.retry(log.entries[1]?.id ?? '');
    await settle();
    expect(said).toEqual(['two', 'one']);
  });

  it('takes a message once, however often it arrives, and under the name of who said it', () => {
    const { log } = createScene();
    const payload = { t: 'chat' as const, id: 'from-ana-1', text: 'hi', at: 5 };
    log.handle(payload, heardFrom('ana', 'Ana'));
    log.handle(payload, heardFrom('ana', 'Ana'));
    expect(log.entries).toEqual([
      {
        id: 'ana/from-ana-1',
        from: 'ana',
        displayName: 'Ana',
        self: false,
        text: 'hi',
        atMs: 5,
        heardMs: 1_000,
        state: 'sent',
        replyTo: null,
        edited: false,
        deleted: false,
        change: 'none',
        changeable: false,
        reactions: [],
        sharedBy: null,
      },
    ]);
  });

  it('takes the same id from two people as two messages: nobody can say a thing before another and have it dropped', () => {
    const { log } = createScene();
    const payload = (text: string) => ({ t: 'chat' as const, id: 'from-ana-1', text, at: 5 });
    log.handle(payload('nothing'), heardFrom('mallory', 'Mallory'));
    log.handle(payload('hi'), heardFrom('ana', 'Ana'));
    expect(log.entries.map(({ displayName, text }) => `${displayName}: ${text}`)).toEqual([
      'Mallory: nothing',
      'Ana: hi',
    ]);
    expect(new Set(log.entries.map(({ id }) => id)).size).toBe(2);
  });

  it('is not touched by a message under the id of one’s own', async () => {
    const { log, states, setOutcome } = createScene();
    setOutcome(() => Promise.reject(new Error('internal')));
    log.setReady(true);
    log.send('mine');
    const payload = { t: 'chat' as const, id: 'id-number-1', text: 'theirs', at: 5 };
    log.handle(payload, heardFrom('mallory', 'Mallory'));
    await settle();
    expect(states()).toEqual(['mine: failed', 'theirs: sent']);
  });

  it('says nothing when the text is blank, and refuses one over the limit', () => {
    const { log } = createScene();
    log.send('  \n');
    expect(log.entries).toEqual([]);
    expect(() => log.send('é'.repeat(MAX_CHAT_TEXT_BYTES / 2 + 1))).toThrow(RangeError);
    log.send('é'.repeat(MAX_CHAT_TEXT_BYTES / 2));
    expect(log.entries).toHaveLength(1);
  });
});

describe('payloads', () => {
  it('come back as they went out', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), fc.nat(), (text, at) => {
        const payload = { t: 'chat' as const, id: 'abcdefgh', text, at };
        expect(parsePayload(encodePayload(payload))).toEqual(payload);
      }),
    );
  });

  it('of unknown kinds or broken bytes are passed over', () => {
    const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    expect(parsePayload(bytes({ t: 'reaction', id: 'abcdefgh', emoji: '👍' }))).toBeNull();
    expect(
      parsePayload(bytes({ t: 'chat', id: 'abcdefgh', text: 'x'.repeat(MAX_CHAT_TEXT_BYTES + 1), at: 1 })),
    ).toBeNull();
    // Past the last date there is: a page that draws it would throw at every look.
    const at = (ms: number) => chatOf(bytes({ t: 'chat', id: 'abcdefgh', text: 'x', at: ms }));
    expect(new Date(at(8_640_000_000_000_000)?.at ?? Number.NaN).toISOString()).toBe('+275760-09-13T00:00:00.000Z');
    expect(at(8_640_000_000_000_001)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array(), (noise) => {
        expect(parsePayload(noise)).toBeNull();
      }),
    );
  });
});
