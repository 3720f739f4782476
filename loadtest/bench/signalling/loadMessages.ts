// What the process that loads a server is told to do, and what it answers.

/** Tokens of one Room's members, in the order in which they come. */
export interface Seats {
  url: string;
  tokens: string[];
}

export type LoadOrder =
  /** All of them, so many at once; they stay. */
  | { do: 'join'; rooms: Seats[]; atOnce: number }
  /** They say goodbye. */
  | { do: 'leave' }
  /** As in `join`, into one group that the server takes for real; or so many sockets of raw ws. */
  | { do: 'gather'; room: Seats }
  | { do: 'gatherRaw'; url: string; count: number }
  /** They take turns in saying so many things of so many bytes to all others, of which so many may be under way. */
  | { do: 'say'; times: number; bytes: number; ahead: number };

export type LoadAnswer =
  | { done: 'join'; tookMs: number; ackMs: number[] }
  | { done: 'leave' }
  | { done: 'gather' }
  | { done: 'say'; tookMs: number; deliveries: number };
