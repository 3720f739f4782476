// That the server showed this Room's members different ones: what was seen once stays said, whatever the server does next (SPEC E-66).
import type { GroupView } from '#e2ee';

export class SplitAlarm {
  #seen: boolean;
  #now: GroupView['state'] | 'split' = 'new';

  /** @param seen whether it was seen in this Room before, in this tab */
  constructor(seen: boolean) {
    this.#seen = seen;
  }

  get seen(): boolean {
    return this.#seen;
  }

  update(view: GroupView): void {
    const isSplit = view.state === 'fenced' && view.cause === 'split';
    this.#now = isSplit ? 'split' : view.state;
    this.#seen ||= isSplit;
  }

  /** The person goes on knowing it. Not from within the split itself, where nothing can be gone on with. False where nothing changed. */
  accept(): boolean {
    if (!this.#seen || this.#now !== 'in') return false;
    this.#seen = false;
    return true;
  }
}
