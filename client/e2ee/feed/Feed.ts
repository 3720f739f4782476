// What the frames need of the stage: the key by which we sign, and the keys by which speakers are held to theirs.
import type { FeedKey } from './FeedKey.ts';
import { Speakers } from './Speakers.ts';

export class Feed {
  readonly speakers = new Speakers();
  /** Null until `open`, and at viewers: without it nothing of ours goes on air. */
  key: FeedKey | null = null;
  /** Unix ms, which only grow: what is signed is signed at this time. */
  readonly timeMs: () => number;

  constructor(timeMs: () => number) {
    this.timeMs = timeMs;
  }

  clear(): void {
    this.key = null;
    this.speakers.clear();
  }
}
