// What the worker believes of what it is posted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToWorker } from '../messages.ts';
import { CONTENT } from '../test/stage.ts';
import { parseEvent, parseToWorker } from './parseMessage.ts';

const groupId = new Uint8Array(16).fill(1);
const bytes = Uint8Array.of(1, 2, 3);

const PERSON = { peerId: 'a', name: 'A', title: '', feedKey: new Uint8Array(32), role: 'speaker' } as const;

const GOOD: ToWorker[] = [
  { type: 'close' },
  { type: 'call', id: 1, call: { name: 'counters' } },
  { type: 'call', id: 2, call: { name: 'enter', group: null } },
  { type: 'call', id: 3, call: { name: 'enter', group: { groupId, epoch: 4, beacon: bytes } } },
  { type: 'call', id: 4, call: { name: 'say', payload: bytes } },
  { type: 'call', id: 5, call: { name: 'dropTrack', trackId: 't' } },
  { type: 'call', id: 6, call: { name: 'announceLink', verifiers: { member: 'v' } } },
  { type: 'call', id: 7, call: { name: 'feedKey' } },
  { type: 'call', id: 7, call: { name: 'setOnAir', streams: ['mic', 'screen'] } },
  { type: 'call', id: 7, call: { name: 'signRoster', count: 2, people: [PERSON], delegates: [new Uint8Array(32)] } },
  { type: 'call', id: 7, call: { name: 'stageGroup' } },
  { type: 'call', id: 7, call: { name: 'openRoster', signed: bytes } },
  { type: 'call', id: 7, call: { name: 'signProgram', count: 2, content: { ...CONTENT, labels: false } } },
  { type: 'call', id: 7, call: { name: 'wrapStage', roster: bytes } },
  { type: 'call', id: 7, call: { name: 'sealCaption', line: 3, text: 'the minutes', final: false } },
  {
    type: 'call',
    id: 7,
    call: { name: 'watch', settings: { roomId: 'r', viewSecret: new Uint8Array(24), hostKeyHash: 'h' } },
  },
  { type: 'stage', event: { name: 'stage:roster', roster: bytes } },
  { type: 'stage', event: { name: 'stage:program', program: bytes } },
  { type: 'stage', event: { name: 'stage:caption', from: 'a', caption: bytes } },
  { type: 'stage', event: { name: 'stage:keys', groupId, epoch: 3, wrapped: bytes } },
  { type: 'reply', requestId: 3, reply: { outcome: 'answered', data: { outcome: 'created' } } },
  { type: 'reply', requestId: 3, reply: { outcome: 'failed', code: 'timeout' } },
  { type: 'event', event: { name: 'mls:ended', groupId } },
  { type: 'event', event: { name: 'mls:allReady', groupId, epoch: 3 } },
  { type: 'event', event: { name: 'mls:barred', groupId, epoch: 3 } },
  { type: 'event', event: { name: 'mls:reopened', groupId, epoch: 3, commitHash: bytes } },
  { type: 'event', event: { name: 'mls:heartbeat', groupId, epoch: 3, from: 'a', heartbeat: bytes } },
  { type: 'event', event: { name: 'mls:commit', groupId, epoch: 3, from: 'a', commit: bytes } },
  { type: 'event', event: { name: 'mls:welcome', groupId, epoch: 3, from: 'a', welcome: bytes } },
  { type: 'event', event: { name: 'mls:message', groupId, epoch: 3, from: 'a', message: bytes } },
  {
    type: 'event',
    event: {
      name: 'mls:queue',
      groupId,
      epoch: 3,
      waiting: [{ peerId: 'b', sealed: bytes }],
      gone: [{ peerId: 'c', goneForMs: 12.5 }],
    },
  },
];

describe('parseToWorker', () => {
  it('E-71 every message of the contract comes through as it was sent', () => {
    for (const message of GOOD) expect(parseToWorker(message)).toEqual(message);
  });

  it('E-71 a message with any one field missing or of another type is refused, or is a failed reply', () => {
    for (const message of GOOD) {
      for (const broken of brokenFormsOf(message)) {
        const parsed = parseToWorker(broken);
        if (message.type === 'reply' && parsed?.type === 'reply')
          expect(parsed.reply.outcome).toMatch(/answered|failed/);
        else expect(parsed).toBeUndefined();
      }
    }
  });

  it('E-71 E-94 a machine comes with its ticket and with no host’s key, and is none at all where that cannot be read', async () => {
    const hostKey = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const opened = (machine: unknown) => {
      const who = { roomId: 'r', secret: new Uint8Array(24), linkGeneration: 0, peerId: 'p', displayName: 'OBS' };
      const settings = { ...who, serverTimeOffsetMs: 0, hostKeyHash: 'h', hostKey, machine };
      return parseToWorker({ type: 'call', id: 1, call: { name: 'open', settings } });
    };
    const machine = { kind: 'feed', ticket: new Uint8Array(32) };
    expect(opened(machine)).toMatchObject({ call: { settings: { machine } } });
    expect(opened(machine)).not.toMatchObject({ call: { settings: { hostKey: expect.anything() } } });
    expect(opened(undefined)).toMatchObject({ call: { settings: { hostKey } } });
    for (const broken of [{ ...machine, kind: 'guest' }, { ...machine, ticket: new Uint8Array(31) }, true, null]) {
      expect(opened(broken)).toBeUndefined();
    }
  });

  it('E-71 no input makes it throw, and nothing it was not given comes out', () => {
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withNullPrototype: true, maxDepth: 4 }), (value) => {
        expect(parseToWorker({ type: 'event', event: value })).toBeUndefined();
        parseToWorker(value);
        parseEvent(value);
      }),
    );
  });
});

/** The message with each of its fields, at any depth, in turn deleted or replaced by a symbol-like stranger. */
function* brokenFormsOf(message: unknown, path: string[] = []): Generator<unknown> {
  const at = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], message);
  if (typeof at !== 'object' || at === null || at instanceof Uint8Array) return;
  for (const key of Object.keys(at)) {
    // Any data may be in a reply; and flags may be true.
    if (key === 'data' || key === 'labels' || key === 'final') continue;
    for (const stranger of [undefined, true, -1.5]) yield replaced(message, [...path, key], stranger);
    yield* brokenFormsOf(message, [...path, key]);
  }
}

function replaced(value: unknown, [key = '', ...rest]: string[], stranger: unknown): unknown {
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...value] as unknown as Record<string, unknown>)
    : { ...(value as object) };
  copy[key] = rest.length === 0 ? stranger : replaced(copy[key], rest, stranger);
  return copy;
}
