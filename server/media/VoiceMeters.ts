// The levels by which new voices are found: observers whose windows begin one after the other, so that no voice waits for a whole one.
import type { ProducerId } from '#protocol/ids';
import type { AudioLevelObserver, Router } from 'mediasoup/types';
import type { Clock } from '../rooms/ports.ts';
import { VOICE_DBOV } from './HeardMicrophones.ts';

/** The shortest that the observer takes. It passes over whoever sent fewer than 10 packets in it, 200 ms of a voice. */
const WINDOW_MS = 250;
/**
 * A voice is found 200 ms after it began, and as late as the next window ends: with four up to 63 ms later, with one 250. Each costs
 * the Worker a sum for every packet, and this process four reports a second while somebody speaks.
 */
const METERS = 4;
/** Voices in one report: who may come in among those that are forwarded is looked for among more than those. */
const MOST_VOICES = 16;

export interface VoiceMetersOptions {
  router: Router;
  clock: Clock;
  /** Loudest first, dBov: of voices alone. */
  onVoices(levels: { id: ProducerId; level: number }[]): void;
}

/** Does nothing until it is started, and then until its Router goes, which takes the observers with it. */
export class VoiceMeters {
  readonly #options: VoiceMetersOptions;
  readonly #microphones = new Set<ProducerId>();
  readonly #meters: AudioLevelObserver[] = [];
  #isStarted = false;

  constructor(options: VoiceMetersOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#openMeter();
    for (let later = 1; later < METERS; later += 1) {
      this.#options.clock.after((later * WINDOW_MS) / METERS, () => void this.#openMeter());
    }
  }

  add(id: ProducerId): void {
    this.#microphones.add(id);
    for (const meter of this.#meters) follow(meter, id);
  }

  /** Observers forget a closed Producer by themselves. */
  remove(id: ProducerId): void {
    this.#microphones.delete(id);
  }

  async #openMeter(): Promise<void> {
    const { router, onVoices } = this.#options;
    if (router.closed) return;
    const settings = { interval: WINDOW_MS, maxEntries: MOST_VOICES, threshold: VOICE_DBOV };
    const meter = await router.createAudioLevelObserver(settings).catch(() => null);
    // Refused only when the Router is gone by now, and then there is nothing to measure.
    if (meter === null) return;
    meter.on('volumes', (volumes) =>
      onVoices(volumes.map(({ producer, volume }) => ({ id: producer.id as ProducerId, level: volume }))),
    );
    this.#meters.push(meter);
    for (const id of this.#microphones) follow(meter, id);
  }
}

function follow(meter: AudioLevelObserver, id: ProducerId): void {
  // Refused only when the Producer or the Router is gone by now.
  meter.addProducer({ producerId: id }).catch(() => undefined);
}
