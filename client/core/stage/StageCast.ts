// Whom of the Room a show can have: who is there, no machine among them, and who took themselves off the air since.
import type { GroupMember } from '#e2ee';
import { withPeople } from './showEdits.ts';
import type { Show } from './stagePayload.ts';

/** What other parts know of the members' devices. */
export interface StageDevices {
  /** A machine, in a hall or of a feed, this one too where it is one: no person of the show, and never on air. */
  isMachine(peerId: string): boolean;
  /** It writes what its person says. */
  makesCaptions(peerId: string): boolean;
}

export const PLAIN_DEVICES: StageDevices = { isMachine: () => false, makesCaptions: () => false };

export class StageCast {
  readonly #isMachine: (peerId: string) => boolean;
  /** Peer id → the last cue they took themselves off. */
  readonly #left = new Map<string, number>();
  #others: readonly GroupMember[] = [];
  #self: GroupMember | null = null;

  constructor({ isMachine }: Pick<StageDevices, 'isMachine'>) {
    this.#isMachine = isMachine;
  }

  get self(): GroupMember | null {
    return this.#self;
  }

  /** Empty before the first members came. */
  get selfId(): string {
    return this.#self?.peerId ?? '';
  }

  get isAlone(): boolean {
    return this.#others.length === 0;
  }

  /** The others, who could be put on air. */
  get people(): readonly GroupMember[] {
    return this.#others.filter(({ peerId }) => !this.#isMachine(peerId));
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#others = others;
    this.#self = self;
    for (const peerId of this.#left.keys()) {
      if (peerId !== self.peerId && !others.some((member) => member.peerId === peerId)) this.#left.delete(peerId);
    }
  }

  isThere(peerId: string): boolean {
    if (this.#isMachine(peerId)) return false;
    return peerId === this.#self?.peerId || this.#others.some((member) => member.peerId === peerId);
  }

  /** With all who are there, and without those who are not. */
  withMembers(show: Show): Show {
    return withPeople(show, this.#self === null ? this.people : [this.#self, ...this.people]);
  }

  tookOff(peerId: string, atMs: number): void {
    this.#left.set(peerId, Math.max(atMs, this.#left.get(peerId) ?? 0));
  }

  /** As a word has it, without those who left the air or the Room since. */
  asItStands(show: Show): Show {
    if (show.air.every(({ id, at }) => this.#isOnAir(id, at))) return show;
    return { ...show, air: show.air.filter(({ id, at }) => this.#isOnAir(id, at)) };
  }

  #isOnAir(peerId: string, atMs: number): boolean {
    return atMs > (this.#left.get(peerId) ?? -1) && this.isThere(peerId);
  }
}
