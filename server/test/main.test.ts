// The process itself, with its real media plane: starting, refusing to start, stopping.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../main.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conclave-main-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the server as its users do; what it says grows in `said`. */
function run(settings: Record<string, string>) {
  const env = { ...process.env, DATA_DIR: join(folder, 'data'), WORKERS: '1', PORT: '0', MEDIA_PORT: '0', ...settings };
  const child = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  return { child, said, ended: once(child, 'close').then(([code]) => code as number | null) };
}

const addressIn = (text: string): string | undefined => /^Conclave is listening on (\S+)$/m.exec(text)?.[1];

describe('main', () => {
  test('P-07 it says where it listens, and on SIGTERM it exits with 0 within its deadline', async () => {
    const { child, said, ended } = run({ DRAIN_MS: '500' });
    await expect.poll(() => addressIn(said.out), { timeout: 15_000 }).toBeDefined();
    const ready = await fetch(`${addressIn(said.out)}/readyz`);
    expect(await ready.json()).toEqual({ ready: true, isDraining: false, hasWorker: true });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said.err).toBe('');
    const events = said.out.split('\n').filter((line) => line.startsWith('{'));
    expect(events.map((line) => JSON.parse(line).msg)).toEqual(
      expect.arrayContaining(['listening', 'draining', 'stopped']),
    );
  });

  test('P-08 a wrong setting is named with what to write, and the exit code is 1', async () => {
    const { said, ended } = run({ PORT: 'eighty', WORKERS: 'many' });
    expect(await ended).toBe(1);
    expect(said.err.trim().split('\n')).toEqual([
      expect.stringMatching(/^PORT is not right: write /),
      expect.stringMatching(/^WORKERS is not right: write /),
    ]);
    expect(said.out).toBe('');
  });

  test('P-08 a port that is taken is named, and the exit code is 1', async () => {
    const first = run({});
    await expect.poll(() => addressIn(first.said.out), { timeout: 15_000 }).toBeDefined();
    const { port } = new URL(addressIn(first.said.out) ?? '');
    const second = run({ PORT: port, DATA_DIR: join(folder, 'other') });
    expect(await second.ended).toBe(1);
    expect(second.said.err).toContain(`127.0.0.1:${port} is in use`);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  });

  test('P-08 a data folder that a running server uses is refused with exit code 1 and left as it is; a killed one’s is not', async () => {
    const first = run({});
    await expect.poll(() => addressIn(first.said.out), { timeout: 30_000 }).toBeDefined();
    const sent = join(folder, 'data', 'files', 'sealed');
    await writeFile(sent, 'of the first');
    const second = run({});
    expect(await second.ended).toBe(1);
    expect(second.said.err.trim()).toBe(
      `Conclave could not start: another Conclave is running on the data folder ${join(folder, 'data')}; stop it, or set DATA_DIR to another`,
    );
    expect(await readFile(sent, 'utf8')).toBe('of the first');
    first.child.kill('SIGKILL');
    await first.ended;
    const third = run({});
    await expect.poll(() => addressIn(third.said.out), { timeout: 30_000 }).toBeDefined();
    third.child.kill('SIGTERM');
    expect(await third.ended).toBe(0);
  }, 120_000);
});
