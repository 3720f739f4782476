// What the watch page says, to the eye and to screen readers.
import type { Audience, WatchConnection } from '#core';
import { language, t } from '../../i18n/index.ts';
import { minutesIn } from '../../viewModels/minutesIn.ts';
import type { Speaker, Warning } from '../../viewModels/watchProof.ts';

const roleOf = ({ role }: Speaker): string => t(`watch.role.${role}`);

/** *verified: Ana, speaker*. */
export const proofWords = (speaker: Speaker): string =>
  t(`watch.proof.${speaker.proof}`, { name: speaker.name, role: roleOf(speaker) });

export const warningWords = (warning: Warning): string =>
  'name' in warning ? t(`watch.warn.${warning.kind}`, { name: warning.name }) : t(`watch.warn.${warning.kind}`);

/** Null while all is well. */
export const connectionWords = (connection: WatchConnection, draining: Audience['draining']): string | null => {
  if (connection.state === 'lost') {
    return t(`watch.lost.${draining !== null && connection.why === 'network' ? 'restart' : connection.why}`);
  }
  if (draining !== null) return t('watch.draining', { minutes: minutesIn(draining.atMs - draining.saidAtMs) });
  return connection.state === 'impaired' ? t('watch.impaired') : null;
};

export const onAirWords = (speakers: readonly Speaker[]): string => {
  const names = speakers.filter(({ onAir }) => onAir).map(({ name }) => name);
  return names.length === 0 ? t('watch.nobodyOnAir') : t('watch.onAir', { names: listText(names) });
};

const listText = (names: string[]): string =>
  new Intl.ListFormat(language.value, { type: 'conjunction' }).format(names);

export const eventName = (audience: Audience | null): string => audience?.program?.event.name || t('watch.event');
