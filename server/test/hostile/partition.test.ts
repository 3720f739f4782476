// A server that keeps members apart: from the start, from the middle on, and one of them from everybody else.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { opus } from '../../../client/e2ee/test/fakeFrames.ts';
import { codeOf, hears, Stage, together, within, type Person } from './Stage.ts';
import type { Villain } from './Villain.ts';

let stage: Stage;
afterEach(() => stage.close());

const fences = (people: Person[]) => people.flatMap(({ locks }) => locks.filter((lock) => lock.startsWith('fenced')));
const never = (people: Person[], what: string) =>
  expect(people.flatMap(({ locks }) => locks.filter((lock) => lock.startsWith(what)))).toEqual([]);

/** Plays the delivery service for each half by itself: of what one half says, commits, beats and sends the other hears nothing. */
function keepApart({ villain, sfu }: Stage, epoch: number, ...halves: Person[][]): void {
  const parts = halves.map((half) => ({ ids: half.map(({ peerId }) => peerId), epoch }));
  const partOf = (peerId: string) => parts.find(({ ids }) => ids.includes(peerId)) ?? expect.fail('not of this play');
  const mates = (from: string) => partOf(from).ids.filter((to) => to !== from);
  const ok = (data: object = {}) => ({ ok: true, data }) as const;
  villain.intercept = (from, { name, input }) => {
    if (!name.startsWith('mls:')) return undefined;
    if (name === 'mls:heartbeat' || name === 'mls:message') {
      for (const to of mates(from)) villain.say(to, name, { ...input, from } as never);
    }
    if (name !== 'mls:commit') return ok();
    const [part, { groupId, commit }] = [partOf(from), input];
    if (part.epoch !== input.epoch) {
      return ok({ outcome: 'stale', group: { groupId, epoch: part.epoch, beacon: Buffer.alloc(32) } });
    }
    part.epoch += 1;
    for (const to of mates(from)) villain.say(to, name, { groupId, epoch: input.epoch, from, commit });
    return ok({ outcome: 'accepted', epoch: part.epoch });
  };
  sfu.carry = ({ from, to, frame }) => (mates(from).includes(to) ? [frame] : []);
}

/** Tells these that others have been gone for long. */
function reportGone(villain: Villain, told: Person[], gone: Person[], epoch: number): void {
  const { groupId } = villain.askedBy(told[0]!.peerId, 'mls:ready').at(-1)!;
  const all = gone.map(({ peerId }) => ({ peerId, goneForMs: 9_000 }));
  for (const { peerId } of told) villain.say(peerId, 'mls:queue', { groupId, epoch, waiting: [], gone: all });
}

describe('a partition from the start', () => {
  it('E-63, F-9 makes two groups of one link, which no code notices, even where heartbeats and frames cross: only codes and lists differ', async () => {
    stage = await Stage.open();
    const { villain, sfu, clock } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    await stage.openSecondServer();
    const [cy, di] = await stage.gather(['Cy', 'Di'], { devices: ['mic'] });
    await hears(cy, di);
    const { groupId } = villain.askedBy(cy.peerId, 'mls:create')[0]!;
    villain.intercept = (from, { name, input }) => {
      if (name !== 'mls:heartbeat' || from !== ana.peerId) return undefined;
      villain.say(cy.peerId, name, { ...input, from });
      for (const as of [ana, di]) villain.say(cy.peerId, name, { ...input, groupId, from: as.peerId });
      return undefined;
    };
    // And Cy is offered Ana's sound as if she were there.
    const [offer] = villain.saidTo(cy.peerId, 'consumer:new')[0]!.consumers;
    villain.sources.set('crossed', { from: ana.peerId, stream: 'mic' });
    villain.say(cy.peerId, 'consumer:new', { consumers: [{ ...offer!, id: 'crossed', peerId: ana.peerId }] });
    await vi.waitFor(() => expect(sfu.trackId(cy.peerId, ana.peerId, 'mic')).toBe('crossed'), within);
    await hears(bo, ana);
    await clock.pass(25_000);

    expect([ana.names(), bo.names(), cy.names(), di.names()]).toEqual([['Bo'], ['Ana'], ['Di'], ['Cy']]);
    expect([codeOf(bo), codeOf(di)]).toEqual([codeOf(ana), codeOf(cy)]);
    expect(codeOf(ana)).not.toBe(codeOf(cy));
    expect(fences([ana, bo, cy, di])).toEqual([]);
    expect(cy.decoded(ana, 'mic')).toEqual([]);
    expect(await cy.faults(ana, 'mic')).toEqual({ wrongLeaf: expect.any(Number) });
  });
});

