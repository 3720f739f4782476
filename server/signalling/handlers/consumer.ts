// What a Peer or a viewer receives: which Consumers are ready, shown, and in need of a key frame.
import type { Handler } from '../handler.ts';
import { requireMedia, requireReceiver } from './transport.ts';

export const consumersReady: Handler<'consumer:ready'> = async (_services, connection, { consumerIds }) => {
  await requireReceiver(connection).consumersReady(consumerIds);
  return {};
};

export const viewConsumers: Handler<'consumer:view'> = async (_services, connection, { views }) => {
  await requireReceiver(connection).view(views);
  return {};
};

export const renewConsumers: Handler<'consumer:renew'> = async (_services, connection, { consumerIds }) => {
  await requireMedia(connection).renewConsumers(consumerIds);
  return {};
};

export const requestKeyFrame: Handler<'consumer:keyFrame'> = async (_services, connection, { consumerId }) => {
  await requireReceiver(connection).requestKeyFrame(consumerId);
  return {};
};
