// The end of the meeting for everybody: the host's word to the group, signed by its leaf, and then the server's doing.
import { encodePayload, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { codeOf } from '../signalling/SignallingError.ts';
import type { EndedBy, HostOutcome } from '../types.ts';
import { after } from '../util/timers.ts';

export type EndingOptions = Pick<TalkContext, 'say' | 'self' | 'hosting' | 'ask' | 'onRoomEnded'>;

/** The server's notification may overtake the word, which has yet to be opened; longer looks like a frozen room. */
const WORD_LATE_BY_MS = 1_000;
/** The server closes the Room at once; where it does not, the host's word holds without it. */
const WITHOUT_SERVER_AFTER_MS = 5_000;

export class Ending implements TalkPart {
  readonly #options: EndingOptions;
  #by: EndedBy | null = null;
  #isClosed = false;
  #stopTimer: () => void = () => undefined;

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  /** Who said that the meeting ends; null while nobody did who may. */
  get by(): EndedBy | null {
    return this.#by;
  }

  async endForAll(): Promise<HostOutcome> {
    const { say, self, ask, hosting, onRoomEnded } = this.#options;
    if (!hosting().iAct || !this.#mayEnd(self().peerId)) return { ok: false, fault: 'notActing' };
    try {
      await say(encodePayload({ t: 'ending' }));
    } catch {
      return { ok: false, fault: 'busy' };
    }
    // From here on the others leave: the server's word only makes the links worthless.
    this.#by = { self: true };
    try {
      await ask('room:end', {});
      // A server that answers has not closed our place; the others go by our word.
      onRoomEnded();
      return { ok: true };
    } catch (error) {
      const code = codeOf(error);
      // What comes instead of an answer is the end itself.
      if (code === 'closed') return { ok: true };
      this.#by = null;
      return { ok: false, fault: code === 'forbidden' || code === 'not_sealed' ? 'notActing' : 'failed' };
    }
  }

  /** The server has closed the Room: on whose word, if it was anybody's, is waited for before it is shown. */
  roomClosed(): void {
    const { host, cohosts } = this.#options.hosting();
    const mayBeSaid = host !== null || cohosts.length > 0;
    if (this.#by !== null || !mayBeSaid) return this.#options.onRoomEnded();
    this.#isClosed = true;
    this.#stopTimer = after(WORD_LATE_BY_MS, () => this.#options.onRoomEnded());
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t !== 'ending' || !this.#mayEnd(from) || this.#by !== null) return;
    this.#by = { self: false, displayName };
    if (this.#isClosed) return this.#options.onRoomEnded();
    this.#stopTimer = after(WITHOUT_SERVER_AFTER_MS, () => this.#options.onRoomEnded());
  }

  close(): void {
    this.#stopTimer();
  }

  /** The host, and whom the host named: not whoever leads because nobody else is there. */
  #mayEnd(peerId: string): boolean {
    const { host, cohosts, acting } = this.#options.hosting();
    return acting.includes(peerId) && (peerId === host || cohosts.includes(peerId));
  }
}
