// What speakers recorded and handed to this device: opened, fetched by itself, and laid among this device's recordings.
import type { HandoverKeys } from '#e2ee';
import { cleanFileName } from '../files/fileName.ts';
import { FileRelay } from '../files/FileRelay.ts';
import type { FilePort, SaveTarget, TransferEvents, TransferHandle } from '../files/fileTypes.ts';
import { SpeedMeter } from '../files/SpeedMeter.ts';
import { Outbox } from '../talk/Outbox.ts';
import type { Heard, TalkContext } from '../talk/TalkPart.ts';
import { fromBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';
import { parseFacts } from './isoFacts.ts';
import type { IsoFileWord } from './isoPayload.ts';
import type { IncomingIso, IncomingState } from './isoTypes.ts';

/** Of one member: what is fetched by itself must not grow for ever. */
const MAX_OF_ONE = 50;
/** Lest a name that a stranger chose is opened as something else. */
const RECORDED = /\.(webm|mp4)$/i;

export type IsoReceivingOptions = Pick<TalkContext, 'say' | 'nowMs' | 'relay' | 'self'> & {
  keys(): HandoverKeys | null;
  onChange(): void;
};

interface ReceivingItem {
  view: IncomingIso;
  fileId: string;
  fileKey: string;
  target: SaveTarget | null;
  moving: TransferHandle | null;
  meter: SpeedMeter;
}

export class IsoReceiving {
  readonly #options: IsoReceivingOptions;
  readonly #port: FilePort | null;
  readonly #relay: FileRelay | null;
  readonly #outbox: Outbox;
  /** File id → what is known of it. */
  readonly #items = new Map<string, ReceivingItem>();
  #closed = false;

  constructor(options: IsoReceivingOptions) {
    this.#options = options;
    const { port, roomId, token } = options.relay;
    this.#port = port;
    this.#relay = port && new FileRelay({ port, roomId, token });
    this.#outbox = new Outbox(options);
  }

  get view(): IncomingIso[] {
    return [...this.#items.values()].map(({ view }) => view);
  }

  async hear({ to, f: fileId, x }: IsoFileWord, { from, displayName }: Heard): Promise<void> {
    const keys = this.#options.keys();
    if (keys === null || this.#port === null || to !== this.#selfId) return;
    const place = { roomId: this.#options.relay.roomId(), fileId, from };
    const facts = parseFacts(await keys.open(place, fromBase64url(x)));
    if (facts === null || this.#closed) return;
    const known = this.#items.get(fileId);
    if (known !== undefined) return this.#heardAgain(known, facts.k, { from, displayName });
    if (!this.#takesFrom(from)) return;
    const cleaned = cleanFileName(facts.n);
    const name = RECORDED.test(cleaned) ? cleaned : cleanFileName(`${cleaned}.webm`);
    const state: IncomingState = { state: 'waiting', bytes: 0 };
    const view = { id: fileId, from, displayName, name, size: facts.s, startMs: facts.at, state };
    const item = { view, fileId, fileKey: facts.k, target: null, moving: null, meter: new SpeedMeter() };
    this.#items.set(fileId, item);
    this.#options.onChange();
    void this.#fetch(item);
  }

  /** By its sender from a fresh place in the Room: whoever has its key sealed it. */
  #heardAgain(item: ReceivingItem, fileKey: string, { from, displayName }: Pick<Heard, 'from' | 'displayName'>): void {
    if (fileKey !== item.fileKey) return;
    item.view = { ...item.view, from, displayName };
    if (item.view.state.state === 'received') this.#outbox.post({ t: 'isoGot', from, f: item.fileId as never });
    this.#options.onChange();
  }

  gone(from: string, fileId: string): void {
    const item = this.#items.get(fileId);
    if (item === undefined || item.view.from !== from || item.view.state.state === 'received') return;
    this.#release(item);
    this.#set(item, { state: 'withdrawn' });
  }

  retry(id: string): void {
    const item = this.#items.get(id);
    if (item?.view.state.state !== 'failed') return;
    this.#release(item);
    this.#set(item, { state: 'waiting', bytes: 0 });
    void this.#fetch(item);
  }

  cancel(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    if (item.view.state.state === 'waiting' || item.view.state.state === 'receiving') {
      this.#release(item);
      this.#set(item, { state: 'failed', fault: 'targetLost' });
      return;
    }
    this.#items.delete(id);
    this.#options.onChange();
  }

  setReady(ready: boolean): void {
    this.#outbox.setReady(ready);
    this.#relay?.setReady(ready);
  }

  epochsUndone(): void {
    this.#outbox.sayAgain(this.#options.nowMs());
  }

  /** What came so far is found again by a page that is loaded anew, which has no next turn. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outbox.close();
    after(0, () => {
      for (const item of this.#items.values()) this.#release(item);
    });
  }

  get #selfId(): string | null {
    try {
      return this.#options.self().peerId;
    } catch {
      return null;
    }
  }

  #takesFrom(from: string): boolean {
    return [...this.#items.values()].filter(({ view }) => view.from === from).length < MAX_OF_ONE;
  }

  async #fetch(item: ReceivingItem): Promise<void> {
    const { fileId, fileKey, view } = item;
    if (this.#port === null || this.#relay === null) return;
    const relay = this.#relay;
    try {
      item.target = await this.#port.reserve(fileId, view.size);
    } catch (error) {
      const isShort = error instanceof Error && error.message === 'storageShort';
      return this.#set(item, { state: 'failed', fault: isShort ? 'storageShort' : 'noStorage' });
    }
    if (this.#closed || item.moving !== null || item.view.state.state !== 'waiting') return;
    const job = { path: relay.pathOf(fileId), size: view.size, fileKey: fromBase64url(fileKey), token: relay.token };
    item.moving = this.#port.download({ ...job, target: item.target }, this.#eventsOf(item));
  }

  #eventsOf(item: ReceivingItem): TransferEvents {
    return {
      onProgress: (bytes) => {
        const moving = item.meter.measure(bytes, item.view.size, this.#options.nowMs());
        this.#set(item, { state: 'receiving', ...moving });
      },
      onWaiting: () => {
        item.meter.reset();
        const { state } = item.view;
        this.#set(item, { state: 'waiting', bytes: 'bytes' in state ? state.bytes : 0 });
      },
      onChecking: () => this.#set(item, { state: 'checking' }),
      onEnd: (outcome) => {
        item.moving = null;
        if (outcome === 'done') void this.#keep(item);
        else this.#set(item, outcome === 'gone' ? { state: 'expired' } : { state: 'failed', fault: outcome });
      },
    };
  }

  async #keep(item: ReceivingItem): Promise<void> {
    const { target, view, fileId } = item;
    if (this.#port === null || target === null) return;
    try {
      const as = await this.#port.keep(target, view.name);
      item.target = null;
      this.#set(item, { state: 'received', as });
      this.#outbox.post({ t: 'isoGot', from: view.from, f: fileId as never });
    } catch {
      this.#set(item, { state: 'failed', fault: 'storageShort' });
    }
  }

  #release(item: ReceivingItem): void {
    item.moving?.stop();
    item.moving = null;
    if (item.target !== null) this.#port?.discard(item.target);
    item.target = null;
  }

  #set(item: ReceivingItem, state: IncomingState): void {
    if (this.#closed) return;
    item.view = { ...item.view, state };
    this.#options.onChange();
  }
}
