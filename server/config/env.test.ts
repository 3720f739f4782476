// Where settings come from, what they become, and what is said of wrong ones.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from './env.ts';
import { SETTINGS } from './schema.ts';

const noFile = (): string => {
  throw Object.assign(new Error('none'), { code: 'ENOENT' });
};
const load = (environment: Record<string, string>, file?: unknown) =>
  loadConfig(environment, file === undefined ? noFile : () => (typeof file === 'string' ? file : JSON.stringify(file)));
const problems = (environment: Record<string, string>, file?: unknown): readonly string[] => {
  try {
    load(environment, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('defaults', () => {
  test('without any setting it serves this machine on port 3000', () => {
    const { config, secrets } = load({});
    expect(config).toMatchObject({ port: 3000, host: '127.0.0.1', roomCreation: 'open', trustedProxies: 0 });
    expect(config.media).toMatchObject({ announcedAddress: '127.0.0.1', listenHost: '127.0.0.1', firstPort: 40_000 });
    expect(config.media.workers).toBeGreaterThan(0);
    expect(secrets.iceServers).toEqual([]);
  });

  test.each([
    ['https://www.example.org', ['https://www.example.org']],
    ['https://a.example, http://b.example:8080', ['https://a.example', 'http://b.example:8080']],
    ['["https://a.example/"]', ['https://a.example']],
  ])('EMBED_ORIGINS %s names its origins', (EMBED_ORIGINS, origins) => {
    expect(load({ EMBED_ORIGINS }).config.embedOrigins).toEqual(origins);
    expect(load({}).config.embedOrigins).toEqual([]);
  });

  test.each(['*', 'https://a.example/page', 'example.org', 'https://a.example;script-src'])(
    'EMBED_ORIGINS %s is refused with what to write instead',
    (EMBED_ORIGINS) => {
      expect(problems({ EMBED_ORIGINS })[0]).toContain('EMBED_ORIGINS is not right: write the origins');
    },
  );

  test.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
    ['192.0.2.7', '192.0.2.7', '192.0.2.7'],
    ['0.0.0.0', '127.0.0.1', '0.0.0.0'],
    ['::', '127.0.0.1', '::'],
    ['localhost', '127.0.0.1', '127.0.0.1'],
  ])('HOST %s is announced as %s and takes media on %s', (HOST, announcedAddress, listenHost) => {
    expect(load({ HOST }).config.media).toMatchObject({ announcedAddress, listenHost });
  });
});

describe('sources', () => {
  test('the environment wins over the file, and the file over the defaults', () => {
    const { config } = load({ PORT: '4001' }, { PORT: 4000, WORKERS: 2, LOG_LEVEL: 'warn' });
    expect([config.port, config.media.workers, config.logLevel]).toEqual([4001, 2, 'warn']);
  });

  test('an empty variable counts as none', () => {
    expect(load({ PORT: '' }, { PORT: 4000 }).config.port).toBe(4000);
  });

  test('only a file that was named has to be there', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ CONCLAVE_CONFIG: 'mine.json' })[0]).toMatch(/mine\.json cannot be read/);
  });

  test('what was loaded cannot be changed any more', () => {
    const { config, secrets } = load({});
    expect([config, config.media, secrets, secrets.iceServers].every(Object.isFrozen)).toBe(true);
  });

  test('ICE servers, which may carry credentials, are nowhere in the config', () => {
    const ICE_SERVERS = '[{"urls":"turn:turn.example.org","username":"u","credential":"hunter2"}]';
    const { config, secrets } = load({ ICE_SERVERS });
    expect(secrets.iceServers).toEqual([{ urls: 'turn:turn.example.org', username: 'u', credential: 'hunter2' }]);
    expect(JSON.stringify(config)).not.toContain('hunter2');
  });

  test('the admin token, which opens a page, is nowhere in the config', () => {
    const ADMIN_TOKEN = 'a'.repeat(32);
    const { config, secrets } = load({ ADMIN_TOKEN });
    expect(secrets.adminToken).toBe(ADMIN_TOKEN);
    expect(JSON.stringify(config)).not.toContain(ADMIN_TOKEN);
  });
});

