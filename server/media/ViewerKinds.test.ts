// What is kept once for viewers who can receive the same, and what is not.
import { describe, expect, it } from 'vitest';
import type { RtpCapabilities, RtpCodecCapability } from 'mediasoup/types';
import { ViewerKinds } from './ViewerKinds.ts';

const opus = (parameters: Record<string, string> = {}): RtpCodecCapability => ({
  kind: 'audio',
  mimeType: 'audio/opus',
  preferredPayloadType: 100,
  clockRate: 48_000,
  channels: 2,
  parameters,
  rtcpFeedback: [{ type: 'nack' }, { type: 'transport-cc' }],
});
const browser = (parameters?: Record<string, string>): RtpCapabilities => ({
  codecs: [opus(parameters)],
  headerExtensions: [],
});

describe('ViewerKinds', () => {
  it('viewers who can receive the same share one object, without what an audience is not sent', () => {
    const kinds = new ViewerKinds();
    const kind = kinds.of(browser());
    expect(kind.codecs?.[0]?.rtcpFeedback).toEqual([{ type: 'nack' }]);
    expect(kinds.of(browser())).toBe(kind);
  });

  it('a viewer who can receive something else has an object of its own, and what was handed in stays as it was', () => {
    const kinds = new ViewerKinds();
    const other = browser({ useinbandfec: '1' });
    expect(kinds.of(other)).not.toEqual(kinds.of(browser()));
    expect(other).toEqual(browser({ useinbandfec: '1' }));
  });

  it('kinds that somebody makes up by the dozen, or at length, are served and not kept', () => {
    const kinds = new ViewerKinds();
    const long = { long: 'x'.repeat(20_000) };
    expect(kinds.of(browser(long))).not.toBe(kinds.of(browser(long)));
    const madeUp = Array.from({ length: 40 }, (_, index) => ({ index: String(index) }));
    const first = madeUp.map((parameters) => kinds.of(browser(parameters)));
    const again = madeUp.map((parameters) => kinds.of(browser(parameters)));
    expect(again).toEqual(first);
    expect(again.filter((kind, index) => kind === first[index])).toHaveLength(32);
  });
});
