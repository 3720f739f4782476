// What an entry script says to the script that watches the loading of its page (loadGuard.ts), which may be there before or after it.

/** On the root element, where either finds it: `yes` once the entry script runs, `no` where what it asked for later did not come. */
export const BEGUN = 'begun';
/** Dispatched when it becomes `no`. */
export const PART_MISSING = 'conclave-part-missing';

/** The words that each document has for itself not having come completely. */
export const unloaded = (): HTMLElement | null => document.getElementById('unloaded');

export function begun(): void {
  document.documentElement.dataset[BEGUN] = 'yes';
  const notice = unloaded();
  if (notice) notice.hidden = true;
}

/** For an `import` without which nothing is drawn: browsers remember that a module failed, so only a page that loads anew has it. */
export function partMissing(): void {
  document.documentElement.dataset[BEGUN] = 'no';
  dispatchEvent(new Event(PART_MISSING));
}
