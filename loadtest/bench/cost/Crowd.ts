// Members without a browser, as the bench holds them: so many are in the Room and send.
import { Worker } from 'node:worker_threads';
import type { Hall } from './hall.ts';
import type { CrowdSettings, FromCrowd, ToCrowd } from './messages.ts';

const JOIN_TIMEOUT_MS = 240_000;

export class Crowd {
  readonly #hall: Hall;
  readonly #thread: Worker;
  #count = 0;
  #sending = 0;
  #settled: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  /** Frames that all of them sealed in the last second. */
  framesPerSecond = 0;
  /** How often one of them lost its place and took another: on a machine too busy to judge by. */
  moves = 0;
  /** By their numbers, from 1. */
  readonly peerIds = new Map<number, string>();
  /** Somebody began to speak who was told to. */
  onSpoke: (spoke: Extract<FromCrowd, { type: 'spoke' }>) => void = () => undefined;

  constructor(hall: Hall, settings: CrowdSettings) {
    this.#hall = hall;
    this.#thread = new Worker(new URL('crowdThread.ts', import.meta.url), { workerData: settings });
    this.#thread.on('message', (message: FromCrowd) => this.#heard(message));
    this.#thread.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
  }

  /** Resolves once so many of them send. */
  async grow(count: number): Promise<void> {
    const more = count - this.#count;
    this.#count = count;
    let timer: NodeJS.Timeout | undefined;
    const all = new Promise<void>((resolve, reject) => {
      this.#settled = resolve;
      this.#fail = reject;
      timer = setTimeout(
        () => reject(new Error(`${this.#sending} of ${count} members send after ${JOIN_TIMEOUT_MS / 1000} s`)),
        JOIN_TIMEOUT_MS,
      );
    });
    this.#say({ type: 'join', count: more });
    await all.finally(() => clearTimeout(timer));
    this.#say({ type: 'go' });
  }

  /** These speak and nobody else, by their numbers from 1. */
  speak(numbers: number[]): void {
    this.#say({ type: 'speak', numbers });
  }

  close(): void {
    this.#say({ type: 'end' });
  }

  #say(message: ToCrowd): void {
    this.#thread.postMessage(message);
  }

  #heard(message: FromCrowd): void {
    switch (message.type) {
      case 'in':
        this.#publish(message).catch((error: unknown) => this.#fail(new Error('not published', { cause: error })));
        return;
      case 'ended':
        return this.#fail(new Error(`a member's place ended: ${message.reason}`));
      case 'spoke':
        return this.onSpoke(message);
      case 'sent':
        this.framesPerSecond = message.frames;
    }
  }

  async #publish({ number, peerId, former }: Extract<FromCrowd, { type: 'in' }>): Promise<void> {
    this.peerIds.set(number, peerId);
    if (former !== null) {
      this.#hall.unpublish(former);
      this.moves += 1;
    }
    this.#say({ type: 'send', peerId, ...(await this.#hall.publish(peerId)) });
    if (former === null) this.#sending += 1;
    if (this.#sending === this.#count) this.#settled();
  }
}