describe('a partition in the middle', () => {
  it('E-65 that is whole is noticed by people, not by the code: the other half falls silent, and leaves when the server says that it is gone', async () => {
    stage = await Stage.open({ speed: 20 });
    const { villain, clock } = stage;
    const [ana, bo, cy, di] = await stage.gather(['Ana', 'Bo', 'Cy', 'Di'], { devices: ['mic'] });
    const all = [ana, bo, cy, di];
    await hears(cy, ana);
    const { epoch } = villain.askedBy(ana.peerId, 'mls:ready').at(-1)!;
    keepApart(stage, epoch, [ana, bo], [cy, di]);
    const before = cy.decoded(ana, 'mic').length;
    await clock.pass(70_000);
    ana.client.chat.send('are you all here?');
    await vi.waitFor(() => expect(bo.texts()).toEqual(['Ana: are you all here? (sent)']), within);
    await hears(bo, ana);
    expect(all.map(({ names }) => names().length)).toEqual([3, 3, 3, 3]);
    expect(new Set(all.map(codeOf)).size).toBe(1);
    expect([cy.texts(), cy.decoded(ana, 'mic').length]).toEqual([[], before]);
    never(all, 'fenced');

    reportGone(villain, [ana, bo], [cy, di], epoch);
    reportGone(villain, [cy, di], [ana, bo], epoch);
    await together(ana, bo);
    await together(cy, di);
    expect(codeOf(ana)).not.toBe(codeOf(cy));
    const left = ana.view().notices.filter(({ kind }) => kind === 'left');
    expect(left.map(({ displayName }) => displayName).toSorted()).toEqual(['Cy', 'Di']);
    never(all, 'fenced');
    never(all, 'resyncing');
  });

  it('E-65 that leaves the one not told of a Remove alone with the removed one is not noticed by the code either: they go on together', async () => {
    stage = await Stage.open({ speed: 20 });
    const { villain, clock } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy'], { devices: ['mic'] });
    await hears(ana, cy);
    const { epoch } = villain.askedBy(ana.peerId, 'mls:ready').at(-1)!;
    keepApart(stage, epoch, [ana], [bo, cy]);
    reportGone(villain, [ana], [cy], epoch);
    await vi.waitFor(() => expect(ana.names()).toEqual(['Bo']), within);
    await clock.pass(70_000);
    await hears(cy, bo);
    expect([bo.names(), bo.locks.at(-1)]).toEqual([['Ana', 'Cy'], `sealed ${epoch}`]);
    await vi.waitFor(() => expect(ana.locks).toContain('fenced silent'), within);
    never([bo, cy], 'fenced');
  });

  it('E-65 that cuts one member off from everybody makes it stop within a minute; once it is over it finds back', async () => {
    stage = await Stage.open({ speed: 10 });
    const { villain, sfu, clock } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy'], { devices: ['mic'] });
    await hears(ana, cy);
    const cutAtMs = clock.nowMs();
    villain.rewrite = (to, said) => (to === cy.peerId ? [] : [said]);
    await vi.waitFor(() => expect(cy.locks).toContain('fenced silent'), within);
    // Fifteen seconds more are one and a half of the wall: what a busy machine may take to say so.
    expect(clock.nowMs() - cutAtMs).toBeLessThan(75_000);
    const left = sfu.left.length;
    cy.encode('mic', opus(1), opus(2));
    villain.rewrite = (_to, said) => [said];
    await together(ana, bo, cy);
    expect(sfu.left.slice(left).filter(({ from }) => from === cy.peerId)).toEqual([]);
    never([ana, bo], 'fenced');
    await hears(ana, cy);
  });
});
