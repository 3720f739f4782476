// Where a device stands with its group: each state holds what only it needs.
import type { GroupRef, GroupView } from '../messages.ts';
import type { Group } from './group.ts';
import type { InGroup } from './InGroup.ts';
import type { OwnKeyPackage } from './keyPackage.ts';

/** Why we look for our place again; absent on a first join. */
export interface Rejoin {
  cause: string;
  attempt: number;
}

export type SessionState =
  | { name: 'idle' }
  | { name: 'new'; group: Group; beacon: Uint8Array }
  | { name: 'waitWelcome'; ref: GroupRef; own: OwnKeyPackage; sinceMs: number; madeAtMs: number; rejoin: Rejoin | null }
  | { name: 'in'; ref: GroupRef; inside: InGroup; sinceMs: number; rejoin: Rejoin | null }
  | { name: 'resync'; ref: GroupRef; rejoin: Rejoin }
  | { name: 'kicked' }
  | { name: 'closed' };

/** What people may know of it. */
export function viewOf(state: SessionState): GroupView {
  switch (state.name) {
    case 'idle':
    case 'new':
      return { state: 'new' };
    case 'waitWelcome':
      return state.rejoin === null
        ? { state: 'waitWelcome', sinceMs: state.sinceMs }
        : { state: 'resync', ...state.rejoin };
    case 'in':
      return state.inside.view;
    case 'resync':
      return { state: 'resync', ...state.rejoin };
    case 'kicked':
      return { state: 'removed' };
    case 'closed':
      return { state: 'closed' };
  }
}

/** People have to see it: nothing that the server or a fault of ours does takes the alarm away. */
export function isSplit(state: SessionState): boolean {
  return state.name === 'in' && state.inside.fence === 'split';
}

export function groupIdOf(state: SessionState): Uint8Array | null {
  switch (state.name) {
    case 'idle':
    case 'kicked':
    case 'closed':
      return null;
    case 'new':
      return state.group.mls.groupContext.groupId;
    case 'waitWelcome':
    case 'in':
    case 'resync':
      return state.ref.groupId;
  }
}
