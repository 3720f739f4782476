// One client's line to the server, as tests break it and forge on it, with the Platform that speaks over it.
import { createNodeE2eeWorker } from '../../platform/node/nodeE2eeWorker.ts';
import { NodeLine } from '../../platform/node/NodeLine.ts';
import type { SocketLike } from '../types.ts';
import { FakePlatform } from './FakePlatform.ts';

export class Line extends NodeLine {
  readonly platform: FakePlatform;
  /** What is sent in place of a request, and heard in place of a notification, by a client that is not ours. */
  forge: { sent?: (name: string, payload: unknown) => unknown; heard?: (name: string, payload: unknown) => unknown } =
    {};

  constructor(origin: string) {
    super(origin);
    this.platform = new FakePlatform({
      origin,
      fetch: (path, { body }) => this.post(path, body),
      createSocket: (auth) => this.#forged(this.createSocket(auth)),
      createE2eeWorker: createNodeE2eeWorker,
    });
  }

  #forged(ours: SocketLike): SocketLike {
    return {
      ...ours,
      get connected() {
        return ours.connected;
      },
      emit: (name, payload, ack) => ours.emit(name, this.forge.sent?.(name, payload) ?? payload, ack),
      onAny: (listener) =>
        ours.onAny((name, payload, ...rest) => listener(name, this.forge.heard?.(name, payload) ?? payload, ...rest)),
    };
  }
}
