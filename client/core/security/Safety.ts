// What the person is to know of the Room's keys beyond the lock: whom they verified, and that the server once showed two Rooms.
import type { GroupView, Said } from '#e2ee';
import type { ComparisonView, DeviceView, SafetyControls } from '../types.ts';
import { SplitAlarm } from './SplitAlarm.ts';
import { Verification, type VerificationOptions } from './Verification.ts';

export interface SafetyView {
  splitSeen: boolean;
  comparison: ComparisonView;
  devices: DeviceView[];
}

export interface SafetyOptions extends VerificationOptions {
  splitSeen: boolean;
  /** The person goes on although a split was seen: what was held back may be sent. */
  onAccepted(): void;
}

export class Safety implements SafetyControls {
  readonly #options: SafetyOptions;
  readonly #verification: Verification;
  readonly #alarm: SplitAlarm;

  constructor(options: SafetyOptions) {
    this.#options = options;
    this.#verification = new Verification(options);
    this.#alarm = new SplitAlarm(options.splitSeen);
  }

  /** True while nothing of ours may be sent, whatever the group says. */
  get holds(): boolean {
    return this.#alarm.seen;
  }

  get view(): SafetyView {
    const { comparison, devices } = this.#verification;
    return { splitSeen: this.#alarm.seen, comparison, devices };
  }

  update(view: GroupView): void {
    this.#alarm.update(view);
    this.#verification.update(view);
  }

  /** After each fresh place in the Room. */
  startOver(): void {
    this.#verification.startOver();
  }

  setReady(ready: boolean): void {
    this.#verification.setReady(ready);
  }

  handleSaid(said: Said): void {
    this.#verification.handleSaid(said);
  }

  confirmCode(digits: readonly string[]): boolean {
    return this.#verification.confirm(digits);
  }

  forgetComparison(): void {
    this.#verification.forget();
  }

  acceptSplit(): void {
    if (!this.#alarm.accept()) return;
    this.#options.onAccepted();
    this.#options.onChange();
  }

  close(): void {
    this.#verification.close();
  }
}
