// What people are told at the start, for every way in which it commonly fails.
import { describe, expect, test } from 'vitest';
import { loadConfig } from './config/env.ts';
import { adviceFor, warningsFor } from './startAdvice.ts';

const configOf = (environment: Record<string, string>) => loadConfig(environment, () => '{}').config;
const failure = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);

describe('a start that fails', () => {
  const config = configOf({ DATA_DIR: '/srv/conclave' });
  const media = (why: string) => failure(`the media workers could not be started: ${why}`);
  test.each([
    ['a taken port', failure('x', { code: 'EADDRINUSE', address: '127.0.0.1', port: 3000 }), /127\.0\.0\.1:3000.*PORT/],
    ['a foreign address', failure('x', { code: 'EADDRNOTAVAIL', address: '203.0.113.9' }), /203\.0\.113\.9.*HOST/],
    ['a low port', failure('x', { code: 'EACCES', syscall: 'listen', port: 80 }), /port 80 .*PORT.*1023/],
    ['a data folder', failure('x', { code: 'EACCES', path: '/srv/conclave/a' }), /\/srv\/conclave .*DATA_DIR/],
    ['a media port', media('port:40000]: address already in use'), /40000.*MEDIA_PORT/],
    ['a media address', media('address not available'), /MEDIA_HOST/],
    ['a worker', media('spawn /w EACCES'), /MEDIASOUP_WORKER_BIN/],
  ])('because of %s names the setting to change', (_what, error, advice) => {
    expect(adviceFor(error, config)).toMatch(advice);
  });

  test('for a reason of its own tells that reason', () => {
    expect(adviceFor(failure('disk of fire'), null)).toBe('disk of fire');
  });
});

describe('a server for others that announces itself as loopback', () => {
  test.each([{ HOST: '0.0.0.0' }, { HOST: '::' }, { HOST: '127.0.0.1', MEDIA_HOST: '0.0.0.0' }])(
    'warns with %o that ANNOUNCED_ADDRESS is missing',
    (environment) => {
      expect(warningsFor(configOf(environment)).join()).toContain('ANNOUNCED_ADDRESS');
    },
  );

  test.each([{}, { HOST: '192.0.2.1' }, { HOST: '0.0.0.0', ANNOUNCED_ADDRESS: '192.0.2.1' }])(
    'says nothing with %o',
    (environment) => {
      expect(warningsFor(configOf(environment))).toEqual([]);
    },
  );
});
