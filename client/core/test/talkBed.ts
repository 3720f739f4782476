// Some members who talk: each with one part of the talk and a clock of its own, over a group that passes on what is said.
import type { GroupMember } from '#e2ee';
import { vi } from 'vitest';
import { parsePayload } from '../talk/payload.ts';
import type { TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { Notice } from '../types.ts';
import { NOBODY_LEADS } from './nobodyLeads.ts';

export interface Talker<Part> {
  part: Part;
  notices: Omit<Notice, 'id' | 'atMs'>[];
  /** What it said, opened and parsed. */
  said: unknown[];
  leave(): void;
}

export interface TalkBed<Part> {
  /** Comes in with a clock that is `skewMs` ahead; the others learn of it at once. */
  come(name: string, skewMs?: number): Talker<Part>;
  /** Who acts as host. */
  acting: string[];
  /** Milliseconds go by, and everything that is due happens. */
  pass(ms: number): Promise<void>;
}

/** One whose Peer id, key and name are the same word. */
export const memberOf = (name: string, self = false): GroupMember => ({
  peerId: name,
  displayName: name,
  leafIndex: 0,
  keyHash: name,
  self,
});

/** Under fake timers. Peer ids are the names. */
/** @param more of the context, for parts that lean on more than the group */
export function createTalkBed<Part extends TalkPart>(
  create: (context: TalkContext) => Part,
  more: (name: string) => Partial<TalkContext> = () => ({}),
): TalkBed<Part> {
  const talkers = new Map<string, Talker<Part>>();
  let ids = 0;
  const others = (name: string): GroupMember[] =>
    [...talkers.keys()].filter((each) => each !== name).map((peerId) => memberOf(peerId));
  const tellMembers = (): void => {
    for (const [name, { part }] of talkers) part.setMembers?.(others(name), memberOf(name, true));
  };
  const contextOf = (name: string, skewMs: number): TalkContext => ({
    say: async (bytes) => {
      const payload = parsePayload(bytes);
      if (payload === null) throw new Error('not a payload');
      talkers.get(name)?.said.push(payload);
      for (const [each, { part }] of talkers) {
        if (each !== name) part.handle?.(payload, { from: name, displayName: name, epoch: 1 });
      }
    },
    self: () => ({ peerId: name, displayName: name }),
    nameOf: (peerId) => (talkers.has(peerId) ? peerId : ''),
    hosting: () => ({ ...NOBODY_LEADS, acting: bed.acting, iAct: bed.acting.includes(name) }),
    nowMs: () => Date.now() + skewMs,
    stage: () => null,
    showStore: null,
    link: () => ({ roomId: 'R'.repeat(22), kind: 'member', secret: new Uint8Array(24), hostKeyHash: 'H'.repeat(22) }),
    createId: () => `id-number-${++ids}`,
    relay: { port: null, roomId: () => '', token: () => '' },
    notify: (notice) => void talkers.get(name)?.notices.push(notice),
    lineReading: async () => null,
    onChange: () => undefined,
    ask: () => Promise.reject(new Error('no server here')),
    devices: { isOn: () => false, set: async () => ({ ok: true }) },
    onRoomEnded: () => undefined,
    ...more(name),
  });
  const bed: TalkBed<Part> = {
    acting: [],
    come(name, skewMs = 0) {
      const part = create(contextOf(name, skewMs));
      const talker: Talker<Part> = {
        part,
        notices: [],
        said: [],
        leave() {
          talkers.delete(name);
          part.close?.();
          tellMembers();
        },
      };
      talkers.set(name, talker);
      tellMembers();
      part.setReady?.(true);
      return talker;
    },
    pass: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
  };
  return bed;
}
