// What changed between two views of the group's policy that a person should hear of; pure, and from signed words only.
import type { Knock, PolicyView, RoomMode } from '#e2ee';

export interface PolicyChange {
  knocks: Knock[];
  /** `by`: who alone could have changed it; null where several could. */
  mode: { mode: RoomMode; by: string | null } | null;
  /** This device leads from now on, and as what. */
  acting: 'successor' | 'cohost' | null;
}

/** @param before null at the first look, which is no news but for those who knock and a mode that is not the usual one */
export function policyChange(before: PolicyView | null, after: PolicyView, self: string): PolicyChange {
  const known = new Set(before?.knocks.map(({ peerId }) => peerId));
  const modeChanged = before !== null && before.mode !== after.mode;
  const [only, ...others] = before?.acting ?? [];
  const acts = after.acting.includes(self);
  const isNews = before !== null && acts && !before.acting.includes(self) && after.host !== self;
  return {
    knocks: after.knocks.filter(({ peerId }) => !known.has(peerId)),
    mode: modeChanged ? { mode: after.mode, by: others.length === 0 ? (only ?? null) : null } : null,
    acting: isNews ? (after.cohosts.includes(self) ? 'cohost' : 'successor') : null,
  };
}
