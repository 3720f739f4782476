// One socket: who was admitted on it, which place it holds in the Room, and the order of what goes out and comes in.
import type { Socket } from 'socket.io';
import { ProtocolError } from '#protocol/errors';
import { MAX_BAD_MESSAGES, TOKEN_EXPIRY_LEEWAY_MS } from '#protocol/limits';
import type { NotificationInput, NotificationName, Numbered } from '#protocol/notifications';
import type { Peer } from '../rooms/Peer.ts';
import type { Admission, Clock, PeerSink, ReleaseReason } from '../rooms/ports.ts';
import type { Room } from '../rooms/Room.ts';
import type { Viewer } from '../rooms/Viewer.ts';
import { TaskQueue } from '../util/TaskQueue.ts';
import { framesOf } from './sharedFrames.ts';
import type { TransportGuard } from './TransportGuard.ts';

/** Nobody acts on these at once; where many come or go together, each of those inside would be written to once for each. */
const CAN_WAIT: ReadonlySet<NotificationName> = new Set<NotificationName>(['peer:joined', 'peer:left']);

/** new → entering → in or watching → left; a failed join leads back to new; any → closed. */
type Place =
  | { state: 'new'; cancelDeadline: () => void }
  | { state: 'entering'; room: Room }
  | { state: 'in'; room: Room; peer: Peer }
  | { state: 'watching'; room: Room; viewer: Viewer }
  | { state: 'left' }
  | { state: 'closed' };

export interface ConnectionOptions {
  socket: Socket;
  admission: Admission;
  clock: Clock;
  joinDeadlineMs: number;
  guard: TransportGuard;
}

export class Connection implements PeerSink {
  readonly admission: Admission;
  /** Requests that must be answered one after the other; those of the group do not wait for media. */
  readonly lanes = { ordered: new TaskQueue(), group: new TaskQueue() } as const;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #joinDeadlineMs: number;
  readonly #guard: TransportGuard;
  #place: Place = { state: 'left' };
  #held: Numbered[] = [];
  #holds = 0;
  /** Said in this turn of the event loop: they go out in one write at its end, or before whatever else is said. */
  #waiting: Numbered[] = [];
  #badMessages = 0;
  #saysGoodbye = false;
  #cancelExpiry: () => void = () => undefined;

  constructor({ socket, admission, clock, joinDeadlineMs, guard }: ConnectionOptions) {
    this.#socket = socket;
    this.admission = admission;
    this.#clock = clock;
    this.#joinDeadlineMs = joinDeadlineMs;
    this.#guard = guard;
    this.#waitForJoin();
    this.extend(admission.expiresAtMs);
  }

  get id(): string {
    return this.#socket.id;
  }

