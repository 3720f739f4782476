// A RoomClient and the Services behind the page's models, driven by tests.
import type {
  CaptionActions,
  ChatActions,
  ChatEntry,
  FileActions,
  FileEntry,
  IsoActions,
  DeviceFault,
  DeviceOutcome,
  Doorstep,
  FeedActions,
  FeedView,
  GestureActions,
  HostActions,
  HostOutcome,
  Listener,
  OrderActions,
  Probe,
  RoomClient,
  RoomClientOptions,
  RoomLink,
  RoomState,
  RoomView,
  StageActions,
  StageOutcome,
  Store,
} from '#core';
import { MediaEffects, type EffectTools } from '../media/effects/MediaEffects.ts';
import { NOBODY_LEADS } from '../../core/test/nobodyLeads.ts';
import type { Services } from '../services.ts';

export const ORIGIN = 'https://conclave.example';
export const LINK: RoomLink = {
  roomId: 'AAAAAAAAAAAAAAAAAAAAAA',
  kind: 'member',
  secret: new Uint8Array(24),
  hostKeyHash: 'h',
};
export const LINK_TEXT = `${ORIGIN}/r/${LINK.roomId}#1.secret.h`;

export { NOBODY_LEADS };

export const roomView = (changes: Partial<RoomView> = {}): RoomView => ({
  connection: 'online',
  retryAtMs: null,
  cutOff: false,
  awaited: [],
  security: { state: 'securing' },
  hosting: NOBODY_LEADS,
  splitSeen: false,
  comparison: { state: 'none' },
  devices: [],
  self: {
    peerId: 'me',
    displayName: 'Maya',
    role: 'member',
    mic: { state: 'off' },
    camera: { state: 'off' },
    screen: { state: 'off' },
    sharing: { purpose: 'detail', sound: false },
    speaking: false,
    level: 0,
  },
  participants: [],
  halls: [],
  feeds: [],
  activeSpeaker: null,
  chat: [],
  captions: [],
  captioning: { makers: [], cue: null },
  reactions: [],
  hands: [],
  polls: [],
  recording: { recorders: [], mine: { state: 'off' } },
  chatTyping: [],
  chatHistory: { missed: 'nothing', requests: [], count: 0, fileCount: 0, sharing: { state: 'idle' } },
  spotlight: null,
  spotlightBy: null,
  asked: [],
  files: { limits: null, entries: [] },
  show: null,
  iso: { ask: null, mine: { state: 'none' }, speakers: [], outgoing: [], incoming: [] },
  quality: { up: { bars: 4, cause: null }, down: { bars: 4, cause: null }, others: {} },
  notices: [],
  ...changes,
});

export const chatEntry = (id: string, changes: Partial<ChatEntry> = {}): ChatEntry => ({
  id,
  from: changes.self ? 'me' : 'ana',
  displayName: 'Ana',
  self: false,
  text: 'hello',
  atMs: 1,
  heardMs: 1,
  state: 'sent',
  replyTo: null,
  edited: false,
  deleted: false,
  change: 'none',
  changeable: changes.self ?? false,
  reactions: [],
  sharedBy: null,
  ...changes,
});

export const fileEntry = (id: string, changes: Partial<FileEntry> = {}): FileEntry => ({
  id,
  from: changes.self ? 'me' : 'ana',
  displayName: 'Ana',
  self: false,
  name: 'plan.pdf',
  size: 5_000_000,
  atMs: 1,
  heardMs: 1,
  sharedBy: null,
  state: { state: 'offered' },
  ...changes,
});

/** A track that only remembers whether it was stopped. */
export const fakeTrack = (kind = 'video'): MediaStreamTrack & { stopped: () => boolean } => {
  let stopped = false;
  const track = new EventTarget();
  const clone = (): MediaStreamTrack => fakeTrack(kind);
  return Object.assign(track, { kind, clone, stop: () => (stopped = true), stopped: () => stopped }) as never;
};

