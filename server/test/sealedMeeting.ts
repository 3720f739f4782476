// A room whose host and one member are in a group with their keys: where a stage may be opened.
import type { PeerId } from '#protocol/ids';
import { enter, makeRoom, type TestClient } from './testServer.ts';

export const groupId = Buffer.alloc(32, 7);
export const beacon = Buffer.alloc(16, 1);
export const opaque = Buffer.from('opaque');

/** A host and a member in epoch 1, both with their keys. */
export async function sealedMeeting(url: string) {
  const room = await makeRoom(url);
  const [host, ana] = [await enter(url, room, 'host'), await enter(url, room)];
  await host.client.request('mls:create', { groupId, beacon });
  await ana.client.request('mls:keyPackage', { groupId, sealed: opaque });
  await commit(host.client, 0, ana.answer.peerId);
  for (const { client } of [host, ana]) await client.request('mls:ready', { groupId, epoch: 1 });
  return { room, host, ana };
}

export async function commit(client: TestClient, epoch: number, ...added: PeerId[]) {
  const welcome = added.length > 0 ? { welcome: opaque } : {};
  await client.request('mls:commit', {
    groupId,
    epoch,
    commit: Buffer.from(`${epoch}`),
    ...welcome,
    added,
    removed: [],
  });
}

/** Answers come in order, so that whatever a former request caused at others is there once theirs has one. */
export const caughtUp = (client: TestClient) => client.request('token:refresh', {});

export const produce = async (
  { client, answer }: Awaited<ReturnType<typeof enter>>,
  stream: 'mic' | 'camera' = 'mic',
) => {
  const kind = stream === 'mic' ? 'audio' : 'video';
  const { send } = answer.transports;
  const input = { transportId: send.id, kind, stream, rtpParameters: {}, paused: false } as const;
  return (await client.request('producer:create', input)).producerId;
};
