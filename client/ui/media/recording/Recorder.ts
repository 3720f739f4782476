// One recording on this device: prepares a file, then draws, mixes and writes until it is told to finish or the disk is full.
import type { Voice } from '../../components/Sounds.tsx';
import { Mixer } from './Mixer.ts';
import { DiskError, RecordingDisk } from './RecordingDisk.ts';
import { chooseWriter, type Writer, type WriterKind } from './writers.ts';

/** `noWriter`: this browser can write no such file. */
export type RecordingFault = 'diskFull' | 'noDisk' | 'noSpace' | 'noWriter' | 'failed';

/** What the file shows, frame by frame. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  /** What there is to be seen now; asked at each beat. False: the next frame is not due. */
  draw(): boolean;
  /** Set by who writes, where frames also come between the beats. */
  onFrame?: () => void;
  close(): void;
}

/** How the file is written. */
export interface RecordedFormat {
  framesPerSecond: number;
  videoBitsPerSecond: number;
  /** Absent: as much as voices need. */
  soundBitsPerSecond?: number;
  /** One voice alone is kept as it is; several at once would be louder than a file can hold. */
  sound: 'mixed' | 'single';
}

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
  /** Without its extension. */
  name: string;
  format: RecordedFormat;
  picture: Picture;
  /** What is to be heard now, asked after the picture was drawn. */
  voices(): readonly Pick<Voice, 'key' | 'track'>[];
  /** The file's first moment is now. */
  onStart?(): void;
  /** Nothing is written any more; `finish` is still to be called. */
  onFault(fault: RecordingFault): void;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #mixer: Mixer;
  #kind: WriterKind | null = null;
  #disk: RecordingDisk | null = null;
  #writer: Writer | null = null;
  #over = false;

  /** To be made in a click: else the browser may not let it hear. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#mixer = new Mixer(options.format.sound);
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
    const { format, picture, onStart } = this.#options;
    this.#compose();
    const writer = await kind.create({
      ...format,
      canvas: picture.canvas,
      sound,
      disk,
      onFault: (error) => this.#fail(error),
    });
    if (this.#over) return writer.finish();
    onStart?.();
    this.#writer = writer;
    picture.onFrame = () => writer.frame();
    disk.onBeat = () => {
      if (this.#compose()) writer.frame();
    };
    await disk.beat(1000 / format.framesPerSecond);
  }

  /** Idempotent; resolves once the file is whole, or as whole as it gets. Never rejects. */
  async finish(): Promise<void> {
    if (this.#over && this.#writer === null) return;
    this.#over = true;
    const [disk, writer] = [this.#disk, this.#writer];
    this.#writer = null;
    this.#still();
    await writer?.finish();
    this.#mixer.close();
    this.#options.picture.close();
    await disk?.close();
  }

  #compose(): boolean {
    const isDrawn = this.#options.picture.draw();
    this.#mixer.mix(this.#options.voices());
    return isDrawn;
  }

  /** No frame comes any more. */
  #still(): void {
    this.#options.picture.onFrame = () => undefined;
    if (this.#disk !== null) this.#disk.onBeat = () => undefined;
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#still();
    this.#options.onFault(faultOfRecording(error));
  }
}
