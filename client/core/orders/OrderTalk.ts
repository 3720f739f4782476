// What those who lead say to the others' devices, beside what the group itself enforces: orders, the spotlight, the end.
import type { GroupMember } from '#e2ee';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { AskedView, EndedBy, HostOutcome, Order, OrderActions, TalkView } from '../types.ts';
import { DeviceOrders } from './DeviceOrders.ts';
import { Ending } from './Ending.ts';
import { Spotlight } from './Spotlight.ts';

export class OrderTalk implements OrderActions, TalkPart {
  readonly #devices: DeviceOrders;
  readonly #spotlight: Spotlight;
  readonly #ending: Ending;
  readonly #parts: readonly TalkPart[];

  constructor(context: TalkContext) {
    this.#devices = new DeviceOrders(context);
    this.#spotlight = new Spotlight(context);
    this.#ending = new Ending(context);
    this.#parts = [this.#devices, this.#spotlight, this.#ending];
  }

  get view(): Pick<TalkView, 'spotlight' | 'spotlightBy' | 'asked'> {
    return { ...this.#spotlight.view, asked: this.#devices.asked };
  }

  get endedBy(): EndedBy | null {
    return this.#ending.by;
  }

  roomClosed(): void {
    this.#ending.roomClosed();
  }

  give(order: Order, peerId: string | null): Promise<HostOutcome> {
    return this.#devices.give(order, peerId);
  }

  dismiss(device: AskedView['device']): void {
    this.#devices.dismiss(device);
  }

  spotlight(peerId: string | null): HostOutcome {
    return this.#spotlight.set(peerId);
  }

  endForAll(): Promise<HostOutcome> {
    return this.#ending.endForAll();
  }

  handle(payload: GroupPayload, heard: Heard): void {
    for (const part of this.#parts) part.handle?.(payload, heard);
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    for (const part of this.#parts) part.setMembers?.(others, self);
  }

  setReady(ready: boolean): void {
    for (const part of this.#parts) part.setReady?.(ready);
  }

  epochsUndone(): void {
    for (const part of this.#parts) part.epochsUndone?.();
  }

  devicesChanged(): void {
    for (const part of this.#parts) part.devicesChanged?.();
  }

  close(): void {
    for (const part of this.#parts) part.close?.();
  }
}
