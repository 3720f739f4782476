// What this device remembers of its person's recordings for a room until they are handed over: names on its disk, and no key.
import { recall, remember } from '../../../remembered.ts';

export interface RememberedIso {
  /** On this device's disk. */
  name: string;
  /** By the server's clock. */
  startMs: number;
  /** Of the hand-over under way; null while there is none. */
  id: string | null;
}

const isRemembered = (value: unknown): value is RememberedIso => {
  if (typeof value !== 'object' || value === null) return false;
  const { name, startMs, id } = value as Partial<RememberedIso>;
  return typeof name === 'string' && typeof startMs === 'number' && (id === null || typeof id === 'string');
};

export class IsoMemory {
  readonly #key: `iso.${string}`;
  #all: readonly RememberedIso[];

  constructor(roomId: string) {
    this.#key = `iso.${roomId}`;
    this.#all = parse(recall(this.#key));
  }

  get all(): readonly RememberedIso[] {
    return this.#all;
  }

  /** In the place of what was known under `before`. */
  put(iso: RememberedIso, before = iso.name): void {
    this.#keep([...this.#all.filter(({ name }) => name !== before && name !== iso.name), iso]);
  }

  forget(name: string): void {
    this.#keep(this.#all.filter((one) => one.name !== name));
  }

  #keep(all: readonly RememberedIso[]): void {
    this.#all = all;
    remember(this.#key, all.length === 0 ? null : JSON.stringify(all));
  }
}

const parse = (text: string | null): RememberedIso[] => {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isRemembered) : [];
  } catch {
    return [];
  }
};
