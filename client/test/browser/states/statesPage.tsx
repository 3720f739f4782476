// The page's own meeting screen over a RoomClient that the test plays: every state of the lock and of tiles, in a real browser.
import { h, render } from 'preact';
import type { DeviceView, Participant, RoomView, SecurityView, ShowView } from '#core';
import type { Call, RoomVisit } from '../../../ui/AppModel.ts';
import { NextTry } from '../../../ui/components/NextTry.tsx';
import { setLanguage, type Language } from '../../../ui/i18n/index.ts';
import { Meeting } from '../../../ui/screens/meeting/Meeting.tsx';
import { createStoreSignal } from '../../../ui/storeSignal.ts';
import '../../../ui/styles/main.css';
import { FakeRoomClient, fakeServices, LINK, LINK_TEXT, roomView } from '../../../ui/test/fakes.ts';
import { applyTheme } from '../../../ui/theme.ts';

/** Named by what a person sees; each is a whole state of the Room. */
export type StateName = keyof ReturnType<typeof states>;

export interface StatesPage {
  show(name: StateName): void;
  speak(language: Language): void;
  /** A full server is asked again in so many seconds. */
  awaitRoom(seconds: number): void;
  /** What the page asked of its client since the last call. */
  calls(): string[];
}

/** 14:02 on a day without a change of the clock, in whatever zone the browser is. */
const AT_MS = new Date(2026, 4, 12, 14, 2).getTime();
const MINUTE_MS = 60_000;
const CODE = {
  digits: ['18276', '44031', '90155', '00723', '61648', '35907'],
  words: [1204, 77, 1999, 412, 808, 3, 1560, 945, 2047],
};
/** With the longest words that there are. */
const NEXT_CODE = {
  digits: ['55555', '00001', '31415', '92653', '58979', '32384'],
  words: [7, 11, 16, 74, 103, 117, 137, 227, 248],
};

/** As a speaker has it whom somebody else put on air. */
const onAir: ShowView = {
  producer: 'ana',
  iProduce: false,
  phase: 'live',
  layout: 'solo',
  screen: null,
  labels: true,
  startsAtMs: null,
  timerEndsAtMs: null,
  brand: { name: '', accent: null, logo: null },
  people: [],
  onAir: ['me'],
  mine: { state: 'onAir', sinceMs: AT_MS, screen: false },
  talkBack: [],
  talkingTo: null,
  viewers: 12,
  hostAway: false,
};

/** A picture that moves, without a camera. */
function movingTrack(colour: string): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 640, height: 360 });
  const context = canvas.getContext('2d');
  let step = 0;
  setInterval(() => {
    if (context === null) return;
    context.fillStyle = colour;
    context.fillRect(0, 0, 640, 360);
    context.fillStyle = '#f3efe7';
    context.fillRect((step += 8) % 640, 160, 40, 40);
  }, 100);
  const [track] = canvas.captureStream(10).getVideoTracks();
  if (track === undefined) throw new Error('a canvas has no picture');
  return track;
}

