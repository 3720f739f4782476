// A viewer's way to the server: joins afresh each time, and tries again by itself for as long as that can lead anywhere.
import type { IceServer } from '#protocol/media';
import type { Answer, HandshakeInput, RequestInput, RequestName } from '#protocol/requests';
import { Watching } from '#protocol/stage';
import { PROTOCOL_VERSION } from '#protocol/version';
import type { Admission } from '../admission.ts';
import { parseReply } from '../signalling/answers.ts';
import { ATTEMPT_TIMEOUT_MS, backoffMs, namedPauseMs, PROBE_MS, returnPauseMs } from '../signalling/backoff.ts';
import { parseNotification, type AnyNotification } from '../signalling/notifications.ts';
import { RequestBook } from '../signalling/RequestBook.ts';
import { refusalOf, SignallingError } from '../signalling/SignallingError.ts';
import { TokenKeeper } from '../signalling/TokenKeeper.ts';
import type { Platform, SocketLike } from '../types.ts';
import { after } from '../util/timers.ts';
import { delayOf, endOfRefusal } from './watchEnds.ts';
import type { WatchDelay, WatchEnd } from './watchTypes.ts';

export interface Door {
  /** Before anything is asked of the server; rejects where nothing that it has could be opened. */
  check(): Promise<void>;
  /** Trades the link for a token; rejects with a SignallingError. */
  admit(): Promise<Admission>;
  /** What can be received, told with the join; null where that is not known before there is a place. Never rejects. */
  receivable(admission: Admission): Promise<Record<string, unknown> | null>;
}

export interface WatchSignallingHandlers {
  /** A fresh place: all of an earlier one is void. */
  onJoined(answer: Watching): void;
  /** The place is gone, or could not be had; the next attempt follows by itself. */
  onDelayed(why: WatchDelay, retryAtMs: number): void;
  /** Those of the answers before end sooner. */
  onIceServers(iceServers: IceServer[]): void;
  onNotification(notification: AnyNotification): void;
  /** Final; nothing follows. */
  onEnded(end: WatchEnd): void;
}

/**
 * Between two looks whether an event has begun, or whether there is room, with as much again by chance: an audience waits for the
 * same moment, and each look is a request. Longer, and the doors seem shut while they are open.
 */
const LOOK_AGAIN_MS = 8_000;

type Phase =
  | { phase: 'idle' }
  | { phase: 'connecting'; stop: () => void }
  | { phase: 'joining'; stop: () => void }
  | { phase: 'online' }
  | { phase: 'waiting'; stop: () => void }
  | { phase: 'ended' };

export class WatchSignalling {
  readonly #platform: Platform;
  readonly #door: Door;
  readonly #handlers: WatchSignallingHandlers;
  readonly #socket: SocketLike;
  readonly #book = new RequestBook();
  readonly #token = new TokenKeeper({ renew: () => this.#renewToken(), isOnline: () => this.online });
  #phase: Phase = { phase: 'idle' };
  /** Of the attempt that is on. */
  #admission: Promise<Admission> = Promise.reject(new SignallingError('closed'));
  /** Since the last place, or the start. */
  #attempts = 0;
  /** Null before the first place, and while there is one. */
  #lostAtMs: number | null = null;
  /** There was no place when last looked at. */
  #isShut = false;
  #serverAheadMs = 0;

