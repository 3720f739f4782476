// Everything a play needs: a real server, a villain before it, real clients with real keys, and an SFU that carries their frames.
import { generateConsumerRemoteParameters, generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { expect, vi } from 'vitest';
import { accessProof, accessVerifier, type TransformOptions } from '#e2ee';
import { createRoom } from '../../../client/core/admission.ts';
import { createRoomClient } from '../../../client/core/RoomClient.ts';
import { FakeTrack } from '../../../client/core/test/FakeTrack.ts';
import { Line } from '../../../client/core/test/Line.ts';
import { attendeeOf, createHostKey, type Attendee } from '../../../client/core/test/meetingBed.ts';
import type { RoomClient, RoomLink, SecurityView } from '../../../client/core/types.ts';
import type { EncodedFrame } from '../../../client/e2ee/frames/encodedFrame.ts';
import { opus } from '../../../client/e2ee/test/fakeFrames.ts';
import { post, startTestServer, type TestServer } from '../testServer.ts';
import { FastClock } from './FastClock.ts';
import { Sfu } from './Sfu.ts';
import { StagePlatform } from './StagePlatform.ts';
import { Villain } from './Villain.ts';

type Stream = TransformOptions['stream'];

// Says that a play hangs, not that it is slow: the longest take ten seconds where nothing else runs.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Real time; says that something does not happen, not that it is slow. */
export const within = { timeout: 20_000, interval: 10 };

export interface Person extends Attendee {
  readonly name: string;
  /** Of its place in the Room, or of the last one it had. */
  readonly peerId: string;
  readonly security: SecurityView;
  /** Every state of the lock so far, each once in a row: `sealed 3`, `fenced behind`, `resyncing gap`. */
  readonly locks: string[];
  /** What its encoder makes. */
  encode(stream: Stream, ...frames: EncodedFrame[]): void;
  /** Whether it is ready to receive another's stream. */
  isTuned(of: { peerId: string }, stream: Stream): boolean;
  /** What its decoder was given of another's stream. */
  decoded(of: { peerId: string }, stream: Stream): Uint8Array[];
  /** Why frames of another's stream were dropped, counted. */
  faults(of: { peerId: string }, stream: Stream): Promise<Record<string, number>>;
}

export interface AttendOptions {
  devices?: ('mic' | 'camera')[];
  /** The device that made the Room: with the host's token and key. */
  host?: boolean;
  link?: RoomLink;
  /** Of who never gets in, and so has no place to ask. */
  placeId?: string;
}

interface StageParts {
  clock: FastClock;
  villain: Villain;
  url: string;
  link: RoomLink;
  made: { hostToken: string; hostKey: CryptoKeyPair };
  server: TestServer;
}

export class Stage {
  readonly clock: FastClock;
  readonly villain: Villain;
  readonly sfu: Sfu;
  readonly url: string;
  readonly link: RoomLink;
  readonly #made: { hostToken: string; hostKey: CryptoKeyPair };
  readonly #servers: TestServer[];
  readonly #clients: RoomClient[] = [];
  readonly #closers: (() => void)[] = [];

  private constructor({ clock, villain, url, link, made, server }: StageParts) {
    this.clock = clock;
    this.villain = villain;
    this.url = url;
    this.link = link;
    this.#made = made;
    this.#servers = [server];
    this.sfu = new Sfu((consumerId) => villain.sources.get(consumerId));
  }

  /**
   * @param speed of its clock. A member that is passed over commits a second after whose turn it is, and half of a group has four
   *   seconds to refuse a commit: at 20, where those are 50 and 200 ms of the wall, cryptography on a busy machine was later than that
   */
  static async open({ speed = 5 } = {}): Promise<Stage> {
    const clock = new FastClock(speed);
    const server = await startServer(clock);
    const villain = new Villain(server.server.url);
    const url = await villain.listen();
    const { hostKey, hostKeyHash } = await createHostKey();
    const { link, hostToken } = await createRoom(Object.assign(new Line(url).platform, { hostKeyHash }));
    return new Stage({ clock, villain, url, link, made: { hostToken, hostKey }, server });
  }

  /** Another server for whoever comes from now on, which has a Room for the same link. */
  async openSecondServer(): Promise<void> {
    const bed = await startServer(this.clock);
    this.#servers.push(bed);
    this.villain.upstreamUrl = bed.server.url;
    const { secret, roomId } = this.link;
    const member = await accessVerifier(await accessProof(secret.slice(), roomId, 0));
    await post(this.url, '/api/rooms', { roomId, verifiers: { member } });
  }

  /** Begins to join; for who is not sure to get in. */
  begin(name: string, { devices = [], link = this.link, placeId = '', host = false }: AttendOptions = {}): Person {
    let lastId = placeId;
    const owner = () => {
      const state = client.state.get();
      if (state.phase === 'in') lastId = state.self.peerId;
      return lastId;
    };
    const openStreams = (options: TransformOptions) => this.sfu.open(owner, options);
    const line = new Line(this.url);
    const platform = new StagePlatform(line, this.clock, openStreams);
    if (host) platform.keptHostKey = this.#made.hostKey;
    const client: RoomClient = createRoomClient({
      platform,
      ...(host && { hostToken: this.#made.hostToken }),
      link,
      displayName: name,
      ...(devices.includes('mic') && { mic: new FakeTrack('audio').asTrack() }),
      ...(devices.includes('camera') && { camera: new FakeTrack('video').asTrack() }),
    });
    this.#clients.push(client);
    const person = this.#personOf(name, attendeeOf(client, line), owner);
    void client.join();
    return person;
  }

  async attend(name: string, options?: AttendOptions): Promise<Person> {
    const person = this.begin(name, options);
    await person.client.join();
    person.view();
    return person;
  }

  /** One after the other, until all are in one epoch. */
  async gather<const Names extends readonly string[]>(
    names: Names,
    options?: AttendOptions,
  ): Promise<{ -readonly [At in keyof Names]: Person }> {
    const people: Person[] = [];
    for (const name of names) people.push(await this.attend(name, options));
    await together(...people);
    return people as { -readonly [At in keyof Names]: Person };
  }

  readonly onClose = (closer: () => void): void => {
    this.#closers.push(closer);
  };

  async close(): Promise<void> {
    for (const closer of this.#closers) closer();
    for (const client of this.#clients) client.close();
    this.villain.close();
    for (const server of this.#servers) await server.stop();
  }

  #personOf(name: string, attendee: Attendee, owner: () => string): Person {
    const { sfu } = this;
    const { client } = attendee;
    const locks: string[] = [];
    client.state.subscribe(() => {
      const state = client.state.get();
      const lock =
        state.phase === 'in' ? lockOf(state.security) : state.phase === 'ended' ? `ended ${state.reason}` : null;
      if (lock !== null && lock !== locks.at(-1)) locks.push(lock);
    });
    return {
      ...attendee,
      name,
      locks,
      get peerId() {
        return owner();
      },
      get security() {
        return attendee.view().security;
      },
      encode: (stream, ...frames) => sfu.encode(owner(), stream, ...frames),
      isTuned: ({ peerId }, stream) => sfu.trackId(owner(), peerId, stream) !== undefined,
      decoded: ({ peerId }, stream) => sfu.decoded(owner(), peerId, stream),
      async faults({ peerId }, stream) {
        const trackId = sfu.trackId(owner(), peerId, stream);
        const { tracks } = await client.diagnostics();
        return tracks.find((track) => track.trackId === trackId)?.faults ?? {};
      },
    };
  }
}

/** With a media plane that moves no packets, but tells clients what they can build Producers and Consumers from. */
async function startServer(clock: FastClock): Promise<TestServer> {
  const bed = await startTestServer({ clock });
  bed.media.routerRtpCapabilities = { ...generateRouterRtpCapabilities() };
  bed.media.consumerRtpParameters = (produced) => {
    const [first] = produced.codecs as { mimeType: string }[];
    return { ...generateConsumerRemoteParameters({ codecMimeType: first!.mimeType }).rtpParameters };
  };
  return bed;
}

function lockOf(security: SecurityView): string {
  switch (security.state) {
    case 'sealed':
      return `sealed ${security.epoch}`;
    case 'fenced':
    case 'resyncing':
      return `${security.state} ${security.cause}`;
    case 'securing':
    case 'held':
      return security.state;
  }
}

/** Epoch and code of who is sealed. */
export function codeOf({ view }: Pick<Attendee, 'view'>): string {
  const { security } = view();
  return security.state === 'sealed' ? `${security.epoch} ${security.safetyCode.digits.join(' ')}` : lockOf(security);
}

/** Resolves once a device can receive that stream. */
export async function tuned(hearer: Person, of: { peerId: string }, stream: Stream): Promise<void> {
  await vi.waitFor(() => expect(hearer.isTuned(of, stream)).toBe(true), within);
}

/** One says something, once, and another hears it. */
export async function hears(hearer: Person, speaker: Person): Promise<void> {
  const of = { peerId: speaker.peerId };
  await tuned(hearer, of, 'mic');
  const before = hearer.decoded(of, 'mic').length;
  speaker.encode('mic', opus(1));
  await vi.waitFor(() => expect(hearer.decoded(of, 'mic')).toHaveLength(before + 1), within);
}

/** So many others are in each one's list. */
export async function everyoneLists(count: number, ...people: Person[]): Promise<void> {
  await vi.waitFor(() => expect(people.map(({ names }) => names().length)).toEqual(people.map(() => count)), within);
}

/** All of them sealed and sending in one epoch, and each shows the others and nobody else. */
export async function together(...people: Person[]): Promise<void> {
  await vi.waitFor(async () => {
    expect(new Set(people.map(codeOf)).size).toBe(1);
    expect(people.map(({ security }) => security.state)).toEqual(people.map(() => 'sealed'));
    for (const person of people) {
      const others = people.filter((other) => other !== person).map(({ peerId }) => peerId);
      expect(
        person
          .view()
          .participants.map(({ peerId }) => peerId)
          .toSorted(),
      ).toEqual(others.toSorted());
      const { epoch, sendEpoch } = await person.client.diagnostics();
      expect(sendEpoch).toBe(epoch);
    }
  }, within);
}
