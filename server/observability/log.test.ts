// What a log line looks like, and what cannot get into one by accident.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createJournal } from './journal.ts';
import { createLog } from './log.ts';

function capture(level = 'debug') {
  const lines: string[] = [];
  const log = createLog({ level, destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines };
}

test('a line is one JSON object with its level by name and neither host nor process id', () => {
  const { log, lines } = capture();
  log.info({ room: 'a1b2c3' }, 'room opened');
  const { time, ...rest } = JSON.parse(lines[0] ?? '{}');
  expect(rest).toEqual({ level: 'info', room: 'a1b2c3', msg: 'room opened' });
  expect(time).toEqual(expect.any(Number));
});

test('of an error only its name, message and stack are written, whatever a library hung on it', () => {
  const { log, lines } = capture();
  const error = Object.assign(new Error('refused'), { request: { body: 'SECRET' } });
  log.error({ error }, 'failed');
  expect(lines[0]).toContain('refused');
  expect(lines[0]).not.toContain('SECRET');
  log.error({ error: 'a bare string SECRET' }, 'failed');
  expect(lines[1]).not.toContain('SECRET');
});

test('fields that carry secrets by name are blotted out even where a mistake hands them over', () => {
  const { log, lines } = capture();
  log.warn({ token: 'SECRET', auth: { token: 'SECRET' }, handshake: { token: 'SECRET' }, proof: 'SECRET' }, 'oops');
  expect(lines[0]).not.toContain('SECRET');
});

test('the journal writes life at info and faults at warn', () => {
  const { log, lines } = capture();
  const journal = createJournal(log);
  journal.note('peer joined', { peer: 'abc123' });
  journal.fault('media could not be reset', new Error('gone'), { room: 'abc123' });
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['info', 'warn']);
});

test('logs that come and go in one process leave one listener on its standard output', () => {
  createLog({ level: 'silent' });
  const before = process.stdout.listenerCount('error');
  for (let times = 0; times < 3; times += 1) createLog({ level: 'silent' });
  expect(process.stdout.listenerCount('error')).toBe(before);
});

test.each(['does not read', 'has gone'])('a process whose log’s reader %s goes on and ends by itself', async (what) => {
  const source = `
    import { createLog } from ${JSON.stringify(new URL('log.ts', import.meta.url).href)};
    const log = createLog({ level: 'info' });
    for (let line = 0; line < 20_000; line += 1) log.info({ line }, 'x'.repeat(100));
    process.stderr.write('alive');
    setTimeout(() => { log.info({}, 'last words'); process.exit(0); }, 300);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  try {
    if (what === 'has gone') setTimeout(() => child.stdout.destroy(), 200);
    const [said] = await Promise.race([once(child.stderr, 'data'), exited]);
    expect(String(said)).toBe('alive');
    expect((await exited)[0]).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
});
