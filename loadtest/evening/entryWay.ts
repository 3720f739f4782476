// How one who watches reaches the server through the production entry: by its name, over TLS by the test's authority, from an address of their own.
import { Agent, type AgentOptions } from 'node:https';
import { io } from 'socket.io-client';
import type { Platform } from '#core';
import { asSocketLike, OVER_WEBSOCKET } from '../../client/platform/socket.ts';
import { askFrom } from '../media/askFrom.ts';

export interface EntryDoor {
  /** By its name, which no resolver knows. */
  origin: string;
  address: string;
  /** Whom to trust, as text. */
  ca: string;
}

/** @param from one of this machine's addresses, which the server counts by */
export function entryWay({ origin, address, ca }: EntryDoor, from: string): Pick<Platform, 'fetch' | 'createSocket'> {
  const lookup: AgentOptions['lookup'] = (_name, { all }, done) =>
    all === true ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
  const agent = new Agent({ ca, localAddress: from, lookup });
  return {
    fetch: (path, { body }) => askFrom(agent, origin + path, body),
    createSocket: (auth) => {
      const options = {
        ...OVER_WEBSOCKET,
        agent,
        auth: (give: (said: object) => void) => void auth().then(give, () => socket.disconnect()),
      };
      const socket = io(origin, options as unknown as Parameters<typeof io>[1]);
      return asSocketLike(socket);
    },
  };
}
