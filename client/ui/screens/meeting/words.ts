// The Room's states and events in the person's words.
import type { ComparisonView, FileEntry, Notice, RoomView } from '#core';
import { language, t } from '../../i18n/index.ts';
import { sizeText } from '../../i18n/size.ts';
import { timeText } from '../../i18n/time.ts';
import type { Sound } from '../../media/sounds.ts';
import type { Announcement } from '../../viewModels/announcements.ts';
import { minutesIn } from '../../viewModels/minutesIn.ts';
import { sealState, shortened, unverifiedCount } from '../../viewModels/safety.ts';
import type { Tile } from '../../viewModels/tiles.ts';

export const nameOf = (name: string): string => name || t('notice.someone');

export const wordsOf = (announcement: Announcement): string => {
  switch (announcement.kind) {
    case 'notice':
      return noticeWords(announcement.notice);
    case 'mic':
      return announcement.on ? t('say.micOn') : t('say.micOff');
    case 'camera':
      return announcement.on ? t('say.cameraOn') : t('say.cameraOff');
    case 'screen':
      return announcement.on ? t('say.screenOn') : t('say.screenOff');
    case 'theyShare':
    case 'theyStopped':
      return t(`say.${announcement.kind}`, { name: nameOf(announcement.name) });
    case 'security':
      return t(`say.${announcement.state}`);
    case 'unverified':
      return t(`verify.say.${announcement.how}`, { name: nameOf(announcement.name) });
    case 'reconnecting':
    case 'restarting':
      return t(`say.${announcement.kind}`);
    case 'cut':
    case 'unsure':
      return t(`show.you.${announcement.kind}`);
    case 'chat':
      return t('say.chat', { name: nameOf(announcement.entry.displayName), text: shortText(announcement.entry.text) });
    case 'file':
      return fileWords(announcement.entry);
  }
};

const fileWords = ({ displayName, name, size }: FileEntry): string =>
  t('files.said.offered', { name: nameOf(displayName), file: name, size: sizeText(size) });

const noticeWords = (notice: Notice): string => {
  const { kind, displayName, mode = 'open', self } = notice;
  switch (kind) {
    case 'joined':
    case 'left':
    case 'hall':
    case 'hallLeft':
    case 'feed':
    case 'feedLeft':
    case 'unseen':
    case 'knock':
    case 'hand':
    case 'handLowered':
    case 'poll':
    case 'pollClosed':
    case 'recording':
    case 'recordingEnded':
    case 'mutedBy':
    case 'videoStoppedBy':
    case 'screenStoppedBy':
    case 'askedMic':
    case 'askedCamera':
    case 'isoOn':
    case 'stageTaken':
    case 'leftAir':
    case 'airFailed':
      return t(`notice.${kind}`, { name: nameOf(displayName ?? '') });
    case 'draining':
      return t('notice.draining', { minutes: minutesIn(notice.inMs ?? 0) });
    case 'recordingAsked':
      return t(self ? 'notice.recordingAsked.you' : 'notice.recordingAsked', { name: nameOf(displayName ?? '') });
    case 'mode':
      if (self) return t(`notice.mode.${mode}.you`);
      if (displayName === undefined) return t(`notice.mode.${mode}.someone`);
      return t(`notice.mode.${mode}.them`, { name: nameOf(displayName) });
    case 'spotlight':
      return spotlightWords(notice);
    case 'spotlightEnded':
      return self
        ? t('notice.spotlightEnded.you')
        : t('notice.spotlightEnded.them', { name: nameOf(displayName ?? '') });
    default:
      return t(`notice.${kind}`);
  }
};

const spotlightWords = ({ displayName = '', self, subject = null }: Notice): string => {
  if (subject === null)
    return self ? t('notice.spotlight.yourself') : t('notice.spotlight.you', { name: nameOf(displayName) });
  const name = nameOf(subject);
  return self ? t('notice.spotlight.byYou', { name }) : t('notice.spotlight.byThem', { name, by: nameOf(displayName) });
};

/** Notices that are heard, each by a sound of its name. */
const SOUNDING = ['joined', 'left', 'knock', 'hand', 'recording'] as const;

export const soundOf = (announcement: Announcement): Sound | null => {
  if (announcement.kind === 'chat' || announcement.kind === 'file') return 'chat';
  if (announcement.kind !== 'notice') return null;
  const { kind } = announcement.notice;
  if (kind === 'askedMic' || kind === 'askedCamera') return 'knock';
  return SOUNDING.find((one) => one === kind) ?? null;
};

/** On the chip of a tile. */
export const tileName = (tile: Tile): string => {
  const name = nameOf(tile.name);
  if (tile.self) return t('tile.you', { name });
  if (tile.hall) return t('hall.tile', { name });
  return tile.stream === 'screen' ? t('tile.screenOf', { name }) : name;
};

/** Why a tile does not play; null where it does, or where its face says enough. */
export const tileWords = (tile: Tile): string | null => {
  const name = nameOf(tile.name);
  switch (tile.state) {
    case 'playing':
    case 'off':
      return null;
    case 'starting':
      return t('tile.cameraStarting');
    case 'failed':
      return t('tile.cameraFailed');
    case 'away':
      return t('tile.away', { name });
    case 'waitingKey':
      return t('tile.waitingKey', { name });
    case 'waitingNetwork':
      return t('tile.waitingNetwork', { name });
    case 'waitingFirstFrame':
      return t('tile.waitingFirstFrame');
    case 'cannotShow':
      return t('tile.cannotShow', { name });
    case 'sealing':
      return t('tile.sealing');
    case 'failing.locked':
    case 'failing.foreign':
    case 'failing.damaged':
    case 'failing.setup':
      return t(`tile.${tile.state}`, { name });
    case 'notSent':
      return t('tile.notSent');
    case 'spared':
      // A face stands for its person; a screen without a word would be a riddle.
      return tile.stream === 'screen' ? t('quality.spared.screen') : null;
  }
};

/** What the lock says: nothing but confirmed state, and what became of the person's own comparison. */
export const sealWords = (view: RoomView): string => {
  const state = sealState(view);
  if (state !== 'sealed' || view.comparison.state === 'none') return t(`seal.${state}`);
  const count = unverifiedCount(view.comparison);
  return count > 0 ? t('seal.changed', { count }) : t('seal.verified');
};

/** Read aloud or quoted: the beginning of it, in one line. */
const SHORT_CHARS = 140;
export const shortText = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > SHORT_CHARS ? `${line.slice(0, SHORT_CHARS)}…` : line;
};

/** Names in a sentence; more than this many are counted. */
const MOST_NAMES = 6;
export const namesInWords = (names: readonly string[]): string => {
  const { shown, more } = shortened(names.map(nameOf), MOST_NAMES);
  const parts = more > 0 ? [...shown, t('verify.more', { count: more })] : shown;
  return new Intl.ListFormat(language.value, { type: 'conjunction' }).format(parts);
};

/** With whom the person compared, when, and what changed since: one sentence each; none where they did not. */
export const comparisonWords = (comparison: ComparisonView): { with: string; since: string[] } | null => {
  if (comparison.state === 'none') return null;
  const { atMs, names } = comparison;
  const since = (['came', 'returned', 'left'] as const)
    .filter((what) => comparison[what].length > 0)
    .map((what) => t(`verify.${what}`, { names: namesInWords(comparison[what]) }));
  return { with: t('verify.with', { time: timeText(atMs), names: namesInWords(names) }), since };
};
