// Whether media may be sent: only from inside an Epoch, and only what the group confirmed counts.
import type { GroupView } from '#e2ee';

export type Gate = 'open' | 'shut';

/** No Producer is made before the first Epoch, nor while the group is being rejoined. */
export function gateOf(group: GroupView): Gate {
  switch (group.state) {
    case 'in':
      return 'open';
    case 'new':
    case 'waitWelcome':
    case 'fenced':
    case 'resync':
    case 'removed':
    case 'closed':
      return 'shut';
  }
}
