// The files that members send each other: offers what is ours, fetches what is wanted, and shows how far each of them is.
import { createFileKey } from '#e2ee';
import { Outbox } from '../talk/Outbox.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';
import { fileEntryId, FileItems, type FileItem } from './FileItems.ts';
import { cleanFileName } from './fileName.ts';
import type { FilePayload } from './filePayload.ts';
import { FileRelay } from './FileRelay.ts';
import type {
  FileActions,
  FileDirection,
  FileFault,
  FileLimits,
  FilePort,
  FileState,
  FilesView,
  TransferEvents,
  TransferOutcome,
} from './fileTypes.ts';
import { bytesOf, formatKept, keptOf, parseKept, restoredFrom } from './keptFiles.ts';
import { historyFileOf, isGivable, type HistoryFile } from './sharedFiles.ts';
import { SpeedMeter } from './SpeedMeter.ts';

export type FileShareOptions = Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'createId' | 'onChange' | 'relay'>;

const RETRY_MS = 3_000;

const NOTHING: FilesView = { limits: null, entries: [] };

export class FileShare implements FileActions, TalkPart {
  readonly #options: FileShareOptions;
  readonly #port: FilePort | null;
  readonly #relay: FileRelay | null;
  readonly #outbox: Outbox;
  readonly #items = new FileItems();
  #limits: FileLimits | null = null;
  #view = NOTHING;
  #closed = false;

  constructor(options: FileShareOptions) {
    this.#options = options;
    this.#port = options.relay.port;
    this.#outbox = new Outbox(options);
    const { port, roomId, token } = options.relay;
    this.#relay = port && new FileRelay({ port, roomId, token });
    for (const kept of parseKept(port?.recall(roomId()) ?? null)) this.#add(restoredFrom(kept));
    this.#refresh();
  }

  /** A new object with every change. */
  get view(): FilesView {
    return this.#view;
  }

