// Who is shown, and who is let in: a server that invents people, and one that brings key packages up again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { opus } from '../../../client/e2ee/test/fakeFrames.ts';
import { codeOf, hears, Stage, together, tuned, within, type Person } from './Stage.ts';
import type { Asked } from './Villain.ts';

const GHOST_ID = 'G'.repeat(16);

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

/** Shows members a Peer that waits with this key package, and nobody else. */
function showWaiting(members: Person[], peerId: string, sealed: Uint8Array): void {
  const { groupId, epoch } = stage.villain.askedBy(members[0]!.peerId, 'mls:ready').at(-1)!;
  for (const { peerId: to } of members) {
    stage.villain.say(to, 'mls:queue', { groupId, epoch, waiting: [{ peerId, sealed }], gone: [] });
  }
}

const packageOf = ({ peerId }: Person) => stage.villain.askedBy(peerId, 'mls:keyPackage').at(-1)!.sealed;
const commitsThatAdd = (peerId: string) =>
  stage.villain.asked.filter(({ asked }) => asked.name === 'mls:commit' && asked.input.added.includes(peerId));

describe('a forged roster', () => {
  it('E-21 of Peers, names and streams is not shown: the list is the group’s, whatever the server says of who is there', async () => {
    const { villain, sfu } = stage;
    villain.alterReply = (_from, { name }, reply) => {
      if (!reply.ok || name !== 'room:join') return reply;
      const peers = reply.data.peers.map((peer: object) => ({ ...peer, displayName: 'Renamed' }));
      const ghost = { peerId: GHOST_ID, role: 'host', displayName: 'The boss' };
      return { ok: true, data: { ...reply.data, displayName: 'Renamed', peers: [...peers, ghost] } };
    };
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    await hears(bo, ana);
    const [offer] = villain.saidTo(bo.peerId, 'consumer:new')[0]!.consumers;
    villain.sources.set('ofNobody', { from: ana.peerId, stream: 'mic' });
    villain.say(bo.peerId, 'peer:joined', { peer: { peerId: GHOST_ID, role: 'host' } });
    villain.say(bo.peerId, 'audio:activeSpeaker', { peerId: GHOST_ID });
    villain.say(bo.peerId, 'consumer:new', { consumers: [{ ...offer!, id: 'ofNobody', peerId: GHOST_ID }] });
    villain.say(bo.peerId, 'peer:left', { peerId: ana.peerId });
    await tuned(bo, { peerId: GHOST_ID }, 'mic');
    ana.encode('mic', opus(5), opus(6));
    await vi.waitFor(
      async () => expect(await bo.faults({ peerId: GHOST_ID }, 'mic')).toEqual({ wrongLeaf: 2 }),
      within,
    );
    expect([bo.names(), ana.names()]).toEqual([['Ana'], ['Bo']]);
    expect([bo.view().self.displayName, bo.view().notices]).toEqual(['Bo', []]);
    expect(bo.view().participants.map(({ peerId, away }) => [peerId, away])).toEqual([[ana.peerId, true]]);
    expect(sfu.decoded(bo.peerId, GHOST_ID, 'mic')).toEqual([]);
  });

  it('E-33, E-56 in which a member is gone has the others remove it, visibly; it follows nobody and comes back by itself', async () => {
    const { villain } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy']);
    const boId = bo.peerId;
    const { groupId, epoch } = villain.askedBy(ana.peerId, 'mls:ready').at(-1)!;
    // The real server would refuse to remove who is there, and to add who is in: it is told what it likes to hear.
    villain.alterAsked = (_from, asked): Asked => {
      if (asked.name !== 'mls:commit') return asked;
      return { ...asked, input: { ...asked.input, removed: [...asked.input.added] } };
    };
    const gone = [{ peerId: boId, goneForMs: 9_000 }];
    for (const { peerId } of [ana, cy]) villain.say(peerId, 'mls:queue', { groupId, epoch, waiting: [], gone });
    for (const person of [ana, cy]) {
      const left = () => person.view().notices.map(({ kind, displayName }) => `${kind} ${displayName}`);
      await vi.waitFor(() => expect(left()).toContain('left Bo'), within);
    }
    await vi.waitFor(() => expect(bo.locks).toContain('resyncing removedNotGone'), within);
    await together(ana, bo, cy);
    expect(bo.peerId).toBe(boId);
  });
});

