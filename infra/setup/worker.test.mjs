import { expect, test } from 'vitest';
import { cachedName, libcTag, workerRuns } from './worker.mjs';

test('the C library is part of the cached worker’s name', () => {
  expect(libcTag('glibc 2.36')).toBe('glibc2.36');
  expect(libcTag(undefined)).toBe('other');
});

test('whatever changes the binary changes its name in the cache', () => {
  const base = { version: '3.27.1', arch: 'x64', libc: 'glibc2.36', recipe: 'a'.repeat(64) };
  const names = [
    base,
    { ...base, version: '3.27.2' },
    { ...base, arch: 'arm64' },
    { ...base, libc: 'glibc2.41' },
    { ...base, recipe: 'b'.repeat(64) },
  ].map(cachedName);
  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toBe('mediasoup-worker-3.27.1-x64-glibc2.36-aaaaaaaaaaaa');
});

test('a program that is missing, or that is no worker, does not count as one', () => {
  expect(workerRuns('/nowhere/mediasoup-worker')).toBe(false);
  expect(workerRuns(process.execPath)).toBe(false);
});
