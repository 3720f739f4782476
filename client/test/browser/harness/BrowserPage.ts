// The few things that tests do with a page, the same for Playwright and for Puppeteer.
import type { Page as PlaywrightPage } from 'playwright-core';
import type { ElementHandle, Page as PuppeteerPage } from 'puppeteer-core';
import { until } from './until.ts';

export interface BrowserPage {
  goto(url: string): Promise<void>;
  /** Runs a self-contained arrow function in the page; never a string, which the CSP would refuse. */
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  /** Waits until the control is there and enabled, then clicks it as a person would. */
  click(selector: string): Promise<void>;
  /** Replaces what stands in a field. */
  fill(selector: string, text: string): Promise<void>;
  press(key: string): Promise<void>;
  /** Picks files of this machine's disk in a file input, which need not be visible. */
  pickFiles(selector: string, files: readonly string[]): Promise<void>;
  /** The size of the window's inside, in CSS pixels. */
  resize(width: number, height: number): Promise<void>;
  /** As if the system wished it so. */
  showIn(scheme: 'light' | 'dark'): Promise<void>;
  screenshot(file: string): Promise<void>;
  close(): Promise<void>;
}

async function isUsable(page: BrowserPage, selector: string): Promise<boolean> {
  return page.evaluate((css) => {
    const element = document.querySelector(css);
    return element instanceof HTMLElement && element.getClientRects().length > 0 && !element.matches(':disabled');
  }, selector);
}

/** Waits until `selector` names something visible that is not disabled. */
export async function waitForUsable(page: BrowserPage, selector: string, timeoutMs = 30_000): Promise<void> {
  await until(() => isUsable(page, selector), { timeoutMs, what: selector });
}

/** Puppeteer presses where the control was when it looked; a menu is placed, and placed anew, after it opened. Playwright waits by itself. */
async function waitUntilStill(page: BrowserPage, selector: string): Promise<void> {
  const look = (): Promise<string> =>
    page.evaluate((css) => JSON.stringify(document.querySelector(css)?.getBoundingClientRect() ?? null), selector);
  let before = '';
  const isStill = async (): Promise<boolean> => {
    const now = await look();
    const stands = now !== 'null' && now === before;
    before = now;
    return stands;
  };
  await until(isStill, { everyMs: 50, what: `${selector} to stand still` });
}

export function fromPlaywright(page: PlaywrightPage): BrowserPage {
  const self: BrowserPage = {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (run, argument) => page.evaluate(run as never, argument as never),
    click: async (selector) => {
      await waitForUsable(self, selector);
      await page.locator(selector).first().click({ timeout: 30_000 });
    },
    fill: async (selector, text) => {
      await waitForUsable(self, selector);
      await page.locator(selector).first().fill(text);
    },
    press: (key) => page.keyboard.press(key),
    pickFiles: (selector, files) =>
      page
        .locator(selector)
        .first()
        .setInputFiles([...files]),
    resize: (width, height) => page.setViewportSize({ width, height }),
    showIn: (scheme) => page.emulateMedia({ colorScheme: scheme }),
    screenshot: async (file) => void (await page.screenshot({ path: file })),
    close: () => page.close(),
  };
  return self;
}

export function fromPuppeteer(page: PuppeteerPage): BrowserPage {
  const self: BrowserPage = {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (run, argument) => page.evaluate(run as never, argument as never),
    click: async (selector) => {
      await waitForUsable(self, selector);
      await waitUntilStill(self, selector);
      await page.click(selector);
    },
    fill: async (selector, text) => {
      await waitForUsable(self, selector);
      await waitUntilStill(self, selector);
      await page.click(selector, { count: 3 });
      await page.keyboard.press('Backspace');
      await page.type(selector, text);
    },
    press: (key) => page.keyboard.press(key as never),
    pickFiles: async (selector, files) => {
      const input = (await page.$(selector)) as ElementHandle<HTMLInputElement> | null;
      if (input === null) throw new Error(`no ${selector}`);
      await input.uploadFile(...files);
    },
    resize: (width, height) => page.setViewport({ width, height }),
    showIn: (scheme) => page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]),
    screenshot: async (file) => void (await page.screenshot({ path: file as `${string}.png` })),
    close: () => page.close(),
  };
  return self;
}
