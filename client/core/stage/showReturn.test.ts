// A show whose producer's page loads anew, or whose host is away: what comes back, from where, and who lists people for viewers meanwhile.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStageBed, type StageBed } from '../test/stageBed.ts';
import type { Talker } from '../test/talkBed.ts';
import { openForLink, sealForLink } from '../util/sealedForLink.ts';
import { COUNTDOWN_MS } from './showEdits.ts';
import { KEPT_FOR_MS } from './ShowKeeper.ts';
import { OTHERS_FIRST_MS, RETURN_WITHIN_MS } from './ShowReturn.ts';
import type { StageTalk } from './StageTalk.ts';

type One = Talker<StageTalk>;
const showOf = ({ part }: One) => part.view.show ?? expect.fail('no show');
const personOf = (who: One, name: string) =>
  showOf(who).people.find(({ peerId }) => peerId === name) ?? expect.fail(`no ${name}`);
const BRAND = { name: 'Open day', accent: '#b8862b', logo: 'data:image/png;base64,AAAA' };

let bed: StageBed;
let ana: One;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 26) });
  bed = createStageBed();
  bed.lead('ana');
  ana = bed.come('ana');
  await bed.pass(1_000);
});
afterEach(() => void vi.useRealTimers());

/** What was kept is opened by now: as much of the same work has been done since. */
const untilRead = async (): Promise<void> => {
  for (let times = 0; times < 3; times++) {
    await openForLink(await sealForLink('x', 'kept-show', bed.link), 'kept-show', bed.link);
  }
  await bed.pass(1);
};
/** Sealing takes turns of the real loop. */
const untilKept = async (words: string, device = 'ana'): Promise<void> => {
  await vi.waitFor(async () => {
    const sealed = Buffer.from(bed.kept.get(device) ?? '', 'base64url');
    expect(await openForLink(sealed, 'kept-show', bed.link)).toContain(words);
  });
};
const newEpoch = async (): Promise<void> => {
  bed.epoch += 1;
  bed.come(`guest${bed.epoch}`).leave();
  await bed.pass(0);
};
/** Live, with a name, a title, a timer and a scene. */
const openShow = async (): Promise<void> => {
  const { actions } = ana.part;
  actions.open();
  await bed.pass(1_000);
  actions.describe('ana', { name: 'Ana L.', title: 'Moderator' });
  actions.setBrand(BRAND);
  actions.change({ phase: 'live', timerEndsAtMs: Date.now() + 600_000, labels: false });
  await untilKept('"labels":false');
};
/** The page is gone, and its place with it; another comes in and leads. */
const reload = async ({ leads = true } = {}): Promise<One> => {
  bed.lead();
  ana.leave();
  await bed.pass(100);
  const back = bed.come('ana2');
  if (leads) bed.lead('ana2');
  await untilRead();
  await newEpoch();
  return back;
};

