// What the page knows of files: those of the Room, what is dropped or pasted anywhere in the meeting, and what is said of them aloud.
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { FileEntry, FilesView, FileState, RoomClient } from '#core';
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

const MOVING: readonly FileState['state'][] = ['uploading', 'downloading', 'waiting', 'checking'];

export class FilesModel {
  readonly view: ReadonlySignal<FilesView>;
  readonly byId: ReadonlySignal<ReadonlyMap<string, FileEntry>> = computed(() => byId(this.view.value));
  /** Those that move while their entry in the list is not in sight. */
  readonly away: ReadonlySignal<FileEntry[]> = computed(() => {
    const unseen = this.#unseen.value;
    return this.view.value.entries.filter(({ id, state }) => unseen.has(id) && MOVING.includes(state.state));
  });
  /** Something is being dragged over the meeting that could be dropped. */
  readonly dragging = signal(false);
  readonly #options: FilesModelOptions;
  readonly #unseen = signal<ReadonlySet<string>>(new Set());
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

  /** Whether a file's entry is in sight, told whenever that changes. */
  see(id: string, inSight: boolean): void {
    const before = this.#unseen.peek();
    if (before.has(id) !== inSight) return;
    this.#unseen.value = inSight ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id]);
  }

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
