// Rosters of those whom the host named to list people while it is away: whose count, until when, and what a delegate cannot do.
import { beforeEach, describe, expect, it } from 'vitest';
import { FrameKeyring } from '../frames/FrameKeyring.ts';
import type { StageEvent, StagePerson, WatchView } from '../messages.ts';
import { ManualClock } from '../test/fakeFrames.ts';
import { ROOM_ID } from '../test/members.ts';
import { CONTENT, Stage } from '../test/stage.ts';
import { parseDelegates, signDelegation } from './delegation.ts';
import { signRosterForHost, verifyRoster } from './roster.ts';
import { Speakers } from './Speakers.ts';
import { WatchSession } from './WatchSession.ts';

let stage: Stage;
let ana: StagePerson;
let ben: StagePerson;
let cem: StagePerson;

beforeEach(async () => {
  stage = await Stage.create();
  [ana, ben, cem] = [
    await stage.person('ana', 'producer'),
    await stage.person('ben', 'producer'),
    await stage.person('cem'),
  ];
});

const namesOf = ({ people }: WatchView) => people.map(({ peerId }) => peerId).join(' ');

function watch() {
  const { nowMs } = new ManualClock();
  const views: WatchView[] = [];
  const session = new WatchSession({
    ...{ roomId: ROOM_ID, hostKeyHash: stage.hostKeyHash, root: stage.root, speakers: new Speakers() },
    keyring: new FrameKeyring({ incarnation: 0, nowMs }),
    onView: (view) => views.push(view),
    onCaption: () => {},
    onEpochArrived: () => {},
  });
  return async (...events: (Uint8Array | StageEvent)[]): Promise<WatchView> => {
    for (const event of events) {
      session.deliver(event instanceof Uint8Array ? await stage.rosterEvent(event) : event);
    }
    await session.idle();
    return views.at(-1) ?? expect.fail('no view');
  };
}
const verify = (signed: Uint8Array, roomId = ROOM_ID) =>
  verifyRoster(signed, { roomId, hostKeyHash: stage.hostKeyHash });