function states() {
  const tracks = [movingTrack('#4d4560'), movingTrack('#374e5e')] as const;
  const person = (
    displayName: string,
    camera: Participant['camera'],
    more: Partial<Participant> = {},
  ): Participant => ({
    peerId: displayName.toLowerCase(),
    displayName,
    away: false,
    host: false,
    cohost: false,
    mic: { state: 'muted' },
    camera,
    screen: { state: 'off' },
    screenAudio: { state: 'off' },
    speaking: false,
    level: 0,
    ...more,
  });
  const device = (displayName: string, leafIndex: number, more: Partial<DeviceView> = {}): DeviceView => {
    const keyHash = String(leafIndex + 1).repeat(4) + 'a1b2c3d4'.repeat(7) + '0000';
    return {
      peerId: displayName.toLowerCase(),
      displayName,
      leafIndex,
      keyHash,
      self: false,
      own: false,
      sinceMs: null,
      firstKeyHash: keyHash,
      formerName: null,
      verifiedAtMs: null,
      claimedAtMs: null,
      ...more,
    };
  };
  const own = device('Maya', 0, { self: true, own: true });
  const others = [device('Ana', 1), device('Ben', 2, { sinceMs: AT_MS - 20 * MINUTE_MS })];
  const verified = others.map((one) => ({ ...one, verifiedAtMs: AT_MS }));
  const sealed: SecurityView = { state: 'sealed', epoch: 7, safetyCode: CODE, members: [] };
  const base = roomView({
    security: sealed,
    devices: [own, ...others],
    participants: [person('Ana', { state: 'playing', track: tracks[0] }), person('Ben', { state: 'off' })],
    self: {
      ...roomView().self,
      camera: { state: 'on', track: tracks[1], sealed: true },
      mic: { state: 'on', track: tracks[1], sealed: true },
    },
  });
  const compared = { state: 'compared' as const, atMs: AT_MS, names: ['Ana', 'Ben'] };
  const withSecurity = (security: SecurityView, splitSeen = false): RoomView => ({ ...base, security, splitSeen });
  const fence = (cause: 'behind' | 'silent' | 'stale' | 'split') =>
    withSecurity({ state: 'fenced', cause }, cause === 'split');
  const tile = (camera: Participant['camera']): RoomView => ({ ...base, participants: [person('Ana', camera)] });
  const failing = (why: 'locked' | 'foreign' | 'damaged' | 'setup') =>
    tile({ state: 'waiting', cause: 'failing', why });
  const sharing: RoomView['self'] = {
    ...base.self,
    screen: { state: 'on', track: tracks[1], sealed: true },
    sharing: { purpose: 'motion', sound: true },
  };
  return {
    securing: withSecurity({ state: 'securing' }),
    sealed: base,
    alone: { ...base, participants: [], devices: [own] },
    newCode: withSecurity({ ...sealed, epoch: 8, safetyCode: NEXT_CODE }),
    verified: { ...base, comparison: { ...compared, came: [], returned: [], left: [] }, devices: [own, ...verified] },
    someoneNew: {
      ...base,
      participants: [...base.participants, person('Dana', { state: 'off' })],
      comparison: {
        ...compared,
        names: ['Ana', 'Ben', 'Cora', 'Eve'],
        came: ['Dana'],
        returned: ['Ben'],
        left: ['Cora'],
      },
      devices: [
        own,
        ...verified.slice(0, 1).map((one) => ({ ...one, claimedAtMs: AT_MS })),
        device('Ben', 5, { sinceMs: AT_MS + 3 * MINUTE_MS, firstKeyHash: 'b'.repeat(64) }),
        device('Eve', 6, { verifiedAtMs: AT_MS }),
        device('Dana', 4, { sinceMs: AT_MS + 5 * MINUTE_MS, formerName: 'Dora' }),
      ],
    },
    resyncing: withSecurity({ state: 'resyncing', cause: 'gap' }),
    behind: fence('behind'),
    silent: fence('silent'),
    stale: fence('stale'),
    split: fence('split'),
    held: withSecurity({ state: 'held', epoch: 9, safetyCode: CODE, members: [] }, true),
    heldWithoutKeys: withSecurity({ state: 'resyncing', cause: 'gap' }, true),
    waitingForKey: tile({ state: 'waiting', cause: 'key' }),
    locked: failing('locked'),
    foreign: failing('foreign'),
    damaged: failing('damaged'),
    setup: failing('setup'),
    lost: { ...base, connection: 'reconnecting', retryAtMs: Date.now() + 10 * MINUTE_MS },
    restarting: { ...base, connection: 'restarting' },
    awaited: { ...base, participants: [], awaited: ['Ana', 'Ben', 'Cora', 'Dana', 'Eve', 'Finn', 'Gus'] },
    onAir: { ...base, show: onAir },
    airUnsure: { ...base, show: onAir, connection: 'restarting' },
    airCut: { ...base, show: onAir, connection: 'restarting', cutOff: true },
    sharing: { ...base, self: sharing },
    sharingSilenced: { ...fence('silent'), self: sharing },
    sealing: { ...base, self: { ...base.self, camera: { state: 'on', track: tracks[1], sealed: false } } },
  } satisfies Record<string, RoomView>;
}

const client = new FakeRoomClient();
const all = states();
client.show(all.sealed);
const { value: state } = createStoreSignal(client.state);
const call: Call = {
  client,
  state,
  picture: null,
  faults: {},
  effects: fakeServices().effects,
  close: () => undefined,
};
// Only what the screen itself reads of a visit.
const visit = { link: LINK, linkText: LINK_TEXT, host: false } as RoomVisit;

const beside = document.body.appendChild(document.createElement('div'));
const statesPage: StatesPage = {
  show: (name) => client.show(all[name]),
  speak: setLanguage,
  awaitRoom: (seconds) => render(h(NextTry, { atMs: Date.now() + seconds * 1_000 }), beside),
  calls: () => client.calls.splice(0),
};
Object.assign(globalThis, { statesPage });

applyTheme(document.documentElement);
const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
render(h(Meeting, { visit, call, first: all.sealed }), root);
