// What becomes of a call that fails when its answer has begun.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '../observability/log.ts';
import { handleErrors } from './errorStatus.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('P-128 one that fails in the middle breaks off, and nothing of it is written anywhere but the code', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
  const countHttpError = vi.fn();
  const app = express();
  // As where the server runs: among tests express itself is silent.
  app.set('env', 'production');
  app.get('/', async (_request, response) => {
    response.status(206).flushHeaders();
    await Promise.reject(new Error("EMFILE: too many open files, open '/data/files/ITS-ID'"));
  });
  app.use(handleErrors({ log, clock: { now: () => 0 }, metrics: { countHttpError } }));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await expect(answer.text()).rejects.toThrow();
  server.close();
  expect(said).not.toHaveBeenCalled();
  expect(logged.join('')).not.toContain('ITS-ID');
  expect(countHttpError.mock.calls).toEqual([['internal']]);
});
