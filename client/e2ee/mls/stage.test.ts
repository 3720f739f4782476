// The stage's key of each epoch: who has it, and what it says of the room's.
import { deriveKeySchedule } from 'ts-mls/keySchedule.js';
import { extractJoinerSecret } from 'ts-mls/groupContext.js';
import { describe, expect, it } from 'vitest';
import { openWrap } from '../feed/wrap.ts';
import { importViewRoot } from '../feed/viewKeys.ts';
import { viewSecret } from '../link/secrets.ts';
import { ALL_GONE, change, createEnv, exporterOf, found, ROOM_ID, type Member } from '../test/members.ts';
import { toHex } from '../util/bytes.ts';
import { epochOf, groupIdOf, processCommit, type Group, type GroupEnv } from './group.ts';
import { exportStageKey, wrapStageOf } from './stage.ts';

async function roomOf(...peerIds: string[]) {
  const env = await createEnv();
  const [first = '', ...others] = peerIds;
  const room = new Map<string, Member>([[first, await found(env, first)]]);
  await change(room, first, { add: others });
  return { env, room };
}

const stageOf = async ({ env, group }: Pick<Member, 'env' | 'group'>) => toHex(await exportStageKey(env, group));

describe('exportStageKey', () => {
  it('E-156 is the same for all members of an epoch, another one in the next, and never the room’s', async () => {
    const { room } = await roomOf('a', 'b', 'c');
    const before = await Promise.all([...room.values()].map(stageOf));
    await change(room, 'a', {});
    const after = await Promise.all([...room.values()].map(stageOf));
    expect([new Set(before).size, new Set(after).size, new Set([...before, ...after]).size]).toEqual([1, 1, 2]);
    expect(after[0]).not.toBe(await exporterOf(room.get('a')!));
    expect(after[0]).toHaveLength(32);
  });

  it('E-156 a removed member cannot derive the next one, not even from all that it holds and the new public state', async () => {
    const { env, room } = await roomOf('a', 'b', 'c');
    const removed = room.get('c')!.group;
    const last = await stageOf({ env, group: removed });
    const result = await change(room, 'a', { remove: ['c'] });
    expect(await processCommit(env, removed, result.commit, ALL_GONE)).toBe('removed');
    const truth = await stageOf(room.get('b')!);
    expect(await stageOf({ env, group: removed })).toBe(last);
    expect(last).not.toBe(truth);
    expect(await withoutCommitSecret(env, removed, room.get('a')!.group)).not.toBe(truth);
  });
});

describe('wrapStageOf', () => {
  it('E-151 a member of any kind wraps the present epoch’s key for the watch link of the group’s generation', async () => {
    const { env, room } = await roomOf('a', 'b');
    const roster = Uint8Array.of(1, 2, 3);
    const b = room.get('b')!;
    const wrap = await wrapStageOf(env, b.group, roster);
    expect([wrap.epoch, wrap.groupId]).toEqual([epochOf(b.group), groupIdOf(b.group)]);
    const root = await importViewRoot(await viewSecret(new Uint8Array(24).fill(7), ROOM_ID, 0));
    const opened = await openWrap(root, wrap, roster);
    expect(toHex(opened!)).toBe(await stageOf(room.get('a')!));
    const next = await importViewRoot(await viewSecret(new Uint8Array(24).fill(7), ROOM_ID, 1));
    await expect(openWrap(next, wrap, roster)).resolves.toBeUndefined();
  });
});

/** What one who knows all of the old epoch, and the new context, derives when the commit brought no fresh secret. */
async function withoutCommitSecret(env: GroupEnv, old: Group, next: Group): Promise<string> {
  const { kdf } = env.suite;
  const zeros = new Uint8Array(kdf.size);
  const context = next.mls.groupContext;
  const joiner = await extractJoinerSecret(context, old.mls.keySchedule.initSecret, zeros, kdf);
  const [keySchedule] = await deriveKeySchedule(joiner, zeros, context, kdf);
  return stageOf({ env, group: { ...next, mls: { ...next.mls, keySchedule } } });
}
