// What the page itself knows of a meeting in progress: panels, layout, toasts, what was read and what was said aloud.
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { DeviceFault, DeviceOutcome, Notice, RoomClient, RoomView } from '#core';
import type { Call } from '../../AppModel.ts';
import { recall, remember } from '../../remembered.ts';
import { playSound } from '../../media/sounds.ts';
import { announcementsOf, unreadCount, type Announcement } from '../../viewModels/announcements.ts';
import { tilesOf, type Tile } from '../../viewModels/tiles.ts';
import { t } from '../../i18n/index.ts';
import { soundOf, wordsOf } from './words.ts';

export type Panel = 'none' | 'people' | 'chat';
export type OpenDialog = 'none' | 'security' | 'shortcuts';
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'warning';
}
type Kind = 'mic' | 'camera' | 'screen';

/** Long enough to read a line; a warning stays until it is dismissed or replaced. */
const TOAST_MS = 4000;
const WARNING_MS = 12_000;
const MAX_TOASTS = 3;
/** Notices of what a person may want to do something about. */
const WARNINGS: readonly Notice['kind'][] = ['draining', 'deviceLost', 'unseen'];

export class MeetingModel {
  readonly client: RoomClient;
  readonly view: ReadonlySignal<RoomView>;
  readonly panel = signal<Panel>('none');
  readonly dialog = signal<OpenDialog>('none');
  readonly layout = signal<'grid' | 'speaker'>('grid');
  readonly page = signal(0);
  readonly pinned = signal<string | null>(null);
  readonly selfShown = signal(recall('selfView') !== 'off');
  readonly toasts = signal<Toast[]>([]);
  readonly soundBlocked = signal(false);
  readonly soundAttempt = signal(0);
  /** The newest line for screen readers; a new object each time, so that the same words are said again. */
  readonly spoken = signal<{ text: string }>({ text: '' });
  readonly lastSpeaker = signal<string | null>(null);
  readonly tiles: ReadonlySignal<Tile[]> = computed(() =>
    tilesOf(this.view.value, { selfShown: this.selfShown.value }),
  );
  /** Apart from the view, which changes with every word spoken. */
  readonly chat: ReadonlySignal<RoomView['chat']> = computed(() => this.view.value.chat);
  readonly unread: ReadonlySignal<number> = computed(() => unreadCount(this.chat.value, this.#read.value));
  readonly startedMs: number;
  #read = signal<ReadonlySet<string>>(new Set());
  #before: RoomView;
  #nextToast = 1;
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #stop: () => void;
  #closed = false;

  constructor(call: Call, first: RoomView, nowMs: number) {
    this.client = call.client;
    this.startedMs = nowMs;
    this.#before = first;
    this.view = computed<RoomView>((): RoomView => {
      const state = call.state.value;
      return state.phase === 'in' ? state : this.#before;
    });
    this.#stop = effect(() => this.#follow(this.view.value));
    for (const kind of ['mic', 'camera'] as const) {
      const fault = call.faults[kind];
      if (fault !== undefined) this.#tellFault(kind, fault);
    }
  }

  readonly toggle = async (kind: Kind): Promise<void> => {
    const { state } = this.view.value.self[kind];
    if (state !== 'starting') await this.set(kind, state !== 'on');
  };

  readonly set = async (kind: Kind, on: boolean): Promise<void> => {
    const outcome = await this.#setters[kind](on);
    if (!outcome.ok) this.#tellFault(kind, outcome.fault);
  };

  readonly useDevice = async (kind: 'mic' | 'camera', deviceId: string): Promise<void> => {
    const outcome = await this.client.useDevice(kind, deviceId);
    if (!outcome.ok) this.#tellFault(kind, outcome.fault);
  };

  readonly togglePanel = (panel: Exclude<Panel, 'none'>): void => {
    this.panel.value = this.panel.value === panel ? 'none' : panel;
  };

  readonly toggleLayout = (): void => {
    this.pinned.value = null;
    this.layout.value = this.layout.value === 'grid' ? 'speaker' : 'grid';
  };

  readonly togglePin = (key: string): void => {
    this.pinned.value = this.pinned.value === key ? null : key;
  };

  readonly toggleSelfShown = (): void => {
    this.selfShown.value = !this.selfShown.value;
    remember('selfView', this.selfShown.value ? null : 'off');
  };

  readonly blockSound = (): void => {
    this.soundBlocked.value = true;
  };

  readonly unblockSound = (): void => {
    this.soundBlocked.value = false;
    this.soundAttempt.value += 1;
  };

  readonly tell = (text: string, tone: Toast['tone'] = 'plain'): void => {
    const toast = { id: this.#nextToast++, text, tone };
    this.toasts.value = [...this.toasts.value, toast].slice(-MAX_TOASTS);
    const timer = setTimeout(() => this.dismiss(toast.id), tone === 'plain' ? TOAST_MS : WARNING_MS);
    this.#timers.add(timer);
  };

  readonly dismiss = (id: number): void => {
    this.toasts.value = this.toasts.value.filter((toast) => toast.id !== id);
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #setters: Record<Kind, (on: boolean) => Promise<DeviceOutcome>> = {
    mic: (on) => this.client.setMic(on),
    camera: (on) => this.client.setCamera(on),
    screen: (on) => this.client.setScreen(on),
  };

  /** Runs on each new state, and again when the chat is opened. */
  #follow(view: RoomView): void {
    const before = this.#before;
    this.#before = view;
    if (this.panel.value === 'chat') this.#read.value = new Set(view.chat.map((entry) => entry.id));
    if (view.activeSpeaker !== null && view.activeSpeaker !== view.self.peerId)
      this.lastSpeaker.value = view.activeSpeaker;
    if (before === view) return;
    untracked(() => {
      for (const announcement of announcementsOf(before, view)) this.#announce(announcement);
    });
  }

  #announce(announcement: Announcement): void {
    const text = wordsOf(announcement);
    this.spoken.value = { text };
    const sound = soundOf(announcement);
    if (sound !== null && (sound !== 'chat' || this.panel.value !== 'chat')) playSound(sound);
    if (announcement.kind !== 'notice') return;
    this.tell(text, WARNINGS.includes(announcement.notice.kind) ? 'warning' : 'plain');
  }

  #tellFault(kind: Kind, fault: DeviceFault): void {
    // Closing the picker of windows is a choice, not a fault.
    if (kind === 'screen' && fault === 'cancelled') return;
    const text = t(`fault.${kind}.${fault}`);
    this.spoken.value = { text };
    this.tell(text, 'warning');
  }
}
