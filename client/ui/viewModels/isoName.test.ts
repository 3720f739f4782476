// Names of speakers' own recordings: no system refuses them, and they say when each began.
import { describe, expect, it } from 'vitest';
import { isoName } from './isoName.ts';

const START = { startMs: Date.UTC(2026, 10, 26, 3, 53, 59, 123) };

describe('the name of a speaker’s own recording', () => {
  it('names event, speaker and the first moment in UTC, and what it shows where that is the screen', () => {
    expect(isoName({ ...START, event: 'Launch', speaker: 'Ana', what: '' })).toBe(
      'Launch – Ana – 2026-11-26 03.53.59.123Z',
    );
    expect(isoName({ ...START, event: '', speaker: 'Ana', what: 'screen' })).toBe(
      'Ana – screen – 2026-11-26 03.53.59.123Z',
    );
  });

  it('holds no path, and stays as short as a file system wants where names are long', () => {
    const name = isoName({ ...START, event: '../'.repeat(60), speaker: '/etc/\u202E'.repeat(40), what: 'screen' });
    expect(name).not.toMatch(/[/\\\u202E]/);
    expect(name.length).toBeLessThan(115);
    expect(name).toContain('03.53.59.123Z');
  });
});
