// Those who watch from home: the SDK's own WatchClients with real keys, whose media come to the native sink; it counts what each is sent.
import type { RoomLink } from '#core';
import { until } from '../../client/test/browser/harness/until.ts';
import type { Sink } from '../media/Sink.ts';
import { Watcher } from '../media/Watcher.ts';
import { entryWay, type EntryDoor } from './entryWay.ts';

/** As large as in a small window: what is tried is that it comes, to all, and not how much. */
const SHOWN = { width: 320, height: 180 };
/** Of so many one opens all that it is sent: opening it for all takes more cores than are there. */
const OPENS_ONE_IN = 50;
/** Of who is on air: voice and picture. */
const STREAMS = 2;
const BACK_TIMEOUT_MS = 90_000;
/** Between two counts of the sink: each that receives is sent dozens of packets in it. */
const COUNT_MS = 500;
/** Nothing is known of what was sealed: it was by a browser. */
const UNKNOWN: ReadonlySet<string> = new Set();

export class Audience {
  readonly #sink: Sink;
  readonly #seats: Watcher[] = [];
  /** How many streams each had when what it receives now was to end. */
  #before: number[] = [];

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** All at once, spread over `addresses`. */
  enter(door: EntryDoor, link: RoomLink, count: number, addresses: readonly string[]): void {
    const ways = addresses.map((from) => entryWay(door, from));
    for (let number = 0; number < count; number += 1) {
      const way = ways[number % ways.length];
      const opens = number % OPENS_ONE_IN === 0;
      const options = { origin: door.origin, link, sink: this.#sink, sealed: UNKNOWN, opens };
      const seat = new Watcher(way === undefined ? options : { ...options, way });
      seat.viewAll(SHOWN.width, SHOWN.height);
      this.#seats.push(seat);
    }
  }

  get size(): number {
    return this.#seats.length;
  }

  /** What each receives now ends: only other streams count from here on. */
  expectNewStreams(): void {
    this.#before = this.#seats.map(({ streams }) => streams);
  }

  /** Each is sent voice and picture anew, and those who open it open pictures that are proven. Resolves with how many it was. */
  async untilAllReceive(): Promise<number> {
    const options = { timeoutMs: BACK_TIMEOUT_MS, everyMs: COUNT_MS };
    await until(() => this.#seats.every((seat, number) => this.#isAnew(seat, number)), {
      ...options,
      what: `new streams for all ${this.size} who watch`,
    }).catch((error: Error) => this.#explain(error));
    await this.#sink.window();
    const allFlow = async (): Promise<number> => {
      const { flowing } = await this.#sink.window();
      return flowing === this.size ? flowing : 0;
    };
    const receiving = await until(allFlow, { ...options, what: `media at all ${this.size} who watch` }).catch(
      (error: Error) => this.#explain(error),
    );
    const opened = this.#openers.map(({ tallies }) => ({ video: tallies.video.opened, audio: tallies.audio.opened }));
    const isProven = (seat: Watcher, index: number): boolean =>
      seat.tallies.video.opened > (opened[index]?.video ?? 0) &&
      seat.tallies.audio.opened > (opened[index]?.audio ?? 0) &&
      seat.playing.length === STREAMS &&
      seat.playing.every(({ proof }) => proof === 'verified');
    await until(() => this.#openers.every(isProven), {
      ...options,
      what: 'those who open it to see a proven picture',
    }).catch((error: Error) => this.#explain(error));
    return receiving;
  }

  close(): void {
    for (const seat of this.#seats) seat.close();
  }

  get #openers(): Watcher[] {
    return this.#seats.filter((_, number) => number % OPENS_ONE_IN === 0);
  }

  #isAnew({ streams }: Watcher, number: number): boolean {
    return streams >= (this.#before[number] ?? 0) + STREAMS;
  }

  /** With how many are how far. */
  async #explain(error: Error): Promise<never> {
    const counts = new Map<string, number>();
    for (const [number, seat] of this.#seats.entries()) {
      const { state } = seat;
      const where = state.phase === 'watching' ? `watching ${state.connection.state}` : state.phase;
      const how = `${where}, ${this.#isAnew(seat, number) ? 'new' : 'old'} streams`;
      counts.set(how, (counts.get(how) ?? 0) + 1);
    }
    const openers = this.#openers.map(({ tallies, playing }) => ({ tallies, playing }));
    const seen = { counts: Object.fromEntries(counts), window: await this.#sink.window(), openers };
    throw new Error(`${error.message}; seen: ${JSON.stringify(seen)}`);
  }
}
