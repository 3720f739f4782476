// Which members are machines, in a hall or of a feed, by their credential or their own word; and that word, where this device is one.
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { MachineKind } from './machinePayload.ts';
import { keepOnly } from '../util/keepOnly.ts';

type Context = Pick<TalkContext, 'say' | 'notify' | 'onChange' | 'machine'>;

export class MachineTalk implements TalkPart {
  readonly #context: Context;
  readonly #standing: Standing;
  readonly #kinds = new Map<string, MachineKind>();
  /** Who was there before us: nothing is news of them. */
  #first: ReadonlySet<string> | null = null;
  #self = '';

  constructor(context: Context) {
    this.#context = context;
    this.#standing = new Standing(context);
    if (context.machine) this.#standing.stand({ t: context.machine });
  }

  /** Oneself too. A machine is in the group like everybody, and no person: it is counted nowhere and put on air by nobody. */
  kindOf(peerId: string): MachineKind | null {
    return this.#kinds.get(peerId) ?? (peerId === this.#self ? (this.#context.machine ?? null) : null);
  }

  has(peerId: string): boolean {
    return this.kindOf(peerId) !== null;
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if ((payload.t !== 'hall' && payload.t !== 'feed') || this.#kinds.has(from)) return;
    this.#kinds.set(from, payload.t);
    if (!this.#first?.has(from)) this.#context.notify({ kind: payload.t, displayName });
    this.#context.onChange();
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#self = self.peerId;
    const peerIds = others.map(({ peerId }) => peerId);
    this.#first ??= new Set(peerIds);
    keepOnly(this.#kinds, peerIds);
    // The tree says it at once; whoever tells of newcomers has told it (`Regathering`).
    for (const { peerId, machine } of others) if (machine !== undefined) this.#kinds.set(peerId, machine.kind);
    this.#standing.setMembers(peerIds);
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver(): void {
    this.#standing.startOver();
  }

  epochsUndone(): void {
    this.startOver();
  }

  close(): void {
    this.#standing.close();
  }
}
