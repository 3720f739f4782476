// One soak: the house, the crews, chance, and the books that are kept of all that happens.
import { Worker } from 'node:worker_threads';
import { Director } from './Director.ts';
import { EpochLedger } from './EpochLedger.ts';
import { FrameLedger } from './FrameLedger.ts';
import { createGauge } from './gauge.ts';
import { openHouse, type House } from './house.ts';
import {
  STRANGER,
  type Act,
  type CrewSettings,
  type FrameToSeal,
  type FromCrew,
  type Gauge,
  type ToCrew,
} from './messages.ts';
import type { Plan } from './plan.ts';
import { Relay } from './Relay.ts';
import { Standings } from './Standings.ts';

/** How often frames are asked for; each time as many as are due. */
const BEAT_MS = 50;
const REPORT_EVERY_MS = 10_000;
/** The first come one after the other, as at the beginning of a large meeting. */
const ARRIVAL_MS = 250;
/** After the last act: the grace of the last crash, its removal, and turns of committers who may be gone themselves. */
const SETTLE_MS = 75_000;
/** The last frames are opened by then, and the receivers of those that were not have told why. */
const UNDER_WAY_MS = 3_000;
const ANSWER_MS = 500;
/** Nothing stirs for so long: it is settled and stays so. */
const QUIET_MS = 1_500;

export interface SoakOptions {
  plan: Plan;
  /** Since when `plan.slow` holds in this thread, by the machine's clock. */
  slowSinceMs: number;
  workerBin: string | undefined;
  say(line: string): void;
  signal: AbortSignal;
}

export interface Seen {
  plan: Plan;
  standings: Standings;
  epochs: EpochLedger;
  frames: FrameLedger;
  /** Acts by kind. */
  acts: Record<string, number>;
  /** ms from asking to being in, of those who came after the first crowd, and of that crowd. */
  joinsMs: number[];
  firstJoinsMs: number[];
  outsiders: { listened: number; followed: number; frames: number; strangersFrames: number };
  /** From the last act until all agreed; null where they never did, with what was wrong. */
  settledMs: number | null;
  unsettled: string | null;
  /** Cores that this process used, on average, and how late its threads were at worst. */
  cores: number;
  lag: Gauge;
  complaints: string[];
}

