// A member without a browser, a picture or a voice: somebody more in the room, at the cost of its keys alone.
import { createRoomClient, parseLink, type RoomClient } from '#core';
import { NodeLine } from '../../../platform/node/NodeLine.ts';
import { createNodePlatform } from '../../../platform/node/nodePlatform.ts';

/** Resolves once it is in the Room. `reachable`: the server's origin from here, where it is another than from browsers. */
export async function quietMember(
  link: string,
  displayName: string,
  reachable = new URL(link).origin,
): Promise<RoomClient> {
  const parsed = parseLink(link, new URL(link).origin);
  if (!parsed.ok) throw new Error(`no link: ${parsed.fault}`);
  const client = createRoomClient({
    platform: createNodePlatform(new NodeLine(reachable)),
    link: parsed.link,
    displayName,
  });
  await client.join();
  if (client.state.get().phase !== 'in') throw new Error(`${displayName} did not get in`);
  return client;
}
