// What the host decided for this group, as every member holds it: who acts as host, who may come in, which link counts.
import type { RatchetTree } from 'ts-mls/ratchetTree.js';
import { ROOM_MODES, type RoomMode } from '../messages.ts';
import { bytesEqual, concatBytes, fromBase64Url, toBase64Url, u32, utf8 } from '../util/bytes.ts';
import { parseJson, record } from '../util/record.ts';
import { readIdentity } from './credential.ts';
import { isHostsWord, rawHostKey } from './hostPass.ts';
import { leavesOf } from './policy.ts';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Co-hosts at once: each costs 44 bytes in every Welcome. */
export const MAX_COHOSTS = 16;

/** The host's word on which leaf is its own and whom it trusts to act beside it (SPEC E-81). */
export interface HostClaim {
  groupId: Uint8Array;
  /** Grows with each claim in a group, so that an old one counts for nothing. */
  count: number;
  /** Signature key of the host's leaf. */
  leafKey: Uint8Array;
  /** Signature keys of the leaves that may act beside it. */
  cohostKeys: readonly Uint8Array[];
  /** Raw Ed25519 public key; its hash stands in the link. */
  hostKey: Uint8Array;
}

export interface SignedClaim {
  claim: HostClaim;
  /** As it was signed. */
  json: Uint8Array;
  signature: Uint8Array;
}

export interface HostPolicy {
  /** Null until a host has shown its key in this group. */
  claim: SignedClaim | null;
  mode: RoomMode;
  /** The group adds by the PSK of this generation of the link and by no other. */
  linkGeneration: number;
}

/** Where every group begins. */
export function openPolicy(linkGeneration: number): HostPolicy {
  return { claim: null, mode: 'open', linkGeneration };
}

// ── Who acts ─────────────────────────────────────────────────────────────────────────────────────

/** The leaf that the host's key vouched for, while it is in the tree. */
export function hostLeafOf(policy: HostPolicy, tree: RatchetTree): number | undefined {
  const leafKey = policy.claim?.claim.leafKey;
  return leafKey && leavesOfKeys([leafKey], tree)[0];
}

export function cohostLeavesOf(policy: HostPolicy, tree: RatchetTree): number[] {
  return leavesOfKeys(policy.claim?.claim.cohostKeys ?? [], tree);
}

/**
 * Leaves that may act as host: the host's and its co-hosts'; where none of them is there, the one whose credential is the
 * oldest of those who are no machine, which never acts (SPEC E-95). Nobody as long as no host has shown its key: a room that never had one obeys nobody (SPEC E-82).
 */
export function actingLeavesOf(policy: HostPolicy, tree: RatchetTree): number[] {
  if (policy.claim === null) return [];
  const { leafKey, cohostKeys } = policy.claim.claim;
  const people = new Map<number, number>();
  for (const [leafIndex, leaf] of leavesOf(tree)) {
    const identity = readIdentity(leaf.credential);
    if (identity?.machine === undefined) people.set(leafIndex, identity?.timeMs ?? Infinity);
  }
  const named = leavesOfKeys([leafKey, ...cohostKeys], tree).filter((leafIndex) => people.has(leafIndex));
  if (named.length > 0) return named;
  const byAge = [...people].map(([leafIndex, timeMs]) => ({ leafIndex, timeMs }));
  byAge.sort((one, other) => one.timeMs - other.timeMs || one.leafIndex - other.leafIndex);
  return byAge.slice(0, 1).map(({ leafIndex }) => leafIndex);
}

function leavesOfKeys(keys: readonly Uint8Array[], tree: RatchetTree): number[] {
  if (keys.length === 0) return [];
  const found: number[] = [];
  for (const [leafIndex, leaf] of leavesOf(tree)) {
    if (keys.some((key) => bytesEqual(key, leaf.signaturePublicKey))) found.push(leafIndex);
  }
  return found;
}

// ── The claim ────────────────────────────────────────────────────────────────────────────────────

/** "cc1 host claim" 0x00 json. */
function claimInput(json: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8('cc1 host claim'), new Uint8Array(1), json);
}

