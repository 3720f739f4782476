// Encodes what all answers to a join have in common once: what a Router can is two thirds of each.
import * as parser from 'socket.io-parser';
import { randomBase64url } from '../util/secrets.ts';

/** Stands in an answer until it is text; nobody outside can know it, and so write it somewhere else. */
const MARK = randomBase64url(16);
const QUOTED_MARK = `"${MARK}"`;

/** Nobody changes what was shared: its text holds for as long as it lives. */
const texts = new WeakMap<object, string>();

function textOf(shared: object): string {
  const text = texts.get(shared) ?? JSON.stringify(shared);
  texts.set(shared, text);
  return text;
}

type Fields = Readonly<Record<string, unknown>>;

/** One object for all Routers (`offeredCapabilities`), and one each for all Transports of a Worker (`ClientTransport`). */
const SHARED: ReadonlySet<string> = new Set(['routerRtpCapabilities', 'iceCandidates', 'dtlsParameters']);
/** In what of an answer (`Reply`) they are looked for. */
const CARRYING: ReadonlySet<string> = new Set(['data', 'transports', 'send', 'recv', 'transport']);

/** @param found texts of what is shared are put here, in the order of their marks in the copy */
function withMarks(fields: Fields, found: string[]): Fields {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value !== 'object' || value === null) copy[key] = value;
    else if (CARRYING.has(key)) copy[key] = withMarks(value as Fields, found);
    else if (SHARED.has(key)) {
      found.push(textOf(value));
      copy[key] = MARK;
    } else copy[key] = value;
  }
  return copy;
}

class SharingEncoder extends parser.Encoder {
  /** What socket.io's own encodes, letter by letter. */
  override encode(packet: parser.Packet): unknown[] {
    const [reply] = (packet.type === parser.PacketType.ACK ? packet.data : []) as [{ data?: Fields }?];
    if (!reply?.data?.['routerRtpCapabilities']) return super.encode(packet);
    const found: string[] = [];
    const data = [withMarks(reply, found)];
    const [text, ...binaries] = super.encode({ ...packet, data }) as [string, ...unknown[]];
    const [head = '', ...pieces] = text.split(QUOTED_MARK);
    return [pieces.reduce((before, piece, index) => before + found[index] + piece, head), ...binaries];
  }
}

/** For socket.io's `parser`. */
export const sharingParser = { ...parser, Encoder: SharingEncoder };
