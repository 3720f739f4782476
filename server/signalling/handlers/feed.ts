// Feed tickets: made, listed and revoked by who leads.
import type { Handler } from '../handler.ts';

export const createFeed: Handler<'feed:create'> = (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  return { feedId: room.feeds.create(peer, input) };
};

export const listFeeds: Handler<'feed:list'> = (_services, connection) => {
  const { room, peer } = connection.requireIn();
  return { feeds: room.feeds.list(peer) };
};

export const revokeFeed: Handler<'feed:revoke'> = (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  room.feeds.revoke(peer, input);
  return {};
};
