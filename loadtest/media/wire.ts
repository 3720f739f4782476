// The server's own wire as those speak it who only load it: a token, a socket, requests that are answered in time.
import type { RoomLink } from '#core';
import { TokenAnswer } from '#protocol/http';
import { PROTOCOL_VERSION } from '#protocol/version';
import { io, type Socket } from 'socket.io-client';
import * as v from 'valibot';
import { proofOf } from '../../client/core/tokenRequest.ts';
import { parseReply } from '../../client/core/signalling/answers.ts';
import { OVER_WEBSOCKET } from '../../client/platform/socket.ts';
import { askFrom } from './askFrom.ts';

/** Of one step of coming in. */
const STEP_TIMEOUT_MS = 20_000;
/** Who come from one address, below what the server lets one have. */
const PEOPLE_PER_ADDRESS = 50;

/** Of the loopback: a crowd sits at many addresses, and the server counts by them. */
export const addressOf = (number: number): string => `127.0.1.${1 + (Math.floor(number / PEOPLE_PER_ADDRESS) % 250)}`;

export async function within<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`somebody waited in vain for ${what}`)), STEP_TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export async function ask<Schema extends v.GenericSchema>(
  socket: Socket,
  name: string,
  payload: object,
  schema?: Schema,
): Promise<v.InferOutput<Schema>> {
  const reply = await within(new Promise<unknown>((resolve) => socket.emit(name, payload, resolve)), name);
  return parseReply(schema ?? v.object({}), reply) as v.InferOutput<Schema>;
}

export async function connect(origin: string, token: string, localAddress: string): Promise<Socket> {
  const socket = io(origin, {
    ...OVER_WEBSOCKET,
    localAddress,
    auth: { version: PROTOCOL_VERSION, token },
  } as Parameters<typeof io>[1]);
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  socket.connect();
  await within(connected, 'its connection').catch((error: unknown) => {
    socket.disconnect();
    throw error;
  });
  return socket;
}

export async function askForToken(origin: string, link: RoomLink, localAddress: string): Promise<string> {
  const proof = { kind: link.kind, proof: await proofOf(link) };
  const answered = askFrom(localAddress, `${origin}/api/rooms/${link.roomId}/tokens`, proof);
  return parseReply(TokenAnswer, (await within(answered, 'its token')).body).token;
}
