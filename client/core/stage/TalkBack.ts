// Who speaks to whom over the show: a producer's word that stands for as long as they hold the button.
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext } from '../talk/TalkPart.ts';
import { keepOnly } from '../util/keepOnly.ts';

export class TalkBack {
  readonly #standing: Standing;
  readonly #onChange: () => void;
  /** Peer id → whom they speak to. */
  readonly #speaking = new Map<string, string>();
  #own: string | null = null;

  constructor(options: Pick<TalkContext, 'say'>, onChange: () => void) {
    this.#standing = new Standing(options);
    this.#onChange = onChange;
  }

  get own(): string | null {
    return this.#own;
  }

  /** @param isProducer whose word counts */
  to(self: string, isProducer: (peerId: string) => boolean): string[] {
    return [...this.#speaking].flatMap(([from, to]) => ((to === '*' || to === self) && isProducer(from) ? [from] : []));
  }

  set(to: string | null): void {
    if (to === this.#own) return;
    this.#own = to;
    if (to === null) this.#standing.end({ t: 'talkBack', to });
    else this.#standing.stand({ t: 'talkBack', to });
    this.#onChange();
  }

  handle(payload: GroupPayload, { from }: Heard): void {
    if (payload.t !== 'talkBack') return;
    if (payload.to === null) this.#speaking.delete(from);
    else this.#speaking.set(from, payload.to);
    this.#onChange();
  }

  setMembers(others: readonly GroupMember[]): void {
    const peerIds = others.map(({ peerId }) => peerId);
    keepOnly(this.#speaking, peerIds);
    this.#standing.setMembers(peerIds);
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#standing.close();
  }
}
