// Who a Member says it is: the JSON in the MLS basic credential, and the MAC that only a link holder can make.
import type { Credential } from 'ts-mls/credential.js';
import { bytesEqual, concatBytes, source, toBase64Url, fromBase64Url, utf8 } from '../util/bytes.ts';
import { cleanDisplayName } from './displayName.ts';

const MAC_BYTES = 32;
/** Longest JSON accepted; a name of 80 emoji fits, a novel does not (it would travel in every tree). */
const MAX_JSON_BYTES = 1_024;
/** UTF-16 units of a display name. */
export const MAX_NAME_LENGTH = 200;
const MAX_GROUP_ID_BYTES = 32;

export interface Identity {
  groupId: Uint8Array;
  peerId: string;
  /** Cleaned where it was read from a credential (SPEC E-23). */
  displayName: string;
  /** Server's time at which the credential was made, ms. */
  timeMs: number;
}

/** MAC input: "cc1 cred" 0x00 json 0x00 signature key; the key's length is fixed, so the split is unambiguous. */
function macInput(json: Uint8Array, signatureKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const zero = new Uint8Array(1);
  return concatBytes(utf8('cc1 cred'), zero, json, zero, signatureKey);
}

/** SPEC E-20. A name that is too long is cut between characters. */
export async function createCredential(
  identity: Identity,
  signatureKey: Uint8Array,
  credMac: CryptoKey,
): Promise<Credential> {
  const json = encodeIdentity(identity);
  const mac = await crypto.subtle.sign('HMAC', credMac, macInput(json, signatureKey));
  return { credentialType: 'basic', identity: concatBytes(json, new Uint8Array(mac)) };
}

function encodeIdentity({ groupId, peerId, displayName, timeMs }: Identity): Uint8Array<ArrayBuffer> {
  const characters = Array.from(displayName.toWellFormed());
  for (;;) {
    const name = characters.join('');
    const json = utf8(JSON.stringify({ v: 1, g: toBase64Url(groupId), id: peerId, n: name, t: timeMs }));
    if (json.length <= MAX_JSON_BYTES && name.length <= MAX_NAME_LENGTH) return json;
    characters.length = Math.min(characters.length - 1, MAX_NAME_LENGTH);
  }
}

/** What was read of a credential's bytes, which never change: each commit and each queue asks it of every leaf of the tree. */
const known = new WeakMap<Uint8Array, Identity | null>();

/** Reads without checking the MAC: for credentials that stand in a tree whose every leaf was verified. */
export function readIdentity(credential: Credential): Identity | undefined {
  if (credential.credentialType !== 'basic') return undefined;
  const before = known.get(credential.identity);
  if (before !== undefined) return before ?? undefined;
  const parts = split(credential);
  const identity = parts === undefined ? undefined : parseIdentity(parts.json);
  known.set(credential.identity, identity ?? null);
  return identity;
}

/** The identity if its MAC is of this link, its key is `signatureKey` and its group is `groupId` (SPEC E-21). */
export async function verifyCredential(
  credential: Credential,
  signatureKey: Uint8Array,
  groupId: Uint8Array,
  credMac: CryptoKey,
): Promise<Identity | undefined> {
  const parts = split(credential);
  if (parts === undefined) return undefined;
  const valid = await crypto.subtle.verify('HMAC', credMac, source(parts.mac), macInput(parts.json, signatureKey));
  if (!valid) return undefined;
  const identity = parseIdentity(parts.json);
  return identity !== undefined && bytesEqual(identity.groupId, groupId) ? identity : undefined;
}

function split(credential: Credential): { json: Uint8Array; mac: Uint8Array } | undefined {
  if (credential.credentialType !== 'basic') return undefined;
  const jsonLength = credential.identity.length - MAC_BYTES;
  if (jsonLength < 2 || jsonLength > MAX_JSON_BYTES) return undefined;
  return { json: credential.identity.subarray(0, jsonLength), mac: credential.identity.subarray(jsonLength) };
}

function parseIdentity(json: Uint8Array): Identity | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source(json)));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { v, g, id, n, t } = value as Record<string, unknown>;
  if (v !== 1 || typeof g !== 'string' || typeof id !== 'string' || typeof n !== 'string') return undefined;
  const groupId = fromBase64Url(g, Math.floor((g.length * 3) / 4));
  if (groupId === undefined || groupId.length > MAX_GROUP_ID_BYTES || !/^[A-Za-z0-9_-]{1,64}$/.test(id))
    return undefined;
  if (n.length > MAX_NAME_LENGTH || typeof t !== 'number' || !Number.isSafeInteger(t)) return undefined;
  return { groupId, peerId: id, displayName: cleanDisplayName(n), timeMs: t };
}
