// What the page itself knows of a meeting in progress: panels, layout, toasts, what was read and what was said aloud.
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { DeviceFault, DeviceOutcome, Notice, RoomClient, RoomView } from '#core';
import type { Call } from '../../AppModel.ts';
import { remember } from '../../remembered.ts';
import { playSound } from '../../media/sounds.ts';
import { announcementsOf, type Announcement } from '../../viewModels/announcements.ts';
import { t } from '../../i18n/index.ts';
import { devicesOfRoom, EffectsModel } from '../effects/EffectsModel.ts';
import type { Toast } from './toast.ts';
import { createMeetingParts, type MeetingParts, type Panel } from './meetingParts.ts';
import { soundOf, wordsOf } from './words.ts';

export type OpenDialog = 'none' | 'security' | 'shortcuts' | 'sounds';
type Kind = 'mic' | 'camera' | 'screen';

/** Not the alarm, whose own banner says it over whatever else is being read; and who is not verified joined but once. */
const spokenOf = (announcements: readonly Announcement[]): Announcement[] => {
  const unverified = new Set(announcements.flatMap((one) => (one.kind === 'unverified' ? [one.name] : [])));
  return announcements.filter((one) => {
    if (one.kind === 'security') return one.state !== 'split' && one.state !== 'held';
    return one.kind !== 'notice' || one.notice.kind !== 'joined' || !unverified.has(one.notice.displayName ?? '');
  });
};

/** Long enough to read a line; a warning stays until it is dismissed or replaced. */
const TOAST_MS = 4000;
const WARNING_MS = 12_000;
const MAX_TOASTS = 3;
/** Notices of what a person may want to do something about. */
const WARNINGS: readonly Notice['kind'][] = [
  'draining',
  'deviceLost',
  'unseen',
  'mutedBy',
  'videoStoppedBy',
  'screenStoppedBy',
  'recordingAsked',
  'stageTaken',
  'leftAir',
  'airFailed',
];
/** Their questions, or their banner, stand on the screen by themselves. */
const SHOWN: readonly Notice['kind'][] = ['askedMic', 'askedCamera', 'recording'];

