// What a producer does in the panel of the stage, by its words.
import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

export const stagePanel = (page: Page): Locator => page.getByRole('complementary', { name: 'Stage' });

/** By the menu; resolves with the link to watch. */
export async function openStage(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Open a stage' }).click();
  const field = stagePanel(page).getByRole('textbox', { name: 'Link to watch' });
  return until(async () => (await field.inputValue()).match(/.*\/w\/.*#1v\..*/)?.[0], { what: 'the link to watch' });
}

/** The panel of a stage that is open. */
export async function showStage(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Stage', exact: true }).click();
  await until(() => stagePanel(page).isVisible(), { what: 'the producer’s panel' });
}

/** Of a machine for the program in 720p; resolves with the link. */
export async function makeFeedLink(page: Page, name: string): Promise<string> {
  const panel = stagePanel(page);
  await panel.getByRole('textbox', { name: 'Name of the machine' }).fill(name);
  await panel.getByRole('combobox', { name: 'Size' }).selectOption('720');
  await panel.getByRole('button', { name: 'Make a feed link' }).click();
  const field = panel.getByRole('textbox', { name: `Feed link: ${name}` });
  await until(async () => (await field.count()) === 1, { what: `the feed link of ${name}` });
  return field.inputValue();
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

/** What viewers read under their name. */
export async function giveTitle(page: Page, name: string, title: string): Promise<void> {
  const panel = stagePanel(page);
  await panel.getByText(`Name and title of ${name}`).click();
  const row = panel.getByRole('listitem').filter({ hasText: name });
  await write(row.getByRole('textbox', { name: 'Title' }), title);
  await until(async () => (await row.locator('.show-who').innerText()).includes(title), { what: `${name}’s title` });
  await panel.getByText(`Name and title of ${name}`).click();
}

export const nameEvent = (page: Page, name: string): Promise<void> =>
  write(stagePanel(page).getByRole('textbox', { name: 'Event name' }), name);

async function write(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.press('Enter');
}
