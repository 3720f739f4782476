// A client's view of one Room: joins, keeps its place through losses, and shows what is confirmed.
import type { GroupView } from '#e2ee';
import { admit, type Admission } from './admission.ts';
import { ChatLog } from './chat/ChatLog.ts';
import { JoinStage } from './JoinStage.ts';
import { NO_GAPS } from './media/codecChoice.ts';
import { LocalTracks, type Slot } from './media/LocalTracks.ts';
import type { PublishFault } from './media/Publishing.ts';
import { TileViews } from './media/TileViews.ts';
import { Notices } from './Notices.ts';
import { notificationTable } from './notificationTable.ts';
import { RoomPlace } from './RoomPlace.ts';
import { roomStateOf, type ViewParts } from './roomState.ts';
import { Roster } from './Roster.ts';
import type { Joined, Resumed } from './signalling/answers.ts';
import { deliver, type NotificationTable } from './signalling/notifications.ts';
import { SignallingClient } from './signalling/SignallingClient.ts';
import { SignallingError } from './signalling/SignallingError.ts';
import type {
  DeviceOutcome,
  Diagnostics,
  EndReason,
  RoomClient,
  RoomClientOptions,
  RoomState,
  SelfView,
  Store,
  TileView,
} from './types.ts';
import { toBase64url } from './util/base64url.ts';
import { createStore, type WritableStore } from './util/store.ts';

/** Nothing happens until `join`. */
export function createRoomClient(options: RoomClientOptions): RoomClient {
  return new ConnectedRoom(options);
}

class ConnectedRoom implements RoomClient {
  readonly #options: RoomClientOptions;
  readonly #store: WritableStore<RoomState>;
  readonly #signalling: SignallingClient;
  readonly #local: LocalTracks;
  readonly #chat: ChatLog;
  readonly #tiles: TileViews;
  readonly #roster = new Roster();
  readonly #notices = new Notices();
  readonly #table: NotificationTable;
  readonly #stage: JoinStage;
  #connection: 'online' | 'reconnecting' = 'online';
  #place: RoomPlace | null = null;
  #activeSpeaker: string | null = null;
  #publishQueued = false;
  #stopNetworkWatch: () => void = () => undefined;

