// Before anything is counted: a viewer with real keys opens every frame that it is sent, and they are the frames that were sealed.
import type { Sink } from '../../media/Sink.ts';
import { Watcher } from '../../media/Watcher.ts';
import type { Audience } from './sides.ts';

const PLAY_TIMEOUT_MS = 20_000;
/** What is under way when the presenter falls silent has arrived and been opened after this. */
const REST_MS = 1_000;
/** Sound is proven by every fifth frame (SPEC F-24): who comes between two of those hears nothing before the next. */
const UNPROVEN_SOUNDS = 4;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Rejects where anything did not open. Answers how many frames did. */
export async function checkFrames(
  sink: Sink,
  audience: Audience,
  ms: number,
): Promise<{ pictures: number; sounds: number }> {
  const { house, link, presenter } = audience;
  const watcher = new Watcher({ origin: house.url, link, sink, sealed: presenter.recent });
  try {
    audience.play();
    const deadline = Date.now() + PLAY_TIMEOUT_MS;
    while (watcher.playing.filter(({ proof }) => proof === 'verified').length < 2) {
      if (Date.now() > deadline) throw new Error(`the watcher plays ${JSON.stringify(watcher.playing)}`);
      await wait(100);
    }
    watcher.view(presenter.view.self.peerId, 1280, 720);
    await wait(ms);
    audience.pause();
    await wait(REST_MS);
    const { audio, video } = watcher.tallies;
    const isWhole =
      video.arrived > 0 &&
      video.opened === video.arrived &&
      video.alike === video.opened &&
      audio.opened > 0 &&
      audio.opened >= audio.arrived - UNPROVEN_SOUNDS &&
      audio.alike === audio.opened;
    if (!isWhole) throw new Error(`not every frame opened as it was sealed: ${JSON.stringify(watcher.tallies)}`);
    return { pictures: video.opened, sounds: audio.opened };
  } finally {
    audience.pause();
    watcher.close();
  }
}
