// Whom everybody is to see large: the last word of one who leads, for as long as they lead and the person is there.
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { HostOutcome, TalkView } from '../types.ts';
import { Pace } from './Pace.ts';

export type SpotlightOptions = Pick<
  TalkContext,
  'say' | 'self' | 'nameOf' | 'hosting' | 'nowMs' | 'notify' | 'onChange'
>;

type SpotlightWord = Extract<GroupPayload, { t: 'spotlight' }>;
type Lit = Pick<TalkView, 'spotlight' | 'spotlightBy'>;

const NOBODY: Lit = { spotlight: null, spotlightBy: null };

/**
 * Each who leads has one word, which stands; the one with the highest number counts, and of two with the same that of the higher
 * Peer id, so that whatever crosses on the way ends equally everywhere. Whoever is overruled takes their word back: it must not
 * return when the other one goes.
 */
export class Spotlight implements TalkPart {
  readonly #options: SpotlightOptions;
  readonly #standing: Standing;
  readonly #pace: Pace;
  /** Peer id → its word; of those who lead. */
  readonly #words = new Map<string, SpotlightWord>();
  #others: readonly string[] = [];
  #lit = NOBODY;

  constructor(options: SpotlightOptions) {
    this.#options = options;
    this.#standing = new Standing(options);
    this.#pace = new Pace(() => options.nowMs());
  }

  get view(): Lit {
    return this.#lit;
  }

  /** @param peerId null: nobody any more */
  set(peerId: string | null): HostOutcome {
    if (!this.#options.hosting().iAct) return { ok: false, fault: 'notActing' };
    if (peerId !== null && !this.#isThere(peerId)) return { ok: false, fault: 'notThere' };
    const n = Math.max(0, ...[...this.#words.values()].map((word) => word.n)) + 1;
    this.#stand({ t: 'spotlight', on: peerId, n });
    this.#look();
    return { ok: true };
  }

  handle(payload: GroupPayload, { from }: Heard): void {
    if (payload.t !== 'spotlight' || !this.#leads(from)) return;
    this.#words.set(from, payload);
    const own = this.#words.get(this.#self);
    if (own !== undefined && own.on !== null && this.#last?.[0] !== this.#self) this.#stand({ ...own, on: null });
    this.#look();
  }

  setMembers(others: readonly GroupMember[]): void {
    this.#others = others.map(({ peerId }) => peerId);
    for (const [from, { n }] of this.#words) {
      if (this.#leads(from)) continue;
      this.#words.delete(from);
      // Ours, at this place in the Room or at the last one.
      if (!this.#others.includes(from)) this.#standing.end({ t: 'spotlight', on: null, n });
    }
    this.#pace.keep(this.#others);
    this.#standing.setMembers(this.#others);
    this.#look();
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  epochsUndone(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#standing.close();
  }

  get #self(): string {
    return this.#options.self().peerId;
  }

  /** Whose word counts, and what it is. */
  get #last(): readonly [string, SpotlightWord] | undefined {
    const later = (a: readonly [string, SpotlightWord], b: readonly [string, SpotlightWord]) =>
      a[1].n - b[1].n || (a[0] < b[0] ? -1 : 1);
    return [...this.#words].toSorted(later).at(-1);
  }

  #stand(word: SpotlightWord): void {
    this.#words.set(this.#self, word);
    this.#standing.stand(word);
  }

  #isThere(peerId: string): boolean {
    return peerId === this.#self || this.#others.includes(peerId);
  }

  #leads(peerId: string): boolean {
    return this.#options.hosting().acting.includes(peerId) && this.#isThere(peerId);
  }

  /** What is shown now, said where it is another. */
  #look(): void {
    const before = this.#lit;
    const [from, word] = this.#last ?? [];
    const on = word?.on ?? null;
    this.#lit = from === undefined || on === null || !this.#isThere(on) ? NOBODY : { spotlight: on, spotlightBy: from };
    if (this.#lit.spotlight === before.spotlight && this.#lit.spotlightBy === before.spotlightBy) return;
    // Of who went away it is said that they left, and no more.
    const isSaid = this.#lit.spotlight !== null || on === null;
    if (from !== undefined && isSaid && this.#lit.spotlight !== before.spotlight) this.#tell(from);
    this.#options.onChange();
  }

  #tell(from: string): void {
    const { notify, nameOf } = this.#options;
    const { spotlight } = this.#lit;
    const isOwn = from === this.#self;
    if (!isOwn && !this.#pace.take(from)) return;
    const by = isOwn ? { self: true as const } : { displayName: nameOf(from) };
    if (spotlight === null) notify({ kind: 'spotlightEnded', ...by });
    else {
      const subject = spotlight === this.#self ? null : nameOf(spotlight);
      notify({ kind: 'spotlight', peerId: spotlight, subject, ...by });
    }
  }
}
