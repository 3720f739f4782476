import { describe, expect, test } from 'vitest';
import { securityHeaders } from '../../server/http/securityHeaders.ts';
import { policyWeaknesses } from './contentPolicy.mjs';

const host = 'meet.example';

/** The policy that the server really sends with `path` to those who come to `host`: the last word counts. */
const policyOf = (path) => {
  const handlers = securityHeaders({ publicOrigin: `https://${host}`, trustedProxies: 0 });
  const sentHeaders = new Map();
  const response = {
    setHeader: (name, value) => sentHeaders.set(name.toLowerCase(), value),
    removeHeader: (name) => sentHeaders.delete(name.toLowerCase()),
  };
  for (const handle of handlers) handle({ headers: { host }, path }, response, () => undefined);
  return sentHeaders.get('content-security-policy');
};
const sent = policyOf('/');
const EFFECTS = '/assets/effectsBackground-C67Fk4uJ.js';

const weak = (from, to) => policyWeaknesses(sent.replace(from, to), host);

describe('the policy that is asked for', () => {
  test('P-02 is the one that the server sends', () => {
    expect(policyWeaknesses(sent, host)).toEqual([]);
  });

  test('P-02 lets the workers of background and noise compile WebAssembly, and nothing else', () => {
    for (const path of [EFFECTS, '/assets/effectsNoise-DqUsdXEH.js']) {
      expect(policyOf(path)).toContain("'wasm-unsafe-eval'");
      expect(policyWeaknesses(policyOf(path), host, path)).toEqual([]);
    }
    for (const path of ['/', '/r/x', '/assets/e2eeWorker-BSQDj_W6.js', '/assets/index-CNqII3HR.js', `/x${EFFECTS}`]) {
      expect(policyOf(path)).toBe(sent);
      expect(policyWeaknesses(policyOf(EFFECTS), host, path).join('; ')).toMatch(/wasm-unsafe-eval/);
    }
    expect(policyWeaknesses(sent, host, EFFECTS)).not.toEqual([]);
  });

  test('may be stricter, and stand beside others', () => {
    expect(weak("img-src 'self' data: blob:", "img-src 'self'")).toEqual([]);
    expect(policyWeaknesses(`script-src *, ${sent}`, host)).toEqual([]);
    expect(policyWeaknesses(`${sent};upgrade-insecure-requests`, host)).toEqual([]);
  });

  test.each([
    ['another source of scripts', "script-src 'self'", "script-src 'self' https://else.example", /script-src/],
    ['inline scripts', "script-src 'self'", "script-src 'self' 'unsafe-inline'", /unsafe-inline/],
    [
      'a directive that goes before ours',
      "script-src 'self'",
      "script-src 'self';script-src-elem *",
      /script-src-elem/,
    ],
    ['a first one of two', "script-src 'self'", "script-src *;script-src 'self'", /script-src \*/],
    ['another worker', "worker-src 'self'", "worker-src 'self' blob:", /worker-src/],
    ['sockets elsewhere', /connect-src [^;]+/, 'connect-src *', /connect-src/],
    ['no Trusted Types', /require-trusted-types-for[^;]+/, 'sandbox allow-scripts', /require-trusted-types-for/],
    ['empty Trusted Types', /require-trusted-types-for[^;]+/, 'require-trusted-types-for', /empty/],
  ])('is weakened by %s', (_what, from, to, found) => {
    expect(weak(from, to).join('; ')).toMatch(found);
  });

  test('is missed where there is none', () => {
    expect(policyWeaknesses(null, host)).toEqual(['is missing']);
    expect(policyWeaknesses(' , ', host)).toEqual(['is missing']);
  });

  test('is not met by two that are weak in different ways', () => {
    expect(
      policyWeaknesses(`${sent.replace("script-src 'self'", 'script-src *')}, script-src 'self'`, host),
    ).not.toEqual([]);
  });
});
