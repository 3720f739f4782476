// This device's own going on air and off it: never before its person saw the countdown, never unless keys and server both took it.
import type { StreamName } from '#e2ee';
import { oneAtATime } from '../util/oneAtATime.ts';
import { after } from '../util/timers.ts';
import type { StagePlace } from './StagePlace.ts';
import type { OwnAir } from './stageTypes.ts';

/** A cue that came late is held back until its person could read it; shorter is a surprise. */
export const LEAST_NOTICE_MS = 2_000;
/** How long the server's answer is waited for when going off: without the key its viewers open nothing anyway. */
const OFF_WITHIN_MS = 2_000;

/** What the producer wants of this device. */
export interface Cue {
  /** By the server's clock; names the cue as well. */
  atMs: number;
  screen: boolean;
}

export interface AirDutyOptions {
  /** Of the present place in the Room; null where there is none. */
  place(): StagePlace | null;
  /** Whether the server can be told and the roster lists our key; to go off air needs nobody. */
  isReady(): boolean;
  onChange(): void;
  /** It did not work: nothing of ours is on air. */
  onFailed(cue: Cue): void;
}

export class AirDuty {
  readonly #options: AirDutyOptions;
  readonly #poke: () => void;
  #cue: Cue | null = null;
  /** By the server's clock: the moment itself, or later where its person would have had no time. */
  #dueMs = 0;
  #state: OwnAir = { state: 'backstage' };
  /** Where `#applied` holds: another place knows nothing of it. */
  #place: StagePlace | null = null;
  #applied: readonly StreamName[] = [];
  #stopTimer: () => void = () => undefined;
  /** The cue is another: an answer that is waited for to go on air by the one before matters no more. */
  #callOff: () => void = () => undefined;
  #closed = false;

  constructor(options: AirDutyOptions) {
    this.#options = options;
    this.#poke = oneAtATime(() => this.#reconcile());
  }

  /** Moments by the server's clock. */
  get state(): OwnAir {
    return this.#state;
  }

  get isOnAir(): boolean {
    return this.#applied.length > 0;
  }

  /** @param cue null: backstage */
  follow(cue: Cue | null): void {
    const place = this.#options.place();
    const isNew = cue !== null && cue.atMs !== this.#cue?.atMs;
    if (isNew && place === null) return;
    if (isNew && place !== null) this.#dueMs = Math.max(cue.atMs, place.serverNowMs() + LEAST_NOTICE_MS);
    if (cue?.atMs !== this.#cue?.atMs || cue?.screen !== this.#cue?.screen) this.#callOff();
    this.#cue = cue;
    this.#poke();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  async #reconcile(): Promise<void> {
    const place = this.#options.place();
    this.#stopTimer();
    if (place === null || this.#closed) return;
    if (place !== this.#place) {
      this.#place = place;
      this.#applied = [];
    }
    const cue = this.#cue;
    const waitMs = this.#dueMs - place.serverNowMs();
    if (cue !== null && waitMs > 0) {
      this.#stopTimer = after(waitMs, this.#poke);
      await this.#takeOff(place, []);
      return this.#become({ state: 'countdown', dueMs: this.#dueMs });
    }
    const wanted = cue === null ? [] : streamsOf(cue);
    if (cue !== null && wanted.some((stream) => !this.#applied.includes(stream))) {
      if (this.#options.isReady()) await this.#putOn(place, cue);
      else if (this.#applied.length === 0) this.#become({ state: 'going' });
    } else {
      await this.#takeOff(place, wanted);
      if (cue === null && this.#state.state !== 'failed') this.#become({ state: 'backstage' });
      else if (cue !== null) this.#become({ state: 'onAir', sinceMs: this.#dueMs, screen: cue.screen });
    }
  }

  /** The keys first: what goes to viewers is sealed for them before the server passes it on. */
  async #putOn(place: StagePlace, cue: Cue): Promise<void> {
    if (this.#applied.length === 0) this.#become({ state: 'going' });
    const streams = streamsOf(cue);
    const { promise: calledOff, resolve } = Promise.withResolvers<'calledOff'>();
    this.#callOff = () => resolve('calledOff');
    try {
      this.#applied = streams;
      await place.setOnAir(streams);
      const outcome = await Promise.race([place.setAir(streams), calledOff]);
      if (outcome === 'calledOff') return await this.#takeOff(place, []);
    } catch {
      await this.#takeOff(place, []);
      if (this.#cue?.atMs !== cue.atMs || this.#closed) return;
      this.#cue = null;
      this.#become({ state: 'failed' });
      return this.#options.onFailed(cue);
    }
    // Taken off meanwhile: the next look undoes it.
    if (this.#cue !== null && !this.#closed) this.#become({ state: 'onAir', sinceMs: this.#dueMs, screen: cue.screen });
  }

  /** The server first: viewers are not sent what they cannot open. Where it does not answer, the keys decide. */
  async #takeOff(place: StagePlace, left: readonly StreamName[]): Promise<void> {
    const kept = this.#applied.filter((stream) => left.includes(stream));
    if (kept.length === this.#applied.length) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const stop = after(OFF_WITHIN_MS, resolve);
    await Promise.race([place.setAir(kept).catch(() => undefined), late]);
    stop();
    await place.setOnAir(kept).catch(() => undefined);
    this.#applied = kept;
  }

  #become(state: OwnAir): void {
    const before = this.#state;
    const isSame = JSON.stringify(before) === JSON.stringify(state);
    if (isSame || this.#closed) return;
    this.#state = state;
    this.#options.onChange();
  }
}

const streamsOf = (cue: Cue): StreamName[] =>
  cue.screen ? ['mic', 'camera', 'screen', 'screenAudio'] : ['mic', 'camera'];
