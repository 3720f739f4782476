// Commits that the server withholds, drops, swaps, keeps back, gives twice, or takes two of for one epoch.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { opus } from '../../../client/e2ee/test/fakeFrames.ts';
import { codeOf, everyoneLists, hears, Stage, together, within, type Person } from './Stage.ts';
import type { Said } from './Villain.ts';

type Commit = Extract<Said, { name: 'mls:commit' }>;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const epochOf = ({ security }: Person) => (security.state === 'sealed' ? security.epoch : -1);
const resyncs = ({ locks }: Person) => locks.filter((lock) => lock.startsWith('resyncing'));

/** Keeps what matches from one Peer; returns what was kept so far, in order. */
function keepFrom(person: Person, isKept: (said: Said) => boolean): Said[] {
  const { peerId } = person;
  const kept: Said[] = [];
  stage.villain.rewrite = (to, said) => {
    if (to !== peerId || !isKept(said)) return [said];
    kept.push(said);
    return [];
  };
  return kept;
}

const give = (to: Person, said: Said) => stage.villain.say(to.peerId, said.name, said.payload as never);
const isCommit = (said: Said): said is Commit => said.name === 'mls:commit';
/** Says that the others have gone on. */
const isNewsAfter = (epoch: number) => (said: Said) => said.name === 'mls:heartbeat' && said.payload.epoch > epoch;

describe('a withheld Remove', () => {
  it('E-64 of which one member is not told lets the removed one listen to that member alone, until it hears of the epoch and stops', async () => {
    const { villain, clock } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy'], { devices: ['mic'] });
    await hears(cy, ana);
    await hears(cy, bo);
    const cyId = cy.peerId;
    const aliasOfCy = { peerId: cyId };
    let toldAtMs = Infinity;
    villain.rewrite = (to, said) => {
      const isNews = said.name === 'mls:commit' || said.name === 'mls:queue';
      if (to === bo.peerId && said.name === 'mls:heartbeat' && said.payload.epoch > 2)
        toldAtMs = Math.min(toldAtMs, clock.nowMs());
      return to === bo.peerId && isNews ? [] : [said];
    };
    villain.bury(cyId);
    await vi.waitFor(() => expect(ana.names()).toEqual(['Bo']), within);
    const removedAt = { ana: cy.decoded(ana, 'mic').length, bo: cy.decoded(bo, 'mic').length };
    // Half a second more than she waits for the others, who are not ready; without a Remove she would wait for two.
    await clock.pass(1_500);
    ana.encode('mic', opus(2), opus(3));
    bo.encode('mic', opus(4));
    await vi.waitFor(() => expect(cy.decoded(bo, 'mic')).toHaveLength(removedAt.bo + 1), within);

    await vi.waitFor(() => expect(bo.locks).toContain('fenced behind'), within);
    // Five seconds of its own clock, on which sockets and cryptography seem as many times slower as it is fast.
    expect(clock.nowMs() - toldAtMs).toBeLessThan(10_000);
    const left = stage.sfu.left.length;
    bo.encode('mic', opus(5), opus(6));
    villain.rewrite = (_to, said) => [said];
    await vi.waitFor(() => expect([ana.names(), bo.names()]).toEqual([['Bo'], ['Ana']]), within);
    await together(ana, bo);
    expect(resyncs(bo)).toEqual(['resyncing behind']);
    expect(stage.sfu.left.slice(left)).toEqual([]);
    expect(cy.decoded(ana, 'mic')).toHaveLength(removedAt.ana);
    expect(cy.decoded(bo, 'mic')).toHaveLength(removedAt.bo + 1);
    expect(bo.decoded(aliasOfCy, 'mic')).toEqual([]);
  });
});

describe('commits', () => {
  it('E-49 of which one is dropped and the next passes leave a gap: the member finds a new place within seconds', async () => {
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy']);
    const missed = epochOf(cy);
    // The gap alone is to tell.
    const isNews = isNewsAfter(missed);
    keepFrom(cy, (said) => isNews(said) || (isCommit(said) && said.payload.epoch === missed));
    const di = await stage.attend('Di');
    const ed = await stage.attend('Ed');
    await vi.waitFor(() => expect(resyncs(cy)).toEqual(['resyncing gap']), within);
    stage.villain.rewrite = (_to, said) => [said];
    await together(ana, bo, cy, di, ed);
  });

  it('E-49 that change places on the way are followed in their order, and nobody loses its place', async () => {
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy']);
    const isNews = isNewsAfter(epochOf(cy));
    const kept = keepFrom(cy, (said) => isCommit(said) || isNews(said));
    const di = await stage.attend('Di');
    const ed = await stage.attend('Ed');
    const commits = () => kept.filter(isCommit);
    await vi.waitFor(() => expect(commits().length).toBeGreaterThanOrEqual(2), within);
    stage.villain.rewrite = (_to, said) => [said];
    for (const commit of commits().toReversed()) give(cy, commit);
    await together(ana, bo, cy, di, ed);
    expect(resyncs(cy)).toEqual([]);
  });

  it('E-45 that are late by a second and a half cost no frame: the others send under the old epoch until all are ready', async () => {
    await stage.close();
    stage = await Stage.open({ speed: 2 }); // The two seconds in which to say something are one of the wall.
    const { clock, villain } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy'], { devices: ['mic'] });
    await hears(cy, ana);
    const faults = await cy.faults(ana, 'mic');
    const before = epochOf(ana);
    const kept = keepFrom(cy, isCommit);
    // Until Di is in would be too long on a busy machine.
    const di = stage.begin('Di');
    await vi.waitFor(() => expect([kept.length, epochOf(ana)]).toEqual([1, before + 1]), within);
    const heard = cy.decoded(ana, 'mic').length;
    ana.encode('mic', opus(2), opus(3));
    await vi.waitFor(() => expect(cy.decoded(ana, 'mic')).toHaveLength(heard + 2), within);
    villain.rewrite = (_to, said) => [said];
    give(cy, kept[0]!);
    await together(ana, bo, cy, di);
    await clock.pass(2_500);
    ana.encode('mic', opus(4));
    await vi.waitFor(() => expect(cy.decoded(ana, 'mic')).toHaveLength(heard + 3), within);
    expect([resyncs(cy), await cy.faults(ana, 'mic')]).toEqual([[], faults]);
  });

  it('E-18 that come again change nothing; one passed off as the present epoch’s is refused, and costs its hearer a new place', async () => {
    const { villain, clock } = stage;
    const people = await stage.gather(['Ana', 'Bo', 'Cy', 'Di']);
    const { to, said } = villain.said.findLast((one) => isCommit(one.said))!;
    const hearer = people.find(({ peerId }) => peerId === to)!;
    const { payload: old } = said as Commit;
    const code = codeOf(hearer);
    for (let times = 0; times < 3; times += 1) villain.say(to, 'mls:commit', old);
    await clock.pass(2_000);
    expect([codeOf(hearer), resyncs(hearer)]).toEqual([code, []]);

    villain.say(to, 'mls:commit', { ...old, epoch: epochOf(hearer) });
    await vi.waitFor(() => expect(resyncs(hearer)).toEqual(['resyncing wrongEpoch']), within);
    await together(...people);
  });
});

