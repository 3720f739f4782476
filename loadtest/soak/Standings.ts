// Where each Bot stands and since when, what was done to it, and how long it was out of the group.
import type { Act, BotReport } from './messages.ts';

/** What was done to a Bot that puts it out of the group or off the line for a while: what it loses meanwhile is no epoch's fault. */
interface Excuse {
  /** `lineLost`: its Connection was lost though nobody cut it, as where a thread is so late that pings go unanswered. */
  act: Exclude<Act['what'], 'join'> | 'lineLost';
  /** Whether its consequence was seen: a broken commit is felt only at the next epoch. */
  wasFelt: boolean;
  /** It left the group for it, and is a member anew. */
  hasResynced: boolean;
}

export interface Standing {
  readonly bot: number;
  readonly askedAtMs: number;
  peerId: string | null;
  groupTag: string | null;
  epoch: number;
  /** First epoch of its present, unbroken membership; null until it was in. */
  sinceEpoch: number | null;
  isWell: boolean;
  state: string;
  excuse: Excuse | null;
  lastAct: string;
  /** It was excused up to here. */
  excusedUntilMs: number;
  departedAtMs: number | null;
  /** Since when it is not where it should be; null while it is. */
  outSinceMs: number | null;
}

/** A time out of the group, or on the way into it. */
export interface Spell {
  bot: number;
  ms: number;
  /** `join`, what was done to it, or `nothing`. */
  after: string;
}

export interface Resync {
  cause: string;
  /** What was done to it, or `nothing`. */
  after: string;
}

export class Standings {
  readonly #all = new Map<number, Standing>();
  readonly spells: Spell[] = [];
  readonly resyncs: Resync[] = [];
  /** Connections lost though nobody cut them. */
  linesLost = 0;
  /** Bots that ended without being told to. */
  readonly ended: string[] = [];

  add(bot: number, nowMs: number): void {
    this.#all.set(bot, {
      bot,
      askedAtMs: nowMs,
      peerId: null,
      groupTag: null,
      epoch: -1,
      sinceEpoch: null,
      isWell: false,
      state: 'new',
      excuse: null,
      lastAct: 'join',
      excusedUntilMs: nowMs,
      departedAtMs: null,
      outSinceMs: nowMs,
    });
  }

  get(bot: number): Standing | undefined {
    return this.#all.get(bot);
  }

  /** Those who should be in the group, or on their way. */
  get present(): Standing[] {
    return [...this.#all.values()].filter(({ departedAtMs }) => departedAtMs === null);
  }

  excuse(bot: number, act: Exclude<Act['what'], 'join'>, nowMs: number): void {
    const standing = this.#all.get(bot);
    if (standing === undefined) return;
    setExcuse(standing, act);
    if (act !== 'leave' && act !== 'crash') return;
    standing.departedAtMs = nowMs;
    standing.outSinceMs = null;
  }

  /** @param highestEpoch the newest that any member is in */
  update(report: BotReport, highestEpoch: number): void {
    const standing = this.#all.get(report.bot);
    if (standing === undefined || standing.departedAtMs !== null) return;
    const { atMs, groupTag, epoch, peerId } = report;
    if (report.phase === 'in' && !report.isOnline && standing.excuse === null) {
      setExcuse(standing, 'lineLost');
      this.linesLost += 1;
    }
    this.#noteTrouble(standing, report);
    const isWell = report.phase === 'in' && report.isOnline && report.group === 'in';
    if (!isWell && standing.excuse !== null) {
      standing.excuse.wasFelt = true;
      standing.excuse.hasResynced ||= report.group === 'resync';
    }
    Object.assign(standing, { groupTag, epoch, peerId, isWell, state: report.group });
    if (!isWell) standing.outSinceMs ??= atMs;
    else if (standing.outSinceMs !== null) this.#endSpell(standing, atMs);
    if (!isWell) return;
    const { excuse } = standing;
    if (standing.sinceEpoch === null) standing.sinceEpoch = epoch;
    if (excuse === null || !excuse.wasFelt || epoch < highestEpoch) return;
    if (excuse.hasResynced) standing.sinceEpoch = epoch;
    standing.excuse = null;
    standing.excusedUntilMs = atMs;
  }

  #noteTrouble(standing: Standing, { bot, phase, reason, group, cause, atMs }: BotReport): void {
    if (phase === 'ended') {
      this.ended.push(`bot ${bot} ended: ${reason}`);
      standing.departedAtMs = atMs;
    }
    const isNew = standing.state !== group && standing.state !== 'fenced';
    if ((group !== 'resync' && group !== 'fenced') || !isNew) return;
    this.resyncs.push({ cause: cause ?? 'unknown', after: standing.excuse?.act ?? 'nothing' });
  }

  #endSpell(standing: Standing, atMs: number): void {
    const { bot, outSinceMs, sinceEpoch, excuse } = standing;
    if (outSinceMs === null) return;
    standing.outSinceMs = null;
    const after = sinceEpoch === null ? 'join' : (excuse?.act ?? 'nothing');
    this.spells.push({ bot, ms: atMs - outSinceMs, after });
  }
}

function setExcuse(standing: Standing, act: Excuse['act']): void {
  standing.excuse = { act, wasFelt: false, hasResynced: false };
  standing.lastAct = act;
  standing.excusedUntilMs = Infinity;
}
