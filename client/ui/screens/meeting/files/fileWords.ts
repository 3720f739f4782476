// What is said of a file: one line for each of its states, and what a screen reader is told when one changes.
import type { FileEntry, FileState } from '#core';
import { t } from '../../../i18n/index.ts';
import { sizeText, spanText } from '../../../i18n/size.ts';

/** Why it failed as well as what to do about it. */
const partsOf = (bytes: number, size: number) => ({ done: sizeText(bytes), size: sizeText(size) });

const movingText = (state: Extract<FileState, { state: 'uploading' | 'downloading' }>, size: number): string => {
  const { bytes, bytesPerSecond, secondsLeft } = state;
  const parts = [t('files.state.moving', partsOf(bytes, size))];
  if (bytesPerSecond !== null) parts.push(t('files.state.speed', { speed: sizeText(bytesPerSecond) }));
  if (secondsLeft !== null) parts.push(t('files.state.left', { time: spanText(secondsLeft) }));
  return parts.join(' · ');
};

export const stateText = ({ state, size }: FileEntry): string => {
  switch (state.state) {
    case 'uploading':
    case 'downloading':
      return movingText(state, size);
    case 'waiting':
      return t('files.state.waiting', partsOf(state.bytes, size));
    case 'paused':
      return t('files.state.paused', partsOf(state.bytes, size));
    case 'failed':
      return t(`files.fault.${state.fault}`);
    case 'uploaded':
      return t('files.state.uploaded', { size: sizeText(size) });
    case 'offered':
      return t('files.state.offered', { size: sizeText(size) });
    case 'done':
      return t('files.state.done', { size: sizeText(size) });
    case 'preparing':
    case 'checking':
    case 'repick':
    case 'withdrawn':
    case 'expired':
      return t(`files.state.${state.state}`);
  }
};

/** Null where nothing happened that a person should hear of. Progress is looked at, not heard. */
export const saidOf = (before: FileEntry | undefined, { name, self, state }: FileEntry): string | null => {
  // That there is a new one is said as of a message, by the announcements.
  if (before === undefined || before.state.state === state.state) return null;
  switch (state.state) {
    case 'uploaded':
    case 'done':
      return t(`files.said.${state.state}`, { name });
    case 'failed':
      return t('files.said.failed', { name, why: t(`files.fault.${state.fault}`) });
    case 'withdrawn':
    case 'expired':
      return self ? null : t('files.said.failed', { name, why: t(`files.state.${state.state}`) });
    default:
      return null;
  }
};
