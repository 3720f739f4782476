// Machines of a production among the members: by which ticket each comes, and that none of them ever acts for the host.
import { beforeEach, describe, expect, it } from 'vitest';
import { machineKeyOf, ticketKey } from '../link/ticket.ts';
import {
  adopt,
  createEnv,
  createHost,
  found,
  identityOf,
  leafIndexOf,
  NOBODY_GONE,
  NOW_MS,
  type Member,
} from '../test/members.ts';
import { toBase64Url } from '../util/bytes.ts';
import { createCredential, readIdentity } from './credential.ts';
import { adoptOwn, commitChanges, createGroup, groupIdOf, joinFromWelcome, leaves, processCommit } from './group.ts';
import { signClaim } from './hostPolicy.ts';
import type { HostWord } from './hostWord.ts';
import { createKeyPackage, openKeyPackage, sealKeyPackage, type Vouchers } from './keyPackage.ts';
import { isMachineEntering, type MachineKind } from './machinePass.ts';
import { memberView, policyView } from './views.ts';

const ticket = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

let hostKey: CryptoKeyPair;
let room: Map<string, Member>;
let groupId: Uint8Array;

const member = (peerId: string): Member => room.get(peerId) ?? expect.fail(`no ${peerId}`);
const acting = (peerId: string): string[] => policyView(member(peerId).group, []).acting;
const keyOf = (peerId: string): Uint8Array =>
  leaves(member('h').group).find(({ identity }) => identity.peerId === peerId)?.signatureKey ?? expect.fail();

const packageFor = async (peerId: string, timeMs: number, kind: MachineKind | null, lastKey?: Uint8Array) => {
  const { env } = member('h');
  const vouchers: Vouchers = {
    ...(kind && { machine: await machineKeyOf(kind, ticket(7)) }),
    ...(lastKey && { lastKey }),
  };
  return createKeyPackage(env.suite, env.keys, identityOf(peerId, groupId, timeMs), vouchers);
};

const say = async (committer: string, word: HostWord): Promise<string> => {
  const own = await commitChanges(member(committer).env, member(committer).group, { add: [], remove: [], word });
  const [other] = [...room.values()].filter(({ peerId }) => peerId !== committer);
  return processCommit(other!.env, other!.group, own.commit, NOBODY_GONE).then(
    () => 'followed',
    (error: { fault: string }) => error.fault,
  );
};

/** A host; a feed and a hall, which came before anybody else; then Ana and Ben. */
beforeEach(async () => {
  const host = await createHost();
  hostKey = host.hostKey;
  const env = { ...(await createEnv()), hostKeyHash: host.hostKeyHash };
  const h = await found(env, 'h');
  groupId = groupIdOf(h.group);
  room = new Map([['h', h]]);
  const coming = [
    ['obs', 4_000, 'feed'],
    ['hall', 3_000, 'hall'],
    ['ana', 2_000, null],
    ['ben', 1_000, null],
  ] as const;
  const packages = await Promise.all(coming.map(([peerId, agoMs, kind]) => packageFor(peerId, NOW_MS - agoMs, kind)));
  const add = packages.map(({ publicPackage }) => publicPackage);
  const own = await commitChanges(env, h.group, { add, remove: [] });
  for (const [index, [peerId]] of coming.entries()) {
    const { group } = await joinFromWelcome(env, packages[index]!, own.welcome!, groupId);
    room.set(peerId, { peerId, env, group });
  }
  h.group = adoptOwn(h.group, own).group;
});

const claim = async (cohosts: string[] = []) => ({
  claim: await signClaim(hostKey, { groupId, count: 1, leafKey: keyOf('h'), cohostKeys: cohosts.map(keyOf) }),
});

async function hostClaims(cohosts: string[] = []): Promise<void> {
  const word = await claim(cohosts);
  await adopt(room, 'h', await commitChanges(member('h').env, member('h').group, { add: [], remove: [], word }));
}

async function without(committer: string, ...peerIds: string[]): Promise<void> {
  const { env, group } = member(committer);
  const remove = peerIds.map((peerId) => leafIndexOf(group, peerId));
  const own = await commitChanges(env, group, { add: [], remove });
  for (const peerId of peerIds) room.delete(peerId);
  const goneForMs = (peerId: string) => (peerIds.includes(peerId) ? 9_000 : undefined);
  await adopt(room, committer, own, { ...NOBODY_GONE, goneForMs });
}