  constructor(options: RoomClientOptions) {
    const { platform } = options;
    this.#options = options;
    this.#store = createStore<RoomState>({ phase: 'idle' });
    this.#stage = new JoinStage(
      () => platform.nowMs(),
      () => this.#publish(),
    );
    this.#table = notificationTable({
      place: () => this.#place,
      onAway: (peerId, away) => this.#roster.setAway(peerId, away),
      onLevels: (levels) => this.#roster.setLevels(levels),
      onActiveSpeaker: (peerId) => (this.#activeSpeaker = peerId),
      onDraining: () => this.#notify('draining'),
      onEnded: (reason) => this.#end(reason),
      onChange: () => this.#changed(),
    });
    this.#signalling = new SignallingClient(platform, () => this.#admit(), {
      onJoined: (answer) => this.#joined(answer),
      onResumed: (answer) => this.#resumed(answer),
      onLost: () => this.#lost(),
      onNotification: (notification) => deliver(this.#table, notification),
      onEnded: (reason) => this.#end(reason),
    });
    this.#local = new LocalTracks(platform, {
      onChange: () => this.#localChanged(),
      onEnded: (slot) => this.#deviceEnded(slot),
    });
    this.#chat = new ChatLog({
      say: (payload) => this.#place?.say(payload) ?? Promise.reject(new Error('not in the Room')),
      nowMs: () => platform.nowMs(),
      createId: () => toBase64url(platform.randomBytes(12)),
      onChange: () => this.#changed(),
    });
    this.#tiles = new TileViews(
      (name, input) => this.#signalling.request(name, input),
      () => this.#place?.media.remoteTracks ?? [],
    );
    if (options.mic) this.#local.adopt('mic', options.mic);
    if (options.camera) this.#local.adopt('camera', options.camera);
  }

  get state(): Store<RoomState> {
    return this.#store;
  }

  join(): Promise<void> {
    if (this.#stage.now.phase !== 'idle') return this.#stage.settled;
    if (this.#options.platform.sealSupport() === 'none') this.#end('cannotSeal');
    else {
      this.#stage.step('admission');
      this.#stopNetworkWatch = this.#options.platform.onNetworkChange(() => this.#networkChanged());
      this.#signalling.start();
    }
    return this.#stage.settled;
  }

  leave(): void {
    this.#end('left');
  }

  close(): void {
    this.#end('left');
  }

  setMic(on: boolean): Promise<DeviceOutcome> {
    return this.#local.set('mic', on);
  }

  setCamera(on: boolean): Promise<DeviceOutcome> {
    return this.#local.set('camera', on);
  }

  setScreen(on: boolean): Promise<DeviceOutcome> {
    return this.#local.set('screen', on);
  }

  useDevice(kind: 'mic' | 'camera', deviceId: string): Promise<DeviceOutcome> {
    return this.#local.useDevice(kind, deviceId);
  }

  async sendChat(text: string): Promise<void> {
    if (this.#stage.now.phase !== 'in' || !this.#place) throw new Error('not in the Room');
    this.#chat.send(text, { peerId: this.#place.peerId, displayName: this.#options.displayName });
  }

  async retryChat(id: string): Promise<void> {
    this.#chat.retry(id);
  }

  view(tiles: TileView[]): void {
    this.#tiles.show(tiles);
  }

  async diagnostics(): Promise<Diagnostics> {
    const view = this.#place?.groupView;
    const counters = (await this.#place?.counters().catch(() => [])) ?? [];
    return {
      epoch: view?.state === 'in' ? view.epoch : null,
      sendEpoch: view?.state === 'in' ? view.sendEpoch : null,
      transports: this.#place?.media.transportStates ?? { send: 'none', recv: 'none' },
      videoCodec: this.#place?.media.videoCodec ?? null,
      tracks: counters.map(({ trackId, sealed, opened, faults }) => ({
        trackId,
        sealed,
        opened,
        faults: { ...faults },
      })),
    };
  }

  async #admit(): Promise<Admission> {
    const { platform, link, hostToken } = this.#options;
    if ((await platform.checkSealing()) === 'none') {
      this.#end('cannotSeal');
      throw new SignallingError('closed');
    }
    const admission = await admit(platform, link, hostToken);
    this.#stage.advance('admission', 'connecting');
    return admission;
  }

  #joined(joined: Joined): void {
    const { platform, link, displayName } = this.#options;
    this.#chat.setReady(false);
    this.#place?.close();
    this.#roster.resetPresence();
    this.#activeSpeaker = null;
    this.#online();
    const place = new RoomPlace({
      platform,
      ask: (name, input) => this.#signalling.request(name, input),
      link,
      displayName,
      joined,
      handlers: {
        onGroup: (view) => this.#grouped(view),
        onSaid: (said) => this.#chat.handleSaid(said, this.#roster.nameOf(said.from) ?? ''),
        onChange: () => this.#mediaChanged(),
        onMediaRecovered: () => this.#notify('mediaRecovered'),
        onUnseenBy: (peerId) => this.#notify('unseen', this.#roster.nameOf(peerId)),
        onPublishFailed: (stream, cause) => this.#publishFailed(stream === 'screenAudio' ? 'screen' : stream, cause),
        onBroken: () => this.#end('failed'),
      },
    });
    this.#place = place;
    place.want(this.#local.wanted());
    place.start();
    this.#stage.advance('connecting', 'securing');
    this.#changed();
  }

  #resumed(answer: Resumed): void {
    this.#online();
    this.#place?.resumed(answer.iceServers);
    this.#chat.setReady(this.#place?.groupView.state === 'in');
    this.#changed();
  }

  #online(): void {
    if (this.#connection === 'reconnecting' && this.#stage.now.phase === 'in') this.#notify('reconnected');
    this.#connection = 'online';
  }

  #lost(): void {
    this.#connection = 'reconnecting';
    this.#chat.setReady(false);
    this.#changed();
  }

  #networkChanged(): void {
    this.#signalling.hurry();
    this.#place?.media.restartIce();
  }

  #grouped(view: GroupView): void {
    const { joined, left } = this.#roster.update(view);
    for (const { displayName } of joined) this.#notify('joined', displayName);
    for (const { displayName } of left) this.#notify('left', displayName);
    this.#chat.setReady(view.state === 'in' && this.#connection === 'online');
    this.#stage.handleGroup(view);
    this.#changed();
  }

  #localChanged(): void {
    this.#place?.want(this.#local.wanted());
    this.#changed();
  }

  #mediaChanged(): void {
    this.#tiles.refresh();
    this.#changed();
  }

  /** Stopping a screen in the browser's own bar is an act of the person; a lost device is not. */
  #deviceEnded(slot: Slot): void {
    if (slot !== 'screen') this.#notify('deviceLost');
  }

  #publishFailed(slot: Slot, cause: PublishFault): void {
    if (cause === 'cannotSeal') this.#end('cannotSeal');
    else this.#local.fail(slot, 'failed');
  }

  #notify(kind: Parameters<Notices['add']>[0], displayName?: string): void {
    this.#notices.add(kind, this.#options.platform.nowMs(), displayName);
    this.#changed();
  }

  #end(reason: EndReason): void {
    if (!this.#stage.end(reason)) return;
    this.#stopNetworkWatch();
    this.#signalling.close();
    this.#place?.close();
    this.#local.close();
    this.#chat.close();
    this.#tiles.close();
    this.#stage.settle();
  }

  /** Many things change in one turn; the page is told once. */
  #changed(): void {
    if (this.#publishQueued || this.#stage.now.phase !== 'in') return;
    this.#publishQueued = true;
    queueMicrotask(() => {
      this.#publishQueued = false;
      this.#publish();
    });
  }

  #publish(): void {
    this.#store.set(roomStateOf(this.#stage.now, () => this.#parts()));
  }

  #parts(): ViewParts {
    const media = this.#place?.media;
    return {
      connection: this.#connection,
      group: this.#place?.groupView ?? { state: 'new' },
      self: this.#self(),
      others: this.#roster.others,
      presenceOf: (peerId) => this.#roster.presenceOf(peerId),
      remoteTracks: media?.remoteTracks ?? [],
      impaired: media?.impaired ?? false,
      unshown: (this.#place?.codecGaps ?? NO_GAPS).unshown,
      activeSpeaker: this.#activeSpeaker,
      chat: this.#chat.entries,
      notices: this.#notices.all,
    };
  }

  #self(): SelfView {
    const peerId = this.#place?.peerId ?? '';
    const { speaking, level } = this.#roster.presenceOf(peerId);
    const slot = (name: Slot) => this.#local.view(name, this.#place?.media.isSealed(name) ?? false);
    return {
      peerId,
      displayName: this.#options.displayName,
      role: this.#place?.role ?? 'member',
      mic: slot('mic'),
      camera: slot('camera'),
      screen: slot('screen'),
      speaking,
      level,
    };
  }
}