  #waitForJoin(): void {
    const cancelDeadline = this.#clock.after(this.#joinDeadlineMs, () => this.#cut());
    this.#place = { state: 'new', cancelDeadline };
  }

  /** The token was renewed: the Connection may stay until `expiresAtMs` and a little longer. */
  extend(expiresAtMs: number): void {
    this.#cancelExpiry();
    const remainingMs = Math.max(0, expiresAtMs - this.#clock.now()) + TOKEN_EXPIRY_LEEWAY_MS;
    this.#cancelExpiry = this.#clock.after(remainingMs, () => this.#cut());
  }

  /** @throws ProtocolError `wrong_state` unless this is the first request that asks for a place */
  beginJoin(room: Room): void {
    if (this.#place.state !== 'new') throw new ProtocolError('wrong_state', 'this connection has joined already');
    this.#place.cancelDeadline();
    this.#place = { state: 'entering', room };
  }

  /** @throws ProtocolError `wrong_state` where the Connection ended meanwhile */
  completeJoin(peer: Peer): void {
    if (this.#place.state !== 'entering') throw new ProtocolError('wrong_state', 'the connection ended while joining');
    this.#place = { state: 'in', room: this.#place.room, peer };
  }

  /** @throws ProtocolError `wrong_state` where the Connection ended meanwhile */
  completeWatch(viewer: Viewer): void {
    if (this.#place.state !== 'entering') throw new ProtocolError('wrong_state', 'the connection ended while joining');
    this.#place = { state: 'watching', room: this.#place.room, viewer };
    // Left by itself when the socket ends, as it does with this place.
    void this.#socket.join(audienceOf(this.#place.room));
  }

  /** What is worth nothing later: encoded once for all viewers of this Room, without a number, and in no order with what is held. */
  tellViewers<Name extends NotificationName>(name: Name, payload: NotificationInput<Name>): void {
    const { room } = this.requireIn();
    this.#socket.nsp.to(audienceOf(room)).emit(name, payload);
  }

  /** The client may try again. */
  abandonJoin(): void {
    if (this.#place.state === 'entering') this.#waitForJoin();
  }

  /** @throws ProtocolError `wrong_state` before the join and after the end, `forbidden` for a viewer: it asks for nothing but to receive */
  requireIn(): { room: Room; peer: Peer } {
    if (this.#place.state === 'watching') throw new ProtocolError('forbidden', 'viewers only receive');
    if (this.#place.state !== 'in') throw new ProtocolError('wrong_state', 'join the room first');
    return this.#place;
  }

  /** Whoever is here. @throws ProtocolError `wrong_state` before the join and after the end */
  requirePlace(): Peer | Viewer {
    return this.#place.state === 'watching' ? this.#place.viewer : this.requireIn().peer;
  }

  /** A `room:leave` came in: should the socket end before its turn comes, the Peer is gone all the same, not away. */
  noteGoodbye(): void {
    this.#saysGoodbye = true;
  }

  /** Gives up the place; the socket stays until the answer is out. */
  leave(): void {
    const place = this.#place;
    if (place.state !== 'watching') this.requireIn();
    this.#place = { state: 'left' };
    giveUp(place);
  }

  /** Until `flush`, notifications wait: what a request causes is said after its answer. Calls may nest. */
  hold(): void {
    this.#holds += 1;
  }

  /** Puts notifications before those that wait. Only between `hold` and `flush`. */
  holdFirst(notifications: readonly Numbered[]): void {
    this.#held.unshift(...notifications);
  }

  flush(): void {
    this.#holds -= 1;
    if (this.#holds > 0) return;
    const held = this.#held;
    this.#held = [];
    for (const notification of held) this.#emit([notification]);
  }

  deliver(notification: Numbered): void {
    if (this.#holds > 0) this.#held.push(notification);
    else if (CAN_WAIT.has(notification.name)) this.#sayWithTurn(notification);
    else {
      this.sayWaiting();
      this.#say([notification]);
    }
  }

  #sayWithTurn(notification: Numbered): void {
    if (this.#waiting.length === 0) setImmediate(() => this.sayWaiting());
    this.#waiting.push(notification);
  }

  /** What was said in this turn goes out now: something else follows it. */
  sayWaiting(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#say(waiting);
  }

  #say(notifications: readonly Numbered[]): void {
    this.#emit(notifications);
    this.#guard.checkUnsent();
  }

  #emit(notifications: readonly Numbered[]): void {
    if (!this.#socket.connected) return;
    if (this.#guard.writesFrames) this.#guard.writeFrames(framesOf(notifications));
    // Polled transports spell packets their own way.
    else for (const { name, payload, sequence } of notifications) this.#socket.emit(name, payload, sequence);
  }

  release(reason: ReleaseReason): void {
    const { state } = this.#place;
    if (reason === 'replaced' && state !== 'closed') {
      this.#place = { state: 'left' };
      this.#waiting = [];
      // Without a number: it concerns this Connection and is no part of the Peer's stream.
      this.#socket.emit('connection:replaced', {});
      this.#socket.disconnect(true);
      return;
    }
    // A join that fails is answered, and a leave too: the socket goes after that.
    if (state !== 'in' && state !== 'watching') return;
    this.#place = { state: 'left' };
    if (reason === 'failed') this.#cut();
    else {
      this.sayWaiting();
      // Why its place ended may be among what waits for an answer of its own.
      for (const notification of this.#held) this.#emit([notification]);
      this.#held = [];
      this.#socket.disconnect(true);
    }
  }

  /** Counts what no honest client sends; too much of it ends the Connection. */
  countBadMessage(): void {
    this.#badMessages += 1;
    if (this.#badMessages > MAX_BAD_MESSAGES) this.#cut();
  }

  /** After the answer to `room:leave`. */
  disconnectIfLeft(): void {
    if (this.#place.state === 'left') this.#socket.disconnect(true);
  }

  /** Ends the transport only, so that the client tries to come back. */
  #cut(): void {
    this.#guard.cut();
  }

  /** The socket is gone. */
  close(): void {
    const place = this.#place;
    if (place.state === 'closed') return;
    this.#place = { state: 'closed' };
    this.#cancelExpiry();
    this.lanes.ordered.close();
    this.lanes.group.close();
    if (place.state === 'new') place.cancelDeadline();
    if (this.#saysGoodbye && place.state !== 'entering') giveUp(place);
    else if ('room' in place) place.room.connectionLost(this);
  }
}

/** The viewers of a Room as socket.io knows them; a Room that takes an old id is another. */
const audienceOf = ({ generation }: Room): string => `audience ${generation}`;

/** What is not held is not given up; a join under way ends by itself. */
function giveUp(place: Place): void {
  if (place.state === 'in') place.room.leave(place.peer);
  else if (place.state === 'watching') place.room.audience.leave(place.viewer);
}
