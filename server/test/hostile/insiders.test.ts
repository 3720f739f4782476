// A member with the link and a client of its own making, alone and hand in hand with the server.
import { createGroupInfoWithExternalPubAndRatchetTree, joinGroupExternal } from 'ts-mls/createCommit.js';
import type { Proposal } from 'ts-mls/proposal.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePayload } from '../../../client/core/talk/payload.ts';
import { encodeMessage } from '../../../client/e2ee/mls/codec.ts';
import { opus, vp8Key } from '../../../client/e2ee/test/fakeFrames.ts';
import { Insider } from './Insider.ts';
import { everyoneLists, Stage, together, within, type Person } from './Stage.ts';

let stage: Stage;
let ana: Person;
let bo: Person;
let eve: Insider;
beforeEach(async () => {
  stage = await Stage.open();
  [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic', 'camera'] });
  eve = await Insider.enter(stage, 'Eve');
  await everyoneLists(2, ana, bo);
});
afterEach(() => stage.close());

const nacksOf = ({ peerId }: Person) => stage.villain.askedBy(peerId, 'mls:nack').map(({ reason }) => reason);
/** It said to the server which commit it does not follow, and why. */
const expectRefused = (person: Person, reason: string) =>
  vi.waitFor(() => expect(nacksOf(person)).toEqual([reason]), within);

/** Whatever epoch it names, nothing that it commits is accepted. */
async function expectBarred(): Promise<void> {
  const { groupId, epoch, client } = eve;
  for (let ahead = 0; ahead < 6; ahead += 1) {
    const input = { groupId, epoch: epoch + ahead, commit: Uint8Array.of(ahead), added: [], removed: [] };
    expect(await client.send('mls:commit', input)).not.toMatchObject({ ok: true, data: { outcome: 'accepted' } });
  }
}

/** The two honest ones, sealed and in one epoch; Eve may stand in their list or not. */
async function expectTogether(): Promise<void> {
  await vi.waitFor(() => {
    const [one, other] = [ana.security, bo.security];
    if (one.state !== 'sealed' || other.state !== 'sealed') return expect.fail('not sealed');
    expect(one.safetyCode).toEqual(other.safetyCode);
    expect([ana.names(), bo.names()]).toEqual([expect.arrayContaining(['Bo']), expect.arrayContaining(['Ana'])]);
  }, within);
  ana.client.chat.send('still us');
  await vi.waitFor(() => expect(bo.texts()).toContain('Ana: still us (sent)'), within);
}

describe('a poison commit', () => {
  it('E-68, P-77 that one member cannot open is refused by that one, who is added anew; its sender is barred', async () => {
    const poisoned = eve.hpkeKeyOf(bo.peerId);
    const { hpke } = eve.env.suite;
    const seal: typeof hpke.seal = async (publicKey, plaintext, info, aad) => {
      const isForBo = Buffer.from(await hpke.exportPublicKey(publicKey)).equals(poisoned);
      return hpke.seal(publicKey, isForBo ? crypto.getRandomValues(plaintext.slice()) : plaintext, info, aad);
    };
    const made = await eve.make([], { ...eve.env.suite, hpke: { ...hpke, seal } });
    expect(await eve.submit(made)).toMatchObject({ ok: true, data: { outcome: 'accepted' } });
    await expectRefused(bo, 'invalid');
    // One epoch by that commit, which Ana could open, and one in which Bo is added anew.
    await vi.waitFor(() => expect(ana.security).toMatchObject({ state: 'sealed', epoch: eve.epoch + 2 }), within);
    expect(nacksOf(ana)).toEqual([]);
    await expectTogether();
    await expectBarred();
  });

  it('E-18, P-77 that is rubbish to all is refused by all; its sender is barred, and they are together again without it', async () => {
    expect(await eve.submit(new Uint8Array(500).fill(9))).toMatchObject({ ok: true });
    await expectRefused(ana, 'malformed');
    await expectRefused(bo, 'malformed');
    await expectTogether();
    await expectBarred();
    await eve.client.request('room:leave', {});
    await together(ana, bo);
  });
});

describe('foreign proposals', () => {
  const extensions: Proposal = { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } };
  const nobodyKnows: Proposal = { proposalType: 0xf001, proposalData: Uint8Array.of(1) };

  it.each([
    ['GroupContextExtensions', 'foreignProposal', () => eve.make([extensions])],
    ['ReInit', 'foreignProposal', () => eve.make([reInit()])],
    ['a kind that nobody knows', 'foreignProposal', () => eve.make([nobodyKnows])],
    ['a Remove by itself', 'wrongContent', () => eve.propose(eve.remove(bo.peerId))],
    ['an Update by itself', 'wrongContent', () => eve.propose(eve.update())],
    ['an external commit', 'notPrivate', () => joinFromOutside()],
  ] as const)('E-30 %s, given to the server as a commit, is followed by nobody', async (_what, fault, make) => {
    expect(await eve.submit(await make())).toMatchObject({ ok: true, data: { outcome: 'accepted' } });
    await expectRefused(ana, fault);
    await expectRefused(bo, fault);
    await expectTogether();
  });

  const reInit = (): Proposal => ({
    proposalType: 'reinit',
    reinit: { groupId: eve.groupId, version: 'mls10', cipherSuite: eve.env.suite.name, extensions: [] },
  });

  async function joinFromOutside() {
    const info = await createGroupInfoWithExternalPubAndRatchetTree(eve.group.mls, [], eve.env.suite);
    const own = await eve.keyPackageAs('E'.repeat(16), 'Eve again');
    const { suite } = eve.env;
    const { publicMessage } = await joinGroupExternal(info, own.publicPackage, own.privatePackage, false, suite);
    return encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage });
  }
});

