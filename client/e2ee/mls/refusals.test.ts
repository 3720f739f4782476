// Everything that a member, a server or a stranger could put in a commit or a Welcome, and that each member refuses.
import fc from 'fast-check';
import { createCommit, createGroupInfoWithExternalPubAndRatchetTree, joinGroupExternal } from 'ts-mls/createCommit.js';
import { createProposal } from 'ts-mls/createMessage.js';
import type { ClientState } from 'ts-mls/clientState.js';
import type { Proposal } from 'ts-mls/proposal.js';
import type { RatchetTree } from 'ts-mls/ratchetTree.js';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ALL_GONE,
  change,
  createEnv,
  exporterOf,
  found,
  identityOf,
  keyPackageFor,
  leafIndexOf,
  NOBODY_GONE,
  NOW_MS,
  type Member,
} from '../test/members.ts';
import { concatBytes } from '../util/bytes.ts';
import { decodeWelcome, encodeMessage } from './codec.ts';
import { createCredential } from './credential.ts';
import { groupIdOf, joinFromWelcome, processCommit, type GroupEnv } from './group.ts';
import { linkPskId, openPolicy } from './hostPolicy.ts';
import { createKeyPackage, type OwnKeyPackage } from './keyPackage.ts';
import { encodeWelcome, splitWelcome } from './welcome.ts';
import { checkProposals, NO_AUTHORITY, type Authority, type CommitFacts } from './policy.ts';

let env: GroupEnv;
let a: Member;
let b: Member;
let past: OwnKeyPackage;
let groupId: Uint8Array;

beforeAll(async () => {
  env = await createEnv();
  a = await found(env, 'a');
  groupId = groupIdOf(a.group);
  const room = new Map([['a', a]]);
  await change(room, 'a', { add: ['b', 'c'] });
  await change(room, 'a', { remove: ['c'] });
  b = room.get('b')!;
  past = await keyPackageFor(env, 'd', groupId);
  pskIdNow = await linkPskId(openPolicy(0));
  pskIdNext = await linkPskId(openPolicy(1));
});

/** A member of ill will: it may propose anything, and checks no credential itself. */
function lax(state: ClientState): ClientState {
  return { ...state, clientConfig: { ...state.clientConfig, authService: { validateCredential: async () => true } } };
}

let pskIdNow: Uint8Array;
let pskIdNext: Uint8Array;

function psk(pskId = pskIdNow): Proposal {
  const pskNonce = crypto.getRandomValues(new Uint8Array(32));
  return { proposalType: 'psk', psk: { preSharedKeyId: { psktype: 'external', pskId, pskNonce } } };
}

function add(own: OwnKeyPackage): Proposal {
  return { proposalType: 'add', add: { keyPackage: own.publicPackage } };
}

function remove(peerId: string): Proposal {
  return { proposalType: 'remove', remove: { removed: leafIndexOf(a.group, peerId) } };
}

async function rawCommit(proposals: Proposal[], options: { state?: ClientState; asPublic?: boolean } = {}) {
  const state = lax(options.state ?? a.group.mls);
  const pskIndex = { findPsk: () => env.keys.psk };
  const result = await createCommit(
    { state, cipherSuite: env.suite, pskIndex },
    { extraProposals: proposals, ratchetTreeExtension: true, wireAsPublicMessage: options.asPublic ?? false },
  );
  return { ...result, bytes: encodeMessage(result.commit) };
}

/** As a member of ill will would put it on its way. */
function welcomeOf({ newState, welcome }: Awaited<ReturnType<typeof rawCommit>>): Promise<Uint8Array> {
  return encodeWelcome(env, { mls: newState, policy: openPolicy(0) }, welcome!);
}

async function expectRefusal(bytes: Uint8Array, fault: string, facts: CommitFacts = ALL_GONE): Promise<void> {
  const before = await exporterOf(b);
  await expect(processCommit(env, b.group, bytes, facts)).rejects.toMatchObject({ fault });
  expect(await exporterOf(b)).toBe(before);
  const sound = await rawCommit([]);
  await expect(processCommit(env, b.group, sound.bytes, facts)).resolves.toMatchObject({ hasPath: true });
}

