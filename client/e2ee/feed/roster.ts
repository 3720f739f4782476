// The host's word on who may be seen and heard on the stage, and by which key each of them signs (SPEC E-153).
import { STAGE_ROLES, type Roster, type StagePerson, type StageRole } from '../messages.ts';
import { isHostsWord, rawHostKey } from '../mls/hostPass.ts';
import { bytesOf } from '../mls/hostPolicy.ts';
import { concatBytes, toBase64Url, utf8 } from '../util/bytes.ts';
import { isId, isWhole, parseJson, record } from '../util/record.ts';
import { signDocument, takeDocumentApart } from './documents.ts';

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

/** By the Room's host key, which never leaves WebCrypto. */
export async function signRoster(
  hostKey: CryptoKeyPair,
  { roomId, timeMs }: { roomId: string; timeMs: number },
  { people, count }: Roster,
): Promise<Uint8Array<ArrayBuffer>> {
  const listed = people.map(({ peerId, name, title, feedKey, role }) => {
    return { id: peerId, n: name, d: title, k: toBase64Url(feedKey), r: role };
  });
  const key = toBase64Url(await rawHostKey(hostKey));
  const json = utf8(JSON.stringify({ v: 1, r: roomId, n: count, t: timeMs, k: key, p: listed }));
  return signDocument(hostKey.privateKey, label, json);
}

/** Undefined where the key that the link names did not sign it, or not for this Room. Never throws. */
export async function verifyRoster(
  signed: Uint8Array,
  { roomId, hostKeyHash }: { roomId: string; hostKeyHash: string },
): Promise<Roster | undefined> {
  const parts = takeDocumentApart(signed);
  if (parts === undefined) return undefined;
  const { v, r, n, k, p } = parseJson(parts.json);
  const hostKey = bytesOf(k, KEY_BYTES);
  const people = Array.isArray(p) ? parsePeople(p.map(spelledOut)) : undefined;
  if (v !== 1 || r !== roomId || !isWhole(n) || hostKey === undefined || people === undefined) return undefined;
  const { json, signature } = parts;
  const isHosts = await isHostsWord({ hostKey, signature }, concatBytes(label, json), hostKeyHash);
  return isHosts ? { count: n, people } : undefined;
}

function spelledOut(value: unknown): unknown {
  const { id, n, d, k, r } = record(value);
  return { peerId: id, name: n, title: d, feedKey: bytesOf(k, KEY_BYTES), role: r };
}
