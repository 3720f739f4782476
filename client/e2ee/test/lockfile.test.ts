// The one dependency whose version is a security property.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const lockfile = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, { version?: string; dependencies?: Record<string, string> }>;
};

describe('lockfile', () => {
  it('E-19 holds ts-mls 1.6.4 exactly, and nowhere a 2.0.0-rc', () => {
    const versions = Object.entries(lockfile.packages)
      .filter(([path]) => path.endsWith('node_modules/ts-mls'))
      .map(([, { version }]) => version);
    expect(versions).toEqual(['1.6.4']);
    expect(lockfile.packages['']?.dependencies?.['ts-mls']).toBe('1.6.4');
    expect(versions.some((version) => version?.startsWith('2.0.0-rc'))).toBe(false);
  });

  it('E-19 the installed library carries our patch', () => {
    const source = (name: string) =>
      readFileSync(new URL(`../../../node_modules/ts-mls/dist/src/${name}.js`, import.meta.url), 'utf8');
    expect(source('clientState')).toContain('RFC 9420 7.9');
    expect(source('createCommit')).toContain('RFC 9420 7.4');
  });
});
