// The far end of a Peer: writes down what it hears and why it was let go.
import type { Numbered } from '#protocol/notifications';
import type { PeerSink } from '../ports.ts';

export class Ear implements PeerSink {
  readonly heard: Numbered[] = [];
  readonly released: string[] = [];
  deliver(notification: Numbered): void {
    this.heard.push(notification);
  }
  release(reason: string): void {
    this.released.push(reason);
  }
  names(): string[] {
    return this.heard.map(({ name }) => name);
  }
  of(name: string): unknown[] {
    return this.heard.filter((one) => one.name === name).map(({ payload }) => payload);
  }
}
