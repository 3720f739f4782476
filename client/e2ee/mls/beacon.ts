// The mark on a group by which a joiner knows that a link holder made it.
import { concatBytes, source, utf8 } from '../util/bytes.ts';

function beaconInput(groupId: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8('cc1 beacon'), new Uint8Array(1), groupId);
}

/** HMAC-SHA-256(K("beacon"), "cc1 beacon" 0x00 groupId), 32 bytes (SPEC E-12). */
export async function createBeacon(key: CryptoKey, groupId: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, beaconInput(groupId)));
}

export function verifyBeacon(key: CryptoKey, groupId: Uint8Array, beacon: Uint8Array): Promise<boolean> {
  return crypto.subtle.verify('HMAC', key, source(beacon), beaconInput(groupId));
}
