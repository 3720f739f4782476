// The Device of a watch page: made before there is a place, and kept from one place to the next.
import type { Device, RtpCapabilities } from 'mediasoup-client/types';
import type { Platform } from '../types.ts';

export class WatchDevice {
  readonly #platform: Pick<Platform, 'createDevice'>;
  #made: { router: string; device: Promise<Device> } | null = null;

  constructor(platform: Pick<Platform, 'createDevice'>) {
    this.#platform = platform;
  }

  /** Loaded for such a Router, once for all that are alike. Rejects where this browser cannot; the next call tries again. */
  of(routerRtpCapabilities: Record<string, unknown>): Promise<Device> {
    const router = JSON.stringify(routerRtpCapabilities);
    if (this.#made?.router === router) return this.#made.device;
    const made = { router, device: this.#make(routerRtpCapabilities as unknown as RtpCapabilities) };
    this.#made = made;
    made.device.catch(() => {
      if (this.#made === made) this.#made = null;
    });
    return made.device;
  }

  async #make(routerRtpCapabilities: RtpCapabilities): Promise<Device> {
    const device = await this.#platform.createDevice();
    await device.load({ routerRtpCapabilities });
    return device;
  }
}
