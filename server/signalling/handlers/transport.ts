// Transports and what the client can receive over them.
import { ProtocolError } from '#protocol/errors';
import type { PeerMedia, ReceiverMedia } from '../../rooms/ports.ts';
import type { Connection } from '../Connection.ts';
import type { Handler } from '../handler.ts';

/** Of a Peer or a viewer. @throws ProtocolError `wrong_state` before the join */
export const requireReceiver = (connection: Connection): ReceiverMedia => present(connection.requirePlace().media);

/** @throws ProtocolError `wrong_state` before the join, `forbidden` for a viewer */
export const requireMedia = (connection: Connection): PeerMedia => present(connection.requireIn().peer.media);

function present<Media>(media: Media | null): Media {
  if (media === null) throw new ProtocolError('wrong_state', 'this device has no media');
  return media;
}

export const startMedia: Handler<'media:start'> = async (_services, connection, { rtpCapabilities }) => {
  await requireReceiver(connection).start(rtpCapabilities);
  return {};
};

export const connectTransport: Handler<'transport:connect'> = async (_services, connection, input) => {
  await requireReceiver(connection).connect(input.transportId, input.dtlsParameters);
  return {};
};

export const restartIce: Handler<'transport:restartIce'> = async (_services, connection, { transportId }) => ({
  iceParameters: await requireReceiver(connection).restartIce(transportId),
});