describe('a producer whose page loads anew', () => {
  it('E-205 alone has the show again as it was, and viewers are told of no end', async () => {
    await openShow();
    const before = showOf(ana);
    const back = await reload();
    await vi.waitFor(() => expect(back.part.view.show).not.toBeNull());
    const { phase, labels, brand, timerEndsAtMs, startsAtMs, layout } = before;
    expect(showOf(back)).toMatchObject({ phase, labels, brand, timerEndsAtMs, startsAtMs, layout, iProduce: true });
    expect(personOf(back, 'ana2')).toMatchObject({ name: 'Ana L.', title: 'Moderator', role: 'producer' });
    await bed.pass(100);
    expect(bed.of('ana2').programs.at(-1)).toMatchObject({ phase: 'live', event: BRAND });
    expect([...bed.of('ana').log, ...bed.of('ana2').log]).not.toContain('stage:close');
  });

  it('E-205 has it again with those who are on air, who stay there; its own person is backstage', async () => {
    const ben = bed.come('ben');
    await bed.pass(1_000);
    await openShow();
    ana.part.actions.describe('ben', { title: 'Surgeon' });
    ana.part.actions.take({ layout: 'side', onAir: ['ana', 'ben'], screen: null });
    await untilKept('"layout":"side"');
    await bed.pass(COUNTDOWN_MS + 100);
    const since = personOf(ben, 'ben').air;
    const back = await reload();
    await bed.pass(OTHERS_FIRST_MS - 200);
    expect(back.part.view.show).toBeNull();
    await bed.pass(300);
    for (const who of [back, ben]) {
      expect(showOf(who)).toMatchObject({ producer: 'ana2', layout: 'side', onAir: ['ben'], brand: BRAND });
      expect(personOf(who, 'ben')).toMatchObject({ title: 'Surgeon', air: since });
      expect(personOf(who, 'ana2')).toMatchObject({ title: 'Moderator', air: { state: 'backstage' } });
    }
    expect(bed.of('ben').log.filter((line) => line.startsWith('keys'))).toEqual(['keys mic camera']);
    // Roster, keys and program go together: nobody who watches sees a gap between them.
    expect(bed.of('ana2').log.find((line) => line.includes('roster'))).toBe('stage:publish roster keys program');
  });

  it('E-205 follows who took it over meanwhile, and is described as before once it leads the show again', async () => {
    const ben = bed.come('ben');
    await bed.pass(1_000);
    await openShow();
    bed.lead('ben');
    ana.leave();
    await newEpoch();
    ben.part.actions.change({ phase: 'pause' });
    const back = bed.come('ana2');
    await untilRead();
    await bed.pass(OTHERS_FIRST_MS);
    expect(showOf(back)).toMatchObject({ producer: 'ben', phase: 'pause' });
    bed.lead('ana2');
    await newEpoch();
    await bed.pass(100);
    expect(showOf(ben)).toMatchObject({ producer: 'ana2', phase: 'pause' });
    expect(personOf(ben, 'ana2')).toMatchObject({ name: 'Ana L.', title: 'Moderator' });
  });

  it('E-205 opens no stage that somebody closed meanwhile: who closed it tells whoever comes', async () => {
    const ben = bed.come('ben');
    await bed.pass(1_000);
    await openShow();
    bed.lead('ben');
    ana.leave();
    await newEpoch();
    await bed.pass(1_000);
    ben.part.actions.close();
    const back = bed.come('ana2');
    bed.lead('ben', 'ana2');
    await untilRead();
    await newEpoch();
    await bed.pass(2 * OTHERS_FIRST_MS);
    await vi.waitFor(() => expect(bed.kept.has('ana')).toBe(false));
    expect(back.part.view.show).toBeNull();
    // Nor is its next one passed over by those who remember the last.
    back.part.actions.open();
    await bed.pass(100);
    expect(showOf(ben).producer).toBe('ana2');
  });

  it.each([
    ['by another link', () => (bed.link = { ...bed.link, secret: new Uint8Array(24).fill(1) })],
    ['half a day later', () => vi.setSystemTime(Date.now() + KEPT_FOR_MS)],
    ['from something else', () => bed.kept.set('ana', 'AAAA')],
  ])('E-205 has nothing %s', async (_, change) => {
    await openShow();
    bed.lead();
    ana.leave();
    change();
    const back = bed.come('ana2');
    bed.lead('ana2');
    await newEpoch();
    await untilRead();
    await bed.pass(2 * OTHERS_FIRST_MS);
    expect(back.part.view.show).toBeNull();
  });

  it('E-205 has nothing where it does not lead within half a minute', async () => {
    await openShow();
    const back = await reload({ leads: false });
    await bed.pass(RETURN_WITHIN_MS);
    bed.lead('ana2');
    await newEpoch();
    await bed.pass(1_000);
    expect(back.part.view.show).toBeNull();
  });

  it('E-205 keeps nothing that can be read without the link, and nothing of a show that is over or another’s', async () => {
    const ben = bed.come('ben');
    await bed.pass(1_000);
    await openShow();
    const text = Buffer.from(bed.kept.get('ana') ?? '', 'base64url').toString('latin1');
    expect(text.length).toBeGreaterThan(100);
    for (const word of ['Moderator', 'Open day', 'live']) expect(text).not.toContain(word);
    expect(bed.kept.has('ben')).toBe(false);
    bed.lead('ana', 'ben');
    await newEpoch();
    ben.part.actions.takeOver();
    await vi.waitFor(() => expect([...bed.kept.keys()]).toEqual(['ben']));
    ben.part.actions.close();
    expect([...bed.kept.keys()]).toEqual([]);
  });
});

describe('while the host is away', () => {
  const scene = async (): Promise<{ ben: One; cem: One }> => {
    const [ben, cem] = [bed.come('ben'), bed.come('cem')];
    bed.lead('ana', 'ben');
    bed.cohosts = ['ben'];
    await newEpoch();
    await openShow();
    // Whoever produces beside is delegated nothing by that.
    ana.part.actions.describe('cem', { role: 'producer' });
    await bed.pass(100);
    return { ben, cem };
  };
  const hostLeaves = async (...acting: string[]): Promise<void> => {
    bed.lead(...acting);
    bed.hosted = false;
    ana.leave();
    await newEpoch();
    await bed.pass(1_000);
  };

  it('E-207 a co-host whom it named lists new people for viewers, and nobody is missed', async () => {
    const { ben, cem } = await scene();
    expect(bed.of('ana').delegations.at(-1)).toBe('b');
    await hostLeaves('ben');
    expect(showOf(ben)).toMatchObject({ producer: 'ben', hostAway: false });
    expect(ben.part.actions.putOnAir('cem')).toEqual({ ok: true });
    await bed.pass(COUNTDOWN_MS + 100);
    expect(
      bed
        .of('ben')
        .rosters.at(-1)
        ?.map(({ peerId }) => peerId),
    ).toEqual(['ben', 'cem']);
    expect(showOf(cem).mine.state).toBe('onAir');
    // Who comes now holds what is on air to the roster of whoever is there.
    bed.come('dora');
    await bed.pass(1_000);
    expect(bed.of('dora').opened).toBeGreaterThan(0);
  });

  it('E-207 the host’s device lists them again once it is back, whoever produces', async () => {
    const { ben } = await scene();
    await hostLeaves('ben');
    const listed = bed.of('ben').rosters.length;
    bed.come('ana2');
    bed.hosted = true;
    bed.lead('ana2', 'ben');
    await newEpoch();
    await bed.pass(1_000);
    expect([...new Set(bed.of('ana2').delegations)]).toEqual(['b']);
    ben.part.actions.describe('ben', { title: 'Chair' });
    await bed.pass(100);
    expect(
      bed
        .of('ana2')
        .rosters.at(-1)
        ?.map(({ peerId, title }) => [peerId, title]),
    ).toContainEqual(['ben', 'Chair']);
    expect(bed.of('ben').rosters).toHaveLength(listed);
  });

  it('E-207 nobody lists anybody who was not named, or leads no more, and the page says so', async () => {
    const { cem } = await scene();
    await hostLeaves('cem');
    expect(showOf(cem)).toMatchObject({ producer: 'cem', hostAway: true });
    expect([bed.of('ben').rosters, bed.of('cem').rosters]).toEqual([[], []]);
  });
});
