// What the members' devices can send and receive, told to each other inside the group, so that the server cannot choose for them.
import type { VideoCodec } from '#e2ee';
import { encodePayload, parsePayload } from '../talk/payload.ts';
import { after } from '../util/timers.ts';
import { VIDEO_PREFERENCE } from './codecChoice.ts';
import { keepOnly } from '../util/keepOnly.ts';

export interface CodecTalkOptions {
  /** Seals and sends; resolves when the server took it. */
  say(payload: Uint8Array): Promise<void>;
  /** What our own device can; null until that is known. */
  own(): readonly VideoCodec[] | null;
  /** The lists of the other members that told theirs, by Peer id. */
  onChange(lists: ReadonlyMap<string, VideoCodec[]>): void;
}

/** While the group is rejoined or the connection is lost nobody hears us. */
const RETRY_MS = 1_000;

export class CodecTalk {
  readonly #options: CodecTalkOptions;
  readonly #lists = new Map<string, VideoCodec[]>();
  /** Who was there when we last spoke. */
  readonly #told = new Set<string>();
  #others: readonly string[] = [];
  #saying = false;
  #stopRetry: () => void = () => undefined;
  #closed = false;

  constructor(options: CodecTalkOptions) {
    this.#options = options;
  }

  /** @param others Peer ids of the group without our own */
  setMembers(others: readonly string[]): void {
    this.#others = others;
    keepOnly(this.#told, others);
    const gone = [...this.#lists.keys()].filter((peerId) => !others.includes(peerId));
    for (const peerId of gone) this.#lists.delete(peerId);
    if (gone.length > 0) this.#changed();
    this.speak();
  }

  handleSaid({ from, payload, self }: { from: string; payload: Uint8Array; self: boolean }): void {
    const parsed = self ? null : parsePayload(payload);
    if (parsed?.t !== 'codecs' || this.#closed) return;
    this.#lists.set(
      from,
      VIDEO_PREFERENCE.filter((codec) => parsed.can.includes(codec)),
    );
    this.#changed();
    this.speak();
  }

  /** Tells those who were not told yet. Silence means that one can what is preferred: most Rooms need no word of this. */
  speak(): void {
    const own = this.#options.own();
    const [preferred] = VIDEO_PREFERENCE;
    if (own === null || this.#saying || this.#closed) return;
    if (this.#lists.size === 0 && preferred !== undefined && own.includes(preferred)) return;
    const fresh = this.#others.filter((peerId) => !this.#told.has(peerId));
    if (fresh.length > 0) void this.#say(own, fresh);
  }

  close(): void {
    this.#closed = true;
    this.#stopRetry();
  }

  async #say(own: readonly VideoCodec[], listeners: readonly string[]): Promise<void> {
    this.#saying = true;
    this.#stopRetry();
    const said = await this.#options.say(encodePayload({ t: 'codecs', can: [...own] })).then(
      () => true,
      () => false,
    );
    this.#saying = false;
    if (this.#closed) return;
    if (said) {
      for (const peerId of listeners) this.#told.add(peerId);
      this.speak(); // Somebody may have come meanwhile.
    } else this.#stopRetry = after(RETRY_MS, () => this.speak());
  }

  #changed(): void {
    this.#options.onChange(new Map(this.#lists));
  }
}
