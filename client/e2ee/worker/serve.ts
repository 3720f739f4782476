// The worker's side of the door: one Session and one FrameEngine behind a port, in a browser's Worker or in Node.
import type { E2eePort } from '../E2eeClient.ts';
import { Feed } from '../feed/Feed.ts';
import { FeedKey } from '../feed/FeedKey.ts';
import { importViewRoot } from '../feed/viewKeys.ts';
import { WatchSession } from '../feed/WatchSession.ts';
import { FrameEngine } from '../frames/FrameEngine.ts';
import { FrameKeyring } from '../frames/FrameKeyring.ts';
import { deriveLinkKeys } from '../link/secrets.ts';
import { machineKeyOf } from '../link/ticket.ts';
import type {
  Call,
  FromWorker,
  ServerEvent,
  ServerReply,
  ServerRequest,
  SessionSettings,
  ToWorker,
  WatchSettings,
} from '../messages.ts';
import type { SessionClock } from '../mls/context.ts';
import { Session } from '../mls/Session.ts';
import { createSuite } from '../mls/suite.ts';
import { wipe } from '../util/bytes.ts';
import { FeedDesk } from './FeedDesk.ts';
import { parseToWorker } from './parseMessage.ts';

export interface ServeOptions {
  /** Grows each time the e2eeWorker restarts within a page (KID). */
  incarnation?: number;
  clock?: SessionClock;
  /** Hands transforms to the engine; called before the port is listened to. Returns the way to stop. */
  listen?: (engine: FrameEngine) => () => void;
}

