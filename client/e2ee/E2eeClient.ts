// The page's side of the door: speaks to the e2eeWorker behind a port and holds no key.
import type {
  Call,
  CaptionWords,
  FromWorker,
  GroupRef,
  GroupView,
  ServerEvent,
  LinkVerifiers,
  ProgramContent,
  RoomMode,
  Roster,
  ServerReply,
  ServerRequest,
  SessionSettings,
  SignedRoster,
  StageEvent,
  StagePerson,
  StreamName,
  ToWorker,
  TrackCounters,
  TrackState,
  WatchCaption,
  WatchSettings,
  WatchView,
  WrappedStage,
} from './messages.ts';

/** A browser's Worker, a MessagePort, or Node's MessagePort. */
export interface E2eePort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: Event) => void): void;
  removeEventListener(type: 'message', listener: (event: Event) => void): void;
  /** Ports need it once a listener is there; Workers have none. */
  start?(): void;
}

/** An application message of another member, attributed by its MLS leaf. */
export interface Said {
  from: string;
  payload: Uint8Array;
  epoch: number;
  self: boolean;
}

export interface E2eeHandlers {
  /** Sends it over the socket; a rejection counts as `failed`. */
  onRequest(request: ServerRequest): Promise<ServerReply>;
  onGroup(view: GroupView): void;
  onSaid(said: Said): void;
  onTrack(trackId: string, track: TrackState): void;
  onKeyFrameNeeded(trackId: string): void;
  /** The group went over to a new link. */
  onLink(secret: Uint8Array, linkGeneration: number): void;
  /** At a viewer, after `watch`. */
  onWatch?(view: WatchView): void;
  onCaption?(caption: WatchCaption): void;
}

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class E2eeClient {
  readonly #port: E2eePort;
  readonly #handlers: E2eeHandlers;
  readonly #pending = new Map<number, PendingCall>();
  readonly #listener = (event: Event) => this.#receive((event as MessageEvent<FromWorker>).data);
  #nextId = 1;
  #closed = false;

  constructor(port: E2eePort, handlers: E2eeHandlers) {
    this.#port = port;
    this.#handlers = handlers;
    port.addEventListener('message', this.#listener);
    port.start?.();
  }

  /** Derives the link's keys in the worker; the caller should drop its copy of the secret. */
  async open(settings: SessionSettings): Promise<void> {
    await this.#call({ name: 'open', settings });
  }

  /** After every fresh `room:join`: the Room's group, or null where there is none. Resolves once it was taken up. */
  async enter(group: GroupRef | null): Promise<void> {
    await this.#call({ name: 'enter', group });
  }

  /** What the server said; order matters, so call it in the order of arrival. */
  deliver(event: ServerEvent | StageEvent): void {
    this.#post(isOfStage(event) ? { type: 'stage', event } : { type: 'event', event });
  }

  /** Resolves when the server took the sealed message; rejects when not in a group or after repeated failures. */
  async say(payload: Uint8Array): Promise<void> {
    await this.#call({ name: 'say', payload });
  }

  /** Forgets the state of a track whose Producer or Consumer is gone. */
  async dropTrack(trackId: string): Promise<void> {
    await this.#call({ name: 'dropTrack', trackId });
  }

  async counters(): Promise<TrackCounters[]> {
    return (await this.#call({ name: 'counters' })) as TrackCounters[];
  }

  // What an acting host may. Each resolves once the group adopted it, and rejects with one word why not: `notActing`, `notHost`,
  // `notThere`, `notInGroup`, `busy`, `timeout`, `closed`; a new link `untold` where the group follows it and the server does not.

  async setMode(mode: RoomMode): Promise<void> {
    await this.#call({ name: 'setMode', mode });
  }

  async admit(peerIds: string[]): Promise<void> {
    await this.#call({ name: 'admit', peerIds });
  }

  async kick(peerId: string): Promise<void> {
    await this.#call({ name: 'kick', peerId });
  }

  async setCohosts(peerIds: string[]): Promise<void> {
    await this.#call({ name: 'setCohosts', peerIds });
  }

  /** @param secret 24 bytes, of the next generation of the link */
  async rotateLink(secret: Uint8Array, verifiers: LinkVerifiers): Promise<void> {
    await this.#call({ name: 'rotateLink', secret, verifiers });
  }

  /** Where `rotateLink` ended as `untold`. */
  async announceLink(verifiers: LinkVerifiers): Promise<void> {
    await this.#call({ name: 'announceLink', verifiers });
  }

  // What puts a Member on air. Each rejects with one word why not: `notOpen`, `notInGroup`, `notHost`, `tooLarge`, `forged`,
  // `notOnAir`, `closed`.

  /** The public half of this worker's feed key, to be told to the group. */
  async feedKey(): Promise<Uint8Array> {
    return (await this.#call({ name: 'feedKey' })) as Uint8Array;
  }

  /** The next frame of these streams is sealed for the stage and signed, of all others for the room. */
  async setOnAir(streams: StreamName[]): Promise<void> {
    await this.#call({ name: 'setOnAir', streams });
  }

  /** @param delegates feed keys of those who may do so while the host is away; the host's own device names them */
  async signRoster(people: StagePerson[], count: number, delegates: Uint8Array[] = []): Promise<SignedRoster> {
    return (await this.#call({ name: 'signRoster', people, count, delegates })) as SignedRoster;
  }

  async openRoster(signed: Uint8Array): Promise<Roster> {
    return (await this.#call({ name: 'openRoster', signed })) as Roster;
  }

  async signProgram(content: ProgramContent, count: number): Promise<Uint8Array> {
    return (await this.#call({ name: 'signProgram', content, count })) as Uint8Array;
  }

  /** For viewers; refused while the microphone is backstage. */
  async sealCaption(words: CaptionWords): Promise<Uint8Array> {
    return (await this.#call({ name: 'sealCaption', ...words })) as Uint8Array;
  }

  /** @param roster as it was signed */
  async wrapStage(roster: Uint8Array): Promise<WrappedStage> {
    return (await this.#call({ name: 'wrapStage', roster })) as WrappedStage;
  }

  async stageGroup(): Promise<Uint8Array> {
    return (await this.#call({ name: 'stageGroup' })) as Uint8Array;
  }

  /** Instead of `open`: a viewer, who is in no group. The caller should drop its copy of the secret. */
  async watch(settings: WatchSettings): Promise<void> {
    await this.#call({ name: 'watch', settings });
  }

  /** Wipes the keys in the worker and rejects what is pending; whoever made the port ends the worker. */
  close(): void {
    if (this.#closed) return;
    this.#post({ type: 'close' });
    this.#closed = true;
    this.#port.removeEventListener('message', this.#listener);
    for (const call of this.#pending.values()) call.reject(new Error('closed'));
    this.#pending.clear();
  }

  #call(call: Call): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error('closed'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#post({ type: 'call', id, call });
    });
  }

  #post(message: ToWorker): void {
    if (!this.#closed) this.#port.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (this.#closed) return;
    switch (message.type) {
      case 'result':
        return this.#settle(message);
      case 'request':
        return void this.#forward(message.requestId, message.request);
      case 'group':
        return this.#handlers.onGroup(message.view);
      case 'said':
        return this.#handlers.onSaid({
          from: message.from,
          payload: message.payload,
          epoch: message.epoch,
          self: message.self,
        });
      case 'track':
        return this.#handlers.onTrack(message.trackId, message.track);
      case 'watch':
        return this.#handlers.onWatch?.(message.view);
      case 'caption':
        return this.#handlers.onCaption?.(message.caption);
      case 'link':
        return this.#handlers.onLink(message.secret, message.linkGeneration);
      case 'keyFrameNeeded':
        return this.#handlers.onKeyFrameNeeded(message.trackId);
    }
  }

  #settle(result: Extract<FromWorker, { type: 'result' }>): void {
    const call = this.#pending.get(result.id);
    this.#pending.delete(result.id);
    if (result.ok) call?.resolve(result.value);
    else call?.reject(new Error(result.error));
  }

  async #forward(requestId: number, request: ServerRequest): Promise<void> {
    let reply: ServerReply;
    try {
      reply = await this.#handlers.onRequest(request);
    } catch {
      reply = { outcome: 'failed', code: 'internal' };
    }
    this.#post({ type: 'reply', requestId, reply });
  }
}

function isOfStage(event: ServerEvent | StageEvent): event is StageEvent {
  return event.name.startsWith('stage:');
}
