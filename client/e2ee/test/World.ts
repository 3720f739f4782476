// Several real Sessions around one FakeDelivery, on one clock that the test moves.
import { deriveLinkKeys } from '../link/secrets.ts';
import type { GroupView } from '../messages.ts';
import { Session, type SessionOptions } from '../mls/Session.ts';
import { createSuite } from '../mls/suite.ts';
import { toHex } from '../util/bytes.ts';
import { FakeClock } from './FakeClock.ts';
import { FakeDelivery } from './FakeDelivery.ts';
import { createHost, NO_HOST, NOW_MS, ROOM_ID } from './members.ts';

/** What the frames would hold: every base key ever given, and where sending stands. */
export class KeyLog {
  readonly keys = new Map<string, string>();
  /** Keys of epochs that were undone. */
  readonly undone = new Set<string>();
  sending: string | null = null;
  readonly retirements: number[] = [];
  readonly switches: { name: string; atMs: number }[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  addEpoch(epoch: { groupId: Uint8Array; epoch: number; baseKey: Uint8Array }): Promise<void> {
    const name = `${toHex(epoch.groupId)}/${epoch.epoch}`;
    const key = toHex(epoch.baseKey);
    if (this.keys.has(name)) throw new Error('an epoch was given twice');
    if (this.undone.has(key)) throw new Error('an undone epoch came back');
    this.keys.set(name, key);
    epoch.baseKey.fill(0);
    return Promise.resolve();
  }

  sendFrom(groupId: Uint8Array, epoch: number): void {
    this.sending = `${toHex(groupId)}/${epoch}`;
    this.switches.push({ name: this.sending, atMs: this.#nowMs() });
  }

  retireOlderThan(): void {}

  retireAll(afterMs: number): void {
    this.retirements.push(afterMs);
  }

  /** As in the keyring: another epoch may take the number of an undone one, but not its key. */
  voidAfter(groupId: Uint8Array, epoch: number): void {
    for (const [name, key] of this.keys) {
      const [tag, number] = name.split('/');
      if (tag !== toHex(groupId) || Number(number) <= epoch) continue;
      this.keys.delete(name);
      this.undone.add(key);
      if (this.sending === name) this.sending = null;
    }
  }

  stopSending(): void {
    this.sending = null;
  }

  clear(): void {
    this.sending = null;
  }
}

export interface Person {
  peerId: string;
  session: Session;
  keys: KeyLog;
  views: GroupView[];
  said: { from: string; text: string; epoch: number }[];
  links: { secret: Uint8Array; linkGeneration: number }[];
  /** The bytes that the Session itself holds. */
  psk: Uint8Array;
}

export class World {
  readonly clock = new FakeClock();
  readonly delivery = new FakeDelivery(this.clock);
  readonly people = new Map<string, Person>();
  hostKeyHash = NO_HOST;

  /** From here on the links name this host, whose device holds `hostKey`. */
  async withHost(): Promise<CryptoKeyPair> {
    const { hostKey, hostKeyHash } = await createHost();
    this.hostKeyHash = hostKeyHash;
    return hostKey;
  }

  async person(
    peerId: string,
    secretByte = 7,
    more: Pick<SessionOptions, 'hostKey' | 'hostMode' | 'hostCohosts'> = {},
  ): Promise<Person> {
    const { clock, delivery } = this;
    const keys = new KeyLog(clock.nowMs);
    const env = {
      suite: await createSuite(),
      keys: await deriveLinkKeys(new Uint8Array(24).fill(secretByte), ROOM_ID, delivery.linkGeneration),
      hostKeyHash: this.hostKeyHash,
    };
    const links: Person['links'] = [];
    const views: GroupView[] = [];
    const said: Person['said'] = [];
    const session = new Session({
      env,
      roomId: ROOM_ID,
      ...more,
      peerId,
      displayName: `Name of ${peerId}`,
      keyring: keys,
      clock,
      serverNowMs: () => NOW_MS + clock.nowMs(),
      host: {
        request: (request) => delivery.request(peerId, request),
        onView: (view) => views.push(view),
        onLink: (secret, linkGeneration) => links.push({ secret, linkGeneration }),
        onSaid: ({ from, payload, epoch }) => said.push({ from, text: new TextDecoder().decode(payload), epoch }),
        onEpochArrived: () => {},
      },
    });
    const person = { peerId, session, keys, views, said, links, psk: env.keys.psk };
    this.people.set(peerId, person);
    delivery.connect(peerId, session);
    return person;
  }

  /** Comes in as a page would: with the group that the server names at that moment. */
  async enter(peerId: string, secretByte?: number, more?: Parameters<World['person']>[2]): Promise<Person> {
    const person = await this.person(peerId, secretByte, more);
    void person.session.enter(this.delivery.group?.ref ?? null);
    return person;
  }

  settle(): Promise<void> {
    return this.delivery.settle();
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms, () => this.delivery.settle());
  }

  /** One after the other, with a quiet second and more between, so that each is committed at once. */
  async gather(...peerIds: string[]): Promise<void> {
    for (const peerId of peerIds) {
      await this.enter(peerId);
      await this.settle();
      await this.advance(10_000);
    }
  }

  get(peerId: string): Person {
    const person = this.people.get(peerId);
    if (person === undefined) throw new Error(`no ${peerId}`);
    return person;
  }

  /** Ms until `isTrue`, in steps of 100 ms; fails the test after `withinMs`. */
  async until(isTrue: () => boolean, withinMs: number): Promise<number> {
    const startMs = this.clock.nowMs();
    while (!isTrue()) {
      const passedMs = this.clock.nowMs() - startMs;
      if (passedMs >= withinMs) throw new Error(`not within ${withinMs} ms`);
      await this.advance(100);
    }
    return this.clock.nowMs() - startMs;
  }

  leave(peerId: string): void {
    this.get(peerId).session.close();
    this.delivery.disconnect(peerId);
  }

  close(): void {
    for (const { session } of this.people.values()) session.close();
  }
}

export function viewOf(person: Person): GroupView {
  return person.views.at(-1) ?? { state: 'new' };
}

/** The last view, where it is `in`; fails the test otherwise. */
export function inView(person: Person): Extract<GroupView, { state: 'in' }> {
  const view = viewOf(person);
  if (view.state !== 'in') throw new Error(`${person.peerId} is not in: ${JSON.stringify(view)}`);
  return view;
}

export function memberIds(person: Person): string[] {
  return inView(person).members.map(({ peerId }) => peerId);
}
