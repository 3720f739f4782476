// The host's policy as each member holds commits against it: claims, modes, kicks, links, and who comes back.
import { beforeEach, describe, expect, it } from 'vitest';
import { deriveLinkKeys, deriveNextLinkKeys } from '../link/secrets.ts';
import {
  adopt,
  createHost,
  createEnv,
  found,
  identityOf,
  keyPackageFor,
  leafIndexOf,
  NOBODY_GONE,
  ROOM_ID,
  type Member,
} from '../test/members.ts';
import { concatBytes, u32 } from '../util/bytes.ts';
import { decodePrivate, encodeMessage } from './codec.ts';
import { readIdentity } from './credential.ts';
import {
  adoptOwn,
  commitChanges,
  groupIdOf,
  joinFromWelcome,
  leaves,
  processCommit,
  underKeys,
  type OwnCommit,
} from './group.ts';
import {
  actingLeavesOf,
  decodePolicy,
  encodePolicy,
  openPolicy,
  signClaim,
  verifyClaim,
  type SignedClaim,
} from './hostPolicy.ts';
import type { HostWord } from './hostWord.ts';
import { createKeyPackage, type OwnKeyPackage, type Vouchers } from './keyPackage.ts';
import { splitWelcome } from './welcome.ts';

let hostKey: CryptoKeyPair;
let room: Map<string, Member>;
let groupId: Uint8Array;

const member = (peerId: string): Member => room.get(peerId) ?? expect.fail(`no ${peerId}`);
const keyOf = (peerId: string): Uint8Array =>
  leaves(member('h').group).find(({ identity }) => identity.peerId === peerId)?.signatureKey ?? expect.fail();

function claimFor(
  peerId: string,
  options: { count?: number; cohosts?: string[]; key?: CryptoKeyPair } = {},
): Promise<SignedClaim> {
  const { count = 1, cohosts = [], key = hostKey } = options;
  return signClaim(key, { groupId, count, leafKey: keyOf(peerId), cohostKeys: cohosts.map(keyOf) });
}

interface Change {
  add?: string[];
  remove?: string[];
  word?: HostWord;
}

async function commitOf(committer: string, { add = [], remove = [], word }: Change): Promise<OwnCommit> {
  const { env, group } = member(committer);
  const packages = await Promise.all(add.map((peerId) => keyPackageFor(env, peerId, groupId)));
  return commitChanges(env, group, {
    add: packages.map(({ publicPackage }) => publicPackage),
    remove: remove.map((peerId) => leafIndexOf(group, peerId)),
    ...(word && { word }),
  });
}

/** How the first of the others takes it. */
async function verdict(committer: string, own: OwnCommit, facts = NOBODY_GONE): Promise<string> {
  const [other] = [...room.values()].filter(({ peerId }) => peerId !== committer);
  if (other === undefined) return expect.fail('nobody to ask');
  return processCommit(other.env, other.group, own.commit, facts).then(
    () => 'followed',
    (error: { fault: string }) => error.fault,
  );
}

const tried = async (committer: string, change: Change): Promise<string> =>
  verdict(committer, await commitOf(committer, change));

const say = async (committer: string, word: HostWord): Promise<void> =>
  adopt(room, committer, await commitOf(committer, { word }));

beforeEach(async () => {
  const host = await createHost();
  hostKey = host.hostKey;
  const env = { ...(await createEnv()), hostKeyHash: host.hostKeyHash };
  const h = await found(env, 'h');
  groupId = groupIdOf(h.group);
  room = new Map([['h', h]]);
  const joining = await Promise.all(['a', 'b', 'c'].map((peerId) => keyPackageFor(env, peerId, groupId)));
  const own = await commitChanges(env, h.group, { add: joining.map(({ publicPackage }) => publicPackage), remove: [] });
  for (const [index, peerId] of ['a', 'b', 'c'].entries()) {
    const { group } = await joinFromWelcome(env, joining[index]!, own.welcome!, groupId);
    room.set(peerId, { peerId, env, group });
  }
  h.group = adoptOwn(h.group, own).group;
});

