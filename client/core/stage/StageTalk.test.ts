// A show among members: whose word counts, who is on air and when, and what goes to viewers, with keys and server played by the test.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePayload, parsePayload } from '../talk/payload.ts';
import { createStageBed, SERVER_AHEAD_MS, type StageBed } from '../test/stageBed.ts';
import type { Talker } from '../test/talkBed.ts';
import { LEAST_NOTICE_MS } from './AirDuty.ts';
import { RANK_MS } from './PublishDuty.ts';
import { COUNTDOWN_MS } from './showEdits.ts';
import type { StageTalk } from './StageTalk.ts';

const SPEAKING = 'mic camera';
const showOf = ({ part }: Talker<StageTalk>) => part.view.show ?? expect.fail('no show');
const personOf = (who: Talker<StageTalk>, name: string) =>
  showOf(who).people.find(({ peerId }) => peerId === name) ?? expect.fail(`no ${name}`);

let bed: StageBed;
let ana: Talker<StageTalk>;
let ben: Talker<StageTalk>;
let cem: Talker<StageTalk>;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  bed = createStageBed();
  bed.lead('ana');
  ana = bed.come('ana');
  ben = bed.come('ben');
  cem = bed.come('cem');
  await bed.pass(1_000);
});
afterEach(() => void vi.useRealTimers());

/** Everybody looks at who leads, as with a new epoch. */
const newEpoch = async (): Promise<void> => {
  bed.epoch += 1;
  bed.come(`guest${bed.epoch}`).leave();
  await bed.pass(0);
};
const openStage = async (): Promise<void> => {
  expect(ana.part.actions.open()).toEqual({ ok: true });
  await bed.pass(1_000);
};
const putOnAir = async (name: string): Promise<void> => {
  expect(ana.part.actions.putOnAir(name)).toEqual({ ok: true });
  await bed.pass(COUNTDOWN_MS + 100);
};

describe('a hall', () => {
  it('E-201 is no person of the show, also where it said so after it was listed, and is put on air by nobody', async () => {
    await openStage();
    expect(showOf(ben).people.map(({ peerId }) => peerId)).toEqual(['ana', 'ben', 'cem']);
    bed.halls.add('cem');
    for (const one of [ana, ben]) one.part.handle({ t: 'hall' }, { from: 'cem', displayName: 'cem', epoch: 1 });
    await bed.pass(1_000);
    for (const one of [ana, ben]) expect(showOf(one).people.map(({ peerId }) => peerId)).toEqual(['ana', 'ben']);
    expect(ana.part.actions.putOnAir('cem').ok).toBe(false);
    await bed.pass(COUNTDOWN_MS + 100);
    expect(bed.of('cem').log).not.toContain(`keys ${SPEAKING}`);
  });

  it('E-201 stays off air where the producer’s word names it all the same, and is shown on air by nobody', async () => {
    bed.halls.add('cem');
    await openStage();
    const { people } = showOf(ana);
    expect(people.map(({ peerId }) => peerId)).toEqual(['ana', 'ben']);
    const at = Date.now() + SERVER_AHEAD_MS;
    const listed = ['ana', 'ben', 'cem'].map((id) => ({ id, n: id, d: '', r: 'speaker' as const, s: true }));
    const show = { phase: 'live', layout: 'grid', people: listed, labels: true, startsAt: null, timer: null } as const;
    const word = { t: 'stage', n: 900, show: { ...show, air: [{ id: 'cem', at }], screen: 'cem' } } as const;
    for (const one of [ben, cem]) one.part.handle(word as never, { from: 'ana', displayName: 'ana', epoch: 1 });
    await bed.pass(LEAST_NOTICE_MS + 1_000);
    expect(showOf(ben)).toMatchObject({ onAir: [], screen: null });
    expect(showOf(cem).mine).toEqual({ state: 'backstage' });
    expect(bed.of('cem').log.filter((line) => line.startsWith('keys') || line.startsWith('server'))).toEqual([]);
  });
});

