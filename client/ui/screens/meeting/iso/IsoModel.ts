// Being recorded for who produces, on one's own device: from the question to the file that is handed over, and what became of earlier ones.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { IsoFault, IsoMode, OutgoingIso, RoomClient, RoomView } from '#core';
import { t } from '../../../i18n/index.ts';
import { IsoTake, type IsoKind, type MadeFile } from '../../../media/iso/IsoTake.ts';
import {
  deleteRecording,
  keepRecording,
  recordingFile,
  saveRecording,
  settleRecording,
} from '../../../media/recording/keptRecordings.ts';
import { faultOfRecording } from '../../../media/recording/Recorder.ts';
import { watchTake } from '../../../media/recording/watchTake.ts';
import { recallInTab, rememberInTab } from '../../../tabMemory.ts';
import { isoName } from '../../../viewModels/isoName.ts';
import { nameOf } from '../words.ts';
import { IsoMemory, type RememberedIso } from './isoMemory.ts';

export interface IsoModelOptions {
  client: Pick<RoomClient, 'iso' | 'link'>;
  view: ReadonlySignal<RoomView>;
  /** Aloud only. */
  speak(text: string): void;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
  /** Given where files and recorders are not the browser's. */
  createTake?(options: ConstructorParameters<typeof IsoTake>[0]): Take;
  fileOf?(name: string): Promise<File | null>;
}

export type Take = Pick<IsoTake, 'bytes' | 'prepare' | 'run' | 'followScreen' | 'finish'>;

export type OwnIsoState =
  | { state: 'off' }
  /** Nothing is kept yet. */
  | { state: 'starting' }
  | { state: 'on'; sinceMs: number; bytes: number; isDiskLow: boolean }
  | { state: 'saving' }
  /** Not begun again by itself. */
  | { state: 'failed'; fault: IsoFault };

/** One that stands on this device and is not on its way to anybody. */
export interface OfferedIso extends RememberedIso {
  size: number;
}

export class IsoModel {
  readonly own = signal<OwnIsoState>({ state: 'off' });
  readonly offers = signal<readonly OfferedIso[]>([]);
  /** On its way, or about to be. */
  readonly outgoing: ReadonlySignal<readonly OutgoingIso[]>;
  readonly #options: IsoModelOptions;
  readonly #memory: IsoMemory;
  readonly #roomId: string;
  #take: Take | null = null;
  #stopWatching: () => void = () => undefined;
  /** Who produces is recorded for themselves. */
  #isForSelf = false;
  #askedFor: string | null = null;
  /** Handed over by this page; the room's next state has them. */
  readonly #given = new Set<string>();
  /** Said to have arrived. */
  readonly #arrived = new Set<string>();
  #closed = false;

  constructor(options: IsoModelOptions) {
    this.#options = options;
    this.#roomId = options.client.link.get().roomId;
    this.#memory = new IsoMemory(this.#roomId);
    this.outgoing = computed(() => options.view.value.iso.outgoing);
    void this.#findAgain();
  }

  // The producer's.