const fakeStore = <T>(first: T): Store<T> & { set(value: T): void } => {
  let current = first;
  const listeners = new Set<Listener>();
  return {
    get: () => current,
    set(value) {
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

export class FakeRoomClient implements RoomClient {
  readonly tickets: FeedView[] = [];
  readonly feeds: FeedActions = {
    create: async (label, kind) => {
      this.tickets.push({ feedId: `f${this.tickets.length + 1}`, kind, label, peerId: null });
      return { ok: true, ticket: 'T'.repeat(43) };
    },
    list: async () => [...this.tickets],
    revoke: async (feedId) => {
      const at = this.tickets.findIndex((one) => one.feedId === feedId);
      if (at === -1) return { ok: false, fault: 'notThere' };
      this.tickets.splice(at, 1);
      return { ok: true };
    },
  };
  readonly hall = {
    setPicture: (track: MediaStreamTrack | null) => void this.calls.push(`picture ${track === null ? 'off' : 'on'}`),
    setSound: (track: MediaStreamTrack | null) => void this.calls.push(`sound ${track === null ? 'off' : 'on'}`),
  };
  readonly calls: string[] = [];
  outcome: DeviceOutcome = { ok: true };
  hostOutcome: HostOutcome = { ok: true };
  readonly state = fakeStore<RoomState>({ phase: 'idle' });
  readonly link = fakeStore<RoomLink>(LINK);
  readonly hosting: HostActions = {
    setMode: (mode) => this.#led(`mode ${mode}`),
    admit: (peerIds) => this.#led(`admit ${peerIds.join(' ')}`),
    deny: (peerIds) => this.#led(`deny ${peerIds.join(' ')}`),
    removePeer: (peerId) => this.#led(`remove ${peerId}`),
    setCohosts: (peerIds) => this.#led(`cohosts ${peerIds.join(' ')}`),
    announceLink: () => this.#led('announce link'),
    newLink: async () => {
      const outcome = await this.#led('new link');
      return outcome.ok ? { ok: true, link: this.link.get() } : outcome;
    },
  };

  readonly orders: OrderActions = {
    give: (order, peerId) => this.#led(`order ${order} ${peerId ?? 'all'}`),
    dismiss: (device) => void this.calls.push(`dismiss ${device}`),
    spotlight: (peerId) => {
      this.calls.push(`spotlight ${peerId ?? 'nobody'}`);
      return this.hostOutcome;
    },
    endForAll: () => this.#led('end'),
  };

  set(state: RoomState): void {
    this.state.set(state);
  }
  show(view: RoomView): void {
    this.set({ phase: 'in', ...view });
  }
  join(): Promise<void> {
    this.calls.push('join');
    this.show(roomView());
    return Promise.resolve();
  }
  leave(): void {
    this.calls.push('leave');
    if (this.state.get().phase !== 'ended') this.set({ phase: 'ended', reason: 'left' });
  }
  retryNow = (): void => void this.calls.push('retryNow');
  close(): void {
    this.calls.push('close');
  }
  setMic = (on: boolean): Promise<DeviceOutcome> => this.#did(`mic ${on}`);
  setCamera = (on: boolean): Promise<DeviceOutcome> => this.#did(`camera ${on}`);
  setScreen = (on: boolean): Promise<DeviceOutcome> => this.#did(`screen ${on}`);
  setScreenPurpose = (purpose: string): void => void this.#did(`screen for ${purpose}`);
  useDevice = (kind: string, deviceId: string): Promise<DeviceOutcome> => this.#did(`use ${kind} ${deviceId}`);
  readonly captions: CaptionActions = {
    speak: (text) => void this.#did(`caption ${text}`),
    listen: () => void this.#did('listen for captions'),
    make: (on) => void this.#did(`captions ${on ? 'on' : 'off'}`),
  };
  readonly files: FileActions = {
    offer: (files) => void this.#did(`offer ${files.map(({ name }) => name).join(' ')}`),
    pause: (id) => void this.#did(`pause ${id}`),
    resume: (id) => void this.#did(`resume ${id}`),
    cancel: (id) => void this.#did(`cancel ${id}`),
    retry: (id) => void this.#did(`retry file ${id}`),
    download: (id) => void this.#did(`download ${id}`),
    save: (id) => void this.#did(`save ${id}`),
    pickAgain: (_id, file) => file.name === 'same.txt',
    discard: (id) => void this.#did(`discard ${id}`),
  };
  readonly chat: ChatActions = {
    send: (text, replyTo) => void this.#did(replyTo === undefined ? `say ${text}` : `say ${text} to ${replyTo}`),
    retry: (id) => void this.#did(`retry ${id}`),
    edit: (id, text) => void this.#did(`edit ${id} ${text}`),
    remove: (id) => void this.#did(`delete ${id}`),
    react: (id, emoji, on) => void this.#did(`react ${id} ${emoji} ${on}`),
    typing: () => void this.#did('typing'),
    askForHistory: () => void this.#did('ask for history'),
    shareHistory: () => void this.#did('share history'),
    dismissRequests: () => void this.#did('dismiss requests'),
  };
  readonly gestures: GestureActions = {
    reactions: { send: (kind) => this.calls.push(`react ${kind}`) > 0 },
    hands: {
      raise: () => void this.calls.push('raise'),
      lower: () => void this.calls.push('lower'),
      lowerOthers: (peerIds) => this.calls.push(`lower ${peerIds.join(' ')}`) > 0,
    },
    polls: {
      open: ({ question }) => this.calls.push(`poll ${question}`) > 0,
      vote: (key, choices) => void this.calls.push(`vote ${key} ${choices.join(' ')}`),
      end: (key) => this.calls.push(`end ${key}`) > 0,
    },
  };
  readonly recording = {
    start: (): Promise<boolean> => Promise.resolve(this.calls.push('record') > 0),
    stop: (): void => void this.calls.push('stop recording'),
    askToStop: (peerId: string): void => void this.calls.push(`ask ${peerId} to stop`),
  };
  isoBegins = true;
  readonly iso: IsoActions = {
    ask: (mode) => this.calls.push(`iso ${mode}`) > 0,
    answer: (agreed) => void this.calls.push(`iso answer ${agreed}`),
    begin: async () => this.calls.push('iso begin') > 0 && this.isoBegins,
    reached: () => undefined,
    ended: (why) => void this.calls.push(`iso ended ${why ?? 'well'}`),
    serverNowMs: () => 1_000_000,
    hand: (file, startMs) => `out${this.calls.push(`iso hand ${file.name} ${startMs}`)}`,
    handAgain: (id) => this.calls.push(`iso again ${id}`) > 0,
    pause: (id) => void this.calls.push(`iso pause ${id}`),
    resume: (id) => void this.calls.push(`iso resume ${id}`),
    retry: (id) => void this.calls.push(`iso retry ${id}`),
    cancel: (id) => void this.calls.push(`iso cancel ${id}`),
  };
  readonly stage: StageActions = {
    open: () => this.#staged('open stage'),
    takeOver: () => this.#staged('take over'),
    close: () => this.#staged('close stage'),
    change: (change) => this.#staged(`change ${JSON.stringify(change)}`),
    take: ({ layout, onAir, screen }) => this.#staged(`take ${layout} ${onAir.join(' ')} ${screen ?? 'no screen'}`),
    putOnAir: (peerId) => this.#staged(`put ${peerId} on air`),
    takeOff: (peerId) => this.#staged(`take ${peerId} off`),
    describe: (peerId, as) => this.#staged(`describe ${peerId} ${JSON.stringify(as)}`),
    setBrand: (brand) => this.#staged(`brand ${brand.name}`),
    talkBack: (to) => this.#staged(`talk to ${to ?? 'nobody'}`),
    leaveAir: () => void this.calls.push('leave the air'),
    watchLink: () => Promise.resolve({ ...this.link.get(), kind: 'viewer' }),
  };
  stageOutcome: StageOutcome = { ok: true };
  #staged(call: string): StageOutcome {
    this.calls.push(call);
    return this.stageOutcome;
  }
  readonly safety = {
    confirmCode: (digits: readonly string[]): boolean => this.calls.push(`confirm ${digits.join(' ')}`) > 0,
    forgetComparison: (): void => void this.calls.push('forget'),
    acceptSplit: (): void => void this.calls.push('accept split'),
  };
  view(): void {}
  diagnostics = () => Promise.reject(new Error('not faked'));

  #led(call: string): Promise<HostOutcome> {
    this.calls.push(call);
    return Promise.resolve(this.hostOutcome);
  }

  #did(call: string): Promise<DeviceOutcome> {
    this.calls.push(call);
    return Promise.resolve(this.outcome);
  }
}

