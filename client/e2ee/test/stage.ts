// A stage for tests: a host, people with real feed keys, and what they sign.
import { importViewRoot, type ViewRoot } from '../feed/viewKeys.ts';
import { sealDocument } from '../feed/documents.ts';
import { FeedKey } from '../feed/FeedKey.ts';
import { signProgram } from '../feed/program.ts';
import { signRoster, signRosterForHost, verifyRoster } from '../feed/roster.ts';
import { wrapStageKey } from '../feed/wrap.ts';
import { Feed } from '../feed/Feed.ts';
import { rawHostKey } from '../mls/hostPass.ts';
import type { EncodedFrame } from '../frames/encodedFrame.ts';
import { parseSealedFrame } from '../frames/layout.ts';
import type { FrameCodec, StreamName, ProgramContent, StageEvent, StagePerson, StageRole } from '../messages.ts';
import {
  bytesOf,
  copyOf,
  epochKeys,
  FakeEnd,
  ManualClock,
  MEMBERS,
  opus,
  quiet,
  until,
  vp8Delta,
  vp8Key,
  type FakeTrack,
} from './fakeFrames.ts';
import { createHost, NOW_MS, ROOM_ID } from './members.ts';

export const STAGE_GROUP = new Uint8Array(16).fill(9);
export const VIEW_SECRET = 5;

export const CONTENT: ProgramContent = {
  phase: 'live',
  layout: 'solo',
  onAir: ['ana'],
  screen: null,
  labels: true,
  startsAtMs: null,
  event: { name: 'Open day', accent: '#00aa88', logo: null },
};

export class Stage {
  readonly #keys = new Map<string, FeedKey>();
  readonly #host: CryptoKeyPair;
  readonly hostKeyHash: string;
  readonly root: ViewRoot;

  private constructor(host: CryptoKeyPair, hostKeyHash: string, root: ViewRoot) {
    this.#host = host;
    this.hostKeyHash = hostKeyHash;
    this.root = root;
  }

  static async create(secretByte = VIEW_SECRET): Promise<Stage> {
    const { hostKey, hostKeyHash } = await createHost();
    return new Stage(hostKey, hostKeyHash, await importViewRoot(new Uint8Array(24).fill(secretByte)));
  }

  async keyOf(peerId: string): Promise<FeedKey> {
    const key = this.#keys.get(peerId) ?? (await FeedKey.create());
    this.#keys.set(peerId, key);
    return key;
  }

  async person(peerId: string, role: StageRole = 'speaker'): Promise<StagePerson> {
    const { publicKey: feedKey } = await this.keyOf(peerId);
    return { peerId, name: `Name of ${peerId}`, title: 'Chair', feedKey, role };
  }

  /** As the host signs it, who names these to list people while it is away. */
  async roster(
    count: number,
    people: StagePerson[],
    { roomId = ROOM_ID, delegates = [] }: { roomId?: string; delegates?: string[] } = {},
  ): Promise<Uint8Array> {
    const keys = await Promise.all(delegates.map((peerId) => this.keyOf(peerId)));
    const listing = { roomId, timeMs: NOW_MS, people, count };
    return signRoster(
      this.#host,
      listing,
      keys.map(({ publicKey }) => publicKey),
    );
  }

