// Which screen is shown and what leads from one to the next: links, the making of rooms, joining and coming back.
import { signal, type ReadonlySignal } from '@preact/signals';
import type {
  DeviceFault,
  Doorstep,
  EmbedRefusal,
  LinkFault,
  Probe,
  RoomClient,
  RoomClientOptions,
  RoomLink,
  RoomState,
} from '#core';
import { forgetHost, hostTokenOf, keepHostToken, passStoreOf, showStoreOf, speakerStoreOf } from './hostMemory.ts';
import { keepLink, takeLink } from './linkVault.ts';
import { chosenDevices } from './media/chosenDevices.ts';
import type { MediaEffects } from './media/effects/MediaEffects.ts';
import { Preview } from './media/Preview.ts';
import { recall } from './remembered.ts';
import type { Services } from './services.ts';
import { PROTECT_PATH } from './components/ProtectLink.tsx';
import { createStoreSignal } from './storeSignal.ts';
import { recallInTab, rememberInTab } from './tabMemory.ts';

export type HomeFault = LinkFault | 'empty' | 'kindUnsupported' | 'noSuchPage';
/** What became of the end of a link, in an address that is a room's all the same. */
export type BrokenFault = Extract<LinkFault, 'fragmentMissing' | 'fragmentBroken' | 'versionUnknown'>;
export type CreateFault = 'unreachable' | 'refused' | 'draining' | 'failed';

/** One room in this tab, from its pre-join screen to its end. */
export interface RoomVisit {
  /** The one that opens the room now: another once the room went over to it. */
  readonly link: RoomLink;
  /** To show and to copy; holds the secret. */
  readonly linkText: string;
  replaceLink(link: RoomLink, text: string): void;
  host: boolean;
  probe: ReadonlySignal<Probe | null>;
  preview: Preview;
  doorstep: Doorstep;
}
export interface Call {
  client: RoomClient;
  state: ReadonlySignal<RoomState>;
  /** Oneself while on the way in: the client holds its own track back until it is sealed. */
  picture: MediaStreamTrack | null;
  /** Devices that did not start on the way in; told once inside. */
  faults: { mic?: DeviceFault; camera?: DeviceFault };
  effects: MediaEffects;
  close(): void;
}

export type Screen =
  | { name: 'home'; fault: HomeFault | null }
  | { name: 'brokenLink'; fault: BrokenFault }
  | { name: 'protect' }
  /** In a frame: `cause` is null while the page around is yet to say which room. */
  | { name: 'embed'; cause: EmbedRefusal | null }
  | { name: 'preJoin'; visit: RoomVisit }
  | { name: 'call'; visit: RoomVisit; call: Call };

const createFaultOf = (error: unknown): CreateFault => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'disconnected' || code === 'timeout') return 'unreachable';
  if (code === 'draining') return code;
  return code === 'capacity' || code === 'rate_limited' || code === 'forbidden' ? 'refused' : 'failed';
};

const isConflict = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'conflict';

export class AppModel {
  readonly screen = signal<Screen>({ name: 'home', fault: null });
  readonly creating = signal<{ state: 'idle' } | { state: 'busy' } | { state: 'failed'; fault: CreateFault }>({
    state: 'idle',
  });
  readonly services: Services;
  /** In a frame of another page there is no start page to go to. */
  readonly isEmbedded: boolean;

  constructor(services: Services, { isEmbedded = false }: { isEmbedded?: boolean } = {}) {
    this.services = services;
    this.isEmbedded = isEmbedded;
  }

  /** Reads the address bar; called at the start, on back and forward, and when a link is pasted over the address. */
  readonly openAddress = (): void => {
    if (this.isEmbedded) return this.#show({ name: 'embed', cause: null });
    const text = takeLink(location, history);
    if (text !== null) this.#openLink(text);
    else if (location.pathname === '/') this.#show({ name: 'home', fault: null });
    else if (location.pathname.replace(/\/$/, '') === PROTECT_PATH) this.#show({ name: 'protect' });
    else {
      history.replaceState(null, '', '/');
      this.#show({ name: 'home', fault: 'noSuchPage' });
    }
  };

  /** A link pasted on the start page. Answers what is wrong with it, or null once its room is on screen. */
  openPasted(text: string): HomeFault | null {
    if (text.trim() === '') return 'empty';
    const parsed = this.services.parseLink(text);
    if (!parsed.ok) return parsed.fault;
    const whole = this.services.formatLink(parsed.link);
    keepLink(parsed.link.roomId, whole);
    if (parsed.link.kind === 'viewer') {
      // A page of its own, which loads nothing of the meeting.
      location.assign(whole);
      return null;
    }
    history.pushState(null, '', new URL(whole).pathname);
    this.#openLink(whole);
    return null;
  }

