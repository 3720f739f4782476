// Owns the last line of a test run: how many passed and failed, in one form that people and machines read alike.
import type { Reporter, TestModule, Vitest } from 'vitest/node';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** "12 passed, 0 failed"; the skipped are named only where there are any. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A file that could not even be loaded, or whose hooks broke, counts as one failure: it must never look like none. */
function countModule(module: TestModule): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') counts.passed += 1;
    else if (state === 'skipped') counts.skipped += 1;
    // `pending` at the end of a run is a test that never came to its end.
    else counts.failed += 1;
  }
  if (counts.failed === 0 && module.state() === 'failed') counts.failed += 1;
  return counts;
}

/** Sums up a run; `strayErrors` are those that belong to no test (unhandled rejections and the like). */
export function countRun(modules: readonly TestModule[], strayErrors: number): Counts {
  const total: Counts = { passed: 0, failed: strayErrors, skipped: 0 };
  for (const module of modules) {
    const counts = countModule(module);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}

/** Prints the closing line after everything else, and fails the run in which nothing was shown. */
export class ClosingLine implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countRun(modules, unhandledErrors.length);
    if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
    this.#vitest?.logger.log(closingLine(counts));
  }
}
