// The STUN and TURN servers that a client is told, with credentials that nobody else has and that end by themselves.
import { createHmac } from 'node:crypto';
import type { IceServer } from '#protocol/media';
import type { Clock } from '../rooms/ports.ts';
import { randomBase64url } from '../util/secrets.ts';

export interface IceServerSettings {
  /** Told as they are. */
  iceServers: readonly IceServer[];
  /** Of the TURN server that shares `turnSecret`. */
  urls: readonly string[];
  ttlMs: number;
  turnSecret: string | undefined;
}

/** Tells one user of the TURN server from another in its quotas, and says nothing of who it is. */
const USER_BYTES = 12;

/**
 * What is returned makes those of one answer.
 * @param onCredentials called for each that is given credentials
 */
export function createIceServers(
  settings: IceServerSettings,
  clock: Clock,
  onCredentials: () => void = () => undefined,
): () => IceServer[] {
  const { iceServers, urls, ttlMs, turnSecret } = settings;
  return () => {
    if (turnSecret === undefined || urls.length === 0) return [...iceServers];
    const credentials = turnCredentials({ turnSecret, ttlMs, nowMs: clock.now(), user: randomBase64url(USER_BYTES) });
    onCredentials();
    return [...iceServers, { urls: [...urls], ...credentials, ttlMs }];
  };
}

/**
 * As coturn checks them with `use-auth-secret` (draft-uberti-behave-turn-rest-00, 2.2): the username begins with the second it ends
 * in, and the credential is the HMAC-SHA1 of the username in base64.
 */
export function turnCredentials({
  turnSecret,
  ttlMs,
  nowMs,
  user,
}: {
  turnSecret: string;
  ttlMs: number;
  nowMs: number;
  user: string;
}): { username: string; credential: string } {
  const username = `${Math.floor((nowMs + ttlMs) / 1000)}:${user}`;
  return { username, credential: createHmac('sha1', turnSecret).update(username).digest('base64') };
}
