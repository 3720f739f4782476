// Between the e2eeWorker and the server: carries the group's requests out and the server's words in, in order.
import {
  E2eeClient,
  type E2eeHandlers,
  type GroupRef,
  type ServerEvent,
  type ServerReply,
  type ServerRequest,
  type SessionSettings,
  type TrackCounters,
  type TransformOptions,
} from '#e2ee';
import type { RequestInput } from '#protocol/requests';
import type { Ask } from '../media/Publishing.ts';
import { codeOf } from '../signalling/SignallingError.ts';
import type { StageKeys } from '../stage/StagePlace.ts';
import type { Platform } from '../types.ts';
import { WorkerPulse } from './WorkerPulse.ts';

export interface GroupHandlers extends Omit<E2eeHandlers, 'onRequest'> {
  /** The worker is dead: it seals and opens nothing any more, and nothing it said before still holds. */
  onDead(): void;
}

/** One per fresh place in the Room: a new Peer gets a new worker, and nothing of the old one's keys is left. */
export class GroupBridge {
  readonly #platform: Platform;
  readonly #worker: ReturnType<Platform['createE2eeWorker']>;
  readonly #client: E2eeClient;
  /** What the server said before the group was entered; `null` from then on. */
  #early: ServerEvent[] | null = [];
  readonly #pulse: WorkerPulse;
  #closed = false;

  /** @param createWorker the platform's, or one that was started ahead */
  constructor(platform: Platform, ask: Ask, handlers: GroupHandlers, createWorker: Platform['createE2eeWorker']) {
    this.#platform = platform;
    this.#worker = createWorker(() => this.#pulse.handleError());
    this.#client = new E2eeClient(this.#worker.port, { ...handlers, onRequest: (request) => forward(ask, request) });
    this.#pulse = new WorkerPulse(
      () => this.#client.counters(),
      () => handlers.onDead(),
    );
  }

  /** Rejects when the worker could not take the link's secret or the group. */
  async open(settings: SessionSettings, group: GroupRef | null): Promise<void> {
    await this.#client.open(settings);
    this.#pulse.awake();
    if (this.#closed) return;
    const entered = this.#client.enter(group);
    // Posted behind `enter`: the worker hears of the group first.
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#client.deliver(event);
    await entered;
  }

  deliver(event: ServerEvent): void {
    if (this.#early) this.#early.push(event);
    else this.#client.deliver(event);
  }

  /** Throws where sealing is impossible. */
  attach(rtp: RTCRtpSender | RTCRtpReceiver, options: TransformOptions): void {
    if (this.#closed) throw new Error('closed');
    this.#platform.attachTransform(rtp, this.#worker, options);
  }

  /** What an acting host asks of the group. */
  get hosting(): Pick<E2eeClient, 'setMode' | 'admit' | 'kick' | 'setCohosts' | 'rotateLink' | 'announceLink'> {
    return this.#client;
  }

  /** What the stage asks of the keys. */
  get stage(): StageKeys {
    return this.#client;
  }

  say(payload: Uint8Array): Promise<void> {
    return this.#client.say(payload);
  }

  dropTrack(trackId: string): void {
    this.#client.dropTrack(trackId).catch(() => undefined);
  }

  counters(): Promise<TrackCounters[]> {
    return this.#client.counters();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pulse.close();
    this.#client.close();
    this.#worker.terminate();
  }
}

async function forward(ask: Ask, request: ServerRequest): Promise<ServerReply> {
  try {
    return { outcome: 'answered', data: await send(ask, request) };
  } catch (error) {
    return { outcome: 'failed', code: codeOf(error) };
  }
}

/** The group's requests are the wire's, field for field; only the types of their buffers differ in name. */
function send(ask: Ask, { name, ...input }: ServerRequest): Promise<unknown> {
  return ask(name, input as RequestInput<typeof name> as never);
}