const TURN_SECRET = 'f00dcafe'.repeat(8);

describe('the TURN server', () => {
  test.each([
    'turn:turn.example.org:3478?transport=udp turns:turn.example.org:443?transport=tcp',
    '["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:443?transport=tcp"]',
  ])('TURN_URLS %s names its URLs, and credentials last an hour unless told otherwise', (TURN_URLS) => {
    const urls = ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:443?transport=tcp'];
    expect(load({ TURN_URLS, TURN_SECRET }).config.turn).toEqual({ urls, ttlMs: 3_600_000 });
    expect(load({}).config.turn).toEqual({ urls: [], ttlMs: 3_600_000 });
  });

  test('P-183 its secret is nowhere in the config', () => {
    const { config, secrets } = load({ TURN_URLS: 'turn:turn.example.org', TURN_SECRET });
    expect(secrets.turnSecret).toBe(TURN_SECRET);
    expect(JSON.stringify(config)).not.toContain(TURN_SECRET);
  });

  test('P-183 without URLs, or without the secret, the other one is told, and the secret is not repeated', () => {
    expect(problems({ TURN_URLS: 'turn:turn.example.org' })).toEqual([
      expect.stringMatching(/^TURN_SECRET is missing/),
    ]);
    const [problem, ...others] = problems({ TURN_SECRET });
    expect([problem, others]).toEqual([expect.stringMatching(/^TURN_URLS is missing beside TURN_SECRET/), []]);
    expect(problem).not.toContain(TURN_SECRET);
  });

  test('P-183 a wrong secret is told once and not repeated', () => {
    const [problem, ...others] = problems({ TURN_URLS: 'turn:turn.example.org', TURN_SECRET: 'too short #' });
    expect([problem, others]).toEqual([expect.stringMatching(/^TURN_SECRET is not right: write /), []]);
    expect(problem).not.toContain('too short');
  });
});

describe('wrong settings', () => {
  test.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['PORT', '3e3'],
    ['HOST', 'not a host'],
    ['MEDIA_HOST', 'localhost'],
    ['WORKERS', '0'],
    ['PUBLIC_ORIGIN', 'meet.example.org'],
    ['PUBLIC_ORIGIN', 'https://meet.example.org/path'],
    ['TRUST_PROXY', 'true'],
    ['ROOM_CREATION', 'maybe'],
    ['LOG_LEVEL', 'loud'],
    ['ICE_SERVERS', 'stun:x'],
    ['ADMIN_TOKEN', 'short'],
    ['TURN_URLS', 'https://turn.example.org'],
    ['TURN_URLS', 'turn:turn.example.org?transport=tls'],
    ['TURN_TTL_S', '60'],
    ['DRAIN_MS', '-1'],
  ])('%s=%s is named together with what to write instead, and not repeated', (name, value) => {
    const [problem, ...others] = problems({ [name]: value });
    expect(others).toEqual([]);
    expect(problem).toMatch(new RegExp(`^${name} is not right: write .+`));
    if (name === 'ICE_SERVERS') expect(problem).not.toContain(value);
  });

  test('all wrong settings are told at once, unknown names in the file too', () => {
    expect(problems({ PORT: 'x', WORKERS: 'y' }, { PROT: 1 })).toHaveLength(3);
    expect(problems({}, '{ not json')[0]).toMatch(/write one JSON object/);
  });

  test('whatever the environment holds, the answer is a config or a list of problems', () => {
    const names = fc.constantFrom(...Object.keys(SETTINGS));
    fc.assert(
      fc.property(fc.dictionary(names, fc.oneof(fc.string(), fc.json())), (environment) => {
        expect(Array.isArray(problems(environment))).toBe(true);
      }),
    );
  });
});

test('every setting stands in CONFIG.md, and nothing else does', () => {
  const text = readFileSync(new URL('CONFIG.md', import.meta.url), 'utf8');
  const named = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
});