const monotonicClock: SessionClock = {
  nowMs: () => performance.now(),
  setTimer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Serves one page until it says `close`; closing twice is harmless. */
export function serve(port: E2eePort, options: ServeOptions = {}): { close(): void } {
  const served = new Served(port, options);
  return { close: () => served.close() };
}

class Served {
  readonly #port: E2eePort;
  readonly #clock: SessionClock;
  readonly #keyring: FrameKeyring;
  readonly #feed: Feed;
  readonly #engine: FrameEngine;
  readonly #stopListening: () => void;
  readonly #listener = (event: Event) => this.#receive((event as MessageEvent<unknown>).data);
  readonly #requests = new Map<number, (reply: ServerReply) => void>();
  #opening: Promise<Session> | null = null;
  #session: Session | null = null;
  #desk: FeedDesk | null = null;
  #watching: Promise<WatchSession> | null = null;
  #nextRequestId = 1;
  #closed = false;

  constructor(port: E2eePort, options: ServeOptions) {
    this.#port = port;
    this.#clock = options.clock ?? monotonicClock;
    const { nowMs, setTimer } = this.#clock;
    this.#keyring = new FrameKeyring({ incarnation: options.incarnation ?? 0, nowMs });
    // Signed times are compared with each other, so they go by our monotonic clock from the first on.
    const aheadMs = Date.now() - nowMs();
    this.#feed = new Feed(() => Math.round(nowMs() + aheadMs));
    this.#engine = new FrameEngine({
      keyring: this.#keyring,
      feed: this.#feed,
      report: {
        track: (trackId, track) => this.#post({ type: 'track', trackId, track }),
        keyFrameNeeded: (trackId) => this.#post({ type: 'keyFrameNeeded', trackId }),
        keysDoubted: () => this.#session?.doubtKeys(),
      },
      nowMs,
      setTimer,
    });
    this.#stopListening = options.listen?.(this.#engine) ?? (() => {});
    port.addEventListener('message', this.#listener);
    port.start?.();
  }

  close(): void {
    if (this.#closed) return;
    this.#session?.close();
    this.#closed = true;
    this.#stopListening();
    this.#port.removeEventListener('message', this.#listener);
    this.#engine.close();
    this.#keyring.clear();
    this.#feed.clear();
    this.#watching?.then((session) => session.close()).catch(() => {});
    this.#requests.clear();
  }

  #post(message: FromWorker): void {
    if (!this.#closed) this.#port.postMessage(message);
  }

  #receive(data: unknown): void {
    const message: ToWorker | undefined = parseToWorker(data);
    if (message === undefined) return this.#refuse(data);
    switch (message.type) {
      case 'call':
        return this.#answer(message.id, this.#perform(message.call));
      case 'event':
        return this.#deliver(message.event);
      case 'stage':
        // In the order of arrival: all of them wait for the same promise, and for nothing else.
        this.#watching?.then((session) => session.deliver(message.event)).catch(() => {});
        return;
      case 'reply':
        this.#requests.get(message.requestId)?.(message.reply);
        this.#requests.delete(message.requestId);
        return;
      case 'close':
        return this.close();
    }
  }

  /** A call that we cannot read is answered, so that nobody waits for it for ever. */
  #refuse(data: unknown): void {
    const { type, id } = typeof data === 'object' && data !== null ? (data as { type?: unknown; id?: unknown }) : {};
    if (type === 'call' && typeof id === 'number') this.#post({ type: 'result', id, ok: false, error: 'bad_request' });
  }

  #answer(id: number, work: Promise<unknown>): void {
    work.then(
      (value) => this.#post({ type: 'result', id, ok: true, value }),
      (error: unknown) => this.#post({ type: 'result', id, ok: false, error: codeOf(error) }),
    );
  }

  async #perform(call: Call): Promise<unknown> {
    switch (call.name) {
      case 'open':
        if (this.#watching !== null) throw new Error('bad_request');
        this.#opening = this.#open(call.settings);
        await this.#opening;
        return;
      case 'enter':
        return (await this.#opened()).enter(call.group);
      case 'say':
        return (await this.#opened()).say(call.payload);
      case 'dropTrack':
        return this.#engine.dropTrack(call.trackId);
      case 'counters':
        return this.#engine.counters();
      case 'setMode':
      case 'admit':
      case 'kick':
      case 'setCohosts':
      case 'rotateLink':
      case 'announceLink':
        return (await this.#opened()).host(call);
      case 'feedKey':
      case 'setOnAir':
      case 'signRoster':
      case 'openRoster':
      case 'signProgram':
      case 'sealCaption':
      case 'wrapStage':
      case 'stageGroup':
        await this.#opened();
        return this.#desk?.perform(call);
      case 'watch':
        // Keys of a former place are never taken again (SPEC F-3): each place has a worker of its own.
        if (this.#opening !== null || this.#watching !== null) throw new Error('bad_request');
        this.#watching = this.#watch(call.settings);
        await this.#watching;
        return;
    }
  }

  #opened(): Promise<Session> {
    return this.#opening ?? Promise.reject(new Error('notOpen'));
  }

  /** Straight to the Session once there is one: a reply and an event must not change places on the way. */
  #deliver(event: ServerEvent): void {
    if (this.#session !== null) this.#session.deliver(event);
    else this.#opening?.then((session) => session.deliver(event)).catch(() => {});
  }

  async #open(settings: SessionSettings): Promise<Session> {
    const { roomId, secret, linkGeneration, peerId, displayName, serverTimeOffsetMs, hostKeyHash } = settings;
    const { hostKey, hostMode, hostCohosts, machine } = settings;
    this.#session?.close();
    this.#session = null;
    await this.#keyring.setOnAir([]);
    const keys = await deriveLinkKeys(secret, roomId, linkGeneration);
    wipe(secret);
    const machineKey = machine && (await machineKeyOf(machine.kind, machine.ticket));
    if (machine) wipe(machine.ticket);
    const suite = await createSuite();
    const key = (this.#feed.key = await FeedKey.create());
    const { nowMs } = this.#clock;
    // From here on the server's time goes by our monotonic clock: a wall clock that is set right meanwhile changes nothing.
    const serverAheadMs = Date.now() + serverTimeOffsetMs - nowMs();
    const serverNowMs = () => nowMs() + serverAheadMs;
    const session = new Session({
      env: { suite, keys, hostKeyHash },
      roomId,
      ...(hostKey && { hostKey }),
      ...(hostMode && { hostMode }),
      ...(hostCohosts && { hostCohosts }),
      ...(machineKey && { machine: machineKey }),
      peerId,
      displayName,
      keyring: this.#keyring,
      clock: this.#clock,
      serverNowMs,
      host: {
        request: (request) => this.#request(request),
        onView: (view) => this.#post({ type: 'group', view }),
        onLink: (next, generation) => this.#post({ type: 'link', secret: next, linkGeneration: generation }),
        onSaid: (said) => this.#post({ type: 'said', ...said }),
        onEpochArrived: () => this.#engine.noteEpochArrived(),
      },
    });
    if (this.#closed) session.close();
    this.#desk = new FeedDesk({ settings, session, keyring: this.#keyring, feed: this.#feed, key, serverNowMs });
    this.#session = session;
    return session;
  }

  async #watch({ roomId, viewSecret, hostKeyHash }: WatchSettings): Promise<WatchSession> {
    const root = await importViewRoot(viewSecret);
    wipe(viewSecret);
    const session = new WatchSession({
      roomId,
      hostKeyHash,
      root,
      keyring: this.#keyring,
      speakers: this.#feed.speakers,
      onView: (view) => this.#post({ type: 'watch', view }),
      onCaption: (caption) => this.#post({ type: 'caption', caption }),
      onEpochArrived: () => this.#engine.noteEpochArrived(),
    });
    if (this.#closed) session.close();
    return session;
  }

  #request(request: ServerRequest): Promise<ServerReply> {
    const requestId = this.#nextRequestId++;
    return new Promise((resolve) => {
      this.#requests.set(requestId, resolve);
      this.#post({ type: 'request', requestId, request });
    });
  }
}

/** Our own codes only: other errors may speak of what they were given. */
function codeOf(error: unknown): string {
  return error instanceof Error && /^[A-Za-z_]{1,40}$/.test(error.message) ? error.message : 'internal';
}
