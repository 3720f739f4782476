// The admin page's state: the token, what the server said last, and what it said over the last minutes.
import { signal } from '@preact/signals';
import type { AdminStatus, Told } from '../../../platform/adminLine.ts';

export interface AdminServices {
  ask(token: string): Promise<Told>;
  /** Of this tab alone. */
  recallToken(): string | null;
  rememberToken(token: string | null): void;
  /** @returns what takes it back */
  after(ms: number, then: () => void): () => void;
}

/** One look at the numbers that are drawn. */
export interface Sample {
  atMs: number;
  rooms: number;
  people: number;
  viewers: number;
  connections: number;
  loopDelayMs: number;
  residentBytes: number;
  /** Of each Worker whose load is known. */
  cpu: number[];
}

export type AdminFault = 'refused' | 'absent' | 'limited' | 'lost';

export type AdminState =
  | { phase: 'asking'; fault: AdminFault | null }
  | { phase: 'opening' }
  /** `line` lost: the numbers are those of before, and it is asked again. */
  | { phase: 'shown'; status: AdminStatus; line: 'here' | 'lost' };

/** More often shows no more, and each look costs the server one. */
const POLL_MS = 2_000;
/** Five minutes of looks. */
const MOST_SAMPLES = 150;

export class AdminModel {
  readonly state = signal<AdminState>({ phase: 'asking', fault: null });
  readonly history = signal<readonly Sample[]>([]);
  readonly #services: AdminServices;
  #token: string | null = null;
  #cancel = (): void => undefined;

  constructor(services: AdminServices) {
    this.#services = services;
  }

  /** With what the tab remembers, where it does. */
  start(): void {
    const token = this.#services.recallToken();
    if (token !== null) void this.signIn(token);
  }

  readonly signIn = async (text: string): Promise<void> => {
    const token = text.trim();
    if (token === '') return;
    this.#token = token;
    this.state.value = { phase: 'opening' };
    await this.#look(token);
  };

  readonly signOut = (): void => {
    this.#forget(null);
  };

  /** The page is shown again, or has its network back. */
  readonly lookNow = (): void => {
    if (this.#token === null || this.state.value.phase !== 'shown') return;
    this.#cancel();
    void this.#look(this.#token);
  };

  readonly close = (): void => {
    this.#token = null;
    this.#cancel();
  };

  async #look(token: string): Promise<void> {
    const told = await this.#services.ask(token);
    if (token !== this.#token) return;
    this.#cancel();
    const { value } = this.state;
    if (told.state === 'told') this.#take(told.status, token);
    // Who was in stays in: the server restarts, or somebody else mistypes at the same address.
    else if (value.phase === 'shown' && (told.state === 'lost' || told.state === 'limited')) {
      this.state.value = { ...value, line: 'lost' };
    } else return this.#forget(told.state);
    this.#cancel = this.#services.after(POLL_MS, () => void this.#look(token));
  }

  #take(status: AdminStatus, token: string): void {
    this.#services.rememberToken(token);
    this.state.value = { phase: 'shown', status, line: 'here' };
    this.history.value = [...this.history.value, sampleOf(status)].slice(-MOST_SAMPLES);
  }

  #forget(fault: AdminFault | null): void {
    this.#cancel();
    this.#token = null;
    // A server that does not answer has not refused it.
    if (fault !== 'lost') this.#services.rememberToken(null);
    this.history.value = [];
    this.state.value = { phase: 'asking', fault };
  }
}

function sampleOf({ nowMs, counts, loopDelayMs, memory, workers }: AdminStatus): Sample {
  const { rooms, peers: people, viewers, connections } = counts;
  const cpu = workers.flatMap((worker) => (worker.cpu === null ? [] : [worker.cpu]));
  return { atMs: nowMs, rooms, people, viewers, connections, loopDelayMs, residentBytes: memory.residentBytes, cpu };
}
