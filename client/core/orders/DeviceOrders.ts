// Orders to mute, to stop a camera or a screen, and requests to turn one on: given, and obeyed where their sender leads.
import type { GroupMember } from '#e2ee';
import type { Slot } from '../media/LocalTracks.ts';
import { encodePayload, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { AskedView, HostOutcome, Notice, Order } from '../types.ts';
import { Pace } from './Pace.ts';

export type DeviceOrdersOptions = Pick<
  TalkContext,
  'say' | 'self' | 'hosting' | 'devices' | 'nowMs' | 'notify' | 'onChange'
>;

/** Who was told *not now* asks again no sooner than this: shorter nags, longer forgets that times change. */
const ASK_AGAIN_AFTER_MS = 30_000;

/** Nothing that is said turns a device on: the most that is asked for is the person's own press. */
const OFF: Partial<Record<Order, { slot: Slot; notice: Notice['kind'] }>> = {
  mute: { slot: 'mic', notice: 'mutedBy' },
  stopVideo: { slot: 'camera', notice: 'videoStoppedBy' },
  stopScreen: { slot: 'screen', notice: 'screenStoppedBy' },
};
const ASKS: Partial<Record<Order, { device: AskedView['device']; notice: Notice['kind'] }>> = {
  askMic: { device: 'mic', notice: 'askedMic' },
  askCamera: { device: 'camera', notice: 'askedCamera' },
};

export class DeviceOrders implements TalkPart {
  readonly #options: DeviceOrdersOptions;
  readonly #pace: Pace;
  #others: readonly string[] = [];
  #asked: AskedView[] = [];
  /** Sender and device of what was refused, and when. */
  readonly #dismissed = new Map<string, number>();

  constructor(options: DeviceOrdersOptions) {
    this.#options = options;
    this.#pace = new Pace(() => options.nowMs());
  }

  /** A new array with every change. */
  get asked(): AskedView[] {
    return this.#asked;
  }

  async give(order: Order, peerId: string | null): Promise<HostOutcome> {
    const { say, hosting } = this.#options;
    const { iAct, iAmHost, host } = hosting();
    if (!iAct || (peerId !== null && peerId === host && !iAmHost)) return { ok: false, fault: 'notActing' };
    if (peerId !== null && !this.#others.includes(peerId)) return { ok: false, fault: 'notThere' };
    try {
      await say(encodePayload({ t: 'order', do: order, to: peerId }));
      return { ok: true };
    } catch {
      // Not kept for later: a word that comes when it is not meant any more does harm.
      return { ok: false, fault: 'busy' };
    }
  }

  dismiss(device: AskedView['device']): void {
    const asked = this.#asked.find((one) => one.device === device);
    if (asked === undefined) return;
    this.#dismissed.set(keyOf(asked), this.#options.nowMs());
    this.#drop((one) => one === asked);
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t !== 'order' || !this.#isForUs(payload.to, from) || !this.#pace.take(from)) return;
    const off = OFF[payload.do];
    if (off !== undefined) this.#turnOff(off, { peerId: from, displayName });
    const ask = ASKS[payload.do];
    if (ask !== undefined) this.#ask({ device: ask.device, peerId: from, displayName }, ask.notice);
  }

  setMembers(others: readonly GroupMember[]): void {
    this.#others = others.map(({ peerId }) => peerId);
    this.#pace.keep(this.#others);
    for (const key of this.#dismissed.keys()) {
      if (!this.#others.some((peerId) => key.startsWith(`${peerId}/`))) this.#dismissed.delete(key);
    }
    // What was asked ends with the right to ask it.
    this.#drop(({ peerId }) => !this.#leads(peerId));
  }

  devicesChanged(): void {
    this.#drop(({ device }) => this.#options.devices.isOn(device));
  }

  close(): void {
    this.#asked = [];
  }

  /** By the group's policy of this moment. Nobody but the host orders the host's device about. */
  #isForUs(to: string | null, from: string): boolean {
    const { iAmHost } = this.#options.hosting();
    return this.#leads(from) && !iAmHost && (to === null || to === this.#options.self().peerId);
  }

  #leads(peerId: string): boolean {
    return this.#options.hosting().acting.includes(peerId) && this.#others.includes(peerId);
  }

  /** Said only where something was on. */
  #turnOff(
    { slot, notice }: { slot: Slot; notice: Notice['kind'] },
    by: { peerId: string; displayName: string },
  ): void {
    const { devices, notify } = this.#options;
    if (!devices.isOn(slot)) return;
    void devices.set(slot, false);
    notify({ kind: notice, ...by });
  }

  #ask(asked: AskedView, notice: Notice['kind']): void {
    const { devices, nowMs, notify, onChange } = this.#options;
    const { device, peerId, displayName } = asked;
    const dismissedMs = this.#dismissed.get(keyOf(asked));
    const isTooSoon = dismissedMs !== undefined && nowMs() - dismissedMs < ASK_AGAIN_AFTER_MS;
    if (devices.isOn(device) || isTooSoon || this.#asked.some((one) => one.device === device)) return;
    this.#asked = [...this.#asked, asked];
    notify({ kind: notice, peerId, displayName });
    onChange();
  }

  #drop(isOver: (asked: AskedView) => boolean): void {
    const left = this.#asked.filter((asked) => !isOver(asked));
    if (left.length === this.#asked.length) return;
    this.#asked = left;
    this.#options.onChange();
  }
}

const keyOf = ({ peerId, device }: AskedView): string => `${peerId}/${device}`;
