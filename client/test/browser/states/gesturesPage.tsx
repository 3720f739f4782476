// The page's own meeting screen in a room that is full of gestures: hands, reactions, and polls in each of their states.
import { h, render } from 'preact';
import type { Participant, PollView, RoomView } from '#core';
import type { Call, RoomVisit } from '../../../ui/AppModel.ts';
import { setLanguage, type Language } from '../../../ui/i18n/index.ts';
import { Meeting } from '../../../ui/screens/meeting/Meeting.tsx';
import { createStoreSignal } from '../../../ui/storeSignal.ts';
import '../../../ui/styles/main.css';
import { FakeRoomClient, fakeServices, LINK, LINK_TEXT, NOBODY_LEADS, roomView } from '../../../ui/test/fakes.ts';
import { applyTheme } from '../../../ui/theme.ts';

export interface GesturesPage {
  speak(language: Language): void;
  /** Everybody reacts anew. */
  react(): void;
  calls(): string[];
}

const AT_MS = new Date(2026, 4, 12, 14, 2).getTime();
const NAMES = ['Ana', 'Ben', 'Cora Antonia Wilhelmina Featherstonehaugh'];
const idOf = (name: string): string => name.split(' ')[0]?.toLowerCase() ?? '';
const person = (displayName: string): Participant => ({
  peerId: idOf(displayName),
  displayName,
  away: false,
  host: false,
  cohost: false,
  mic: { state: 'muted' },
  camera: { state: 'off' },
  screen: { state: 'off' },
  screenAudio: { state: 'off' },
  speaking: false,
  level: 0,
});
const voters = NAMES.map((displayName) => ({ peerId: idOf(displayName), displayName }));
const poll = (key: string, changes: Partial<PollView>): PollView => ({
  key,
  author: 'ana',
  authorName: 'Ana',
  mine: false,
  atMs: AT_MS,
  state: 'open',
  question: 'When shall we three meet again, in thunder, lightning or in rain?',
  options: [
    'When the hurlyburly’s done',
    'When the battle’s lost and won',
    'Donaudampfschifffahrtsgesellschaftskapitän',
  ],
  multiple: false,
  named: true,
  results: 'afterVote',
  votes: [voters.slice(0, 2), [], voters.slice(2)],
  voters: 3,
  chosen: [],
  ...changes,
});

const room = roomView({
  security: { state: 'sealed', epoch: 7, safetyCode: { digits: [], words: [] }, members: [] },
  hosting: { ...NOBODY_LEADS, iAct: true, iAmHost: true },
  participants: NAMES.map(person),
  hands: [
    { peerId: 'cora', self: false, atMs: AT_MS },
    { peerId: 'me', self: true, atMs: AT_MS + 60_000 },
  ],
  polls: [
    poll('closed', { state: 'closed', chosen: [2] }),
    poll('left', { state: 'authorLeft', named: false }),
    poll('voted', { chosen: [0], mine: true }),
    poll('end', { results: 'atEnd', chosen: [1] }),
    poll('several', { multiple: true, named: false }),
    poll('open', {}),
  ],
});

const client = new FakeRoomClient();
client.show(room);
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

let lastId = 0;
const gesturesPage: GesturesPage = {
  speak: setLanguage,
  react() {
    const kinds = ['thumbsUp', 'clap', 'heart', 'celebrate'] as const;
    const reactions: RoomView['reactions'] = kinds.map((kind, index) => {
      const displayName = NAMES[index % NAMES.length] ?? '';
      return { id: ++lastId, from: idOf(displayName), displayName, self: false, kind, atMs: AT_MS };
    });
    client.show({ ...room, reactions });
  },
  calls: () => client.calls.splice(0),
};
Object.assign(globalThis, { gesturesPage });

applyTheme(document.documentElement);
const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
render(h(Meeting, { visit, call, first: room }), root);
