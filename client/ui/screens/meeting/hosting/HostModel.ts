// What the page knows of leading a room: the open dialog, what is under way, and the steps that belong together.
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { HostFault, HostOutcome, HostingView, RoomClient } from '#core';
import { t } from '../../../i18n/index.ts';

type Mode = HostingView['mode'];
/** What else is done about one who is removed and still holds the link. */
export type AfterRemoval = 'approve' | 'locked' | 'newLink' | 'nothing';
export interface Removable {
  peerId: string;
  name: string;
}
export type HostDialog =
  | { name: 'none' }
  | { name: 'remove'; person: Removable; busy: boolean }
  | { name: 'newLink'; step: 'ask' | 'busy' | 'done' | 'untold' };

export interface HostModelOptions {
  client: RoomClient;
  hosting: () => HostingView;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
}

export class HostModel {
  readonly dialog = signal<HostDialog>({ name: 'none' });
  /** A mode that was asked for, until the group has refused it, or has adopted it and the view shows that. */
  readonly wantedMode = signal<Mode | null>(null);
  #isAdopting = false;
  /** The group follows a new link that the server did not take: nobody new comes in by either, until it does. */
  readonly linkUntold = signal(false);
  /** Peers whose knock is being answered. */
  readonly answering: ReadonlySignal<ReadonlySet<string>>;
  readonly #answering = signal<ReadonlySet<string>>(new Set());
  readonly #options: HostModelOptions;

  constructor(options: HostModelOptions) {
    this.#options = options;
    this.answering = this.#answering;
  }

  readonly askRemoval = (person: Removable): void => {
    this.dialog.value = { name: 'remove', person, busy: false };
  };

  readonly askNewLink = (): void => {
    this.dialog.value = { name: 'newLink', step: 'ask' };
  };

  /** What is under way goes on, and its outcome is told. */
  readonly closeDialog = (): void => {
    this.dialog.value = { name: 'none' };
  };

  readonly admit = (peerIds: string[]): Promise<void> =>
    this.#answer(peerIds, () => this.#options.client.hosting.admit(peerIds));

  readonly refuse = (peerIds: string[]): Promise<void> =>
    this.#answer(peerIds, () => this.#options.client.hosting.deny(peerIds));

  async #answer(peerIds: string[], act: () => Promise<HostOutcome>): Promise<void> {
    this.#answering.value = new Set([...this.#answering.value, ...peerIds]);
    this.#tellFault(await act());
    this.#answering.value = new Set([...this.#answering.value].filter((peerId) => !peerIds.includes(peerId)));
  }

  /** The last one wanted wins: arrow keys go through all of them. */
  readonly setMode = async (mode: Mode): Promise<void> => {
    this.wantedMode.value = mode;
    if (this.#isAdopting) return;
    this.#isAdopting = true;
    await this.#adopt(mode);
  };

  async #adopt(mode: Mode): Promise<void> {
    const outcome = await this.#options.client.hosting.setMode(mode);
    const wanted = this.wantedMode.value;
    if (outcome.ok && wanted !== null && wanted !== mode) return this.#adopt(wanted);
    this.#isAdopting = false;
    if (outcome.ok) this.#wantUntilShown(mode);
    else this.wantedMode.value = null;
    this.#tellFault(outcome);
  }

  /** The view follows a moment after the answer: for that long it would show the mode of before, and the device keep that for its host. */
  #wantUntilShown(mode: Mode): void {
    const before = this.#options.hosting().mode;
    if (before === mode) {
      this.wantedMode.value = null;
      return;
    }
    const stop = effect(() => {
      if (this.#options.hosting().mode === before) return;
      if (!this.#isAdopting && this.wantedMode.peek() === mode) this.wantedMode.value = null;
      queueMicrotask(() => stop());
    });
  }

  readonly setCohost = async (peerId: string, isCohost: boolean): Promise<void> => {
    const others = this.#options.hosting().cohosts.filter((cohost) => cohost !== peerId);
    this.#tellFault(await this.#options.client.hosting.setCohosts(isCohost ? [...others, peerId] : others));
  };

  readonly makeNewLink = (): Promise<void> => this.#withNewLink(() => this.#options.client.hosting.newLink());

  /** The same link: another one would be told under a number that the server does not take either. */
  readonly announceLink = (): Promise<void> => this.#withNewLink(() => this.#options.client.hosting.announceLink());

  async #withNewLink(act: () => Promise<HostOutcome>): Promise<void> {
    this.dialog.value = { name: 'newLink', step: 'busy' };
    const outcome = await act();
    const isUntold = !outcome.ok && (outcome.fault === 'untold' || this.linkUntold.value);
    this.linkUntold.value = isUntold;
    const step = outcome.ok ? 'done' : 'untold';
    // The dialog says it itself; closed meanwhile, it is told, and stands in the list of people.
    if (this.dialog.value.name !== 'newLink') return this.#tellFault(outcome);
    this.dialog.value = outcome.ok || isUntold ? { name: 'newLink', step } : { name: 'none' };
    if (!isUntold) this.#tellFault(outcome);
  }

  /** First who may come in, then the removal: nobody slips back between the two. */
  readonly remove = async (person: Removable, next: AfterRemoval): Promise<void> => {
    const { client, hosting, tell } = this.#options;
    const before = hosting().mode;
    this.dialog.value = { name: 'remove', person, busy: true };
    const removed = await this.#closeAndRemove(person, this.#modeFor(next, before));
    if (!removed.ok || next !== 'newLink') this.dialog.value = { name: 'none' };
    if (removed.ok) tell(t('hosting.removed', { name: person.name }), 'plain');
    if (removed.ok && next === 'newLink') await this.makeNewLink();
    // Locked only for as long as the old link still worked; where nothing came of it, as it was.
    const isForNow = next === 'newLink' || !removed.ok;
    if (isForNow && hosting().mode !== before) this.#tellFault(await client.hosting.setMode(before));
  };

  #modeFor(next: AfterRemoval, before: Mode): Mode {
    switch (next) {
      case 'approve':
      case 'locked':
        return next;
      case 'newLink':
        return before === 'open' ? 'locked' : before;
      case 'nothing':
        return before;
    }
  }

  async #closeAndRemove({ peerId }: Removable, mode: Mode): Promise<HostOutcome> {
    const { client, hosting } = this.#options;
    const closed = hosting().mode === mode ? { ok: true as const } : await client.hosting.setMode(mode);
    const outcome = closed.ok ? await client.hosting.removePeer(peerId) : closed;
    this.#tellFault(outcome);
    // Gone by itself in the meantime: what was chosen for afterwards holds all the same.
    return !outcome.ok && outcome.fault === 'notThere' ? { ok: true } : outcome;
  }

  #tellFault(outcome: HostOutcome): void {
    if (!outcome.ok) this.#options.tell(faultWords(outcome.fault), 'warning');
  }
}

export const faultWords = (fault: HostFault): string => t(`hosting.fault.${fault}`);