describe('who acts', () => {
  it('E-95 is the oldest person once the host is gone, at every member alike, however long a machine has been there', async () => {
    await hostClaims();
    await without('ben', 'h');
    for (const peerId of ['obs', 'hall', 'ana', 'ben']) expect(acting(peerId)).toEqual(['ana']);
    expect(await say('obs', { mode: 'locked' })).toBe('notActing');
    expect(await say('hall', { mode: 'locked' })).toBe('notActing');
    expect(await say('ben', { mode: 'locked' })).toBe('notActing');
    expect(await say('ana', { mode: 'locked' })).toBe('followed');
  });

  it('E-95 is nobody where machines alone are left, and no co-host is one', async () => {
    await hostClaims(['obs', 'ben']);
    expect(acting('ana')).toEqual(['h', 'ben']);
    expect(await say('obs', { mode: 'locked' })).toBe('notActing');
    await without('hall', 'h', 'ana', 'ben');
    for (const peerId of ['obs', 'hall']) expect(acting(peerId)).toEqual([]);
    expect(await say('obs', { mode: 'locked' })).toBe('notActing');
  });

  it('E-95 is no machine even where the host’s key says that its leaf is the host’s', async () => {
    const leafKey = keyOf('obs');
    const word = { claim: await signClaim(hostKey, { groupId, count: 1, leafKey, cohostKeys: [] }) };
    expect(await say('obs', word)).toBe('notActing');
  });
});

describe('a machine', () => {
  it('E-94 is told as one by the tree, with its ticket’s key, also where it is alone', async () => {
    const views = await Promise.all(leaves(member('ana').group).map((leaf) => memberView(leaf, 0)));
    const key = await ticketKey(ticket(7));
    expect(views.map(({ peerId, machine }) => [peerId, machine])).toEqual([
      ['h', undefined],
      ['obs', { kind: 'feed', ticketKey: key }],
      ['hall', { kind: 'hall', ticketKey: key }],
      ['ana', undefined],
      ['ben', undefined],
    ]);
    const { env } = member('h');
    const vouchers = { machine: await machineKeyOf('feed', ticket(1)) };
    const { group } = await createGroup(env, identityOf('first', groupId), vouchers);
    expect(leaves(group)[0]?.identity.machine?.kind).toBe('feed');
  });

  it('E-94 shows for its own leaf alone, and for its kind, that it has the ticket', async () => {
    const { publicPackage } = await packageFor('new', NOW_MS, 'feed');
    const { credential, signaturePublicKey } = publicPackage.leafNode;
    const identity = readIdentity(credential) ?? expect.fail();
    const pass = identity.machine ?? expect.fail();
    expect(await isMachineEntering(pass, identity, signaturePublicKey)).toBe(true);
    expect(await isMachineEntering({ ...pass, kind: 'hall' }, identity, signaturePublicKey)).toBe(false);
    expect(await isMachineEntering(pass, { ...identity, peerId: 'other' }, signaturePublicKey)).toBe(false);
    expect(await isMachineEntering(pass, identity, keyOf('ana'))).toBe(false);
    expect(await isMachineEntering({ ...pass, ticketKey: keyOf('ana') }, identity, signaturePublicKey)).toBe(false);
    expect(await isMachineEntering({ ...pass, ticketKey: new Uint8Array(3) }, identity, signaturePublicKey)).toBe(
      false,
    );
  });

  it('E-94 crosses in its key package, whose credential is none where what it says of a ticket cannot be read', async () => {
    const { env } = member('h');
    const own = await packageFor('new', NOW_MS, 'feed');
    const sealed = await sealKeyPackage(env, own.publicPackage, groupId, 'new');
    const { identity } = await openKeyPackage(env.suite, env.keys, sealed, groupId, 'new');
    expect(toBase64Url(identity.machine?.ticketKey ?? expect.fail())).toBe(await ticketKey(ticket(7)));
    const broken = { ...identity, machine: { ...identity.machine!, kind: 'guest' as MachineKind } };
    const credential = await createCredential(broken, keyOf('ana'), env.keys);
    expect(readIdentity(credential)).toBeUndefined();
  });

  it('E-95 does not come back as a person where not everybody may come in', async () => {
    await hostClaims();
    const word = { mode: 'approve' } as const;
    await adopt(room, 'h', await commitChanges(member('h').env, member('h').group, { add: [], remove: [], word }));
    const lastKey = member('obs').group.mls.signaturePrivateKey;
    const verdictOf = async (kind: MachineKind | null) => {
      const { env, group } = member('ana');
      const { publicPackage } = await packageFor('obs', NOW_MS, kind, lastKey);
      const own = await commitChanges(env, group, { add: [publicPackage], remove: [leafIndexOf(group, 'obs')] });
      const facts = { ...NOBODY_GONE, askedAgain: () => true, goneForMs: () => 9_000 };
      return processCommit(member('ben').env, member('ben').group, own.commit, facts).then(
        () => 'followed',
        (error: { fault: string }) => error.fault,
      );
    };
    expect(await verdictOf('feed')).toBe('followed');
    expect(await verdictOf(null)).toBe('addedNotContinuous');
  });
});
