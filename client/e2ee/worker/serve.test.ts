// The real door in Node: two pages, each with its worker behind a MessageChannel, and real timers.
import { afterEach, describe, expect, it } from 'vitest';
import { E2eeClient, type Said } from '../E2eeClient.ts';
import { NO_HOST, ROOM_ID } from '../test/members.ts';
import { FakeClock } from '../test/FakeClock.ts';
import { FakeDelivery } from '../test/FakeDelivery.ts';
import type { GroupView, ServerReply, ServerRequest } from '../messages.ts';
import { utf8 } from '../util/bytes.ts';
import { serve } from './serve.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Page {
  client: E2eeClient;
  views: GroupView[];
  said: Said[];
  state(): GroupView['state'] | undefined;
}

function openPage(onRequest: (request: ServerRequest) => Promise<ServerReply>): Page {
  const channel = new MessageChannel();
  const served = serve(channel.port2);
  const views: GroupView[] = [];
  const said: Said[] = [];
  const client = new E2eeClient(channel.port1, {
    onRequest,
    onGroup: (view) => views.push(view),
    onSaid: (message) => said.push(message),
    onTrack: () => {},
    onKeyFrameNeeded: () => {},
    onLink: () => {},
  });
  closers.push(() => {
    client.close();
    served.close();
    channel.port1.close();
    channel.port2.close();
  });
  return { client, views, said, state: () => views.at(-1)?.state };
}

function settings(peerId: string) {
  const secret = new Uint8Array(24).fill(7);
  const who = { peerId, displayName: peerId, hostKeyHash: NO_HOST };
  return { roomId: ROOM_ID, secret, linkGeneration: 0, serverTimeOffsetMs: 0, ...who };
}

function createRoom() {
  const delivery = new FakeDelivery(new FakeClock());
  const enterAs = async (peerId: string): Promise<Page> => {
    const page = openPage((request) => delivery.request(peerId, request));
    delivery.connect(peerId, { deliver: (event) => page.client.deliver(event), idle: () => Promise.resolve() });
    await page.client.open(settings(peerId));
    await page.client.enter(delivery.group?.ref ?? null);
    return page;
  };
  const until = async (isDone: () => boolean) => {
    await expect.poll(async () => (await delivery.settle(), isDone()), { timeout: 5_000, interval: 5 }).toBe(true);
  };
  return { delivery, enterAs, until };
}

describe('serve', () => {
  it('E-70 two pages meet through their workers, see the same digits and hear each other', async () => {
    const { enterAs, until } = createRoom();
    const a = await enterAs('a');
    await until(() => a.state() === 'in');
    const b = await enterAs('b');
    await until(() => b.state() === 'in' && a.views.at(-1)?.state === 'in' && b.views.at(-1)?.state === 'in');
    await until(() => JSON.stringify(digits(a)) === JSON.stringify(digits(b)));
    let taken = false;
    void b.client.say(utf8('hello')).then(() => (taken = true));
    await until(() => taken && a.said.length > 0);
    expect(a.said).toEqual([{ from: 'b', payload: utf8('hello'), epoch: 1, self: false }]);
  });

  it('E-71 a call before open is refused with a code, and one that cannot be read is answered too', async () => {
    const page = openPage(() => Promise.resolve({ outcome: 'failed', code: 'internal' }));
    await expect(page.client.say(utf8('x'))).rejects.toThrow('notOpen');
    await expect(page.client.open({ ...settings('a'), secret: new Uint8Array(3) })).rejects.toThrow('bad_request');
    await expect(page.client.counters()).resolves.toEqual([]);
  });

  it('E-72 closing ends every pending call, twice is harmless, and nothing is said after it', async () => {
    const { enterAs, until } = createRoom();
    const a = await enterAs('a');
    await until(() => a.state() === 'in');
    const pending = a.client.counters();
    a.client.close();
    a.client.close();
    await expect(pending).rejects.toThrow('closed');
    await expect(a.client.say(utf8('x'))).rejects.toThrow('closed');
    const seen = a.views.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(a.views).toHaveLength(seen);
  });

  it('E-73 a request handler that throws is a failed reply to the worker, which tries again', async () => {
    let asked = 0;
    const page = openPage((request) => {
      asked += 1;
      if (asked === 1) throw new Error('socket gone');
      return Promise.resolve({
        outcome: 'answered',
        data: request.name === 'mls:create' ? { outcome: 'created' } : {},
      });
    });
    await page.client.open(settings('a'));
    await page.client.enter(null);
    await expect.poll(() => page.state(), { timeout: 5_000 }).toBe('in');
    expect(asked).toBeGreaterThanOrEqual(2);
  });
});

function digits(page: Page): string[] | null {
  const view = page.views.at(-1);
  return view?.state === 'in' ? view.safetyCode.digits : null;
}