describe('the word of who leads', () => {
  it('E-180 opens a stage for all and for who comes later, closes it for all, and counts for nothing of who does not lead', async () => {
    expect(ben.part.actions.open()).toEqual({ ok: false, fault: 'notActing' });
    await openStage();
    expect(showOf(ben)).toMatchObject({ producer: 'ana', iProduce: false, phase: 'before' });
    const dora = bed.come('dora');
    await bed.pass(1_000);
    expect(showOf(dora).people.map(({ peerId, role }) => `${peerId} ${role}`)).toEqual([
      'ana producer',
      'ben speaker',
      'cem speaker',
      'dora speaker',
    ]);
    const forged = { t: 'stage', n: 900, show: null } as const;
    dora.part.handle(forged, { from: 'ben', displayName: 'ben', epoch: 1 });
    expect(showOf(dora).producer).toBe('ana');
    ana.part.actions.close();
    await bed.pass(100);
    expect([ana, ben, dora].map(({ part }) => part.view.show)).toEqual([null, null, null]);
    expect(bed.of('ana').log).toContain('stage:close');
  });

  it('E-180 is told again where somebody has another leaf under the same Peer id, as a feed’s machine that was started again', async () => {
    await openStage();
    const again = bed.come('ben');
    await bed.pass(1_000);
    expect(again.part.view.show).toBeNull();
    ana.part.othersStartOver();
    await bed.pass(1_000);
    expect(showOf(again)).toMatchObject({ producer: 'ana', phase: 'before' });
    expect(showOf(cem)).toMatchObject({ producer: 'ana', phase: 'before' });
  });

  it('E-180 counts by its number, of equal ones by the higher Peer id, so that two that cross end equally everywhere', async () => {
    bed.lead('ana', 'ben');
    await newEpoch();
    await openStage();
    const word = ana.said.find((one) => (one as { t: string }).t === 'stage');
    const hear = (from: string): void => {
      for (const { part } of [ana, cem]) part.handle(word as never, { from, displayName: from, epoch: 1 });
    };
    hear('ana');
    expect([ana, cem].map((who) => showOf(who).iProduce)).toEqual([true, false]);
    // Said under the same number before either heard of the other.
    hear('ben');
    hear('ana');
    expect([ana, cem].map((who) => showOf(who).producer)).toEqual(['ben', 'ben']);
    expect(ana.part.actions.change({ phase: 'live' })).toEqual({ ok: false, fault: 'notActing' });
    expect(ana.part.actions.takeOver()).toEqual({ ok: true });
    await bed.pass(100);
    expect([ana, ben, cem].map((who) => showOf(who).producer)).toEqual(['ana', 'ana', 'ana']);
    expect(ana.notices.map(({ kind, displayName }) => `${kind} ${displayName}`)).toEqual(['stageTaken ben']);
  });

  it('E-181 stands when its author goes: the first who leads makes it theirs, and the one who comes back has it again', async () => {
    await openStage();
    ana.part.actions.setBrand({ name: 'Open day', accent: '#b8862b', logo: null });
    await putOnAir('cem');
    const before = showOf(ben).people.find(({ peerId }) => peerId === 'cem');
    bed.lead('ben');
    bed.hosted = false;
    ana.leave();
    await bed.pass(1_000);
    expect(showOf(cem)).toMatchObject({ producer: 'ben', onAir: ['cem'], brand: { name: 'Open day' }, hostAway: true });
    expect(personOf(ben, 'cem').air).toEqual(before?.air);
    const back = bed.come('ana2');
    await bed.pass(1_000);
    expect(showOf(back).producer).toBe('ben');
    bed.lead('ana2');
    bed.hosted = true;
    await newEpoch();
    await bed.pass(1_000);
    expect(showOf(cem)).toMatchObject({ producer: 'ana2', onAir: ['cem'], hostAway: false });
    expect(personOf(cem, 'ben').role).toBe('speaker');
  });

  it('E-182 holds to its bounds: what is larger, or no picture, is none of ours', () => {
    const word = { t: 'stageBrand', n: 1, name: 'x', accent: null, logo: null } as const;
    const bytes = (change: object) => new TextEncoder().encode(JSON.stringify({ ...word, ...change }));
    expect(parsePayload(encodePayload(word))).toEqual(word);
    expect(parsePayload(bytes({ accent: 'red; background: url(//x)' }))).toBeNull();
    expect(parsePayload(bytes({ logo: 'data:image/svg+xml;base64,AAAA' }))).toBeNull();
    expect(parsePayload(bytes({ logo: `data:image/png;base64,${'A'.repeat(40_000)}` }))).toBeNull();
    expect(parsePayload(bytes({ name: 'x'.repeat(121) }))).toBeNull();
    expect(parsePayload(bytes({ n: 2 ** 31 + 1 }))).toBeNull();
  });
});

