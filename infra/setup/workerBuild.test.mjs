import { describe, expect, test } from 'vitest';
import { SetupError } from './SetupError.mjs';
import { applyEdit, jobCount, ninjaFraction } from './workerBuild.mjs';

describe('ninjaFraction', () => {
  test('reads the share done from a line of progress', () => {
    expect(ninjaFraction('[12/48] Compiling C++ object x.cpp.o')).toBe(0.25);
    expect(ninjaFraction('[48/48] Linking target mediasoup-worker')).toBe(1);
  });

  test.each(['ninja: Entering directory `out`', 'warning: [1/2] unused', '[0/0] nothing', ''])(
    'says nothing of %j',
    (line) => {
      expect(ninjaFraction(line)).toBeUndefined();
    },
  );
});

describe('jobCount', () => {
  test('is one a core where there is memory for all', () => {
    expect(jobCount(8, 64e9)).toBe(8);
  });

  test('is less where memory is short, and never zero', () => {
    expect(jobCount(8, 3e9)).toBe(2);
    expect(jobCount(2, 1e8)).toBe(1);
  });
});

describe('applyEdit', () => {
  const edit = { file: 'a.cpp', from: 'x == FLAG', to: 'x & FLAG $& $1' };

  test('replaces the passage by exactly what is written', () => {
    expect(applyEdit('if (x == FLAG) {}', edit)).toBe('if (x & FLAG $& $1) {}');
  });

  test.each(['if (y) {}', 'x == FLAG; x == FLAG'])('refuses a text where the passage is not there once: %j', (text) => {
    expect(() => applyEdit(text, edit)).toThrow(SetupError);
  });
});
