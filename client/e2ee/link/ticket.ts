// What follows from a feed's ticket (SPEC E-94): a proof for the server, and a key of which the server holds neither half's secret.
import type { MachineKey, MachineKind } from '../mls/machinePass.ts';
import { concatBytes, fromBase64Url, source, toBase64Url, utf8 } from '../util/bytes.ts';

export const TICKET_BYTES = 32;

/** PKCS #8 of an Ed25519 key up to its seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20],
);

async function derive(ticket: Uint8Array, label: 'access' | 'key'): Promise<Uint8Array<ArrayBuffer>> {
  if (ticket.length !== TICKET_BYTES) throw new TypeError('not a ticket');
  const key = await crypto.subtle.importKey('raw', source(ticket), 'HKDF', false, ['deriveBits']);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: utf8('cc1 feed-ticket'), info: utf8(`cc1 feed-${label}`) };
  return new Uint8Array(await crypto.subtle.deriveBits(params, key, 256));
}

/** base64url, as the server is shown it; its verifier is `accessVerifier` of it. Rejects for whatever is no ticket. */
export async function ticketProof(ticket: Uint8Array): Promise<string> {
  return toBase64Url(await derive(ticket, 'access'));
}

/** Raw Ed25519, base64url: by it who leads knows whoever comes with the ticket. */
export async function ticketKey(ticket: Uint8Array): Promise<string> {
  return toBase64Url(publicHalf(await importSeed(ticket, true).then((key) => crypto.subtle.exportKey('jwk', key))));
}

/** The machine's own: its private half cannot be exported. */
export async function machineKeyOf(kind: MachineKind, ticket: Uint8Array): Promise<MachineKey> {
  const [privateKey, publicKey] = await Promise.all([importSeed(ticket, false), ticketKey(ticket)]);
  return { kind, privateKey, publicKey: fromBase64Url(publicKey, 32) ?? new Uint8Array() };
}

async function importSeed(ticket: Uint8Array, extractable: boolean): Promise<CryptoKey> {
  const seed = await derive(ticket, 'key');
  const pkcs8 = concatBytes(PKCS8_PREFIX, seed);
  seed.fill(0);
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', extractable, ['sign']);
  pkcs8.fill(0);
  return key;
}

/** WebCrypto has no other way from the one half to the other. */
function publicHalf({ x }: JsonWebKey): Uint8Array {
  const raw = fromBase64Url(x ?? '', 32);
  if (raw === undefined) throw new TypeError('no public half');
  return raw;
}
