// The files that members send each other: offers what is ours, fetches what is wanted, and shows how far each of them is.
import type { FileId } from '#protocol/ids';
import { createFileKey } from '#e2ee';
import { Outbox } from '../talk/Outbox.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';
import { cleanFileName } from './fileName.ts';
import { FileRelay } from './FileRelay.ts';
import type {
  FileActions,
  FileDirection,
  FileEntry,
  FileFault,
  FileLimits,
  FilePort,
  FileState,
  FilesView,
  SaveTarget,
  TransferEvents,
  TransferHandle,
  TransferOutcome,
} from './fileTypes.ts';
import { bytesOf, formatKept, parseKept, stateAfterReload, type KeptFile } from './keptFiles.ts';
import { SpeedMeter } from './SpeedMeter.ts';

export type FileShareOptions = Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'createId' | 'onChange' | 'relay'>;

/** Of one member, and of all: a page must not grow for ever, and nobody fills it for the others. */
const MAX_OF_ONE = 100;
const MAX_FILES = 500;
const RETRY_MS = 3_000;

interface Item {
  entry: FileEntry;
  /** 32 bytes, base64url. */
  fileKey: string;
  /** Once the server has it. */
  fileId: FileId | null;
  own: { uploadKey: string; file: File | null; lastModified: number } | null;
  target: SaveTarget | null;
  moving: TransferHandle | null;
  meter: SpeedMeter;
}

const NOTHING: FilesView = { limits: null, entries: [] };

export class FileShare implements FileActions, TalkPart {
  readonly #options: FileShareOptions;
  readonly #port: FilePort | null;
  readonly #relay: FileRelay | null;
  readonly #outbox: Outbox;
  readonly #items = new Map<string, Item>();
  #limits: FileLimits | null = null;
  #view = NOTHING;
  #closed = false;

  constructor(options: FileShareOptions) {
    this.#options = options;
    this.#port = options.relay.port;
    this.#outbox = new Outbox(options);
    const { port, roomId, token } = options.relay;
    this.#relay = port && new FileRelay({ port, roomId, token });
    for (const kept of parseKept(port?.recall(roomId()) ?? null)) this.#restore(kept);
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
    for (const item of this.#items.values()) if (item.entry.state.state === 'waiting' && !item.moving) this.#move(item);
  }

  async #askLimits(): Promise<void> {
    if (this.#limits !== null) return;
    const limits = (await this.#relay?.limits()) ?? null;
    if (this.#closed || limits === null) return;
    this.#limits = limits;
    this.#changed();
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t === 'fileGone') this.#heardGone(`${from}/${payload.f}`);
    if (payload.t !== 'file' || this.#port === null) return;
    const { f: fileId, k: fileKey, n, s: size, at: atMs } = payload;
    const id = `${from}/${fileId}`;
    const ofThem = [...this.#items.values()].filter(({ entry }) => entry.from === from);
    if (this.#items.has(id) || ofThem.length >= MAX_OF_ONE || this.#items.size >= MAX_FILES) return;
    const entry = { id, from, displayName, self: false, name: cleanFileName(n), size, atMs };
    this.#add({ ...entry, state: { state: 'offered' } }, { fileKey, fileId, own: null });
  }

  #heardGone(id: string): void {
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
      const entry = { id, from, displayName, self: true, name, size: file.size, atMs: this.#options.nowMs() };
      const own = { uploadKey: toBase64url(createFileKey()), file, lastModified: file.lastModified };
      const fileKey = toBase64url(createFileKey());
      const item = this.#add({ ...entry, state: { state: 'preparing' } }, { fileKey, fileId: null, own });
      void this.#announce(item);
    }
  }

  async #announce(item: Item): Promise<void> {
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
  #move(item: Item): void {
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

  #eventsOf(item: Item, direction: FileDirection): TransferEvents {
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

  #ended(item: Item, direction: FileDirection, outcome: TransferOutcome): void {
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

  #withdraw(item: Item, state: FileState): void {
    this.#release(item);
    this.#set(item, state);
    if (item.fileId === null || item.own === null) return;
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
      for (const item of this.#items.values()) if (item.entry.state.state !== 'done') this.#release(item);
      this.#port?.remember(this.#options.relay.roomId(), null);
    });
  }

  /** Stops it, and deletes what of it lies here. */
  #release(item: Item): void {
    item.moving?.stop();
    item.moving = null;
    if (item.target !== null) this.#port?.discard(item.target);
    item.target = null;
  }

  #holds(item: Item, state: FileState['state']): boolean {
    return !this.#closed && this.#items.get(item.entry.id) === item && item.entry.state.state === state;
  }

  #fail(item: Item, direction: FileDirection, fault: FileFault): void {
    this.#set(item, { state: 'failed', direction, fault });
  }

  #add(entry: FileEntry, rest: Pick<Item, 'fileKey' | 'fileId' | 'own'> & { target?: SaveTarget }): Item {
    const item: Item = { target: null, moving: null, meter: new SpeedMeter(), ...rest, entry };
    this.#items.set(entry.id, item);
    this.#changed();
    return item;
  }

  #set(item: Item, state: FileState): void {
    const isOther = item.entry.state.state !== state.state;
    item.entry = { ...item.entry, state };
    if (isOther) this.#changed();
    else this.#refresh();
  }

  /** Progress alone is not kept: where a transfer stands is asked of the server and of the disk. */
  #changed(): void {
    this.#refresh();
    if (this.#closed) return;
    const kept = [...this.#items.values()].flatMap((item) => keptOf(item) ?? []);
    this.#port?.remember(this.#options.relay.roomId(), formatKept(kept));
  }

  #refresh(): void {
    if (this.#closed) return;
    this.#view = { limits: this.#limits, entries: [...this.#items.values()].map(({ entry }) => entry) };
    this.#options.onChange();
  }

  #restore(kept: KeptFile): void {
    const { fileId, from, displayName, name, size, atMs, fileKey } = kept;
    const entry = { id: `${from}/${fileId}`, from, displayName, self: kept.kind === 'own', name, size, atMs };
    if (kept.kind === 'own') {
      const state: FileState = kept.isSent ? { state: 'uploaded' } : { state: 'repick', bytes: kept.bytes };
      const own = { uploadKey: kept.uploadKey, file: null, lastModified: kept.lastModified };
      this.#add({ ...entry, state }, { fileKey, fileId, own });
    } else {
      const target: SaveTarget | null = kept.target === 'kept' ? { kind: 'kept', name: fileId } : null;
      this.#add({ ...entry, state: stateAfterReload(kept) }, { fileKey, fileId, own: null, ...(target && { target }) });
    }
  }
}

/** In the browser's own place; the server's id says nothing of the file. */
const keptName = ({ fileId, entry }: Item): string => fileId ?? entry.id;

function keptOf({ entry, fileId, fileKey, own, target }: Item): KeptFile | null {
  const { state } = entry.state;
  if (fileId === null || state === 'withdrawn' || state === 'expired') return null;
  const { from, displayName, name, size, atMs } = entry;
  const common = { fileId, from, displayName, name, size, fileKey, atMs };
  if (own !== null) {
    const { uploadKey, lastModified } = own;
    return {
      kind: 'own',
      ...common,
      uploadKey,
      lastModified,
      bytes: bytesOf(entry.state),
      isSent: state === 'uploaded',
    };
  }
  const going = state === 'paused' || state === 'done' ? state : 'going';
  const isIdle = target === null || state === 'failed' || state === 'offered';
  return { kind: 'heard', ...common, target: target?.kind ?? 'none', state: isIdle ? 'idle' : going };
}
