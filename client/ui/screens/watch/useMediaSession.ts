// What the lock screen, headphones and media keys show of the event, and what they can do: pause and go on.
import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { WatchModel } from './WatchModel.ts';
import { eventName, onAirWords } from './watchWords.ts';

/** For as long as the page is watched. Browsers without media sessions have nothing to tell. */
export const useMediaSession = (model: WatchModel): void => {
  useEffect(() => {
    const { mediaSession: session } = navigator as { mediaSession?: MediaSession };
    if (session === undefined) return;
    const turn = (paused: boolean) => () => {
      if (model.paused.peek() !== paused) model.togglePause();
    };
    session.setActionHandler('play', turn(false));
    session.setActionHandler('pause', turn(true));
    let shown = '';
    const stop = effect(() => {
      const [title, artist] = [eventName(model.audience.value), onAirWords(model.speakers.value)];
      session.playbackState = model.paused.value ? 'paused' : 'playing';
      // Speakers are looked at anew each second.
      if (shown === `${title}\n${artist}`) return;
      shown = `${title}\n${artist}`;
      session.metadata = new MediaMetadata({ title, artist });
    });
    return () => {
      stop();
      session.setActionHandler('play', null);
      session.setActionHandler('pause', null);
      session.metadata = null;
      session.playbackState = 'none';
    };
  }, [model]);
};
