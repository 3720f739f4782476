// The word of the host, or of whom it delegated, on who may be seen and heard on the stage, and by which key each signs (SPEC E-153, E-206).
import { STAGE_ROLES, type Roster, type StagePerson, type StageRole } from '../messages.ts';
import { isHostKey, isHostsWord, rawHostKey } from '../mls/hostPass.ts';
import { bytesOf } from '../mls/hostPolicy.ts';
import { concatBytes, source, toBase64Url, utf8 } from '../util/bytes.ts';
import { isId, isWhole, parseJson, record } from '../util/record.ts';
import { names, signDelegation, verifyDelegation } from './delegation.ts';
import { signDocument, takeDocumentApart, type SignedDocument } from './documents.ts';
import type { FeedKey } from './FeedKey.ts';

/** A stage has nine places; the rest wait, or direct. Each costs 100 to 500 bytes of a document that every viewer loads. */
const MAX_PEOPLE = 32;
const MAX_NAME = 200;
const MAX_TITLE = 120;
const KEY_BYTES = 32;

const label = concatBytes(utf8('cc1 roster'), new Uint8Array(1));
const isRole = (value: unknown): value is StageRole => STAGE_ROLES.some((role) => role === value);

/** Undefined for what cannot stand in a roster; nobody twice, and no key twice, or one's frames could be shown as another's. */
export function parsePeople(value: unknown): StagePerson[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_PEOPLE) return undefined;
  const people = value.map(parsePerson).filter((person) => person !== undefined);
  const ids = new Set(people.map(({ peerId }) => peerId));
  const keys = new Set(people.map(({ feedKey }) => toBase64Url(feedKey)));
  return [people.length, ids.size, keys.size].every((count) => count === value.length) ? people : undefined;
}

function parsePerson(value: unknown): StagePerson | undefined {
  const { peerId, name, title, feedKey, role } = record(value);
  const isKey = feedKey instanceof Uint8Array && feedKey.length === KEY_BYTES;
  if (!isId(peerId) || !isText(name, MAX_NAME) || !isText(title, MAX_TITLE)) return undefined;
  return isKey && isRole(role) ? { peerId, name, title, feedKey, role } : undefined;
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}

interface Listing extends Pick<Roster, 'people' | 'count'> {
  roomId: string;
  timeMs: number;
}

/** By the Room's host key, which never leaves WebCrypto. */
export async function signRoster(
  hostKey: CryptoKeyPair,
  listing: Listing,
  delegates: Uint8Array[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  const { roomId, count: generation } = listing;
  const isAny = delegates.length > 0;
  const delegation = isAny ? await signDelegation(hostKey, roomId, { generation, delegates }) : undefined;
  return signDocument(hostKey.privateKey, label, spell(listing, await rawHostKey(hostKey), delegation));
}

/** By the feed key that the delegation names: whoever reads it need not have seen the host's own last roster. */
export async function signRosterForHost(
  { publicKey, privateKey }: Pick<FeedKey, 'publicKey' | 'privateKey'>,
  listing: Listing,
  delegation: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return signDocument(privateKey, label, spell(listing, publicKey, delegation));
}

function spell({ roomId, timeMs, people, count }: Listing, key: Uint8Array, delegation: Uint8Array | undefined) {
  const listed = people.map(({ peerId, name, title, feedKey, role }) => {
    return { id: peerId, n: name, d: title, k: toBase64Url(feedKey), r: role };
  });
  const m = delegation && toBase64Url(delegation);
  return utf8(JSON.stringify({ v: 1, r: roomId, n: count, t: timeMs, k: toBase64Url(key), p: listed, m }));
}

/** `delegation` as it was signed: what a roster of one of its delegates carries. */
export type VerifiedRoster = Roster & { delegation: Uint8Array | null };

interface Link {
  roomId: string;
  hostKeyHash: string;
}

/** Undefined where neither the key that the link names signed it, nor one that it delegated, or not for this Room. Never throws. */
export async function verifyRoster(signed: Uint8Array, link: Link): Promise<VerifiedRoster | undefined> {
  const parts = takeDocumentApart(signed);
  if (parts === undefined) return undefined;
  const { v, r, n, k, p, m } = parseJson(parts.json);
  const key = bytesOf(k, KEY_BYTES);
  const people = Array.isArray(p) ? parsePeople(p.map(spelledOut)) : undefined;
  if (v !== 1 || r !== link.roomId || !isWhole(n) || key === undefined || people === undefined) return undefined;
  const delegation = m === undefined ? null : (bytesOf(m) ?? new Uint8Array());
  const named = delegation && (await verifyDelegation(delegation, link));
  if (named === undefined) return undefined;
  const roster = {
    count: n,
    people,
    generation: named?.generation ?? n,
    delegates: named?.delegates ?? [],
    delegation,
  };
  if (await isHostKey(key, link.hostKeyHash)) {
    const word = { hostKey: key, signature: parts.signature };
    // What the host delegates goes with this very roster.
    const isHosts = await isHostsWord(word, concatBytes(label, parts.json), link.hostKeyHash);
    return isHosts && roster.generation === n ? roster : undefined;
  }
  return named !== null && names(named, key) && (await isSignedBy(key, parts)) ? roster : undefined;
}

async function isSignedBy(key: Uint8Array, { json, signature }: SignedDocument): Promise<boolean> {
  try {
    const verifying = await crypto.subtle.importKey('raw', source(key), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', verifying, source(signature), concatBytes(label, json));
  } catch {
    return false;
  }
}

/** Whatever the host signs is later than all that its delegates signed before, whatever they counted. */
export const isOlder = (
  one: Pick<Roster, 'generation' | 'count'>,
  than: Pick<Roster, 'generation' | 'count'>,
): boolean => one.generation < than.generation || (one.generation === than.generation && one.count < than.count);

function spelledOut(value: unknown): unknown {
  const { id, n, d, k, r } = record(value);
  return { peerId: id, name: n, title: d, feedKey: bytesOf(k, KEY_BYTES), role: r };
}
