// How good the members' lines are: measures our own each way, tells the others of our way up, and keeps what they tell of theirs.
import type { GroupMember } from '#e2ee';
import type { GroupPayload } from '../talk/payload.ts';
import { Standing } from '../talk/Standing.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { LineQuality, QualityView } from '../types.ts';
import { after } from '../util/timers.ts';
import { downQualityOf, GOOD, lineQualityOf, SteadyQuality } from './lineQuality.ts';
import type { LineReading } from './lineReading.ts';

/** Between two looks: shorter counts too few packets to divide by, longer tells late. */
const LOOK_MS = 2_000;
/** Looks that are judged together: the far end reports what a voice lost every 5 s, and between two reports nothing seems lost. */
const LOOKS_JUDGED = 3;
/** Between two words of ours to the group: a line that wavers is not to be everybody's traffic. */
const TELL_MS = 5_000;

type Context = Pick<TalkContext, 'say' | 'onChange' | 'lineReading'>;

export class QualityTalk implements TalkPart {
  readonly #context: Context;
  readonly #standing: Standing;
  readonly #up = new SteadyQuality();
  #down = new SteadyQuality();
  /** What others said of their way up; of who said nothing there is nothing to be said. */
  readonly #others = new Map<string, LineQuality>();
  /** The last ones, oldest first. */
  #readings: LineReading[] = [];
  #stopLook: () => void = () => undefined;
  #stopTell: (() => void) | null = null;
  #told = GOOD;
  #looking = false;
  #view: QualityView = { up: GOOD, down: GOOD, others: {} };
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
    this.#standing = new Standing(context);
  }

  get view(): QualityView {
    return this.#view;
  }

  handle(payload: GroupPayload, { from }: Heard): void {
    if (payload.t !== 'line') return;
    const { bars, cause } = payload;
    const before = this.#judgedDown();
    if (bars === 4) this.#others.delete(from);
    else this.#others.set(from, { bars, cause });
    this.#explain(before, this.#judgedDown());
    this.#changed();
  }

  setMembers(others: readonly GroupMember[]): void {
    const peerIds = others.map(({ peerId }) => peerId);
    this.#standing.setMembers(peerIds);
    const gone = [...this.#others.keys()].filter((peerId) => !peerIds.includes(peerId));
    for (const peerId of gone) this.#others.delete(peerId);
    if (gone.length > 0) this.#changed();
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
    if (ready && !this.#looking && !this.#closed) this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#stopLook();
    this.#stopTell?.();
    this.#standing.close();
  }

  #look(): void {
    this.#looking = true;
    this.#stopLook = after(LOOK_MS, () => {
      void this.#context.lineReading().then((reading) => {
        if (this.#closed) return;
        this.#read(reading);
        this.#look();
      });
    });
  }

  /** After another life of the media counters begin anew; the first reading of it is only a beginning. */
  #read(reading: LineReading | null): void {
    const last = this.#readings.at(-1);
    if (reading === null || (last !== undefined && reading.up.packets < last.up.packets)) this.#readings = [];
    if (reading === null) return;
    this.#readings = [...this.#readings.slice(-LOOKS_JUDGED), reading];
    const [before] = this.#readings;
    const down = this.#judgedDown();
    if (before === undefined || down === null) return;
    const upChanged = this.#up.measured(lineQualityOf(before.up, reading.up, reading.atMs - before.atMs));
    const downChanged = this.#down.measured(down);
    if (upChanged) this.#tell();
    if (upChanged || downChanged) this.#changed();
  }

  /** Null where there is nothing to compare yet. */
  #judgedDown(): LineQuality | null {
    const [before] = this.#readings;
    const now = this.#readings.at(-1);
    if (before === undefined || now === undefined || before === now) return null;
    return downQualityOf(before.down, now.down, now.atMs - before.atMs, this.#others);
  }

  /** What was held against our line turns out to be theirs: that is right at once, and need not last. */
  #explain(before: LineQuality | null, now: LineQuality | null): void {
    if (before === null || now === null || now.bars <= before.bars || now.bars <= this.#down.shown.bars) return;
    this.#down = new SteadyQuality(now);
  }

  /** The last of what is measured within the gap is told. */
  #tell(): void {
    if (this.#stopTell !== null) return;
    this.#say();
    this.#stopTell = after(TELL_MS, () => {
      this.#stopTell = null;
      const { bars, cause } = this.#up.shown;
      if (this.#told.bars !== bars || this.#told.cause !== cause) this.#tell();
    });
  }

  #say(): void {
    const { bars, cause } = this.#up.shown;
    this.#told = this.#up.shown;
    const word = { t: 'line', bars, cause } as const;
    if (bars === 4) this.#standing.end(word);
    else this.#standing.stand(word);
  }

  #changed(): void {
    this.#view = { up: this.#up.shown, down: this.#down.shown, others: Object.fromEntries(this.#others) };
    this.#context.onChange();
  }
}
