// The schemas as a door: what fits goes through unchanged, anything else is refused, and nothing throws.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { CreateRoomBody, TokenBody } from './http.ts';
import { bytes, PeerId, RoomId, Sequence } from './ids.ts';
import * as limits from './limits.ts';
import { MAX_BINARIES_FROM_SERVER, MAX_RTP_JSON_CHARS, QUEUE_PACKAGES_PER_SNAPSHOT } from './limits.ts';
import { RtpCapabilities } from './media.ts';
import { NOTIFICATIONS } from './notifications.ts';
import { Handshake, REQUESTS, type RequestName } from './requests.ts';

const peer = 'p'.repeat(16);
const key = 'k'.repeat(43);
const groupId = new Uint8Array(32).fill(1);
const some = new Uint8Array([1, 2, 3]);

/** One honest input for each request. */
const HONEST: { [Name in RequestName]: unknown } = {
  'room:join': { resume: { token: key, lastSequence: 3 }, rtpCapabilities: { codecs: [] } },
  'room:look': {},
  'room:leave': {},
  'token:refresh': {},
  'room:kick': { peerId: peer },
  'room:setCohosts': { peerIds: [peer] },
  'room:end': {},
  'room:hint': { mode: 'approve' },
  'media:start': { rtpCapabilities: { codecs: [] } },
  'transport:connect': { transportId: 't-1', dtlsParameters: { fingerprints: [] } },
  'transport:restartIce': { transportId: 't-1' },
  'producer:create': { transportId: 't-1', kind: 'video', stream: 'screen', rtpParameters: {}, paused: true },
  'producer:close': { producerId: 'p-1' },
  'producer:pause': { producerId: 'p-1' },
  'producer:resume': { producerId: 'p-1' },
  'producer:air': { producerId: 'p-1', onAir: true },
  'consumer:ready': { consumerIds: ['c-1', 'c-2'] },
  'consumer:view': { views: [{ consumerId: 'c-1', visible: true, width: 640, height: 360.5 }] },
  'consumer:renew': { consumerIds: ['c-1'] },
  'consumer:keyFrame': { consumerId: 'c-1' },
  'mls:create': { groupId, beacon: some },
  'mls:keyPackage': { groupId, sealed: some },
  'mls:commit': { groupId, epoch: 4, commit: some, welcome: some, added: [peer], removed: [] },
  'mls:ready': { groupId, epoch: 4 },
  'mls:message': { groupId, epoch: 4, message: some },
  'mls:heartbeat': { groupId, epoch: 4, heartbeat: some },
  'mls:nack': { groupId, epoch: 4, commitHash: new Uint8Array(32), reason: 'removedNotGone' },
  'mls:link': { groupId, linkGeneration: 1, beacon: some, verifiers: { member: key } },
  'stage:publish': { groupId, epoch: 4, roster: some, program: some, keys: some },
  'stage:caption': { caption: 'c2VhbGVk' },
  'stage:close': {},
  'feed:create': { verifier: key, label: some, kind: 'return' },
  'feed:list': {},
  'feed:revoke': { feedId: peer },
};

