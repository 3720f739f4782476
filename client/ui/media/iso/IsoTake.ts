// One recording of this person for who produces: their camera and microphone in one file, and each screen they share meanwhile in another.
import { Recorder, type RecordingFault } from '../recording/Recorder.ts';
import { keepRecording, renameRecording } from '../recording/keptRecordings.ts';
import { OwnPicture } from './OwnPicture.ts';

export type IsoKind = 'camera' | 'screen';

/** One file that is written to its end. */
export interface MadeFile {
  /** On this device's disk. */
  name: string;
  /** By the server's clock. */
  startMs: number;
}

export interface IsoTakeOptions {
  /** Of now; null while it is off or muted. */
  track(kind: IsoKind | 'mic'): MediaStreamTrack | null;
  card(): readonly string[];
  serverNowMs(): number;
  /** Without its extension. */
  nameOf(kind: IsoKind, startMs: number): string;
  /** A file stands on the disk from now on, under this name until it is done. */
  onBegun(made: MadeFile): void;
  /** It has its last name. */
  onMade(begunAs: string, made: MadeFile): void;
  onFault(fault: RecordingFault): void;
}

/** Beyond a camera's own 30 there is nothing to keep; of a screen half as many. */
const FRAMES_PER_SECOND = { camera: 30, screen: 15 } as const;
/** 8 Mbit/s for 1080p, by its area for others: more is hardly seen in VP8, less is, once it is cut and sealed again. */
const BITS_PER_PIXEL = 5;
const LEAST_BITS = 2_500_000;
const MOST_BITS = 8_000_000;
/** Opus is as good as it gets for a voice. */
const SOUND_BITS = 192_000;

interface Running {
  recorder: Recorder;
  startMs: number;
}

export class IsoTake {
  readonly #options: IsoTakeOptions;
  #camera: Running | null = null;
  #screen: Running | null = null;
  /** Files that are being finished. */
  readonly #ending = new Set<Promise<void>>();
  readonly #made: MadeFile[] = [];
  #over = false;

  constructor(options: IsoTakeOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return (this.#camera?.recorder.bytes ?? 0) + (this.#screen?.recorder.bytes ?? 0);
  }

  /** All that can go wrong before anybody is told. Rejects with an error that `faultOfRecording` names. */
  async prepare(): Promise<void> {
    this.#camera = this.#create('camera');
    await this.#camera.recorder.prepare();
  }

  async run(): Promise<void> {
    if (this.#camera !== null && !this.#over) await this.#camera.recorder.run();
  }

  /** A screen is shared, or no longer is. */
  async followScreen(): Promise<void> {
    const isShared = this.#options.track('screen') !== null;
    if (isShared === (this.#screen !== null) || this.#over) return;
    if (!isShared) return this.#end('screen');
    const running = this.#create('screen');
    this.#screen = running;
    try {
      await running.recorder.prepare();
      if (this.#screen === running && !this.#over) await running.recorder.run();
    } catch {
      // The camera's own file goes on; of a full disk that one tells.
      await this.#end('screen');
    }
  }

  /** Idempotent; resolves with what there is, once it is whole. Never rejects. */
  async finish(): Promise<readonly MadeFile[]> {
    this.#over = true;
    await Promise.all([this.#end('camera'), this.#end('screen')]);
    await Promise.all(this.#ending);
    return this.#made;
  }

  #create(kind: IsoKind): Running {
    const { track, card, serverNowMs, nameOf, onBegun, onFault } = this.#options;
    const picture = new OwnPicture({ track: () => track(kind), card: kind === 'camera' ? card : () => [] });
    const { width, height } = picture.canvas;
    const startMs = serverNowMs();
    const running: Running = {
      startMs,
      recorder: new Recorder({
        name: nameOf(kind, startMs),
        picture,
        format: {
          framesPerSecond: FRAMES_PER_SECOND[kind],
          videoBitsPerSecond: Math.min(MOST_BITS, Math.max(LEAST_BITS, width * height * BITS_PER_PIXEL)),
          soundBitsPerSecond: SOUND_BITS,
          sound: 'single',
        },
        voices: () => {
          const mic = track('mic');
          return mic === null ? [] : [{ key: 'mic', track: mic }];
        },
        onStart: () => {
          running.startMs = serverNowMs();
          onBegun({ name: running.recorder.name ?? '', startMs: running.startMs });
        },
        onFault,
      }),
    };
    return running;
  }

  #end(kind: IsoKind): Promise<void> {
    const running = kind === 'camera' ? this.#camera : this.#screen;
    if (kind === 'camera') this.#camera = null;
    else this.#screen = null;
    if (running === null) return Promise.resolve();
    const ending = this.#finish(kind, running);
    this.#ending.add(ending);
    return ending;
  }

  async #finish(kind: IsoKind, { recorder, startMs }: Running): Promise<void> {
    await recorder.finish();
    const begunAs = recorder.name;
    if (begunAs === null || recorder.bytes === 0) return;
    // Its first frame came a little later than its first byte was asked for.
    const ending = begunAs.slice(begunAs.lastIndexOf('.'));
    const name = await renameRecording(begunAs, this.#options.nameOf(kind, startMs) + ending);
    await keepRecording(name);
    const made = { name, startMs };
    this.#made.push(made);
    this.#options.onMade(begunAs, made);
  }
}
