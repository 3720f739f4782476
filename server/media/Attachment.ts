// What one device has on a Router: made when it is asked for, lost with the Router, made anew on the next one.
import { ProtocolError } from '#protocol/errors';
import { toProtocolError } from './mediaErrors.ts';

export interface AttachmentOptions<Thing> {
  /** Null where the Router went meanwhile: it is asked again at once. */
  make(): Promise<Thing | null>;
  /** Its Router is gone. */
  isLost(thing: Thing): boolean;
  unmake(thing: Thing): void;
}

type State<Thing> =
  | { name: 'detached' }
  | { name: 'attaching'; thing: Promise<Thing> }
  | { name: 'attached'; thing: Thing }
  | { name: 'closed' };

export class Attachment<Thing> {
  readonly #options: AttachmentOptions<Thing>;
  #state: State<Thing> = { name: 'detached' };

  constructor(options: AttachmentOptions<Thing>) {
    this.#options = options;
  }

  /** Null while there is none. */
  get current(): Thing | null {
    return this.#state.name === 'attached' ? this.#state.thing : null;
  }

  /** @throws ProtocolError `wrong_state` while there is none */
  require(): Thing {
    if (this.#state.name === 'attached') return this.#state.thing;
    throw new ProtocolError('wrong_state', 'this device has no Transports now');
  }

  /** Concurrent callers share one. Rejects with a ProtocolError, `wrong_state` once it is closed. */
  async open(): Promise<Thing> {
    switch (this.#state.name) {
      case 'attached':
        return this.#state.thing;
      case 'attaching':
        return await this.#state.thing;
      case 'detached':
        this.#state = { name: 'attaching', thing: this.#make() };
        return await this.#state.thing;
      case 'closed':
        throw closedError();
    }
  }

  /** The Router is gone. While attaching, that goes on by itself with the next one. */
  lose(): void {
    if (this.#state.name === 'attached') this.#detach('detached');
  }

  /** @returns false where it was closed already */
  close(): boolean {
    if (this.#state.name === 'closed') return false;
    this.#detach('closed');
    return true;
  }

  #detach(name: 'detached' | 'closed'): void {
    const state = this.#state;
    this.#state = { name };
    if (state.name === 'attached') this.#options.unmake(state.thing);
  }

  async #make(): Promise<Thing> {
    const { make, isLost, unmake } = this.#options;
    try {
      for (;;) {
        const thing = await make();
        const isWanted = this.#state.name === 'attaching';
        if (thing !== null && isWanted && !isLost(thing)) {
          this.#state = { name: 'attached', thing };
          return thing;
        }
        if (thing !== null) unmake(thing);
        if (!isWanted) throw closedError();
      }
    } catch (error) {
      if (this.#state.name === 'attaching') this.#state = { name: 'detached' };
      throw toProtocolError(error, 'server');
    }
  }
}

function closedError(): ProtocolError {
  return new ProtocolError('wrong_state', 'this device has left');
}
