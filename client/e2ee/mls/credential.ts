// Who a Member says it is: the JSON in the MLS basic credential, and the MAC that only a link holder can make.
import type { Credential } from 'ts-mls/credential.js';
import type { LinkKeys } from '../link/secrets.ts';
import { bytesEqual, concatBytes, source, toBase64Url, fromBase64Url, utf8 } from '../util/bytes.ts';
import { parseJson, record } from '../util/record.ts';
import { cleanDisplayName } from './displayName.ts';
import type { HostPass } from './hostPass.ts';
import { MACHINE_KINDS, type MachinePass } from './machinePass.ts';

const MAC_BYTES = 32;
/** Longest JSON accepted; a name of 80 emoji fits, a novel does not (it would travel in every tree). */
const MAX_JSON_BYTES = 1_024;
/** UTF-16 units of a display name. */
export const MAX_NAME_LENGTH = 200;
const MAX_GROUP_ID_BYTES = 32;

const SIGNATURE_BYTES = 64;
const PUBLIC_KEY_BYTES = 32;

export interface NewIdentity {
  groupId: Uint8Array;
  peerId: string;
  /** Cleaned where it was read from a credential (SPEC E-23). */
  displayName: string;
  /** Server's time at which the credential was made, ms. */
  timeMs: number;
  /** By the key of the leaf that the same device had before: who comes back (SPEC E-87). */
  again?: Uint8Array;
  /** On the host's device: no mode keeps it out (SPEC E-84). */
  hostPass?: HostPass;
  /** Of a machine of a production, which is nobody (SPEC E-94). */
  machine?: MachinePass;
}

export interface Identity extends NewIdentity {
  /** The generation of the link whose key made the MAC. */
  linkGeneration: number;
}

/** What makes and checks MACs: of the link's present generation, and of those before it that we held. */
export type CredentialKeys = Pick<LinkKeys, 'credMac' | 'linkGeneration' | 'olderMacs'>;

/** MAC input: "cc1 cred" 0x00 json 0x00 signature key; the key's length is fixed, so the split is unambiguous. */
function macInput(json: Uint8Array, signatureKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const zero = new Uint8Array(1);
  return concatBytes(utf8('cc1 cred'), zero, json, zero, signatureKey);
}

/** SPEC E-20. A name that is too long is cut between characters. */
export async function createCredential(
  identity: NewIdentity,
  signatureKey: Uint8Array,
  { credMac, linkGeneration }: CredentialKeys,
): Promise<Credential> {
  const json = encodeIdentity({ ...identity, linkGeneration });
  const mac = await crypto.subtle.sign('HMAC', credMac, macInput(json, signatureKey));
  return { credentialType: 'basic', identity: concatBytes(json, new Uint8Array(mac)) };
}

function encodeIdentity(identity: Identity): Uint8Array<ArrayBuffer> {
  const { groupId, peerId, displayName, timeMs, linkGeneration, again, hostPass, machine } = identity;
  const pass = hostPass && { k: toBase64Url(hostPass.hostKey), s: toBase64Url(hostPass.signature) };
  const ticket = machine && {
    m: machine.kind,
    k: toBase64Url(machine.ticketKey),
    s: toBase64Url(machine.signature),
  };
  const vouched = { ...(again && { p: toBase64Url(again) }), ...(pass && { h: pass }), ...(ticket && { f: ticket }) };
  const rest = { t: timeMs, l: linkGeneration, ...vouched };
  const characters = Array.from(displayName.toWellFormed());
  for (;;) {
    const name = characters.join('');
    const json = utf8(JSON.stringify({ v: 1, g: toBase64Url(groupId), id: peerId, n: name, ...rest }));
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
  keys: CredentialKeys,
): Promise<Identity | undefined> {
  const parts = split(credential);
  const identity = parts && parseIdentity(parts.json);
  if (parts === undefined || identity === undefined || !bytesEqual(identity.groupId, groupId)) return undefined;
  if (identity.linkGeneration > keys.linkGeneration) return undefined;
  const isPresent = identity.linkGeneration === keys.linkGeneration;
  const mac = isPresent ? keys.credMac : keys.olderMacs.get(identity.linkGeneration);
  if (mac === undefined) return undefined;
  const valid = await crypto.subtle.verify('HMAC', mac, source(parts.mac), macInput(parts.json, signatureKey));
  return valid ? identity : undefined;
}

/**
 * Whether it is of a generation of the link that was over before we came. Its MAC is nothing that we could check: the
 * members' Welcome vouches for the tree that it stands in, and no policy lets a newcomer in by it (SPEC E-86).
 */
export function isOfPastLink(credential: Credential, groupId: Uint8Array, keys: CredentialKeys): boolean {
  const identity = readIdentity(credential);
  if (identity === undefined || !bytesEqual(identity.groupId, groupId)) return false;
  return identity.linkGeneration < keys.linkGeneration && !keys.olderMacs.has(identity.linkGeneration);
}

function split(credential: Credential): { json: Uint8Array; mac: Uint8Array } | undefined {
  if (credential.credentialType !== 'basic') return undefined;
  const jsonLength = credential.identity.length - MAC_BYTES;
  if (jsonLength < 2 || jsonLength > MAX_JSON_BYTES) return undefined;
  return { json: credential.identity.subarray(0, jsonLength), mac: credential.identity.subarray(jsonLength) };
}

function parseIdentity(json: Uint8Array): Identity | undefined {
  const { v, g, id, n, t, l, p, h, f } = parseJson(json);
  if (v !== 1 || typeof g !== 'string' || typeof id !== 'string' || typeof n !== 'string') return undefined;
  const groupId = fromBase64Url(g, Math.floor((g.length * 3) / 4));
  if (groupId === undefined || groupId.length > MAX_GROUP_ID_BYTES || !/^[A-Za-z0-9_-]{1,64}$/.test(id))
    return undefined;
  if (n.length > MAX_NAME_LENGTH || typeof t !== 'number' || !Number.isSafeInteger(t)) return undefined;
  if (typeof l !== 'number' || !Number.isInteger(l) || l < 0 || l > 0xffffffff) return undefined;
  const again = typeof p === 'string' ? fromBase64Url(p, SIGNATURE_BYTES) : undefined;
  if (p !== undefined && again === undefined) return undefined;
  const identity = { groupId, peerId: id, displayName: cleanDisplayName(n), timeMs: t, linkGeneration: l };
  const hostPass = h === undefined ? undefined : parsePass(h);
  if (h !== undefined && hostPass === undefined) return undefined;
  const machine = f === undefined ? undefined : parseMachine(f);
  if (f !== undefined && machine === undefined) return undefined;
  return { ...identity, ...(again && { again }), ...(hostPass && { hostPass }), ...(machine && { machine }) };
}

function parseMachine(value: unknown): MachinePass | undefined {
  const { m, k, s } = record(value);
  const kind = MACHINE_KINDS.find((one) => one === m);
  if (kind === undefined || typeof k !== 'string' || typeof s !== 'string') return undefined;
  const [ticketKey, signature] = [fromBase64Url(k, PUBLIC_KEY_BYTES), fromBase64Url(s, SIGNATURE_BYTES)];
  return ticketKey && signature && { kind, ticketKey, signature };
}

function parsePass(value: unknown): HostPass | undefined {
  const { k, s } = record(value);
  if (typeof k !== 'string' || typeof s !== 'string') return undefined;
  const [hostKey, signature] = [fromBase64Url(k, PUBLIC_KEY_BYTES), fromBase64Url(s, SIGNATURE_BYTES)];
  return hostKey && signature && { hostKey, signature };
}