export class MeetingModel implements MeetingParts {
  readonly client: RoomClient;
  readonly hosts: MeetingParts['hosts'];
  readonly captions: MeetingParts['captions'];
  readonly orders: MeetingParts['orders'];
  readonly gestures: MeetingParts['gestures'];
  readonly polls: MeetingParts['polls'];
  readonly recording: MeetingParts['recording'];
  readonly iso: MeetingParts['iso'];
  readonly chats: MeetingParts['chats'];
  readonly stage: MeetingParts['stage'];
  readonly pip: MeetingParts['pip'];
  readonly shows: MeetingParts['shows'];
  readonly effects: EffectsModel;
  readonly files: MeetingParts['files'];
  readonly quality: MeetingParts['quality'];
  readonly view: ReadonlySignal<RoomView>;
  readonly panel = signal<Panel>('none');
  readonly dialog = signal<OpenDialog>('none');
  readonly toasts = signal<Toast[]>([]);
  readonly soundBlocked = signal(false);
  readonly soundAttempt = signal(0);
  /** The newest line for screen readers; a new object each time, so that the same words are said again. */
  readonly spoken = signal<{ text: string }>({ text: '' });
  readonly startedMs: number;
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
    const { client, view, panel, speak, tellAloud, set } = this;
    const parts = createMeetingParts({ client, view, panel, speak, tellAloud, set });
    ({ hosts: this.hosts, orders: this.orders, stage: this.stage, pip: this.pip, chats: this.chats } = parts);
    this.files = parts.files;
    this.shows = parts.shows;
    this.quality = parts.quality;
    this.iso = parts.iso;
    ({ captions: this.captions, gestures: this.gestures, polls: this.polls, recording: this.recording } = parts);
    const { useDevice } = this;
    const warn = (text: string): void => tellAloud(text, 'warning');
    this.effects = new EffectsModel(call.effects, devicesOfRoom({ useDevice, set, tell: warn }));
    // The view changes many times a second, the choice hardly ever.
    const chosenMode = computed(() => {
      const { iAmHost, mode } = this.view.value.hosting;
      // Who has left is shown the room as it was, and what it could not adopt any more it did not refuse.
      return iAmHost && call.state.value.phase === 'in' ? (this.hosts.wantedMode.value ?? mode) : null;
    });
    const stops = [effect(() => this.#follow(this.view.value)), effect(() => this.#keepMode(chosenMode.value))];
    this.#stop = () => stops.forEach((stop) => stop());
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

  readonly useDevice = async (kind: 'mic' | 'camera', deviceId: string): Promise<boolean> => {
    const outcome = await this.client.useDevice(kind, deviceId);
    if (!outcome.ok) this.#tellFault(kind, outcome.fault);
    return outcome.ok;
  };

  readonly togglePanel = (panel: Exclude<Panel, 'none'>): void => {
    this.panel.value = this.panel.value === panel ? 'none' : panel;
  };

  readonly blockSound = (): void => {
    this.soundBlocked.value = true;
  };

  readonly unblockSound = (): void => {
    this.soundBlocked.value = false;
    this.soundAttempt.value += 1;
  };

  readonly tell = (
    text: string,
    tone: Toast['tone'] = 'plain',
    more: Pick<Toast, 'knock' | 'action' | 'until'> = {},
  ): void => {
    const toast = { id: this.#nextToast++, text, tone, ...more };
    this.toasts.value = [...this.toasts.value, toast].slice(-MAX_TOASTS);
    const isBrief = tone === 'plain' && more.knock === undefined && more.action === undefined;
    const timer = setTimeout(() => this.dismiss(toast.id), isBrief ? TOAST_MS : WARNING_MS);
    this.#timers.add(timer);
  };

  /** To screen readers alone. */
  readonly speak = (text: string): void => {
    this.spoken.value = { text };
  };

  readonly tellAloud = (text: string, tone: Toast['tone'], action?: Toast['action']): void => {
    this.speak(text);
    this.tell(text, tone, action && { action });
  };

  readonly dismiss = (id: number): void => {
    this.toasts.value = this.toasts.value.filter((toast) => toast.id !== id);
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.pip.close();
    this.#stop();
    this.captions.close();
    this.gestures.close();
    this.recording.close();
    this.iso.close();
    this.chats.close();
    this.effects.close();
    this.files.close();
    this.quality.close();
    this.shows.stop();
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
    this.polls.follow(view.polls);
    this.chats.follow(view);
    this.stage.follow(view);
    // There the same people stand with the same button.
    if (this.panel.value === 'people') untracked(() => this.#dropKnocks(() => true));
    if (before === view) return;
    untracked(() => {
      const announcements = announcementsOf(before, view);
      for (const announcement of announcements) this.#announce(announcement);
      // One line for all: a second one would be read instead of the first.
      const text = spokenOf(announcements).map(wordsOf).join('. ');
      if (text !== '') this.spoken.value = { text };
      this.#followHosting(view);
      if (view.connection !== 'online') this.#dropToasts(({ until }) => until === 'offline');
      this.gestures.follow(view);
      this.shows.follow(view);
      this.iso.follow(view);
    });
  }

  #followHosting({ hosting: { knocks } }: RoomView): void {
    const waiting = new Set(knocks.map(({ peerId }) => peerId));
    this.#dropKnocks((knock) => !waiting.has(knock));
  }

  /**
   * Brought back into the room when the host comes to it again and nobody else is there. Kept when it is chosen, not when the group
   * has taken it: who closes the page at once has chosen it too.
   */
  #keepMode(chosen: RoomView['hosting']['mode'] | null): void {
    if (chosen !== null) remember(`mode.${this.client.link.get().roomId}`, chosen === 'open' ? null : chosen);
  }

  #dropKnocks(isOver: (knock: string) => boolean): void {
    this.#dropToasts(({ knock }) => knock !== undefined && isOver(knock));
  }

  #dropToasts(isOver: (toast: Toast) => boolean): void {
    const left = this.toasts.value.filter((toast) => !isOver(toast));
    if (left.length < this.toasts.value.length) this.toasts.value = left;
  }

  #announce(announcement: Announcement): void {
    const sound = soundOf(announcement);
    if (sound !== null && (sound !== 'chat' || this.panel.value !== 'chat')) playSound(sound);
    if (announcement.kind === 'file' && this.panel.value !== 'chat') this.tell(wordsOf(announcement));
    if (announcement.kind !== 'notice') return;
    const { kind, peerId } = announcement.notice;
    if (SHOWN.includes(kind) || (kind === 'knock' && this.panel.value === 'people')) return;
    const tone = WARNINGS.includes(kind) ? 'warning' : 'plain';
    if (kind === 'poll' && this.panel.value === 'polls') return;
    this.tell(wordsOf(announcement), tone, {
      ...(kind === 'knock' && peerId !== undefined && { knock: peerId }),
      ...(kind === 'draining' && { until: 'offline' }),
      ...(kind === 'poll' && { action: { label: t('polls.show'), run: () => void (this.panel.value = 'polls') } }),
    });
  }

  #tellFault(kind: Kind, fault: DeviceFault): void {
    // Closing the picker of windows is a choice, not a fault.
    if (kind === 'screen' && fault === 'cancelled') return;
    // The effects say it, and ask what is to be done.
    if (fault === 'withheld') return;
    this.tellAloud(t(`fault.${kind}.${fault}`), 'warning');
  }
}