  setReady(ready: boolean): void {
    this.#outbox.setReady(ready);
    this.#relay?.setReady(ready);
    if (!ready || this.#closed) return;
    this.#port?.hurry();
    void this.#askLimits();
    for (const item of this.#items.all) if (item.entry.state.state === 'waiting' && !item.moving) this.#move(item);
  }

  async #askLimits(): Promise<void> {
    if (this.#limits !== null) return;
    const limits = (await this.#relay?.limits()) ?? null;
    if (this.#closed || limits === null) return;
    this.#limits = limits;
    this.#changed();
  }

  /** What went out in the last moments may have reached nobody who counts (SPEC E-93): who heard it passes it over. */
  epochsUndone(): void {
    this.#outbox.sayAgain(this.#options.nowMs());
  }

  handle(payload: GroupPayload, heard: Heard): void {
    if (payload.t === 'fileGone') this.#heardGone(fileEntryId(heard.from, payload.f));
    if (payload.t === 'file' && this.#port !== null) this.#heardFile(payload, heard);
  }

  #heardFile({ f: fileId, k: fileKey, n, s: size, at: atMs }: FilePayload, { from, displayName }: Heard): void {
    const id = fileEntryId(from, fileId);
    const known = this.#items.get(id);
    const told = { displayName, name: cleanFileName(n), atMs, sharedBy: null };
    // Its sender's own word takes the place of another's, and of what came by a key that is not its own.
    if (known !== undefined && known.entry.sharedBy !== null) {
      if (known.fileKey === fileKey && known.entry.size === size) {
        known.entry = { ...known.entry, ...told };
        return this.#changed();
      }
      this.#release(known);
      this.#items.delete(id);
    }
    if (!this.#items.takes(id, from)) return;
    const entry = { ...told, id, from, self: false, size, heardMs: this.#options.nowMs() };
    this.#add({ entry: { ...entry, state: { state: 'offered' } }, fileKey, fileId, own: null, target: null });
  }

  /** Takes what is not known here, as the sharer's word; from before `untilMs` only. How many it took. */
  takeShared(files: readonly HistoryFile[], { from, displayName }: Heard, untilMs: number): number {
    let taken = 0;
    for (const { by, name, f: fileId, n, s: size, k: fileKey, at: atMs } of this.#port === null ? [] : files) {
      const id = fileEntryId(by, fileId);
      if (atMs > untilMs || !this.#items.takesShared(id, fileId)) continue;
      taken += 1;
      const sender = { from: by, displayName: by === from ? displayName : name, self: false, sharedBy: displayName };
      const entry = { id, ...sender, name: cleanFileName(n), size, atMs, heardMs: atMs };
      this.#add({ entry: { ...entry, state: { state: 'offered' } }, fileKey, fileId, own: null, target: null });
    }
    return taken;
  }

  /** What can be given to others, oldest first. */
  shareable(most: number): HistoryFile[] {
    return this.#givable(most).flatMap(historyFileOf);
  }

  shareableCount(most: number): number {
    return this.#givable(most).length;
  }

  #givable(most: number): FileItem[] {
    const nowMs = this.#options.nowMs();
    return this.#items.all.filter((item) => isGivable(item, this.#limits?.ttlMs ?? null, nowMs)).slice(-most);
  }

  #heardGone(id: string): void {
    this.#items.noteOver(id);
    const item = this.#items.get(id);
    if (item === undefined || item.entry.self || item.entry.state.state === 'done') return;
    this.#release(item);
    this.#set(item, { state: 'withdrawn' });
  }

  offer(files: readonly File[]): void {
    if (this.#relay === null || this.#closed) return;
    const { peerId: from, displayName } = this.#options.self();
    for (const file of files) {
      const id = `${from}/${this.#options.createId()}`;
      const name = cleanFileName(file.name);
      const atMs = this.#options.nowMs();
      const entry = { id, from, displayName, self: true, name, size: file.size, atMs, heardMs: atMs, sharedBy: null };
      const own = { uploadKey: toBase64url(createFileKey()), file, lastModified: file.lastModified };
      const fileKey = toBase64url(createFileKey());
      const state: FileState = { state: 'preparing' };
      void this.#announce(this.#add({ entry: { ...entry, state }, fileKey, fileId: null, own, target: null }));
    }
  }

  async #announce(item: FileItem): Promise<void> {
    const { entry, own, fileKey } = item;
    if (own === null || this.#relay === null) return;
    if (this.#limits !== null && entry.size > this.#limits.maxFileBytes) return this.#fail(item, 'up', 'tooLarge');
    const created = await this.#relay.create(entry.size, own.uploadKey);
    if (!this.#holds(item, 'preparing')) {
      if (created.ok) void this.#relay.remove(created.fileId, own.uploadKey);
      return;
    }
    if (!created.ok) {
      if (created.fault !== 'offline') return this.#fail(item, 'up', created.fault);
      after(RETRY_MS, () => this.#holds(item, 'preparing') && void this.#announce(item));
      return;
    }
    item.fileId = created.fileId;
    const said = { f: created.fileId, n: entry.name, s: entry.size, k: fileKey, at: entry.atMs };
    this.#outbox.post({ t: 'file', ...said }, (outcome) => {
      if (outcome === 'failed' && !this.#closed)
        this.#withdraw(item, { state: 'failed', direction: 'up', fault: 'refused' });
    });
    this.#move(item);
  }

  /** The upload or the download, from where it is. */
  #move(item: FileItem): void {
    const { entry, fileId, own, target } = item;
    if (this.#relay === null || this.#port === null || fileId === null || this.#closed) return;
    const fileKey = fromBase64url(item.fileKey);
    const job = { path: this.#relay.pathOf(fileId), size: entry.size, fileKey, token: this.#relay.token };
    item.meter.reset();
    const events = this.#eventsOf(item, own === null ? 'down' : 'up');
    if (own?.file) item.moving = this.#port.upload({ ...job, file: own.file, uploadKey: own.uploadKey }, events);
    else if (target) item.moving = this.#port.download({ ...job, target }, events);
    else return;
    events.onProgress(bytesOf(entry.state));
  }

  #eventsOf(item: FileItem, direction: FileDirection): TransferEvents {
    const isPaused = () => item.entry.state.state === 'paused';
    return {
      onProgress: (bytes) => {
        if (isPaused()) return;
        const moving = item.meter.measure(bytes, item.entry.size, this.#options.nowMs());
        this.#set(item, { state: direction === 'up' ? 'uploading' : 'downloading', ...moving });
      },
      onWaiting: () => {
        item.meter.reset();
        if (!isPaused()) this.#set(item, { state: 'waiting', direction, bytes: bytesOf(item.entry.state) });
      },
      onChecking: () => this.#set(item, { state: 'checking' }),
      onEnd: (outcome) => this.#ended(item, direction, outcome),
    };
  }

  #ended(item: FileItem, direction: FileDirection, outcome: TransferOutcome): void {
    item.moving = null;
    if (outcome === 'gone') this.#set(item, { state: 'expired' });
    else if (outcome !== 'done') this.#fail(item, direction, outcome);
    else if (direction === 'up') this.#set(item, { state: 'uploaded' });
    else {
      this.#set(item, { state: 'done' });
      this.save(item.entry.id);
    }
  }

  pause(id: string): void {
    const item = this.#items.get(id);
    const state = item?.entry.state;
    if (item === undefined || state === undefined) return;
    const isMoving = ['uploading', 'downloading', 'waiting'].includes(state.state);
    if (!isMoving) return;
    item.moving?.pause();
    this.#set(item, { state: 'paused', direction: item.own ? 'up' : 'down', bytes: bytesOf(state) });
  }

  resume(id: string): void {
    const item = this.#items.get(id);
    if (item?.entry.state.state !== 'paused') return;
    const { direction, bytes } = item.entry.state;
    item.meter.reset();
    this.#set(item, { state: 'waiting', direction, bytes });
    if (item.moving === null) this.#move(item);
    else item.moving.resume();
  }

  cancel(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined || ['withdrawn', 'expired'].includes(item.entry.state.state)) return;
    if (item.own !== null) return this.#withdraw(item, { state: 'withdrawn' });
    if (!['downloading', 'waiting', 'paused', 'failed'].includes(item.entry.state.state)) return;
    this.#release(item);
    this.#set(item, { state: 'offered' });
  }

  #withdraw(item: FileItem, state: FileState): void {
    this.#release(item);
    this.#set(item, state);
    if (item.fileId === null || item.own === null) return;
    this.#items.noteOver(fileEntryId(item.entry.from, item.fileId));
    this.#outbox.post({ t: 'fileGone', f: item.fileId });
    void this.#relay?.remove(item.fileId, item.own.uploadKey);
    item.fileId = null;
  }

  retry(id: string): void {
    const item = this.#items.get(id);
    if (item?.entry.state.state !== 'failed') return;
    if (item.own === null) return this.download(id);
    if (item.own.file === null) return;
    this.#set(item, item.fileId === null ? { state: 'preparing' } : { state: 'waiting', direction: 'up', bytes: 0 });
    if (item.fileId === null) void this.#announce(item);
    else this.#move(item);
  }

  download(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined || item.own !== null || this.#port === null || item.moving !== null) return;
    const { state } = item.entry;
    if (state.state !== 'offered' && state.state !== 'failed') return;
    // What came before was not what was sent, or cannot be gone on with.
    if (state.state === 'failed') this.#release(item);
    this.#port.chooseTarget(keptName(item), item.entry.name, item.entry.size).then(
      (target) => {
        if (target === null || this.#closed || item.moving !== null) return;
        item.target = target;
        this.#set(item, { state: 'waiting', direction: 'down', bytes: 0 });
        this.#move(item);
      },
      (error: unknown) => {
        const isKnown = error instanceof Error && (error.message === 'storageShort' || error.message === 'noStorage');
        this.#fail(item, 'down', isKnown ? (error.message as FileFault) : 'targetLost');
      },
    );
  }

  save(id: string): void {
    const item = this.#items.get(id);
    if (item?.target?.kind !== 'kept' || item.entry.state.state !== 'done') return;
    this.#port?.handOver(item.target, item.entry.name).catch(() => this.#fail(item, 'down', 'targetLost'));
  }

  pickAgain(id: string, file: File): boolean {
    const item = this.#items.get(id);
    if (item === undefined || item.own === null || item.entry.state.state !== 'repick') return false;
    const { name, size } = item.entry;
    const isSame =
      cleanFileName(file.name) === name && file.size === size && file.lastModified === item.own.lastModified;
    if (!isSame) return false;
    item.own.file = file;
    this.#set(item, { state: 'waiting', direction: 'up', bytes: item.entry.state.bytes });
    this.#move(item);
    return true;
  }

  discard(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    if (item.own !== null && item.fileId !== null) this.#withdraw(item, { state: 'withdrawn' });
    this.#release(item);
    this.#items.delete(id);
    this.#items.noteOver(id);
    this.#changed();
  }

  /**
   * Leaving the Room; what is done stays where it was saved. The rest is forgotten in the next turn: a page that is reloaded leaves
   * too, has no such turn, and finds all of it again.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outbox.close();
    this.#port?.close();
    after(0, () => {
      for (const item of this.#items.all) if (item.entry.state.state !== 'done') this.#release(item);
      this.#port?.remember(this.#options.relay.roomId(), null);
    });
  }

  /** Stops it, and deletes what of it lies here. */
  #release(item: FileItem): void {
    item.moving?.stop();
    item.moving = null;
    if (item.target !== null) this.#port?.discard(item.target);
    item.target = null;
  }

  #holds(item: FileItem, state: FileState['state']): boolean {
    return !this.#closed && this.#items.get(item.entry.id) === item && item.entry.state.state === state;
  }

  #fail(item: FileItem, direction: FileDirection, fault: FileFault): void {
    this.#set(item, { state: 'failed', direction, fault });
  }

  #add(rest: Omit<FileItem, 'moving' | 'meter'>): FileItem {
    const item: FileItem = { moving: null, meter: new SpeedMeter(), ...rest };
    this.#items.add(item);
    this.#changed();
    return item;
  }

  #set(item: FileItem, state: FileState): void {
    const isOther = item.entry.state.state !== state.state;
    item.entry = { ...item.entry, state };
    if (isOther) this.#changed();
    else this.#refresh();
  }

  /** Progress alone is not kept: where a transfer stands is asked of the server and of the disk. */
  #changed(): void {
    this.#refresh();
    if (this.#closed) return;
    const kept = this.#items.all.flatMap((item) => keptOf(item) ?? []);
    this.#port?.remember(this.#options.relay.roomId(), formatKept(kept));
  }

  #refresh(): void {
    if (this.#closed) return;
    this.#view = { limits: this.#limits, entries: this.#items.all.map(({ entry }) => entry) };
    this.#options.onChange();
  }
}

/** In the browser's own place; the server's id says nothing of the file. */
const keptName = ({ fileId, entry }: FileItem): string => fileId ?? entry.id;
