// The four kinds of tests: unit beside the code, scenarios across folders, benches in their short form, and real browsers against the real server.
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './infra/test/ClosingLine.ts';

const SCENARIOS = ['server/test/**/*.test.ts', '**/*.scenario.test.ts'];
const BENCHES = ['loadtest/**/*.scenario.test.ts'];
const BROWSERS = ['client/test/browser/**/*.browser.test.ts', 'loadtest/**/*.browser.test.ts'];
const NEVER = ['**/node_modules/**', '**/dist/**', '**/.cache/**', '**/data/**'];

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    // Says that something does not happen, not that it is slow; of itself it is one second.
    expect: { poll: { timeout: 20_000 } },
    // A meeting takes a minute of two cores: whatever else ran beside it would only show that the machine is small.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx', '**/*.test.mjs'],
          exclude: [...NEVER, ...SCENARIOS, ...BROWSERS],
          // Says that a test hangs, not that it is slow: property tests of real crypto take seconds on a busy machine.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'scenario',
          include: SCENARIOS,
          exclude: [...NEVER, ...BENCHES, ...BROWSERS],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // Half of their time they wait for processes of their own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'bench',
          include: BENCHES,
          exclude: NEVER,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // What is measured has the machine to itself.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: BROWSERS,
          exclude: NEVER,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          retry: 0,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
