// Watches over the loading of every document of ours, as a script of its own: shows the words for a page that did not come completely, and loads it again.
import { recall } from '../remembered.ts';
import { recallInTab, rememberInTab } from '../tabMemory.ts';
import { BEGUN, PART_MISSING, unloaded } from './begun.ts';
import { LoadTries } from './LoadTries.ts';

const root = document.documentElement;
/** Addresses of what did not come. */
const failed = new Set<string>();
let isSaid = false;

/** A server that is there answers for each, if only that its build is another by now. What a cache keeps wrongly is fetched anew. */
const answers = (address: string): Promise<boolean> =>
  fetch(address, { cache: 'reload' }).then(
    ({ status }) => status < 500,
    () => false,
  );

const look = async (): Promise<boolean> =>
  (await Promise.all([location.pathname, ...failed].map(answers))).every(Boolean);
const reload = (): void => location.reload();

const tries = new LoadTries({
  recall: () => recallInTab('loads'),
  remember: (value) => rememberInTab('loads', value),
  look,
  reload,
  after: (then, ms) => setTimeout(then, ms),
  nowMs: Date.now,
  random: Math.random,
});

/** The words stand in the document, in both languages, since nothing else may be there. */
function say(goesOn: boolean): void {
  const notice = unloaded();
  if (!notice) return;
  const spoken = (recall('language') ?? navigator.language).startsWith('fr') ? 'fr' : 'en';
  notice.className = 'told';
  notice.role = 'alert';
  notice.hidden = false;
  for (const words of notice.querySelectorAll<HTMLElement>('[lang]')) {
    words.hidden = words.lang !== spoken;
    for (const part of words.querySelectorAll<HTMLElement>('[hidden]')) part.hidden = !goesOn && part.localName === 'p';
    const button = words.querySelector('button');
    if (!button) continue;
    // To be met by a finger without the page's style, too.
    button.style.minHeight = '44px';
    button.onclick = () => {
      rememberInTab('loads', null);
      void look().then(reload);
    };
  }
}

function fail(): void {
  if (isSaid) return;
  isSaid = true;
  say(tries.start());
  addEventListener('online', () => tries.hurry());
}

/** An error may have passed before this script was there. */
function check(): void {
  removeEventListener('error', noteFailure, true);
  // Chromium has a sheet for one that did not come, too; every page's sets its ground.
  if (getComputedStyle(root).getPropertyValue('--ground') === '')
    for (const { href } of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')) failed.add(href);
  if (failed.size > 0 || root.dataset[BEGUN] !== 'yes') {
    // It comes last: which of them it was may not have been met.
    for (const { src } of document.querySelectorAll<HTMLScriptElement>('script[src]')) failed.add(src);
    fail();
  }
}

function noteFailure({ target }: Event): void {
  if (target instanceof HTMLScriptElement) failed.add(target.src);
  else if (target instanceof HTMLLinkElement && target.rel !== 'icon') failed.add(target.href);
}

// Errors of elements do not rise; they are met on the way down. Later ones are of parts that a page can do without until it needs them.
addEventListener('error', noteFailure, true);
addEventListener(PART_MISSING, fail);
if (document.readyState === 'complete') check();
else addEventListener('load', check);