async function expectProposalsRefused(proposals: Proposal[], fault: string, facts?: CommitFacts): Promise<void> {
  await expectRefusal((await rawCommit(proposals)).bytes, fault, facts);
}

describe('commits that every member refuses', () => {
  it('E-30 proposals other than Add, Remove and PreSharedKey: GroupContextExtensions', () =>
    expectProposalsRefused(
      [{ proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } }],
      'foreignProposal',
    ));

  it('E-30 proposals other than Add, Remove and PreSharedKey: ReInit', () =>
    expectProposalsRefused(
      [{ proposalType: 'reinit', reinit: { groupId, version: 'mls10', cipherSuite: env.suite.name, extensions: [] } }],
      'foreignProposal',
    ));

  it('E-30 proposals other than Add, Remove and PreSharedKey: one that nobody knows', () =>
    expectProposalsRefused([{ proposalType: 0xf001, proposalData: Uint8Array.of(1) }], 'foreignProposal'));

  it('E-30 a proposal of its own, and a commit that refers to it', async () => {
    const proposed = await createProposal(lax(a.group.mls), false, remove('b'), env.suite);
    await expectRefusal(encodeMessage(proposed.message), 'wrongContent');
    const referring = await rawCommit([], { state: proposed.newState });
    await expectRefusal(referring.bytes, 'invalid');
  });

  it('E-30 a commit as PublicMessage', async () => {
    await expectRefusal((await rawCommit([], { asPublic: true })).bytes, 'notPrivate');
  });

  it('E-30 an external commit', async () => {
    const info = await createGroupInfoWithExternalPubAndRatchetTree(a.group.mls, [], env.suite);
    const own = await keyPackageFor(env, 'e', groupId);
    const { publicMessage } = await joinGroupExternal(info, own.publicPackage, own.privatePackage, false, env.suite);
    await expectRefusal(
      encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }),
      'notPrivate',
    );
  });

  it('E-31 an Add without the PSK', () => expectProposalsRefused([add(past)], 'pskMissing'));

  it('E-31 an Add with the PSK of another link generation', () =>
    expectProposalsRefused([add(past), psk(pskIdNext)], 'invalid'));

  it('E-31 an Add with two PSKs', () => expectProposalsRefused([add(past), psk(), psk()], 'pskUnexpected'));

  it('E-31 a PSK without an Add, which would bring an epoch without a path', () =>
    expectProposalsRefused([psk()], 'pskUnexpected'));

  it('E-32 a credential whose MAC is of another link', async () => {
    const other = await createEnv(9);
    await expectProposalsRefused([add(await keyPackageFor(other, 'd', groupId)), psk()], 'invalid');
  });

  it('E-32 a credential made for another group', async () => {
    const elsewhere = await keyPackageFor(env, 'd', new Uint8Array(16).fill(3));
    await expectProposalsRefused([add(elsewhere), psk()], 'invalid');
  });

  it('E-32 a credential bound to another signature key', async () => {
    const thief = await createKeyPackage(env.suite, env.keys, identityOf('d', groupId));
    thief.publicPackage.leafNode.credential = past.publicPackage.leafNode.credential;
    await expect(rawCommit([add(thief), psk()])).rejects.toThrow();
  });

  it('E-32 a credential older than five minutes, or from the future', async () => {
    const old = await keyPackageFor(env, 'd', groupId, NOW_MS - 5 * 60_000 - 1);
    await expectProposalsRefused([add(old), psk()], 'addedTooOld');
    const early = await keyPackageFor(env, 'd', groupId, NOW_MS + 60_001);
    await expectProposalsRefused([add(early), psk()], 'addedTooOld');
    const fresh = await keyPackageFor(env, 'd', groupId, NOW_MS - 5 * 60_000);
    const { bytes } = await rawCommit([add(fresh), psk()]);
    await expect(processCommit(env, b.group, bytes, ALL_GONE)).resolves.toMatchObject({ hasPath: false });
  });

  it('E-32 a signature key that was in this group before, even in the commit that removes its leaf', async () => {
    const room = new Map([
      ['a', { ...a }],
      ['b', { ...b }],
    ]);
    const [one, two] = [room.get('a')!, room.get('b')!];
    const joined = await rawCommit([add(past), psk()]);
    const seen = await processCommit(env, two.group, joined.bytes, ALL_GONE);
    if (typeof seen === 'string') throw new Error('not meant');
    const leafIndex = leafIndexOf(seen.group, 'd');
    const removal: Proposal = { proposalType: 'remove', remove: { removed: leafIndex } };
    const again = await rawCommit([removal, add(past), psk()], { state: joined.newState });
    await expect(processCommit(env, seen.group, again.bytes, ALL_GONE)).rejects.toMatchObject({
      fault: 'addedKeyUsed',
    });
    expect(one.group).toBe(a.group);
  });

  it('E-32 a Peer that is there already, or is added twice', async () => {
    await expectProposalsRefused([add(await keyPackageFor(env, 'b', groupId)), psk()], 'addedPeerPresent');
    const twins = [await keyPackageFor(env, 'e', groupId), await keyPackageFor(env, 'e', groupId)];
    await expectProposalsRefused([...twins.map(add), psk()], 'addedPeerPresent');
  });

  it('E-33 a Remove of a Peer that the server did not report gone, or only just did', async () => {
    const room = new Map([
      ['a', { ...a }],
      ['b', { ...b }],
    ]);
    await change(room, 'a', { add: ['f'] });
    const one = room.get('a')!;
    const two = room.get('b')!;
    const removal: Proposal = { proposalType: 'remove', remove: { removed: leafIndexOf(one.group, 'f') } };
    const { bytes } = await rawCommit([removal], { state: one.group.mls });
    const goneFor = (ms: number | undefined) => ({ ...NOBODY_GONE, goneForMs: () => ms });
    for (const facts of [NOBODY_GONE, goneFor(1_400)]) {
      await expect(processCommit(env, two.group, bytes, facts)).rejects.toMatchObject({ fault: 'removedNotGone' });
    }
    await expect(processCommit(env, two.group, bytes, goneFor(2_000))).resolves.toMatchObject({ hasRemove: true });
  });

  it('E-33 a re-add of a Peer that the server did not show waiting: a member could put itself in its place', async () => {
    const room = new Map([
      ['a', { ...a }],
      ['b', { ...b }],
    ]);
    await change(room, 'a', { add: ['f'] });
    const one = room.get('a')!;
    const two = room.get('b')!;
    const removal: Proposal = { proposalType: 'remove', remove: { removed: leafIndexOf(one.group, 'f') } };
    const taker = add(await keyPackageFor(env, 'f', groupId));
    const { bytes } = await rawCommit([removal, taker, psk()], { state: one.group.mls });
    const showing = (waiting: string) => ({ ...NOBODY_GONE, isWaiting: (peerId: string) => peerId === waiting });
    await expect(processCommit(env, two.group, bytes, showing('g'))).rejects.toMatchObject({ fault: 'removedNotGone' });
    await expect(processCommit(env, two.group, bytes, showing('f'))).resolves.toMatchObject({ added: ['f'] });
  });

  it('E-34 a commit into a group of more than 250', async () => {
    const crowd = (count: number): RatchetTree =>
      Array.from({ length: 2 * count - 1 }, (_, at) => (at % 2 === 0 ? b.group.mls.ratchetTree[0] : undefined));
    const proposals = [add(past), psk()].map((proposal) => ({ proposal, senderLeafIndex: 0 }));
    const authority: Authority = { ...NO_AUTHORITY, mode: 'open', modeAfter: 'open' };
    const state = (count: number) => ({
      tree: crowd(count),
      usedKeys: new Set<string>(),
      isLinkPsk: () => true,
      authority,
    });
    expect(checkProposals(proposals, state(249), NOBODY_GONE)).toBeUndefined();
    expect(checkProposals(proposals, state(250), NOBODY_GONE)).toBe('tooManyMembers');
  });

  it('E-34 more than fifty Adds', async () => {
    const crowd = await Promise.all(Array.from({ length: 51 }, (_, i) => keyPackageFor(env, `p${i}`, groupId)));
    await expectProposalsRefused([...crowd.map(add), psk()], 'tooManyAdds');
  });

  it('E-35 a committer that takes another name in the leaf of its path', async () => {
    const own = a.group.mls.ratchetTree[0];
    if (own?.nodeType !== 'leaf') throw new Error('not meant');
    const credential = await createCredential(identityOf('b', groupId), own.leaf.signaturePublicKey, env.keys);
    const ratchetTree = a.group.mls.ratchetTree.with(0, { ...own, leaf: { ...own.leaf, credential } });
    const { bytes } = await rawCommit([], { state: { ...a.group.mls, ratchetTree } });
    await expectRefusal(bytes, 'leafChanged');
  });

  it('E-18 a commit of another group or epoch, and one with a byte behind it', async () => {
    const stranger = await found(env, 'z');
    await expectRefusal((await rawCommit([], { state: stranger.group.mls })).bytes, 'wrongGroup');
    const ahead = await rawCommit([]);
    await expectRefusal((await rawCommit([], { state: ahead.newState })).bytes, 'wrongEpoch');
    await expectRefusal(concatBytes(ahead.bytes, Uint8Array.of(0)), 'malformed');
  });

  it('E-18 no bytes make a member throw anything but a refusal, and a changed bit is always one', async () => {
    const { bytes } = await rawCommit([]);
    const positions = fc.record({ at: fc.nat(bytes.length - 1), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(positions, async ({ at, bit }) => {
        const changed = bytes.slice();
        changed[at] = changed[at]! ^ (1 << bit);
        await expect(processCommit(env, b.group, changed, ALL_GONE)).rejects.toHaveProperty('fault');
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        await expect(processCommit(env, b.group, noise, ALL_GONE)).rejects.toHaveProperty('fault');
      }),
    );
  });
});

