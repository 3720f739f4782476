// Hundreds of random commits: people come, go, come back and rekey, and whoever is there agrees each time.
import { expect, it } from 'vitest';
import { epochAuthenticator } from '../mls/group.ts';
import { toHex } from '../util/bytes.ts';
import { change, createEnv, found, seededRandom } from './members.ts';

const COMMITS = 320;
const MOST_MEMBERS = 6;
/** Set it to a printed seed to see that run again. */
const FIXED_SEED: number | undefined = undefined;

it(
  `E-17 after each of ${COMMITS} random commits all members hold the same epoch, and newcomers too`,
  { timeout: 120_000 },
  async () => {
    const seed = FIXED_SEED ?? crypto.getRandomValues(new Uint32Array(1))[0]!;
    const random = seededRandom(seed);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
    const env = await createEnv();
    const room = new Map([['p0', await found(env, 'p0')]]);
    let joins = 0;

    for (let commit = 0; commit < COMMITS; commit++) {
      const present = [...room.keys()];
      const committer = pick(present);
      const others = present.filter((peerId) => peerId !== committer);
      const remove = others.filter(() => random() < 0.18);
      const add = remove.filter(() => random() < 0.3);
      const space = MOST_MEMBERS - (present.length - remove.length + add.length);
      for (let i = Math.min(space, Math.floor(random() * 3)); i > 0; i--) add.push(`p${commit}x${i}`);
      joins += add.length;
      await change(room, committer, { add, remove });
      const held = [...room.values()].map(({ group }) => toHex(epochAuthenticator(group)));
      expect(new Set(held).size, `seed ${seed}, commit ${commit}`).toBe(1);
    }
    expect(joins, `seed ${seed}`).toBeGreaterThan(100);
  },
);
