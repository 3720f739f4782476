import { describe, expect, test } from 'vitest';
import { installMatches } from './dependencies.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b-arm64': { version: '2.0.0', integrity: 'sha512-b', optional: true },
  },
};
const installed = (packages) => ({ packages });

describe('installMatches', () => {
  test('holds when every package is there in its version, whether or not an optional one is', () => {
    expect(installMatches(wanted, installed({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } }))).toBe(
      true,
    );
  });

  test.each([
    ['a package is missing', {}],
    ['a version differs', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['the content differs', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
    [
      'one package too many is there',
      {
        'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
        'node_modules/c': { version: '1.0.0', integrity: 'sha512-c' },
      },
    ],
  ])('fails when %s', (_case, packages) => {
    expect(installMatches(wanted, installed(packages))).toBe(false);
  });

  test('fails when nothing was installed', () => {
    expect(installMatches(wanted, undefined)).toBe(false);
  });
});