describe('Welcomes that a newcomer refuses', () => {
  it('E-38 one that was made without the PSK', async () => {
    const own = await keyPackageFor(env, 'd', groupId);
    const bytes = await welcomeOf(await rawCommit([add(own)]));
    await expect(joinFromWelcome(env, own, bytes, groupId)).rejects.toMatchObject({ fault: 'pskMissing' });
  });

  it('E-38 one into another group than the one whose beacon was checked', async () => {
    const own = await keyPackageFor(env, 'd', groupId);
    const bytes = await welcomeOf(await rawCommit([add(own), psk()]));
    await expect(joinFromWelcome(env, own, bytes, new Uint8Array(16))).rejects.toMatchObject({ fault: 'invalid' });
    await expect(joinFromWelcome(env, own, bytes, groupId)).resolves.toHaveProperty('group');
  });

  it('E-38 one into a tree in which somebody has no MAC of this link', async () => {
    const other = await createEnv(9);
    const ghost = await keyPackageFor(other, 'ghost', groupId);
    const own = await keyPackageFor(env, 'd', groupId);
    const bytes = await welcomeOf(await rawCommit([add(ghost), add(own), psk()]));
    await expect(joinFromWelcome(env, own, bytes, groupId)).rejects.toMatchObject({ fault: 'invalid' });
  });

  it('E-38 one for another key package is told apart, and one that is no Welcome is refused', async () => {
    const [own, other] = [await keyPackageFor(env, 'd', groupId), await keyPackageFor(env, 'e', groupId)];
    const made = await rawCommit([add(other), psk()]);
    const { bytes: commit } = made;
    const bytes = await welcomeOf(made);
    expect(decodeWelcome(splitWelcome(bytes).message).secrets).toHaveLength(1);
    await expect(joinFromWelcome(env, own, bytes, groupId)).rejects.toMatchObject({ fault: 'notForUs' });
    await expect(joinFromWelcome(env, own, commit, groupId)).rejects.toMatchObject({ fault: 'malformed' });
  });
});
