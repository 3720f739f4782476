// One Peer's way to the server: connects, joins, resumes after a loss, asks, and hears in order.
import type { IceServer } from '#protocol/media';
import type { Answer, RequestInput, RequestName } from '#protocol/requests';
import { PROTOCOL_VERSION } from '#protocol/version';
import type { Device } from 'mediasoup-client/types';
import type { Admission } from '../admission.ts';
import { endReasonOf, endReasonOfReturn } from '../endReasons.ts';
import type { EndReason, Platform, SocketLike } from '../types.ts';
import { after } from '../util/timers.ts';
import { parseJoinAnswer, type Joined, type Resumed } from './answers.ts';
import { ATTEMPT_TIMEOUT_MS, backoffMs, namedPauseMs, PROBE_MS, returnPauseMs } from './backoff.ts';
import type { ReadyDoorstep, Taken } from './doorTypes.ts';
import { parseNotification, type AnyNotification } from './notifications.ts';
import { RequestBook } from './RequestBook.ts';
import { SequenceTrack } from './SequenceTrack.ts';
import { codeOf, refusalOf, retryAfterOf, SignallingError, type SignallingCode } from './SignallingError.ts';
import { TokenKeeper } from './TokenKeeper.ts';

export interface SignallingHandlers {
  /**
   * A fresh place in the Room: all of an earlier one is void.
   * @param device that the server was told of with the join, so that its Consumers are announced; null where it was not
   */
  onJoined(answer: Joined, device: Device | null): void;
  /** The old place, before what was missed is delivered. */
  onResumed(answer: Resumed): void;
  onLost(): void;
  /** While the place is lost, by the device's clock: when the next attempt is made; null while one is. */
  onRetry(atMs: number | null): void;
  /** The server has no room for one more just now; the next attempt follows by itself. */
  onFull(retryAtMs: number): void;
  /** The server takes nobody in, since it restarts; the next attempt follows by itself. */
  onShut(): void;
  /** Those of the answers before end sooner. */
  onIceServers(iceServers: IceServer[]): void;
  onNotification(notification: AnyNotification): void;
  /** Final; nothing follows. */
  onEnded(reason: EndReason): void;
}

/** A first join that failed this often, or for this long, is told to the person, who may try again with a click. */
const MAX_FIRST_ATTEMPTS = 6;
const FIRST_PATIENCE_MS = 30_000;
/** A place lost this long ago is given up: the Room has gone on without us. */
const GIVE_UP_AFTER_MS = 10 * 60_000;

interface Said {
  name: string;
  payload: unknown;
  sequence: number | null;
}

/** A server that does not answer the goodbye is left all the same. */
const GOODBYE_MS = 1_000;

type Phase =
  | { phase: 'idle' }
  | { phase: 'connecting'; stop: () => void }
  | { phase: 'joining'; stop: () => void; early: Said[] }
  | { phase: 'online' }
  /** `isNamed`: the server said how long, and whoever is impatient does not count. */
  | { phase: 'waiting'; isNamed: boolean; stop: () => void }
  | { phase: 'ended' };

export class SignallingClient {
  readonly #platform: Platform;
  readonly #admit: (former?: string) => Promise<Admission>;
  readonly #handlers: SignallingHandlers;
  readonly #socket: SocketLike;
  readonly #doorstep: Taken | null;
  readonly #book = new RequestBook();
  readonly #sequence = new SequenceTrack();
  readonly #token = new TokenKeeper({ renew: () => this.#renewToken(), isOnline: () => this.online });
  #phase: Phase = { phase: 'idle' };
  #resumeToken: string | null = null;
  #isFirstPlace = true;
  #attempts = 0;
  #startedAtMs = 0;
  #lostAtMs: number | null = null;
  /** The server restarts, by its own word. */
  #isShut = false;
  /** The token that is held was tried once since the loss; another time it fares no better. */
  #triedHeldToken = false;
  #serverAheadMs = 0;

