// How far a client has come with a Room: idle, joining step by step, in, ended; never backwards.
import type { GroupView, RoomMode } from '#e2ee';
import type { Stage } from './roomState.ts';
import type { EndedBy, EndReason, JoinStep } from './types.ts';
import { after } from './util/timers.ts';

/** Longer than a healthy Welcome takes; from here on it is honest to say that we wait for a person's device. */
const WAITING_FOR_MEMBER_MS = 3_000;

export class JoinStage {
  readonly #nowMs: () => number;
  readonly #onChange: () => void;
  readonly #settled = Promise.withResolvers<void>();
  #stage: Stage = { phase: 'idle' };
  /** Asked for a Welcome: `soon` it comes by itself, `long` it seems that it does not. */
  #waits: 'no' | 'soon' | 'long' = 'no';
  #mode: RoomMode = 'open';
  #stopWaiting: () => void = () => undefined;

  constructor(nowMs: () => number, onChange: () => void) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  get now(): Stage {
    return this.#stage;
  }

  /** Resolves when in or ended. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Takes a step of joining; nothing happens to who is in or has ended. */
  step(step: JoinStep): void {
    if (this.#stage.phase === 'idle' || this.#stage.phase === 'joining') {
      this.#change({ phase: 'joining', step, sinceMs: this.#nowMs() });
    }
  }

  /** From one step to the next, and only from that one. */
  advance(from: JoinStep, to: JoinStep): void {
    if (this.#stage.phase === 'joining' && this.#stage.step === from) this.step(to);
  }

  /** The server has no room for one more, and is asked again by itself. */
  full(retryAtMs: number): void {
    if (this.#stage.phase !== 'joining') return;
    this.#change({ phase: 'joining', step: 'full', sinceMs: this.#nowMs(), retryAtMs });
  }

  /** The server restarts: it is waited for. */
  shut(): void {
    this.step('restarting');
  }

  /** There is a place, and no key yet. */
  placed(): void {
    for (const outside of ['connecting', 'full', 'restarting'] as const) this.advance(outside, 'securing');
  }

  /** What the group's state means to who is joining: in with the first Epoch, patience until then. */
  handleGroup(view: GroupView): void {
    if (this.#stage.phase !== 'joining') return;
    if (view.state === 'in') {
      this.#stop();
      this.#change({ phase: 'in' });
      this.#settled.resolve();
    } else if (view.state === 'waitWelcome' && this.#waits === 'no') {
      // Counts from the first time: asking again for a Welcome does not make the person wait less.
      this.#waits = 'soon';
      this.#stopWaiting = after(WAITING_FOR_MEMBER_MS, () => {
        this.#waits = 'long';
        this.#stepWaiting();
      });
      this.#stepWaiting();
    }
  }

  /** What the server says of who may come in: other words for who waits, nothing else. */
  hint(mode: RoomMode): void {
    this.#mode = mode;
    this.#stepWaiting();
  }

  #stepWaiting(): void {
    if (this.#stage.phase !== 'joining' || this.#waits === 'no') return;
    const patient: JoinStep = this.#waits === 'long' ? 'waitingForMember' : 'securing';
    const steps = { open: patient, approve: 'waitingForHost', locked: 'locked' } as const satisfies Record<
      RoomMode,
      JoinStep
    >;
    const step = steps[this.#mode];
    if (this.#stage.step !== step) this.step(step);
  }

  /** Once; false when it had ended before. */
  end(reason: EndReason, by: EndedBy | null): boolean {
    if (this.#stage.phase === 'ended') return false;
    this.#stop();
    this.#stage = { phase: 'ended', reason, ...(by !== null && { by }) };
    return true;
  }

  /** After everything was let go. */
  settle(): void {
    this.#onChange();
    this.#settled.resolve();
  }

  #stop(): void {
    this.#stopWaiting();
  }

  #change(stage: Stage): void {
    this.#stage = stage;
    this.#onChange();
  }
}
