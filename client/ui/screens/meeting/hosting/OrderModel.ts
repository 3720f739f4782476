// What the page knows of orders: those given, those asked of this person, the end for everybody; and how loud others are here.
import { signal } from '@preact/signals';
import type { AskedView, HostOutcome, Order, RoomClient } from '#core';
import { t } from '../../../i18n/index.ts';
import { nameOf } from '../words.ts';
import { faultWords, type Removable } from './HostModel.ts';

export type OrderDialog =
  | { name: 'none' }
  | { name: 'end'; step: 'ask' | 'busy' | 'failed' }
  | { name: 'volume'; person: Removable };

export interface OrderModelOptions {
  client: RoomClient;
  /** As the buttons of the bar do. */
  turnOn(device: AskedView['device']): Promise<void>;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
}

/** As it comes. */
export const FULL_VOLUME = 100;

export class OrderModel {
  readonly dialog = signal<OrderDialog>({ name: 'none' });
  /** Peer id → 0 … 100, where it is another than `FULL_VOLUME`; for this call. */
  readonly volumes = signal<ReadonlyMap<string, number>>(new Map());
  readonly #options: OrderModelOptions;

  constructor(options: OrderModelOptions) {
    this.#options = options;
  }

  readonly give = async (order: Order, { peerId, name }: Removable): Promise<void> => {
    const outcome = await this.#options.client.orders.give(order, peerId);
    this.#tell(outcome, t(`orders.told.${order}`, { name }));
  };

  readonly muteAll = async (): Promise<void> => {
    this.#tell(await this.#options.client.orders.give('mute', null), t('orders.toldAll'));
  };

  /** What came of it is said to everybody, oneself included. */
  readonly spotlight = (peerId: string | null): void => {
    const outcome = this.#options.client.orders.spotlight(peerId);
    if (!outcome.ok) this.#options.tell(faultWords(outcome.fault), 'warning');
  };

  /** The press is the person's: nothing turns a device on without it. */
  readonly answer = async (device: AskedView['device'], willing: boolean): Promise<void> => {
    if (willing) await this.#options.turnOn(device);
    this.#options.client.orders.dismiss(device);
  };

  volumeOf(peerId: string): number {
    return this.volumes.value.get(peerId) ?? FULL_VOLUME;
  }

  readonly setVolume = (peerId: string, volume: number): void => {
    const volumes = new Map(this.volumes.value);
    if (volume === FULL_VOLUME) volumes.delete(peerId);
    else volumes.set(peerId, volume);
    this.volumes.value = volumes;
  };

  readonly toggleSilence = (peerId: string): void => {
    this.setVolume(peerId, this.volumeOf(peerId) === 0 ? FULL_VOLUME : 0);
  };

  readonly askVolume = (peerId: string, displayName: string): void => {
    this.dialog.value = { name: 'volume', person: { peerId, name: nameOf(displayName) } };
  };

  readonly askEnd = (): void => {
    this.dialog.value = { name: 'end', step: 'ask' };
  };

  readonly closeDialog = (): void => {
    this.dialog.value = { name: 'none' };
  };

  /** Where it worked the screen is another; where only the others heard of it, that must be read. */
  readonly endForAll = async (): Promise<void> => {
    this.dialog.value = { name: 'end', step: 'busy' };
    const outcome = await this.#options.client.orders.endForAll();
    if (outcome.ok) return;
    if (outcome.fault === 'failed') this.dialog.value = { name: 'end', step: 'failed' };
    else {
      this.closeDialog();
      this.#options.tell(faultWords(outcome.fault), 'warning');
    }
  };

  #tell(outcome: HostOutcome, words: string): void {
    if (outcome.ok) this.#options.tell(words, 'plain');
    else this.#options.tell(faultWords(outcome.fault), 'warning');
  }
}
