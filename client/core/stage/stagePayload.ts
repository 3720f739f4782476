// The stage on the wire among members: who leads the show and how it stands, its branding, and what each person on it says.
import * as v from 'valibot';
import { Key32 } from '#protocol/ids';
import { PROGRAM_LAYOUTS, PROGRAM_PHASES } from '#e2ee';

/** As many as a roster for viewers lists. */
export const MAX_STAGE_PEOPLE = 32;
/** Places of a scene: three by three is the most that is told apart on a phone. */
export const MAX_ON_AIR = 9;
export const MAX_STAGE_NAME_CHARS = 200;
export const MAX_STAGE_TITLE_CHARS = 120;
export const MAX_EVENT_NAME_CHARS = 120;
/** Of the whole data URL: with it the branding stays well below what one message of the group may weigh. */
export const MAX_LOGO_CHARS = 40_000;
/** 32 people with names and titles of three bytes a character, and the signature, in base64url. */
const MAX_ROSTER_CHARS = 56_000;
/** The last moment that a Date can hold (ECMA-262, section 21.4.1.1). */
const LAST_DATE_MS = 8.64e15;

/** Bounded, not judged: who is not in the group is nobody. */
export const SomePeerId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
/** Of the words of who leads, the higher is the later one. */
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 31));
/** ms since 1970 by the server's clock. */
const ServerMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_DATE_MS));

const Person = v.object({
  id: SomePeerId,
  /** Name and title as viewers read them. */
  n: v.pipe(v.string(), v.maxLength(MAX_STAGE_NAME_CHARS)),
  d: v.pipe(v.string(), v.maxLength(MAX_STAGE_TITLE_CHARS)),
  r: v.picklist(['speaker', 'producer']),
  /** Was on air in this show, or is about to be: viewers may know of them. */
  s: v.boolean(),
});

export const Show = v.object({
  phase: v.picklist(PROGRAM_PHASES),
  layout: v.picklist(PROGRAM_LAYOUTS),
  people: v.pipe(v.array(Person), v.maxLength(MAX_STAGE_PEOPLE)),
  /** In the order of their places; each is on air from `at` on. */
  air: v.pipe(v.array(v.object({ id: SomePeerId, at: ServerMs })), v.maxLength(MAX_ON_AIR)),
  /** Whose screen is on air. */
  screen: v.nullable(SomePeerId),
  labels: v.boolean(),
  startsAt: v.nullable(ServerMs),
  /** When the time that is shown to the speakers is up. */
  timer: v.nullable(ServerMs),
});
export type Show = v.InferOutput<typeof Show>;
export type ShowPerson = Show['people'][number];

/** `show` null: the stage is closed. */
const StagePayload = v.object({ t: v.literal('stage'), n: Count, show: v.nullable(Show) });

export const Brand = v.object({
  name: v.pipe(v.string(), v.maxLength(MAX_EVENT_NAME_CHARS)),
  accent: v.nullable(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/))),
  logo: v.nullable(
    v.pipe(
      v.string(),
      v.maxLength(MAX_LOGO_CHARS),
      v.regex(/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/),
    ),
  ),
});

const StageBrandPayload = v.object({ t: v.literal('stageBrand'), n: Count, ...Brand.entries });

/** The roster as the host's key signed it; whoever passes it on can change nothing of it. */
const StageRosterPayload = v.object({
  t: v.literal('stageRoster'),
  r: v.pipe(v.string(), v.maxLength(MAX_ROSTER_CHARS), v.regex(/^[A-Za-z0-9_-]+$/)),
});

/** The public half of the key by which the sender signs what it sends on air. */
const FeedKeyPayload = v.object({ t: v.literal('feedKey'), k: Key32 });

/** The sender is off air by their own doing: the cue of this moment, and every earlier one, holds no more. */
const OffAirPayload = v.object({ t: v.literal('offAir'), at: ServerMs, why: v.picklist(['left', 'failed']) });

/** Whom the sender speaks to over the show: one, all (`*`), or nobody any more. */
const TalkBackPayload = v.object({
  t: v.literal('talkBack'),
  to: v.nullable(v.union([v.literal('*'), SomePeerId])),
});

export const STAGE_PAYLOADS = [
  StagePayload,
  StageBrandPayload,
  StageRosterPayload,
  FeedKeyPayload,
  OffAirPayload,
  TalkBackPayload,
] as const;
