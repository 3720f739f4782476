// The access token of one Connection: held for the handshake, renewed before it ends.
import { after } from '../util/timers.ts';
import { codeOf } from './SignallingError.ts';

/** The token is renewed this long before it ends, so that one failed attempt is not the last. */
const RENEW_BEFORE_MS = 60_000;
/** Never sooner than this, whatever the server's clock says. */
const SHORTEST_MS = 10_000;

export interface TokenKeeperOptions {
  /** Asks for the next one; rejects with a SignallingError. `livesForMs` counts from now. */
  renew(): Promise<{ token: string; livesForMs: number }>;
  isOnline(): boolean;
}

export class TokenKeeper {
  readonly #options: TokenKeeperOptions;
  #token = '';
  #stop: () => void = () => undefined;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
  }

  get token(): string {
    return this.#token;
  }

  /** @param livesForMs until it ends, from now */
  keep(token: string, livesForMs: number): void {
    this.#token = token;
    this.#renewIn(Math.max(livesForMs - RENEW_BEFORE_MS, SHORTEST_MS));
  }

  close(): void {
    this.#stop();
    this.#token = '';
  }

  #renewIn(ms: number): void {
    this.#stop();
    this.#stop = after(ms, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    if (!this.#options.isOnline()) return; // The next attempt to connect brings its own.
    try {
      const { token, livesForMs } = await this.#options.renew();
      this.keep(token, livesForMs);
    } catch (error) {
      if (codeOf(error) !== 'closed') this.#renewIn(SHORTEST_MS);
    }
  }
}
