// Whether requests come through as many proxies as the settings say: counts, and never an address.
import type { ServerFinding } from '#protocol/admin';
import { reachOf } from '../util/addressReach.ts';

/** Once is somebody who tries something out. */
const ENOUGH = 3;

export class ProxyTally {
  readonly #trusted: number;
  #right = 0;
  #ignored = 0;
  #missing = 0;

  constructor(trustedProxies: number) {
    this.#trusted = trustedProxies;
  }

  /** @param hops entries of X-Forwarded-For */
  note(remote: string, hops: number): void {
    const isNear = reachOf(remote) !== 'public';
    if (this.#trusted === 0) {
      // Anybody can write the header; a proxy stands near.
      if (hops > 0 && isNear) this.#ignored += 1;
    } else if (hops >= this.#trusted) this.#right += 1;
    // What asks from near without a header is no person: a health check, the doctor.
    else if (hops > 0 || !isNear) this.#missing += 1;
  }

  finding(): ServerFinding {
    const values = { trusted: this.#trusted };
    if (this.#ignored >= ENOUGH) return { code: 'proxy.ignored', values };
    if (this.#missing >= ENOUGH) return { code: 'proxy.missing', values };
    return { code: this.#right > 0 ? 'proxy.ok' : 'proxy.none', values };
  }
}
