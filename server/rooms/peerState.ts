// The states of a Peer and the ways between them.
import type { PeerSink } from './ports.ts';

/**
 * joining → joined ⇄ away → closed; any → closed.
 * - `joining`: its place is taken, its Transports are being made, others do not see it
 * - `joined`: a Connection speaks for it · `away`: none does, and the grace runs · `closed`: gone, for good
 */
export type PeerState =
  | { phase: 'joining'; sink: PeerSink }
  | { phase: 'joined'; sink: PeerSink }
  | { phase: 'away'; cancelGrace: () => void }
  | { phase: 'closed' };

/** The Connection behind a state, where there is one. */
export const sinkOf = (state: PeerState): PeerSink | null =>
  state.phase === 'joining' || state.phase === 'joined' ? state.sink : null;

/** Whether the others in the Room know of it. */
export const isPresent = (state: PeerState): boolean => state.phase === 'joined' || state.phase === 'away';