  /**
   * @param admit trades the link for a token, and the last one where there was a place before; rejects with a SignallingError
   * @param doorstep a Connection that may be there already
   */
  constructor(
    platform: Platform,
    admit: (former?: string) => Promise<Admission>,
    handlers: SignallingHandlers,
    doorstep: ReadyDoorstep | null = null,
  ) {
    this.#platform = platform;
    this.#admit = admit;
    this.#handlers = handlers;
    const authorize = async () => ({ version: PROTOCOL_VERSION, token: this.#token.token });
    this.#doorstep = doorstep?.take(authorize) ?? null;
    this.#socket = this.#doorstep?.socket ?? platform.createSocket(authorize);
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('connect_error', (error) => {
      const { code, retryAfterMs } = refusalOf(error);
      this.#refused(code, retryAfterMs);
    });
    this.#socket.on('disconnect', () => this.#lost());
    this.#socket.onAny((name, payload, sequence) => this.#heard(name, payload, sequence));
  }

  /** For calls beside the Connection. */
  get token(): string {
    return this.#token.token;
  }

  get online(): boolean {
    return this.#phase.phase === 'online';
  }

  /** Connects and joins; what comes of it is told to the handlers. */
  start(): void {
    if (this.#phase.phase !== 'idle') return;
    this.#startedAtMs = this.#platform.nowMs();
    void this.#attempt();
  }

  /** Rejects with a SignallingError. What may be asked twice waits out a lost connection. */
  request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Answer<Name>> {
    if (this.#phase.phase === 'ended') return Promise.reject(new SignallingError('closed'));
    return this.#book.request(name, input);
  }

  /** The network changed: an attempt that waits is made now, and a connection that may be dead has to prove itself. */
  hurry(): void {
    if (this.#phase.phase === 'online') this.#probe();
    if (this.#phase.phase !== 'waiting') return;
    this.#phase.stop();
    void this.#attempt();
  }

  /** The person does not want to wait out the pause, or looks at the page again. */
  tryNow(): void {
    if (this.#phase.phase === 'waiting' && !this.#phase.isNamed) this.hurry();
  }

  #probe(): void {
    const probed = this.#phase;
    const stop = after(PROBE_MS, () => {
      if (this.#phase === probed) this.#abandonConnection();
    });
    this.#socket.emit('token:refresh', {}, stop);
  }

  /** Loses it on purpose; the next one takes the place again. */
  #abandonConnection(): void {
    this.#socket.disconnect();
    this.#lost();
  }

  /** Says goodbye where it can; the socket goes once that was heard, or soon. */
  close(): void {
    if (this.#phase.phase === 'ended') return;
    if (this.#phase.phase !== 'online') this.#end();
    else {
      const stop = after(GOODBYE_MS, () => this.#socket.disconnect());
      // Disconnecting at once could overtake the goodbye, and the others would see a ghost until the grace is over.
      this.#socket.emit('room:leave', {}, () => {
        stop();
        this.#socket.disconnect();
      });
      this.#retire();
    }
  }

  async #attempt(): Promise<void> {
    const phase: Phase = { phase: 'connecting', stop: () => undefined };
    this.#phase = phase;
    this.#attempts += 1;
    if (this.#lostAtMs !== null) this.#handlers.onRetry(null);
    try {
      const former = this.#resumeToken === null ? undefined : this.#token.token;
      const admission = await this.#admit(former);
      if (this.#phase === phase) this.#connect(admission);
    } catch (error) {
      if (this.#phase !== phase) return;
      if (codeOf(error) === 'forbidden' && this.#holdsPlace()) this.#connectAsHeld();
      else this.#refused(codeOf(error), retryAfterOf(error));
    }
  }

  /** The link may have been replaced while we were away; the token in hand still takes the old place back. */
  #holdsPlace(): boolean {
    return this.#resumeToken !== null && this.#token.token !== '' && !this.#triedHeldToken;
  }

  #connectAsHeld(): void {
    this.#triedHeldToken = true;
    this.#open();
  }

  #connect(admission: Admission): void {
    this.#token.keep(admission.token, admission.expiresAtMs - admission.serverTimeMs);
    this.#open();
  }

  #open(): void {
    this.#phase = { phase: 'connecting', stop: after(ATTEMPT_TIMEOUT_MS, () => this.#refused('timeout')) };
    if (this.#socket.connected) this.#connected();
    else if (this.#doorstep?.isConnecting() !== true) this.#socket.connect();
  }

  #connected(): void {
    if (this.#phase.phase !== 'connecting') return;
    this.#phase.stop();
    const phase: Phase = {
      phase: 'joining',
      stop: after(ATTEMPT_TIMEOUT_MS, () => this.#refused('timeout')),
      early: [],
    };
    this.#phase = phase;
    const resume = this.#resumeToken ? { token: this.#resumeToken, lastSequence: this.#sequence.last } : null;
    // Of one place only: the Transports of another are made by a Device of its own.
    const device = this.#isFirstPlace ? (this.#doorstep?.device() ?? null) : null;
    this.#socket.emit('room:join', resume ? { resume } : this.#toldOf(device), (reply) => {
      if (this.#phase === phase) this.#joinAnswered(reply, phase, device);
    });
  }

  #toldOf(device: Device | null): RequestInput<'room:join'> {
    if (device === null) return {};
    const dtlsParameters = this.#platform.dtlsParametersOf(device);
    return { rtpCapabilities: { ...device.recvRtpCapabilities }, ...(dtlsParameters && { dtlsParameters }) };
  }

  #joinAnswered(reply: unknown, phase: Extract<Phase, { phase: 'joining' }>, device: Device | null): void {
    phase.stop();
    let answer: Joined | Resumed;
    try {
      answer = parseJoinAnswer(reply);
    } catch (error) {
      this.#refused(codeOf(error), retryAfterOf(error));
      return;
    }
    this.#attempts = 0;
    this.#lostAtMs = null;
    this.#isShut = false;
    this.#triedHeldToken = false;
    this.#phase = { phase: 'online' };
    this.#serverAheadMs = answer.serverTimeMs - this.#platform.nowMs();
    if (answer.outcome === 'joined') this.#freshPlace(answer, device);
    else this.#oldPlace(answer);
    for (const early of phase.early) this.#take(early);
  }

  #freshPlace(answer: Joined, device: Device | null): void {
    this.#isFirstPlace = false;
    this.#book.abandon('disconnected');
    this.#book.online(this.#socket);
    this.#sequence.reset();
    this.#resumeToken = answer.resumeToken;
    this.#handlers.onJoined(answer, device);
  }

  /** What was missed is heard in this very turn, thus before any answer to what is asked again here. */
  #oldPlace(answer: Resumed): void {
    this.#book.online(this.#socket);
    this.#handlers.onResumed(answer);
    for (const missed of answer.missed) this.#take(missed);
  }

  #heard(name: string, payload: unknown, sequence: unknown): void {
    const said: Said = { name, payload, sequence: isSequence(sequence) ? sequence : null };
    if (this.#phase.phase === 'joining') this.#phase.early.push(said);
    else if (this.#phase.phase === 'online') this.#take(said);
  }

  #take(said: Said): void {
    if (this.#phase.phase !== 'online') return;
    // What concerns the Connection and not the Peer has no number.
    const turn = said.sequence === null ? 'next' : this.#sequence.take(said.sequence);
    if (turn === 'seen') return;
    if (turn === 'gap') {
      // Something was lost on a connection that loses nothing: take the place again and have it replayed.
      this.#abandonConnection();
      return;
    }
    const notification = parseNotification(said.name, said.payload);
    if (notification?.name === 'connection:replaced') this.#finish('replaced');
    else if (notification) this.#handlers.onNotification(notification);
  }

  #lost(): void {
    const { phase } = this.#phase;
    if (phase === 'idle' || phase === 'waiting' || phase === 'ended') return;
    if (phase === 'connecting' || phase === 'joining') {
      this.#refused('disconnected');
      return;
    }
    this.#book.offline();
    this.#lostAtMs = this.#platform.nowMs();
    this.#handlers.onLost();
    this.#waitAndTryAgain();
  }

  #refused(code: SignallingCode, retryAfterMs?: number): void {
    if (this.#phase.phase !== 'connecting' && this.#phase.phase !== 'joining') return;
    const asked = this.#phase.phase;
    this.#phase.stop();
    this.#phase = { phase: 'idle' };
    this.#socket.disconnect();
    if (code === 'capacity' && retryAfterMs !== undefined) return this.#waitForRoom(retryAfterMs);
    const reason = this.#lostAtMs === null ? endReasonOf(code) : endReasonOfReturn(code, asked);
    if (reason) this.#finish(reason);
    else if (this.#isHopeless()) this.#finish('unreachable');
    else {
      if (code === 'draining') this.#shut();
      this.#waitAndTryAgain(code === 'rate_limited' ? retryAfterMs : undefined);
    }
  }

  /** From here on it is waited for as by those who had a place: the next server comes. */
  #shut(): void {
    this.#isShut = true;
    this.#handlers.onShut();
  }

  #isHopeless(): boolean {
    const now = this.#platform.nowMs();
    if (this.#lostAtMs !== null || this.#isShut) return now - (this.#lostAtMs ?? this.#startedAtMs) > GIVE_UP_AFTER_MS;
    return this.#attempts >= MAX_FIRST_ATTEMPTS || now - this.#startedAtMs > FIRST_PATIENCE_MS;
  }

  /** @param namedMs how long the server wants it to be: an office behind one address would lock itself out by asking in vain */
  #waitAndTryAgain(namedMs = 0): void {
    const sinceMs = this.#lostAtMs ?? (this.#isShut ? this.#startedAtMs : null);
    const random = this.#random();
    const own =
      sinceMs === null
        ? backoffMs(this.#attempts, random)
        : returnPauseMs(this.#attempts, random, this.#platform.nowMs() - sinceMs);
    this.#attemptAfter(Math.max(own, namedPauseMs(namedMs, random)), namedMs > 0);
  }

  /** However long: the server answers, and says that it is worth it. Patience with one that does not answer begins anew. */
  #waitForRoom(retryAfterMs: number): void {
    const pauseMs = namedPauseMs(retryAfterMs, this.#random());
    this.#attempts = 0;
    this.#startedAtMs = this.#platform.nowMs() + pauseMs;
    this.#attemptAfter(pauseMs, true);
    this.#handlers.onFull(this.#startedAtMs);
  }

  #attemptAfter(ms: number, isNamed: boolean): void {
    this.#phase = { phase: 'waiting', isNamed, stop: after(ms, () => void this.#attempt()) };
    if (this.#lostAtMs !== null) this.#handlers.onRetry(this.#platform.nowMs() + ms);
  }

  /** 0 ≤ random < 1 */
  #random(): number {
    return (this.#platform.randomBytes(1)[0] ?? 0) / 256;
  }

  async #renewToken(): Promise<{ token: string; livesForMs: number }> {
    const { token, expiresAtMs, iceServers } = await this.request('token:refresh', {});
    this.#handlers.onIceServers(iceServers);
    return { token, livesForMs: expiresAtMs - this.#serverAheadMs - this.#platform.nowMs() };
  }

  #finish(reason: EndReason): void {
    if (this.#phase.phase === 'ended') return;
    this.#end();
    this.#handlers.onEnded(reason);
  }

  #end(): void {
    this.#retire();
    this.#socket.disconnect();
  }

  /** All but the socket. */
  #retire(): void {
    if ('stop' in this.#phase) this.#phase.stop();
    this.#phase = { phase: 'ended' };
    this.#token.close();
    this.#book.abandon('closed');
  }
}

function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