  /** A room that the page around this one names; the address stays as it is. */
  openEmbedded(text: string): void {
    const parsed = this.services.parseLink(text);
    if (!parsed.ok) this.refuseEmbed(parsed.fault);
    else if (parsed.link.kind === 'viewer') this.refuseEmbed('kindUnsupported');
    else this.#visit(parsed.link, text);
  }

  refuseEmbed(cause: EmbedRefusal): void {
    this.#show({ name: 'embed', cause });
  }

  async newMeeting(): Promise<void> {
    if (this.creating.value.state === 'busy') return;
    this.creating.value = { state: 'busy' };
    try {
      const { link, hostToken } = await this.services.createRoom();
      const text = this.services.formatLink(link);
      keepHostToken(link.roomId, hostToken);
      keepLink(link.roomId, text);
      // The address keeps the room but never its secret.
      history.pushState(null, '', new URL(text).pathname);
      this.creating.value = { state: 'idle' };
      this.#visit(link, text);
    } catch (error) {
      this.creating.value = { state: 'failed', fault: createFaultOf(error) };
    }
  }

  /** The server forgot the room of this link: who made it makes it again, so that the link that was sent works. */
  async reopen(visit: RoomVisit): Promise<void> {
    if (this.creating.value.state === 'busy') return;
    this.creating.value = { state: 'busy' };
    try {
      const { hostToken } = await this.services.reopenRoom(visit.link);
      keepHostToken(visit.link.roomId, hostToken);
      this.creating.value = { state: 'idle' };
    } catch (error) {
      this.creating.value = { state: 'failed', fault: createFaultOf(error) };
      if (isConflict(error)) await this.#forgetIfEnded(visit.link);
    }
    const current = this.screen.value;
    if ('visit' in current && current.visit === visit) this.#visit(visit.link, visit.linkText);
  }

  /** Somebody else with the link may have been faster, and the room is there; where it is not, it was ended, and nobody makes it again. */
  async #forgetIfEnded(link: RoomLink): Promise<void> {
    const probe = await this.services.probeRoom(link);
    if (!probe.ok && probe.reason === 'roomGone') forgetHost(link.roomId);
  }

  /** With devices: what the preview runs, asking for both first where nobody was asked yet. */
  async join(visit: RoomVisit, displayName: string, options: { devices: boolean }): Promise<void> {
    const { preview } = visit;
    if (options.devices && !preview.asked.value) await preview.ask();
    if (options.devices && preview.restarting !== null) await preview.restarting;
    const current = this.screen.value;
    if (current.name !== 'preJoin' || current.visit !== visit) return;
    const faults = options.devices ? faultsOf(preview) : {};
    const tracks = options.devices ? preview.take() : {};
    preview.close();
    const hostToken = hostTokenOf(visit.link.roomId);
    const client = this.services.createRoomClient({
      link: visit.link,
      doorstep: visit.doorstep,
      displayName,
      ...(hostToken !== null && { hostToken }),
      ...hostModeOf(visit),
      showStore: showStoreOf(visit.link.roomId),
      passStore: passStoreOf(visit.link.roomId),
      speakerStore: speakerStoreOf(visit.link.roomId),
      ...(recallInTab(`split.${visit.link.roomId}`) !== null && { splitSeen: true }),
      ...tracks,
    });
    const unfollow = client.link.subscribe(() => this.#keepNewLink(visit, client.link.get()));
    const picture = tracks.camera?.clone() ?? null;
    const { effects } = this.services;
    const call = callOf(client, visit.link.roomId, { faults, picture, effects }, unfollow);
    this.#show({ name: 'call', visit, call });
    await client.join();
    call.picture?.stop();
    rememberDevices(client, tracks);
  }

  /** What is shown and handed out from here on, and what a reload opens. */
  #keepNewLink(visit: RoomVisit, link: RoomLink): void {
    const text = this.services.formatLink(link);
    keepLink(link.roomId, text);
    visit.replaceLink(link, text);
  }

  /** Back to the pre-join screen of the same room, with its devices looked at anew. */
  rejoin(visit: RoomVisit): void {
    this.#visit(visit.link, visit.linkText);
  }

  /** The tab goes away; a page kept for back and forward comes back to *you left the room*. */
  readonly leaveNow = (): void => {
    const current = this.screen.value;
    if (current.name === 'call') current.call.client.leave();
  };

  openProtect(): void {
    history.pushState(null, '', PROTECT_PATH);
    this.#show({ name: 'protect' });
  }

  goHome(): void {
    if (location.pathname !== '/') history.pushState(null, '', '/');
    this.creating.value = { state: 'idle' };
    this.#show({ name: 'home', fault: null });
  }

  #openLink(text: string): void {
    const parsed = this.services.parseLink(text);
    if (!parsed.ok) this.#showFault(parsed.fault);
    else if (parsed.link.kind === 'viewer') this.#show({ name: 'home', fault: 'kindUnsupported' });
    else if (!this.#isShown(parsed.link)) this.#visit(parsed.link, text);
  }

  #showFault(fault: LinkFault): void {
    if (fault === 'notALink' || fault === 'otherServer') this.#show({ name: 'home', fault });
    else this.#show({ name: 'brokenLink', fault });
  }

  /** Back and forward within one room change nothing; a link to one that has ended for us is a wish to come back. */
  #isShown(link: RoomLink): boolean {
    const current = this.screen.value;
    if (current.name === 'call' && current.call.state.value.phase === 'ended') return false;
    return 'visit' in current && this.services.formatLink(current.visit.link) === this.services.formatLink(link);
  }

  #visit(link: RoomLink, linkText: string): void {
    const probe = signal<Probe | null>(null);
    const preview = new Preview(this.services);
    const hostToken = hostTokenOf(link.roomId);
    const doorstep = this.services.stepUp(link, hostToken);
    const parts = { host: hostToken !== null, probe, preview, doorstep };
    this.#show({ name: 'preJoin', visit: visitOf({ link, text: linkText }, parts) });
    void doorstep.probe().then((answer) => {
      probe.value = answer;
      doorstep.warm();
    });
    void preview.startIfAllowed();
  }

  #show(next: Screen): void {
    const before = this.screen.value;
    if (before.name === 'call') before.call.close();
    if (before.name === 'preJoin' && (next.name !== 'call' || next.visit !== before.visit)) {
      before.visit.preview.close();
      before.visit.doorstep.close();
    }
    this.screen.value = next;
  }
}

