// What runs on the audio thread where no module reaches it: hands sound to the worker and plays what comes back.
import { RELAY_PROCESSOR } from './protocol.ts';
import { RelayedSound, type RelayMemory } from './Relay.ts';

declare const AudioWorkletProcessor: new () => object;
declare const registerProcessor: (name: string, processor: new (options: Options) => object) => void;

interface Options {
  processorOptions: RelayMemory;
}

registerProcessor(
  RELAY_PROCESSOR,
  class extends AudioWorkletProcessor {
    readonly #sound: RelayedSound;

    constructor({ processorOptions }: Options) {
      super();
      this.#sound = new RelayedSound(processorOptions);
    }

    process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
      if (output?.[0] !== undefined) this.#sound.process(input?.[0], output[0]);
      return true;
    }
  },
);
