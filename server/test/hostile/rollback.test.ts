// A server that brings up what is over: an old group, an old place, old words of its own and of others.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeFrame, opus } from '../../../client/e2ee/test/fakeFrames.ts';
import { codeOf, hears, Stage, together, tuned, within } from './Stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

describe('rollback', () => {
  it('E-38, E-51 to the group of an earlier meeting keeps a newcomer waiting, who takes no old Welcome and says nothing', async () => {
    const { villain, clock, sfu } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo']);
    const { groupId, beacon } = villain.askedBy(ana.peerId, 'mls:create')[0]!;
    const [welcome] = villain.saidTo(bo.peerId, 'mls:welcome');
    for (const { client } of [ana, bo]) client.leave();
    const eve = await stage.attend('Eve');
    villain.alterReply = (_from, { name }, reply) => {
      if (reply.ok && name === 'room:join')
        return { ok: true, data: { ...reply.data, group: { groupId, epoch: 1, beacon } } };
      return reply.ok && name === 'mls:keyPackage' ? { ok: true, data: { outcome: 'queued' } } : reply;
    };
    const di = stage.begin('Di', { devices: ['mic'] });
    await vi.waitFor(() => expect(villain.asked.at(-1)!.asked.name).toBe('mls:keyPackage'), within);
    const { from } = villain.asked.at(-1)!;
    villain.say(from, 'mls:welcome', welcome!);
    await clock.pass(8_000);
    expect(di.client.state.get()).toMatchObject({ phase: 'joining' });
    const asked = villain.askedBy(from, 'mls:keyPackage').map(({ sealed }) => sealed.toString('hex'));
    expect([asked.length > 1, new Set(asked).size]).toEqual([true, 1]);
    expect([eve.names(), sfu.left]).toEqual([[], []]);

    villain.alterReply = (_from, _asked, reply) => reply;
    await together(eve, di);
  });

  it('E-18, E-57 to what was said before: after a resume every old notification comes again under new numbers, and nothing is undone or shown twice', async () => {
    const { villain, clock } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    const cy = await stage.attend('Cy');
    await together(ana, bo, cy);
    ana.client.chat.send('only once');
    cy.client.leave();
    await together(ana, bo);
    await vi.waitFor(() => expect(bo.texts()).toHaveLength(1), within);
    const [code, { locks }, notices] = [codeOf(bo), bo, bo.view().notices.length];
    const [before, old] = [locks.length, villain.said.filter(({ to }) => to === bo.peerId).map(({ said }) => said)];
    expect(old.map(({ name }) => name)).toEqual(expect.arrayContaining(['mls:welcome', 'mls:queue', 'mls:message']));
    villain.rewrite = (to, said) => (to === bo.peerId && said.name === 'peer:joined' ? [...old, said] : [said]);
    bo.loseConnection();
    await vi.waitFor(() => expect(bo.view().connection).toBe('reconnecting'), within);
    const di = stage.begin('Di');
    await vi.waitFor(() => expect(bo.view().connection).toBe('online'), within);
    await together(ana, bo, di);
    await clock.pass(3_000);
    expect(bo.texts()).toEqual(['Ana: only once (sent)']);
    expect(locks.slice(before).filter((lock) => !lock.startsWith('sealed'))).toEqual([]);
    expect(codeOf(bo)).not.toBe(code);
    const said = bo.view().notices.slice(notices);
    expect(said.map(({ kind, displayName }) => [kind, displayName])).toEqual([
      ['reconnected', undefined],
      ['joined', 'Di'],
    ]);
  });

  it('E-53 to an old epoch of the group on a fresh join gives no old key back: frames of then stay closed, and the new place is sound', async () => {
    const { villain, sfu } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    await hears(bo, ana);
    const recorded = sfu.left
      .filter(({ from }) => from === ana.peerId)
      .map(({ bytes }) => fakeFrame(bytes, 'audio/opus'));
    const formerId = bo.peerId;
    villain.givesPlacesBack = false;
    villain.alterReply = (_from, { name }, reply) =>
      reply.ok && name === 'room:join'
        ? { ok: true, data: { ...reply.data, group: { ...reply.data.group, epoch: 0 } } }
        : reply;
    bo.loseConnection();
    await vi.waitFor(() => expect(bo.peerId).not.toBe(formerId), within);
    await tuned(bo, ana, 'mic');
    const before = bo.decoded(ana, 'mic').length;
    sfu.inject(bo.peerId, ana.peerId, 'mic', ...recorded);
    await together(ana, bo);
    await vi.waitFor(async () => expect(await bo.faults(ana, 'mic')).not.toEqual({}), within);
    expect(bo.decoded(ana, 'mic')).toHaveLength(before);
    ana.encode('mic', opus(7));
    await vi.waitFor(() => expect(bo.decoded(ana, 'mic')).toHaveLength(before + 1), within);
  });
});
