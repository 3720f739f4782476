// What is measured, the server as it is run, and what it is measured against; each loaded by a process of its own.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createRoom, type RoomLink } from '#core';
import { createNodePlatform } from '../../../client/platform/node/nodePlatform.ts';
import { NodeLine } from '../../../client/platform/node/NodeLine.ts';
import { accessProof } from '#e2ee';
import { askFrom } from '../../media/askFrom.ts';
import { openHouse, type House } from '../../media/house.ts';
import type { Listening } from './bareServer.ts';
import type { LoadAnswer, LoadOrder, Seats } from './loadMessages.ts';

/** Below what the server lets one address ask in a minute. */
const TOKENS_PER_ADDRESS = 200;
const ROOMS_PER_ADDRESS = 40;
/** More than the clients of one load process come from. */
const ADDRESSES_OF_ONE = 20;

export interface Side {
  readonly name: string;
  /** Of the process whose CPU counts. */
  readonly pid: number;
  /** Members that have come nowhere yet, so many in each of so many Rooms. */
  seats(rooms: number, each: number): Promise<Seats[]>;
  /** A Room of so many, in which one speaks and all others hear. */
  gather(load: Load, members: number): Promise<void>;
  close(): Promise<void>;
}

const startChild = (file: string, ...args: string[]): ChildProcess =>
  fork(path.join(import.meta.dirname, file), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

async function ending(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`a process of the bench ended with ${code}`);
}

/** The process that loads whoever it is told to, one order at a time. */
export class Load {
  /** Addresses that those before it came from. */
  static #taken = 0;
  readonly #child = startChild('loadProcess.ts', String((Load.#taken += ADDRESSES_OF_ONE)));
  readonly #ending = ending(this.#child);

  constructor() {
    this.#ending.catch(() => undefined);
  }

  async obey<Order extends LoadOrder>(order: Order): Promise<Extract<LoadAnswer, { done: DoneBy<Order> }>> {
    const answered = once(this.#child, 'message');
    this.#child.send(order);
    const [answer] = await Promise.race([answered, this.#ending]);
    return answer as Extract<LoadAnswer, { done: DoneBy<Order> }>;
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}

type DoneBy<Order extends LoadOrder> = Order['do'] extends 'gather' | 'gatherRaw' ? 'gather' : Order['do'];

export async function openOurs(workerBin: string | undefined): Promise<Side & { house: House }> {
  const house = await openHouse(workerBin, 1);
  let asked = 0;
  const addressOf = (kind: number, each: number): string => {
    const number = Math.floor(asked++ / each);
    return `127.${kind}.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`;
  };
  const makeRoom = async (): Promise<RoomLink> => {
    const line = new NodeLine(house.url);
    const platform = createNodePlatform(line);
    const localAddress = addressOf(2, ROOMS_PER_ADDRESS);
    const post = (where: string, { body }: { body?: unknown }) => askFrom(localAddress, `${house.url}${where}`, body);
    return (await createRoom({ ...platform, fetch: post })).link;
  };
  const tokenFor = async ({ roomId, secret }: RoomLink): Promise<string> => {
    const body = { kind: 'member', proof: await accessProof(secret, roomId, 0) };
    const where = `${house.url}/api/rooms/${roomId}/tokens`;
    const answer = await askFrom(addressOf(3, TOKENS_PER_ADDRESS), where, body);
    return (answer.body as { data: { token: string } }).data.token;
  };
  const seats = async (rooms: number, each: number): Promise<Seats[]> => {
    const made: Seats[] = [];
    for (let room = 0; room < rooms; room += 1) {
      const link = await makeRoom();
      const tokens = await Promise.all(Array.from({ length: each }, () => tokenFor(link)));
      made.push({ url: house.url, tokens });
    }
    return made;
  };
  return {
    ...{ name: 'ours', house, pid: house.pid, seats },
    async gather(load, members) {
      const [room] = await seats(1, members);
      if (room !== undefined) await load.obey({ do: 'gather', room });
    },
    close: () => house.close(),
  };
}

/** @returns the first answers a join with nothing, the second with two Transports; both end with the first */
export async function openBare(): Promise<[Side, Side]> {
  const child = startChild('bareServer.ts');
  const ended = ending(child);
  ended.catch(() => undefined);
  const [listening] = (await Promise.race([once(child, 'message'), ended])) as [Listening];
  const { url, mediaUrl, echoUrl, token } = listening;
  const sideOf = (name: string, joinUrl: string): Side => ({
    ...{ name, pid: child.pid ?? 0 },
    seats: async (rooms, each) =>
      Array.from({ length: rooms }, () => ({ url: joinUrl, tokens: Array.from({ length: each }, () => token) })),
    async gather(load, members) {
      await load.obey({ do: 'gatherRaw', url: echoUrl, count: members });
    },
    async close() {
      child.kill('SIGKILL');
    },
  });
  return [sideOf('bare', url), sideOf('bare with Transports', mediaUrl)];
}
