// The Room's states and events in the person's words.
import type { SecurityView } from '#core';
import { t } from '../../i18n/index.ts';
import type { Sound } from '../../media/sounds.ts';
import { sealState, type Announcement } from '../../viewModels/announcements.ts';
import type { Tile } from '../../viewModels/tiles.ts';

export const nameOf = (name: string): string => name || t('notice.someone');

export const wordsOf = (announcement: Announcement): string => {
  switch (announcement.kind) {
    case 'notice': {
      const { kind, displayName } = announcement.notice;
      return kind === 'joined' || kind === 'left' || kind === 'unseen'
        ? t(`notice.${kind}`, { name: nameOf(displayName ?? '') })
        : t(`notice.${kind}`);
    }
    case 'mic':
      return announcement.on ? t('say.micOn') : t('say.micOff');
    case 'camera':
      return announcement.on ? t('say.cameraOn') : t('say.cameraOff');
    case 'screen':
      return announcement.on ? t('say.screenOn') : t('say.screenOff');
    case 'theyShare':
      return t('say.theyShare', { name: nameOf(announcement.name) });
    case 'security':
      return t(`say.${announcement.state}`);
    case 'reconnecting':
      return t('say.reconnecting');
    case 'chat':
      return t('say.chat', { name: nameOf(announcement.entry.displayName), text: announcement.entry.text });
  }
};

export const soundOf = (announcement: Announcement): Sound | null => {
  if (announcement.kind === 'chat') return 'chat';
  if (announcement.kind !== 'notice') return null;
  const { kind } = announcement.notice;
  return kind === 'joined' || kind === 'left' ? kind : null;
};

/** On the chip of a tile. */
export const tileName = (tile: Tile): string => {
  const name = nameOf(tile.name);
  if (tile.self) return t('tile.you', { name });
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
    case 'failing':
      return t('tile.failing', { name });
  }
};

export const sealWords = (security: SecurityView): string => t(`seal.${sealState(security)}`);