describe('a claim', () => {
  it('E-81 makes its committer host for all, where the key whose hash stands in the link signed it', async () => {
    await say('h', { claim: await claimFor('h') });
    for (const { group } of room.values()) {
      expect(actingLeavesOf(group.policy, group.mls.ratchetTree)).toEqual([leafIndexOf(group, 'h')]);
    }
  });

  it('E-81 is refused where another key signed it, where it names another leaf, or another group', async () => {
    const { hostKey: key } = await createHost();
    expect(await tried('h', { word: { claim: await claimFor('h', { key }) } })).toBe('hostWord');
    expect(await tried('a', { word: { claim: await claimFor('h') } })).toBe('hostWord');
    const elsewhere = await signClaim(hostKey, {
      groupId: new Uint8Array(16),
      count: 1,
      leafKey: keyOf('h'),
      cohostKeys: [],
    });
    expect(await tried('h', { word: { claim: elsewhere } })).toBe('hostWord');
    expect(await tried('h', { word: { claim: await claimFor('h') } })).toBe('followed');
  });

  it('E-81 is refused where it is not newer than the last one', async () => {
    await say('h', { claim: await claimFor('h', { count: 5 }) });
    expect(await tried('h', { word: { claim: await claimFor('h', { count: 5 }) } })).toBe('hostWord');
    expect(await tried('h', { word: { claim: await claimFor('h', { count: 6 }) } })).toBe('followed');
  });

  it('E-81 of which a byte was changed is none', async () => {
    const signed = await claimFor('h');
    const { hostKeyHash } = member('h').env;
    expect(await verifyClaim(signed, groupId, hostKeyHash)).toBe(true);
    expect(await verifyClaim({ ...signed, json: signed.json.with(9, 0x41) }, groupId, hostKeyHash)).toBe(false);
    expect(await verifyClaim({ ...signed, signature: signed.signature.with(0, 1) }, groupId, hostKeyHash)).toBe(false);
    expect(await verifyClaim(signed, groupId, 'A'.repeat(22))).toBe(false);
  });
});

describe('who acts', () => {
  it('E-82 nobody as long as no host has shown its key', async () => {
    for (const peerId of ['h', 'a']) {
      expect(await tried(peerId, { word: { mode: 'locked' } })).toBe('notActing');
      expect(await tried(peerId, { remove: ['b'] })).toBe('removedNotGone');
    }
  });

  it('E-82 the host and its co-hosts, and no other member', async () => {
    await say('h', { claim: await claimFor('h', { cohosts: ['b'] }) });
    expect(await tried('h', { word: { mode: 'approve' } })).toBe('followed');
    expect(await tried('b', { word: { mode: 'approve' } })).toBe('followed');
    expect(await tried('a', { word: { mode: 'approve' } })).toBe('notActing');
  });

  it('E-82 the one whose credential is the oldest, once host and co-hosts are gone', async () => {
    await say('h', { claim: await claimFor('h', { cohosts: ['a'] }) });
    const gone = { ...NOBODY_GONE, goneForMs: (peerId: string) => ('ha'.includes(peerId) ? 9_000 : undefined) };
    const own = await commitOf('b', { remove: ['h', 'a'] });
    room.delete('h');
    room.delete('a');
    const seen = await processCommit(member('c').env, member('c').group, own.commit, gone);
    if (typeof seen === 'string') expect.fail();
    member('c').group = seen.group;
    member('b').group = adoptOwn(member('b').group, own).group;
    const { group } = member('c');
    expect(actingLeavesOf(group.policy, group.mls.ratchetTree)).toEqual([leafIndexOf(group, 'b')]);
    expect(await tried('c', { word: { mode: 'approve' } })).toBe('notActing');
    expect(await tried('b', { word: { mode: 'approve' } })).toBe('followed');
  });
});

describe('a word', () => {
  it('E-83 is nothing that a stranger to the epoch reads, and one that cannot be read is refused', async () => {
    const own = await commitOf('h', { word: { claim: await claimFor('h'), mode: 'locked' } });
    const message = decodePrivate(own.commit);
    expect(new TextDecoder().decode(message.authenticatedData)).not.toContain('locked');
    const { authenticatedData } = message;
    const changed = { ...message, authenticatedData: authenticatedData.with(20, authenticatedData[20]! ^ 1) };
    const bytes = encodeMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage: changed });
    expect(await verdict('h', { ...own, commit: bytes })).toBe('hostWord');
    expect(await verdict('h', own)).toBe('followed');
  });

  it('E-83 leaves the group as it was where it is refused', async () => {
    const before = member('b').group;
    expect(await tried('a', { word: { mode: 'locked' } })).toBe('notActing');
    expect(member('b').group).toBe(before);
    expect(before.policy).toEqual(openPolicy(0));
  });
});

