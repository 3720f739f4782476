// Which microphones of a Room are forwarded, where more are on than one can follow: those that spoke last (P-65).
import { HEARD_MICROPHONES } from '#protocol/limits';
import type { ProducerId } from '#protocol/ids';

/** A microphone that is louder than this speaks, in dBov; −60 would take a fan for a voice, −40 a quiet voice for a fan. */
export const VOICE_DBOV = -50;
/**
 * For so long one who spoke keeps the place against a sound that goes on and on and is no louder: the pause between two sentences.
 * Shorter hands places to whatever hums, and each sentence after a pause would be late.
 */
const HOLD_MS = 1_800;
/**
 * For so long against a voice that has just begun. Longer keeps the next speaker waiting where all places are taken by people in a
 * lively talk; shorter takes the place of who breathes.
 */
const HOLD_AGAINST_NEW_MS = 500;
/** What goes on for longer without a pause is new no more: people breathe, a fan does not. */
const NEW_MS = 3_000;
/** Less is no pause: reports overlap, and one may miss the end of a word. */
const PAUSE_MS = 300;
/** So much louder a voice takes the place of one that is heard all the time, as a fan or a second room is. */
const LOUDER_DB = 6;

interface Microphone {
  /** When it last spoke, or was switched on. */
  spokeAtMs: number;
  /** When what it says, or said last, began. */
  beganAtMs: number;
  /** dBov in the last report. */
  level: number;
}

const SILENT_DBOV = -127;

export class HeardMicrophones {
  readonly #onChange: (heard: ReadonlySet<ProducerId> | null) => void;
  /** Those that are on; muted ones send nothing and take no place. */
  readonly #on = new Map<ProducerId, Microphone>();
  readonly #heard = new Set<ProducerId>();
  /** Of the last report, or of what was switched on since. */
  #nowMs = 0;
  #told = '';

  /** @param onChange with those that are forwarded of all that are on, or null where all are */
  constructor(onChange: (heard: ReadonlySet<ProducerId> | null) => void) {
    this.#onChange = onChange;
  }

  /** Null where all are. */
  get heard(): ReadonlySet<ProducerId> | null {
    return this.#on.size > HEARD_MICROPHONES ? this.#heard : null;
  }

  isOn(id: ProducerId): boolean {
    return this.#on.has(id);
  }

  /** Who switches a microphone on is about to speak: it is forwarded before the first word. */
  switchedOn(id: ProducerId, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#on.set(id, { spokeAtMs: nowMs, beganAtMs: nowMs, level: SILENT_DBOV });
    if (this.#heard.size < HEARD_MICROPHONES) this.#heard.add(id);
    else if (!this.#heard.has(id)) this.#exchange(this.#longestSilent(), id);
    this.#tell();
  }

  /** Muted, or gone. */
  switchedOff(id: ProducerId): void {
    if (!this.#on.delete(id)) return;
    if (this.#heard.delete(id)) this.#fill();
    this.#tell();
  }

  /**
   * A few times a second; how often changes only how soon a voice is found.
   * @param levels of the loudest, loudest first, dBov; who is not in it is silent
   */
  report(levels: readonly { id: ProducerId; level: number }[], nowMs: number): void {
    this.#nowMs = nowMs;
    for (const microphone of this.#on.values()) microphone.level = SILENT_DBOV;
    for (const { id, level } of levels) {
      const microphone = this.#on.get(id);
      if (microphone === undefined) continue;
      microphone.level = level;
      if (level < VOICE_DBOV) continue;
      if (nowMs - microphone.spokeAtMs > PAUSE_MS) microphone.beganAtMs = nowMs;
      microphone.spokeAtMs = nowMs;
    }
    for (const { id, level } of levels) if (level >= VOICE_DBOV) this.#admit(id, level);
    this.#tell();
  }

  #admit(id: ProducerId, level: number): void {
    if (!this.#on.has(id) || this.#heard.has(id)) return;
    const silent = this.#longestSilent();
    const isNew = this.#nowMs - (this.#on.get(id)?.beganAtMs ?? 0) <= NEW_MS;
    if (this.#nowMs - this.#spokeAt(silent) >= (isNew ? HOLD_AGAINST_NEW_MS : HOLD_MS))
      return this.#exchange(silent, id);
    // Who is silent between two sentences is not to be taken for the quietest.
    const speaking = [...this.#heard].filter((one) => this.#spokeAt(one) === this.#nowMs);
    if (speaking.length === 0) return;
    const quietest = this.#least(speaking, (one) => this.#levelOf(one));
    if (level >= this.#levelOf(quietest) + LOUDER_DB) this.#exchange(quietest, id);
  }

  #exchange(out: ProducerId, into: ProducerId): void {
    this.#heard.delete(out);
    this.#heard.add(into);
  }

  #fill(): void {
    const waiting = [...this.#on.keys()].filter((id) => !this.#heard.has(id));
    if (waiting.length > 0) this.#heard.add(this.#least(waiting, (id) => -this.#spokeAt(id)));
  }

  #longestSilent(): ProducerId {
    return this.#least(this.#heard, (id) => this.#spokeAt(id));
  }

  #spokeAt(id: ProducerId): number {
    return this.#on.get(id)?.spokeAtMs ?? -1;
  }

  #levelOf(id: ProducerId): number {
    return this.#on.get(id)?.level ?? SILENT_DBOV;
  }

  /** The first of those with the least; there is always one. */
  #least(ids: Iterable<ProducerId>, of: (id: ProducerId) => number): ProducerId {
    return [...ids].reduce((least, id) => (of(id) < of(least) ? id : least));
  }

  #tell(): void {
    const told = this.heard === null ? '' : [...this.heard].toSorted().join();
    if (told === this.#told) return;
    this.#told = told;
    this.#onChange(this.heard === null ? null : new Set(this.heard));
  }
}
