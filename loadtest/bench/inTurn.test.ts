// What is left of a long run where a part of it fails.
import { describe, expect, it } from 'vitest';
import { inTurn } from './inTurn.ts';

function run(failing: string) {
  const said: string[] = [];
  const once = (part: string): string => {
    if (part === failing) throw new Error('no browser');
    return `figures of ${part}`;
  };
  return {
    ...inTurn(['publisher', 'files', 'join'], once, { gate: 'publisher', say: (line) => said.push(line) }),
    said,
  };
}

describe('the parts of a long run', () => {
  it('are all there, and which of how many is under way is said, where none fails', () => {
    expect(run('none')).toEqual({
      results: ['figures of publisher', 'figures of files', 'figures of join'],
      failed: [],
      said: ['── 1 of 3: publisher', '── 2 of 3: files', '── 3 of 3: join'],
    });
  });

  it('go on after one that fails, which is named with its reason', () => {
    const { results, failed, said } = run('files');
    expect({ results, failed }).toEqual({ results: ['figures of publisher', 'figures of join'], failed: ['files'] });
    expect(said).toContain('── files failed: no browser');
  });

  it('end with the gate where that fails', () => {
    expect(run('publisher')).toEqual({
      results: [],
      failed: ['publisher'],
      said: ['── 1 of 3: publisher', '── publisher failed: no browser'],
    });
  });
});
