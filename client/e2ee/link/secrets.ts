// The link's fragment and everything derived from its secret (SPEC E-1 … E-9): proofs for the server, keys for the group.
import { importViewRoot, type ViewRoot } from '../feed/viewKeys.ts';
import { concatBytes, fromBase64Url, source, toBase64Url, u32, utf8, wipe } from '../util/bytes.ts';

const SECRET_BYTES = 24;
const HOST_KEY_HASH_BYTES = 16;

export interface LinkFragment {
  kind: 'member' | 'speaker' | 'viewer';
  /** 24 bytes. */
  secret: Uint8Array;
  /** First 16 bytes of SHA-256 of the host's public key, base64url (22 characters). */
  hostKeyHash: string;
}

export type FragmentFault = 'fragmentMissing' | 'fragmentBroken' | 'versionUnknown';
export type ParsedFragment = { ok: true; fragment: LinkFragment } | { ok: false; fault: FragmentFault };

const KINDS = { '1': 'member', '1s': 'speaker', '1v': 'viewer' } as const;
const PREFIXES = { member: '1', speaker: '1s', viewer: '1v' } as const;

/** 24 random bytes. */
export function createLinkSecret(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/** `1.<secret>.<hostKeyHash>` and its kin, with or without the leading `#`; never throws. */
export function parseFragment(text: string): ParsedFragment {
  const fragment = text.startsWith('#') ? text.slice(1) : text;
  if (fragment === '') return { ok: false, fault: 'fragmentMissing' };
  const [prefix = '', secretText = '', hostKeyHash = '', ...rest] = fragment.split('.');
  if (!isKnownPrefix(prefix)) {
    return { ok: false, fault: /^[0-9]{1,3}[a-z]?$/.test(prefix) ? 'versionUnknown' : 'fragmentBroken' };
  }
  const secret = fromBase64Url(secretText, SECRET_BYTES);
  if (secret === undefined || rest.length > 0 || fromBase64Url(hostKeyHash, HOST_KEY_HASH_BYTES) === undefined) {
    return { ok: false, fault: 'fragmentBroken' };
  }
  return { ok: true, fragment: { kind: KINDS[prefix], secret, hostKeyHash } };
}

function isKnownPrefix(prefix: string): prefix is keyof typeof KINDS {
  return Object.hasOwn(KINDS, prefix);
}

/** Without the `#`. */
export function formatFragment(fragment: LinkFragment): string {
  return `${PREFIXES[fragment.kind]}.${toBase64Url(fragment.secret)}.${fragment.hostKeyHash}`;
}

/** HKDF-SHA-256 (RFC 5869), extract and expand in one. */
async function hkdf(
  secret: Uint8Array,
  salt: string,
  info: Uint8Array,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', source(secret), 'HKDF', false, ['deriveBits']);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: utf8(salt), info: source(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(params, key, length * 8));
}

/** K(label): `roomId` as the text in the link, so that the 0x00 separators cannot occur in it. 32 bytes. */
function deriveLabelled(
  secret: Uint8Array,
  label: string,
  roomId: string,
  linkGeneration: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const zero = new Uint8Array(1);
  const info = concatBytes(utf8(`cc1 ${label}`), zero, utf8(roomId), zero, u32(linkGeneration));
  return hkdf(secret, 'cc1 root', info, 32);
}

/** K("access") in base64url: shown to the server to be let in; it says nothing of the other keys. */
export async function accessProof(secret: Uint8Array, roomId: string, linkGeneration: number): Promise<string> {
  return toBase64Url(await deriveLabelled(secret, 'access', roomId, linkGeneration));
}

/** SHA-256 over the proof's 32 bytes (not over its text), base64url: what the server keeps. Throws on a malformed proof. */
export async function accessVerifier(proof: string): Promise<string> {
  const bytes = fromBase64Url(proof, 32);
  if (bytes === undefined) throw new TypeError('not a proof');
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** The watch link's secret, 24 bytes: members can make it, viewers cannot climb back. */
export async function viewSecret(
  secret: Uint8Array,
  roomId: string,
  linkGeneration: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return (await deriveLabelled(secret, 'view', roomId, linkGeneration)).slice(0, SECRET_BYTES);
}

/** A viewer's admission proof, base64url; its verifier is `accessVerifier` of it. */
export async function viewAccessProof(viewLinkSecret: Uint8Array): Promise<string> {
  return toBase64Url(await hkdf(viewLinkSecret, 'cc1 view-root', utf8('cc1 view-access'), 32));
}

/** What the group needs of the link; all but the PSK are keys that cannot be exported. */
export interface LinkKeys {
  /** HMAC-SHA-256: binds a credential to the link. */
  credMac: CryptoKey;
  /** HMAC-SHA-256: proves that a link holder made the group. */
  beacon: CryptoKey;
  /** AES-256-GCM: hides key packages, in which names stand, on their way. */
  lobby: CryptoKey;
  /** 32 bytes, an external PSK of the MLS key schedule; wiped by whoever closes the Session. */
  psk: Uint8Array<ArrayBuffer>;
  /** What the watch link of this generation opens: seals what viewers are given. */
  viewRoot: ViewRoot;
  linkGeneration: number;
  /** `credMac` of the generations before that were held here: members who came by them are still in the tree. */
  olderMacs: ReadonlyMap<number, CryptoKey>;
}

/** The keys of the next link, with what is needed of the one before, whose PSK is wiped. */
export async function deriveNextLinkKeys(
  before: LinkKeys,
  secret: Uint8Array,
  roomId: string,
  linkGeneration: number,
): Promise<LinkKeys> {
  const keys = await deriveLinkKeys(secret, roomId, linkGeneration);
  wipe(before.psk);
  return { ...keys, olderMacs: new Map(before.olderMacs).set(before.linkGeneration, before.credMac) };
}

export async function deriveLinkKeys(secret: Uint8Array, roomId: string, linkGeneration: number): Promise<LinkKeys> {
  const derive = (label: string) => deriveLabelled(secret, label, roomId, linkGeneration);
  const [mac, beacon, lobby, psk, view] = await Promise.all([
    derive('cred-mac'),
    derive('beacon'),
    derive('lobby'),
    derive('mls-psk'),
    viewSecret(secret, roomId, linkGeneration),
  ]);
  const hmac = (raw: Uint8Array<ArrayBuffer>) =>
    crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  const keys: LinkKeys = {
    credMac: await hmac(mac),
    beacon: await hmac(beacon),
    lobby: await crypto.subtle.importKey('raw', lobby, 'AES-GCM', false, ['encrypt', 'decrypt']),
    psk,
    viewRoot: await importViewRoot(view),
    linkGeneration,
    olderMacs: new Map(),
  };
  wipe(mac, beacon, lobby, view);
  return keys;
}
