// A member without a browser: the SDK over a real socket with real keys, whose frames come from and go to whoever runs it.
import { createRoomClient, type RoomClient, type RoomLink, type RoomState } from '#core';
import { createNodePlatform } from '../../client/platform/node/nodePlatform.ts';
import { NodeLine } from '../../client/platform/node/NodeLine.ts';
import { Seat, type SeatHandlers } from './Seat.ts';

export interface BotHandlers extends SeatHandlers {
  onState(state: RoomState): void;
}

export interface BotOptions {
  origin: string;
  link: RoomLink;
  displayName: string;
  handlers: BotHandlers;
}

/** A crashed page needs a moment to be gone: its socket is cut before it could say anything. */
const CRASH_MS = 50;

export class Bot {
  readonly displayName: string;
  readonly #client: RoomClient;
  readonly #line: NodeLine;
  readonly #unsubscribe: () => void;
  /** Of its present place in the Room; a fresh place brings a new one. */
  #seat: Seat | null = null;

  constructor({ origin, link, displayName, handlers }: BotOptions) {
    this.displayName = displayName;
    this.#line = new NodeLine(origin);
    const platform = {
      ...createNodePlatform(this.#line),
      createE2eeWorker: () => {
        const seat = new Seat(handlers);
        this.#seat = seat;
        return { port: seat, terminate: () => seat.terminate() };
      },
    };
    this.#client = createRoomClient({ platform, link, displayName });
    this.#unsubscribe = this.#client.state.subscribe(() => handlers.onState(this.#client.state.get()));
  }

  get state(): RoomState {
    return this.#client.state.get();
  }

  get seat(): Seat | null {
    return this.#seat;
  }

  /** What it says and shows, for as long as it is in the Room. */
  get acts(): Pick<RoomClient, 'chat' | 'captions' | 'gestures'> {
    return this.#client;
  }

  /** Resolves once in the Room, or ended. */
  join(): Promise<void> {
    return this.#client.join();
  }

  /** Says goodbye. Its worker is handed over as it is: the caller closes it, now or when it has listened long enough. */
  leave(): Seat | null {
    return this.#depart(() => this.#client.leave());
  }

  /** As a page that dies: no goodbye, and the server waits for it. The worker goes to the caller as with `leave`. */
  crash(): Seat | null {
    return this.#depart(() => {
      this.#line.vanish();
      setTimeout(() => this.#client.close(), CRASH_MS);
    });
  }

  /** No way to the server for `ms`. */
  loseLine(ms: number): void {
    this.#line.lose(ms);
  }

  close(): void {
    this.#unsubscribe();
    this.#client.close();
  }

  #depart(go: () => void): Seat | null {
    const seat = this.#seat;
    this.#seat = null;
    this.#unsubscribe();
    seat?.setAdrift();
    go();
    return seat;
  }
}