describe('a wrongful Remove', () => {
  it('E-33 of who is there, of which the server is told nothing, is refused by all, the removed one included', async () => {
    const made = await eve.make([eve.remove(bo.peerId)]);
    expect(await eve.submit(made)).toMatchObject({ ok: true, data: { outcome: 'accepted' } });
    await expectRefused(ana, 'removedNotGone');
    await expectRefused(bo, 'removedNotGone');
    await expectTogether();
  });

  it('E-33 that adds somebody else in the removed one’s name is refused where that one did not ask', async () => {
    const { publicPackage } = await eve.keyPackageAs(bo.peerId, 'Bo');
    const add = { proposalType: 'add', add: { keyPackage: publicPackage } } as const;
    await eve.submit(await eve.make([eve.remove(bo.peerId), add, await eve.psk()]));
    await expectRefused(ana, 'removedNotGone');
    await expectTogether();
  });

  it('E-33 that does so with the server’s help succeeds: the removed one is thrown out, comes back, and a change of name is announced', async () => {
    const { villain } = stage;
    const { publicPackage } = await eve.keyPackageAs(bo.peerId, 'Bo, really');
    const add = { proposalType: 'add', add: { keyPackage: publicPackage } } as const;
    const { groupId, epoch } = eve;
    const waiting = [{ peerId: bo.peerId, sealed: Buffer.alloc(400, 1) }];
    villain.say(ana.peerId, 'mls:queue', { groupId, epoch, waiting, gone: [] });
    await eve.submit(await eve.make([eve.remove(bo.peerId), add, await eve.psk()]));
    await vi.waitFor(() => expect(ana.names()).toContain('Bo, really'), within);
    expect(nacksOf(ana)).toEqual([]);
    const moves = () => ana.view().notices.map(({ kind, displayName }) => `${kind} ${displayName}`);
    expect(moves().slice(-2).toSorted()).toEqual(['joined Bo, really', 'left Bo']);
    await vi.waitFor(() => expect(bo.locks.some((lock) => lock.startsWith('resyncing'))).toBe(true), within);
    villain.alterAsked = (_from, asked) =>
      asked.name === 'mls:commit' ? { ...asked, input: { ...asked.input, removed: [...asked.input.added] } } : asked;
    await expectTogether();
    expect(moves()).toEqual(expect.arrayContaining(['left Bo, really', 'joined Bo']));
  });
});

