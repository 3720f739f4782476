// One recording on this device: prepares a file, then draws, mixes and writes until it is told to finish or the disk is full.
import type { RecordedScene } from '../../viewModels/recordedScene.ts';
import { Composer, type ComposerWords } from './Composer.ts';
import { Mixer } from './Mixer.ts';
import { DiskError, RecordingDisk } from './RecordingDisk.ts';
import { chooseWriter, type Writer, type WriterKind } from './writers.ts';

export type Quality = 'standard' | 'high';
/** `noWriter`: this browser can write no such file. */
export type RecordingFault = 'diskFull' | 'noDisk' | 'noSpace' | 'noWriter' | 'failed';

/** More costs encoders' time all along and shows little more of a meeting. */
const FRAMES_PER_SECOND = 15;
const SIZES = {
  standard: { width: 1280, height: 720, videoBitsPerSecond: 1_500_000 },
  high: { width: 1920, height: 1080, videoBitsPerSecond: 3_500_000 },
} as const satisfies Record<Quality, unknown>;

/** Below this nothing is begun: it is full within minutes. */
const LEAST_BYTES = 100 * 1024 * 1024;
/** Below this the person is warned. */
export const LOW_BYTES = 500 * 1024 * 1024;

/** What this browser still gives the page on the disk; Infinity where it does not say. */
export const freeBytes = async (): Promise<number> => {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined || usage === undefined ? Infinity : Math.max(0, quota - usage);
  } catch {
    return Infinity;
  }
};

export class RecorderError extends Error {
  readonly fault: RecordingFault;
  constructor(fault: RecordingFault) {
    super(fault);
    this.fault = fault;
  }
}

export const faultOfRecording = (error: unknown): RecordingFault =>
  error instanceof RecorderError || error instanceof DiskError ? error.fault : 'failed';

export interface RecorderOptions {
  quality: Quality;
  /** Without its extension. */
  name: string;
  /** What is to be seen and heard now, in a picture of that size. */
  scene(box: { width: number; height: number }): RecordedScene;
  words(): ComposerWords;
  /** Nothing is written any more; `finish` is still to be called. */
  onFault(fault: RecordingFault): void;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #mixer: Mixer;
  readonly #composer: Composer;
  #kind: WriterKind | null = null;
  #disk: RecordingDisk | null = null;
  #writer: Writer | null = null;
  #over = false;

  /** To be made in a click: else the browser may not let it hear. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    const { width, height } = SIZES[options.quality];
    this.#mixer = new Mixer();
    this.#composer = new Composer(width, height);
  }

  get name(): string | null {
    return this.#disk?.name ?? null;
  }

  get bytes(): number {
    return this.#disk?.bytes ?? 0;
  }

  /** All that can go wrong before anybody has to be told; nothing is kept yet. Rejects with an error that `faultOfRecording` names. */
  async prepare(): Promise<void> {
    if ((await freeBytes()) < LEAST_BYTES) throw new RecorderError('noSpace');
    this.#kind = await chooseWriter();
    if (this.#kind === null) throw new RecorderError('noWriter');
    await this.#mixer.start();
    this.#disk = await RecordingDisk.open(`${this.#options.name}.${this.#kind.extension}`);
    if (this.#over) await this.#disk.close();
  }

  /** From here on everything is kept. */
  async run(): Promise<void> {
    const [disk, kind, sound] = [this.#disk, this.#kind, this.#mixer.track];
    if (disk === null || kind === null || sound === null || this.#over) throw new RecorderError('failed');
    const { videoBitsPerSecond } = SIZES[this.#options.quality];
    this.#compose();
    const writer = await kind.create({
      canvas: this.#composer.canvas,
      sound,
      disk,
      framesPerSecond: FRAMES_PER_SECOND,
      videoBitsPerSecond,
      onFault: (error) => this.#fail(error),
    });
    if (this.#over) return writer.finish();
    this.#writer = writer;
    disk.onBeat = () => {
      this.#compose();
      writer.frame();
    };
    await disk.beat(1000 / FRAMES_PER_SECOND);
  }

  /** Idempotent; resolves once the file is whole, or as whole as it gets. Never rejects. */
  async finish(): Promise<void> {
    if (this.#over && this.#writer === null) return;
    this.#over = true;
    const [disk, writer] = [this.#disk, this.#writer];
    this.#writer = null;
    if (disk !== null) disk.onBeat = () => undefined;
    await writer?.finish();
    this.#mixer.close();
    this.#composer.close();
    await disk?.close();
  }

  #compose(): void {
    const { width, height } = this.#composer.canvas;
    const { tiles, voices } = this.#options.scene({ width, height });
    this.#mixer.mix(voices);
    this.#composer.draw(tiles, this.#options.words());
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#disk !== null) this.#disk.onBeat = () => undefined;
    this.#options.onFault(faultOfRecording(error));
  }
}
