// Who is in the group, as the MLS tree says, and what the server adds of each: away, speaking, how loud.
import type { GroupMember, GroupView } from '#e2ee';
import type { Presence } from './RemotePeer.ts';

export interface RosterChange {
  joined: GroupMember[];
  left: GroupMember[];
}

/** Quietest and loudest of the meter, in dBov: below is breath and fans, above is shouting. */
const QUIETEST_DBOV = -60;
const LOUDEST_DBOV = -10;

export class Roster {
  /** In the order in which they came into sight. Kept while the group is rejoined, so that nobody flickers away. */
  readonly #members = new Map<string, GroupMember>();
  /** Keys that were ours here, now or at an earlier place: a leaf left behind by us is nobody else. */
  readonly #ownKeys = new Set<string>();
  readonly #away = new Set<string>();
  #levels = new Map<string, number>();
  #known = false;

  /** Others, oldest first. */
  get others(): GroupMember[] {
    return this.#withoutOwn([...this.#members.values()]);
  }

  nameOf(peerId: string): string | undefined {
    return this.#members.get(peerId)?.displayName;
  }

  presenceOf(peerId: string): Presence {
    const level = this.#levels.get(peerId) ?? 0;
    return { away: this.#away.has(peerId), speaking: level > 0, level };
  }

  /** Takes the group's word; nobody is announced the first time, since they were there before us. */
  update(view: GroupView): RosterChange {
    if (view.state !== 'in') return { joined: [], left: [] };
    for (const { self, keyHash } of view.members) if (self) this.#ownKeys.add(keyHash);
    // Another name under the same id is another person to whoever reads it; another key under the same name is a device back again.
    const isKnown = ({ peerId, displayName }: GroupMember) => this.nameOf(peerId) === displayName;
    const names = new Map(view.members.map(({ peerId, displayName }) => [peerId, displayName]));
    const left = [...this.#members.values()].filter(({ peerId, displayName }) => names.get(peerId) !== displayName);
    const joined = view.members.filter((member) => !isKnown(member));
    for (const { peerId } of left) this.#forget(peerId);
    for (const member of view.members) this.#members.set(member.peerId, member);
    const first = !this.#known;
    this.#known = true;
    return first ? { joined: [], left: [] } : { joined: this.#withoutOwn(joined), left: this.#withoutOwn(left) };
  }

  #withoutOwn(members: GroupMember[]): GroupMember[] {
    return members.filter(({ keyHash }) => !this.#ownKeys.has(keyHash));
  }

  setAway(peerId: string, away: boolean): void {
    if (away) this.#away.add(peerId);
    else this.#away.delete(peerId);
  }

  /** A fresh look at who is connected (none of whom is away). */
  resetPresence(): void {
    this.#away.clear();
    this.#levels.clear();
  }

  /** @param levels dBov, of those who are heard; all others are silent */
  setLevels(levels: readonly { peerId: string; level: number }[]): void {
    this.#levels = new Map(levels.map(({ peerId, level }) => [peerId, meterOf(level)]));
  }

  #forget(peerId: string): void {
    this.#members.delete(peerId);
    this.#away.delete(peerId);
    this.#levels.delete(peerId);
  }
}

/** dBov to 0 … 1, linear in loudness as heard. */
export function meterOf(dBov: number): number {
  return Math.min(Math.max((dBov - QUIETEST_DBOV) / (LOUDEST_DBOV - QUIETEST_DBOV), 0), 1);
}
