// A Producer as the Room knows it: whose it is and what it carries.
import type { PeerId, ProducerId, Stream } from '#protocol/ids';
import type { Producer, Router } from 'mediasoup/types';

export interface Published {
  readonly id: ProducerId;
  readonly peerId: PeerId;
  readonly stream: Stream;
  readonly producer: Producer;
  /** Where its owner sends it. */
  readonly router: Router;
  /** The Producer of the same stream whose place it takes, which goes on until the others had time to change over. */
  readonly replaces?: ProducerId;
}