describe('who comes in', () => {
  it('E-84 in `approve` only by an acting host’s commit', async () => {
    await say('h', { claim: await claimFor('h'), mode: 'approve' });
    expect(await tried('a', { add: ['d'] })).toBe('addedNotApproved');
    expect(await tried('h', { add: ['d'] })).toBe('followed');
  });

  it('E-85 in `locked` nobody, not even by the host’s commit, nor in the commit that locks', async () => {
    const claim = await claimFor('h');
    expect(await tried('h', { add: ['d'], word: { claim, mode: 'locked' } })).toBe('addedWhileLocked');
    await say('h', { claim, mode: 'locked' });
    for (const peerId of ['h', 'a']) expect(await tried(peerId, { add: ['d'] })).toBe('addedWhileLocked');
    await say('h', { mode: 'open' });
    expect(await tried('a', { add: ['d'] })).toBe('followed');
  });

  it('E-84 the host is let in by any member and in any mode, by its key for this leaf and by no other', async () => {
    await say('h', { claim: await claimFor('h'), mode: 'locked' });
    const { env } = member('a');
    const enter = async (
      vouchers: Vouchers,
      changed: (own: OwnKeyPackage) => Promise<OwnKeyPackage> | OwnKeyPackage,
    ) => {
      const own = await changed(await createKeyPackage(env.suite, env.keys, identityOf('back', groupId), vouchers));
      return verdict('a', await commitChanges(env, member('a').group, { add: [own.publicPackage], remove: [] }));
    };
    const asMade = (own: OwnKeyPackage) => own;
    expect(await enter({ hostKey }, asMade)).toBe('followed');
    expect(await enter({}, asMade)).toBe('addedWhileLocked');
    expect(await enter({ hostKey: (await createHost()).hostKey }, asMade)).toBe('addedWhileLocked');
    // A pass taken from the host's own credential, for a leaf of one's own.
    const stolen = (own: OwnKeyPackage): Promise<OwnKeyPackage> => {
      const { hostPass } = readIdentity(own.publicPackage.leafNode.credential) ?? {};
      const identity = { ...identityOf('back', groupId), ...(hostPass && { hostPass }) };
      return createKeyPackage(env.suite, env.keys, identity);
    };
    expect(await enter({ hostKey }, stolen)).toBe('addedWhileLocked');
    await say('h', { mode: 'approve' });
    expect(await enter({ hostKey }, asMade)).toBe('followed');
    expect(await enter({ hostKey }, stolen)).toBe('addedNotApproved');
  });

  it('E-80 a newcomer holds the members’ policy, and takes no Welcome that brings another', async () => {
    await say('h', { claim: await claimFor('h'), mode: 'approve' });
    const { env, group } = member('h');
    const own = await keyPackageFor(env, 'd', groupId);
    const { welcome } = await commitChanges(env, group, { add: [own.publicPackage], remove: [] });
    const joined = await joinFromWelcome(env, own, welcome!, groupId);
    expect(joined.group.policy).toEqual(group.policy);
    // The same Welcome under another policy than the PSK's id is the hash of.
    const lie = { ...group, policy: openPolicy(0) };
    const forged = await commitChanges(env, lie, { add: [own.publicPackage], remove: [] });
    const mixed = mixWelcomes(forged.welcome!, welcome!);
    await expect(joinFromWelcome(env, own, mixed, groupId)).rejects.toHaveProperty('fault');
    // And a committer that holds another policy than the others is not followed.
    expect(await verdict('h', forged)).toBe('invalid');
  });

  it('E-80 a policy reads back as it was written, and no other bytes are one', async () => {
    const policy = { claim: await claimFor('h', { cohosts: ['a', 'b'] }), mode: 'approve' as const, linkGeneration: 3 };
    expect(decodePolicy(encodePolicy(policy))).toEqual(policy);
    for (const text of ['', '{}', '{"v":1,"m":"ajar","l":0,"c":null}', '{"v":1,"m":"open","l":-1,"c":null}', '[]']) {
      expect(decodePolicy(new TextEncoder().encode(text))).toBeUndefined();
    }
  });
});

/** The sealed policy of one Welcome before the MLS message of another. */
function mixWelcomes(policyOf: Uint8Array, messageOf: Uint8Array): Uint8Array {
  const { sealedPolicy } = splitWelcome(policyOf);
  return concatBytes(u32(sealedPolicy.length), sealedPolicy, splitWelcome(messageOf).message);
}

