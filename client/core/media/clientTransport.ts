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
    iceServers: rtcIceServers(iceServers),
    additionalSettings: platform.transportSettings(),
  };
}

/** As browsers take them. */
export function rtcIceServers(iceServers: readonly IceServer[]): RTCIceServer[] {
  return iceServers.map(({ urls, username, credential }) => ({
    urls,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  }));
}

/** Tells the server of the Transport's own end when it is first used. */
export function connectable(transport: Transport, ask: Ask): void {
  transport.on('connect', ({ dtlsParameters }, done, fail) => {
    tellOwnEnd(transport, dtlsParameters, ask).then(done, fail);
  });
}

/**
 * As `connectable`, but looks for the way through the network while the server is told: what it has to know of our end it needs only
 * once the way is found, which takes at least as long.
 */
export function connectAtOnce(transport: Transport, ask: Ask, onRefused: (error: unknown) => void): void {
  transport.on('connect', ({ dtlsParameters }, done) => {
    tellOwnEnd(transport, dtlsParameters, ask).catch(onRefused);
    done();
  });
}

/** The server was told with the join: there is nothing to wait for. */
export function connectedAhead(transport: Transport): void {
  transport.on('connect', (_own, done) => done());
}

async function tellOwnEnd(transport: Transport, dtlsParameters: DtlsParameters, ask: Ask): Promise<void> {
  await ask('transport:connect', { transportId: transport.id, dtlsParameters: { ...dtlsParameters } });
}
