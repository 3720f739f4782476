// The rules of a run's last line.
import { describe, expect, it } from 'vitest';
import type { TestModule } from 'vitest/node';
import { closingLine, countRun } from './ClosingLine.ts';

type TestState = 'passed' | 'failed' | 'skipped' | 'pending';

/** As much of vitest's module as is counted. */
function moduleOf(state: 'passed' | 'failed' | 'skipped', tests: TestState[]): TestModule {
  return {
    state: () => state,
    children: { allTests: () => tests.map((test) => ({ result: () => ({ state: test }) })) },
  } as unknown as TestModule;
}

describe('the closing line', () => {
  it('names passed and failed only, where nothing was skipped', () => {
    expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  });

  it('names the skipped where there are any', () => {
    expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countRun([moduleOf('failed', [])], 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a broken hook once, and not on top of tests that failed', () => {
    expect(countRun([moduleOf('failed', ['passed']), moduleOf('failed', ['failed', 'passed'])], 0)).toEqual({
      passed: 2,
      failed: 2,
      skipped: 0,
    });
  });

  it('counts a test that never ended as a failure', () => {
    expect(countRun([moduleOf('passed', ['pending'])], 0).failed).toBe(1);
  });

  it('counts errors that belong to no test as failures', () => {
    expect(countRun([moduleOf('passed', ['passed', 'skipped'])], 2)).toEqual({ passed: 1, failed: 2, skipped: 1 });
  });
});
