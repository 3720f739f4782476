// What this device recorded of its person on its way to the producer: sealed to the server, and the key of it to that one device.
import { createFileKey, sealHandover } from '#e2ee';
import { cleanFileName } from '../files/fileName.ts';
import { FileRelay } from '../files/FileRelay.ts';
import type { FilePort, TransferEvents, TransferOutcome } from '../files/fileTypes.ts';
import { Outbox } from '../talk/Outbox.ts';
import type { TalkContext } from '../talk/TalkPart.ts';
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';
import { encodeFacts } from './isoFacts.ts';
import type { IsoAsk } from './IsoAsk.ts';
import { bytesOf, createItem, formatKept, restored, type SendingItem } from './sendingItems.ts';
import type { OutgoingIso, OutgoingState } from './isoTypes.ts';

const RETRY_MS = 3_000;

export type IsoSendingOptions = Pick<TalkContext, 'say' | 'nowMs' | 'createId' | 'relay' | 'self'> & {
  /** Who may have it now; null where nobody is there. */
  address(): IsoAsk['address'];
  /** What is sent now would cost what is on air. */
  isHeld(): boolean;
  onChange(): void;
};

export class IsoSending {
  readonly #options: IsoSendingOptions;
  readonly #port: FilePort | null;
  readonly #relay: FileRelay | null;
  readonly #outbox: Outbox;
  #items: SendingItem[] = [];
  #ready = false;
  #closed = false;

  constructor(options: IsoSendingOptions) {
    this.#options = options;
    const { port, roomId, token } = options.relay;
    this.#port = port;
    this.#relay = port && new FileRelay({ port, roomId, token });
    this.#outbox = new Outbox(options);
    this.#items = restored(port?.recall(this.#memoryKey) ?? null);
  }

  get view(): OutgoingIso[] {
    return this.#items.map(({ view }) => view);
  }

  /** That nobody but this device has. */
  get left(): number {
    return this.#items.filter(({ view }) => !['sent', 'handed'].includes(view.state.state)).length;
  }

  add(file: File, startMs: number): string {
    const id = this.#options.createId();
    const view: OutgoingIso = {
      id,
      name: cleanFileName(file.name),
      size: file.size,
      startMs: Math.max(0, Math.round(startMs)),
      state: { state: 'waiting', cause: 'nobody', bytes: 0 },
    };
    const keys = { fileKey: toBase64url(createFileKey()), uploadKey: toBase64url(createFileKey()) };
    const item = createItem({ view, ...keys, file, lastModified: file.lastModified, fileId: null });
    this.#items.push(item);
    this.#changed();
    this.#pump(item);
    return id;
  }

  again(id: string, file: File): boolean {
    const item = this.#of(id);
    if (item?.view.state.state !== 'repick') return false;
    if (file.size !== item.view.size || file.lastModified !== item.lastModified) return false;
    item.file = file;
    this.#set(item, { state: 'waiting', cause: 'nobody', bytes: item.view.state.bytes });
    this.#pump(item);
    return true;
  }

