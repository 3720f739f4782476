// Which members are machines in a hall, by their own word, attributed by leaf; and that word, where this device is one.
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';

type Context = Pick<TalkContext, 'say' | 'notify' | 'onChange' | 'isHall'>;

export class HallTalk implements TalkPart {
  readonly #context: Context;
  readonly #standing: Standing;
  readonly #halls = new Set<string>();
  /** Who was there before us: nothing is news of them. */
  #first: ReadonlySet<string> | null = null;
  #self = '';

  constructor(context: Context) {
    this.#context = context;
    this.#standing = new Standing(context);
    if (context.isHall) this.#standing.stand({ t: 'hall' });
  }

  /** Oneself too. A hall is in the group like everybody, and no person: it is counted nowhere and put on air by nobody. */
  has(peerId: string): boolean {
    return this.#halls.has(peerId) || (this.#context.isHall === true && peerId === this.#self);
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t !== 'hall' || this.#halls.has(from)) return;
    this.#halls.add(from);
    if (!this.#first?.has(from)) this.#context.notify({ kind: 'hall', displayName });
    this.#context.onChange();
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#self = self.peerId;
    const peerIds = others.map(({ peerId }) => peerId);
    this.#first ??= new Set(peerIds);
    for (const peerId of this.#halls) if (!peerIds.includes(peerId)) this.#halls.delete(peerId);
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
