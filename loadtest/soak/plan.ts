// How long, how many, how fast: what one soak does, and the bounds that it holds the house to.
import { RESUME_GRACE_MS } from '#protocol/limits';

export interface Plan {
  /** Everything that happens is drawn from it; when it happens depends on the machine too. */
  seed: number;
  /** How many there are, but for those who just left. */
  members: number;
  seconds: number;
  /** Threads that the Bots share. */
  crews: number;
  /** Between two acts, on average. */
  paceMs: number;
  /** Of each member. A microphone gives 50; what is asked here is whether frames come through, not how many. */
  framesPerSecond: number;
  /** Members, drawn anew for each frame, that it is handed to. */
  receivers: number;
  /** How long a lost Connection keeps its Peer. */
  graceMs: number;
  /** How many seconds of the machine one of the soak takes; everything else here is in the soak's. */
  slow: number;
  /** Longest that anybody who is still there may be out of the group, or on the way into it. */
  boundMs: number;
}

/** Most of the frames that members all along may lose (issue: at most 0.02 %). */
export const MOST_LOST = 0.0002;

/**
 * A commit costs each of 100 members some 20 ms of CPU, and an epoch 10,000 signs of life that arrive: faster than this, two cores
 * would show that they are two cores.
 */
const PACE_MS_PER_MEMBER = 50;
const LEAST_PACE_MS = 600;

export function planOf(options: Pick<Plan, 'seed' | 'members' | 'seconds' | 'crews'> & Partial<Plan>): Plan {
  const { members } = options;
  return {
    paceMs: Math.max(LEAST_PACE_MS, members * PACE_MS_PER_MEMBER),
    framesPerSecond: members > 30 ? 1 : 10,
    receivers: 3,
    graceMs: RESUME_GRACE_MS,
    slow: 1,
    boundMs: 30_000,
    ...options,
  };
}
