// Browsers as they are and were: one that lacks an algorithm says so before anybody is let in.
import { describe, expect, it } from 'vitest';
import { hasCrypto } from './cryptoSupport.ts';

/** WebCrypto as of a browser that does not know an algorithm. */
function without(algorithm: string): SubtleCrypto {
  const nameOf = (value: unknown) =>
    typeof value === 'object' && value !== null && 'name' in value ? value.name : value;
  return new Proxy(crypto.subtle, {
    get(subtle, method) {
      const original: unknown = Reflect.get(subtle, method);
      if (typeof original !== 'function') return original;
      return (...values: unknown[]) =>
        values.some((value) => nameOf(value) === algorithm)
          ? Promise.reject(new DOMException('unrecognized name', 'NotSupportedError'))
          : Reflect.apply(original, subtle, values);
    },
  });
}

describe('hasCrypto', () => {
  it('E-75 holds where everything is there', async () => expect(await hasCrypto(crypto.subtle)).toBe(true));

  it.each(['Ed25519', 'X25519', 'HKDF', 'AES-GCM', 'HMAC', 'SHA-256'])('E-75 does not hold without %s', async (name) =>
    expect(await hasCrypto(without(name))).toBe(false),
  );

  it('E-75 does not hold on a page without WebCrypto, as one that came by http', async () =>
    expect(await hasCrypto(undefined)).toBe(false));

  it('E-75 does not hold where an algorithm is there by name and computes something else', async () => {
    const wrong = new Proxy(crypto.subtle, {
      get(subtle, method) {
        if (method === 'deriveBits') return async () => crypto.getRandomValues(new Uint8Array(32)).buffer;
        const original: unknown = Reflect.get(subtle, method);
        return typeof original === 'function' ? original.bind(subtle) : original;
      },
    });
    expect(await hasCrypto(wrong)).toBe(false);
  });
});