describe('a speaker', () => {
  beforeEach(openStage);

  it('E-183 goes on air after the countdown and never before; a cue that comes late is held back until it could be read', async () => {
    ana.part.actions.putOnAir('cem');
    await bed.pass(COUNTDOWN_MS - 100);
    expect(showOf(cem).mine.state).toBe('countdown');
    expect(personOf(ben, 'cem').air.state).toBe('countdown');
    expect(bed.of('cem').log).toEqual([]);
    await bed.pass(200);
    expect(bed.of('cem').log).toEqual([`keys ${SPEAKING}`, `server ${SPEAKING}`]);
    expect(showOf(cem).mine.state).toBe('onAir');
    expect(personOf(ben, 'cem').air.state).toBe('onAir');

    // Listed for viewers, and backstage again before the end of the countdown.
    ana.part.actions.putOnAir('ben');
    ana.part.actions.takeOff('ben');
    await bed.pass(100);
    const late = ana.said.findLast((word) => (word as { t: string }).t === 'stage') as { n: number; show: object };
    const at = Date.now() + SERVER_AHEAD_MS - 60_000;
    const show = { ...late.show, air: [{ id: 'ben', at }] };
    ben.part.handle({ ...late, n: late.n + 1, show } as never, { from: 'ana', displayName: 'ana', epoch: 1 });
    await bed.pass(LEAST_NOTICE_MS - 100);
    expect([showOf(ben).mine.state, bed.of('ben').log]).toEqual(['countdown', []]);
    await bed.pass(200);
    expect(bed.of('ben').log).toEqual([`keys ${SPEAKING}`, `server ${SPEAKING}`]);
  });

  it('E-183 waits for a roster that lists it: without one nobody could tell that what it signs is theirs', async () => {
    bed.hosted = false;
    await putOnAir('cem');
    expect([showOf(cem).mine.state, bed.of('cem').log]).toEqual(['going', []]);
    bed.hosted = true;
    await newEpoch();
    await bed.pass(100);
    expect([showOf(cem).mine.state, bed.of('cem').log]).toEqual(['onAir', [`keys ${SPEAKING}`, `server ${SPEAKING}`]]);
  });

  it('E-184 leaves the air at any time, also in the countdown; only a later cue counts again', async () => {
    ana.part.actions.putOnAir('cem');
    await bed.pass(1_000);
    cem.part.actions.leaveAir();
    await bed.pass(COUNTDOWN_MS);
    expect(bed.of('cem').log).toEqual([]);
    expect(showOf(ana).onAir).toEqual([]);
    expect(ana.notices.map(({ kind }) => kind)).toEqual(['leftAir']);
    await putOnAir('cem');
    expect(showOf(cem).mine.state).toBe('onAir');
    cem.part.actions.leaveAir();
    await bed.pass(100);
    expect(bed.of('cem').log.slice(2)).toEqual(['server', 'keys']);
    expect(showOf(ben).onAir).toEqual([]);
  });

  it('E-185 stays backstage where keys or server refuse, and says so', async () => {
    for (const refused of [`keys ${SPEAKING}`, `server ${SPEAKING}`]) {
      bed.of('cem').failing.clear();
      bed.of('cem').failing.add(refused);
      bed.of('cem').log.length = 0;
      await putOnAir('cem');
      expect(bed.of('cem').log.slice(-2)).toEqual(['server', 'keys']);
      expect(showOf(cem).mine.state).toBe('failed');
      expect(showOf(ana).onAir).toEqual([]);
    }
    expect(ana.notices.map(({ kind }) => kind)).toEqual(['airFailed', 'airFailed']);
  });

  it('E-186 goes off by the server first and by the keys where it does not answer; a fresh place is put on air anew', async () => {
    await putOnAir('cem');
    bed.of('cem').renew();
    bed.of('cem').log.length = 0;
    bed.of('cem').opened = 0;
    cem.part.setReady(true);
    await bed.pass(100);
    expect(bed.of('cem').log).toEqual([`keys ${SPEAKING}`, `server ${SPEAKING}`]);
    // Its worker holds what others send on air to the keys in it.
    expect(bed.of('cem').opened).toBe(1);
    bed.of('cem').hanging.add('server');
    ana.part.actions.takeOff('cem');
    await bed.pass(5_000);
    expect(bed.of('cem').log.slice(2)).toEqual(['server', 'keys']);
    expect(showOf(cem).mine.state).toBe('backstage');
  });

  it('E-186 goes off by the keys also where the server never said that it put them on', async () => {
    for (const silent of [`server ${SPEAKING}`, 'server']) bed.of('cem').hanging.add(silent);
    await putOnAir('cem');
    expect(bed.of('cem').log).toEqual([`keys ${SPEAKING}`, `server ${SPEAKING}`]);
    cem.part.actions.leaveAir();
    await bed.pass(2_500);
    expect(bed.of('cem').log.slice(2)).toEqual(['server', 'keys']);
    expect(showOf(cem).mine.state).toBe('backstage');
  });

  it('E-185 is not on air by another cue either while the server has not answered', async () => {
    bed.of('cem').hanging.add(`server ${SPEAKING}`);
    await putOnAir('cem');
    ana.part.actions.take({ layout: 'screen', onAir: ['cem'], screen: 'cem' });
    await bed.pass(100);
    expect(bed.of('cem').log.slice(2, 4)).toEqual(['server', 'keys']);
    expect(bed.of('cem').log.slice(4)).toEqual(['keys', 'server'].map((who) => `${who} mic camera screen screenAudio`));
    expect(showOf(cem).mine.state).toBe('onAir');
  });

  it('E-187 sends a screen only where the producer took it, and is on air themselves', async () => {
    expect(ana.part.actions.take({ layout: 'screen', onAir: ['cem'], screen: 'ben' })).toEqual({ ok: true });
    await bed.pass(COUNTDOWN_MS + 100);
    expect(showOf(ana).screen).toBeNull();
    ana.part.actions.take({ layout: 'screen', onAir: ['cem'], screen: 'cem' });
    await bed.pass(100);
    expect(bed.of('cem').log.slice(2)).toEqual([
      'keys mic camera screen screenAudio',
      'server mic camera screen screenAudio',
    ]);
    expect(bed.of('ben').log).toEqual([]);
    // Nor is a screen taken along that was once wished for.
    ana.part.actions.take({ layout: 'screen', onAir: ['cem'], screen: 'ben' });
    await putOnAir('ben');
    expect(bed.of('ben').log).toEqual([`keys ${SPEAKING}`, `server ${SPEAKING}`]);
  });

  it('E-188 hears of who speaks back to them or to all, of producers alone; nobody does so while on air', async () => {
    expect(ben.part.actions.talkBack('*')).toEqual({ ok: false, fault: 'notActing' });
    ana.part.actions.talkBack('cem');
    await bed.pass(100);
    expect([showOf(cem).talkBack, showOf(ben).talkBack]).toEqual([['ana'], []]);
    ana.part.actions.talkBack('*');
    ben.part.handle({ t: 'talkBack', to: '*' }, { from: 'cem', displayName: 'cem', epoch: 1 });
    await bed.pass(100);
    expect(showOf(ben).talkBack).toEqual(['ana']);
    await putOnAir('ana');
    expect(showOf(ben).talkBack).toEqual([]);
    expect(ana.part.actions.talkBack('*')).toEqual({ ok: false, fault: 'notActing' });
  });
});

