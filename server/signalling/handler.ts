// The shape of a request's handler and what it is given.
import type { IceServer } from '#protocol/media';
import type { Answer, Request, RequestName } from '#protocol/requests';
import type { Metrics } from '../observability/metrics.ts';
import type { AccessTokens, Clock } from '../rooms/ports.ts';
import type { RoomDirectory } from '../rooms/RoomDirectory.ts';
import type { Connection } from './Connection.ts';

export interface HandlerServices {
  directory: RoomDirectory;
  tokens: AccessTokens;
  clock: Clock;
  metrics: Metrics;
  /** Made for the answer that they go into: each has credentials of its own. */
  iceServers(): IceServer[];
  /** Another one each time that the server starts. */
  run: string;
}

/** Input is parsed; the answer is the acknowledgement's data; refusals are thrown as ProtocolErrors. */
export type Handler<Name extends RequestName> = (
  services: HandlerServices,
  connection: Connection,
  input: Request<Name>,
) => Answer<Name> | Promise<Answer<Name>>;

export type HandlerTable = { readonly [Name in RequestName]: Handler<Name> };
