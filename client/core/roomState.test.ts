// What is shown: only members, never a silent black tile, and a lock that is drawn from what was confirmed.
import type { GroupMember, GroupView } from '#e2ee';
import { GOOD } from './quality/lineQuality.ts';
import { describe, expect, it } from 'vitest';
import type { RemoteTrack } from './media/Receiving.ts';
import { remoteMediaOf } from './RemotePeer.ts';
import { roomViewOf, securityOf, type ViewParts } from './roomState.ts';
import { meterOf, Roster } from './Roster.ts';
import { NOBODY_LEADS } from './test/nobodyLeads.ts';

const member = (peerId: string, leafIndex: number, self = false): GroupMember => ({
  peerId,
  displayName: peerId.toUpperCase(),
  leafIndex,
  keyHash: peerId,
  self,
});
const inGroup = (...members: GroupMember[]): GroupView => ({
  state: 'in',
  epoch: 3,
  sendEpoch: 3,
  members,
  safetyCode: { digits: ['12345'], words: [7] },
  policy: { mode: 'open', host: null, cohosts: [], acting: [], linkGeneration: 0, knocks: [] },
});
const remote = (more: Partial<RemoteTrack>): RemoteTrack => ({
  consumerId: 'c',
  peerId: 'ana',
  stream: 'camera',
  replaces: null,
  producerPaused: false,
  readiness: 'ready',
  track: { kind: 'video' } as MediaStreamTrack,
  frames: { state: 'flowing' },
  ...more,
});

describe('remoteMediaOf', () => {
  it.each([
    ['there is no Consumer', undefined, false, { state: 'off' }],
    ['the camera is paused', remote({ producerPaused: true }), false, { state: 'off' }],
    ['the mic is paused', remote({ stream: 'mic', producerPaused: true }), false, { state: 'muted' }],
    [
      'no transform could be attached',
      remote({ readiness: 'broken' }),
      false,
      { state: 'waiting', cause: 'failing', why: 'setup' },
    ],
    ['no key is there', remote({ frames: { state: 'waitingForKey' } }), false, { state: 'waiting', cause: 'key' }],
    ['no frame came yet', remote({ frames: { state: 'idle' } }), false, { state: 'waiting', cause: 'firstFrame' }],
    [
      'frames do not open',
      remote({ frames: { state: 'failing', cause: 'authFailed' } }),
      false,
      { state: 'waiting', cause: 'failing', why: 'locked' },
    ],
    [
      'frames are of another member',
      remote({ frames: { state: 'failing', cause: 'wrongLeaf' } }),
      false,
      { state: 'waiting', cause: 'failing', why: 'foreign' },
    ],
    [
      'frames cannot be read',
      remote({ frames: { state: 'failing', cause: 'malformed' } }),
      false,
      { state: 'waiting', cause: 'failing', why: 'damaged' },
    ],
    ['the network is away', remote({}), true, { state: 'waiting', cause: 'network' }],
    ['frames are opened', remote({}), false, { state: 'playing', track: { kind: 'video' } }],
  ])('when %s', (_when, track, impaired, expected) => {
    expect(remoteMediaOf(track, impaired)).toEqual(expected);
  });
});

