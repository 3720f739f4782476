// Chance with a seed: who comes, leaves, crashes, loses the line or has to resync next.
import type { Act } from './messages.ts';
import type { Plan } from './plan.ts';
import type { Standing } from './Standings.ts';
import { createRandom, type Random } from '../../client/core/test/random.ts';

/** Shares of a hundred acts. A place that is free is taken before anything else is thought of half of the time. */
const JOIN_BELOW = 50;
const LEAVE_BELOW = 62;
const CRASH_BELOW = 74;
const LOSE_BELOW = 89;
/** Most that come at once. */
const PARTY = 4;
const SHORTEST_LOSS_MS = 200;
const LONGEST_LOSS_MS = 5_000;
/** Well within the grace, so that the place is found again. */
const LONGEST_LOSS_OF_GRACE = 0.6;

export interface Deed {
  /** Null for one that is still to come. */
  bot: number | null;
  act: Act;
}

export class Director {
  readonly #plan: Plan;
  readonly random: Random;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.random = createRandom(plan.seed);
  }

  /** Until the next act: half to one and a half of the pace. */
  pauseMs(): number {
    return this.#plan.paceMs / 2 + this.random.below(this.#plan.paceMs);
  }

  next(present: readonly Standing[]): Deed[] {
    const { random } = this;
    const free = this.#plan.members - present.length;
    const roll = random.below(100);
    if (roll < JOIN_BELOW && free > 0) {
      const count = 1 + random.below(Math.min(free, PARTY));
      return Array.from({ length: count }, () => ({ bot: null, act: { what: 'join' } }));
    }
    // Only whom nothing else is being done to, so that every consequence has one cause.
    const one = random.pick(present.filter(({ isWell, excuse }) => isWell && excuse === null));
    const isFew = present.length <= this.#plan.members / 2;
    if (one === undefined) return [];
    const act = this.#choose(roll, isFew);
    return [{ bot: one.bot, act }];
  }

  #choose(roll: number, isFew: boolean): Act {
    const { random } = this;
    if (roll < LEAVE_BELOW && !isFew) return { what: 'leave' };
    if (roll < CRASH_BELOW && !isFew) return { what: 'crash' };
    if (roll < LOSE_BELOW) {
      const longestMs = Math.min(LONGEST_LOSS_MS, this.#plan.graceMs * LONGEST_LOSS_OF_GRACE);
      return { what: 'loseLine', ms: SHORTEST_LOSS_MS + random.below(longestMs - SHORTEST_LOSS_MS) };
    }
    return { what: 'resync' };
  }
}