  /** Who may have it, or whether it is held, may be another. */
  follow(): void {
    for (const item of this.#items) this.#pump(item);
  }

  setReady(ready: boolean): void {
    this.#ready = ready;
    this.#outbox.setReady(ready);
    this.#relay?.setReady(ready);
    if (ready) this.follow();
  }

  /** What was sealed names the place in the Room that it was sealed from. */
  startOver(): void {
    for (const item of this.#items) item.told = null;
    this.follow();
  }

  epochsUndone(): void {
    this.#outbox.sayAgain(this.#options.nowMs());
  }

  /** Of the device it was told to, and of no other. */
  got(from: string, fileId: string): void {
    const item = this.#items.find((one) => one.fileId === fileId && one.told?.peerId === from);
    if (item === undefined || item.fileId === null) return;
    item.moving?.stop();
    item.moving = null;
    // Nobody else can open it; what it weighs is the next one's.
    void this.#relay?.remove(item.fileId, item.uploadKey);
    this.#set(item, { state: 'handed' });
  }

  pause(id: string): void {
    const item = this.#of(id);
    const state = item?.view.state;
    if (item === undefined || (state?.state !== 'sending' && state?.state !== 'waiting')) return;
    item.moving?.pause();
    this.#set(item, { state: 'paused', bytes: state.bytes });
  }

  resume(id: string): void {
    const item = this.#of(id);
    if (item?.view.state.state !== 'paused') return;
    item.meter.reset();
    this.#set(item, { state: 'waiting', cause: 'network', bytes: item.view.state.bytes });
    item.moving?.resume();
    this.#pump(item);
  }

  retry(id: string): void {
    const item = this.#of(id);
    if (item?.view.state.state !== 'failed') return;
    this.#set(item, { state: 'waiting', cause: 'network', bytes: 0 });
    this.#pump(item);
  }

  /** Taken back from whoever was told of it; the file on the disk is the page's. */
  cancel(id: string): void {
    const item = this.#of(id);
    if (item === undefined) return;
    item.moving?.stop();
    this.#items = this.#items.filter((one) => one !== item);
    if (item.fileId !== null && item.view.state.state !== 'handed') {
      if (item.told !== null) this.#outbox.post({ t: 'isoGone', f: item.fileId });
      void this.#relay?.remove(item.fileId, item.uploadKey);
    }
    this.#changed();
  }

  /** As with other files, what is under way is forgotten when the room is left, and found again by a page that is loaded anew. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outbox.close();
    after(0, () => {
      for (const { moving } of this.#items) moving?.stop();
      this.#port?.remember(this.#memoryKey, null);
    });
  }

  get #memoryKey(): string {
    return `${this.#options.relay.roomId()}.iso`;
  }

  #of(id: string): SendingItem | undefined {
    return this.#items.find(({ view }) => view.id === id);
  }

  #holds(item: SendingItem): boolean {
    return !this.#closed && this.#items.includes(item);
  }

  /** Whatever can be done about it now. */
  #pump(item: SendingItem): void {
    const { state } = item.view;
    if (this.#closed || ['paused', 'failed', 'handed', 'repick'].includes(state.state)) return;
    if (state.state !== 'sent') this.#move(item, bytesOf(state));
    void this.#tell(item);
  }

  #move(item: SendingItem, bytes: number): void {
    const wait = (cause: 'nobody' | 'busy' | 'network') => this.#set(item, { state: 'waiting', cause, bytes });
    if (this.#port === null || this.#relay === null || item.file === null) return;
    if (this.#options.isHeld()) {
      if (!item.held) item.moving?.pause();
      item.held = true;
      return wait('busy');
    }
    if (item.held) {
      item.held = false;
      item.meter.reset();
      item.moving?.resume();
      wait('network');
    }
    if (item.moving !== null || item.creating) return;
    if (this.#options.address() === null) return wait('nobody');
    wait('network');
    if (!this.#ready) return;
    if (item.fileId === null) void this.#create(item, this.#relay);
    else this.#upload(item, item.fileId, item.file);
  }

  async #create(item: SendingItem, relay: FileRelay): Promise<void> {
    item.creating = true;
    const created = await relay.create(item.view.size, item.uploadKey);
    item.creating = false;
    if (!this.#holds(item)) {
      if (created.ok && !this.#closed) void relay.remove(created.fileId, item.uploadKey);
      return;
    }
    if (created.ok) item.fileId = created.fileId;
    else if (created.fault !== 'offline') return this.#set(item, { state: 'failed', fault: created.fault });
    else after(RETRY_MS, () => this.#holds(item) && this.#pump(item));
    if (!created.ok) return;
    this.#changed();
    this.#pump(item);
  }

  #upload(item: SendingItem, fileId: string, file: File): void {
    if (this.#port === null || this.#relay === null) return;
    const { fileKey, uploadKey, view } = item;
    const path = this.#relay.pathOf(fileId);
    const job = { path, size: view.size, fileKey: fromBase64url(fileKey), token: this.#relay.token, file, uploadKey };
    item.meter.reset();
    item.moving = this.#port.upload(job, this.#eventsOf(item));
  }

  #eventsOf(item: SendingItem): TransferEvents {
    const isMoving = () => ['sending', 'waiting'].includes(item.view.state.state) && !item.held;
    return {
      onProgress: (bytes) => {
        if (!isMoving()) return;
        this.#set(item, { state: 'sending', ...item.meter.measure(bytes, item.view.size, this.#options.nowMs()) });
      },
      onWaiting: () => {
        item.meter.reset();
        if (isMoving()) this.#set(item, { state: 'waiting', cause: 'network', bytes: bytesOf(item.view.state) });
      },
      onChecking: () => undefined,
      onEnd: (outcome) => this.#ended(item, outcome),
    };
  }

  #ended(item: SendingItem, outcome: TransferOutcome): void {
    item.moving = null;
    if (!this.#holds(item) || item.view.state.state === 'handed') return;
    if (outcome === 'done') this.#set(item, { state: 'sent' });
    else if (outcome !== 'gone') this.#set(item, { state: 'failed', fault: outcome });
    else {
      // The server lost it: it goes up anew, as another file.
      Object.assign(item, { fileId: null, told: null });
      this.#set(item, { state: 'waiting', cause: 'network', bytes: 0 });
    }
    this.#pump(item);
  }

  /** Under the key of who may have it now; another's key is another word. */
  async #tell(item: SendingItem): Promise<void> {
    const { fileId, fileKey, view } = item;
    const address = this.#options.address();
    if (fileId === null || address === null || item.told?.key === address.key) return;
    item.told = address;
    const { roomId } = this.#options.relay;
    const facts = encodeFacts({ k: fileKey, n: view.name, s: view.size, at: view.startMs });
    try {
      const place = { roomId: roomId(), fileId, from: this.#options.self().peerId };
      const x = toBase64url(await sealHandover(fromBase64url(address.key), place, facts));
      if (!this.#holds(item) || item.told !== address) return;
      this.#outbox.post({ t: 'isoFile', to: address.peerId, f: fileId, x });
    } catch {
      // Their key is none, or we are nowhere: whoever produces next has another.
      if (item.told === address) item.told = null;
    }
  }

  #set(item: SendingItem, state: OutgoingState): void {
    if (!this.#holds(item)) return;
    const isOther = item.view.state.state !== state.state;
    if (!isOther && JSON.stringify(item.view.state) === JSON.stringify(state)) return;
    item.view = { ...item.view, state };
    if (isOther) this.#changed();
    else this.#options.onChange();
  }

  /** Progress alone is not kept: where an upload stands is asked of the server. */
  #changed(): void {
    if (this.#closed) return;
    this.#port?.remember(this.#memoryKey, formatKept(this.#items));
    this.#options.onChange();
  }
}