  readonly ask = (mode: IsoMode | 'off'): void => {
    if (!this.#options.client.iso.ask(mode)) this.#options.tell(t('show.fault.notActing'), 'warning');
  };

  readonly saveReceived = (name: string): void => {
    void saveRecording(name).then((saved) => saved || this.#options.tell(t('iso.gone'), 'warning'));
  };

  // The speaker's.

  question({ iso: { ask } }: RoomView): string {
    return t(ask?.mode === 'now' ? 'iso.askNow' : 'iso.ask', { name: nameOf(ask?.displayName ?? '') });
  }

  /** To be called in a click: else the browser may not let it hear. */
  readonly answer = (agreed: boolean): void => {
    const { iso } = this.#options.client;
    const { ask } = this.#options.view.value.iso;
    if (ask === null) return;
    iso.answer(agreed);
    rememberInTab(`iso.${this.#roomId}`, `${ask.id} ${agreed}`);
    if (this.own.value.state === 'failed') this.own.value = { state: 'off' };
    if (!agreed) this.#options.tell(t('iso.refused', { name: nameOf(ask.displayName) }), 'plain');
  };

  /** What was recorded so far is offered, and goes to nobody by itself. */
  readonly stop = (): void => {
    this.answer(false);
    void this.#end({ hands: false });
  };

  readonly tryAgain = (): void => {
    this.own.value = { state: 'off' };
    this.follow(this.#options.view.value);
  };

  readonly send = async (offer: OfferedIso): Promise<void> => {
    await this.#hand(offer);
    await this.#offer();
  };

  readonly saveOffer = async (name: string): Promise<void> => {
    if (await saveRecording(name)) await this.#forget(name);
  };

  readonly discardOffer = async (name: string): Promise<void> => {
    await deleteRecording(name);
    await this.#forget(name);
  };

  /** It stays on this device. */
  readonly cancel = async (id: string): Promise<void> => {
    const known = this.#memory.all.find((one) => one.id === id);
    this.#options.client.iso.cancel(id);
    if (known !== undefined) this.#memory.put({ ...known, id: null });
    await this.#offer();
  };

  readonly saveHere = (id: string): void => {
    const known = this.#memory.all.find((one) => one.id === id);
    if (known !== undefined) void saveRecording(known.name);
  };

  /** Runs on each new state of the room. */
  follow(view: RoomView): void {
    if (this.#closed) return;
    this.#answerAgain(view);
    const { ask, mine, outgoing, incoming } = view.iso;
    if (mine.state === 'asked' && this.#askedFor !== ask?.id) this.#options.speak(this.question(view));
    this.#askedFor = mine.state === 'asked' ? (ask?.id ?? null) : null;
    const isDue = 'due' in mine && mine.due;
    if (mine.state === 'agreed' && isDue && this.own.peek().state === 'off' && this.#take === null) void this.#start();
    if (!isDue && this.#take !== null) void this.#end({ hands: true });
    if (mine.state === 'none' && this.own.peek().state === 'failed') this.own.value = { state: 'off' };
    if (mine.state === 'on') void this.#take?.followScreen();
    for (const one of outgoing) if (one.state.state === 'handed') this.#handed(one);
    for (const { state } of incoming) if (state.state === 'received') this.#received(state.as);
  }

  /** What was kept stays on the disk, and is offered on the next screen. */
  close(): void {
    this.#closed = true;
    void this.#end({ hands: false });
  }

  async #start(): Promise<void> {
    const { client, view, tell } = this.#options;
    this.own.value = { state: 'starting' };
    const take = this.#createTake();
    this.#take = take;
    this.#isForSelf = view.value.iso.ask?.own ?? false;
    try {
      await take.prepare();
      if (this.#take !== take) return;
      if (!(await client.iso.begin())) return await this.#end({ hands: false });
      if (this.#take !== take) return;
      await take.run();
    } catch (error) {
      return this.#failed(faultOfRecording(error));
    }
    if (this.#take !== take) return;
    this.own.value = { state: 'on', sinceMs: Date.now(), bytes: 0, isDiskLow: false };
    this.#stopWatching = watchTake({
      own: this.own,
      bytes: () => take.bytes,
      onLook: (bytes) => client.iso.reached(bytes),
      onDiskLow: () => tell(t('recording.diskLow'), 'warning'),
    });
    void take.followScreen();
    tell(t('iso.say.on'), 'plain');
  }

  #createTake(): Take {
    const { view, client } = this.#options;
    const make = this.#options.createTake ?? ((options) => new IsoTake(options));
    return make({
      track: (kind) => {
        const media = view.value.self[kind];
        return media.state === 'on' ? media.track : null;
      },
      card: () => [nameOf(view.value.self.displayName), t('iso.cameraOff')],
      serverNowMs: () => client.iso.serverNowMs(),
      nameOf: (kind, startMs) => this.#nameOf(kind, startMs),
      onBegun: ({ name, startMs }) => this.#memory.put({ name, startMs, id: null }),
      onMade: (begunAs, { name, startMs }) => this.#memory.put({ name, startMs, id: null }, begunAs),
      onFault: (fault) => void this.#failed(fault),
    });
  }

  #nameOf(kind: IsoKind, startMs: number): string {
    const { show, self } = this.#options.view.value;
    const what = kind === 'screen' ? t('iso.screen') : '';
    return isoName({ event: show?.brand.name ?? '', speaker: nameOf(self.displayName), startMs, what });
  }

  /** @param hands whether it goes to who produces by itself */
  async #end({ hands, fault = null }: { hands: boolean; fault?: IsoFault | null }): Promise<void> {
    const take = this.#take;
    if (take === null) return;
    const wasOn = this.own.value.state === 'on';
    this.#take = null;
    this.#stopWatching();
    this.own.value = { state: 'saving' };
    const made = await take.finish();
    this.#options.client.iso.ended(fault);
    this.own.value = fault === null ? { state: 'off' } : { state: 'failed', fault };
    if (wasOn) this.#options.tell(t('iso.say.off'), 'plain');
    // It is where it belongs, among the recordings on this device.
    if (this.#isForSelf) for (const { name } of made) this.#memory.forget(name);
    else if (hands && !this.#closed) for (const one of made) await this.#hand(one);
    await this.#offer();
    // What was asked meanwhile; not where it was taken back, or it would be asked without end.
    if (hands) this.follow(this.#options.view.value);
  }

  async #failed(fault: IsoFault): Promise<void> {
    await this.#end({ hands: true, fault });
    this.#options.tell(t(`recording.fault.${fault}`), 'warning');
  }

  async #hand({ name, startMs }: MadeFile): Promise<void> {
    const file = await this.#fileOf(name);
    if (file === null || this.#closed) return;
    const id = this.#options.client.iso.hand(file, startMs);
    this.#given.add(id);
    this.#memory.put({ name, startMs, id });
  }

  #handed({ id, name }: OutgoingIso): void {
    const { client, tell } = this.#options;
    client.iso.cancel(id);
    settleRecording(name);
    this.#memory.forget(name);
    tell(t('iso.say.handed', { name }), 'plain');
  }

  #received(name: string): void {
    if (this.#arrived.has(name)) return;
    this.#arrived.add(name);
    void keepRecording(name);
    this.#options.tell(t('iso.say.received', { name }), 'plain');
  }

  /** What the person said before the page was loaded anew, to the same question. */
  #answerAgain({ iso: { ask, mine } }: RoomView): void {
    if (ask === null || mine.state !== 'asked') return;
    const said = recallInTab(`iso.${this.#roomId}`);
    if (said === `${ask.id} true` || said === `${ask.id} false`) {
      this.#options.client.iso.answer(said.endsWith('true'));
    }
  }

  /** After a reload: what was on its way goes on, the rest is offered. */
  async #findAgain(): Promise<void> {
    for (const { name, id } of this.#memory.all) {
      const file = await this.#fileOf(name);
      if (file === null) this.#memory.forget(name);
      else if (file.size > 0) await keepRecording(name);
      if (id === null) continue;
      // One that is another by now, or gone, goes nowhere.
      const isSame = file !== null && this.#options.client.iso.handAgain(id, file);
      const isLost = this.outgoing.value.some((one) => one.id === id && one.state.state === 'repick');
      if (!isSame && isLost) this.#options.client.iso.cancel(id);
    }
    await this.#offer();
  }

  async #offer(): Promise<void> {
    const sent = new Set([...this.#given, ...this.outgoing.value.map(({ id }) => id)]);
    const offers: OfferedIso[] = [];
    for (const known of this.#memory.all) {
      const file = known.id !== null && sent.has(known.id) ? null : await this.#fileOf(known.name);
      if (file !== null && file.size > 0) offers.push({ ...known, size: file.size });
    }
    this.offers.value = offers;
  }

  async #forget(name: string): Promise<void> {
    this.#memory.forget(name);
    await this.#offer();
  }

  #fileOf(name: string): Promise<File | null> {
    return (this.#options.fileOf ?? recordingFile)(name);
  }
}
