// Who comes and goes, as a person is told: after a restart of the server those who were here are awaited, and neither gone nor new.
import type { GroupMember, GroupView } from '#e2ee';
import type { MachineKind } from './hall/machinePayload.ts';
import type { Notice } from './noticeTypes.ts';
import type { Roster } from './Roster.ts';
import { after } from './util/timers.ts';

/**
 * How long others are awaited after our own way back. Clients try every three seconds at the latest, every ten after the first minute
 * (signalling/backoff.ts), and need a moment to come in; longer, and the show of a speaker whose machine died with the server goes on with an empty place.
 */
export const REGATHER_MS = 20_000;

export interface RegatheringOptions {
  roster: Roster;
  /** Null: a person. */
  kindOf(peerId: string): MachineKind | null;
  notify(notice: Pick<Notice, 'kind' | 'displayName'>): void;
  /** Nobody is awaited any more: the group is to be looked at as it is. */
  onOver(): void;
}

export class Regathering {
  readonly #options: RegatheringOptions;
  /** Names the run of the server that our place is at. */
  #run: string | null = null;
  /** Peer id → as they were in the group of before. */
  readonly #awaited = new Map<string, GroupMember>();
  #isSettling = false;
  /** Nobody is the Peer that they were. */
  #areOthers = false;
  #stopTimer: () => void = () => undefined;

  constructor(options: RegatheringOptions) {
    this.#options = options;
  }

  /** Others may be on their way still, and do not hear what is said. */
  get isOn(): boolean {
    return this.#awaited.size > 0;
  }

  /** Names of the people who may be on their way still; machines are nobody's company. */
  get awaited(): string[] {
    return [...this.#awaited.values()]
      .filter(({ peerId }) => this.#options.kindOf(peerId) === null)
      .map(({ displayName }) => displayName);
  }

  /**
   * The server lost its folder too, and all come back as other Peers: what is said before they are there reaches them by no second word.
   */
  get holdsTalk(): boolean {
    return this.#areOthers && this.isOn;
  }

  /** The host may be on its way still, and what it had decided is not the group's word again yet. */
  get isSettling(): boolean {
    return this.#isSettling;
  }

  /**
   * A fresh place. With another run than before group and Peers are gone, and all come back by themselves.
   * @param isSamePeer as before: the server knows who is who
   */
  arrived(run: string, isSamePeer: boolean): void {
    const isRestart = this.#run !== null && this.#run !== run;
    this.#run = run;
    if (!isRestart) return;
    this.#areOthers = !isSamePeer;
    for (const member of this.#options.roster.others) this.#awaited.set(member.peerId, member);
    this.#isSettling = true;
    this.#stopTimer();
    this.#stopTimer = after(REGATHER_MS, () => this.#giveUp());
  }

  /** @returns the group with those who are awaited, as if they had stayed; whoever is in it is awaited no longer */
  update(view: GroupView): GroupView {
    const { joined, left } = this.#options.roster.update(view);
    const isAwaited = (member: GroupMember) => this.#awaitedAs(member)?.displayName === member.displayName;
    for (const member of joined) {
      if (isAwaited(member)) continue;
      this.#options.notify({ kind: member.machine?.kind ?? 'joined', displayName: member.displayName });
    }
    this.#tellLeft(left.filter((member) => !isAwaited(member)));
    if (view.state !== 'in' || !this.isOn) return view;
    for (const member of view.members) this.#awaited.delete(this.#awaitedAs(member)?.peerId ?? '');
    return { ...view, members: [...view.members, ...this.#awaited.values()] };
  }

  /** By the name where ids are others: two of one name are told apart by nobody then. */
  #awaitedAs({ peerId, displayName, self }: GroupMember): GroupMember | undefined {
    const same = this.#awaited.get(peerId);
    if (same !== undefined || !this.#areOthers || self) return same;
    return [...this.#awaited.values()].find((one) => one.displayName === displayName);
  }

  #giveUp(): void {
    this.#isSettling = false;
    this.#tellLeft([...this.#awaited.values()]);
    this.#awaited.clear();
    this.#options.onOver();
  }

  #tellLeft(left: readonly GroupMember[]): void {
    for (const { peerId, displayName } of left) {
      const kind = this.#options.kindOf(peerId);
      this.#options.notify({ kind: kind === null ? 'left' : `${kind}Left`, displayName });
    }
  }

  close(): void {
    this.#stopTimer();
    this.#awaited.clear();
  }
}