  constructor(platform: Platform, door: Door, handlers: WatchSignallingHandlers) {
    this.#platform = platform;
    this.#door = door;
    this.#handlers = handlers;
    this.#admission.catch(() => undefined);
    this.#socket = platform.createSocket(() => this.#handshake());
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('connect_error', (error) => this.#refused(refusalOf(error)));
    this.#socket.on('disconnect', () => this.#lost());
    this.#socket.onAny((name, payload) => this.#heard(name, payload));
  }

  get online(): boolean {
    return this.#phase.phase === 'online';
  }

  start(): void {
    if (this.#phase.phase === 'idle') void this.#attempt();
  }

  /** Rejects with a SignallingError. */
  request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Answer<Name>> {
    if (this.#phase.phase === 'ended') return Promise.reject(new SignallingError('closed'));
    return this.#book.request(name, input);
  }

  /** The network is another, or the person does not want to wait: an attempt that waits is made now, a connection has to prove itself. */
  hurry(): void {
    if (this.#phase.phase === 'online') this.#probe();
    if (this.#phase.phase !== 'waiting') return;
    this.#phase.stop();
    void this.#attempt();
  }

  /** Gives the place up for another one, at once. */
  joinAfresh(): void {
    if (this.#phase.phase !== 'online') return;
    this.#book.abandon('disconnected');
    this.#book.offline();
    this.#attempts = 0;
    this.#phase = { phase: 'idle' };
    this.#socket.disconnect();
    void this.#attempt();
  }

  close(): void {
    if (this.#phase.phase === 'ended') return;
    if (this.#phase.phase === 'online') this.#socket.emit('room:leave', {}, () => undefined);
    this.#end();
  }

  async #attempt(): Promise<void> {
    const phase: Phase = { phase: 'connecting', stop: () => undefined };
    this.#phase = phase;
    this.#attempts += 1;
    try {
      await this.#door.check();
      if (this.#phase !== phase) return;
      this.#admission = this.#door.admit();
      // The handshake waits for the token, the way there need not. Where there was no place a token is all that is asked for.
      const isEager = !this.#isShut;
      if (isEager) this.#socket.connect();
      const { token, expiresAtMs, serverTimeMs } = await this.#admission;
      if (this.#phase !== phase) return;
      this.#token.keep(token, expiresAtMs - serverTimeMs);
      this.#phase = { phase: 'connecting', stop: after(ATTEMPT_TIMEOUT_MS, () => this.#timedOut()) };
      if (!isEager) this.#socket.connect();
    } catch (error) {
      if (this.#phase === phase) this.#refused(asRefusal(error));
    }
  }

  #timedOut(): void {
    this.#refused(new SignallingError('timeout'));
  }

  /** The place is asked for in the same breath: each question of its own would take the way there and back once more. */
  async #handshake(): Promise<HandshakeInput> {
    const admission = await this.#admission;
    // The Device has to be there before anything can be received, so that waiting for it here costs nothing later.
    const rtpCapabilities = await this.#door.receivable(admission);
    return { version: PROTOCOL_VERSION, token: admission.token, join: rtpCapabilities ? { rtpCapabilities } : {} };
  }

  #connected(): void {
    if (this.#phase.phase !== 'connecting') return;
    this.#phase.stop();
    this.#phase = { phase: 'joining', stop: after(ATTEMPT_TIMEOUT_MS, () => this.#timedOut()) };
  }

  #answered(reply: unknown, phase: Extract<Phase, { phase: 'joining' }>): void {
    phase.stop();
    let answer: Watching;
    try {
      answer = parseReply(Watching, reply);
    } catch (error) {
      this.#refused(asRefusal(error));
      return;
    }
    this.#attempts = 0;
    this.#lostAtMs = null;
    this.#isShut = false;
    this.#serverAheadMs = answer.serverTimeMs - this.#platform.nowMs();
    this.#phase = { phase: 'online' };
    this.#book.online(this.#socket);
    this.#handlers.onJoined(answer);
  }

  /** What concerns the place comes after its answer. */
  #heard(name: string, payload: unknown): void {
    if (this.#phase.phase === 'joining' && name === 'connection:joined') return this.#answered(payload, this.#phase);
    if (this.#phase.phase !== 'online') return;
    const notification = parseNotification(name, payload);
    if (notification) this.#handlers.onNotification(notification);
  }

  #lost(): void {
    if (this.#phase.phase !== 'online') return this.#refused(new SignallingError('disconnected'));
    this.#book.abandon('disconnected');
    this.#book.offline();
    this.#lostAtMs = this.#platform.nowMs();
    this.#wait(new SignallingError('disconnected'));
  }

  #refused(refusal: SignallingError): void {
    if (this.#phase.phase !== 'connecting' && this.#phase.phase !== 'joining') return;
    this.#phase.stop();
    this.#phase = { phase: 'idle' };
    this.#socket.disconnect();
    const end = endOfRefusal(refusal.code);
    if (end === null) this.#wait(refusal);
    else {
      this.#end();
      this.#handlers.onEnded(end);
    }
  }

  #wait(refusal: SignallingError): void {
    const why = delayOf(refusal.code);
    this.#isShut = why !== 'network';
    const ms = this.#pauseMs(why, refusal.retryAfterMs);
    this.#phase = { phase: 'waiting', stop: after(ms, () => void this.#attempt()) };
    this.#handlers.onDelayed(why, this.#platform.nowMs() + ms);
  }

  #pauseMs(why: WatchDelay, retryAfterMs: number | undefined): number {
    const random = (this.#platform.randomBytes(1)[0] ?? 0) / 256;
    const own = why === 'network' ? this.#ownPauseMs(random) : LOOK_AGAIN_MS * (1 + random);
    return Math.round(Math.max(own, namedPauseMs(retryAfterMs ?? 0, random)));
  }

  #ownPauseMs(random: number): number {
    if (this.#lostAtMs === null) return backoffMs(this.#attempts, random);
    return returnPauseMs(this.#attempts, random, this.#platform.nowMs() - this.#lostAtMs);
  }

  #probe(): void {
    const probed = this.#phase;
    const stop = after(PROBE_MS, () => {
      if (this.#phase !== probed) return;
      this.#socket.disconnect();
      this.#lost();
    });
    this.#socket.emit('token:refresh', {}, stop);
  }

  async #renewToken(): Promise<{ token: string; livesForMs: number }> {
    const { token, expiresAtMs, iceServers } = await this.request('token:refresh', {});
    this.#handlers.onIceServers(iceServers);
    return { token, livesForMs: expiresAtMs - this.#serverAheadMs - this.#platform.nowMs() };
  }

  #end(): void {
    if ('stop' in this.#phase) this.#phase.stop();
    this.#phase = { phase: 'ended' };
    this.#token.close();
    this.#book.abandon('closed');
    this.#socket.disconnect();
  }
}

function asRefusal(error: unknown): SignallingError {
  return error instanceof SignallingError ? error : new SignallingError('internal');
}
