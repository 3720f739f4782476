// What viewers' pages show of the stage, in the word of somebody whom the roster lists as a producer (SPEC E-154).
import { PROGRAM_LAYOUTS, PROGRAM_PHASES, type ProgramContent } from '../messages.ts';
import { concatBytes, source, utf8 } from '../util/bytes.ts';
import { isId, isWhole, parseJson, record } from '../util/record.ts';
import { signDocument, takeDocumentApart, type SignedDocument } from './documents.ts';

/** As JSON; what is more the server would not take. */
const MAX_PROGRAM_BYTES = 60_000;
const MAX_PLACES = 9;
const MAX_EVENT_NAME = 200;
/** 40,000 bytes in base64, behind their data: prefix. */
const MAX_LOGO = 53_400;
/** No SVG: it can carry more than a picture. */
const LOGO = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;
const ACCENT = /^#[0-9a-fA-F]{6}$/;

export interface Program {
  content: ProgramContent;
  /** Grows with each program of one producer. */
  count: number;
  timeMs: number;
  producer: string;
}

/** One that nobody vouches for yet. */
export interface UnprovenProgram extends Program {
  readonly document: SignedDocument;
}

/** With just the fields that are known, each within its bounds; undefined otherwise. */
export function parseContent(value: unknown): ProgramContent | undefined {
  const { phase, layout, onAir, screen, labels, captions, startsAtMs, event } = record(value);
  const [knownPhase, knownLayout] = [oneOf(PROGRAM_PHASES, phase), oneOf(PROGRAM_LAYOUTS, layout)];
  const shownEvent = parseEvent(event);
  const places = parsePlaces(onAir);
  const captioned = captions === undefined ? [] : parsePlaces(captions);
  if (!knownPhase || !knownLayout || !shownEvent || !places || !captioned) return undefined;
  if (!(screen === null || isId(screen)) || typeof labels !== 'boolean') return undefined;
  if (!(startsAtMs === null || isWhole(startsAtMs))) return undefined;
  const known = {
    phase: knownPhase,
    layout: knownLayout,
    onAir: places,
    screen,
    labels,
    startsAtMs,
    event: shownEvent,
  };
  return captioned.length === 0 ? known : { ...known, captions: captioned };
}

/** Nobody has two. */
function parsePlaces(value: unknown): string[] | undefined {
  const isList = Array.isArray(value) && value.length <= MAX_PLACES && value.every(isId);
  return isList && new Set(value).size === value.length ? value : undefined;
}

function parseEvent(value: unknown): ProgramContent['event'] | undefined {
  const { name, accent, logo } = record(value);
  if (typeof name !== 'string' || name.length > MAX_EVENT_NAME) return undefined;
  if (!(accent === null || (typeof accent === 'string' && ACCENT.test(accent)))) return undefined;
  if (logo === null) return { name, accent, logo };
  const isPicture = typeof logo === 'string' && logo.length <= MAX_LOGO && LOGO.test(logo);
  return isPicture ? { name, accent, logo } : undefined;
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((one) => one === value);
}

/** "cc1 program" 0x00 roomId 0x00. */
function label(roomId: string): Uint8Array<ArrayBuffer> {
  const zero = new Uint8Array(1);
  return concatBytes(utf8('cc1 program'), zero, utf8(roomId), zero);
}

/** By the producer's feed key. Throws `tooLarge`. */
export async function signProgram(privateKey: CryptoKey, roomId: string, program: Program): Promise<Uint8Array> {
  const { content, count, timeMs, producer } = program;
  const json = utf8(JSON.stringify({ v: 1, n: count, t: timeMs, b: producer, c: content }));
  if (json.length > MAX_PROGRAM_BYTES) throw new Error('tooLarge');
  return signDocument(privateKey, label(roomId), json);
}

/** Reads without checking the signature: whose key it must be signed by stands in it. */
export function readProgram(signed: Uint8Array): UnprovenProgram | undefined {
  const document = takeDocumentApart(signed);
  if (document === undefined || document.json.length > MAX_PROGRAM_BYTES) return undefined;
  const { v, n, t, b, c } = parseJson(document.json);
  const content = parseContent(c);
  if (v !== 1 || !isWhole(n) || !isWhole(t) || !isId(b) || content === undefined) return undefined;
  return { content, count: n, timeMs: t, producer: b, document };
}

/** Whether this key signed it for this Room. Never throws. */
export async function isProducersWord(program: UnprovenProgram, feedKey: CryptoKey, roomId: string): Promise<boolean> {
  const { json, signature } = program.document;
  return crypto.subtle.verify('Ed25519', feedKey, source(signature), concatBytes(label(roomId), json));
}
