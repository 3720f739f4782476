// What stands until it is taken back is known to everybody who is there, and is said no oftener than that takes.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsePayload, type GroupPayload } from './payload.ts';
import { Standing } from './Standing.ts';

const word = (can: string): GroupPayload => ({ t: 'codecs', can: [can] });
const settle = () => vi.advanceTimersByTimeAsync(1);

const createScene = () => {
  const said: (string | undefined)[] = [];
  let refused = 0;
  const standing = new Standing({
    say: async (payload) => {
      if (refused > 0) {
        refused -= 1;
        throw new Error('lost');
      }
      const parsed = parsePayload(payload);
      said.push(parsed?.t === 'codecs' ? parsed.can[0] : undefined);
    },
  });
  standing.setReady(true);
  return { standing, said, refuse: (times: number) => (refused = times) };
};

describe('Standing', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is told at once to those who are there, and to several newcomers in one word', async () => {
    const { standing, said } = createScene();
    standing.setMembers(['ana']);
    standing.stand(word('up'));
    await settle();
    expect(said).toEqual(['up']);
    standing.setMembers(['ana', 'bo']);
    standing.setMembers(['ana', 'bo', 'cy']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual(['up', 'up']);
  });

  it('is told once when it ends, and to no newcomer after that', async () => {
    const { standing, said } = createScene();
    standing.setMembers(['ana']);
    standing.stand(word('up'));
    await settle();
    standing.end(word('down'));
    await settle();
    standing.setMembers(['ana', 'bo']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual(['up', 'down']);
  });

  it('ends without a word where it never stood', async () => {
    const { standing, said } = createScene();
    standing.setMembers(['ana']);
    standing.end(word('down'));
    await settle();
    expect(said).toEqual([]);
  });

  it('is told to the first who comes where nobody was there, and to who left and came back', async () => {
    const { standing, said } = createScene();
    standing.stand(word('up'));
    await settle();
    expect(said).toEqual([]);
    for (const others of [['ana'], [], ['ana']]) {
      standing.setMembers(others);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(said).toEqual(['up', 'up']);
  });

  it('waits while the group cannot be spoken to, is tried again where it failed, and tells only the last word', async () => {
    const { standing, said, refuse } = createScene();
    standing.setReady(false);
    standing.setMembers(['ana']);
    standing.stand(word('one'));
    standing.stand(word('two'));
    await settle();
    expect(said).toEqual([]);
    refuse(1);
    standing.setReady(true);
    await settle();
    expect(said).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(said).toEqual(['two']);
  });

  it('is made anew each time that it is told, and told to all again from a fresh place', async () => {
    const { standing, said } = createScene();
    standing.setMembers(['ana']);
    let times = 0;
    standing.stand(() => word(String(++times)));
    await settle();
    standing.setMembers(['ana', 'bo']);
    await vi.advanceTimersByTimeAsync(1_000);
    standing.startOver();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual(['1', '2', '3']);
  });

  it('says nothing from a fresh place of what stands no more', async () => {
    const { standing, said } = createScene();
    standing.setMembers(['ana']);
    standing.stand(word('up'));
    await settle();
    standing.end(word('down'));
    await settle();
    standing.startOver();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual(['up', 'down']);
  });

  it('says nothing more once it is closed', async () => {
    const { standing, said, refuse } = createScene();
    standing.setMembers(['ana']);
    refuse(1);
    standing.stand(word('up'));
    await settle();
    standing.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(said).toEqual([]);
  });
});
