// Who is heard in one Router: levels of the loudest and the active speaker, from the audio level in packet headers.
import type { PeerId, ProducerId } from '#protocol/ids';
import type { ActiveSpeakerObserver, AudioLevelObserver, Router } from 'mediasoup/types';
import type { Clock, RoomMediaEvents } from '../rooms/ports.ts';
import { HeardMicrophones } from './HeardMicrophones.ts';
import type { Published } from './published.ts';
import { VoiceMeters } from './VoiceMeters.ts';

/**
 * The observer leaves out whoever sent fewer than 10 packets in an interval. A voice sends one in 20 ms, so 300 ms are
 * 15 packets and a lossy uplink still shows; the wire promises no more than one report in 250 ms.
 */
const LEVEL_INTERVAL_MS = 300;
/** Rings are drawn around the few that are heard; more entries only cost every client bytes. */
const LOUDEST = 8;
/** dBov below which a microphone counts as silent; −80 would show breath and fans. */
const SILENCE_DBOV = -70;
/** Each decision looks at seconds of speech; shorter intervals only make the decision sooner. */
const SPEAKER_INTERVAL_MS = 300;

export interface SpeakerEvents extends Pick<RoomMediaEvents, 'onLevels' | 'onActiveSpeaker'> {
  /** Other microphones are forwarded from now on, or (null) all. */
  onHeard?(): void;
}

type PeerLevel = { peerId: PeerId; level: number };

export class SpeakerWatch {
  readonly #router: Router;
  readonly #events: SpeakerEvents;
  readonly #heard: HeardMicrophones;
  readonly #meters: VoiceMeters;
  readonly #clock: Clock;
  /** Made with the first microphone: a Room that nobody speaks in costs the Worker none. */
  #observers: Promise<readonly [AudioLevelObserver, ActiveSpeakerObserver]> | null = null;
  #microphones = new Map<ProducerId, PeerId>();
  #activeSpeaker: PeerId | null = null;
  #closed = false;

  constructor(router: Router, events: SpeakerEvents, clock: Clock) {
    this.#router = router;
    this.#events = events;
    this.#clock = clock;
    this.#heard = new HeardMicrophones(() => {
      if (!this.#closed) events.onHeard?.();
    });
    this.#meters = new VoiceMeters({
      router,
      clock,
      onVoices: (voices) => this.#heard.report(voices, clock.now()),
    });
  }

  /** Rejects with mediasoup's own errors. */
  async #openObservers() {
    const [levels, dominance] = await Promise.all([
      this.#router.createAudioLevelObserver({
        interval: LEVEL_INTERVAL_MS,
        maxEntries: LOUDEST,
        threshold: SILENCE_DBOV,
      }),
      this.#router.createActiveSpeakerObserver({ interval: SPEAKER_INTERVAL_MS }),
    ]);
    levels.on('volumes', (volumes) => {
      const heard = volumes.map(({ producer, volume }) => ({ peerId: this.#ownerOf(producer.id), level: volume }));
      this.#report(heard.filter((entry): entry is PeerLevel => entry.peerId !== undefined));
    });
    levels.on('silence', () => this.#report([]));
    dominance.on('dominantspeaker', ({ producer }) => {
      const peerId = this.#ownerOf(producer.id);
      if (peerId !== undefined) this.#setActiveSpeaker(peerId);
    });
    return [levels, dominance] as const;
  }

  /** Null where every microphone that is on is forwarded. */
  get heard(): { has(id: ProducerId): boolean; peerIds: PeerId[] } | null {
    const { heard } = this.#heard;
    if (heard === null) return null;
    const peerIds = [...heard].flatMap((id) => this.#ownerOf(id) ?? []);
    // A muted one sends nothing; whether it is forwarded is decided when it is switched on.
    return { has: (id) => heard.has(id) || !this.#heard.isOn(id), peerIds };
  }

  /**
   * Microphones only: screen audio is a film or a game, not a speaker.
   * @param isHere when the Router has it, where that is another than the one it is sent to
   */
  add({ id, peerId, stream, producer }: Omit<Published, 'router'>, isHere?: Promise<boolean>): void {
    if (this.#closed || stream !== 'mic') return;
    this.#microphones.set(id, peerId);
    if (!producer.paused) this.#switchedOn(id);
    producer.observer.on('pause', () => this.#heard.switchedOff(id));
    producer.observer.on('resume', () => {
      if (this.#microphones.has(id)) this.#switchedOn(id);
    });
    if (isHere === undefined) this.#measure(id);
    else void isHere.then((here) => (here ? this.#measure(id) : undefined));
  }

  #measure(id: ProducerId): void {
    if (this.#closed || !this.#microphones.has(id)) return;
    this.#meters.add(id);
    this.#observers ??= this.#openObservers();
    this.#observers
      .then((observers) => Promise.all(observers.map((observer) => observer.addProducer({ producerId: id }))))
      // Refused only when the Producer or the Router is gone by now, and then there is nothing to watch.
      .catch(() => undefined);
  }

  /** mediasoup's observers forget a closed Producer by themselves. */
  remove(id: ProducerId): void {
    const peerId = this.#microphones.get(id);
    if (peerId === undefined) return;
    this.#microphones.delete(id);
    this.#meters.remove(id);
    this.#heard.switchedOff(id);
    if (this.#activeSpeaker === peerId) this.#setActiveSpeaker(null);
  }

  /** Reports that nobody speaks any more, if somebody did. The Router takes the observers with it. */
  routerClosed(): void {
    if (this.#closed) return;
    this.#setActiveSpeaker(null);
    this.#closed = true;
    this.#microphones.clear();
  }

  #switchedOn(id: ProducerId): void {
    this.#heard.switchedOn(id, this.#clock.now());
    // Where all are forwarded there is nobody to find.
    if (this.#heard.heard !== null) this.#meters.start();
  }

  #ownerOf(producerId: string): PeerId | undefined {
    return this.#microphones.get(producerId as ProducerId);
  }

  #report(levels: { peerId: PeerId; level: number }[]): void {
    if (!this.#closed) this.#events.onLevels(levels);
  }

  #setActiveSpeaker(peerId: PeerId | null): void {
    if (this.#closed || this.#activeSpeaker === peerId) return;
    this.#activeSpeaker = peerId;
    this.#events.onActiveSpeaker(peerId);
  }
}
