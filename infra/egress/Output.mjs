// Owns the way out: one ffmpeg for a file; for an ingest as many, one after the other, as it takes to get over its breaks.
import { Encoder } from './Encoder.mjs';

/** Before the second attempt; twice as long before each further one, to the most. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const STALLED = 'ffmpeg takes nothing any more';
/** What went on for so long worked: the next break is a new one. */
const WORKED_S = 10;

const sum = (one, other) => ({
  frames: one.frames + other.frames,
  seconds: one.seconds + other.seconds,
  drops: one.drops + other.drops,
  bytes: one.bytes + other.bytes,
});

/** How long to wait before the next attempt. @param {number} failed attempts in a row, from 1 */
export const pauseMs = (failed) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - 1));

export class Output {
  /** How often an ingest broke off. */
  breaks = 0;
  #options;
  #take = 0;
  #encoder = null;
  #state = 'waiting';
  #before = { frames: 0, seconds: 0, drops: 0, bytes: 0 };
  #failed = 0;
  #downSinceMs = null;
  #timer;
  #lastLine = '';

  /**
   * @param {{ ffmpeg: string, out: { kind: string, target: string, keep?: boolean }, retryForMs: number, stallMs?: number,
   *   page: { take(number: number): void, drop(): void }, say: (text: string) => void,
   *   onOver: (end: { exit: 'fault' | 'ingest', why: string }) => void }} options `page`: makes a WebM of its own for each take
   */
  constructor(options) {
    this.#options = options;
  }

  /** @returns {'waiting' | 'writing' | 'closed'} */
  get state() {
    return this.#state === 'writing' && this.#encoder.bytes === 0 ? 'waiting' : this.#state;
  }

  get progress() {
    return this.#encoder === null ? this.#before : sum(this.#before, this.#encoder.progress);
  }

  begin() {
    if (this.#state === 'closed') return;
    const { ffmpeg, out, stallMs, page, say } = this.#options;
    this.#take += 1;
    this.#state = 'writing';
    this.#encoder = new Encoder({
      ffmpeg,
      out,
      stallMs,
      onLine: (line) => {
        this.#lastLine = line;
        say(`ffmpeg: ${line}`);
      },
      onEnded: (code) => this.#ended(code),
    });
    page.take(this.#take);
  }

  /** Resolves once there is room for more. What is of a former take is dropped. */
  async write(take, chunk) {
    if (take !== this.#take || this.#state !== 'writing') return;
    await this.#encoder.write(chunk);
  }

  /** Nothing more comes. Resolves to whether all that was taken is out; `waiting`: there was nowhere to put it. */
  async finish() {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    if (this.#encoder === null) return 'waiting';
    const code = await this.#encoder.finish();
    return code === 0 ? 'written' : 'failed';
  }

  #ended(code) {
    if (this.#state !== 'writing') return;
    const { out, page, onOver } = this.#options;
    const { stalled, missing, progress } = this.#encoder;
    if (missing) return onOver({ exit: 'fault', why: 'ffmpeg could not be run' });
    const how = stalled ? STALLED : `ffmpeg ended (${code})`;
    if (out.kind !== 'rtmp') return onOver({ exit: 'fault', why: how });
    page.drop();
    this.#before = sum(this.#before, progress);
    this.#encoder = null;
    this.#state = 'waiting';
    this.#again(progress.seconds >= WORKED_S, stalled ? STALLED : this.#lastLine || how);
  }

  /** The time is bounded, not the attempts: that is what whoever waits for the show understands. */
  #again(worked, why) {
    const { retryForMs, say, onOver } = this.#options;
    if (worked || this.#downSinceMs === null) {
      this.#downSinceMs = Date.now();
      this.#failed = 0;
    }
    this.breaks += 1;
    this.#failed += 1;
    const leftMs = this.#downSinceMs + retryForMs - Date.now();
    if (leftMs <= 0) return onOver({ exit: 'ingest', why: `the ingest is gone: ${why}` });
    const waitMs = Math.min(pauseMs(this.#failed), leftMs);
    say(`the ingest broke off (${why}); trying again in ${(waitMs / 1000).toFixed(1)} s`);
    this.#timer = setTimeout(() => this.begin(), waitMs);
  }
}
