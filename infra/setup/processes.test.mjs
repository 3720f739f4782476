import { describe, expect, test } from 'vitest';
import { createExcerpt, createSignalFilter, runOrFail, runQuietly } from './processes.mjs';

const node = (script) => [process.execPath, ['-e', script]];

describe('runQuietly', () => {
  test('answers the exit code and hands over both outputs line by line', async () => {
    const lines = [];
    const script = 'process.stdout.write("one\\ntw"); setTimeout(() => { console.log("o"); process.exitCode = 3 }, 20)';
    const result = await runQuietly(...node(script), { onLine: (line) => lines.push(line) });
    expect(result.code).toBe(3);
    expect(lines).toEqual(['one', 'two']);
  });

  test('kills a program that outlives its time, with what it started', async () => {
    const result = await runQuietly('sh', ['-c', 'sleep 30 & wait'], { timeoutMs: 200 });
    expect(result).toMatchObject({ code: null, timedOut: true });
  });

  test('a program that does not exist is a failure that names it', async () => {
    const result = await runQuietly('/nowhere/tool', []);
    expect(result.code).toBeNull();
    expect(result.excerpt.join('\n')).toContain('/nowhere/tool');
  });
});

test('a failed step says what failed and shows its output', async () => {
  const failing = runOrFail('Building the page', ...node('console.error("no such file"); process.exit(2)'));
  await expect(failing).rejects.toMatchObject({
    message: expect.stringContaining('Building the page failed'),
    remedies: ['no such file'],
  });
});

describe('the signal filter', () => {
  test('passes the same signal on once a moment, and again later', () => {
    let nowMs = 1000;
    const isNew = createSignalFilter(() => nowMs);
    expect(isNew('SIGINT')).toBe(true);
    nowMs += 3;
    expect(isNew('SIGINT')).toBe(false);
    nowMs += 2000;
    expect(isNew('SIGINT')).toBe(true);
  });

  test('passes another signal on at once', () => {
    const isNew = createSignalFilter(() => 1000);
    expect(isNew('SIGINT')).toBe(true);
    expect(isNew('SIGTERM')).toBe(true);
  });
});

test('of a long output the beginning and the end are kept, and how much lies between is said', () => {
  const excerpt = createExcerpt();
  for (let line = 1; line <= 100; line += 1) excerpt.add(`line ${line}`);
  excerpt.add('');
  const lines = excerpt.lines();
  expect(lines[0]).toBe('line 1');
  expect(lines).toContain('… (70 lines)');
  expect(lines.at(-1)).toBe('line 100');
  expect(lines).toHaveLength(31);
});
