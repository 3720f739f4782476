// A stage for tests: a host, people with real feed keys, and what they sign.
import { importViewRoot, type ViewRoot } from '../feed/viewKeys.ts';
import { sealDocument } from '../feed/documents.ts';
import { FeedKey } from '../feed/FeedKey.ts';
import { signProgram } from '../feed/program.ts';
import { signRoster } from '../feed/roster.ts';
import { wrapStageKey } from '../feed/wrap.ts';
import type { ProgramContent, StageEvent, StagePerson, StageRole } from '../messages.ts';
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

  /** As the host signs it. */
  async roster(count: number, people: StagePerson[], roomId = ROOM_ID): Promise<Uint8Array> {
    return signRoster(this.#host, { roomId, timeMs: NOW_MS }, { people, count });
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
    more: { groupId?: Uint8Array; root?: ViewRoot } = {},
  ): Promise<StageEvent> {
    const { groupId = STAGE_GROUP, root = this.root } = more;
    const wrapped = await wrapStageKey(root, { groupId, epoch, stageKey: stageKeyOf(epoch) }, roster);
    return { name: 'stage:keys', groupId, epoch, wrapped };
  }
}

/** The same at members and viewers, as the MLS exporter gives it. */
export function stageKeyOf(epoch: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, index) => (epoch * 29 + index * 3 + 1) & 0xff);
}
