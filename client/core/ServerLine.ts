// How a client's line to the server stands: there, lost, or lost because the server restarts, as it had said.
import type { RoomView } from './types.ts';

export class ServerLine {
  readonly #onChange: () => void;
  #state: RoomView['connection'] = 'online';
  /** The server of the moment said that it goes down. */
  #goesDown = false;

  #retryAtMs: number | null = null;

  /** @param onChange of when the next attempt is made */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** @param isSendLost the way that our media takes is lost as well: it may outlive the line for a while, and others see us then */
  view(isSendLost: boolean): Pick<RoomView, 'connection' | 'retryAtMs' | 'cutOff'> {
    const connection = this.#state;
    return { connection, retryAtMs: this.#retryAtMs, cutOff: connection !== 'online' && isSendLost };
  }

  retries(atMs: number | null): void {
    this.#retryAtMs = atMs;
    this.#onChange();
  }

  get state(): RoomView['connection'] {
    return this.#state;
  }

  /** @returns whether that is news: those who came during it hear it too, and each hears it once */
  goesDown(): boolean {
    const isNews = !this.#goesDown;
    this.#goesDown = true;
    return isNews;
  }

  lost(): void {
    this.#state = this.#goesDown ? 'restarting' : 'reconnecting';
  }

  /** @param resumed at the same place: what the server said there still holds. @returns whether it was lost */
  back(resumed: boolean): boolean {
    const wasLost = this.#state !== 'online';
    this.#state = 'online';
    this.#retryAtMs = null;
    if (!resumed) this.#goesDown = false;
    return wasLost;
  }
}
