// The group as functions: who can follow, who cannot, and what a commit carries.
import { deriveKeySchedule } from 'ts-mls/keySchedule.js';
import { extractJoinerSecret } from 'ts-mls/groupContext.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ALL_GONE,
  change,
  createEnv,
  exporterOf,
  found,
  keyPackageFor,
  leafIndexOf,
  type Member,
} from '../test/members.ts';
import { World } from '../test/World.ts';
import { decodePrivate } from './codec.ts';
import { wipe } from '../util/bytes.ts';
import {
  adoptOwn,
  commitChanges,
  dropOwn,
  epochOf,
  groupIdOf,
  joinFromWelcome,
  leaves,
  processCommit,
  type Group,
  type GroupEnv,
} from './group.ts';
import { leavesOf } from './policy.ts';

async function roomOf(...peerIds: string[]): Promise<{ env: GroupEnv; room: Map<string, Member> }> {
  const env = await createEnv();
  const [first = 'a', ...others] = peerIds;
  const room = new Map([[first, await found(env, first)]]);
  if (others.length > 0) await change(room, first, { add: others });
  return { env, room };
}

async function agreedExporter(room: Map<string, Member>): Promise<string> {
  const all = await Promise.all([...room.values()].map(exporterOf));
  expect(new Set(all).size).toBe(1);
  return all[0]!;
}

/** What one who knows all of the old epoch, and the new context, derives when the commit brought no fresh secret. */
async function withoutCommitSecret(env: GroupEnv, old: Group, next: Group): Promise<string> {
  const zeros = new Uint8Array(env.suite.kdf.size);
  const context = next.mls.groupContext;
  const joiner = await extractJoinerSecret(context, old.mls.keySchedule.initSecret, zeros, env.suite.kdf);
  const [keySchedule] = await deriveKeySchedule(joiner, zeros, context, env.suite.kdf);
  return exporterOf({ env, group: { ...next, mls: { ...next.mls, keySchedule } } });
}

afterEach(() => {
  vi.useRealTimers();
});

