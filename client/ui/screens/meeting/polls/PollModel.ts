// What the page knows of polls: the one being written, what is chosen but not sent, and which were seen.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { MAX_OPTIONS, MIN_OPTIONS, type PollDraft, type PollView, type RoomClient, type RoomView } from '#core';
import { t } from '../../../i18n/index.ts';
import type { Toast } from '../toast.ts';

export interface PollModelOptions {
  client: RoomClient;
  view: ReadonlySignal<RoomView>;
  isShown(): boolean;
  tell(text: string, tone: Toast['tone']): void;
}

const emptyDraft = (): PollDraft => ({
  question: '',
  options: Array.from({ length: MIN_OPTIONS }, () => ''),
  multiple: false,
  named: true,
  results: 'afterVote',
});

export class PollModel {
  readonly polls: ReadonlySignal<PollView[]>;
  /** Here, so that neither a closed panel nor a lost connection costs what was written. */
  readonly draft = signal<PollDraft>(emptyDraft());
  readonly isWriting = signal(false);
  /** Choices by poll that were not sent; those who change their vote begin with it. */
  readonly chosen = signal<ReadonlyMap<string, number[]>>(new Map());
  readonly unseen: ReadonlySignal<number>;
  readonly #seen = signal<ReadonlySet<string>>(new Set());
  readonly #options: PollModelOptions;

  constructor(options: PollModelOptions) {
    this.#options = options;
    this.polls = computed(() => options.view.value.polls);
    this.unseen = computed(
      () =>
        this.polls.value.filter(({ key, mine, state }) => !mine && state === 'open' && !this.#seen.value.has(key))
          .length,
    );
  }

  /** Called with each new state, and when the panel is opened. */
  follow(polls: readonly PollView[]): void {
    if (!this.#options.isShown() || polls.every(({ key }) => this.#seen.peek().has(key))) return;
    this.#seen.value = new Set(polls.map(({ key }) => key));
  }

  readonly write = (change: Partial<PollDraft>): void => {
    this.draft.value = { ...this.draft.value, ...change };
  };

  readonly addOption = (): void => {
    const { options } = this.draft.value;
    if (options.length < MAX_OPTIONS) this.write({ options: [...options, ''] });
  };

  readonly removeOption = (index: number): void => {
    this.write({ options: this.draft.value.options.toSpliced(index, 1) });
  };

  /** Fields left empty at the end are no answers. False where it cannot be sent; what is missing is said. */
  readonly start = (): boolean => {
    const { question, options, ...rest } = this.draft.value;
    const written = options.filter((option) => option.trim() !== '');
    const isWhole = question.trim() !== '' && written.length >= MIN_OPTIONS;
    if (!isWhole) {
      this.#options.tell(t('polls.incomplete'), 'warning');
      return false;
    }
    if (!this.#options.client.gestures.polls.open({ question, options: written, ...rest })) {
      this.#options.tell(t('polls.tooMany'), 'warning');
      return false;
    }
    this.draft.value = emptyDraft();
    this.isWriting.value = false;
    return true;
  };

  readonly choose = (key: string, choices: number[]): void => {
    this.chosen.value = new Map(this.chosen.value).set(key, choices);
  };

  readonly change = (poll: PollView): void => this.choose(poll.key, poll.chosen);

  readonly vote = (key: string): void => {
    const choices = this.chosen.value.get(key) ?? [];
    if (choices.length === 0) {
      this.#options.tell(t('polls.choose'), 'warning');
      return;
    }
    this.#options.client.gestures.polls.vote(key, choices);
    const left = new Map(this.chosen.value);
    left.delete(key);
    this.chosen.value = left;
  };

  readonly end = (key: string): void => {
    if (!this.#options.client.gestures.polls.end(key)) this.#options.tell(t('hosting.fault.notActing'), 'warning');
  };
}