describe('a delegate', () => {
  it('E-206 lists people on the strength of the host’s last roster, and its program is shown, with or without that roster seen', async () => {
    const hosts = await stage.roster(10, [ana, ben], { delegates: ['ben'] });
    const bens = await stage.rosterBy('ben', 11, [ben, cem], hosts);
    expect(await verify(bens)).toMatchObject({ count: 11, generation: 10, people: [ben, cem] });
    for (const events of [[hosts, bens], [bens]]) {
      const shown = await watch()(...events, await stage.programEvent('ben', 1));
      expect([namesOf(shown), shown.program, shown.fault]).toEqual(['ben cem', CONTENT, null]);
    }
  });

  it('E-206 lists nobody once the host’s next roster was seen that does not name it, nor on an earlier word of the host’s', async () => {
    const first = await stage.roster(10, [ana, ben], { delegates: ['ben'] });
    for (const delegates of [[], ['cem']]) {
      const hears = watch();
      await hears(first, await stage.roster(20, [ana], { delegates }));
      const replayed = await hears(await stage.rosterBy('ben', 30, [ben, cem], first));
      expect([namesOf(replayed), replayed.fault]).toEqual(['ana', 'rosterForged']);
    }
    // Named once more, what it signed before is over all the same.
    const hears = watch();
    const again = await stage.roster(20, [ana, ben], { delegates: ['ben'] });
    const old = await hears(again, await stage.rosterBy('ben', 30, [cem], first));
    expect([namesOf(old), old.fault]).toEqual(['ana ben', 'rosterForged']);
    const present = await hears(await stage.rosterBy('ben', 21, [cem], again));
    expect([namesOf(present), present.fault]).toEqual(['cem', null]);
  });

  it('E-206 cannot outlast the host by its count, and of its own rosters the lower one is refused', async () => {
    const hosts = await stage.roster(10, [ana, ben], { delegates: ['ben'] });
    const hears = watch();
    const far = await hears(hosts, await stage.rosterBy('ben', Number.MAX_SAFE_INTEGER, [cem], hosts));
    expect(namesOf(far)).toBe('cem');
    expect((await hears(await stage.rosterBy('ben', 12, [ben], hosts))).fault).toBe('rosterForged');
    const back = await hears(await stage.roster(11, [ana]));
    expect([namesOf(back), back.fault]).toEqual(['ana', null]);
  });

  it('E-206 of another Room, or of another host, lists nobody', async () => {
    const elsewhere = await stage.roster(10, [ana, ben], { roomId: 'another', delegates: ['ben'] });
    const { delegation } = (await verify(elsewhere, 'another')) ?? expect.fail('not signed');
    const listing = { roomId: ROOM_ID, timeMs: 0, people: [cem], count: 11 };
    expect(await verify(await signRosterForHost(await stage.keyOf('ben'), listing, delegation!))).toBeUndefined();
    const stranger = await Stage.create();
    await stranger.roster(1, []);
    const theirs = await stranger.roster(10, [], { delegates: ['ben'] });
    const by = await stranger.rosterBy('ben', 11, [cem], theirs);
    expect(await verifyRoster(by, { roomId: ROOM_ID, hostKeyHash: stranger.hostKeyHash })).toBeDefined();
    expect(await verify(by)).toBeUndefined();
  });

  it('E-206 names nobody itself, and who was not named lists nobody', async () => {
    const hosts = await stage.roster(10, [ana, ben], { delegates: ['ben'] });
    expect(await verify(await stage.rosterBy('cem', 11, [cem], hosts))).toBeUndefined();
    const { publicKey, privateKey } = await stage.keyOf('ben');
    const delegates = [(await stage.keyOf('cem')).publicKey];
    const own = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', true, ['verify']);
    const further = await signDelegation({ privateKey, publicKey: own }, ROOM_ID, { generation: 10, delegates });
    for (const signer of ['ben', 'cem']) {
      const listing = { roomId: ROOM_ID, timeMs: 0, people: [cem], count: 11 };
      expect(await verify(await signRosterForHost(await stage.keyOf(signer), listing, further))).toBeUndefined();
    }
  });

  it('E-206 a roster of the host’s with the word of another one is none, nor is a delegate’s with one bit changed', async () => {
    const first = await stage.roster(10, [ana], { delegates: ['ben'] });
    const text = new TextDecoder().decode(first.slice(0, -64));
    expect(JSON.parse(text)).toMatchObject({ n: 10, m: expect.any(String) });
    const bens = await stage.rosterBy('ben', 11, [cem], first);
    for (let at = 0; at < bens.length; at += 11) {
      const changed = bens.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(await verify(changed)).toBeUndefined();
    }
    // Signed by the host's key, with an older word of its own in it.
    const { delegation } = (await verify(first)) ?? expect.fail('not signed');
    expect(await verify(await stage.rosterByHost(20, [ana], delegation!))).toBeUndefined();
    expect(await verify(await stage.rosterByHost(10, [ana], delegation!))).toBeDefined();
  });

  it('E-206 there are sixteen at the most, each a feed key', () => {
    const key = new Uint8Array(32);
    expect(parseDelegates(Array.from({ length: 16 }, () => key))).toHaveLength(16);
    for (const wrong of [Array.from({ length: 17 }, () => key), [key.slice(1)], ['ben'], 'ben', undefined]) {
      expect(parseDelegates(wrong)).toBeUndefined();
    }
  });
});

it('E-154 what the producer before said stays until the next one’s program comes, and no longer than somebody produces', async () => {
  const hears = watch();
  await hears(await stage.roster(1, [ben, cem]), await stage.programEvent('ben', 1));
  const between = await hears(await stage.roster(2, [ana, cem]));
  expect([between.program?.phase, between.fault]).toEqual(['live', null]);
  // The former one's next word counts for nothing all the same.
  const late = await hears(await stage.programEvent('ben', 2, { content: { ...CONTENT, phase: 'after' } }));
  expect([late.program?.phase, late.fault]).toEqual(['live', 'programForged']);
  const next = await hears(await stage.programEvent('ana', 1, { content: { ...CONTENT, phase: 'pause' } }));
  expect([next.program?.phase, next.fault]).toEqual(['pause', null]);
  expect((await hears(await stage.roster(3, [cem]))).program).toBeNull();
});
