// A viewer as the server sees one: comes in by the watch link's proof, takes what is on air, and times what it is told. No packet of media.
import { Watching } from '#protocol/stage';
import { parseReply } from '../../client/core/signalling/answers.ts';
import { parseNotification } from '../../client/core/signalling/notifications.ts';
import type { Book } from './Book.ts';
import { addressOf, askForToken, type Hall } from './door.ts';
import { Line } from './Line.ts';
import { within } from './pace.ts';
import { captionSentAtMs, sentAtMs } from './stamps.ts';

/** Says that it is told nothing, not that it is slow. */
const STEP_TIMEOUT_MS = 60_000;

export interface ViewerOptions {
  origin: string;
  hall: Hall;
  book: Book;
  user: number;
  /** Streams on air, which it waits for. */
  streams: number;
}

export class Viewer {
  readonly #options: ViewerOptions;
  readonly #consumers: string[] = [];
  readonly #joined = Promise.withResolvers<void>();
  readonly #all = Promise.withResolvers<void>();
  #line: Line | null = null;
  #lastSequence = 0;
  /** When the program that it shows was sent (performance.now). */
  programSentMs = -Infinity;
  #isLeaving = false;

  private constructor(options: ViewerOptions) {
    this.#options = options;
    // Where one ends before it waits for these, nobody is there to be told.
    for (const { promise } of [this.#joined, this.#all] as const) promise.catch(() => undefined);
  }

  /** Resolves once frames would flow to it; what that took is noted from `dueMs` (performance.now). */
  static async enter(options: ViewerOptions, dueMs: number): Promise<Viewer> {
    const viewer = new Viewer(options);
    try {
      await viewer.#come(dueMs);
      return viewer;
    } catch (error) {
      viewer.close();
      throw error;
    }
  }

  close(): void {
    this.#isLeaving = true;
    this.#line?.close();
  }

  async #come(dueMs: number): Promise<void> {
    const { origin, hall, book, user, streams } = this.#options;
    const address = addressOf(user);
    const pass = await book.timed('token', () => askForToken(origin, address, hall, 'viewer'));
    if (pass.routerRtpCapabilities === undefined) throw new Error('nobody is in the Room');
    const { token, routerRtpCapabilities: rtpCapabilities } = pass;
    const line = await book.timed('join', async () => {
      // As watch pages do it: the place is asked for in the handshake, with what can be received.
      const opened = await Line.open({
        origin,
        token,
        join: { rtpCapabilities },
        address,
        onHeard: (name, payload, sequence) => this.#heard(name, payload, sequence),
        onEnd: () => this.#ended(),
      });
      this.#line = opened;
      await within(this.#joined.promise, STEP_TIMEOUT_MS, 'its place');
      return opened;
    });
    if (streams > 0) await within(this.#all.promise, STEP_TIMEOUT_MS, 'what is on air');
    const consumerIds = this.#consumers;
    await book.timed('ack', () => line.askAnything('consumer:ready', { consumerIds }));
    book.took('in', performance.now() - dueMs);
  }

  #heard(name: string, payload: unknown, sequence: number | undefined): void {
    const { book, streams } = this.#options;
    if (sequence !== undefined) {
      if (sequence !== this.#lastSequence + 1) book.fault('a hole in the numbers of notifications');
      this.#lastSequence = sequence;
    }
    if (name === 'connection:joined') return this.#placed(payload);
    const heard = parseNotification(name, payload);
    if (heard === null) return book.fault(`unreadable ${name}`);
    if (heard.name === 'consumer:new') {
      this.#consumers.push(...heard.payload.consumers.map(({ id }) => id));
      if (this.#consumers.length >= streams) this.#all.resolve();
    }
    if (heard.name === 'stage:program') {
      this.programSentMs = sentAtMs(heard.payload.program);
      this.#told('program', this.programSentMs);
    }
    if (heard.name === 'stage:caption') this.#told('caption', captionSentAtMs(heard.payload.caption));
  }

  #placed(reply: unknown): void {
    try {
      if (!parseReply(Watching, reply).started) throw new Error('nothing was started');
      this.#joined.resolve();
    } catch (error) {
      this.#joined.reject(error);
    }
  }

  #told(what: string, sentMs: number): void {
    this.#options.book.took('deliver', performance.now() - sentMs);
    this.#options.book.count(what);
  }

  #ended(): void {
    if (this.#isLeaving) return;
    this.#options.book.fault('a Connection that the server ended');
    for (const { reject } of [this.#joined, this.#all]) reject(new Error('ended'));
  }
}