describe('an impersonated stream', () => {
  it('F-9 sealed under another’s leaf and sent as one’s own is played to nobody', async () => {
    await eveSends();
    const forged = await eve.sealFrame(eve.leafOf(bo.peerId), 'mic', 'opus', opus(66));
    stage.sfu.inject(ana.peerId, eve.peerId, 'mic', forged);
    await vi.waitFor(async () => expect(await ana.faults(eve, 'mic')).toEqual({ wrongLeaf: 1 }), within);
    const own = await eve.sealFrame(eve.leafOf(eve.peerId), 'mic', 'opus', opus(67));
    stage.sfu.inject(ana.peerId, eve.peerId, 'mic', own);
    await vi.waitFor(() => expect(ana.decoded(eve, 'mic')).toEqual([new Uint8Array(opus(67).data)]), within);
  });

  it('F-1 that the server carries as the other’s is played as the other’s: all members hold the same keys', async () => {
    const forged = await eve.sealFrame(eve.leafOf(bo.peerId), 'camera', 'vp8', vp8Key(66));
    await vi.waitFor(() => expect(ana.isTuned(bo, 'camera')).toBe(true), within);
    stage.sfu.inject(ana.peerId, bo.peerId, 'camera', forged);
    await vi.waitFor(() => expect(ana.decoded(bo, 'camera')).toEqual([new Uint8Array(vp8Key(66).data)]), within);
    expect(await ana.faults(bo, 'camera')).toEqual({});
  });

  it('E-57, E-59 in chat is shown to nobody, also where the server swears to it: each message is signed by its leaf', async () => {
    const { villain, clock } = stage;
    const { groupId, epoch } = eve;
    const line = (text: string) => encodePayload({ t: 'chat', id: text.repeat(8), text, at: 1 });
    const message = await eve.seal(line('x'));
    villain.say(ana.peerId, 'mls:message', { groupId, epoch, from: bo.peerId, message });
    await eve.client.request('mls:message', { groupId, epoch, message: await eve.seal(line('y')) });
    await vi.waitFor(() => expect(ana.texts()).toEqual(['Eve: y (sent)']), within);
    await clock.pass(3_000);
    expect(ana.texts()).toEqual(['Eve: y (sent)']);
  });

  /** As an honest device would be announced. */
  async function eveSends(): Promise<void> {
    const [offer] = stage.villain.saidTo(ana.peerId, 'consumer:new')[0]!.consumers;
    stage.villain.say(ana.peerId, 'consumer:new', {
      consumers: [{ ...offer!, id: 'ofEve', peerId: eve.peerId, stream: 'mic' }],
    });
    await vi.waitFor(() => expect(ana.isTuned(eve, 'mic')).toBe(true), within);
  }
});

describe('a false sign of life', () => {
  it('E-66 with another history raises everybody’s alarm and stops everybody, who then send nothing', async () => {
    const { groupId, epoch } = eve;
    const left = stage.sfu.left.length;
    await eve.client.request('mls:heartbeat', {
      groupId,
      epoch,
      heartbeat: await eve.heartbeat(epoch, new Uint8Array(32)),
    });
    for (const person of [ana, bo]) {
      await vi.waitFor(() => expect(person.locks.at(-1)).toBe('fenced split'), within);
      person.encode('mic', opus(1));
    }
    await stage.clock.pass(3_000);
    expect(stage.sfu.left).toHaveLength(left);
  });

  it('E-64, P-75 of an epoch that does not exist has everybody look for a place that only its sender could give; they are together once it is gone', async () => {
    const { villain, clock } = stage;
    const { groupId, epoch } = eve;
    const heartbeat = await eve.heartbeat(epoch + 9);
    for (const { peerId } of [ana, bo]) {
      villain.say(peerId, 'mls:heartbeat', { groupId, epoch: epoch + 9, from: eve.peerId, heartbeat });
    }
    for (const person of [ana, bo]) await vi.waitFor(() => expect(person.locks).toContain('resyncing behind'), within);
    await clock.pass(15_000);
    expect([ana.security.state, bo.security.state]).toEqual(['resyncing', 'resyncing']);
    await eve.client.request('room:leave', {});
    await expectTogether();
    expect([ana.names(), bo.names()]).toEqual([['Bo'], ['Ana']]);
  });
});
