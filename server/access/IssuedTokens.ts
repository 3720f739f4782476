// Access tokens that this server has just made and nobody has shown yet: for whoever shows one first, no signature has to be checked.
import type { Admission } from '../rooms/ports.ts';
import { sha256 } from '../util/secrets.ts';

/** About 0.4 KB each. With more under way at once, those that are forgotten have their signatures checked. */
const MOST_TOKENS = 10_000;

export class IssuedTokens {
  /** By the token's hash, so that no token lies in memory and finding one tells nothing of another; oldest first, which end first. */
  readonly #admissions = new Map<string, Admission>();
  readonly #most: number;

  constructor(most = MOST_TOKENS) {
    this.#most = most;
  }

  remember(token: string, admission: Admission, nowMs: number): void {
    for (const [hash, { expiresAtMs }] of this.#admissions) {
      if (expiresAtMs > nowMs && this.#admissions.size < this.#most) break;
      this.#admissions.delete(hash);
    }
    this.#admissions.set(hashOf(token), admission);
  }

  /** What it was made for, once; null where its signature has to tell. */
  take(token: string, nowMs: number): Admission | null {
    const hash = hashOf(token);
    const admission = this.#admissions.get(hash);
    if (admission === undefined) return null;
    this.#admissions.delete(hash);
    return admission.expiresAtMs > nowMs ? admission : null;
  }
}

const hashOf = (token: string): string => sha256(token).toString('base64url');