/** Takes one commit of Ana's and one of the others' for the same epoch, and lets signs of life cross. */
async function part(ana: Person, bo: Person, cy: Person): Promise<void> {
  const { villain } = stage;
  const { epoch } = villain.askedBy(ana.peerId, 'mls:ready').at(-1)!;
  const isOther = (peerId: string) => peerId === bo.peerId || peerId === cy.peerId;
  const queues = new Map<string, Said>();
  villain.rewrite = (to, said) => {
    if (said.name === 'mls:queue') queues.set(to, said);
    return isOther(to) && (said.name === 'mls:commit' || said.name === 'mls:queue') ? [] : [said];
  };
  villain.intercept = (from, { name, input }) => {
    if (name !== 'mls:commit' || input.epoch !== epoch || !isOther(from)) return undefined;
    const { groupId, commit } = input;
    for (const { peerId } of [bo, cy]) {
      if (peerId !== from) villain.say(peerId, 'mls:commit', { groupId, epoch, from, commit });
    }
    return { ok: true, data: { outcome: 'accepted', epoch: epoch + 1 } };
  };
  const di = stage.begin('Di');
  await vi.waitFor(() => expect(queues.has(bo.peerId) && queues.has(cy.peerId)).toBe(true), within);
  for (const to of [bo, cy]) give(to, queues.get(to.peerId)!);
  for (const person of [ana, bo, cy]) {
    await vi.waitFor(() => expect(person.locks.at(-1)).toBe('fenced split'), within);
    expect(person.locks).toContain(`sealed ${epoch + 1}`);
  }
  di.client.close();
}

describe('two winners for one epoch', () => {
  it('E-66 part the group; both sides show the alarm, send nothing more, and nothing that the server says lifts it', async () => {
    const { villain, sfu, clock } = stage;
    const people = await stage.gather(['Ana', 'Bo', 'Cy'], { devices: ['mic'] });
    const [ana, bo, cy] = people;
    await hears(cy, ana);
    await part(ana, bo, cy);
    const messages = () => villain.asked.filter(({ asked }) => asked.name === 'mls:message').length;
    const [left, said] = [sfu.left.length, messages()];
    const { groupId, epoch } = villain.askedBy(bo.peerId, 'mls:ready').at(-1)!;
    for (const { peerId, client, encode } of people) {
      encode('mic', opus(9));
      client.chat.send('is anybody there?');
      villain.say(peerId, 'mls:ended', { groupId });
      villain.say(peerId, 'mls:allReady', { groupId, epoch });
    }
    await clock.pass(12_000);
    expect(people.map(({ locks }) => locks.at(-1))).toEqual(['fenced split', 'fenced split', 'fenced split']);
    expect([sfu.left.length, messages()]).toEqual([left, said]);
  });

  it('E-66 are remembered over a fresh place: once the server has cut all lines they meet anew and send nothing until their people say that they go on', async () => {
    const { villain, clock } = stage;
    const people = await stage.gather(['Ana', 'Bo', 'Cy'], { devices: ['mic'] });
    const before = people.map(({ peerId }) => peerId);
    await part(...people);
    villain.givesPlacesBack = false;
    villain.rewrite = (_to, said) => [said];
    villain.intercept = () => undefined;
    for (const person of people) person.loseConnection();
    await vi.waitFor(() => expect(people.filter(({ peerId }) => before.includes(peerId))).toEqual([]), within);
    await everyoneLists(2, ...people);
    const states = () => people.map(({ security }) => security.state);
    await vi.waitFor(() => expect(states()).toEqual(['held', 'held', 'held']), within);
    for (const { client } of people) client.chat.send('is this still us?');
    await clock.pass(5_000);
    const sent = people.flatMap(({ peerId }) => [
      ...villain.askedBy(peerId, 'producer:create'),
      ...villain.askedBy(peerId, 'mls:message'),
    ]);
    expect(sent).toEqual([]);

    for (const { client } of people) client.safety.acceptSplit();
    await together(...people);
    const [ana, bo] = people;
    await hears(bo, ana);
    await vi.waitFor(() => expect(bo.texts()).toHaveLength(3), within);
  });
});
