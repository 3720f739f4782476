// What a stream is sent as, and what the server is told of it: layers are only promised where the packets bear them out.
import type { RtpParameters } from 'mediasoup-client/types';
import { describe, expect, it } from 'vitest';
import { asSent, planOf, tuneSender } from './encodings.ts';

const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const DESCRIPTOR = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/** As the browser negotiated it. */
const negotiated = (encodings: RtpParameters['encodings'] = [], ...uris: string[]): RtpParameters =>
  ({ codecs: [], encodings, headerExtensions: uris.map((uri, id) => ({ uri, id })) }) as unknown as RtpParameters;
const modesOf = ({ encodings = [] }: RtpParameters) => encodings.map(({ scalabilityMode = 'none' }) => scalabilityMode);

describe('the encodings of pictures', () => {
  it('name layers within one stream where the packets carry the dependency descriptor', () => {
    const told = (stream: 'camera' | 'screen', codec: 'vp9' | 'av1') =>
      modesOf(asSent(negotiated(planOf(stream, codec).encodings, MID, DESCRIPTOR)));
    expect(told('camera', 'vp9')).toEqual(['L3T3_KEY']);
    expect(told('camera', 'av1')).toEqual(['L1T3']);
    expect(told('screen', 'av1')).toEqual(['L1T3']);
  });

  it('name none where they do not, since there are none', () => {
    for (const codec of ['vp9', 'av1'] as const) {
      for (const stream of ['camera', 'screen'] as const) {
        expect(modesOf(asSent(negotiated(planOf(stream, codec).encodings, MID)))).toEqual(['none']);
      }
    }
  });

  it('are three sizes of VP8 and H.264, each with its mode, whatever the packets carry', () => {
    for (const [codec, mode] of [
      ['vp8', 'L1T3'],
      ['h264', 'none'],
    ] as const) {
      const told = asSent(negotiated(planOf('camera', codec).encodings, MID));
      expect(told.encodings?.map((encoding) => encoding.scaleResolutionDownBy)).toEqual([4, 2, 1]);
      expect(modesOf(told)).toEqual([mode, mode, mode]);
    }
  });

  it('are copies, since mediasoup-client writes into what it is given', () => {
    const [one, other] = [0, 1].map(() => planOf('camera', 'vp8').encodings?.[0]);
    expect(one).toEqual(other);
    expect(one).not.toBe(other);
  });
});

describe('a screen', () => {
  const encodingOf = (purpose?: 'detail' | 'motion') => planOf('screen', 'av1', purpose).encodings;

  it('is one full size: few frames for text, twice as many for films, more bits for more frames', () => {
    const [text, film] = [encodingOf('detail')?.[0], encodingOf('motion')?.[0]];
    expect(encodingOf()).toEqual(encodingOf('detail'));
    expect([text?.maxFramerate, film?.maxFramerate]).toEqual([15, 30]);
    expect(film?.maxBitrate).toBeGreaterThan(text?.maxBitrate ?? 0);
    expect(film).toMatchObject({ scalabilityMode: 'L1T3' });
    expect(film).not.toHaveProperty('scaleResolutionDownBy');
  });

  it('is tuned while it is sent, by what must not give way, and stays as it was where the browser refuses', async () => {
    const set: RTCRtpSendParameters[] = [];
    let refuses = false;
    const sender = {
      getParameters: () => ({ transactionId: '1', encodings: [{ rid: 'r0', maxBitrate: 1, maxFramerate: 15 }] }),
      setParameters: async (parameters: RTCRtpSendParameters) => {
        if (refuses) throw new DOMException('no', 'InvalidModificationError');
        set.push(parameters);
      },
    } as unknown as RTCRtpSender;
    await tuneSender(sender, 'motion');
    await tuneSender(sender, 'detail');
    refuses = true;
    await tuneSender(sender, 'motion');
    expect(set.map(({ encodings, degradationPreference }) => [encodings, degradationPreference])).toEqual([
      [[{ rid: 'r0', maxBitrate: 3_500_000, maxFramerate: 30 }], 'maintain-framerate'],
      [[{ rid: 'r0', maxBitrate: 2_500_000, maxFramerate: 15 }], 'maintain-resolution'],
    ]);
  });
});
