// A sign of life says one thing, in one spelling, and only its leaf can say it.
import { beforeAll, describe, expect, it } from 'vitest';
import { change, createEnv, found, type Member } from '../test/members.ts';
import { epochOf, leaves, type Group } from './group.ts';
import { createHeartbeat, readHeartbeat, transcriptHashOf, verifyHeartbeat } from './heartbeat.ts';

let ana: Member;
let ben: Member;
beforeAll(async () => {
  ana = await found(await createEnv(), 'ana');
  const room = new Map([['ana', ana]]);
  await change(room, 'ana', { add: ['ben'] });
  ben = room.get('ben')!;
});

/** Whether ben takes these bytes for ana's, under this epoch. */
async function isTaken(bytes: Uint8Array, group: Group = ben.group, epoch = epochOf(group)): Promise<boolean> {
  const heartbeat = readHeartbeat(epoch, bytes);
  if (heartbeat === undefined) return false;
  const { signatureKey } = leaves(group)[0]!;
  return verifyHeartbeat(ben.env, group, signatureKey, heartbeat);
}

describe('heartbeat', () => {
  it('E-61 says leaf, count and transcript hash in 104 bytes, and is taken by whoever shares the epoch', async () => {
    const bytes = await createHeartbeat(ana.env, ana.group, 3);
    expect(bytes).toHaveLength(104);
    const transcriptHash = transcriptHashOf(ben.group);
    expect(transcriptHash).toHaveLength(32);
    expect(readHeartbeat(1, bytes)).toMatchObject({ epoch: 1, leafIndex: 0, count: 3, transcriptHash });
    expect(await isTaken(bytes)).toBe(true);
  });

  it('E-61 with any one byte changed, of another epoch, group or leaf, or of another length it is not taken', async () => {
    const bytes = await createHeartbeat(ana.env, ana.group, 1);
    for (let at = 0; at < bytes.length; at += 1) expect(await isTaken(bytes.with(at, bytes[at]! ^ 1))).toBe(false);
    expect(await isTaken(bytes, ben.group, 2)).toBe(false);
    expect(await isTaken(await createHeartbeat(ben.env, ben.group, 1))).toBe(false);
    const groupContext = { ...ben.group.mls.groupContext, groupId: new Uint8Array(16) };
    expect(await isTaken(bytes, { ...ben.group, mls: { ...ben.group.mls, groupContext } })).toBe(false);
    for (const other of [bytes.slice(1), new Uint8Array(105), new Uint8Array()])
      expect(await isTaken(other)).toBe(false);
  });
});
