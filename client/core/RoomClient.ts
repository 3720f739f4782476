// A client's view of one Room: joins, keeps its place through losses, and shows what is confirmed.
import type { GroupView, RoomMode, StreamName } from '#e2ee';
import type { Device } from 'mediasoup-client/types';
import { admitOrReopen, type Admission } from './admission.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { endReasonOfGroup } from './endReasons.ts';
import { Feeds } from './feed/Feeds.ts';
import { machineOf } from './feed/machineOf.ts';
import { relayOf } from './files/FileRelay.ts';
import { Hosting } from './hosting/Hosting.ts';
import { PresentLink } from './hosting/PresentLink.ts';
import { JoinStage } from './JoinStage.ts';
import { LocalTracks, type Slot } from './media/LocalTracks.ts';
import { TileViews } from './media/TileViews.ts';
import { Notices } from './Notices.ts';
import { notificationTable } from './notificationTable.ts';
import { RoomPlace } from './RoomPlace.ts';
import { Regathering } from './Regathering.ts';
import { roomStateOf, selfViewOf, type ViewParts } from './roomState.ts';
import { Roster } from './Roster.ts';
import { Safety } from './security/Safety.ts';
import type { Joined, Resumed } from './signalling/answers.ts';
import { deliver, type NotificationTable } from './signalling/notifications.ts';
import { ServerLine } from './ServerLine.ts';
import { SignallingClient, type SignallingHandlers } from './signalling/SignallingClient.ts';
import { SignallingError } from './signalling/SignallingError.ts';
import { storesOf } from './stage/ShowKeeper.ts';
import { Talk } from './talk/Talk.ts';
import type { EndReason, Notice, RoomClient, RoomClientOptions, RoomState, SelfView, Store } from './types.ts';
import { toBase64url } from './util/base64url.ts';
import { onceATurn } from './util/onceATurn.ts';
import { createStore, type WritableStore } from './util/store.ts';

/** Nothing happens until `join`. */
export function createRoomClient(options: RoomClientOptions): RoomClient {
  return new ConnectedRoom(options);
}

