// A socket that is opened before socket.io is there, against the real server: it is the one that is spoken over, once, and only where it leads to the right place.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authOf, makeRoom, startTestServer, type TestServer } from '../../server/test/testServer.ts';
import { openEarly, type EarlySocket } from './earlySocket.ts';
import { createSocket } from './socket.ts';

let bed: TestServer;
let url: string;
beforeAll(async () => {
  bed = await startTestServer();
  url = bed.server.url;
});
afterAll(() => bed.stop());

/** Notes what was asked for and what was given. */
function watched(early: EarlySocket): EarlySocket & { given: (WebSocket | null)[] } {
  const given: (WebSocket | null)[] = [];
  const take: EarlySocket['take'] = (address) => {
    const socket = early.take(address);
    given.push(socket);
    return socket;
  };
  return { take, given };
}

async function connected(early: EarlySocket): Promise<{ again(): Promise<void>; close(): void }> {
  const token = await (await makeRoom(url)).token();
  const socket = createSocket(url, async () => authOf(token), early);
  const connect = (): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.on('connect', () => resolve());
      socket.on('connect_error', reject);
      socket.connect();
    });
  await connect();
  const again = (): Promise<void> => {
    socket.disconnect();
    return connect();
  };
  return { again, close: () => socket.disconnect() };
}

describe('openEarly', () => {
  it.each([
    ['while it is being opened', 0],
    ['once the server has greeted', 300],
  ])('W-25 is spoken over %s, and the next connection has a socket of its own', async (_when, waitMs) => {
    const early = watched(openEarly(url));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const socket = await connected(early);
    expect(early.given.map((one) => one?.readyState)).toEqual([WebSocket.OPEN]);
    await socket.again();
    expect(early.given.slice(1)).toEqual([null]);
    socket.close();
  });

  it('W-25 is passed over where it has failed, and closed where it leads elsewhere', async () => {
    const lost = watched(openEarly('http://127.0.0.1:9'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const socket = await connected(lost);
    expect(lost.given).toEqual([null]);
    socket.close();

    const early = openEarly(url);
    expect(early.take('ws://meet.example/')).toBeNull();
    expect(early.take(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)).toBeNull();
  });
});
