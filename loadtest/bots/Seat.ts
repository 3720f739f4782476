// One place's e2eeWorker as a Bot holds it: the port that the SDK speaks to, the ways of its frames, and what passes seen.
import type {
  E2eePort,
  FromWorker,
  GroupView,
  ServerEvent,
  ServerRequest,
  ToWorker,
  TrackCounters,
  TransformOptions,
} from '#e2ee';
import { FrameLane, type LaneFrame } from '../../client/platform/node/FrameLane.ts';
import { createNodeE2eeWorker } from '../../client/platform/node/nodeE2eeWorker.ts';

export interface SeatHandlers {
  onView(view: GroupView): void;
  /** What the group says to its server. */
  onRequest(request: ServerRequest): void;
  /** What the server says to the group. */
  onEvent(event: ServerEvent): void;
  /** `tag` as it was given to `seal`. */
  onSealed(frame: ArrayBuffer, tag: number): void;
  onOpened(from: string, frame: ArrayBuffer): void;
}

type PortListener = (event: Event) => void;

const METADATA = { mimeType: 'audio/opus' } as const;
const SEND_TRACK = { side: 'send', trackId: 'bot-send', stream: 'mic', codec: 'opus' } as const;
/** Ids of calls that are ours and not the SDK's, which counts up from 1. */
const OWN_CALLS_FROM = 1_000_000_000;

export class Seat implements E2eePort {
  readonly #worker = createNodeE2eeWorker();
  readonly #handlers: SeatHandlers;
  readonly #listeners = new Set<PortListener>();
  readonly #inner: PortListener = (event) => this.#heard(event as MessageEvent<FromWorker>);
  readonly #sending = new FrameLane();
  readonly #tags = new WeakMap<LaneFrame, number>();
  readonly #receiving = new Map<string, FrameLane>();
  readonly #ownCalls = new Map<number, (counters: TrackCounters[]) => void>();
  #nextCallId = OWN_CALLS_FROM;
  #spoilNext = false;
  /** Nobody's any more: the page is gone, the worker was not told. */
  #isAdrift = false;
  #closed = false;

  constructor(handlers: SeatHandlers) {
    this.#handlers = handlers;
    this.#worker.port.addEventListener('message', this.#inner);
    this.#worker.port.start?.();
    this.#worker.attach(this.#sending, SEND_TRACK);
    this.#sending.onOut = (frame) => handlers.onSealed(frame.data, this.#tags.get(frame) ?? Number.NaN);
  }

  // ── The port, as the SDK sees it ───────────────────────────────────────────────────────────────

  postMessage(message: unknown): void {
    if (!this.#isAdrift) this.#post(message as ToWorker);
  }

  addEventListener(_type: 'message', listener: PortListener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'message', listener: PortListener): void {
    this.#listeners.delete(listener);
  }

  /** As the page ends its worker. */
  terminate(): void {
    if (!this.#isAdrift) this.close();
  }

  // ── Frames ─────────────────────────────────────────────────────────────────────────────────────

  /** What the SDK puts on its way itself. Throws once closed: what could not be sealed is not sent. */
  attach(lane: FrameLane, options: TransformOptions): void {
    if (this.#closed) throw new Error('the worker is gone');
    this.#worker.attach(lane, options);
  }

  /** Comes out by `onSealed`, or not at all. */
  seal(data: ArrayBuffer, tag: number): void {
    const frame: LaneFrame = { data, getMetadata: () => METADATA };
    this.#tags.set(frame, tag);
    this.#sending.push(frame);
  }

  /** A frame that `from` is said to have sent; comes out by `onOpened`, or not at all. */
  open(from: string, frame: ArrayBuffer): void {
    if (!this.#closed) this.#laneOf(from).push({ data: frame, getMetadata: () => METADATA });
  }

  /** What came of the frames so far; by a receive track's id, the Peer that it is of. Never while closed. */
  counters(): Promise<TrackCounters[]> {
    return new Promise((resolve) => {
      const id = this.#nextCallId++;
      this.#ownCalls.set(id, resolve);
      this.#post({ type: 'call', id, call: { name: 'counters' } });
    });
  }

  /** Forgets the track of a Peer that has left. */
  forget(from: string): void {
    if (!this.#receiving.delete(from)) return;
    this.#post({ type: 'call', id: this.#nextCallId++, call: { name: 'dropTrack', trackId: from } });
  }

  #laneOf(from: string): FrameLane {
    const known = this.#receiving.get(from);
    if (known !== undefined) return known;
    const lane = new FrameLane();
    lane.onOut = ({ data }) => this.#handlers.onOpened(from, data);
    this.#receiving.set(from, lane);
    this.#worker.attach(lane, { side: 'receive', trackId: from, stream: 'mic', codec: 'opus', peerId: from });
    return lane;
  }

  // ── What can happen to it ──────────────────────────────────────────────────────────────────────

  /** The next commit of another comes with a bit turned round: it cannot be followed. */
  spoilNextCommit(): void {
    this.#spoilNext = true;
  }

  /** From now on neither the page's goodbye nor its words get through; whoever holds this goes on listening. */
  setAdrift(): void {
    this.#isAdrift = true;
    this.#listeners.clear();
  }

  /** What the server said to somebody else, held before this worker. */
  overhear(event: ServerEvent): void {
    this.#post({ type: 'event', event });
  }

  call(call: Extract<ToWorker, { type: 'call' }>['call']): void {
    this.#post({ type: 'call', id: this.#nextCallId++, call });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#worker.port.removeEventListener('message', this.#inner);
    this.#worker.terminate();
    this.#receiving.clear();
    this.#listeners.clear();
  }

  // ── What passes ────────────────────────────────────────────────────────────────────────────────

  #post(message: ToWorker): void {
    if (this.#closed) return;
    this.#worker.port.postMessage(
      message.type === 'event' ? { ...message, event: this.#passEvent(message.event) } : message,
    );
  }

  #passEvent(event: ServerEvent): ServerEvent {
    if (!this.#isAdrift) this.#handlers.onEvent(event);
    if (event.name !== 'mls:commit' || !this.#spoilNext) return event;
    this.#spoilNext = false;
    const commit = event.commit.slice();
    const last = commit.length - 1;
    commit[last] = (commit[last] ?? 0) ^ 1;
    return { ...event, commit };
  }

  #heard(event: MessageEvent<FromWorker>): void {
    const { data } = event;
    if (this.#closed) return;
    if (data.type === 'result' && data.id >= OWN_CALLS_FROM) return this.#settle(data);
    if (data.type === 'group') this.#handlers.onView(data.view);
    if (data.type === 'request') {
      this.#handlers.onRequest(data.request);
      if (this.#isAdrift) this.#refuse(data.requestId);
    }
    for (const listener of this.#listeners) listener(event);
  }

  /** There is no server behind a worker adrift. */
  #refuse(requestId: number): void {
    this.#post({ type: 'reply', requestId, reply: { outcome: 'failed', code: 'disconnected' } });
  }

  #settle(result: Extract<FromWorker, { type: 'result' }>): void {
    const resolve = this.#ownCalls.get(result.id);
    this.#ownCalls.delete(result.id);
    if (resolve !== undefined && result.ok) resolve(result.value as TrackCounters[]);
  }
}
