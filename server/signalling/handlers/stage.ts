// What goes on air: what members seal for viewers, and which of their Producers viewers get.
import { ProtocolError } from '#protocol/errors';
import type { Handler } from '../handler.ts';

export const publishStage: Handler<'stage:publish'> = (_services, connection) => {
  connection.requireIn();
  throw new ProtocolError('wrong_state', 'not yet');
};

export const closeStage: Handler<'stage:close'> = (_services, connection) => {
  connection.requireIn();
  throw new ProtocolError('wrong_state', 'not yet');
};

export const airProducer: Handler<'producer:air'> = (_services, connection) => {
  connection.requireIn();
  throw new ProtocolError('wrong_state', 'not yet');
};
