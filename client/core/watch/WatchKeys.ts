// The keys of a viewer: one e2eeWorker that outlives every Connection, so that what it knows of the host's list never goes back.
import {
  E2eeClient,
  type StageEvent,
  type TrackState,
  type TransformOptions,
  type WatchCaption,
  type WatchSettings,
  type WatchView,
} from '#e2ee';
import { WorkerPulse } from '../security/WorkerPulse.ts';
import type { Platform } from '../types.ts';

export interface WatchKeysHandlers {
  onWatch(view: WatchView): void;
  onCaption(caption: WatchCaption): void;
  onTrack(trackId: string, state: TrackState): void;
  onKeyFrameNeeded(trackId: string): void;
  /** The worker is dead, or could not take the link: it opens nothing any more. */
  onDead(): void;
}

export class WatchKeys {
  readonly #platform: Platform;
  readonly #worker: ReturnType<Platform['createE2eeWorker']>;
  readonly #client: E2eeClient;
  readonly #pulse: WorkerPulse;
  /** What the server said before the worker had the link; `null` from then on. */
  #early: StageEvent[] | null = [];
  #closed = false;

  constructor(platform: Platform, handlers: WatchKeysHandlers) {
    this.#platform = platform;
    this.#worker = platform.createE2eeWorker(() => this.#pulse.handleError());
    this.#client = new E2eeClient(this.#worker.port, {
      ...handlers,
      // A viewer is in no group: nothing is asked for one, and nothing of one is heard.
      onRequest: async () => ({ outcome: 'failed', code: 'wrong_state' }),
      onGroup: () => undefined,
      onSaid: () => undefined,
      onLink: () => undefined,
    });
    this.#pulse = new WorkerPulse(
      () => this.#client.counters(),
      () => handlers.onDead(),
    );
  }

  /** Rejects when the worker could not take the link's secret. */
  async open(settings: WatchSettings): Promise<void> {
    await this.#client.watch(settings);
    this.#pulse.awake();
    if (this.#closed) return;
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#client.deliver(event);
  }

  /** In the order of arrival. */
  deliver(event: StageEvent): void {
    // Words that came before the keys are over once there are keys.
    if (this.#early && event.name === 'stage:caption') return;
    if (this.#early) this.#early.push(event);
    else this.#client.deliver(event);
  }

  /** Throws where opening is impossible. */
  attach(rtpReceiver: RTCRtpReceiver, options: TransformOptions): void {
    if (this.#closed) throw new Error('closed');
    this.#platform.attachTransform(rtpReceiver, this.#worker, options);
  }

  dropTrack(trackId: string): void {
    this.#client.dropTrack(trackId).catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pulse.close();
    this.#client.close();
    this.#worker.terminate();
  }
}