const faultsOf = ({ mic, camera }: Preview): Call['faults'] => ({
  ...(mic.value.state === 'failed' && { mic: mic.value.fault }),
  ...(camera.value.state === 'failed' && { camera: camera.value.fault }),
});

interface ShownLink {
  link: RoomLink;
  text: string;
}

const visitOf = (first: ShownLink, rest: Pick<RoomVisit, 'host' | 'probe' | 'preview' | 'doorstep'>): RoomVisit => {
  const shown = signal(first);
  return {
    ...rest,
    get link() {
      return shown.value.link;
    },
    get linkText() {
      return shown.value.text;
    },
    replaceLink(link, text) {
      shown.value = { link, text };
    },
  };
};

/** What the host's device chose last in this room. */
const hostModeOf = ({ host, link: { roomId } }: RoomVisit): Pick<RoomClientOptions, 'hostMode'> => {
  const kept = host ? recall(`mode.${roomId}`) : null;
  return kept === 'approve' || kept === 'locked' ? { hostMode: kept } : {};
};

const callOf = (
  client: RoomClient,
  roomId: string,
  given: Pick<Call, 'faults' | 'picture' | 'effects'>,
  unfollow: () => void,
): Call => {
  const state = createStoreSignal(client.state);
  const stopRemembering = rememberSplit(client, roomId);
  const stopWaiting = client.state.subscribe(() => {
    const now = client.state.get();
    if (now.phase === 'ended' && now.reason === 'roomEnded') forgetHost(roomId);
  });
  return {
    client,
    state: state.value,
    ...given,
    close() {
      given.picture?.stop();
      unfollow();
      state.close();
      stopRemembering();
      stopWaiting();
      client.leave();
      client.close();
    },
  };
};

/** A split that was seen outlives leaving and reloading, which the server can bring about; nothing else is kept of it (SPEC E-66). */
const rememberSplit = (client: RoomClient, roomId: string): (() => void) =>
  client.state.subscribe(() => {
    const now = client.state.get();
    if (now.phase === 'in') rememberInTab(`split.${roomId}`, now.splitSeen ? 'seen' : null);
  });

/** A device turned on later is the one that was chosen before, not the system's. */
const rememberDevices = (client: RoomClient, tracks: { mic?: MediaStreamTrack; camera?: MediaStreamTrack }): void => {
  if (client.state.get().phase !== 'in') return;
  for (const kind of ['mic', 'camera'] as const) {
    const deviceId = chosenDevices[kind].value;
    if (tracks[kind] === undefined && deviceId !== '') void client.useDevice(kind, deviceId);
  }
};
