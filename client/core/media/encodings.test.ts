// What a stream is sent as depends on the browser: layers are only promised by those that send them.
import type { Device } from 'mediasoup-client/types';
import { describe, expect, it } from 'vitest';
import { planOf } from './encodings.ts';

const device = (...uris: string[]): Device =>
  ({ sendRtpCapabilities: { headerExtensions: uris.map((uri) => ({ uri })) } }) as unknown as Device;
const WRITES_DESCRIPTOR = device(
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
);
const WRITES_NONE = device('urn:ietf:params:rtp-hdrext:sdes:mid');

const modes = (stream: 'camera' | 'screen', codec: 'vp8' | 'vp9' | 'h264' | 'av1', on: Device) =>
  planOf(stream, codec, on).encodings?.map(({ scalabilityMode = 'none' }) => scalabilityMode);

describe('the encodings of pictures', () => {
  it('name layers within one stream where the browser writes the dependency descriptor', () => {
    expect(modes('camera', 'vp9', WRITES_DESCRIPTOR)).toEqual(['L3T3_KEY']);
    expect(modes('camera', 'av1', WRITES_DESCRIPTOR)).toEqual(['L1T3']);
    expect(modes('screen', 'av1', WRITES_DESCRIPTOR)).toEqual(['L1T3']);
  });

  it('name none where it does not, since there are none', () => {
    for (const codec of ['vp9', 'av1'] as const) {
      for (const stream of ['camera', 'screen'] as const) expect(modes(stream, codec, WRITES_NONE)).toEqual(['none']);
    }
  });

  it('are three sizes of VP8 and H.264 in any browser', () => {
    for (const browser of [WRITES_DESCRIPTOR, WRITES_NONE]) {
      for (const codec of ['vp8', 'h264'] as const) {
        const sizes = planOf('camera', codec, browser).encodings?.map((encoding) => encoding.scaleResolutionDownBy);
        expect(sizes).toEqual([4, 2, 1]);
      }
    }
  });

  it('are copies, since mediasoup-client writes into what it is given', () => {
    const [one, other] = [0, 1].map(() => planOf('camera', 'vp8', WRITES_NONE).encodings?.[0]);
    expect(one).toEqual(other);
    expect(one).not.toBe(other);
  });
});
