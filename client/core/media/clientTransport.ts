// A Transport of a Device as a client makes it from the server's offer, member or viewer alike.
import type { IceServer, TransportOptions } from '#protocol/media';
import type { DtlsParameters, Transport, TransportOptions as ClientTransportOptions } from 'mediasoup-client/types';
import type { Platform } from '../types.ts';
import type { Ask } from './Publishing.ts';

/** The offer in the Device's own types. */
export function transportSettings(
  offered: TransportOptions,
  iceServers: IceServer[],
  platform: Pick<Platform, 'transportSettings'>,
): ClientTransportOptions {
  return {
    ...(offered as unknown as ClientTransportOptions),
    iceServers: iceServers as RTCIceServer[],
    additionalSettings: platform.transportSettings(),
  };
}

/** Tells the server of the Transport's own end when it is first used. @returns the Transport */
export function connectable(transport: Transport, ask: Ask): Transport {
  transport.on('connect', ({ dtlsParameters }, done, fail) => {
    const asked: DtlsParameters = dtlsParameters;
    ask('transport:connect', { transportId: transport.id, dtlsParameters: { ...asked } }).then(() => done(), fail);
  });
  return transport;
}
