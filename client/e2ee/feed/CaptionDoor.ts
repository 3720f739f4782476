// Which captions a viewer is shown: those that the speaker's own device signed, each once, in their order, and soon (SPEC F-30, F-31).
import type { FrameKeyring } from '../frames/FrameKeyring.ts';
import type { StageEvent, WatchCaption } from '../messages.ts';
import { openCaption, readCaptionHeader } from './caption.ts';
import { newestOf, STALE_MS, type Speakers } from './Speakers.ts';

export interface CaptionDoorOptions {
  roomId: string;
  keyring: Pick<FrameKeyring, 'captionKey'>;
  speakers: Speakers;
}

export class CaptionDoor {
  readonly #options: CaptionDoorOptions;

  constructor(options: CaptionDoorOptions) {
    this.#options = options;
  }

  /** Undefined for what is passed over without a word. Never throws. To be called one after the other. */
  async open({ from, caption }: Extract<StageEvent, { name: 'stage:caption' }>): Promise<WatchCaption | undefined> {
    const { roomId, keyring, speakers } = this.#options;
    const speaker = speakers.of(from);
    const header = readCaptionHeader(caption);
    if (speaker === undefined || header === undefined) return undefined;
    const key = await keyring.captionKey(header.groupId, header.epoch, speaker.person.feedKey);
    if (key === undefined) return undefined;
    const opened = await openCaption(key, speaker.key, { roomId, peerId: from, ...header }, caption);
    // A roster that came meanwhile may vouch for another key: nothing is said on the strength of the one before.
    if (speakers.of(from)?.key !== speaker.key || opened.outcome === 'unreadable') return undefined;
    if (opened.outcome === 'forged') return { outcome: 'forged', peerId: from };
    const { lastCaption } = speaker;
    if (header.count <= lastCaption.count || opened.timeMs < newestOf(speaker) - STALE_MS) return undefined;
    lastCaption.count = header.count;
    lastCaption.timeMs = opened.timeMs;
    return { outcome: 'said', peerId: from, ...opened.words };
  }
}
