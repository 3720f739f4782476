// What a Peer sends: nothing before it is in the group and has reported its keys.
import { ProtocolError } from '#protocol/errors';
import { requireStream } from '../../rooms/permissions.ts';
import type { Handler } from '../handler.ts';
import { requireMedia } from './transport.ts';

export const createProducer: Handler<'producer:create'> = async (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  requireStream(peer.role, input.stream);
  if (!room.delivery.isSealed(peer.id)) throw new ProtocolError('not_sealed', 'report mls:ready before producing');
  return { producerId: await requireMedia(connection).produce(input) };
};

export const closeProducer: Handler<'producer:close'> = (_services, connection, { producerId }) => {
  requireMedia(connection).closeProducer(producerId);
  return {};
};

export const pauseProducer: Handler<'producer:pause'> = async (_services, connection, { producerId }) => {
  await requireMedia(connection).pauseProducer(producerId);
  return {};
};

export const resumeProducer: Handler<'producer:resume'> = async (_services, connection, { producerId }) => {
  await requireMedia(connection).resumeProducer(producerId);
  return {};
};
