// What a Peer that leads asks of the server beside the group's own commits.
import type { Handler } from '../handler.ts';

export const kickPeer: Handler<'room:kick'> = (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  room.hosts.kick(peer, input);
  return {};
};

export const setCohosts: Handler<'room:setCohosts'> = (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  room.hosts.setCohosts(peer, input);
  return {};
};

export const endRoom: Handler<'room:end'> = (_services, connection) => {
  const { room, peer } = connection.requireIn();
  room.hosts.end(peer);
  return {};
};

export const hintMode: Handler<'room:hint'> = (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  room.hosts.hint(peer, input);
  return {};
};
