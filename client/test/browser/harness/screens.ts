// Pictures of screens for people to look at after a run: `test-results/screens`, each screen in the forms that a test shows it in.
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { settle } from './audit.ts';
import type { BrowserPage } from './BrowserPage.ts';
import { RESULTS } from './environment.ts';

/** @param form in words, such as “wide and dark” */
export async function keepScreen(page: BrowserPage, screen: string, form: string): Promise<void> {
  const folder = path.join(RESULTS, 'screens');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${screen}-${form.replaceAll(/\W+/g, '-')}.png`);
  await settle(page);
  await page.screenshot(file);
  expect(statSync(file).size).toBeGreaterThan(1_000);
}

/** The same page in light and in dark, as it stands; it is light again afterwards. */
export async function keepBothSchemes(page: BrowserPage, screen: string, size: string): Promise<void> {
  await keepScreen(page, screen, `${size} and light`);
  await page.showIn('dark');
  await keepScreen(page, screen, `${size} and dark`);
  await page.showIn('light');
}
