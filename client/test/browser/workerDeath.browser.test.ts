// People of one room on two mediasoup workers see each other, and when one or both of these die pictures come back by themselves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Participant } from './harness/Participant.ts';
import { lookAt } from './harness/pictures.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

/** Longer, and people would have pressed reload. */
const RECOVERY_LIMIT_MS = 20_000;

describe('a mediasoup worker killed during a call', () => {
  let stage: Stage;
  let people: Participant[] = [];

  /** Tracks that play on both pages; new ones come from new Consumers. */
  const tracks = async (): Promise<(string | undefined)[]> => {
    const [dina, emil] = people;
    if (!dina || !emil) return [];
    const looks = [await lookAt(dina.page, emil.name), await lookAt(emil.page, dina.name)];
    return looks.map((look) => look?.trackId);
  };

  const everybodySees = async (timeoutMs: number): Promise<void> => {
    const pairs = people.flatMap((one) => people.filter((other) => other !== one).map((other) => ({ one, other })));
    await Promise.all(pairs.map(({ one, other }) => one.sees(other, { timeoutMs })));
  };

  /** What the server logged by these words, oldest first. */
  const logged = (words: string): Record<string, unknown>[] =>
    stage.server
      .output()
      .split('\n')
      .filter((line) => line.includes(`"${words}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeAll(async () => {
    // Dina comes first, and is placed beside the room's own worker.
    stage = await setStage({ workers: 2, env: { ROOM_SPREAD: 'always', LOG_LEVEL: 'debug' } });
    const [dina, emil] = [await stage.person('Dina'), await stage.person('Emil')];
    const link = await dina.makeMeeting(stage.server.origin);
    await dina.enter();
    await emil.joinByLink(link);
    people = [dina, emil];
    await everybodySees(45_000);
  });
  afterAll(() => stage?.close());

  it('costs those who are on it alone their pictures, where the room is on another one too', async () => {
    const [grown] = logged('room media grew on to another worker');
    const pid = grown?.['workerPid'] as number;
    expect(stage.server.workerPids()).toContain(pid);
    const before = await tracks();
    expect(before).not.toContain(undefined);
    process.kill(pid, 'SIGKILL');
    const isNew = async (): Promise<boolean> =>
      (await tracks()).every((track) => track !== undefined && track !== '' && !before.includes(track));
    await until(isNew, { timeoutMs: RECOVERY_LIMIT_MS, everyMs: 50, what: 'pictures of new Consumers' });
    await everybodySees(RECOVERY_LIMIT_MS);
    expect(logged('room media reset').map(({ peers }) => peers)).toEqual([1]);
    await until(() => stage.server.workerPids().length === 2, { what: 'two workers again' });
  });

  it('lets everyone see pictures again without touching anything', async () => {
    const victims = stage.server.workerPids();
    expect(victims.length).toBeGreaterThan(0);
    const before = await tracks();
    expect(before).not.toContain(undefined);
    const startedMs = performance.now();
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    await until(() => stage.server.workerPids().some((pid) => !victims.includes(pid)), { what: 'a new worker' });
    const isNew = async (): Promise<boolean> =>
      (await tracks()).every((track) => track !== undefined && track !== '' && !before.includes(track));
    await until(isNew, { timeoutMs: RECOVERY_LIMIT_MS, everyMs: 50, what: 'pictures of new Consumers' });
    await everybodySees(RECOVERY_LIMIT_MS);
    const tookMs = Math.round(performance.now() - startedMs);
    process.stdout.write(`pictures were back ${tookMs} ms after the worker was killed\n`);
    expect(tookMs).toBeLessThan(RECOVERY_LIMIT_MS);
  });

  it('keeps the room sealed and the chat working', async () => {
    const [dina, emil] = people;
    expect(await dina?.lockState()).toBe('sealed');
    await dina?.say('still here');
    await emil?.reads('still here');
  });
});
