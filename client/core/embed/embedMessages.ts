// What a page and the frame in which it shows a Room say to each other; both sides parse what they are told.
import * as v from 'valibot';
import { EMBED_PATH } from '#protocol/http';
import type { EndReason, JoinStep, LinkFault } from '../types.ts';

export { EMBED_PATH };

/** Of this talk; another number is another talk. */
export const EMBED_VERSION = 1;
const MARK = 'embed';
const MAX_LINK_CHARS = 512;
const MAX_NAME_CHARS = 200;

/** The frame's first word, said to whoever frames it: it holds nothing. */
export const EmbedHello = v.object({
  conclave: v.literal(MARK),
  version: v.literal(EMBED_VERSION),
  say: v.literal('hello'),
});
export type EmbedHello = v.InferOutput<typeof EmbedHello>;

/** The page's answer, to the frame's origin only, with one MessagePort over which all else goes. */
export const EmbedOpen = v.object({
  conclave: v.literal(MARK),
  version: v.literal(EMBED_VERSION),
  say: v.literal('open'),
  /** The whole link, its secret included. */
  link: v.pipe(v.string(), v.maxLength(MAX_LINK_CHARS)),
  /** Stands in the field for the name; the person may change it. */
  displayName: v.optional(v.pipe(v.string(), v.maxLength(MAX_NAME_CHARS))),
  language: v.optional(v.picklist(['en', 'fr'])),
  theme: v.optional(v.picklist(['light', 'dark'])),
});
export type EmbedOpen = v.InferOutput<typeof EmbedOpen>;

/** What the page may ask of the person's devices, which it could also not give to the frame in the first place. */
export const EmbedRequest = v.variant('what', [
  v.object({ id: v.number(), what: v.picklist(['mic', 'camera', 'screen']), on: v.boolean() }),
  v.object({ id: v.number(), what: v.literal('leave') }),
]);
export type EmbedRequest = v.InferOutput<typeof EmbedRequest>;

export type EmbedRefusal = 'origin' | 'unreachable' | LinkFault | 'kindUnsupported';

/** Counts and states: whoever embeds a Room learns no name and no word that is said in it. */
export type EmbedState =
  | { phase: 'loading' }
  | { phase: 'preJoin' }
  | { phase: 'joining'; step: JoinStep }
  | {
      phase: 'in';
      connection: 'online' | 'reconnecting';
      /** Whether the keys are confirmed and what this device sends is sealed under them. */
      sealed: boolean;
      /** Others in the Room. */
      participants: number;
      mic: boolean;
      camera: boolean;
      screen: boolean;
    }
  | { phase: 'ended'; reason: EndReason }
  /** The frame shows no Room, and says why on its screen too. */
  | { phase: 'refused'; cause: EmbedRefusal };

const word = v.pipe(v.string(), v.maxLength(64));
export const EmbedReport = v.variant('say', [
  v.object({
    say: v.literal('state'),
    state: v.variant('phase', [
      v.object({ phase: v.picklist(['loading', 'preJoin']) }),
      v.object({ phase: v.literal('joining'), step: word }),
      v.object({
        phase: v.literal('in'),
        connection: v.picklist(['online', 'reconnecting']),
        sealed: v.boolean(),
        participants: v.number(),
        mic: v.boolean(),
        camera: v.boolean(),
        screen: v.boolean(),
      }),
      v.object({ phase: v.literal('ended'), reason: word }),
      v.object({ phase: v.literal('refused'), cause: word }),
    ]),
  }),
  v.object({ say: v.literal('done'), id: v.number(), ok: v.boolean(), fault: v.optional(word) }),
]);
export type EmbedReport =
  | { say: 'state'; state: EmbedState }
  | { say: 'done'; id: number; ok: boolean; fault?: string };

/** Null for what is no such message. */
export function parseEmbed<Schema extends v.GenericSchema>(
  schema: Schema,
  data: unknown,
): v.InferOutput<Schema> | null {
  const parsed = v.safeParse(schema, data);
  return parsed.success ? parsed.output : null;
}

export const EMBED_HELLO: EmbedHello = { conclave: MARK, version: EMBED_VERSION, say: 'hello' };

export function embedOpen(settings: Omit<EmbedOpen, 'conclave' | 'version' | 'say'>): EmbedOpen {
  return { conclave: MARK, version: EMBED_VERSION, say: 'open', ...settings };
}
