// Transports and what the client can receive over them.
import { ProtocolError } from '#protocol/errors';
import type { PeerMedia } from '../../rooms/ports.ts';
import type { Connection } from '../Connection.ts';
import type { Handler } from '../handler.ts';

/** @throws ProtocolError `wrong_state` before the join */
export function requireMedia(connection: Connection): PeerMedia {
  const { media } = connection.requireIn().peer;
  if (media === null) throw new ProtocolError('wrong_state', 'this peer has no media');
  return media;
}

export const startMedia: Handler<'media:start'> = async (_services, connection, { rtpCapabilities }) => {
  await requireMedia(connection).start(rtpCapabilities);
  return {};
};

export const connectTransport: Handler<'transport:connect'> = async (_services, connection, input) => {
  await requireMedia(connection).connect(input.transportId, input.dtlsParameters);
  return {};
};

export const restartIce: Handler<'transport:restartIce'> = async (_services, connection, { transportId }) => ({
  iceParameters: await requireMedia(connection).restartIce(transportId),
});