describe('roomViewOf', () => {
  const parts = (more: Partial<ViewParts>): ViewParts => ({
    line: { connection: 'online', retryAtMs: null, cutOff: false },
    awaited: [],
    group: inGroup(member('me', 0, true), member('ana', 1)),
    hosting: NOBODY_LEADS,
    self: {} as ViewParts['self'],
    safety: { splitSeen: false, comparison: { state: 'none' }, devices: [] },
    others: [member('ana', 1)],
    machineOf: () => null,
    presenceOf: () => ({ away: false, speaking: false, level: 0 }),
    remoteTracks: [],
    impaired: false,
    unshown: new Set(),
    activeSpeaker: null,
    talk: {
      chat: [],
      captions: [],
      captioning: { makers: [], cue: null },
      files: { limits: null, entries: [] },
      reactions: [],
      hands: [],
      polls: [],
      recording: { recorders: [], mine: { state: 'off' } },
      iso: { ask: null, mine: { state: 'none' }, speakers: [], outgoing: [], incoming: [] },
      quality: { up: GOOD, down: GOOD, others: {} },
      chatTyping: [],
      spotlight: null,
      spotlightBy: null,
      asked: [],
      show: null,
      chatHistory: { missed: 'nothing', requests: [], count: 0, fileCount: 0, sharing: { state: 'idle' } },
    },
    notices: [],
    ...more,
  });

  it('E-200 shows a hall apart from the people, with what comes of it, and no hand of it', () => {
    const others = [member('ana', 1), member('hall', 2)];
    const hands = ['ana', 'hall'].map((peerId) => ({ peerId, self: false, atMs: 1 }));
    const { talk } = parts({});
    const view = roomViewOf(
      parts({
        others,
        machineOf: (peerId) => (peerId === 'hall' ? 'hall' : null),
        remoteTracks: [remote({ peerId: 'hall', stream: 'screenAudio' })],
        talk: { ...talk, hands },
      }),
    );
    expect(view.participants.map(({ peerId }) => peerId)).toEqual(['ana']);
    expect(view.halls).toMatchObject([{ peerId: 'hall', screenAudio: { state: 'playing' } }]);
    expect(view.hands.map(({ peerId }) => peerId)).toEqual(['ana']);
  });

  it('E-208 shows a feed apart from the people, and as one of them as soon as it sends something', () => {
    const others = [member('ana', 1), member('obs', 2)];
    const machineOf = (peerId: string) => (peerId === 'obs' ? ('feed' as const) : null);
    const view = (remoteTracks: RemoteTrack[]) => {
      const { participants, feeds, halls } = roomViewOf(parts({ others, machineOf, remoteTracks }));
      return [participants, feeds, halls].map((some) => some.map(({ peerId }) => peerId));
    };
    expect(view([])).toEqual([['ana'], ['obs'], []]);
    expect(view([remote({ peerId: 'ana', stream: 'mic' })])).toEqual([['ana'], ['obs'], []]);
    expect(view([remote({ peerId: 'obs', stream: 'mic' })])).toEqual([['ana', 'obs'], [], []]);
  });

  it('takes host and co-host from the policy, whatever the server says of roles', () => {
    const others = [member('ana', 1), member('bo', 2), member('clo', 3)];
    const hosting = { ...parts({}).hosting, host: 'ana', cohosts: ['bo'] };
    const { participants } = roomViewOf(parts({ others, hosting }));
    expect(participants.map(({ host, cohost }) => [host, cohost])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });

  it('shows nobody who is not a member, whatever the server sends of them', () => {
    const view = roomViewOf(parts({ remoteTracks: [remote({ peerId: 'ghost' }), remote({ peerId: 'ana' })] }));
    expect(view.participants.map(({ peerId }) => peerId)).toEqual(['ana']);
    expect(view.participants[0]?.camera.state).toBe('playing');
  });

  it('shows the newest of two Consumers of one stream', () => {
    const view = roomViewOf(
      parts({
        remoteTracks: [remote({ consumerId: 'old' }), remote({ consumerId: 'new', frames: { state: 'idle' } })],
      }),
    );
    expect(view.participants[0]?.camera).toEqual({ state: 'waiting', cause: 'firstFrame' });
  });

  it('P-62 shows the Consumer that is replaced for as long as it plays and the new one does not', () => {
    const [old, next] = ['old', 'next'].map((id) => ({ id }) as MediaStreamTrack);
    const camera = (oldFrames: RemoteTrack['frames'], nextFrames: RemoteTrack['frames'], replaces = 'old') => {
      const remoteTracks = [
        remote({ consumerId: 'old', track: old ?? null, frames: oldFrames }),
        remote({ consumerId: 'next', track: next ?? null, frames: nextFrames, replaces }),
      ];
      return roomViewOf(parts({ remoteTracks })).participants[0]?.camera;
    };
    expect(camera({ state: 'flowing' }, { state: 'idle' })).toEqual({ state: 'playing', track: old });
    expect(camera({ state: 'flowing' }, { state: 'flowing' })).toEqual({ state: 'playing', track: next });
    expect(camera({ state: 'idle' }, { state: 'idle' })).toEqual({ state: 'waiting', cause: 'firstFrame' });
    expect(camera({ state: 'flowing' }, { state: 'idle' }, 'gone')).toEqual({ state: 'waiting', cause: 'firstFrame' });
  });

  it('P-62 takes no screen for a camera, whatever the server says that it replaces', () => {
    const remoteTracks = [
      remote({ consumerId: 'screen', stream: 'screen' }),
      remote({ consumerId: 'next', frames: { state: 'idle' }, replaces: 'screen' }),
    ];
    const [ana] = roomViewOf(parts({ remoteTracks })).participants;
    expect(ana?.camera).toEqual({ state: 'waiting', cause: 'firstFrame' });
  });

  it('says whose picture cannot be shown, and nothing of the kind once it comes', () => {
    const unshown = new Set(['ana']);
    const [without] = roomViewOf(parts({ unshown })).participants;
    expect(without).toMatchObject({ camera: { state: 'waiting', cause: 'codec' }, screen: { state: 'off' } });
    const [shown] = roomViewOf(parts({ unshown, remoteTracks: [remote({})] })).participants;
    expect(shown?.camera.state).toBe('playing');
  });
});

describe('securityOf', () => {
  it('says sealed only from inside an Epoch', () => {
    expect(securityOf(inGroup(member('me', 0, true)), false)).toMatchObject({ state: 'sealed', epoch: 3 });
    for (const group of [{ state: 'new' }, { state: 'waitWelcome', sinceMs: 0 }, { state: 'closed' }] as const) {
      expect(securityOf(group, false)).toEqual({ state: 'securing' });
    }
    const resync = { state: 'resync', cause: 'gap', attempt: 1 } as const;
    expect(securityOf(resync, false)).toEqual({ state: 'resyncing', cause: 'gap' });
    expect(securityOf({ state: 'fenced', cause: 'split' }, false)).toEqual({ state: 'fenced', cause: 'split' });
  });

  it('E-66 does not say sealed while a split that was seen is still to be heeded', () => {
    expect(securityOf(inGroup(member('me', 0, true)), true)).toMatchObject({ state: 'held', epoch: 3 });
    expect(securityOf({ state: 'new' }, true)).toEqual({ state: 'securing' });
    expect(securityOf({ state: 'fenced', cause: 'split' }, true)).toEqual({ state: 'fenced', cause: 'split' });
  });
});

describe('Roster', () => {
  it('announces nobody who was there before us, and everybody after', () => {
    const roster = new Roster();
    expect(roster.update(inGroup(member('me', 0, true), member('ana', 1)))).toEqual({ joined: [], left: [] });
    const change = roster.update(inGroup(member('me', 0, true), member('bo', 2)));
    expect(change.joined.map(({ peerId }) => peerId)).toEqual(['bo']);
    expect(change.left.map(({ peerId }) => peerId)).toEqual(['ana']);
    expect(roster.others.map(({ peerId }) => peerId)).toEqual(['bo']);
  });

  it('announces who sits under the id of another under another name', () => {
    const roster = new Roster();
    roster.update(inGroup(member('me', 0, true), member('ana', 1), member('bo', 2)));
    const change = roster.update(
      inGroup(
        member('me', 0, true),
        { ...member('ana', 1), displayName: 'Bo' },
        { ...member('bo', 2), keyHash: 'new' },
      ),
    );
    expect(change.left.map(({ displayName }) => displayName)).toEqual([member('ana', 1).displayName]);
    expect(change.joined.map(({ displayName }) => displayName)).toEqual(['Bo']);
    expect(roster.nameOf('ana')).toBe('Bo');
  });

  it('keeps everybody in sight while the group is rejoined', () => {
    const roster = new Roster();
    roster.update(inGroup(member('me', 0, true), member('ana', 1)));
    expect(roster.update({ state: 'resync', cause: 'fenced', attempt: 1 })).toEqual({ joined: [], left: [] });
    expect(roster.others.map(({ peerId }) => peerId)).toEqual(['ana']);
  });

  it('keeps the order in which members came into sight, whatever their leaves', () => {
    const roster = new Roster();
    roster.update(inGroup(member('me', 0, true), member('ana', 5)));
    roster.update(inGroup(member('me', 0, true), member('bo', 1), member('ana', 5)));
    expect(roster.others.map(({ peerId }) => peerId)).toEqual(['ana', 'bo']);
  });

  it('silences who is not in the levels any more', () => {
    const roster = new Roster();
    roster.setLevels([{ peerId: 'ana', level: -20 }]);
    expect(roster.presenceOf('ana')).toMatchObject({ speaking: true });
    roster.setLevels([]);
    expect(roster.presenceOf('ana')).toEqual({ away: false, speaking: false, level: 0 });
  });

  it('maps dBov to a meter from 0 to 1', () => {
    expect([meterOf(-127), meterOf(-60), meterOf(-35), meterOf(-10), meterOf(0)]).toEqual([0, 0, 0.5, 1, 1]);
  });
});
