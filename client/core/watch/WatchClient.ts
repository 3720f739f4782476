// A viewer's view of one event: comes in by the watch link, receives what is on air, and says whether it is proven. Sends nothing.
import type { WatchView } from '#e2ee';
import type { IceServer } from '#protocol/media';
import type { Watching } from '#protocol/stage';
import { admit, type Admission } from '../admission.ts';
import type { Ask } from '../media/Publishing.ts';
import { deliver, type AnyNotification, type NotificationTable } from '../signalling/notifications.ts';
import { SignallingError } from '../signalling/SignallingError.ts';
import type { Store, TileView } from '../types.ts';
import { onceATurn } from '../util/onceATurn.ts';
import { createStore, type WritableStore } from '../util/store.ts';
import { fromBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';
import { Reception } from './Reception.ts';
import { WatchCaptions } from './WatchCaptions.ts';
import { endOfClosing } from './watchEnds.ts';
import { WatchKeys } from './WatchKeys.ts';
import { WatchSignalling } from './WatchSignalling.ts';
import type {
  Audience,
  WatchClient,
  WatchClientOptions,
  WatchConnection,
  WatchDelay,
  WatchEnd,
  WatchState,
} from './watchTypes.ts';

/** The worker is started at once, since its script takes longest; nothing is asked of the server until `start`. */
export function createWatchClient(options: WatchClientOptions): WatchClient {
  return new Watcher(options);
}

/** How long a producer may take to be back after a restart before the show counts as over: their page tries for longer, viewers need not. */
export const PRODUCER_BACK_MS = 60_000;

/** Before the list and the program came. */
const NOTHING_KNOWN: WatchView = { people: [], program: null, hasKey: false, fault: null };

type Stage =
  | Extract<WatchState, { phase: 'idle' | 'opening' | 'waiting' | 'ended' }>
  | { phase: 'watching'; lost: Extract<WatchConnection, { state: 'lost' }> | null };

class Watcher implements WatchClient {
  readonly #options: WatchClientOptions;
  readonly #store: WritableStore<WatchState> = createStore<WatchState>({ phase: 'idle' });
  readonly #signalling: WatchSignalling;
  readonly #keys: WatchKeys;
  readonly #reception: Reception;
  readonly #captions: WatchCaptions;
  readonly #table: Partial<NotificationTable>;
  readonly #publishSoon = onceATurn(() => this.#publish());
  #stage: Stage = { phase: 'idle' };
  #known = NOTHING_KNOWN;
  #viewers = 0;
  #closedByHost = false;
  #draining: Audience['draining'] = null;
  /** The run of the server that our place is at. */
  #run: string | null = null;
  #stopAwaiting: () => void = () => undefined;
  #serverAheadMs = 0;
  #iceServers: IceServer[] = [];
  #stopNetworkWatch: () => void = () => undefined;

  constructor(options: WatchClientOptions) {
    const { platform } = options;
    this.#options = options;
    this.#signalling = new WatchSignalling(
      platform,
      {
        check: () => this.#check(),
        admit: () => this.#admit(),
        receivable: ({ routerRtpCapabilities }) => this.#reception.receivable(routerRtpCapabilities),
      },
      {
        onJoined: (answer) => this.#joined(answer),
        onDelayed: (why, retryAtMs) => this.#delayed(why, retryAtMs),
        onIceServers: (iceServers) => {
          this.#iceServers = iceServers;
          this.#reception.renewIceServers(iceServers);
        },
        onNotification: (notification) => this.#heard(notification),
        onEnded: (end) => this.#end(end),
      },
    );
    this.#captions = new WatchCaptions(
      () => platform.nowMs(),
      () => this.#publishSoon(),
    );
    this.#keys = new WatchKeys(platform, {
      onWatch: (view) => this.#learned(view),
      onCaption: (caption) => this.#captions.take(caption),
      onTrack: (trackId, state) => this.#reception.handleTrack(trackId, state),
      onKeyFrameNeeded: (trackId) => this.#reception.requestKeyFrame(trackId),
      onDead: () => this.#end('failed'),
    });
    const ask: Ask = (name, input) => this.#signalling.request(name, input);
    this.#reception = new Reception({
      platform,
      ask,
      attach: (rtpReceiver, transform) => this.#keys.attach(rtpReceiver, transform),
      dropTrack: (trackId) => this.#keys.dropTrack(trackId),
      onChange: () => this.#publishSoon(),
      onStuck: () => this.#signalling.joinAfresh(),
      onBroken: () => this.#end('failed'),
    });
    this.#table = this.#notificationTable();
  }

  get state(): Store<WatchState> {
    return this.#store;
  }

  start(): void {
    if (this.#stage.phase !== 'idle') return;
    const { platform, link } = this.#options;
    if (link.kind !== 'viewer') return this.#end('badLink');
    if (platform.sealSupport() === 'none') return this.#end('cannotOpen');
    this.#become({ phase: 'opening' });
    this.#stopNetworkWatch = platform.onNetworkChange(() => {
      this.#signalling.hurry();
      this.#reception.restartIce();
    });
    const { roomId, secret, hostKeyHash } = link;
    // A copy, since the worker's side may wipe what it is given; every attempt to come in needs the secret again.
    this.#keys.open({ roomId, viewSecret: secret.slice(), hostKeyHash }).catch(() => this.#end('failed'));
    this.#signalling.start();
  }

  view(tiles: TileView[]): void {
    this.#reception.view(tiles);
  }

  goLive(): void {
    this.#reception.goLive();
  }

  retryNow(): void {
    this.#signalling.hurry();
  }

  close(): void {
    this.#end('left');
  }

  async #check(): Promise<void> {
    if ((await this.#options.platform.checkSealing()) !== 'none') return;
    this.#end('cannotOpen');
    throw new SignallingError('closed');
  }

  #admit(): Promise<Admission> {
    const { platform, link } = this.#options;
    const admission = admit(platform, link);
    // Beside the way to the server and back, not before it.
    platform.prepareDevice();
    return admission;
  }

  #joined({ serverTimeMs, stage, viewers, run, ...offer }: Watching): void {
    this.#serverAheadMs = serverTimeMs - this.#options.platform.nowMs();
    this.#iceServers = offer.iceServers;
    this.#viewers = viewers;
    this.#draining = null;
    const { roster, program, keys } = stage;
    this.#lookIfClosed(run, program !== null);
    if (roster) this.#keys.deliver({ name: 'stage:roster', roster });
    if (program) this.#keys.deliver({ name: 'stage:program', program });
    for (const key of keys) this.#keys.deliver({ name: 'stage:keys', ...key });
    // Told by what comes next: by the worker's word, or once the server has answered for media.
    this.#stage = { phase: 'watching', lost: null };
    this.#reception.start(offer);
  }

  /** A server that restarted knows of no show until its producer is back, and of one that is over it never hears. */
  #lookIfClosed(run: string, hasProgram: boolean): void {
    const isRestart = this.#run !== null && this.#run !== run;
    this.#run = run;
    this.#stopAwaiting();
    const isGone = this.#known.program !== null && !hasProgram;
    this.#closedByHost = isGone && !isRestart;
    if (!isGone || !isRestart) return;
    this.#stopAwaiting = after(PRODUCER_BACK_MS, () => {
      this.#closedByHost = true;
      this.#publishSoon();
    });
  }

  #delayed(why: WatchDelay, retryAtMs: number): void {
    switch (this.#stage.phase) {
      case 'opening':
      case 'waiting':
        return this.#become({ phase: 'waiting', why, retryAtMs });
      case 'watching': {
        const sinceMs = this.#stage.lost?.sinceMs ?? this.#options.platform.nowMs();
        return this.#become({ phase: 'watching', lost: { state: 'lost', why, sinceMs, retryAtMs } });
      }
      case 'idle':
      case 'ended':
        return;
    }
  }

  #heard(notification: AnyNotification): void {
    // What a member hears and a viewer does not is passed over.
    if (Object.hasOwn(this.#table, notification.name)) deliver(this.#table as NotificationTable, notification);
  }

  #notificationTable(): Partial<NotificationTable> {
    const told = <Value>(take: (value: Value) => void) => {
      return (value: Value) => {
        take(value);
        this.#publishSoon();
      };
    };
    return {
      'consumer:new': ({ consumers }) => this.#reception.addConsumers(consumers),
      'consumer:closed': ({ consumerIds }) => this.#reception.removeConsumers(consumerIds),
      'consumer:paused': ({ consumerId }) => this.#reception.setProducerPaused(consumerId, true),
      'consumer:resumed': ({ consumerId }) => this.#reception.setProducerPaused(consumerId, false),
      'stage:roster': told(({ roster }) => this.#keys.deliver({ name: 'stage:roster', roster })),
      'stage:program': told(({ program }) => {
        this.#stopAwaiting();
        this.#closedByHost = false;
        this.#keys.deliver({ name: 'stage:program', program });
      }),
      'stage:keys': (keys) => this.#keys.deliver({ name: 'stage:keys', ...keys }),
      'stage:caption': ({ from, caption }) =>
        this.#keys.deliver({ name: 'stage:caption', from, caption: fromBase64url(caption) }),
      'stage:closed': told(() => (this.#closedByHost = true)),
      'stage:audience': told(({ viewers }) => (this.#viewers = viewers)),
      'stage:reset': (offer) => this.#reception.start({ ...offer, iceServers: this.#iceServers }),
      'server:draining': told(({ deadlineMs }) => this.#drains(deadlineMs)),
      'room:closed': ({ reason }) => {
        const end = endOfClosing(reason);
        if (end === null) this.#signalling.joinAfresh();
        else this.#end(end);
      },
    };
  }

  /** Once: the moment it was said first counts. */
  #drains(inMs: number): void {
    const saidAtMs = this.#options.platform.nowMs();
    this.#draining ??= { saidAtMs, atMs: saidAtMs + inMs };
  }

  #learned(view: WatchView): void {
    this.#known = view;
    this.#publishSoon();
  }

  #end(reason: WatchEnd): void {
    if (this.#stage.phase === 'ended') return;
    this.#stage = { phase: 'ended', reason };
    this.#stopNetworkWatch();
    this.#stopAwaiting();
    this.#signalling.close();
    // Media first: no transform outlives the worker that holds its keys.
    this.#reception.close();
    this.#captions.close();
    this.#keys.close();
    this.#publish();
  }

  #become(stage: Stage): void {
    if (this.#stage.phase === 'ended') return;
    this.#stage = stage;
    this.#publishSoon();
  }

  #publish(): void {
    const stage = this.#stage;
    this.#store.set(stage.phase === 'watching' ? { phase: 'watching', ...this.#audience(stage.lost) } : stage);
  }

  #audience(lost: Extract<WatchConnection, { state: 'lost' }> | null): Audience {
    const { people, program, hasKey, fault } = this.#known;
    return {
      connection: lost ?? (this.#reception.impaired ? { state: 'impaired' } : { state: 'online' }),
      people,
      program,
      fault,
      hasKey,
      tracks: this.#reception.tracks,
      captions: this.#captions.lines,
      forgedCaptions: this.#captions.forged,
      viewers: this.#viewers,
      closed: this.#closedByHost,
      draining: this.#draining,
      behind: this.#reception.behind,
      eased: this.#reception.eased,
      serverAheadMs: this.#serverAheadMs,
    };
  }
}
