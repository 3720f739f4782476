// Members with a stage: each with a place whose keys and server note what they are asked, in order.
import type { StagePerson } from '#e2ee';
import { createTalkBed, type TalkBed } from './talkBed.ts';
import { NOBODY_LEADS } from './nobodyLeads.ts';
import { StageTalk } from '../stage/StageTalk.ts';
import type { ShowStore } from '../stage/ShowKeeper.ts';
import type { RoomLink } from '../types.ts';
import type { StagePlace } from '../stage/StagePlace.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** The server is so far ahead of everybody's clock. */
export const SERVER_AHEAD_MS = 5_000;

/** What one member's keys and server did, one word each. */
export interface Backstage {
  readonly log: string[];
  /** Calls that fail from now on. */
  readonly failing: Set<string>;
  /** Calls that are never answered. */
  readonly hanging: Set<string>;
  /** Calls that are answered so many milliseconds late. */
  readonly slow: Map<string, number>;
  place: StagePlace | null;
  rosters: StagePerson[][];
  programs: unknown[];
  /** Whom it named beside each roster, by the first letter of their names. */
  delegations: string[];
  /** What of the host's word its worker holds. */
  delegation: Delegated | null;
  /** Rosters that its worker opened. */
  opened: number;
  /** A place of its own, with another worker. */
  renew(): void;
}

export interface StageBed extends Omit<TalkBed<StageTalk>, 'acting'> {
  of(name: string): Backstage;
  /** Who leads; the first of them holds the host's key where `hosted`. */
  lead(...names: string[]): void;
  /** Whom the host named. */
  cohosts: string[];
  hosted: boolean;
  /** Machines in a hall. */
  halls: Set<string>;
  epoch: number;
  /** What each person's device keeps, by their name without a number behind it; they come back as `ana2`. */
  kept: Map<string, string>;
  link: RoomLink;
  /** Whose devices make captions. */
  makers: Set<string>;
}

type Delegated = { generation: number; delegates: number[][] };
type Said = Omit<StagePerson, 'feedKey'> & { feedKey: number[] };

/** Under fake timers. */
export function createStageBed(): StageBed {
  const all = new Map<string, Backstage>();
  const parts = new Map<string, StageTalk>();
  const kept = new Map<string, string>();
  const link: RoomLink = { roomId: 'R', kind: 'member', secret: new Uint8Array(24), hostKeyHash: 'H' };
  const people = { cohosts: [] as string[], halls: new Set<string>(), makers: new Set<string>() };
  const bed = { hosted: true, epoch: 1, acting: [] as string[], kept, link, ...people };
  const made = (name: string): Backstage => {
    const before = all.get(name);
    if (before !== undefined) return before;
    const backstage: Backstage = {
      log: [],
      failing: new Set(),
      hanging: new Set(),
      slow: new Map(),
      place: null,
      rosters: [],
      programs: [],
      delegations: [],
      delegation: null,
      opened: 0,
      renew: () =>
        (backstage.place = placeOf(backstage, name, {
          epoch: () => bed.epoch,
          isHost: () => bed.hosted && bed.acting[0] === name,
        })),
    };
    backstage.renew();
    all.set(name, backstage);
    return backstage;
  };
  const talk = createTalkBed(
    (context) => {
      const part = new StageTalk(context, {
        isMachine: (peerId) => bed.halls.has(peerId),
        makesCaptions: (peerId) => bed.makers.has(peerId),
      });
      parts.set(context.self().peerId, part);
      return part;
    },
    (name) => ({
      stage: () => made(name).place,
      showStore: storeOf(kept, name.replace(/\d+$/, '')),
      link: () => bed.link,
      hosting: () => ({
        ...NOBODY_LEADS,
        host: bed.hosted ? (bed.acting[0] ?? null) : null,
        acting: bed.acting,
        cohosts: bed.cohosts,
        iAct: bed.acting.includes(name),
        iAmHost: bed.hosted && bed.acting[0] === name,
      }),
      ask: (async (request: string, input: object) => {
        const sent = Object.keys(input).filter((key) => key !== 'groupId' && key !== 'epoch');
        await did(made(name), [request, ...sent].join(' '));
        if (request === 'stage:publish' && sent.includes('keys')) {
          const { groupId, epoch } = input as { groupId: Uint8Array; epoch: number };
          for (const [each, part] of parts) if (each !== name) part.keysPublished(groupId, epoch);
        }
        return {};
      }) as never,
    }),
  );
  return Object.assign(bed, {
    of: made,
    come: talk.come,
    pass: talk.pass,
    lead(...names: string[]) {
      bed.acting = names;
      talk.acting = names;
    },
  });
}

const storeOf = (kept: Map<string, string>, device: string): ShowStore => ({
  read: () => kept.get(device) ?? null,
  write: (text) => void (text === null ? kept.delete(device) : kept.set(device, text)),
});

async function did(backstage: Backstage, what: string): Promise<void> {
  backstage.log.push(what);
  if (backstage.hanging.has(what)) await new Promise(() => undefined);
  const lateMs = backstage.slow.get(what);
  if (lateMs !== undefined) await new Promise((resolve) => setTimeout(resolve, lateMs));
  if (backstage.failing.has(what)) throw new Error('refused');
}

function placeOf(
  backstage: Backstage,
  name: string,
  { epoch, isHost }: { epoch: () => number; isHost: () => boolean },
): StagePlace {
  return {
    serverNowMs: () => Date.now() + SERVER_AHEAD_MS,
    epoch,
    feedKey: async () => new Uint8Array(32).fill(name.charCodeAt(0)),
    setOnAir: (streams) => did(backstage, `keys ${streams.join(' ')}`.trim()),
    setAir: (streams) => did(backstage, `server ${streams.join(' ')}`.trim()),
    signRoster: async (people, count, delegates = []) => {
      backstage.rosters.push(people);
      backstage.delegations.push(delegates.map((key) => String.fromCharCode(key[0] ?? 0)).join(' '));
      const listed = people.map((one) => ({ ...one, feedKey: [...one.feedKey] }));
      const own: Delegated = { generation: count, delegates: delegates.map((key) => [...key]) };
      const by = isHost() ? own : (backstage.delegation ?? own);
      backstage.delegation = by;
      const keys = by.delegates.map((key) => Uint8Array.from(key));
      const signed = encoder.encode(JSON.stringify({ count, people: listed, ...by }));
      return { signed, sealed: new Uint8Array([1]), generation: by.generation, delegates: keys };
    },
    openRoster: async (signed) => {
      const said = JSON.parse(decoder.decode(signed)) as { count: number; people: Said[] } & Delegated;
      const { count, people, generation, delegates } = said;
      backstage.opened += 1;
      backstage.delegation = { generation, delegates };
      const listed = people.map((one) => ({ ...one, feedKey: Uint8Array.from(one.feedKey) }));
      return { count, people: listed, generation, delegates: delegates.map((key) => Uint8Array.from(key)) };
    },
    signProgram: async (content) => {
      backstage.programs.push(content);
      return new Uint8Array([2]);
    },
    sealCaption: async ({ text }) => {
      await did(backstage, `seal ${text}`);
      return encoder.encode(text);
    },
    wrapStage: async () => ({ groupId: new Uint8Array([7]), epoch: epoch(), wrapped: new Uint8Array([3]) }),
    stageGroup: async () => new Uint8Array([7]),
  };
}
