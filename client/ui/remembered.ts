// What this device remembers between visits: small strings in localStorage, which may be closed to us.

export type RememberedKey =
  | 'name'
  | 'language'
  | 'theme'
  | 'shortcuts'
  | 'sounds'
  | `sound.${string}`
  /** Whether screen readers are told of reactions. */
  | 'readReactions'
  | 'selfView'
  | 'captions'
  | 'watch.captions'
  | 'watch.captionSize'
  | 'typing'
  | 'layout'
  | 'pageSize'
  | 'corner'
  | 'device.mic'
  | 'device.camera'
  | 'device.speaker'
  | 'background'
  /** A picture, as a data: address. */
  | 'background.own'
  | 'noise'
  | `host.${string}`
  /** The key by which a feed ticket of that room knows this device. */
  | `feed.${string}`
  /** The show that this device produces in that room, sealed for who holds its link. */
  | `show.${string}`
  /** Tickets of machines that were made in that room, sealed the same way. */
  | `passes.${string}`
  /** By what this device is known again as a speaker of that room's show, sealed too. */
  | `speaker.${string}`
  /** Of a machine in a hall: what it sends, whether it did, and whether it plays the speakers. */
  | 'hall.picture'
  | 'hall.sound'
  | 'hall.clean'
  | 'hall.sending'
  | 'hall.plays'
  /** As the host of that room: the mode chosen last. */
  | `mode.${string}`
  /** Recordings of this person for who produces in that room, which are not handed over yet. */
  | `iso.${string}`;

const PREFIX = 'conclave.';

/** Storage throws where cookies are blocked; then nothing is remembered and nothing breaks. */
export const recall = (key: RememberedKey): string | null => {
  try {
    return globalThis.localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
};

/** All keys that begin so. */
export const recalledKeys = (beginning: string): string[] => {
  try {
    const storage = globalThis.localStorage;
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    return keys.filter((key) => key.startsWith(PREFIX + beginning)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
};

/** Null forgets. */
export const remember = (key: RememberedKey, value: string | null): void => {
  try {
    if (value === null) globalThis.localStorage.removeItem(PREFIX + key);
    else globalThis.localStorage.setItem(PREFIX + key, value);
  } catch {
    // Not remembered this time.
  }
};
