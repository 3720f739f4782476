// What each tile shows and says: from the Room's state to a flat list, without words of any language.
import type { FailingWhy, LocalMedia, Participant, RemoteMedia, RoomView, SelfView } from '#core';
import { isSilenced } from './safety.ts';

export type TileState =
  | 'playing'
  | 'off'
  | 'starting'
  | 'failed'
  | 'away'
  | 'waitingKey'
  | 'waitingNetwork'
  | 'waitingFirstFrame'
  | `failing.${FailingWhy}`
  | 'cannotShow'
  | 'sealing'
  /** One's own, shown to oneself and sent to nobody. */
  | 'notSent'
  /** Done without for the sake of the line. */
  | 'spared';

export interface Tile {
  /** `peerId/stream`: the same for as long as the tile lives, so that its node does. */
  key: string;
  peerId: string;
  stream: 'camera' | 'screen';
  self: boolean;
  /** Of a machine in a hall: nobody's face. */
  hall?: true;
  /** As its owner wrote it; empty where they wrote nothing. */
  name: string;
  state: TileState;
  /** Only in the states `playing` and `notSent`. */
  track: MediaStreamTrack | null;
  micOff: boolean;
  speaking: boolean;
  /** 0 … 1 */
  level: number;
}

export const tileKey = (peerId: string, stream: 'camera' | 'screen'): string => `${peerId}/${stream}`;

const waitingStates = {
  key: 'waitingKey',
  network: 'waitingNetwork',
  firstFrame: 'waitingFirstFrame',
  codec: 'cannotShow',
} as const satisfies Partial<Record<Extract<RemoteMedia, { state: 'waiting' }>['cause'], TileState>>;

const remoteState = (media: RemoteMedia): TileState => {
  if (media.state === 'playing') return 'playing';
  if (media.state !== 'waiting') return 'off';
  return media.cause === 'failing' ? `failing.${media.why}` : waitingStates[media.cause];
};

const localState = (media: LocalMedia): TileState => {
  // Until a first frame was sealed the track is held back and would show black.
  if (media.state === 'on') return media.sealed ? 'playing' : 'sealing';
  if (media.state === 'starting' || media.state === 'failed') return media.state;
  return 'off';
};

/** A picture that is off, or cannot be shown, hides a voice that waits; then the tile says what the voice waits for. */
const personState = (person: Participant): TileState => {
  if (person.away) return 'away';
  const picture = remoteState(person.camera);
  const voice = remoteState(person.mic);
  const voiceWaits = voice === 'waitingKey' || voice === 'waitingNetwork' || voice.startsWith('failing.');
  return (picture === 'off' || picture === 'cannotShow') && voiceWaits ? voice : picture;
};

/** A picture that looks as if it were sent, or a microphone that is on, says that it is not. */
const selfState = (self: SelfView, silenced: boolean): TileState => {
  const state = localState(self.camera);
  const hasOneOn = state === 'playing' || (state === 'off' && self.mic.state === 'on');
  return silenced && hasOneOn ? 'notSent' : state;
};

const selfTile = (self: SelfView, silenced: boolean): Tile => ({
  key: tileKey(self.peerId, 'camera'),
  peerId: self.peerId,
  stream: 'camera',
  self: true,
  name: self.displayName,
  state: selfState(self, silenced),
  track: self.camera.state === 'on' && self.camera.sealed ? self.camera.track : null,
  micOff: self.mic.state !== 'on',
  speaking: self.speaking,
  level: self.level,
});

const cameraTile = (person: Participant): Tile => {
  const state = personState(person);
  return {
    key: tileKey(person.peerId, 'camera'),
    peerId: person.peerId,
    stream: 'camera',
    self: false,
    name: person.displayName,
    state,
    track: state === 'playing' && person.camera.state === 'playing' ? person.camera.track : null,
    micOff: person.mic.state === 'off' || person.mic.state === 'muted',
    speaking: person.speaking,
    level: person.level,
  };
};

/** What is heard of a hall is no voice, and rings nothing. */
const hallTile = (hall: Participant): Tile => ({
  ...cameraTile({ ...hall, mic: hall.screenAudio, speaking: false, level: 0 }),
  hall: true,
});

const screenTile = (person: Participant): Tile => ({
  key: tileKey(person.peerId, 'screen'),
  peerId: person.peerId,
  stream: 'screen',
  self: false,
  name: person.displayName,
  state: person.away ? 'away' : remoteState(person.screen),
  track: person.screen.state === 'playing' && !person.away ? person.screen.track : null,
  micOff: true,
  speaking: false,
  level: 0,
});

const isShown = (media: RemoteMedia): boolean => media.state === 'waiting' || media.state === 'playing';

/** While our own way to the server is lost nothing is known of theirs, and what is missing is not their doing. */
const unblamed = (tile: Tile): Tile =>
  tile.state === 'away' || tile.state === 'waitingNetwork' ? { ...tile, state: 'off' } : tile;

/**
 * Every tile of the Room: screens first, then people oldest first, then halls, oneself last. One's own screen has no tile
 * (it would show itself in itself); the sharing bar stands for it.
 */
export const tilesOf = (view: RoomView, options: { selfShown: boolean }): Tile[] => {
  const others = [
    ...view.participants.filter((person) => isShown(person.screen)).map(screenTile),
    ...view.participants.map(cameraTile),
    ...view.halls.map(hallTile),
  ];
  const isAlone = view.participants.length + view.halls.length === 0;
  return [
    ...(view.connection === 'online' ? others : others.map(unblamed)),
    ...(options.selfShown || isAlone ? [selfTile(view.self, isSilenced(view))] : []),
  ];
};

/** Screens first, in the order in which they began, then people by their seats; whoever has none yet at the end, then halls, oneself last. */
export const arrange = (
  tiles: readonly Tile[],
  { seats, screens }: { seats: readonly string[]; screens: readonly string[] },
): Tile[] => {
  const rank = (order: readonly string[], id: string): number => {
    const at = order.indexOf(id);
    return at < 0 ? order.length : at;
  };
  const shared = tiles.filter((tile) => tile.stream === 'screen');
  const people = tiles.filter((tile) => tile.stream === 'camera' && !tile.self && !tile.hall);
  return [
    ...shared.toSorted((a, b) => rank(screens, a.key) - rank(screens, b.key)),
    ...people.toSorted((a, b) => rank(seats, a.peerId) - rank(seats, b.peerId)),
    ...tiles.filter((tile) => tile.hall),
    ...tiles.filter((tile) => tile.self),
  ];
};

const segmenter = new Intl.Segmenter();

/** Up to two letters to stand for a face; empty for an empty name. Splits by what people see as one character. */
export const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen
    .map((word) => [...segmenter.segment(word ?? '')][0]?.segment ?? '')
    .join('')
    .toLocaleUpperCase();
};

/** One of `count` tints for a Peer, the same on every device that sees them. */
export const tintOf = (peerId: string, count: number): number => {
  let sum = 0;
  for (const char of peerId) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return sum % count;
};
