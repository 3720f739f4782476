// One client's line to the server, as tests break it, with the Platform that speaks over it.
import { createNodeE2eeWorker } from '../../platform/node/nodeE2eeWorker.ts';
import { NodeLine } from '../../platform/node/NodeLine.ts';
import { FakePlatform } from './FakePlatform.ts';

export class Line extends NodeLine {
  readonly platform: FakePlatform;

  constructor(origin: string) {
    super(origin);
    this.platform = new FakePlatform({
      origin,
      fetch: (path, { body }) => this.post(path, body),
      createSocket: (auth) => this.createSocket(auth),
      createE2eeWorker: createNodeE2eeWorker,
    });
  }
}
