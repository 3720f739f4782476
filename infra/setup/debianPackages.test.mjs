import { expect, test } from 'vitest';
import { aptLine, missingFrom, workerPackages } from './debianPackages.mjs';

test('packages that dpkg does not know, or knows as removed, are missing', () => {
  const listing = 'installed meson\nconfig-files g++\nnot-installed chromium\ninstalled libuv1-dev';
  expect(missingFrom(['meson', 'g++', 'ninja-build', 'libuv1-dev', 'chromium'], listing)).toEqual([
    'g++',
    'ninja-build',
    'chromium',
  ]);
});

test('a package is not taken for installed because another one begins with its name', () => {
  expect(missingFrom(['libssl'], 'installed libssl-dev')).toEqual(['libssl']);
});

test('the line for an ordinary user updates the lists and names every package once', () => {
  const line = aptLine(workerPackages);
  expect(line.startsWith('sudo apt-get update && sudo apt-get install -y')).toBe(true);
  expect(line).not.toContain('\n');
  for (const name of workerPackages) expect(line.split(' ').filter((word) => word === name)).toHaveLength(1);
});
