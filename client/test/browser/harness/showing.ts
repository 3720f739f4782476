// What a producer does in the panel of the stage, by its words.
import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

export const stagePanel = (page: Page): Locator => page.getByRole('complementary', { name: 'Stage' });

/** By the menu; resolves with the link to watch. */
export async function openStage(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Open a stage' }).click();
  const field = stagePanel(page).getByRole('textbox', { name: 'Link to watch' });
  return until(async () => (await field.inputValue()).match(/.*\/w\/.*#1v\..*/)?.[0], { what: 'the link to watch' });
}

/** As soon as their page is ready; the countdown goes on when this resolves. */
export async function putOnAir(page: Page, name: string): Promise<void> {
  const put = stagePanel(page).getByRole('button', { name: `Put on air: ${name}` });
  await until(() => put.isEnabled(), { what: `the page of ${name} to be ready` });
  await put.click();
}

export const takeOff = (page: Page, name: string): Promise<void> =>
  stagePanel(page)
    .getByRole('button', { name: `Take off: ${name}` })
    .click();
