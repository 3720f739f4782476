// What a client on the stage runs on: its e2eeWorker goes by the play's clock, and its transforms get streams that the play carries.
import type { TransformOptions } from '#e2ee';
import { FakePlatform } from '../../../client/core/test/FakePlatform.ts';
import type { Line } from '../../../client/core/test/Line.ts';
import { listenForTransforms } from '../../../client/e2ee/frames/listenForTransforms.ts';
import { serve, type ServeOptions } from '../../../client/e2ee/worker/serve.ts';

type OpenStreams = (options: TransformOptions) => { readable: ReadableStream; writable: WritableStream };

export class StagePlatform extends FakePlatform {
  readonly #openStreams: OpenStreams;

  constructor({ platform }: Line, clock: ServeOptions['clock'] & object, openStreams: OpenStreams) {
    const { origin, fetch, createSocket } = platform;
    super({ origin, fetch, createSocket, createE2eeWorker: () => createE2eeWorker(clock) });
    this.#openStreams = openStreams;
  }

  /** Hands it to the worker as the polyfill does, but for the posting: what stands for frames here cannot be posted. */
  override attachTransform(...[rtp, worker, options]: Parameters<FakePlatform['attachTransform']>): void {
    super.attachTransform(rtp, worker, options);
    const { readable, writable } = this.#openStreams(options);
    const data = { 'insertable-streams-polyfill': 1, readable, writable, options };
    (worker as StageWorker).scope.dispatchEvent(new MessageEvent('message', { data }));
  }
}

type StageWorker = ReturnType<typeof createE2eeWorker>;

function createE2eeWorker(clock: ServeOptions['clock'] & object) {
  const { port1, port2 } = new MessageChannel();
  const scope = new EventTarget();
  const served = serve(port2, { clock, listen: (engine) => listenForTransforms(scope, engine) });
  return {
    port: port1,
    scope,
    terminate() {
      served.close();
      port1.close();
    },
  };
}
