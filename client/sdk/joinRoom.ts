// A Room without any page of ours: for those who draw their own, in their own page, which then holds the keys.
import { createRoomClient, parseLink, type EndReason, type LinkFault, type RoomClient } from '#core';
import { createSdkPlatform } from './sdkPlatform.ts';

export interface JoinOptions {
  /** As the others will read it. */
  displayName: string;
  /** Passed on and stopped by the client; without them it joins silent and unseen. */
  mic?: MediaStreamTrack;
  camera?: MediaStreamTrack;
  /** Gives up joining; once in the Room use `leave`. */
  signal?: AbortSignal;
}

/** Why it was not joined: `cause` says it in one word. */
export class JoinError extends Error {
  override readonly cause: LinkFault | EndReason;
  constructor(cause: LinkFault | EndReason) {
    super(`the room was not joined: ${cause}`);
    this.name = 'JoinError';
    this.cause = cause;
  }
}

/**
 * Joins the Room that a link opens. Resolves once in it, with all that the SDK offers (`state`, `setMic`, `chat`, `leave` …).
 * The server has to name this page's origin in `EMBED_ORIGINS` where it is another than its own.
 * @param link the whole link, its secret behind the `#` included; keep it out of logs
 * @throws JoinError
 */
export async function joinRoom(link: string, options: JoinOptions): Promise<RoomClient> {
  const { displayName, mic, camera, signal } = options;
  const origin = URL.canParse(link) ? new URL(link).origin : location.origin;
  const parsed = parseLink(link, origin);
  if (!parsed.ok) throw new JoinError(parsed.fault);
  const client = createRoomClient({
    platform: createSdkPlatform(origin),
    link: parsed.link,
    displayName,
    ...(mic && { mic }),
    ...(camera && { camera }),
  });
  const leave = () => client.leave();
  signal?.addEventListener('abort', leave);
  if (signal?.aborted) leave();
  await client.join();
  signal?.removeEventListener('abort', leave);
  const state = client.state.get();
  if (state.phase === 'in') return client;
  client.close();
  throw new JoinError(state.phase === 'ended' ? state.reason : 'failed');
}
