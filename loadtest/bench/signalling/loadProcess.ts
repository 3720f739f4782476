// Loads a server from a process of its own: members that come and go, or a Room in which one speaks and all hear.
import { setImmediate } from 'node:timers/promises';
import { PROTOCOL_VERSION } from '#protocol/version';
import { WebSocket } from 'ws';
import type { LoadAnswer, LoadOrder, Seats } from './loadMessages.ts';
import { RawClient } from './RawClient.ts';

/** Below what a server lets one address have in a minute. */
const CLIENTS_PER_ADDRESS = 100;
const ADDRESSES = 60_000;
/** Nobody else comes from these and the next ones. */
const firstAddress = Number(process.argv[2]);
/** Like a sealed line of chat. */
const GROUP_ID = new Uint8Array(32).fill(7);
const OPAQUE = new Uint8Array(64).fill(1);
const placeholder = (num: number) => ({ _placeholder: true, num });

/** Of a Room, or of raw ws: says something to all others. */
type Speaker = (message: Uint8Array) => unknown;

let clients: RawClient[] = [];
let speakers: Speaker[] = [];
/** By all of them together. */
let heard = 0;
let came = 0;

function nextAddress(): string {
  const number = (firstAddress + Math.floor(came++ / CLIENTS_PER_ADDRESS)) % ADDRESSES;
  return `127.1.${Math.floor(number / 250)}.${1 + (number % 250)}`;
}

const open = (url: string, token: string): Promise<RawClient> =>
  RawClient.open({ url, auth: { version: PROTOCOL_VERSION, token }, localAddress: nextAddress() });

async function join(rooms: readonly Seats[], atOnce: number): Promise<LoadAnswer> {
  const seats = rooms.flatMap(({ url, tokens }) => tokens.map((token) => ({ url, token })));
  const ackMs: number[] = [];
  const startMs = performance.now();
  const lane = async (): Promise<void> => {
    for (let seat = seats.shift(); seat !== undefined; seat = seats.shift()) {
      const client = await open(seat.url, seat.token);
      const askedMs = performance.now();
      await client.ask('room:join', {});
      ackMs.push(performance.now() - askedMs);
      clients.push(client);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { done: 'join', tookMs: performance.now() - startMs, ackMs };
}

async function leave(): Promise<LoadAnswer> {
  const leaving = clients;
  clients = [];
  speakers = [];
  await Promise.all(leaving.map((client) => client.ask('room:leave', {})));
  for (const client of leaving) client.close();
  return { done: 'leave' };
}

/** The server orders messages of a group and reads none, so that nobody needs keys to be in one. */
async function gather({ url, tokens }: Seats): Promise<LoadAnswer> {
  const peers: { client: RawClient; peerId: string }[] = [];
  for (const token of tokens) {
    const client = await open(url, token);
    const peerId = /"peerId":"([\w-]{16})"/.exec(await client.ask('room:join', {}))?.[1] ?? '';
    peers.push({ client, peerId });
  }
  const [first, ...others] = peers;
  if (first === undefined) throw new Error('nobody came');
  const group = { groupId: placeholder(0) };
  await first.client.ask('mls:create', { ...group, beacon: placeholder(1) }, [GROUP_ID, OPAQUE]);
  for (const { client } of others)
    await client.ask('mls:keyPackage', { ...group, sealed: placeholder(1) }, [GROUP_ID, OPAQUE]);
  const added = others.map(({ peerId }) => peerId);
  const commit = { ...group, epoch: 0, commit: placeholder(1), welcome: placeholder(2), added, removed: [] };
  await first.client.ask('mls:commit', commit, [GROUP_ID, OPAQUE, OPAQUE]);
  for (const { client } of peers) await client.ask('mls:ready', { ...group, epoch: 1 }, [GROUP_ID]);
  clients = peers.map(({ client }) => client);
  for (const client of clients) {
    client.onEvent = (text) => {
      if (text.includes('"mls:message"')) heard += 1;
    };
  }
  const words = { ...group, epoch: 1, message: placeholder(1) };
  speakers = clients.map((client) => (message) => client.ask('mls:message', words, [GROUP_ID, message]));
  return { done: 'gather' };
}

async function gatherRaw(url: string, count: number): Promise<LoadAnswer> {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = new WebSocket(url.replace(/^http/, 'ws'), { perMessageDeflate: false });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      return socket;
    }),
  );
  for (const socket of sockets) socket.on('message', () => (heard += 1));
  speakers = sockets.map((socket) => (message) => socket.send(message));
  return { done: 'gather' };
}

async function say(times: number, bytes: number, ahead: number): Promise<LoadAnswer> {
  const message = new Uint8Array(bytes).fill(5);
  const each = speakers.length - 1;
  heard = 0;
  const startMs = performance.now();
  for (let said = 0; said < times; said += 1) {
    while (said * each - heard >= ahead * each) await setImmediate();
    void speakers[said % speakers.length]?.(message);
  }
  while (heard < times * each) await setImmediate();
  return { done: 'say', tookMs: performance.now() - startMs, deliveries: heard };
}

function obey(order: LoadOrder): Promise<LoadAnswer> {
  switch (order.do) {
    case 'join':
      return join(order.rooms, order.atOnce);
    case 'leave':
      return leave();
    case 'gather':
      return gather(order.room);
    case 'gatherRaw':
      return gatherRaw(order.url, order.count);
    case 'say':
      return say(order.times, order.bytes, order.ahead);
  }
}

process.on('message', (order: LoadOrder) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit(0));
