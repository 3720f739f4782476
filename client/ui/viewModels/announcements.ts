// What a screen reader is told, and when: the differences between two states of the Room, without words.
import type { ChatEntry, FileEntry, LocalMedia, Notice, RoomView } from '#core';
import { airOf } from './air.ts';
import { newlyUnverified, sealState, type SealState, type Unverified } from './safety.ts';

export type Announcement =
  | { kind: 'notice'; notice: Notice }
  | { kind: 'mic' | 'camera' | 'screen'; on: boolean }
  | { kind: 'theyShare' | 'theyStopped'; name: string }
  | { kind: 'security'; state: Exclude<SealState, 'securing'> }
  | ({ kind: 'unverified' } & Unverified)
  | { kind: 'reconnecting' | 'restarting' }
  /** Of who was on air. */
  | { kind: 'cut' | 'unsure' }
  | { kind: 'chat'; entry: ChatEntry }
  | { kind: 'file'; entry: FileEntry };

/** Null while it changes: `starting` is said by nobody, the outcome is. */
const isOn = (media: LocalMedia): boolean | null => (media.state === 'starting' ? null : media.state === 'on');

const toggles = (before: RoomView, after: RoomView): Announcement[] =>
  (['mic', 'camera', 'screen'] as const).flatMap((kind) => {
    const was = isOn(before.self[kind]);
    const is = isOn(after.self[kind]);
    return is === null || was === is || (was === null && !is) ? [] : [{ kind, on: is }];
  });

const sharesScreen = (view: RoomView, peerId: string): boolean => {
  const state = view.participants.find((person) => person.peerId === peerId)?.screen.state;
  return state === 'playing' || state === 'waiting';
};

/** What became of `before` that a person should hear of; nothing at all when nothing did. */
export const announcementsOf = (before: RoomView, after: RoomView): Announcement[] => {
  const lastNotice = before.notices.at(-1)?.id ?? -1;
  const knownChat = new Set(before.chat.map((entry) => entry.id));
  const said: Announcement[] = after.notices
    .filter((notice) => notice.id > lastNotice)
    .map((notice) => ({ kind: 'notice', notice }));
  said.push(...toggles(before, after));
  for (const person of after.participants) {
    if (sharesScreen(after, person.peerId) && !sharesScreen(before, person.peerId)) {
      said.push({ kind: 'theyShare', name: person.displayName });
    }
    if (!sharesScreen(after, person.peerId) && sharesScreen(before, person.peerId)) {
      said.push({ kind: 'theyStopped', name: person.displayName });
    }
  }
  for (const one of newlyUnverified(before.comparison, after.comparison)) said.push({ kind: 'unverified', ...one });
  const seal = sealState(after);
  if (seal !== sealState(before) && seal !== 'securing') said.push({ kind: 'security', state: seal });
  if (after.connection !== 'online' && before.connection === 'online') said.push({ kind: after.connection });
  const air = airOf(after);
  if ((air === 'cut' || air === 'unsure') && air !== airOf(before)) said.push({ kind: air });
  for (const entry of after.chat) {
    if (isToRead(entry) && !knownChat.has(entry.id)) said.push({ kind: 'chat', entry });
  }
  if (after.files !== before.files) said.push(...newFiles(before.files.entries, after.files.entries));
  return said;
};

const newFiles = (before: readonly FileEntry[], after: readonly FileEntry[]): Announcement[] => {
  const known = new Set(before.map(({ id }) => id));
  return after.flatMap((entry) => (isFileToRead(entry) && !known.has(entry.id) ? [{ kind: 'file', entry }] : []));
};

/** Of others, and of this moment: what is given of the past is there to be looked at. */
export const isToRead = ({ self, deleted, sharedBy }: ChatEntry): boolean => !self && !deleted && sharedBy === null;

export const isFileToRead = ({ self, sharedBy, state }: FileEntry): boolean =>
  !self && sharedBy === null && state.state !== 'withdrawn' && state.state !== 'expired';
