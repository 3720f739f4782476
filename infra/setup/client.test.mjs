import path from 'node:path';
import { expect, test } from 'vitest';
import { isClientSource } from './client.mjs';

test.each([
  ['client/ui/main.tsx', true],
  ['client/index.html', true],
  ['server/protocol/ids.ts', true],
  ['client/core/link.test.ts', false],
  ['client/e2ee/SPEC.md', false],
  ['SECURITY.md', true],
  ['client/test/browser/meeting.browser.test.ts', false],
])('%s can change the built page: %s', (file, answer) => {
  expect(isClientSource(path.normalize(file))).toBe(answer);
});
