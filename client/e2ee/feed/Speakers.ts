// Whose signature counts for whose frames, by the last roster that the host signed; what a Peer says on air hangs on it.
import type { Roster, StagePerson, StreamName } from '../messages.ts';
import { source, toHex } from '../util/bytes.ts';

/** One person of the roster, ready to be held to their key. */
export interface Speaker {
  readonly person: StagePerson;
  readonly key: CryptoKey;
  /** Newest signed time of each stream, in ms; outlives tracks and rosters, which may end and begin again. */
  readonly newestMs: Map<StreamName, number>;
}

export class Speakers {
  #speakers: ReadonlyMap<string, Speaker> = new Map();
  readonly #newestOfKey = new Map<string, Map<StreamName, number>>();
  #count = -1;

  get people(): StagePerson[] {
    return [...this.#speakers.values()].map(({ person }) => person);
  }

  of(peerId: string): Speaker | undefined {
    return this.#speakers.get(peerId);
  }

  /** Follows a roster that the host signed. False for one older than the last, which the server may have kept. */
  async follow({ count, people }: Roster): Promise<boolean> {
    const imported = await Promise.all(people.map(async (person) => [person, await importKey(person)] as const));
    // Asked after the imports: another one may have come meanwhile.
    if (count < this.#count) return false;
    this.#count = count;
    const next = new Map<string, Speaker>();
    for (const [person, key] of imported) {
      const name = toHex(person.feedKey);
      const newestMs = this.#newestOfKey.get(name) ?? new Map<StreamName, number>();
      this.#newestOfKey.set(name, newestMs);
      // Who is listed under a key that is none can prove nothing.
      if (key !== undefined) next.set(person.peerId, { person, key, newestMs });
    }
    this.#speakers = next;
    return true;
  }

  clear(): void {
    this.#speakers = new Map();
  }
}

async function importKey({ feedKey }: StagePerson): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('raw', source(feedKey), 'Ed25519', false, ['verify']);
  } catch {
    return undefined;
  }
}