/** Signs with the Room's host key, which never leaves WebCrypto. */
export async function signClaim(hostKey: CryptoKeyPair, claim: Omit<HostClaim, 'hostKey'>): Promise<SignedClaim> {
  const raw = await rawHostKey(hostKey);
  const whole: HostClaim = { ...claim, hostKey: raw };
  const { groupId, count, leafKey, cohostKeys } = whole;
  const fields = { v: 1, g: toBase64Url(groupId), n: count, h: toBase64Url(leafKey), c: cohostKeys.map(toBase64Url) };
  const json = utf8(JSON.stringify({ ...fields, k: toBase64Url(raw) }));
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', hostKey.privateKey, claimInput(json)));
  return { claim: whole, json, signature };
}

/** Whether the key whose hash stands in the link signed it, for this group. Never throws. */
export async function verifyClaim(signed: SignedClaim, groupId: Uint8Array, hostKeyHash: string): Promise<boolean> {
  const { claim, json, signature } = signed;
  if (!bytesEqual(claim.groupId, groupId)) return false;
  return isHostsWord({ hostKey: claim.hostKey, signature }, claimInput(json), hostKeyHash);
}

export function encodeClaim({ json, signature }: SignedClaim): { j: string; s: string } {
  return { j: toBase64Url(json), s: toBase64Url(signature) };
}

/** Reads without checking the signature. */
export function decodeClaim(value: unknown): SignedClaim | undefined {
  const { j, s } = record(value);
  const [json, signature] = [bytesOf(j), bytesOf(s, SIGNATURE_BYTES)];
  if (json === undefined || signature === undefined) return undefined;
  const { v, g, n, h, c, k } = parseJson(json);
  const [groupId, leafKey, hostKey] = [bytesOf(g), bytesOf(h, KEY_BYTES), bytesOf(k, KEY_BYTES)];
  if (v !== 1 || !groupId || !leafKey || !hostKey || !isCount(n) || !Array.isArray(c) || c.length > MAX_COHOSTS) {
    return undefined;
  }
  const cohostKeys = c.map((key) => bytesOf(key, KEY_BYTES)).filter((key) => key !== undefined);
  if (cohostKeys.length !== c.length) return undefined;
  return { claim: { groupId, count: n, leafKey, cohostKeys, hostKey }, json, signature };
}

// ── The whole ────────────────────────────────────────────────────────────────────────────────────

/** One spelling for one policy: members compare it by its hash. */
export function encodePolicy({ claim, mode, linkGeneration }: HostPolicy): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify({ v: 1, m: mode, l: linkGeneration, c: claim && encodeClaim(claim) }));
}

export function decodePolicy(bytes: Uint8Array): HostPolicy | undefined {
  const { v, m, l, c } = parseJson(bytes);
  const claim = c === null ? null : decodeClaim(c);
  if (v !== 1 || !isMode(m) || !isCount(l) || claim === undefined) return undefined;
  return { claim, mode: m, linkGeneration: l };
}

const PSK_LABEL = utf8('cc1 mls-psk');

/**
 * "cc1 mls-psk" || u32(linkGeneration) || SHA-256(policy): a group follows one generation of the link (SPEC E-31), and
 * whoever joins by it holds the members' policy or none of their keys (SPEC E-80).
 */
export async function linkPskId(policy: HostPolicy): Promise<Uint8Array<ArrayBuffer>> {
  const digest = await crypto.subtle.digest('SHA-256', encodePolicy(policy));
  return concatBytes(PSK_LABEL, u32(policy.linkGeneration), new Uint8Array(digest));
}

/** Whether it is one of that generation, whatever the policy. */
export function isPskIdOf(pskId: Uint8Array, linkGeneration: number): boolean {
  const prefix = concatBytes(PSK_LABEL, u32(linkGeneration));
  return bytesEqual(pskId.subarray(0, prefix.length), prefix);
}

export const isMode = (value: unknown): value is RoomMode => ROOM_MODES.some((mode) => mode === value);

export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

/** The bytes that a field spells, of that length where one is given. */
export function bytesOf(value: unknown, length?: number): Uint8Array<ArrayBuffer> | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return fromBase64Url(value, length ?? Math.floor((value.length * 3) / 4));
}
