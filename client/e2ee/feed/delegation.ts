// The host's word on whose devices may list people for viewers while its own is away (SPEC E-206).
import { isHostsWord, rawHostKey } from '../mls/hostPass.ts';
import { bytesOf } from '../mls/hostPolicy.ts';
import { bytesEqual, concatBytes, toBase64Url, utf8 } from '../util/bytes.ts';
import { isWhole, parseJson } from '../util/record.ts';
import { signDocument, takeDocumentApart } from './documents.ts';

/** As many as the host may name co-hosts; each costs every viewer 46 bytes. */
const MAX_DELEGATES = 16;
const KEY_BYTES = 32;

const label = concatBytes(utf8('cc1 delegation'), new Uint8Array(1));

export interface Delegation {
  /** The count of the host's roster that it came in: what an earlier one allowed it allows no more. */
  generation: number;
  /** Feed keys, 32 bytes each. */
  delegates: Uint8Array[];
}

/** Undefined for what cannot stand in a delegation. */
export function parseDelegates(value: unknown): Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_DELEGATES) return undefined;
  const isKey = (key: unknown): key is Uint8Array => key instanceof Uint8Array && key.length === KEY_BYTES;
  return value.every(isKey) ? value : undefined;
}

/** By the Room's host key, which never leaves WebCrypto. */
export async function signDelegation(
  hostKey: CryptoKeyPair,
  roomId: string,
  { generation, delegates }: Delegation,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = toBase64Url(await rawHostKey(hostKey));
  const json = utf8(JSON.stringify({ v: 1, r: roomId, n: generation, k: key, d: delegates.map(toBase64Url) }));
  return signDocument(hostKey.privateKey, label, json);
}

/** Undefined where the key that the link names did not sign it, or not for this Room. Never throws. */
export async function verifyDelegation(
  signed: Uint8Array,
  { roomId, hostKeyHash }: { roomId: string; hostKeyHash: string },
): Promise<Delegation | undefined> {
  const parts = takeDocumentApart(signed);
  if (parts === undefined) return undefined;
  const { v, r, n, k, d } = parseJson(parts.json);
  const hostKey = bytesOf(k, KEY_BYTES);
  const delegates = Array.isArray(d) ? parseDelegates(d.map((key) => bytesOf(key, KEY_BYTES))) : undefined;
  if (v !== 1 || r !== roomId || !isWhole(n) || hostKey === undefined || delegates === undefined) return undefined;
  const { json, signature } = parts;
  const isHosts = await isHostsWord({ hostKey, signature }, concatBytes(label, json), hostKeyHash);
  return isHosts ? { generation: n, delegates } : undefined;
}

export const names = ({ delegates }: Pick<Delegation, 'delegates'>, key: Uint8Array): boolean =>
  delegates.some((one) => bytesEqual(one, key));
