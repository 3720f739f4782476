// What viewers can receive, kept once for all who can receive the same: thousands watch a Room, with a few kinds of browsers.
import type { RtpCapabilities } from 'mediasoup/types';
import { viewerCapabilities } from './codecs.ts';

/** More than there are browsers. What else somebody makes up is made for each who says it, and gone with them. */
const MOST_KINDS = 32;
/** In characters. What is kept stays until the Room closes, so nobody may make it large. */
const LONGEST_KIND = 16_384;

export class ViewerKinds {
  readonly #kinds = new Map<string, RtpCapabilities>();

  /**
   * @param capabilities as they were parsed, not as they came: what is spelled alike then is alike
   * @returns them without what an audience is not sent; shared, so nobody may change it
   */
  of(capabilities: RtpCapabilities): RtpCapabilities {
    const key = JSON.stringify(capabilities);
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const kind = viewerCapabilities(capabilities);
    if (this.#kinds.size < MOST_KINDS && key.length <= LONGEST_KIND) this.#kinds.set(key, kind);
    return kind;
  }
}
