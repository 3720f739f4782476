// Whatever order Peers come, send, stop and leave in, in the end each has exactly the Consumers that it should have.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProducerId, STREAMS } from '#protocol/ids';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { eventually, openTestPlane, type TestPeer, TestRoom } from './test/mediaTestBed.ts';

let plane: SfuMediaPlane;
beforeAll(async () => {
  plane = await openTestPlane(1);
});
afterAll(() => plane?.close());

const PEERS = 5;

const anyStep = fc.record({
  peer: fc.nat(PEERS - 1),
  act: fc.constantFrom('start', 'produce', 'produce', 'closeProducer', 'pause', 'leave', 'ready', 'settle'),
  stream: fc.constantFrom(...STREAMS),
});
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

/** A Peer and what it believes to have done; `started` and `left` change as soon as that is asked for. */
class ChurningPeer {
  readonly peer: TestPeer;
  started = false;
  left = false;
  toldWhenLeft = 0;
  #producing = new Map<string, Promise<ProducerId | null>>();

  constructor(peer: TestPeer) {
    this.peer = peer;
  }

  /** Begins without waiting, as requests of different Connections do; resolves when all is done. */
  async take({ act, stream }: Step, capabilities: Record<string, unknown>): Promise<void> {
    const { media } = this.peer;
    if (this.left) return;
    switch (act) {
      case 'start':
        this.started = true;
        return await media.start(capabilities);
      case 'produce':
        if (!this.#producing.has(stream))
          this.#producing.set(
            stream,
            this.peer.produce(stream).catch(() => null),
          );
        return;
      case 'closeProducer':
        return await this.#closeProducer(stream);
      case 'pause': {
        const producerId = await this.#producing.get(stream);
        if (producerId) await media.pauseProducer(producerId);
        return;
      }
      case 'ready':
        return await media.consumersReady(this.peer.consumers().map(({ id }) => id));
      case 'leave':
        this.left = true;
        media.close();
        this.toldWhenLeft = this.peer.told.length;
        return;
      case 'settle':
        return await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #closeProducer(stream: string): Promise<void> {
    const producerId = await this.#producing.get(stream);
    if (!producerId) return;
    this.peer.media.closeProducer(producerId);
    this.#producing.delete(stream);
  }

  async sends(): Promise<ProducerId[]> {
    if (this.left) return [];
    return (await Promise.all(this.#producing.values())).filter((id) => id !== null);
  }

  /** Producers of the Consumers that it was told of and not told the end of. */
  receives(): ProducerId[] {
    const closed = new Set(this.peer.heard('consumer:closed').flatMap(({ consumerIds }) => consumerIds as string[]));
    return this.peer
      .consumers()
      .filter(({ id }) => !closed.has(id))
      .map(({ producerId }) => producerId);
  }
}

describe('a Room under churn', () => {
  it('ends with one Consumer for each Producer of the others, for each Peer that started and stayed', async () => {
    const anySteps = fc.array(anyStep, { minLength: 10, maxLength: 60 });
    await fc.assert(fc.asyncProperty(anySteps, churn), { numRuns: 60 });
    expect(plane.status()).toMatchObject({ ready: true, deaths: 0 });
  }, 60_000);
});

async function churn(steps: Step[]): Promise<void> {
  const room = await new TestRoom(plane).open();
  const peers = await Promise.all(
    Array.from({ length: PEERS }, async () => new ChurningPeer(await room.peer().open())),
  );
  const running: Promise<void>[] = [];
  for (const step of steps) {
    const taken = peers[step.peer]!.take(step, room.capabilities);
    // A Peer that leaves takes its own requests with it; that is the only refusal there should be.
    running.push(taken.catch((error: unknown) => expect(error).toMatchObject({ name: 'ProtocolError' })));
    if (step.act === 'settle') await taken;
  }
  await Promise.all(running);
  const sent = await Promise.all(peers.map((one) => one.sends()));
  for (const [index, one] of peers.entries()) {
    if (one.left) continue;
    const wanted = one.started
      ? sent
          .filter((_, other) => other !== index)
          .flat()
          .toSorted()
      : [];
    await eventually('the right Consumers', () => String(one.receives().toSorted()) === String(wanted));
  }
  room.media.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const gone = peers.filter(({ left }) => left);
  expect(gone.map(({ peer }) => peer.told.length)).toEqual(gone.map(({ toldWhenLeft }) => toldWhenLeft));
}
