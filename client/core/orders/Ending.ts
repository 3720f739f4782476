// The end of the meeting for everybody: the host's word to the group, signed by its leaf, and then the server's doing.
import { encodePayload, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { codeOf } from '../signalling/SignallingError.ts';
import type { EndedBy, HostOutcome } from '../types.ts';
import { after } from '../util/timers.ts';

export type EndingOptions = Pick<TalkContext, 'say' | 'self' | 'hosting' | 'ask' | 'onRoomEnded'>;

/** The server closes the Room at once; where it does not, the host's word holds without it. */
const WITHOUT_SERVER_AFTER_MS = 5_000;

export class Ending implements TalkPart {
  readonly #options: EndingOptions;
  #by: EndedBy | null = null;
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

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t !== 'ending' || !this.#mayEnd(from) || this.#by !== null) return;
    this.#by = { self: false, displayName };
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