describe('what goes to viewers', () => {
  beforeEach(openStage);

  it('E-189 names producers and who was put on air, by the host’s device, and nobody else backstage', async () => {
    expect(
      bed
        .of('ana')
        .rosters.at(-1)
        ?.map(({ peerId, role }) => `${peerId} ${role}`),
    ).toEqual(['ana producer']);
    ana.part.actions.describe('cem', { name: ' Cem\u202E Öz ', title: 'Surgeon' });
    // The key of another, said to keep them off the roster, counts for nothing.
    const k = Buffer.alloc(32, 'b').toString('base64url');
    ana.part.handle({ t: 'feedKey', k }, { from: 'cem', displayName: 'cem', epoch: 1 });
    await putOnAir('cem');
    expect(bed.of('ana').rosters.at(-1)?.at(-1)?.feedKey).toEqual(new Uint8Array(32).fill('c'.charCodeAt(0)));
    expect(
      bed
        .of('ana')
        .rosters.at(-1)
        ?.map(({ peerId, name, title }) => [peerId, name, title]),
    ).toEqual([
      ['ana', 'ana', ''],
      ['cem', 'Cem Öz', 'Surgeon'],
    ]);
    expect(bed.of('ana').log).toContain('stage:publish roster keys');
    expect(bed.of('ben').log).toEqual([]);
  });

  it('E-190 shows a speaker from the end of the countdown on, by the producer’s device', async () => {
    ana.part.actions.putOnAir('cem');
    await bed.pass(COUNTDOWN_MS - 100);
    expect(bed.of('ana').programs.at(-1)).toMatchObject({ onAir: [] });
    await bed.pass(200);
    expect(bed.of('ana').programs.at(-1)).toMatchObject({ onAir: ['cem'], phase: 'before', labels: true });
    cem.part.actions.leaveAir();
    await bed.pass(100);
    expect(bed.of('ana').programs.at(-1)).toMatchObject({ onAir: [] });
  });

  it('E-194 says of who is on air whose devices make captions, as soon as that is known', async () => {
    bed.makers.add('cem').add('ben');
    await putOnAir('cem');
    expect(bed.of('ana').programs.at(-1)).toMatchObject({ onAir: ['cem'], captions: ['cem'] });
    bed.makers.delete('cem');
    ana.part.captionsChanged();
    await bed.pass(100);
    expect(bed.of('ana').programs.at(-1)).not.toHaveProperty('captions');
  });

  it('E-193 names the cue by which a device is on air, another one each time, and none backstage', async () => {
    expect(cem.part.cue).toBeNull();
    await putOnAir('cem');
    const first = cem.part.cue;
    expect(first).not.toBeNull();
    expect(ben.part.cue).toBeNull();
    cem.part.actions.leaveAir();
    // At once, and not only when the server has answered.
    expect(cem.part.cue).toBeNull();
    await bed.pass(100);
    await putOnAir('cem');
    expect(cem.part.cue).not.toBe(first);
  });

  it('E-190 is tried again where the server does not take it', async () => {
    bed.of('ana').failing.add('stage:publish program');
    ana.part.actions.change({ phase: 'live' });
    await bed.pass(100);
    bed.of('ana').failing.clear();
    const before = bed.of('ana').programs.length;
    await bed.pass(10_000);
    expect(bed.of('ana').programs.slice(before)).toEqual([expect.objectContaining({ phase: 'live' })]);
  });

  it('E-191 has each epoch’s key handed out once: by the producer’s device, or by the next where it does not', async () => {
    const keysOf = (name: string) => bed.of(name).log.filter((line) => line === 'stage:publish keys').length;
    await newEpoch();
    await bed.pass(5 * RANK_MS);
    expect(['ana', 'ben', 'cem'].map(keysOf)).toEqual([1, 0, 0]);
    bed.of('ana').hanging.add('stage:publish keys');
    await newEpoch();
    await bed.pass(RANK_MS - 100);
    expect(['ben', 'cem'].map(keysOf)).toEqual([0, 0]);
    await bed.pass(5 * RANK_MS);
    expect(['ben', 'cem'].map(keysOf)).toEqual([1, 0]);
  });
});
