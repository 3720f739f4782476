// A member without a browser: the SDK over a real socket with real keys, whose frames come from and go to whoever runs it, or who speaks.
import { createRoomClient, type RoomClient, type RoomLink, type RoomState } from '#core';
import { createNodePlatform } from '../../client/platform/node/nodePlatform.ts';
import type { NodeE2eeWorker } from '../../client/platform/node/nodeE2eeWorker.ts';
import { NodeLine } from '../../client/platform/node/NodeLine.ts';
import { QuietTrack } from '../../infra/doctor/peer/QuietTrack.ts';
import type { Mouth } from './Mouth.ts';
import { Seat, type SeatHandlers } from './Seat.ts';

export interface BotHandlers extends SeatHandlers {
  onState(state: RoomState): void;
}

export interface BotOptions {
  origin: string;
  link: RoomLink;
  displayName: string;
  handlers: BotHandlers;
  /** What it speaks with; without one it is mute. Its to close. */
  mouth?: Mouth;
}

/** A crashed page needs a moment to be gone: its socket is cut before it could say anything. */
const CRASH_MS = 50;

export class Bot {
  readonly displayName: string;
  readonly #client: RoomClient;
  readonly #line: NodeLine;
  readonly #mouth: Mouth | undefined;
  readonly #unsubscribe: () => void;
  /** Of its present place in the Room; a fresh place brings a new one. */
  #seat: Seat | null = null;

  constructor({ origin, link, displayName, handlers, mouth }: BotOptions) {
    this.displayName = displayName;
    this.#mouth = mouth;
    this.#line = new NodeLine(origin);
    const platform = {
      ...createNodePlatform(this.#line),
      ...(mouth && {
        createDevice: async () => mouth.createDevice(),
        getMicrophone: async () => new QuietTrack().asTrack(),
      }),
      createE2eeWorker: () => {
        const seat = new Seat(handlers);
        this.#seat = seat;
        const worker: NodeE2eeWorker = {
          port: seat,
          attach: (lane, options) => seat.attach(lane, options),
          terminate: () => seat.terminate(),
        };
        return worker;
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

  /** Frames that it sealed and sent, of all its places. */
  get sounds(): number {
    return this.#mouth?.sounds ?? 0;
  }

  /** Its microphone, which sends nothing while it is off; a line to the SFU is opened by the first word. */
  talk(isOn: boolean): void {
    if (isOn) this.#mouth?.open();
    else this.#mouth?.shut();
    void this.#client.setMic(isOn);
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
    this.#mouth?.close();
    this.#client.close();
  }

  #depart(go: () => void): Seat | null {
    const seat = this.#seat;
    this.#seat = null;
    this.#unsubscribe();
    this.#mouth?.close();
    seat?.setAdrift();
    go();
    return seat;
  }
}
