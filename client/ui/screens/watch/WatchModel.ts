// One event in this tab as it is watched: what the client knows, and what the person chose: pause, sound, details.
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Audience, TileView, WatchClient, WatchPerson, WatchState, WatchTrack } from '#core';
import type { Voice } from '../../components/Sounds.tsx';
import { SLATE_AFTER_MS, type SceneContent, type SceneSource } from '../../scene/sceneTypes.ts';
import { createStoreSignal } from '../../storeSignal.ts';
import { ViewerCaptions } from './ViewerCaptions.ts';
import { ProofWatch, speakersOf, warningOf, type Speaker, type Warning } from '../../viewModels/watchProof.ts';

/** Two lines, read in peace. */
const NOTE_MS = 12_000;
/** A countdown's. */
const TICK_MS = 1_000;
const FULL_VOLUME = 100;
/** One press of a key. */
const VOLUME_STEP = 10;

export class WatchModel {
  readonly state: ReadonlySignal<WatchState>;
  readonly nowMs = signal(Date.now());
  readonly paused = signal(false);
  readonly muted = signal(false);
  /** 0 … 100. */
  readonly volume = signal(FULL_VOLUME);
  /** The browser wants a press before it plays sound, or the system stopped it. */
  readonly soundBlocked = signal(false);
  /** Grows with each press that may unblock. */
  readonly attempt = signal(0);
  readonly dialog = signal<'details' | null>(null);
  readonly audience = computed<Audience | null>(() => {
    const state = this.state.value;
    return state.phase === 'watching' ? state : null;
  });
  /** For the eye: said long enough to be read, and then not in the way of the show. */
  readonly draining = computed<Audience['draining']>(() => {
    const { draining = null, connection } = this.audience.value ?? {};
    const isRead = draining !== null && this.nowMs.value - draining.saidAtMs > NOTE_MS;
    return isRead && connection?.state !== 'lost' ? null : draining;
  });
  readonly speakers: ReadonlySignal<Speaker[]>;
  readonly captions = new ViewerCaptions(this.audience, this.paused);
  readonly warning: ReadonlySignal<Warning | null>;
  readonly #client: WatchClient;
  readonly #proofs = new ProofWatch();
  readonly #closeStore: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #stopReporting: () => void;
  #tiles: TileView[] | null = null;

  constructor(client: WatchClient) {
    this.#client = client;
    const store = createStoreSignal(client.state);
    this.state = store.value;
    this.#closeStore = store.close;
    this.speakers = computed(() => {
      const audience = this.audience.value;
      if (audience === null) return [];
      // What stands still proves nothing: the Connection is lost, or no media come by it.
      const tracks = audience.connection.state === 'online' ? audience.tracks : [];
      return speakersOf({ ...audience, tracks }, this.#proofs, this.nowMs.value);
    });
    this.warning = computed(() => warningOf(this.speakers.value, this.audience.value?.fault ?? null));
    this.#timer = setInterval(() => {
      this.nowMs.value = Date.now();
    }, TICK_MS);
    this.#stopReporting = effect(() => this.#tellSeen(this.paused.value));
  }

  start(): void {
    this.#client.start();
  }

  /** What is seen; while paused nothing is sent, and what is on screen stays. */
  readonly report = (tiles: TileView[]): void => {
    this.#tiles = tiles;
    this.#tellSeen(this.paused.peek());
  };

  /** Nothing before the first report: until then the client takes all that is on air as seen. */
  #tellSeen(paused: boolean): void {
    if (this.#tiles === null) return;
    this.#client.view(this.#tiles.map((tile) => ({ ...tile, visible: tile.visible && !paused })));
  }

  readonly togglePause = (): void => {
    this.paused.value = !this.paused.value;
    // Going on is a press, within which the browser allows what it refused before.
    if (!this.paused.value) this.turnSoundOn();
  };

  readonly toggleSound = (): void => {
    if (this.soundBlocked.value) return this.turnSoundOn();
    this.muted.value = !this.isSilent;
    if (!this.muted.value && this.volume.value === 0) this.volume.value = FULL_VOLUME;
  };

  get isSilent(): boolean {
    return this.muted.value || this.volume.value === 0;
  }

  readonly setVolume = (volume: number): void => {
    this.volume.value = Math.min(Math.max(Math.round(volume), 0), FULL_VOLUME);
    this.muted.value = false;
  };

  readonly louder = (): void => this.setVolume(this.volume.value + VOLUME_STEP);
  readonly quieter = (): void => this.setVolume(this.volume.value - VOLUME_STEP);

  readonly turnSoundOn = (): void => {
    this.soundBlocked.value = false;
    this.attempt.value += 1;
  };

  readonly soundRefused = (): void => {
    this.soundBlocked.value = true;
  };

  readonly soundPlays = (): void => {
    this.soundBlocked.value = false;
  };

  readonly goLive = (): void => {
    this.paused.value = false;
    this.#client.goLive();
  };

  readonly retry = (): void => this.#client.retryNow();

  readonly showDetails = (): void => {
    this.dialog.value = 'details';
  };

  readonly closeDialog = (): void => {
    this.dialog.value = null;
  };

  /** Everybody who is on air is heard, a shared screen with its sound; what was refused is no track at all. In a pause nobody is. */
  readonly voices = computed<Voice[]>(() => {
    const audience = this.audience.value;
    if (audience?.program?.phase !== 'live' || audience.closed) return [];
    const volume = this.paused.value || this.muted.value ? 0 : this.volume.value;
    return audience.tracks.flatMap(({ peerId, stream, media }) =>
      (stream === 'mic' || stream === 'screenAudio') && media.state === 'playing' && this.#personOf(peerId) !== null
        ? [{ key: `${peerId}/${stream}`, track: media.track, volume }]
        : [],
    );
  });

  /** Null until there is a program. */
  readonly scene = computed<SceneContent | null>(() => {
    const audience = this.audience.value;
    if (!audience?.program) return null;
    const { program, connection, closed, serverAheadMs } = audience;
    const now = this.nowMs.value;
    return {
      program: closed ? { ...program, phase: 'after' } : program,
      personOf: (peerId) => this.#personOf(peerId),
      sourceOf: (peerId, stream) => sourceOf(audience.tracks, peerId, stream),
      nowMs: now + serverAheadMs,
      lost: connection.state === 'lost' && now - connection.sinceMs >= SLATE_AFTER_MS,
      paused: this.paused.value,
    };
  });

  #personOf(peerId: string): WatchPerson | null {
    return this.audience.value?.people.find((person) => person.peerId === peerId) ?? null;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopReporting();
    this.captions.close();
    this.#closeStore();
    this.#client.close();
  }
}

const sourceOf = (tracks: readonly WatchTrack[], peerId: string, stream: 'camera' | 'screen'): SceneSource => {
  const media = tracks.find((track) => track.peerId === peerId && track.stream === stream)?.media;
  switch (media?.state) {
    case undefined:
    case 'off':
      return { track: null, why: null };
    case 'waiting':
      return { track: null, why: media.cause === 'preparing' ? 'firstFrame' : media.cause };
    case 'refused':
      return { track: null, why: 'refused' };
    case 'playing':
      return { track: media.track };
  }
};
