// What goes on air: what members seal for viewers, and which of their Producers viewers get.
import { requirePermission } from '../../rooms/permissions.ts';
import type { Handler } from '../handler.ts';
import { requireMedia } from './transport.ts';

export const publishStage: Handler<'stage:publish'> = (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  room.stage.publish(peer, input);
  return {};
};

export const captionStage: Handler<'stage:caption'> = (_services, connection, { caption }) => {
  const { room, peer } = connection.requireIn();
  room.stage.requireCaption(peer);
  connection.tellViewers('stage:caption', { from: peer.id, caption });
  return {};
};

export const closeStage: Handler<'stage:close'> = (_services, connection) => {
  const { room, peer } = connection.requireIn();
  room.stage.close(peer);
  return {};
};

export const airProducer: Handler<'producer:air'> = async (_services, connection, { producerId, onAir }) => {
  // To take off air what is not on it harms nobody.
  if (onAir) requirePermission(connection.requireIn().peer.role, 'person');
  await requireMedia(connection).setOnAir(producerId, onAir);
  return {};
};