  /** By the host's key, with these bytes where its delegation stands. */
  async rosterByHost(count: number, people: StagePerson[], delegation: Uint8Array): Promise<Uint8Array> {
    const { privateKey } = this.#host;
    const publicKey = await rawHostKey(this.#host);
    return signRosterForHost({ publicKey, privateKey }, { roomId: ROOM_ID, timeMs: NOW_MS, people, count }, delegation);
  }

  /** As `signer` signs it on the strength of what stands in a roster. */
  async rosterBy(
    signer: string,
    count: number,
    people: StagePerson[],
    by: Uint8Array,
    roomId = ROOM_ID,
  ): Promise<Uint8Array> {
    const { delegation } = (await verifyRoster(by, { roomId, hostKeyHash: this.hostKeyHash })) ?? {};
    const listing = { roomId, timeMs: NOW_MS, people, count };
    return signRosterForHost(await this.keyOf(signer), listing, delegation ?? new Uint8Array());
  }

  async rosterEvent(signed: Uint8Array): Promise<StageEvent> {
    return { name: 'stage:roster', roster: await sealDocument(this.root, 'roster', ROOM_ID, signed) };
  }

  async programEvent(
    producer: string,
    count: number,
    more: { content?: ProgramContent; timeMs?: number; key?: FeedKey; roomId?: string } = {},
  ): Promise<StageEvent> {
    const { content = CONTENT, timeMs = NOW_MS, roomId = ROOM_ID } = more;
    const { privateKey } = more.key ?? (await this.keyOf(producer));
    const signed = await signProgram(privateKey, roomId, { content, count, timeMs, producer });
    return { name: 'stage:program', program: await sealDocument(this.root, 'program', ROOM_ID, signed) };
  }

  async keysEvent(
    epoch: number,
    roster: Uint8Array,
    more: { groupId?: Uint8Array; root?: ViewRoot; stageKey?: Uint8Array } = {},
  ): Promise<StageEvent> {
    const { groupId = STAGE_GROUP, root = this.root, stageKey = stageKeyOf(epoch) } = more;
    const wrapped = await wrapStageKey(root, { groupId, epoch, stageKey }, roster);
    return { name: 'stage:keys', groupId, epoch, wrapped };
  }
}

/** The same at members and viewers, as the MLS exporter gives it. */
export function stageKeyOf(epoch: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, index) => (epoch * 29 + index * 3 + 1) & 0xff);
}

/** One device's frames, with what it knows of the stage; of a Member, or of a viewer where it has no leaf. */
export class StageEnd extends FakeEnd {
  readonly feed: Feed;
  readonly #leaf: number | null;

  private constructor(leaf: number | null, clock: ManualClock, feed: Feed) {
    super(leaf ?? 0, { clock, feed });
    this.#leaf = leaf;
    this.feed = feed;
  }

  static member(leaf: 0 | 1 | 2, key: FeedKey | null, clock = new ManualClock()): StageEnd {
    const end = new StageEnd(leaf, clock, new Feed(() => NOW_MS + clock.nowMs()));
    end.feed.key = key;
    return end;
  }

  static viewer(clock = new ManualClock()): StageEnd {
    return new StageEnd(null, clock, new Feed(() => 0));
  }

  /** With the stage's key of that epoch; a viewer with nothing else. */
  async join(epoch: number, groupId = STAGE_GROUP): Promise<void> {
    const stageKey = stageKeyOf(epoch);
    if (this.#leaf === null) await this.keyring.addStageEpoch({ groupId, epoch, stageKey });
    else await this.keyring.addEpoch({ ...epochKeys(epoch, this.#leaf, MEMBERS, groupId), stageKey });
    this.keyring.sendFrom(groupId, epoch);
    this.engine.noteEpochArrived();
  }

  /** Seals them in one go, as the server would get them. The track stays, as it does while somebody speaks. */
  async air(stream: StreamName, frames: EncodedFrame[]): Promise<EncodedFrame[]> {
    const track = this.#airing.get(stream) ?? this.send(`airing ${stream}`, stream);
    this.#airing.set(stream, track);
    const before = track.out.length;
    track.push(...frames);
    await until(() => track.out.length === before + frames.length);
    return track.out.slice(before).map(copyOf);
  }

  readonly #airing = new Map<StreamName, FakeTrack>();
}

/** As its receiver reads it. */
export const parsed = (codec: FrameCodec, frame: EncodedFrame | undefined) => {
  const sealed = parseSealedFrame(codec, bytesOf(frame));
  if (typeof sealed === 'string') throw new Error(sealed);
  return sealed;
};

export const pictures = (count: number) => [
  vp8Key(1),
  ...Array.from({ length: count - 1 }, (_, index) => vp8Delta(index + 2)),
];
export const sounds = (count: number) => Array.from({ length: count }, (_, index) => opus(index));

/** That many came out, and no more. */
export async function settled(track: FakeTrack, count: number): Promise<void> {
  await until(() => track.out.length >= count);
  await quiet();
  if (track.out.length !== count) throw new Error(`${track.out.length} came out, not ${count}`);
}
