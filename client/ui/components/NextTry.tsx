// When the page asks a full server again, counted down.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';

/** Not said aloud: it changes each second, and the words beside it say what happens. */
export const NextTry = ({ atMs }: { atMs: number }) => {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
  return (
    <p class="hint" aria-hidden="true" data-testid={testIds.nextTry} data-seconds={seconds}>
      {t('full.next', { seconds })}
    </p>
  );
};
