// One tile alone in full screen. The whole page goes there, so that an alarm, the lock and the bar stay in sight.
import { useEffect } from 'preact/hooks';
import type { StageModel } from './StageModel.ts';

/** Where the browser refuses full screen, the tile fills the stage all the same. */
export const toggleSolo = (stage: StageModel, key: string): void => {
  if (stage.solo.value === key) {
    stage.solo.value = null;
    if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
    return;
  }
  stage.solo.value = key;
  if (!document.fullscreenElement) document.documentElement.requestFullscreen?.().catch(() => undefined);
};

/** Leaving full screen, by whichever way, brings the others back; so does the end of what was shown. */
export const useSolo = (stage: StageModel): void => {
  useEffect(() => {
    const onChange = (): void => {
      if (!document.fullscreenElement) stage.solo.value = null;
    };
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, [stage]);
};
