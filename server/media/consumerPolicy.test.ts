// Rules of the delivery policy: what is hidden is not sent, what is small is sent small.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STREAMS } from '#protocol/ids';
import { DEFAULT_VIEW, decideDelivery, type Forwarded } from './consumerPolicy.ts';

const camera = (width: number, height: number, more: Partial<Forwarded> = {}): Forwarded => ({
  stream: 'camera',
  layers: 3,
  temporalLayers: 3,
  ready: true,
  heard: true,
  view: { visible: true, width, height },
  ...more,
});

const size = fc.double({ min: 0, max: 16_384, noNaN: true });
const anyForwarded: fc.Arbitrary<Forwarded> = fc.record({
  stream: fc.constantFrom(...STREAMS),
  layers: fc.integer({ min: 1, max: 3 }),
  temporalLayers: fc.integer({ min: 1, max: 3 }),
  ready: fc.boolean(),
  heard: fc.boolean(),
  view: fc.record({ visible: fc.boolean(), width: size, height: size }),
});

describe('decideDelivery', () => {
  it('sends a thumbnail the lowest layer, a tile the middle one and a large view the top one', () => {
    expect(decideDelivery(camera(320, 180)).spatialLayer).toBe(0);
    expect(decideDelivery(camera(640, 360)).spatialLayer).toBe(1);
    expect(decideDelivery(camera(1280, 720)).spatialLayer).toBe(2);
    expect(decideDelivery(camera(3840, 2160)).spatialLayer).toBe(2);
  });

  it('stretches a layer by a quarter before it takes the next one', () => {
    expect(decideDelivery(camera(400, 225)).spatialLayer).toBe(0);
    expect(decideDelivery(camera(401, 226)).spatialLayer).toBe(1);
  });

  it('looks at the width of a tile that is wide and low', () => {
    expect(decideDelivery(camera(1280, 100)).spatialLayer).toBe(2);
  });

  it('chooses among two layers, and chooses nothing where there is one', () => {
    expect(decideDelivery(camera(320, 180, { layers: 2 })).spatialLayer).toBe(0);
    expect(decideDelivery(camera(1280, 720, { layers: 2 })).spatialLayer).toBe(1);
    expect(decideDelivery(camera(1280, 720, { layers: 1 })).spatialLayer).toBeNull();
  });

  it('sends a thumbnail half of the frames where there is one size for all, and all frames otherwise', () => {
    const one = { layers: 1 };
    expect(decideDelivery(camera(320, 180, one)).temporalLayer).toBe(1);
    expect(decideDelivery(camera(401, 226, one)).temporalLayer).toBe(2);
    expect(decideDelivery(camera(320, 180)).temporalLayer).toBeNull();
    expect(decideDelivery(camera(320, 180, { ...one, temporalLayers: 1 })).temporalLayer).toBeNull();
    expect(decideDelivery({ ...camera(320, 180, one), stream: 'screen' }).temporalLayer).toBeNull();
  });

  it('sends a client that never told a view the lowest layer, not nothing', () => {
    expect(decideDelivery({ ...camera(0, 0), view: DEFAULT_VIEW })).toMatchObject({
      paused: false,
      spatialLayer: 0,
    });
  });

  it('sends a screen whole however small it is shown, before any face', () => {
    const screen = decideDelivery({ ...camera(160, 90), stream: 'screen' });
    expect(screen.spatialLayer).toBe(2);
    expect(screen.priority).toBeGreaterThan(decideDelivery(camera(3840, 2160)).priority);
  });

  it('sends audio to whoever is ready, whatever the view says, and of microphones those that are heard', () => {
    fc.assert(
      fc.property(anyForwarded, fc.constantFrom('mic' as const, 'screenAudio' as const), (forwarded, stream) => {
        const { paused, spatialLayer } = decideDelivery({ ...forwarded, stream });
        expect(paused).toBe(!forwarded.ready || (stream === 'mic' && !forwarded.heard));
        expect(spatialLayer).toBeNull();
      }),
    );
  });

  it('sends nothing to a client that is not ready, and no picture that is hidden or has no size', () => {
    fc.assert(
      fc.property(anyForwarded, (forwarded) => {
        expect(decideDelivery({ ...forwarded, ready: false }).paused).toBe(true);
        if (forwarded.stream === 'mic' || forwarded.stream === 'screenAudio') return;
        const hidden = { ...forwarded.view, visible: false };
        expect(decideDelivery({ ...forwarded, view: hidden }).paused).toBe(true);
        expect(decideDelivery({ ...forwarded, view: { visible: true, width: 0, height: 720 } }).paused).toBe(true);
      }),
    );
  });

  it('only names layers that exist and priorities that fit one byte', () => {
    fc.assert(
      fc.property(anyForwarded, (forwarded) => {
        const { spatialLayer, temporalLayer, priority } = decideDelivery(forwarded);
        expect(spatialLayer === null || (spatialLayer >= 0 && spatialLayer < forwarded.layers)).toBe(true);
        expect(temporalLayer === null || (temporalLayer >= 0 && temporalLayer < forwarded.temporalLayers)).toBe(true);
        expect(Number.isInteger(priority) && priority >= 1 && priority <= 255).toBe(true);
      }),
    );
  });

  it('never gives a larger view a lower layer or a lower priority', () => {
    fc.assert(
      fc.property(anyForwarded, fc.double({ min: 1, max: 8, noNaN: true }), (forwarded, factor) => {
        const { width, height } = forwarded.view;
        const larger = { ...forwarded.view, width: width * factor, height: height * factor };
        const [small, large] = [decideDelivery(forwarded), decideDelivery({ ...forwarded, view: larger })];
        expect(large.priority).toBeGreaterThanOrEqual(small.priority);
        expect(large.spatialLayer ?? 0).toBeGreaterThanOrEqual(small.spatialLayer ?? 0);
        expect(large.temporalLayer ?? 0).toBeGreaterThanOrEqual(small.temporalLayer ?? 0);
      }),
    );
  });
});
