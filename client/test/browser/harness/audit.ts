// Audits a page as it stands: accessibility by axe-core, sideways scrolling, and what the CSP refused.
import type { BrowserContext } from 'playwright-core';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { BrowserPage } from './BrowserPage.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** To be called before the page opens. Init scripts run beside the page's CSP, so nothing is loosened for the audit. */
export async function prepareAudit(context: BrowserContext): Promise<void> {
  await context.addInitScript({ path: AXE });
  await context.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(globalThis, { refusedByCsp: refused });
    document.addEventListener('securitypolicyviolation', (event) => {
      refused.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
}

/** Until what fades in or glides has arrived: colours are paler on their way. */
export function settle(page: BrowserPage): Promise<void> {
  return page.evaluate(async () => {
    const passing = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map((one) => one.finished));
  }, null);
}

/** Each violation in one line with the first elements it concerns; empty is good. */
export async function axeViolations(page: BrowserPage): Promise<string[]> {
  // Somebody may leave, or a toast go, while it is looked at: then what was seen is looked at again.
  let last: string[] = [];
  for (let looks = 0; looks < 5; looks += 1) {
    await settle(page);
    const { found, isMoving } = await look(page);
    if (found.length === 0 || !isMoving) return found;
    last = found;
  }
  throw new Error(`the page does not come to rest; seen last: ${last.join('; ')}`);
}

function look(page: BrowserPage): Promise<{ found: string[]; isMoving: boolean }> {
  return page.evaluate(
    async (tags) => {
      const { axe } = globalThis as unknown as {
        axe: { run(root: Document, options: RunOptions): Promise<AxeResults> };
      };
      const isUnderWay = (): boolean =>
        document
          .getAnimations()
          .some(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
      // What began after the page had settled, before there was anybody to hear of it, is on its way too.
      let isMoving = isUnderWay();
      const move = (): void => void (isMoving = true);
      for (const sign of ['animationstart', 'transitionrun']) document.addEventListener(sign, move);
      const { violations } = await axe.run(document, {
        runOnly: { type: 'tag', values: tags },
        resultTypes: ['violations'],
      });
      for (const sign of ['animationstart', 'transitionrun']) document.removeEventListener(sign, move);
      // Its sign comes with the next picture, and what came while axe was looking may have had none yet.
      isMoving ||= isUnderWay();
      const found = violations.map(({ id, help, nodes }) => {
        const where = nodes
          .slice(0, 3)
          .map(({ html, failureSummary }) => `${html} (${failureSummary?.split('\n')[1]?.trim()})`);
        return `${id}: ${help}: ${where.join(' | ')}`;
      });
      return { found, isMoving };
    },
    ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  );
}

export function refusedByCsp(page: BrowserPage): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { refusedByCsp: string[] }).refusedByCsp, null);
}

/** Names of visible controls that stick out of the window at a side: nobody can reach those, and no scrollbar tells of them. */
export function controlsOutside(page: BrowserPage): Promise<string[]> {
  return page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea')]
        .filter((control) => {
          const { left, right, width } = control.getBoundingClientRect();
          const isShown = width > 1 && control.checkVisibility({ visibilityProperty: true });
          return isShown && (left < -1 || right > innerWidth + 1);
        })
        .map((control) => control.ariaLabel ?? control.innerText),
    null,
  );
}

/** Pixels by which the page is wider than its window; 0 where nobody has to scroll sideways. */
export function sidewaysPx(page: BrowserPage): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(0, scrollWidth - clientWidth);
  }, null);
}
