// The show as the device of who produces it keeps it, sealed for the room's link: a page that loads anew has it again (SPEC E-205).
import * as v from 'valibot';
import type { RoomLink } from '../linkTypes.ts';
import { oneAtATime } from '../util/oneAtATime.ts';
import { openKept, sealToKeep } from './sealedText.ts';
import { Brand, Show, SomePeerId } from './stagePayload.ts';

/** Where this device keeps one text for the room; the page's affair. Neither throws. */
export interface ShowStore {
  read(): string | null;
  write(text: string | null): void;
}

/** One for each thing that is kept; null where nothing can be. */
type Stores = Record<'showStore' | 'passStore' | 'speakerStore', ShowStore | null>;

export const storesOf = ({ showStore, passStore, speakerStore }: { [Name in keyof Stores]?: ShowStore }): Stores => ({
  showStore: showStore ?? null,
  passStore: passStore ?? null,
  speakerStore: speakerStore ?? null,
});

/** A show outlives the night before it; more would open last week's stage again in a room that is used each week. */
export const KEPT_FOR_MS = 12 * 60 * 60 * 1000;

const Kept = v.object({ v: v.literal(1), at: v.number(), self: SomePeerId, show: Show, brand: Brand });
/** `self`: our Peer id in it. */
export type KeptShow = Pick<v.InferOutput<typeof Kept>, 'self' | 'show' | 'brand'>;

export interface ShowKeeperOptions {
  /** Null where nothing can be kept. */
  store: ShowStore | null;
  link(): RoomLink;
  nowMs(): number;
}

export class ShowKeeper {
  readonly #options: ShowKeeperOptions;
  readonly #writeSoon: () => void;
  #wanted: { text: string; link: RoomLink; kept: KeptShow } | null = null;
  /** As long as nothing was kept or forgotten here, what an earlier page kept stays. */
  #touched = false;

  constructor(options: ShowKeeperOptions) {
    this.#options = options;
    this.#writeSoon = oneAtATime(() => this.#write());
  }

  /** What an earlier page kept; null where it is too old, or none of this link's. Never rejects. */
  async recall(): Promise<KeptShow | null> {
    const opened = await openKept(this.#options.store, 'kept-show', this.#options.link());
    try {
      const { at, self, show, brand } = v.parse(Kept, JSON.parse(opened ?? 'null'));
      const ageMs = this.#options.nowMs() - at;
      return ageMs < KEPT_FOR_MS ? { self, show, brand } : null;
    } catch {
      return null;
    }
  }

  /** Where it is another one than was kept last, or the link is. */
  keep(kept: KeptShow): void {
    const [text, link] = [JSON.stringify(kept), this.#options.link()];
    if (this.#wanted?.text === text && this.#wanted.link === link) return;
    this.#wanted = { text, link, kept };
    this.#touched = true;
    this.#writeSoon();
  }

  /** The show is over, or another's. */
  forget(): void {
    if (this.#touched && this.#wanted === null) return;
    this.#touched = true;
    this.#wanted = null;
    this.#options.store?.write(null);
  }

  async #write(): Promise<void> {
    const wanted = this.#wanted;
    const { store, nowMs } = this.#options;
    if (wanted === null || store === null) return;
    const text = JSON.stringify({ v: 1, at: nowMs(), ...wanted.kept });
    const sealed = await sealToKeep(text, 'kept-show', wanted.link);
    // Forgotten or changed meanwhile.
    if (sealed !== null && this.#wanted === wanted) store.write(sealed);
  }
}