/** A browser that can do nothing to picture and sound. */
export const noEffects: EffectTools = {
  canChangeBackground: () => false,
  canSuppressNoise: () => false,
  openBackgroundLine: () => Promise.reject(new Error('not here')),
  openNoiseLine: () => Promise.reject(new Error('not here')),
  lookOf: () => Promise.reject(new Error('not here')),
  nowMs: () => 0,
};

export interface FakeServices extends Services {
  clients: FakeRoomClient[];
  options: Omit<RoomClientOptions, 'platform'>[];
  /** Each that was stepped up to. */
  doorsteps: { warm: number; closed: boolean }[];
  probe: Probe;
  /** Faults of the next openings, by kind; absent opens. */
  faults: { mic?: DeviceFault; camera?: DeviceFault };
  opened: string[];
  createError: unknown;
}

export const fakeServices = (): FakeServices => {
  const open = (kind: 'mic' | 'camera') => (deviceId?: string) => {
    services.opened.push(deviceId === undefined ? kind : `${kind} ${deviceId}`);
    const fault = services.faults[kind];
    return fault === undefined
      ? Promise.resolve(fakeTrack(kind) as MediaStreamTrack)
      : Promise.reject(Object.assign(new Error(fault), { fault }));
  };
  const services: FakeServices = {
    clients: [],
    options: [],
    doorsteps: [],
    probe: { ok: true, peersInRoom: 2, mode: 'open' },
    faults: {},
    opened: [],
    createError: null,
    createRoom: () =>
      services.createError === null
        ? Promise.resolve({ link: LINK, hostToken: 'host-token', expiresAtMs: 0 })
        : Promise.reject(services.createError),
    reopenRoom: () =>
      services.createError === null
        ? Promise.resolve({ link: LINK, hostToken: 'new-token', expiresAtMs: 0 })
        : Promise.reject(services.createError),
    probeRoom: () => Promise.resolve(services.probe),
    stepUp: () => {
      const doorstep = { warm: 0, closed: false };
      services.doorsteps.push(doorstep);
      const close = () => void (doorstep.closed = true);
      return { probe: async () => services.probe, warm: () => (doorstep.warm += 1), close } as unknown as Doorstep;
    },
    parseLink: (text) => (text.includes('#1.') ? { ok: true, link: LINK } : { ok: false, fault: 'fragmentMissing' }),
    formatLink: () => LINK_TEXT,
    createRoomClient: (options) => {
      const client = new FakeRoomClient();
      services.clients.push(client);
      services.options.push(options);
      return client;
    },
    canSeal: () => true,
    effects: new MediaEffects(noEffects),
    getMicrophone: open('mic'),
    getCamera: open('camera'),
    micConstraints: () => ({}),
    cameraConstraints: () => ({}),
  };
  return services;
};

export class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
  key = (index: number): string | null => [...this.items.keys()][index] ?? null;
  get length(): number {
    return this.items.size;
  }
}