describe('group', () => {
  it('E-11 each group that is made has 16 random bytes for its id', async () => {
    const ids = new Set<string>();
    for (let count = 0; count < 3; count += 1) {
      const world = new World();
      await world.gather('a');
      const { groupId } = world.delivery.group!.ref;
      expect(groupId).toHaveLength(16);
      ids.add(groupId.join());
      world.close();
    }
    expect(ids.size).toBe(3);
  });

  it('E-11 a group has no extensions, neither have its leaves, and their credentials are basic', async () => {
    const { room } = await roomOf('a', 'b', 'c');
    await change(room, 'b', { remove: ['c'], add: ['d'] });
    for (const { group } of room.values()) {
      expect(group.mls.groupContext.extensions).toEqual([]);
      const found = [...leavesOf(group.mls.ratchetTree)].map(([, leaf]) => leaf);
      expect(found).toHaveLength(3);
      for (const { extensions, credential, capabilities } of found) {
        expect([extensions, capabilities.extensions, capabilities.proposals]).toEqual([[], [], []]);
        expect(credential.credentialType).toBe('basic');
      }
    }
  });

  it.each(['1971-01-01', '2199-12-31'])('E-22 devices whose clock shows %s are added like any other', async (day) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(day) });
    const { room } = await roomOf('a', 'b');
    await change(room, 'b', { add: ['c'] });
    await agreedExporter(room);
    expect(room.size).toBe(3);
  });

  it('E-10 all members of an epoch export the same base key, and another one in the next epoch', async () => {
    const { room } = await roomOf('a', 'b', 'c');
    const first = await agreedExporter(room);
    await change(room, 'b', { add: ['d'] });
    const second = await agreedExporter(room);
    expect(second).not.toBe(first);
    expect(room.get('d')!.group.mls.groupContext.epoch).toBe(2n);
  });

  it('E-36 a commit without Adds has a path, whether it removes or only rekeys', async () => {
    const { env, room } = await roomOf('a', 'b', 'c', 'd');
    const removing = await change(room, 'a', { remove: ['d'] });
    await change(room, 'c', {});
    await agreedExporter(room);
    const a = room.get('a')!;
    const before = a.group.mls.privatePath.privateKeys[0];
    const rekey = await commitChanges(env, a.group, { add: [], remove: [] });
    expect(rekey.next.mls.privatePath.privateKeys[0]).not.toEqual(before);
    expect(decodePrivate(removing.commit).contentType).toBe('commit');
  });

  for (const [title, others, changes] of [
    ['one of three', ['b', 'c'], { remove: ['c'] }],
    ['one while another is added', ['b', 'c'], { remove: ['c'], add: ['d'] }],
    ['the last other one', ['c'], { remove: ['c'] }],
  ] as const) {
    it(`E-37 a removed member cannot derive the next exporter: ${title}`, async () => {
      const { env, room } = await roomOf('a', ...others);
      const removed = room.get('c')!.group;
      const result = await change(room, 'a', {
        remove: [...changes.remove],
        add: 'add' in changes ? [...changes.add] : [],
      });
      const truth = await agreedExporter(room);
      expect(await processCommit(env, removed, result.commit, ALL_GONE)).toBe('removed');
      expect(await exporterOf({ env, group: removed })).not.toBe(truth);
      expect(await withoutCommitSecret(env, removed, room.get('a')!.group)).not.toBe(truth);
    });
  }

  it('E-38 a ghost with a right token but without the PSK cannot open the Welcome made for its key package', async () => {
    const { env, room } = await roomOf('a', 'b');
    const a = room.get('a')!;
    const own = await keyPackageFor(env, 'ghost', groupIdOf(a.group));
    const result = await commitChanges(env, a.group, { add: [own.publicPackage], remove: [] });
    const other = await createEnv(8);
    const ghost = { ...env, keys: { ...env.keys, psk: other.keys.psk } };
    await expect(joinFromWelcome(ghost, own, result.welcome!, groupIdOf(a.group))).rejects.toMatchObject({
      fault: 'invalid',
    });
    const { group } = await joinFromWelcome(env, own, result.welcome!, groupIdOf(a.group));
    expect(epochOf(group)).toBe(2);
  });

  it('E-39 the state handed in is as usable after a refused commit as before', async () => {
    const { env, room } = await roomOf('a', 'b', 'c');
    const [a, b] = [room.get('a')!, room.get('b')!];
    const lost = await commitChanges(env, a.group, { add: [], remove: [] });
    wipe(...dropOwn(a.group, lost));
    const won = await commitChanges(env, b.group, { add: [], remove: [leafIndexOf(b.group, 'c')] });
    const seen = await processCommit(env, a.group, won.commit, ALL_GONE);
    if (typeof seen === 'string') throw new Error('not meant');
    const adopted = adoptOwn(b.group, won);
    wipe(...seen.spent, ...adopted.spent);
    expect(await exporterOf({ env, group: seen.group })).toBe(await exporterOf({ env, group: adopted.group }));
    expect(leaves(seen.group).map((leaf) => leaf.identity.peerId)).toEqual(['a', 'b']);
  });

  it('E-39 once a commit is adopted and its spent secrets wiped, the old exporter and init secret are zero', async () => {
    const { env, room } = await roomOf('a', 'b');
    const a = room.get('a')!;
    const old = a.group.mls.keySchedule;
    const result = await commitChanges(env, a.group, { add: [], remove: [] });
    const adopted = adoptOwn(a.group, result);
    wipe(...adopted.spent);
    for (const secret of [old.exporterSecret, old.initSecret, old.epochAuthenticator, old.membershipKey]) {
      expect(secret.every((byte) => byte === 0)).toBe(true);
    }
    expect(old.senderDataSecret.some((byte) => byte !== 0)).toBe(true);
    const seen = await processCommit(env, room.get('b')!.group, result.commit, ALL_GONE);
    if (typeof seen === 'string') throw new Error('not meant');
    expect(await exporterOf({ env, group: seen.group })).toBe(await exporterOf({ env, group: adopted.group }));
  });
});
