// Owns ffmpeg: what is handed to it, how far it keeps up, and how it ends.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ffmpegArguments } from './ffmpegArguments.mjs';

/** What it has not written by then is lost. */
const FINISH_MS = 20_000;

export class Encoder {
  bytes = 0;
  #child;
  #isOver = false;

  /**
   * @param {{ kind: string, target: string }} out
   * @param {(code: number | null) => void} onEnded also where it could not start
   */
  constructor({ ffmpeg, out, onEnded }) {
    if (out.kind !== 'rtmp') fs.mkdirSync(path.dirname(out.target), { recursive: true });
    // A group of its own: Ctrl-C is for us, and ffmpeg ends when it has written the rest.
    this.#child = spawn(ffmpeg, ffmpegArguments(out), { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
    const settled = Promise.withResolvers();
    this.ended = settled.promise;
    const end = (code) => {
      if (this.#isOver) return;
      this.#isOver = true;
      settled.resolve(code);
      onEnded(code);
    };
    this.#child.once('error', () => end(null));
    this.#child.once('close', end);
    // It ended before it read all; its code says why.
    this.#child.stdin.on('error', () => undefined);
  }

  /** Resolves once there is room for more. */
  async write(chunk) {
    if (this.#isOver) return;
    this.bytes += chunk.length;
    if (this.#child.stdin.write(chunk)) return;
    await Promise.race([new Promise((resolve) => this.#child.stdin.once('drain', resolve)), this.ended]);
  }

  /** Nothing more comes; resolves to its exit code, or null where it had to be ended. */
  async finish() {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), FINISH_MS);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }
}