describe('requests', () => {
  test.each(Object.entries(HONEST))('P-51 an honest %s goes through unchanged', (name, input) => {
    expect(v.parse(REQUESTS[name as RequestName], input)).toEqual(input);
  });

  test('P-51 without any one of its fields a request is refused, but for those that may be missing', () => {
    const optional = new Set([
      'room:join.resume',
      'room:join.rtpCapabilities',
      'mls:commit.welcome',
      'feed:create.kind',
      'stage:publish.roster',
      'stage:publish.program',
      'stage:publish.keys',
    ]);
    for (const [name, input] of Object.entries(HONEST)) {
      for (const field of Object.keys(input as object)) {
        const { [field]: _, ...rest } = input as Record<string, unknown>;
        const isFine = v.safeParse(REQUESTS[name as RequestName], rest).success;
        expect([`${name}.${field}`, isFine]).toEqual([`${name}.${field}`, optional.has(`${name}.${field}`)]);
      }
    }
  });

  test('P-51 fields that the schema does not know do not come through', () => {
    const parsed = v.parse(REQUESTS['mls:ready'], { groupId, epoch: 1, extra: 'x', ['__proto__']: { role: 'host' } });
    expect(Object.keys(parsed).toSorted()).toEqual(['epoch', 'groupId']);
  });

  test('P-52 ArrayBuffers of browsers and Buffers of Node leave as Uint8Arrays of the same bytes', () => {
    const parse = (value: unknown) => [...v.parse(bytes(8), value)];
    expect(parse(new Uint8Array([1, 2]).buffer)).toEqual([1, 2]);
    expect(parse(Buffer.from([1, 2]))).toEqual([1, 2]);
    for (const wrong of [new Uint8Array(0), new Uint8Array(9), 'text', [1, 2], null]) {
      expect(v.safeParse(bytes(8), wrong).success).toBe(false);
    }
  });

  test('P-52 an RTP object over its limit, a circular one, and what is no object are refused', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const wrong of [{ x: 'x'.repeat(MAX_RTP_JSON_CHARS) }, circular, { big: 1n }, [], null, 'text']) {
      expect(v.safeParse(RtpCapabilities, wrong).success).toBe(false);
    }
  });
});

describe('whatever comes in', () => {
  const schemas = { ...REQUESTS, Handshake, CreateRoomBody, TokenBody };
  const anything = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, withNullPrototype: true }),
    fc.jsonValue(),
    fc.uint8Array(),
  );

  test.each(Object.entries(schemas))('P-51 %s parses or refuses, and never throws', (_, schema) => {
    fc.assert(
      fc.property(anything, (value) => typeof v.safeParse(schema, value).success === 'boolean'),
      { numRuns: 200 },
    );
  });

  test.each(Object.entries(HONEST))('P-51 %s with one field exchanged for anything never throws', (name, input) => {
    const fields = Object.keys(input as object);
    if (fields.length === 0) {
      expect(v.safeParse(REQUESTS[name as RequestName], input).success).toBe(true);
      return;
    }
    fc.assert(
      fc.property(fc.constantFrom(...fields), anything, (field, value) => {
        const changed = { ...(input as object), [field]: value };
        return typeof v.safeParse(REQUESTS[name as RequestName], changed).success === 'boolean';
      }),
    );
  });
});

describe('ids', () => {
  test.each([
    [RoomId, 22],
    [PeerId, 16],
  ] as const)('an id is base64url of exactly its length', (schema, length) => {
    expect(v.safeParse(schema, 'a'.repeat(length)).success).toBe(true);
    for (const wrong of ['a'.repeat(length - 1), 'a'.repeat(length + 1), `${'a'.repeat(length - 1)}/`, 5, null]) {
      expect(v.safeParse(schema, wrong).success).toBe(false);
    }
  });

  test('numbers that no counter reaches are refused', () => {
    for (const wrong of [-1, 1.5, NaN, Infinity, 2 ** 53, '1'])
      expect(v.safeParse(Sequence, wrong).success).toBe(false);
  });
});

describe('limits', () => {
  test('P-74 a queue snapshot and a Welcome fit into what a client takes', () => {
    expect(QUEUE_PACKAGES_PER_SNAPSHOT + 1).toBeLessThanOrEqual(MAX_BINARIES_FROM_SERVER);
    const largest = limits.MAX_COMMIT_BYTES + limits.MAX_WELCOME_BYTES;
    expect(largest).toBeLessThan(limits.MAX_MESSAGE_BYTES);
  });

  test('every notification has a schema that refuses nonsense', () => {
    for (const [name, schema] of Object.entries(NOTIFICATIONS)) {
      expect([name, v.safeParse(schema, 'nonsense').success]).toEqual([name, false]);
    }
  });
});
