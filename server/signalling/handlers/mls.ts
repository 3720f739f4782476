// The MLS messages of a Peer, handed to the Room's delivery service. All synchronous: their order is their meaning.
import type { PeerId } from '#protocol/ids';
import type { DeliveryService } from '../../rooms/DeliveryService.ts';
import { requirePermission } from '../../rooms/permissions.ts';
import type { Connection } from '../Connection.ts';
import type { Handler } from '../handler.ts';

function requireGroupMember(connection: Connection): { peerId: PeerId; delivery: DeliveryService } {
  const { room, peer } = connection.requireIn();
  requirePermission(peer.role, 'group');
  return { peerId: peer.id, delivery: room.delivery };
}

export const createGroup: Handler<'mls:create'> = (_services, connection, input) => {
  const { peerId, delivery } = requireGroupMember(connection);
  return delivery.create(peerId, input);
};

export const submitKeyPackage: Handler<'mls:keyPackage'> = (_services, connection, input) => {
  const { peerId, delivery } = requireGroupMember(connection);
  return delivery.submitKeyPackage(peerId, input);
};

export const submitCommit: Handler<'mls:commit'> = ({ metrics }, connection, input) => {
  const { peerId, delivery } = requireGroupMember(connection);
  const { room, peer } = connection.requireIn();
  const answer = delivery.commit(peerId, input, room.hosts.mayLead(peer));
  metrics.countCommit(answer.outcome);
  return answer;
};

export const reportReady: Handler<'mls:ready'> = (_services, connection, input) => {
  const { peerId, delivery } = requireGroupMember(connection);
  delivery.ready(peerId, input);
  return {};
};

export const sendHeartbeat: Handler<'mls:heartbeat'> = (_services, connection, input) => {
  const { peerId, delivery } = requireGroupMember(connection);
  delivery.heartbeat(peerId, input);
  return {};
};

export const refuseCommit: Handler<'mls:nack'> = (_services, connection, input) => {
  const { peerId, delivery } = requireGroupMember(connection);
  delivery.nack(peerId, input);
  return {};
};

export const changeLink: Handler<'mls:link'> = (_services, connection, input) => {
  const { room, peer } = connection.requireIn();
  room.hosts.changeLink(peer, input);
  return {};
};

export const sendGroupMessage: Handler<'mls:message'> = (_services, connection, input) => {
  const { peerId, delivery } = requireGroupMember(connection);
  delivery.message(peerId, input);
  return {};
};
