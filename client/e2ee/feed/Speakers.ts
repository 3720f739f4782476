// Whose signature counts for whose frames, by the last roster that counts; what a Peer says on air hangs on it.
import type { Roster, StagePerson, StreamName } from '../messages.ts';
import { source, toHex } from '../util/bytes.ts';
import { isOlder } from './roster.ts';
import type { SoundProof } from './SoundProof.ts';

/** Signed so long before the newest of its speaker, something is what was kept back: nothing is under way for so long. */
export const STALE_MS = 10_000;

/** One person of the roster, ready to be held to their key. */
export interface Speaker {
  readonly person: StagePerson;
  readonly key: CryptoKey;
  /** Newest signed time of each stream, in ms; outlives tracks and rosters, which may end and begin again. */
  readonly newestMs: Map<StreamName, number>;
  /** The newest caption that was shown; outlives rosters, too. */
  readonly lastCaption: { count: number; timeMs: number };
  /** What of each stream's sound was played and proven, and whether it is muted; outlives tracks and rosters, or one announced anew would begin with a clean slate. */
  readonly sounds: Map<StreamName, SoundProof>;
}

type Heard = Pick<Speaker, 'newestMs' | 'lastCaption' | 'sounds'>;

/** When this speaker signed last what we have seen of them, whatever it was, in ms. */
export function newestOf({ newestMs, lastCaption }: Pick<Speaker, 'newestMs' | 'lastCaption'>): number {
  return Math.max(lastCaption.timeMs, ...newestMs.values());
}

/** Without a generation it is the host's own. */
type Followed = Pick<Roster, 'count' | 'people'> & Partial<Pick<Roster, 'generation'>>;

export class Speakers {
  #speakers: ReadonlyMap<string, Speaker> = new Map();
  readonly #heardOfKey = new Map<string, Heard>();
  #last: Pick<Roster, 'generation' | 'count'> = { generation: -1, count: -1 };

  get people(): StagePerson[] {
    return [...this.#speakers.values()].map(({ person }) => person);
  }

  of(peerId: string): Speaker | undefined {
    return this.#speakers.get(peerId);
  }

  /** Follows a roster that was verified. False for one older than the last, which the server may have kept. */
  async follow({ count, people, generation = count }: Followed): Promise<boolean> {
    const imported = await Promise.all(people.map(async (person) => [person, await importKey(person)] as const));
    // Asked after the imports: another one may have come meanwhile.
    if (isOlder({ generation, count }, this.#last)) return false;
    this.#last = { generation, count };
    const next = new Map<string, Speaker>();
    for (const [person, key] of imported) {
      const name = toHex(person.feedKey);
      const heard = this.#heardOfKey.get(name) ?? {
        newestMs: new Map(),
        lastCaption: { count: -1, timeMs: 0 },
        sounds: new Map(),
      };
      this.#heardOfKey.set(name, heard);
      // Who is listed under a key that is none can prove nothing.
      if (key !== undefined) next.set(person.peerId, { person, key, ...heard });
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
