// What an acting host says in a commit, and to the members alone: a claim, a mode, or the secret of a new link.
import { mlsExporter } from 'ts-mls/keySchedule.js';
import type { ClientState } from 'ts-mls/clientState.js';
import type { RatchetTree } from 'ts-mls/ratchetTree.js';
import type { RoomMode } from '../messages.ts';
import { bytesEqual, concatBytes, source, toBase64Url, u64, utf8 } from '../util/bytes.ts';
import { parseJson } from '../util/record.ts';
import { GroupError, type PolicyFault } from './GroupError.ts';
import {
  actingLeavesOf,
  bytesOf,
  decodeClaim,
  encodeClaim,
  isCount,
  isMode,
  verifyClaim,
  type HostPolicy,
  type SignedClaim,
} from './hostPolicy.ts';
import { leafAt } from './policy.ts';
import type { Suite } from './suite.ts';

/** Of a GroupEnv and a Group, what a word needs: this file is below both. */
export interface Reader {
  suite: Suite;
  hostKeyHash: string;
}
type Epoch = { mls: ClientState };

const NONCE_BYTES = 12;
const SECRET_BYTES = 24;

export interface NewLink {
  /** 24 bytes. */
  secret: Uint8Array;
  linkGeneration: number;
}

export interface HostWord {
  claim?: SignedClaim;
  mode?: RoomMode;
  link?: NewLink;
}

export const NO_WORD: HostWord = {};

export function isSilent({ claim, mode, link }: HostWord): boolean {
  return claim === undefined && mode === undefined && link === undefined;
}

/** The policy once the word counts; whether it may count is `checkWord`'s. */
export function applyWord(policy: HostPolicy, { claim, mode, link }: HostWord): HostPolicy {
  return {
    claim: claim ?? policy.claim,
    mode: mode ?? policy.mode,
    linkGeneration: link?.linkGeneration ?? policy.linkGeneration,
  };
}

/**
 * Whether this committer may say so (SPEC E-81 … E-86); a claim's signature was checked when the word was opened.
 * A claim counts for the rest of the same word.
 */
export function checkWord(
  word: HostWord,
  policy: HostPolicy,
  committer: { leafIndex: number; tree: RatchetTree },
  changes: number,
): PolicyFault | undefined {
  if (isSilent(word)) return undefined;
  const { leafIndex, tree } = committer;
  if (word.claim !== undefined) {
    const { count, leafKey } = word.claim.claim;
    const own = leafAt(tree, leafIndex)?.signaturePublicKey;
    const isNewer = count > (policy.claim?.claim.count ?? 0);
    if (own === undefined || !bytesEqual(own, leafKey) || !isNewer) return 'hostWord';
  }
  const claimed = applyWord(policy, word.claim === undefined ? {} : { claim: word.claim });
  if (!actingLeavesOf(claimed, tree).includes(leafIndex)) return 'notActing';
  if (word.link === undefined) return undefined;
  // Alone in its commit: who is removed by a commit can still open what it says.
  return word.link.linkGeneration === policy.linkGeneration + 1 && changes === 0 ? undefined : 'hostWord';
}

// ── Sealed, in the commit's authenticated data ───────────────────────────────────────────────────

function aad(label: string, { mls }: Epoch): Uint8Array<ArrayBuffer> {
  const { groupId, epoch } = mls.groupContext;
  return concatBytes(utf8(label), new Uint8Array(1), groupId, u64(epoch));
}

async function keyOf(env: Reader, group: Epoch, label: string): Promise<CryptoKey> {
  const raw = await mlsExporter(group.mls.keySchedule.exporterSecret, label, new Uint8Array(), 32, env.suite);
  const key = await crypto.subtle.importKey('raw', source(raw), 'AES-GCM', false, ['encrypt', 'decrypt']);
  raw.fill(0);
  return key;
}

/** nonce(12) || AES-256-GCM under MLS-Exporter(label, "", 32) of the group's present epoch (RFC 9420 8.5). */
export async function sealForMembers(
  env: Reader,
  group: Epoch,
  label: string,
  plain: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = source(env.suite.rng.randomBytes(NONCE_BYTES));
  const params = { name: 'AES-GCM', iv, additionalData: aad(label, group) };
  const sealed = await crypto.subtle.encrypt(params, await keyOf(env, group, label), source(plain));
  return concatBytes(iv, new Uint8Array(sealed));
}

/** Undefined where it is not of this epoch's members. */
export async function openForMembers(
  env: Reader,
  group: Epoch,
  label: string,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const iv = source(sealed.subarray(0, NONCE_BYTES));
  const params = { name: 'AES-GCM', iv, additionalData: aad(label, group) };
  const key = await keyOf(env, group, label);
  return crypto.subtle.decrypt(params, key, source(sealed.subarray(NONCE_BYTES))).then(
    (plain) => new Uint8Array(plain),
    () => undefined,
  );
}

const LABEL = 'cc1 host word';

/** No bytes where there is nothing to say. */
export async function sealWord(env: Reader, group: Epoch, word: HostWord): Promise<Uint8Array<ArrayBuffer>> {
  if (isSilent(word)) return new Uint8Array();
  const { claim, mode, link } = word;
  const json = JSON.stringify({
    v: 1,
    ...(claim && { c: encodeClaim(claim) }),
    ...(mode && { m: mode }),
    ...(link && { l: link.linkGeneration, s: toBase64Url(link.secret) }),
  });
  return sealForMembers(env, group, LABEL, utf8(json));
}

/** What a commit of the present epoch says. Throws GroupError `hostWord` where it cannot be read or its claim is not the host's. */
export async function openWord(env: Reader, group: Epoch, sealed: Uint8Array): Promise<HostWord> {
  if (sealed.length === 0) return NO_WORD;
  const plain = await openForMembers(env, group, LABEL, sealed);
  const word = plain && parseWord(plain);
  plain?.fill(0);
  if (word === undefined || isSilent(word)) throw new GroupError('hostWord');
  const { claim } = word;
  const { groupId } = group.mls.groupContext;
  if (claim !== undefined && !(await verifyClaim(claim, groupId, env.hostKeyHash))) throw new GroupError('hostWord');
  return word;
}

function parseWord(plain: Uint8Array): HostWord | undefined {
  const { v, c, m, l, s } = parseJson(plain);
  const word: HostWord = {};
  if (v !== 1) return undefined;
  if (c !== undefined) {
    const claim = decodeClaim(c);
    if (claim === undefined) return undefined;
    word.claim = claim;
  }
  if (m !== undefined) {
    if (!isMode(m)) return undefined;
    word.mode = m;
  }
  if (l !== undefined || s !== undefined) {
    const secret = bytesOf(s, SECRET_BYTES);
    if (secret === undefined || !isCount(l)) return undefined;
    word.link = { secret, linkGeneration: l };
  }
  return word;
}