export class Soak {
  readonly #options: SoakOptions;
  readonly #plan: Plan;
  readonly #director: Director;
  readonly #standings = new Standings();
  readonly #epochs = new EpochLedger();
  readonly #frames: FrameLedger;
  readonly #relay: Relay;
  readonly #gauge: ReturnType<typeof createGauge>;
  readonly #crews: Worker[] = [];
  readonly #outside = new Set<number>();
  readonly #acts: Record<string, number> = {};
  readonly #outsiders = { listened: 0, followed: 0 };
  #lag: Gauge = { lagP50Ms: 0, lagP99Ms: 0, lagMaxMs: 0 };
  #bots = 0;
  #firstCrowd = 0;
  #owedFrames = 0;
  #turn = 0;
  #fault: Error | null = null;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#plan = options.plan;
    this.#gauge = createGauge(options.plan.slow);
    this.#director = new Director(options.plan);
    const standings = this.#standings;
    this.#frames = new FrameLedger({
      standings,
      epochs: this.#epochs,
      askWhy: (bot, from) => this.#toCrewOf(bot, { type: 'why', bot, from }),
    });
    this.#relay = new Relay({
      random: this.#director.random,
      receivers: options.plan.receivers,
      standings,
      ledger: this.#frames,
      outsiders: () => [...this.#outside],
      deliver: (frame) => this.#toCrewOf(frame.bot, { type: 'open', frame }),
    });
  }

  /** Rejects where the harness itself failed, or was told to stop. What the house did is in the answer. */
  async run(): Promise<Seen> {
    const house = await openHouse(this.#options.workerBin, this.#plan.graceMs);
    const beganMs = Date.now();
    const cores = createCoreCount();
    const timers: NodeJS.Timeout[] = [];
    try {
      this.#startCrews(house);
      timers.push(setInterval(() => this.#reportProgress(beganMs, cores()), REPORT_EVERY_MS));
      const beat = setInterval(() => this.#beat(), BEAT_MS);
      timers.push(beat);
      await this.#gather();
      const settledMs = await this.#play();
      clearInterval(beat);
      await this.#pause(UNDER_WAY_MS);
      this.#frames.judge(Infinity);
      await this.#pause(ANSWER_MS);
      return this.#seen(house, settledMs, cores());
    } finally {
      for (const timer of timers) clearInterval(timer);
      this.#relay.close();
      this.#gauge.close();
      await Promise.all(this.#crews.map((crew) => crew.terminate()));
      await house.close();
    }
  }

  // ── What happens ───────────────────────────────────────────────────────────────────────────────

  /** The first makes the group; the others come in a row. */
  async #gather(): Promise<void> {
    this.#join();
    await this.#until(() => this.#standings.present.every(({ isWell }) => isWell), this.#plan.boundMs);
    for (let count = 1; count < this.#plan.members; count += 1) {
      await this.#pause(ARRIVAL_MS);
      this.#join();
    }
    this.#firstCrowd = this.#bots;
    await this.#until(() => this.#standings.present.every(({ isWell }) => isWell), this.#plan.boundMs);
    this.#options.say(`${this.#standings.present.length} members are in, epoch ${this.#epochs.highest.epoch}`);
  }

  /** @returns how long the group took to settle after the last act, or null */
  async #play(): Promise<number | null> {
    const untilMs = Date.now() + this.#plan.seconds * 1_000;
    while (Date.now() < untilMs) {
      await this.#pause(Math.min(this.#director.pauseMs(), Math.max(0, untilMs - Date.now())));
      for (const { bot, act } of this.#director.next(this.#standings.present)) {
        if (bot === null) this.#join();
        else this.#do(bot, act);
      }
    }
    const lastMs = Date.now();
    let quietSinceMs: number | null = null;
    await this.#until(() => {
      if (this.#unsettled() !== null) quietSinceMs = null;
      else quietSinceMs ??= Date.now();
      return quietSinceMs !== null && Date.now() - quietSinceMs >= QUIET_MS;
    }, SETTLE_MS);
    return quietSinceMs === null ? null : quietSinceMs - lastMs;
  }

  #join(): void {
    const bot = this.#bots++;
    this.#standings.add(bot, Date.now());
    this.#count('join');
    this.#toCrewOf(bot, { type: 'act', bot, act: { what: 'join' } });
  }

  #do(bot: number, act: Act): void {
    if (act.what === 'join') return;
    this.#count(act.what);
    this.#standings.excuse(bot, act.what, Date.now());
    this.#toCrewOf(bot, { type: 'act', bot, act });
  }

  #count(what: string): void {
    this.#acts[what] = (this.#acts[what] ?? 0) + 1;
  }

  /** Everybody speaks in turn. */
  #beat(): void {
    this.#frames.judge(Date.now());
    const members = this.#standings.present.filter(({ sinceEpoch }) => sinceEpoch !== null);
    this.#owedFrames += (members.length * this.#plan.framesPerSecond * BEAT_MS) / 1_000;
    const batches = this.#crews.map((): FrameToSeal[] => []);
    for (; this.#owedFrames >= 1; this.#owedFrames -= 1) {
      const sender = members[this.#turn++ % members.length];
      const frame = sender && this.#frames.ask(sender, Date.now());
      if (sender && typeof frame === 'number')
        batches[sender.bot % this.#crews.length]?.push({ bot: sender.bot, frame });
    }
    for (const [crew, frames] of batches.entries()) {
      if (frames.length > 0) this.#crews[crew]?.postMessage({ type: 'seal', frames } satisfies ToCrew);
    }
  }

  // ── What is seen ───────────────────────────────────────────────────────────────────────────────

  #startCrews(house: House): void {
    for (let crew = 0; crew < this.#plan.crews; crew += 1) {
      const settings: CrewSettings = {
        origin: house.url,
        link: house.link,
        hasStranger: crew === 0,
        slow: this.#plan.slow,
        slowSinceMs: this.#options.slowSinceMs,
      };
      const worker = new Worker(new URL('./crewThread.ts', import.meta.url), { workerData: settings });
      worker.on('message', (message: FromCrew) => this.#heard(message));
      worker.on('error', (error) => (this.#fault ??= error));
      this.#crews.push(worker);
    }
  }

  #toCrewOf(bot: number, message: ToCrew): void {
    this.#crews[bot === STRANGER ? 0 : bot % this.#crews.length]?.postMessage(message);
  }

  #heard(message: FromCrew): void {
    switch (message.type) {
      case 'bot':
        return this.#standings.update(message.report, this.#epochs.highest.epoch);
      case 'epoch':
        return this.#epochs.note(message.report);
      case 'transcript':
        return this.#epochs.noteTranscript(message.groupTag, message.epoch, message.hash);
      case 'sealed':
        return this.#relay.carry(message.frame, message.sealed);
      case 'opened':
        return this.#frames.opened(message.frame, message.bot, this.#openerOf(message.bot), message.atMs);
      case 'why':
        return this.#frames.explain(message.bot, message.from, message.faults);
      case 'outsider':
        return this.#outsiderChanged(message);
      case 'gauge':
        this.#lag = worst(this.#lag, message.gauge);
    }
  }

  #openerOf(bot: number): { peerId: string; isOutside: boolean } | null {
    const peerId = this.#standings.get(bot)?.peerId;
    if (peerId === undefined || peerId === null) return null;
    return { peerId, isOutside: this.#standings.get(bot)?.departedAtMs !== null };
  }

  #outsiderChanged({ bot, is }: Extract<FromCrew, { type: 'outsider' }>): void {
    switch (is) {
      case 'listening':
        this.#outside.add(bot);
        this.#outsiders.listened += 1;
        return;
      case 'removed':
        this.#outsiders.followed += 1;
        return;
      case 'gone':
        this.#outside.delete(bot);
    }
  }

  /** What is not yet as it must be once nothing happens any more; null where all is. */
  #unsettled(): string | null {
    const { present } = this.#standings;
    const out = present.find(({ isWell }) => !isWell);
    if (out !== undefined) return `bot ${out.bot} is ${out.state}`;
    const { groupTag, epoch } = this.#epochs.highest;
    const behind = present.find((one) => one.epoch !== epoch || one.groupTag !== groupTag);
    if (behind !== undefined) return `bot ${behind.bot} is in epoch ${behind.epoch} of ${epoch}`;
    const members = this.#epochs.membersNow();
    const missing = present.find(({ peerId }) => peerId === null || !members.has(peerId));
    if (missing !== undefined) return `bot ${missing.bot} is no member`;
    return members.size === present.length ? null : `${members.size} members, ${present.length} are there`;
  }

  #reportProgress(beganMs: number, cores: number): void {
    this.#lag = worst(this.#lag, this.#gauge.read());
    for (const crew of this.#crews) crew.postMessage({ type: 'gauge' } satisfies ToCrew);
    const { counted, lost } = this.#frames.totals;
    const losses = [...lost.values()].reduce((sum, count) => sum + count, 0);
    const { present, resyncs } = this.#standings;
    const seconds = Math.round((Date.now() - beganMs) / 1_000);
    this.#options.say(
      `${seconds} s: ${present.filter(({ isWell }) => isWell).length} of ${present.length} in, epoch ${this.#epochs.highest.epoch}, ` +
        `${counted} frames counted, ${losses} lost, ${resyncs.length} resyncs, ${cores.toFixed(2)} cores, ` +
        `timers late by ${this.#lag.lagP99Ms} ms (p99)`,
    );
  }

  #seen({ complaints }: House, settledMs: number | null, cores: number): Seen {
    const joins = this.#standings.spells.filter(({ after }) => after === 'join');
    return {
      plan: this.#plan,
      standings: this.#standings,
      epochs: this.#epochs,
      frames: this.#frames,
      acts: this.#acts,
      joinsMs: joins.filter(({ bot }) => bot >= this.#firstCrowd).map(({ ms }) => ms),
      firstJoinsMs: joins.filter(({ bot }) => bot < this.#firstCrowd).map(({ ms }) => ms),
      outsiders: {
        ...this.#outsiders,
        frames: this.#relay.toOutsiders,
        strangersFrames: this.#relay.toStranger,
      },
      settledMs,
      unsettled: settledMs === null ? this.#unsettled() : null,
      cores,
      lag: this.#lag,
      complaints,
    };
  }

  // ── Time ───────────────────────────────────────────────────────────────────────────────────────

  /** Rejects where a crew died or the soak was told to stop. */
  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      const { signal } = this.#options;
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
    if (this.#fault !== null) throw this.#fault;
    this.#options.signal.throwIfAborted();
  }

  async #until(isSo: () => boolean, patienceMs: number): Promise<void> {
    const untilMs = Date.now() + patienceMs;
    while (!isSo() && Date.now() < untilMs) await this.#pause(50);
  }
}

function worst(left: Gauge, right: Gauge): Gauge {
  return {
    lagP50Ms: Math.max(left.lagP50Ms, right.lagP50Ms),
    lagP99Ms: Math.max(left.lagP99Ms, right.lagP99Ms),
    lagMaxMs: Math.max(left.lagMaxMs, right.lagMaxMs),
  };
}

/** Cores that this process has used since, of the machine's time. */
function createCoreCount(): () => number {
  const [cpu, began] = [process.cpuUsage(), process.hrtime.bigint()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return ((user + system) * 1_000) / Number(process.hrtime.bigint() - began);
  };
}