describe('who comes back', () => {
  async function readd(committer: string, options: { vouched: boolean; by?: Uint8Array }): Promise<string> {
    const { env, group } = member(committer);
    const lastKey = options.vouched ? (options.by ?? member('b').group.mls.signaturePrivateKey) : undefined;
    const again = await createKeyPackage(env.suite, env.keys, identityOf('b', groupId), lastKey ? { lastKey } : {});
    const own = await commitChanges(env, group, { add: [again.publicPackage], remove: [leafIndexOf(group, 'b')] });
    const waiting = { ...NOBODY_GONE, isWaiting: (peerId: string) => peerId === 'b' };
    return verdict(committer, own, waiting);
  }

  it('E-87 shows by the key of its last leaf that it was there, where not everybody may come in', async () => {
    expect(await readd('c', { vouched: false })).toBe('followed');
    await say('h', { claim: await claimFor('h'), mode: 'locked' });
    expect(await readd('c', { vouched: false })).toBe('addedNotContinuous');
    expect(await readd('c', { vouched: true, by: member('c').group.mls.signaturePrivateKey })).toBe(
      'addedNotContinuous',
    );
    expect(await readd('c', { vouched: true })).toBe('followed');
    await say('h', { mode: 'approve' });
    expect(await readd('c', { vouched: false })).toBe('addedNotContinuous');
    expect(await readd('c', { vouched: true })).toBe('followed');
    expect(await readd('h', { vouched: false })).toBe('followed');
  });
});

describe('a kick', () => {
  it('E-88 is followed from an acting host, and never of the host’s own leaf', async () => {
    await say('h', { claim: await claimFor('h', { cohosts: ['a'] }) });
    expect(await tried('b', { remove: ['c'] })).toBe('removedNotGone');
    expect(await tried('a', { remove: ['h'] })).toBe('removedNotGone');
    expect(await tried('a', { remove: ['c'] })).toBe('followed');
    expect(await tried('h', { remove: ['c'] })).toBe('followed');
  });

  it('E-88 puts nobody in the place of who was removed', async () => {
    await say('h', { claim: await claimFor('h') });
    expect(await tried('h', { remove: ['c'], add: ['c'] })).toBe('removedNotGone');
  });
});

describe('a new link', () => {
  const secret = new Uint8Array(24).fill(9);
  const rotate = (linkGeneration = 1): HostWord => ({ link: { secret: secret.slice(), linkGeneration } });

  it('E-86 is followed by all, after which only its holders are added', async () => {
    await say('h', { claim: await claimFor('h') });
    const own = await commitOf('h', { word: rotate() });
    for (const peerId of ['a', 'b', 'c']) {
      const one = member(peerId);
      const seen = await processCommit(one.env, one.group, own.commit, NOBODY_GONE);
      if (typeof seen === 'string' || seen.link === undefined) return expect.fail('no link');
      expect(seen.link.secret).toEqual(secret);
      const keys = await deriveNextLinkKeys(
        { ...one.env.keys, psk: one.env.keys.psk.slice() },
        seen.link.secret,
        ROOM_ID,
        1,
      );
      room.set(peerId, { peerId, env: { ...one.env, keys }, group: underKeys(seen.group, keys) });
    }
    room.delete('h');
    expect(await tried('a', { add: ['d'] })).toBe('followed');
    const { env, group } = member('a');
    // Under the link of before the Add is not even one that the committer's own library makes.
    const old = await keyPackageFor(await createEnv(), 'e', groupId);
    const lax = { ...env, keys: { ...env.keys } };
    const late = await commitChanges(lax, group, { add: [old.publicPackage], remove: [] });
    expect(await verdict('a', late)).toBe('addedCredential');
    // Its holder joins, though nothing of the old link is known to it.
    const keys = await deriveLinkKeys(secret.slice(), ROOM_ID, 1);
    const newcomer = { ...env, keys };
    const d = await keyPackageFor(newcomer, 'd', groupId);
    const { welcome } = await commitChanges(env, group, { add: [d.publicPackage], remove: [] });
    const joined = await joinFromWelcome(newcomer, d, welcome!, groupId);
    expect(leaves(joined.group).map(({ identity }) => identity.peerId)).toContain('b');
    await expect(
      joinFromWelcome({ ...env, keys: (await createEnv(8, 1)).keys }, d, welcome!, groupId),
    ).rejects.toHaveProperty('fault');
  });

  it('E-86 comes alone in its commit, one generation at a time, and from an acting host', async () => {
    await say('h', { claim: await claimFor('h') });
    expect(await tried('h', { word: rotate(), remove: ['c'] })).toBe('hostWord');
    expect(await tried('h', { word: rotate(2) })).toBe('hostWord');
    expect(await tried('a', { word: rotate() })).toBe('notActing');
    expect(await tried('h', { word: rotate() })).toBe('followed');
  });
});
