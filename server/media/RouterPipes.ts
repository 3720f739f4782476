// What comes to one Router from the Room's others: each stream once, for as long as somebody on it wants it.
import type { ProducerId } from '#protocol/ids';
import type { Producer, Router } from 'mediasoup/types';
import type { Published } from './published.ts';

interface Pipe {
  /** There may be none, and one again, while it is being made. */
  readonly holders: Set<object>;
  readonly made: Promise<Producer | null>;
}

/** Ends with its Router, and each pipe with the Producer behind it, without a word. */
export class RouterPipes {
  readonly #router: Router;
  readonly #pipes = new Map<ProducerId, Pipe>();

  constructor(router: Router) {
    this.#router = router;
  }

  /** As MediaPlace has it. */
  async carry(published: Published, holder: object): Promise<boolean> {
    if (published.router === this.#router) return !published.producer.closed;
    const pipe = this.#pipes.get(published.id) ?? this.#begin(published);
    pipe.holders.add(holder);
    return (await pipe.made)?.closed === false;
  }

  release(producerId: ProducerId, holder: object): void {
    const pipe = this.#pipes.get(producerId);
    if (pipe === undefined || !pipe.holders.delete(holder) || pipe.holders.size > 0) return;
    void pipe.made.then((producer) => {
      if (pipe.holders.size === 0) producer?.close();
    });
  }

  #begin(published: Published): Pipe {
    const pipe: Pipe = { holders: new Set(), made: this.#make(published) };
    this.#pipes.set(published.id, pipe);
    void pipe.made.then((producer) => {
      if (producer === null || producer.closed) this.#forget(published.id, pipe);
      else producer.observer.once('close', () => this.#forget(published.id, pipe));
    });
    return pipe;
  }

  /** Null where either side is gone by now. All layers cross, sealed as they came, and each device here is sent its own of them. */
  async #make({ id: producerId, router }: Published): Promise<Producer | null> {
    try {
      const { pipeProducer } = await router.pipeToRouter({ producerId, router: this.#router, enableSctp: false });
      return pipeProducer ?? null;
    } catch {
      return null;
    }
  }

  #forget(producerId: ProducerId, pipe: Pipe): void {
    if (this.#pipes.get(producerId) === pipe) this.#pipes.delete(producerId);
  }
}
