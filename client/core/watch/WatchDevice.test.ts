// The Device of a watch page is made once for all Routers that are alike.
import { generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { describe, expect, it, vi } from 'vitest';
import { createPacketlessDevice } from '../../platform/node/packetlessDevice.ts';
import { WatchDevice } from './WatchDevice.ts';

const ROUTER = generateRouterRtpCapabilities() as unknown as Record<string, unknown>;

describe('WatchDevice', () => {
  it('W-29 is the same for the next place, and another for another kind of Router', async () => {
    const createDevice = vi.fn(async () => createPacketlessDevice());
    const device = new WatchDevice({ createDevice });
    const first = await device.of(ROUTER);
    expect(first.loaded).toBe(true);
    expect(await device.of(structuredClone(ROUTER))).toBe(first);
    expect(await device.of({ ...ROUTER, headerExtensions: [] })).not.toBe(first);
    expect(createDevice).toHaveBeenCalledTimes(2);
  });

  it('W-29 is tried again after it could not be made', async () => {
    const createDevice = vi.fn(async () => createPacketlessDevice());
    createDevice.mockRejectedValueOnce(new Error('not yet'));
    const device = new WatchDevice({ createDevice });
    await expect(device.of(ROUTER)).rejects.toThrow('not yet');
    expect((await device.of(ROUTER)).loaded).toBe(true);
  });
});
