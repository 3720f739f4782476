// Owns one run of ffmpeg: what is handed to it, how far it is, what it says, and how it ends.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { deferred } from './deferred.mjs';
import { ffmpegArguments } from './ffmpegArguments.mjs';
import { openPreset, withoutKey } from './rtmpAddress.mjs';

/** What it has not written by then is lost. */
const FINISH_MS = 20_000;
/** A consumer that takes nothing for so long takes nothing any more; a disk that wakes up and a busy machine take less. */
export const STALL_MS = 20_000;

const nothing = { frames: 0, seconds: 0, drops: 0, bytes: 0 };

/** What ffmpeg's `-progress` says in lines of `key=value`. */
export const readProgress = (before, line) => {
  const [key, value] = line.split('=');
  const number = Number(value);
  if (!Number.isFinite(number)) return before;
  switch (key) {
    case 'frame':
      return { ...before, frames: number };
    case 'drop_frames':
      return { ...before, drops: number };
    case 'out_time_us':
      return { ...before, seconds: Math.max(0, number / 1_000_000) };
    case 'total_size':
      return { ...before, bytes: number };
    default:
      return before;
  }
};

export class Encoder {
  /** Taken so far. */
  bytes = 0;
  progress = nothing;
  /** It took nothing for too long and was ended for that. */
  stalled = false;
  /** There is no such program. */
  missing = false;
  #child;
  #isOver = false;
  #stallMs;

  /**
   * @param {{ ffmpeg: string, out: { kind: string, target: string, keep?: boolean }, stallMs?: number,
   *   onLine: (line: string) => void, onEnded: (code: number | null) => void }} options `onEnded`: also where it could not start
   */
  constructor({ ffmpeg, out, stallMs = STALL_MS, onLine, onEnded }) {
    this.#stallMs = stallMs;
    if (out.kind !== 'rtmp') fs.mkdirSync(path.dirname(out.target), { recursive: true });
    const preset = out.kind === 'rtmp' ? openPreset(out.target) : null;
    // A group of its own: Ctrl-C is for us, and ffmpeg ends when it has written the rest.
    this.#child = spawn(ffmpeg, ffmpegArguments(out), {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe', ...(preset === null ? [] : [preset])],
      detached: true,
    });
    if (preset !== null) fs.closeSync(preset);
    const settled = deferred();
    this.ended = settled.promise;
    const end = (code) => {
      if (this.#isOver) return;
      this.#isOver = true;
      settled.resolve(code);
      onEnded(code);
    };
    this.#child.once('error', () => {
      this.missing = true;
      end(null);
    });
    this.#child.once('close', end);
    // It ended before it read all; its code says why.
    this.#child.stdin.on('error', () => undefined);
    readline.createInterface({ input: this.#child.stderr }).on('line', (line) => onLine(withoutKey(line, out.target)));
    const told = readline.createInterface({ input: this.#child.stdio[3] });
    told.on('line', (line) => void (this.progress = readProgress(this.progress, line)));
  }

  /** Resolves once there is room for more, or there never will be. */
  async write(chunk) {
    if (this.#isOver) return;
    this.bytes += chunk.length;
    if (this.#child.stdin.write(chunk)) return;
    const timer = setTimeout(() => {
      this.stalled = true;
      this.kill();
    }, this.#stallMs);
    await Promise.race([new Promise((resolve) => this.#child.stdin.once('drain', resolve)), this.ended]);
    clearTimeout(timer);
  }

  /** Nothing more comes; resolves to its exit code, or null where it had to be ended. */
  async finish() {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.kill(), FINISH_MS);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  kill() {
    this.#child.kill('SIGKILL');
  }
}