describe('key packages', () => {
  it('E-32 of one who was here and left are added by nobody who saw them used', async () => {
    const { clock } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy']);
    const [cyId, sealed] = [cy.peerId, packageOf(cy)];
    cy.client.leave();
    await together(ana, bo);
    const [code, before] = [codeOf(ana), commitsThatAdd(cyId).length];
    showWaiting([ana, bo], cyId, sealed);
    await clock.pass(6_000);
    expect([commitsThatAdd(cyId).length, ana.names(), codeOf(ana)]).toEqual([before, ['Bo'], code]);
  });

  it('E-32 of one who was here and left are added by a newcomer who never saw them; whoever did refuses that commit', async () => {
    const { villain } = stage;
    const [ana, cy] = await stage.gather(['Ana', 'Cy']);
    const [cyId, sealed] = [cy.peerId, packageOf(cy)];
    cy.client.leave();
    await together(ana);
    const bo = await stage.attend('Bo');
    await together(ana, bo);
    villain.intercept = (from, { name, input }) => {
      if (name !== 'mls:commit' || from !== bo.peerId) return undefined;
      const { groupId, epoch, commit } = input;
      villain.say(ana.peerId, 'mls:commit', { groupId, epoch, from, commit });
      return { ok: true, data: { outcome: 'accepted', epoch: epoch + 1 } };
    };
    showWaiting([bo], cyId, sealed);
    await vi.waitFor(() => expect(ana.locks).toContain('resyncing addedKeyUsed'), within);
    const nacks = () => villain.askedBy(ana.peerId, 'mls:nack');
    await vi.waitFor(() => expect(nacks()).toMatchObject([{ reason: 'addedKeyUsed' }]), within);
    expect([ana.names(), bo.names()]).toEqual([['Bo'], ['Ana', 'Cy']]);
  });

  it('E-38 that were never used bring a name into the list that nobody stands behind: it hears and says nothing, and leaves when reported gone', async () => {
    const { villain, clock, sfu } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    villain.rewrite = (_to, said) => (said.name === 'mls:queue' ? [] : [said]);
    const cy = stage.begin('Cy');
    const shown = () => villain.saidTo(ana.peerId, 'mls:queue').at(-1)?.waiting ?? [];
    await vi.waitFor(() => expect(shown()).toHaveLength(1), within);
    const [{ peerId: cyId, sealed } = expect.fail()] = shown();
    cy.client.close();
    await vi.waitFor(() => expect(villain.saidTo(ana.peerId, 'peer:left')).toHaveLength(1), within);
    showWaiting([ana, bo], cyId, sealed);
    for (const person of [ana, bo]) await vi.waitFor(() => expect(person.names()).toContain('Cy'), within);
    await clock.pass(3_000);
    await hears(bo, ana);
    expect(new Set(sfu.left.map(({ from }) => from))).toEqual(new Set([ana.peerId]));
    expect(villain.saidTo(cyId, 'mls:welcome')).toEqual([]);

    const last = villain.saidTo(ana.peerId, 'mls:queue').at(-1)!;
    expect(last.gone).toMatchObject([{ peerId: cyId }]);
    villain.rewrite = (_to, said) => [said];
    for (const { peerId } of [ana, bo]) villain.say(peerId, 'mls:queue', last);
    await together(ana, bo);
  });

  it('E-22 of one who was told a wrong time by the server are too old to be added: it waits, and others come in beside it', async () => {
    const { villain, clock } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo']);
    villain.alterReply = (_from, { name }, reply) =>
      reply.ok && name === 'room:join'
        ? { ok: true, data: { ...reply.data, serverTimeMs: reply.data.serverTimeMs - 6 * 60_000 } }
        : reply;
    const late = stage.begin('Late');
    await vi.waitFor(() => expect(villain.asked.at(-1)!.asked.name).toBe('mls:keyPackage'), within);
    const { from: lateId } = villain.asked.at(-1)!;
    villain.alterReply = (_from, _asked, reply) => reply;
    const di = await stage.attend('Di');
    await together(ana, bo, di);
    await clock.pass(5_000);
    expect([late.client.state.get().phase, commitsThatAdd(lateId)]).toEqual(['joining', []]);
  });
});
