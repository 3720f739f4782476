import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { aptLine, missingFrom, withoutStarting, workerPackages } from './debianPackages.mjs';

const exitCodeOf = (file) => {
  try {
    execFileSync(file);
    return 0;
  } catch (error) {
    return error.status;
  }
};

test('while packages are installed no service may start, and afterwards all is as before, also where that failed', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-policy-'));
  const file = path.join(folder, 'policy-rc.d');
  expect(await withoutStarting(async () => exitCodeOf(file), file)).toBe(101);
  expect(fs.existsSync(file)).toBe(false);
  await expect(withoutStarting(() => Promise.reject(new Error('no')), file)).rejects.toThrow('no');
  expect(fs.existsSync(file)).toBe(false);
  fs.writeFileSync(file, 'the operator’s own');
  await withoutStarting(async () => undefined, file);
  expect(fs.readFileSync(file, 'utf8')).toBe('the operator’s own');
  fs.rmSync(folder, { recursive: true });
});

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