class ConnectedRoom implements RoomClient {
  readonly safety: Safety;
  readonly chat: RoomClient['chat'];
  readonly captions: RoomClient['captions'];
  readonly gestures: RoomClient['gestures'];
  readonly recording: RoomClient['recording'];
  readonly orders: RoomClient['orders'];
  readonly files: RoomClient['files'];
  readonly stage: RoomClient['stage'];
  readonly iso: RoomClient['iso'];
  readonly feeds: Feeds;
  readonly hall: RoomClient['hall'];
  readonly #options: RoomClientOptions;
  readonly #store: WritableStore<RoomState>;
  readonly link: PresentLink;
  readonly hosting: Hosting;
  readonly #signalling: SignallingClient;
  readonly #local: LocalTracks;
  readonly #talk: Talk;
  readonly #tiles: TileViews;
  readonly #roster = new Roster();
  readonly #notices = new Notices();
  readonly #table: NotificationTable;
  readonly #stage: JoinStage;
  readonly #line = new ServerLine(() => this.#changed());
  readonly #regathering = new Regathering({
    roster: this.#roster,
    kindOf: (peerId) => this.#talk.machines.kindOf(peerId),
    notify: (notice) => this.#notify(notice),
    onOver: () => this.#regathered(),
  });
  #place: RoomPlace | null = null;
  #activeSpeaker: string | null = null;
  readonly #publishSoon = onceATurn(() => this.#publish());
  #stopNetworkWatch: () => void = () => undefined;

  constructor(options: RoomClientOptions) {
    const { platform } = options;
    this.#options = options;
    this.#store = createStore<RoomState>({ phase: 'idle' });
    this.link = new PresentLink(options.link);
    const publish = () => this.#publish();
    this.#stage = new JoinStage(() => platform.nowMs(), publish);
    this.#table = notificationTable({
      place: () => this.#place,
      onAway: (peerId, away) => this.#roster.setAway(peerId, away),
      onLevels: (levels) => this.#roster.setLevels(levels),
      onActiveSpeaker: (peerId) => (this.#activeSpeaker = peerId),
      onHint: (mode) => this.#hinted(mode),
      stage: () => this.#talk.stage,
      onDraining: (inMs) => this.#line.goesDown() && this.#notify({ kind: 'draining', inMs }),
      onEnded: (reason) => this.#ended(reason),
      onChange: () => this.#changed(),
    });
    this.#signalling = this.#createSignalling(options);
    this.#local = this.#createLocal();
    this.hall = this.#local.hall;
    this.safety = new Safety({
      ...this.#groupTalk(),
      splitSeen: options.splitSeen ?? false,
      onAccepted: () => this.#refreshReady(),
    });
    this.hosting = new Hosting({
      group: () => this.#place?.hosting ?? null,
      ask: (name, input) => this.#signalling.request(name, input),
      self: () => this.#place?.peerId ?? '',
      nameOf: (peerId) => this.#roster.nameOf(peerId),
      notify: (notice) => this.#notify(notice),
      link: this.link,
      isSettling: () => this.#regathering.isSettling,
      passes: () => this.#talk.passes,
    });
    this.#talk = this.#createTalk();
    ({ chat: this.chat, captions: this.captions, recording: this.recording, orders: this.orders } = this.#talk);
    ({ files: this.files, iso: this.iso } = this.#talk);
    this.stage = this.#talk.stage.actions;
    this.feeds = new Feeds(this.#signalling, this.link, this.#talk.passes, platform);
    this.gestures = this.#talk;
    this.#tiles = new TileViews(
      (name, input) => this.#signalling.request(name, input),
      () => this.#place?.media ?? null,
    );
    if (options.mic) this.#local.adopt('mic', options.mic);
    if (options.camera) this.#local.adopt('camera', options.camera);
  }

  #createLocal(): LocalTracks {
    const { platform, hall } = this.#options;
    const onChange = () => this.#localChanged();
    // Stopping a screen in the browser's own bar is an act of the person; a lost device is not.
    const onEnded = (slot: Slot) => slot !== 'screen' && this.#notify({ kind: 'deviceLost' });
    return new LocalTracks(platform, { onChange, onEnded }, hall);
  }

  /** How whatever speaks to the group does so. */
  #groupTalk() {
    return {
      say: (payload: Uint8Array) => this.#place?.say(payload) ?? Promise.reject(new Error('not in the Room')),
      nowMs: () => this.#options.platform.nowMs(),
      onChange: () => this.#changed(),
    };
  }

  #createTalk(): Talk {
    return new Talk({
      ...this.#groupTalk(),
      machine: machineOf(this.#options)?.kind ?? null,
      self: () => this.#present(),
      nameOf: (peerId) => this.#roster.nameOf(peerId) ?? '',
      relay: relayOf(this.#options.platform, this.link, this.#signalling),
      hosting: () => this.hosting.view,
      ask: (name, input) => this.#signalling.request(name, input),
      devices: this.#local,
      onPasses: () => this.hosting.admitExpected(),
      ...storesOf(this.#options),
      lineReading: async () => (await this.#place?.media.lineReading()) ?? null,
      stage: () => this.#place?.stage ?? null,
      link: () => this.link.get(),
      createId: () => toBase64url(this.#options.platform.randomBytes(12)),
      notify: (notice) => this.#notify(notice),
      onRoomEnded: () => this.#end('roomEnded'),
    });
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

  readonly close = (): void => this.leave();
  readonly retryNow = (): void => this.#signalling.tryNow();

  readonly setMic: RoomClient['setMic'] = (on) => this.#local.set('mic', on);
  readonly setCamera: RoomClient['setCamera'] = (on) => this.#local.set('camera', on);
  readonly setScreen: RoomClient['setScreen'] = (on) => this.#local.set('screen', on);
  readonly setScreenPurpose: RoomClient['setScreenPurpose'] = (purpose) => this.#local.setScreenPurpose(purpose);
  readonly useDevice: RoomClient['useDevice'] = (kind, deviceId) => this.#local.useDevice(kind, deviceId);
  readonly view: RoomClient['view'] = (tiles) => this.#tiles.show(tiles);
  readonly diagnostics: RoomClient['diagnostics'] = () => diagnosticsOf(this.#place);

  #createSignalling({ platform, doorstep }: RoomClientOptions): SignallingClient {
    const handlers: SignallingHandlers = {
      onJoined: (answer, device) => this.#joined(answer, device),
      onResumed: (answer) => this.#resumed(answer),
      onLost: () => this.#lost(),
      onRetry: (atMs) => this.#line.retries(atMs),
      onFull: (retryAtMs) => this.#stage.full(retryAtMs),
      onShut: () => this.#stage.shut(),
      onIceServers: (iceServers) => this.#place?.renewIceServers(iceServers),
      onNotification: (notification) => deliver(this.#table, notification),
      onEnded: (reason) => this.#end(reason),
    };
    return new SignallingClient(platform, (former) => this.#admit(former), handlers, doorstep);
  }

  async #admit(former?: string): Promise<Admission> {
    const { platform, hostToken, feed, doorstep } = this.#options;
    if ((await platform.checkSealing()) === 'none') {
      this.#end('cannotSeal');
      throw new SignallingError('closed');
    }
    const admission =
      doorstep?.takeAdmission() ?? (await admitOrReopen(platform, this.link.get(), { hostToken, feed, former }));
    this.#stage.advance('admission', 'connecting');
    return admission;
  }

  #joined(joined: Joined, device: Device | null): void {
    const { platform, displayName, hostMode, doorstep } = this.#options;
    this.#talk.setReady(false);
    this.#regathering.arrived(joined.run, joined.peerId === this.#place?.peerId);
    this.#place?.close();
    this.hosting.reset(joined.mode);
    this.#stage.hint(joined.mode);
    this.safety.startOver();
    this.#roster.resetPresence();
    this.#activeSpeaker = null;
    this.#online(false);
    const place = new RoomPlace({
      platform,
      ask: (name, input) => this.#signalling.request(name, input),
      link: this.link.get(),
      displayName,
      joined,
      device,
      createWorker: (onError) => doorstep?.takeWorker(onError) ?? platform.createE2eeWorker(onError),
      hostMode: this.hosting.chosenMode ?? hostMode,
      hostCohosts: this.hosting.chosenCohosts,
      machine: machineOf(this.#options),
      handlers: {
        onGroup: (view) => this.#grouped(view),
        onSaid: (said) => {
          this.#talk.handleSaid(said);
          this.safety.handleSaid(said);
        },
        onLink: (secret) => this.hosting.linkReplaced(secret),
        onChange: () => this.#mediaChanged(),
        onMediaRecovered: () => this.#notify({ kind: 'mediaRecovered' }),
        onUnseenBy: (peerId) => this.#notify({ kind: 'unseen', displayName: this.#roster.nameOf(peerId) ?? '' }),
        onPublishFailed: (stream, cause) => (cause === 'cannotSeal' ? this.#end(cause) : this.#local.fail(stream)),
        onBroken: () => this.#end('failed'),
      },
    });
    this.#place = place;
    this.#refreshReady();
    place.want(this.#local.wanted());
    place.start();
    this.#stage.placed();
    this.#changed();
  }

  #resumed(answer: Resumed): void {
    this.#online(true);
    this.#place?.resumed(answer.iceServers);
    this.#refreshReady();
    this.#changed();
  }

  /** Throws where this device is not in the Room. */
  #present(): { peerId: string; displayName: string } {
    if (this.#stage.now.phase !== 'in' || !this.#place) throw new Error('not in the Room');
    return { peerId: this.#place.peerId, displayName: this.#options.displayName };
  }

  /** Whether the group can be spoken to, and may be. */
  #refreshReady(): void {
    const { holds } = this.safety;
    this.#place?.hold(holds);
    const ready = this.#place?.groupView.state === 'in' && this.#line.state === 'online' && !holds;
    this.#talk.setReady(ready && !this.#regathering.holdsTalk);
    this.safety.setReady(ready);
  }

  #online(resumed: boolean): void {
    if (this.#line.back(resumed) && this.#stage.now.phase === 'in') this.#notify({ kind: 'reconnected' });
  }

  #lost(): void {
    this.#line.lost();
    this.#refreshReady();
    this.#changed();
  }

  #networkChanged(): void {
    this.#signalling.hurry();
    this.#place?.media.restartIce();
  }

  #grouped(view: GroupView): void {
    const reason = endReasonOfGroup(view, this.#place?.linkGeneration ?? 0);
    if (reason !== null) return this.#end(reason);
    this.safety.update(view);
    const wasRegathering = this.#regathering.isOn;
    const withAwaited = this.#regathering.update(view);
    this.hosting.update(view);
    this.#talk.update(withAwaited, wasRegathering);
    this.#refreshReady();
    this.#stage.handleGroup(view);
    this.#changed();
  }

  #regathered(): void {
    const view = this.#place?.groupView ?? { state: 'new' };
    this.hosting.update(view);
    this.#talk.update(view);
    this.#refreshReady();
    this.#changed();
  }

  #localChanged(): void {
    this.#place?.want(this.#local.wanted());
    this.#talk.devicesChanged();
    this.#changed();
  }

  #mediaChanged(): void {
    this.#tiles.refresh();
    this.#changed();
  }

  #notify(notice: Omit<Notice, 'id' | 'atMs'>): void {
    this.#notices.add({ ...notice, atMs: this.#options.platform.nowMs() });
    this.#changed();
  }

  #hinted(mode: RoomMode): void {
    this.hosting.hinted(mode);
    this.#stage.hint(mode);
  }

  /** Who is sent off before it was in was never inside. */
  #ended(reason: EndReason): void {
    if (reason === 'roomEnded' && this.#stage.now.phase === 'in') {
      this.#signalling.close();
      return this.#talk.orders.roomClosed();
    }
    this.#end(reason === 'removed' && this.#stage.now.phase === 'joining' ? 'refused' : reason);
  }

  #end(reason: EndReason): void {
    if (!this.#stage.end(reason, reason === 'roomEnded' ? this.#talk.orders.endedBy : null)) return;
    this.#stopNetworkWatch();
    this.#regathering.close();
    this.#signalling.close();
    this.#options.doorstep?.close();
    this.#place?.close();
    for (const part of [this.hosting, this.#local, this.#talk, this.safety, this.#tiles]) part.close();
    this.#stage.settle();
  }

  /** Many things change in one turn; the page is told once. */
  #changed(): void {
    if (this.#stage.now.phase === 'in') this.#publishSoon();
  }

  #publish(): void {
    this.#store.set(roomStateOf(this.#stage.now, () => this.#parts()));
  }

  #parts(): ViewParts {
    const media = this.#place?.media;
    return {
      line: this.#line.view(media?.sendLost ?? true),
      awaited: this.#regathering.awaited,
      group: this.#place?.groupView ?? { state: 'new' },
      hosting: this.hosting.view,
      safety: this.safety.view,
      self: this.#self(),
      others: this.#roster.others,
      machineOf: (peerId) => this.#talk.machines.kindOf(peerId),
      presenceOf: (peerId) => this.#roster.presenceOf(peerId),
      remoteTracks: media?.remoteTracks ?? [],
      impaired: media?.impaired ?? false,
      unshown: this.#place?.codecGaps.unshown ?? new Set(),
      activeSpeaker: this.#activeSpeaker,
      talk: this.#talk.view,
      notices: this.#notices.all,
    };
  }

  #self(): SelfView {
    const { peerId = '', role = 'member', media } = this.#place ?? {};
    const isSealed = (stream: StreamName) => media?.isSealed(stream) ?? false;
    const { displayName } = this.#options;
    const who = { peerId, displayName, role, sharing: this.#local.sharing, ...this.#local.hall.view(isSealed) };
    return selfViewOf(who, this.#roster.presenceOf(peerId), (name) => this.#local.view(name, isSealed(name)));
  }
}
