// What the page knows of files: those of the Room, what is dropped or pasted anywhere in the meeting, and what is said of them aloud.
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { FileEntry, FilesView, RoomClient } from '#core';
import { t } from '../../../i18n/index.ts';
import { saidOf } from './fileWords.ts';

export interface FilesModelOptions {
  client: Pick<RoomClient, 'files'>;
  files: () => FilesView;
  /** Where files are shown. */
  show(): void;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
}

export class FilesModel {
  readonly view: ReadonlySignal<FilesView>;
  /** Something is being dragged over the meeting that could be dropped. */
  readonly dragging = signal(false);
  readonly #options: FilesModelOptions;
  #before = new Map<string, FileEntry>();
  readonly #stop: () => void;

  constructor(options: FilesModelOptions) {
    this.#options = options;
    this.view = computed(() => options.files());
    this.#before = byId(this.view.peek());
    this.#stop = effect(() => this.#follow(this.view.value));
  }

  get actions(): RoomClient['files'] {
    return this.#options.client.files;
  }

  readonly offer = (files: Iterable<File>): void => {
    const chosen = [...files];
    if (chosen.length === 0) return;
    if (this.view.value.limits?.maxFileBytes === 0) return this.#options.tell(t('files.none'), 'warning');
    this.#options.show();
    this.actions.offer(chosen);
  };

  readonly pickAgain = (id: string, file: File | undefined): void => {
    if (file === undefined || this.actions.pickAgain(id, file)) return;
    this.#options.tell(t('files.notSame'), 'warning');
  };

  close(): void {
    this.#stop();
  }

  #follow(view: FilesView): void {
    const before = this.#before;
    this.#before = byId(view);
    untracked(() => {
      for (const entry of view.entries) {
        const text = saidOf(before.get(entry.id), entry);
        if (text !== null) this.#options.tell(text, entry.state.state === 'failed' ? 'warning' : 'plain');
      }
    });
  }
}

const byId = ({ entries }: FilesView): Map<string, FileEntry> => new Map(entries.map((entry) => [entry.id, entry]));
