// Media before everything else: Workers and those that replace them, as far as the system lets us.
import { getPriority } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { goFirst, WORKER_NICE } from './goFirst.ts';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { eventually, openTestPlane } from './test/mediaTestBed.ts';

let plane: SfuMediaPlane | null = null;
afterEach(() => {
  plane?.close();
  plane = null;
});

const isRoot = process.getuid?.() === 0;
const own = getPriority();
const expected = { priority: isRoot ? WORKER_NICE : own, goesFirst: isRoot };

it('a Worker goes before other processes where the system allows it, and so does its replacement', async () => {
  plane = await openTestPlane(1);
  const looked = (pid: number) => ({
    priority: getPriority(pid),
    goesFirst: plane?.status().perWorker[0]?.goesFirst,
  });
  const [first = 0] = plane.workerPids();
  expect(looked(first)).toEqual(expected);
  expect(getPriority()).toBe(own);
  process.kill(first, 'SIGKILL');
  const next = await eventually('another Worker', () => plane?.workerPids().find((pid) => pid !== first));
  expect(looked(next)).toEqual(expected);
});

it('where there is no such process, or none of ours, nothing happens', () => {
  expect(goFirst(2 ** 22 + 1)).toBe(false);
});
