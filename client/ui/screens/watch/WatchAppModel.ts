// The watch page from its address on: the link out of the bar, the event it opens, and what is wrong with one that opens nothing.
import { signal } from '@preact/signals';
import type { LinkFault, ParsedLink, RoomLink, WatchClient } from '#core';
import { keepLink, takeLink } from '../../linkVault.ts';
import type { BrokenFault, HomeFault } from '../../AppModel.ts';
import { WatchModel } from './WatchModel.ts';

export interface WatchServices {
  parseLink(text: string): ParsedLink;
  formatLink(link: RoomLink): string;
  createWatchClient(link: RoomLink): WatchClient;
  /** Leaves this page. */
  goTo(address: string): void;
}

/** What began before the page was there: the address as it was, and the client of the link in it, where it was whole. */
export interface EarlyClient {
  text: string;
  client: WatchClient | null;
}

export type WatchScreen = { name: 'broken'; fault: BrokenFault } | { name: 'event'; model: WatchModel };

/** An address of the watch page whose end names no event: whatever it is, it is no link to one. */
const brokenFaultOf = (fault: LinkFault): BrokenFault =>
  fault === 'notALink' || fault === 'otherServer' ? 'fragmentBroken' : fault;

export class WatchAppModel {
  readonly screen = signal<WatchScreen>({ name: 'broken', fault: 'fragmentMissing' });
  readonly #services: WatchServices;
  #shown: string | null = null;

  constructor(services: WatchServices) {
    this.#services = services;
  }

  /** Reads the address bar; called on back and forward, and when a link is pasted over the address. */
  readonly openAddress = (): void => this.openEarly({ text: takeLink(location, history) ?? '', client: null });

  /** At the start: the address was read already, and its event may be on its way. */
  openEarly({ text, client }: EarlyClient): void {
    const parsed = this.#services.parseLink(text);
    if (parsed.ok) this.#open(parsed.link, client);
    else this.#show({ name: 'broken', fault: brokenFaultOf(parsed.fault) });
  }

  /** A link pasted where this one was broken. Answers what is wrong with it, or null once it is opened. */
  openPasted(text: string): HomeFault | null {
    if (text.trim() === '') return 'empty';
    const parsed = this.#services.parseLink(text);
    if (!parsed.ok) return parsed.fault;
    const whole = this.#services.formatLink(parsed.link);
    keepLink(parsed.link.roomId, whole);
    if (parsed.link.kind !== 'viewer') this.#services.goTo(whole);
    else {
      history.pushState(null, '', new URL(whole).pathname);
      this.#open(parsed.link);
    }
    return null;
  }

  goHome(): void {
    this.#services.goTo('/');
  }

  /** The same event anew. */
  readonly again = (): void => {
    this.#shown = null;
    this.openAddress();
  };

  /** The tab goes away. */
  readonly leaveNow = (): void => {
    const { value: screen } = this.screen;
    if (screen.name === 'event') screen.model.close();
  };

  #open(link: RoomLink, early: WatchClient | null = null): void {
    const text = this.#services.formatLink(link);
    const { value: before } = this.screen;
    if (before.name === 'event' && this.#shown === text && before.model.state.value.phase !== 'ended') return;
    this.#shown = text;
    const model = new WatchModel(early ?? this.#services.createWatchClient(link));
    this.#show({ name: 'event', model });
    model.start();
  }

  #show(next: WatchScreen): void {
    const { value: before } = this.screen;
    if (before.name === 'event') before.model.close();
    this.screen.value = next;
  }
}
