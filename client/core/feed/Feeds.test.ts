// Feed tickets as who leads sees them: what the server is told, names that only the link opens, and faults in words.
import { expect, test } from 'vitest';
import { accessVerifier, ticketKey, ticketProof } from '#e2ee';
import { SignallingError } from '../signalling/SignallingError.ts';
import type { RoomLink } from '../types.ts';
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import { Feeds } from './Feeds.ts';

const link = (fill: number): RoomLink => ({
  roomId: 'A'.repeat(22),
  kind: 'member',
  secret: new Uint8Array(24).fill(fill),
  hostKeyHash: 'A'.repeat(22),
});

function scene() {
  const kept: { feedId: string; kind: 'feed' | 'return'; label: Uint8Array; peerId: null }[] = [];
  const asked: unknown[] = [];
  const now = { link: link(1), refusal: null as SignallingError | null };
  const request = async (name: string, input: Record<string, unknown>): Promise<unknown> => {
    asked.push(input);
    if (now.refusal !== null) throw now.refusal;
    if (name === 'feed:create') {
      const { kind, label } = input as { kind: 'feed' | 'return'; label: Uint8Array };
      kept.push({ feedId: 'f1', kind, label, peerId: null });
    }
    return name === 'feed:list' ? { feeds: kept } : { feedId: 'f1' };
  };
  const chance = { randomBytes: (count: number) => new Uint8Array(count).fill(9) };
  const passes = new Map<string, string>();
  const book = {
    add: (feedId: string, key: string) => void passes.set(feedId, key),
    remove: (feedId: string) => void passes.delete(feedId),
  };
  const feeds = new Feeds({ request: request as never }, { get: () => now.link }, book, chance);
  return { feeds, asked, now, kept, passes };
}

test('O-2 a ticket is made here; the server is told its hash and a name that it cannot read', async () => {
  const { feeds, asked, kept, passes } = scene();
  const made = await feeds.create('Hall, OBS', 'return');
  if (!made.ok) throw new Error(made.fault);
  expect(asked).toEqual([
    {
      verifier: await accessVerifier(await ticketProof(fromBase64url(made.ticket))),
      label: expect.any(Uint8Array),
      kind: 'return',
    },
  ]);
  expect([...passes]).toEqual([['f1', await ticketKey(fromBase64url(made.ticket))]]);
  expect(new TextDecoder().decode(kept[0]?.label)).not.toContain('Hall');
  expect(await feeds.list()).toEqual([{ feedId: 'f1', kind: 'return', label: 'Hall, OBS', peerId: null }]);
});

test('O-2 a name that was sealed under another link, or is no name, is told as none', async () => {
  const { feeds, now, kept } = scene();
  await feeds.create('Hall', 'feed');
  now.link = link(2);
  kept.push({ feedId: 'f2', kind: 'feed', label: new Uint8Array(3), peerId: null });
  expect((await feeds.list())?.map(({ label }) => label)).toEqual([null, null]);
});

test.each([
  ['forbidden', 'notActing'],
  ['not_found', 'notThere'],
  ['capacity', 'failed'],
] as const)('O-2 %s of the server is %s, and nothing rejects', async (code, fault) => {
  const { feeds, now } = scene();
  now.refusal = new SignallingError(code);
  expect(await feeds.create('Hall', 'feed')).toEqual({ ok: false, fault });
  expect(await feeds.revoke('f1')).toEqual({ ok: false, fault });
  expect(await feeds.list()).toBeNull();
});

test('E-209 a ticket that is revoked lets nobody in any more, even where the server does not answer', async () => {
  const { feeds, now, passes } = scene();
  await feeds.create('Hall', 'feed');
  expect(passes.size).toBe(1);
  now.refusal = new SignallingError('disconnected');
  expect(await feeds.revoke('f1')).toEqual({ ok: false, fault: 'failed' });
  expect(passes.size).toBe(0);
});

test('E-94 the server is shown nothing of a ticket but a proof, and its key is the same at whoever has the ticket', async () => {
  const ticket = new Uint8Array(32).fill(4);
  const [proof, key] = [await ticketProof(ticket), await ticketKey(ticket)];
  expect(ticket).toEqual(new Uint8Array(32).fill(4));
  expect(new Set([proof, key, toBase64url(ticket)]).size).toBe(3);
  expect(await ticketKey(ticket)).toBe(key);
  expect(await ticketKey(new Uint8Array(32).fill(5))).not.toBe(key);
  await expect(ticketProof(new Uint8Array(31))).rejects.toThrow('not a ticket');
});
