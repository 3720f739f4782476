// What is posted goes out in order; what may have been said to nobody goes out again, once and in the same order.
import { describe, expect, it } from 'vitest';
import { Outbox } from './Outbox.ts';
import { parsePayload, type GroupPayload } from './payload.ts';

const word = (can: string): GroupPayload => ({ t: 'codecs', can: [can] });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

const createScene = () => {
  const said: string[] = [];
  let hold: Promise<void> = Promise.resolve();
  const outbox = new Outbox({
    nowMs: () => 1_000,
    say: async (bytes) => {
      const parsed = parsePayload(bytes);
      said.push(parsed?.t === 'codecs' ? (parsed.can[0] ?? '') : '?');
      await hold;
    },
  });
  outbox.setReady(true);
  const holdBack = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    return resolve;
  };
  return { outbox, said, holdBack };
};

describe('Outbox', () => {
  it('E-93 says again, before what waits, what went out and what was on its way', async () => {
    const { outbox, said, holdBack } = createScene();
    outbox.post(word('one'));
    await settle();
    const letGo = holdBack();
    outbox.post(word('two'));
    outbox.post(word('three'));
    outbox.sayAgain(1_000);
    letGo();
    await settle();
    expect(said).toEqual(['one', 'two', 'one', 'two', 'three']);
  });

  it('tells the outcome of what is said twice once', async () => {
    const { outbox, said } = createScene();
    const outcomes: string[] = [];
    outbox.post(word('one'), (outcome) => outcomes.push(outcome));
    await settle();
    outbox.sayAgain(1_000);
    outbox.setReady(true);
    await settle();
    expect(said).toEqual(['one', 'one']);
    expect(outcomes).toEqual(['sent']);
  });

  it('says nothing again that is longer ago, nor once it is closed', async () => {
    const { outbox, said } = createScene();
    outbox.post(word('one'));
    await settle();
    outbox.sayAgain(20_000);
    outbox.post(word('two'));
    await settle();
    outbox.close();
    outbox.sayAgain(1_000);
    outbox.setReady(true);
    await settle();
    expect(said).toEqual(['one', 'two']);
  });
});
