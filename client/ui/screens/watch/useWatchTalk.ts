// What a screen reader is told while somebody watches: who is on air, warnings, and how the connection fares; each once.
import { effect, signal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { t } from '../../i18n/index.ts';
import { connectionWords, onAirWords, warningWords } from './watchWords.ts';
import type { WatchModel } from './WatchModel.ts';

/** The words that a polite live region is to hold. */
export const useWatchTalk = (model: WatchModel): Signal<string> => {
  const spoken = useMemo(() => signal(''), []);
  useEffect(() => {
    let before = { onAir: '', warning: null as string | null, connection: null as string | null, none: false };
    return effect(() => {
      const audience = model.audience.value;
      if (audience === null) return;
      const { connection, draining } = audience;
      const { value: warning } = model.warning;
      const now = {
        onAir: audience.program?.phase === 'live' ? onAirWords(model.speakers.value) : before.onAir,
        warning: warning && warningWords(warning),
        connection: connectionWords(connection, draining),
        none: model.captions.noted.value,
      };
      const said = [
        now.warning !== before.warning ? now.warning : null,
        now.connection !== before.connection ? (now.connection ?? t('watch.back')) : null,
        now.onAir !== before.onAir ? now.onAir : null,
        now.none && !before.none ? t('watch.captions.none') : null,
      ].filter((words) => words !== null);
      before = now;
      if (said.length > 0) spoken.value = said.join(' ');
    });
  }, [model, spoken]);
  return spoken;
};
