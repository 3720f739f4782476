// Whatever a client sends is either understood or refused, and no Worker is the worse for it.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProtocolError } from '#protocol/errors';
import { parseDtlsParameters, parseRtpCapabilities, parseRtpParameters } from './rtpInput.ts';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { openTestPlane, TestRoom } from './test/mediaTestBed.ts';
import { opusParameters, vp8Parameters } from './test/rtpSamples.ts';

const ABS_CAPTURE_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

describe('parseRtpParameters', () => {
  it('keeps what Chromium sends', () => {
    expect(parseRtpParameters('audio', opusParameters(7))).toMatchObject(opusParameters(7));
    const video = vp8Parameters(3);
    expect(parseRtpParameters('video', video).encodings).toMatchObject(video['encodings'] as object[]);
  });

  it('drops abs-capture-time and fields that nobody knows', () => {
    const parsed = parseRtpParameters('audio', {
      ...opusParameters(7),
      headerExtensions: [{ uri: ABS_CAPTURE_TIME, id: 3 }],
      surprise: { nested: true },
    });
    expect(parsed.headerExtensions).toEqual([]);
    expect(parsed).not.toHaveProperty('surprise');
  });

  it.each([
    ['a fractional maxBitrate', { encodings: [{ ssrc: 1, maxBitrate: 1.5 }] }],
    ['an SSRC of 33 bits', { encodings: [{ ssrc: 2 ** 32 }] }],
    ['four encodings', { encodings: [{ ssrc: 1 }, { ssrc: 2 }, { ssrc: 3 }, { ssrc: 4 }] }],
    ['a RID with a slash', { encodings: [{ rid: 'a/b' }] }],
    ['no codec at all', { codecs: [] }],
    ['only a retransmission codec', { codecs: [{ mimeType: 'audio/rtx', payloadType: 97, clockRate: 48_000 }] }],
    ['a codec that is not ours', { codecs: [{ mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8_000 }] }],
    ['codecs that are no list', { codecs: {} }],
    ['a payload type of 8 bits', { codecs: [{ mimeType: 'audio/opus', payloadType: 200, clockRate: 48_000 }] }],
  ])('refuses %s', (_what, change) => {
    expect(() => parseRtpParameters('audio', { ...opusParameters(7), ...change })).toThrow(ProtocolError);
  });
});

describe('parseRtpCapabilities', () => {
  it('keeps known codecs with their retransmission and drops the rest', () => {
    const codec = (mimeType: string, preferredPayloadType: number) => ({
      kind: mimeType.split('/')[0],
      mimeType,
      preferredPayloadType,
      clockRate: 90_000,
    });
    const parsed = parseRtpCapabilities({
      codecs: [
        codec('video/VP8', 96),
        codec('video/rtx', 97),
        codec('video/H265', 98),
        codec('video/AV1', 99),
        codec('video/H264', 100),
        codec('video/VP9', 101),
        codec('audio/PCMU', 0),
      ],
      headerExtensions: [{ kind: 'video', uri: ABS_CAPTURE_TIME, preferredId: 10 }],
    });
    expect(parsed.codecs!.map(({ mimeType }) => mimeType)).toEqual([
      'video/VP8',
      'video/rtx',
      'video/AV1',
      'video/H264',
      'video/VP9',
    ]);
    expect(parsed.headerExtensions).toEqual([]);
  });
});

describe('parsers', () => {
  const parsers = [
    parseRtpCapabilities,
    parseDtlsParameters,
    (input: unknown) => parseRtpParameters('audio', input),
    (input: unknown) => parseRtpParameters('video', input),
  ];

  it('answer any input with a value or with bad_request', () => {
    fc.assert(
      fc.property(fc.constantFrom(...parsers), fc.anything(), (parse, input) => {
        const outcome = outcomeOf(() => parse(input));
        expect(outcome === 'parsed' || outcome === 'bad_request').toBe(true);
      }),
    );
  });
});

describe('a Worker', () => {
  let plane: SfuMediaPlane;
  beforeAll(async () => {
    plane = await openTestPlane(1);
  });
  afterAll(() => plane?.close());

  it('outlives whatever a client makes of its RTP parameters, capabilities and DTLS parameters', async () => {
    const room = await new TestRoom(plane).open();
    await fc.assert(
      fc.asyncProperty(anyMutation, fc.boolean(), async (mutate, video) => {
        const peer = await room.peer().open();
        const rtpParameters = mutate(video ? vp8Parameters(3) : opusParameters());
        const requests = [
          peer.produce(video ? 'camera' : 'mic', { rtpParameters }),
          peer.media.start(mutate(room.capabilities)),
          peer.media.connect(peer.transports!.recv.id, mutate(dtlsParameters())),
        ];
        const outcomes = await Promise.allSettled(requests);
        const refusals = outcomes.filter((one) => one.status === 'rejected').map(({ reason }) => reason.code);
        expect(refusals.every((code) => code === 'bad_request')).toBe(true);
        peer.media.close();
      }),
      { numRuns: 300 },
    );
    expect(plane.status()).toMatchObject({ ready: true, deaths: 0 });
    // Not only alive: its channel still carries requests.
    const peer = await room.peer().openAndStart();
    await expect(peer.produce('camera')).resolves.toEqual(expect.any(String));
    room.media.close();
  }, 60_000);
});

function dtlsParameters(): Record<string, unknown> {
  const value = Array.from({ length: 32 }, () => 'AB').join(':');
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}

function outcomeOf(parse: () => unknown): string {
  try {
    parse();
    return 'parsed';
  } catch (error) {
    return error instanceof ProtocolError ? error.code : String(error);
  }
}

const anyLeaf = fc.oneof(
  fc.constantFrom(
    null,
    '',
    0,
    -1,
    1.5,
    2 ** 31,
    2 ** 32,
    1e300,
    true,
    [],
    {},
    'x'.repeat(300),
    '\u0000',
    [[]],
    '__proto__',
  ),
  fc.jsonValue(),
);

/** Replaces, removes or doubles a few values anywhere in a copy of a valid object. */
const anyMutation = fc
  .array(fc.record({ at: fc.nat(), how: fc.constantFrom('replace', 'remove', 'double'), value: anyLeaf }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((changes) => (valid: unknown): Record<string, unknown> => {
    const copy = structuredClone(valid) as Record<string, unknown>;
    for (const { at, how, value } of changes) {
      // A copy: the same list put into itself by two changes would have no end.
      const places = placesIn(copy);
      const place = places[at % Math.max(1, places.length)];
      if (place === undefined) continue;
      const { holder, key } = place;
      if (how === 'replace') holder[key] = structuredClone(value);
      else if (how === 'remove') delete holder[key];
      else if (Array.isArray(holder)) holder.push(structuredClone(holder[key]));
    }
    return copy;
  });

function placesIn(value: unknown): { holder: Record<string, unknown> & unknown[]; key: string & number }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { holder: value as Record<string, unknown> & unknown[], key: key as string & number },
    ...placesIn(inner),
  ]);
}
