// What stood on a page for a moment, for what passes by itself before anybody could look.
import type { Page } from 'playwright-core';

/** From now on every text that stands in such an element is noted. Runs in the page. */
export const noteTexts = (css: string): void => {
  const seen: string[] = [];
  Object.assign(globalThis, { textsSeen: seen });
  const note = (): void => {
    for (const { innerText } of document.querySelectorAll<HTMLElement>(css)) {
      if (!seen.includes(innerText)) seen.push(innerText);
    }
  };
  note();
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
};

export const textsSeen = (page: Page): Promise<string> =>
  page.evaluate(() => (Reflect.get(globalThis, 'textsSeen') as string[]).join('\n'));
