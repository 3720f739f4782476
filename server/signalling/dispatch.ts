// From a message to its handler and back: name → rate → schema → handler → acknowledgement.
import * as v from 'valibot';
import { ProtocolError, type Reply } from '#protocol/errors';
import {
  AIR_CHANGES_PER_CONNECTION,
  CAPTIONS_PER_CONNECTION,
  COHOST_CHANGES_PER_CONNECTION,
  GROUP_BYTES_PER_CONNECTION,
  HEARTBEATS_PER_CONNECTION,
  MAX_KEY_PACKAGE_BYTES,
  MAX_PENDING_REQUESTS,
  PRODUCERS_PER_CONNECTION,
  QUEUE_PACKAGES_PER_SNAPSHOT,
  RENEWALS_PER_CONNECTION,
  REQUESTS_PER_CONNECTION,
  STAGE_BYTES_PER_CONNECTION,
} from '#protocol/limits';
import { REQUESTS, type RequestName } from '#protocol/requests';
import type { Log } from '../observability/log.ts';
import { wireSize } from '../rooms/wireSize.ts';
import { RateLimit, type Rate } from '../util/RateLimit.ts';
import type { Connection } from './Connection.ts';
import type { HandlerServices, HandlerTable } from './handler.ts';
import { refusalOf, type ErrorTeller } from './wireErrors.ts';

export type Dispatch = (connection: Connection, name: unknown, values: readonly unknown[]) => void;

export interface DispatchOptions {
  handlers: HandlerTable;
  services: HandlerServices;
  log: Log;
  tellError: ErrorTeller;
  limits?: Partial<DispatchLimits>;
}

/** Per Connection; the wire's own where absent. */
export interface DispatchLimits {
  requestRate: Rate;
  groupByteRate: Rate;
}

const OVER_PENDING = { code: 'rate_limited', message: 'over MAX_PENDING_REQUESTS' } as const;

type Acknowledge = (reply: Reply<unknown>) => void;

/** Codes that an honest client of this version never meets; they count towards the Connection's end. */
const DISHONEST = new Set(['bad_request', 'too_large', 'unknown_request', 'rate_limited']);

/** Never throws, whatever comes in. */
export function createDispatch({ handlers, services, log, tellError, limits = {} }: DispatchOptions): Dispatch {
  const refuseIfTooMany = createRates(limits);
  const { metrics } = services;

  const answer = async (connection: Connection, name: string, inputs: readonly unknown[]): Promise<Reply<unknown>> => {
    try {
      await refuseIfTooMany(connection, name, inputs);
      if (!isRequest(name)) throw new ProtocolError('unknown_request', 'no request of this name in this version');
      const data = await handle(handlers, services, connection, name, inputs);
      return { ok: true, data };
    } catch (error) {
      return { ok: false, error: tellError(error, isRequest(name) ? name : 'unknown') };
    }
  };

  const run = async (connection: Connection, name: string, inputs: readonly unknown[], acknowledge: Acknowledge) => {
    const isHeld = holdsNotifications(name);
    if (isHeld) connection.hold();
    try {
      const reply = await answer(connection, name, inputs);
      connection.sayWaiting();
      acknowledge(reply);
      const outcome = reply.ok ? 'ok' : reply.error.code;
      metrics.countRequest(isRequest(name) ? name : 'unknown', outcome);
      if (DISHONEST.has(outcome)) connection.countBadMessage();
    } finally {
      if (isHeld) connection.flush();
    }
    if (name === 'room:leave') connection.disconnectIfLeft();
  };

  return (connection, name, values) => {
    const acknowledge = values.at(-1);
    if (typeof name !== 'string' || typeof acknowledge !== 'function') {
      metrics.countIgnoredMessage();
      connection.countBadMessage();
      return;
    }
    if (name === 'room:leave') connection.noteGoodbye();
    const lane = isOfGroup(name) ? connection.lanes.group : connection.lanes.ordered;
    if (lane.size >= MAX_PENDING_REQUESTS) {
      (acknowledge as Acknowledge)({ ok: false, error: OVER_PENDING });
      connection.countBadMessage();
      return;
    }
    const tell = name === 'room:join' ? timeJoin(services, acknowledge as Acknowledge) : (acknowledge as Acknowledge);
    void lane
      .push(() => run(connection, name, values.slice(0, -1), tell))
      .catch((error: unknown) => log.error({ error }, 'dispatch failed'));
  };
}

/** From now to its answer, with what it waits behind other requests of its Connection. */
function timeJoin({ clock, metrics }: HandlerServices, acknowledge: Acknowledge): Acknowledge {
  const arrivedMs = clock.now();
  return (reply) => {
    acknowledge(reply);
    if (reply.ok) metrics.observeJoin(clock.now() - arrivedMs);
  };
}

/** Throws ProtocolError `rate_limited` where this Connection asks for more than any honest one does. */
function createRates(limits: Partial<DispatchLimits>) {
  const rate = new RateLimit(limits.requestRate ?? REQUESTS_PER_CONNECTION);
  const groupBytes = new RateLimit(limits.groupByteRate ?? GROUP_BYTES_PER_CONNECTION);
  const producers = new RateLimit(PRODUCERS_PER_CONNECTION);
  const heartbeats = new RateLimit(HEARTBEATS_PER_CONNECTION);
  const airChanges = new RateLimit(AIR_CHANGES_PER_CONNECTION);
  const captions = new RateLimit(CAPTIONS_PER_CONNECTION);
  const cohostChanges = new RateLimit(COHOST_CHANGES_PER_CONNECTION);
  const renewals = new RateLimit(RENEWALS_PER_CONNECTION);
  const stageBytes = new RateLimit(STAGE_BYTES_PER_CONNECTION);
  return async ({ id }: Connection, name: string, inputs: readonly unknown[]): Promise<void> => {
    refuseIfLimited(await rate.take(id), 'more requests than REQUESTS_PER_CONNECTION');
    if (isOfGroup(name)) {
      refuseIfLimited(await groupBytes.take(id, groupBytesOf(name, inputs)), 'more than GROUP_BYTES_PER_CONNECTION');
    }
    if (name === 'mls:heartbeat') refuseIfLimited(await heartbeats.take(id), 'more than HEARTBEATS_PER_CONNECTION');
    if (name === 'producer:air') refuseIfLimited(await airChanges.take(id), 'more than AIR_CHANGES_PER_CONNECTION');
    if (name === 'stage:caption') refuseIfLimited(await captions.take(id), 'more than CAPTIONS_PER_CONNECTION');
    if (name === 'room:setCohosts')
      refuseIfLimited(await cohostChanges.take(id), 'more than COHOST_CHANGES_PER_CONNECTION');
    if (name === 'consumer:renew')
      refuseIfLimited(await renewals.take(id, renewalsIn(inputs)), 'more than RENEWALS_PER_CONNECTION');
    if (name === 'stage:publish') {
      const bytes = Math.max(wireSize(inputs).bytes, MIN_STAGE_BYTES);
      refuseIfLimited(await stageBytes.take(id, bytes), 'more than STAGE_BYTES_PER_CONNECTION');
    }
    if (name === 'producer:create') refuseIfLimited(await producers.take(id), 'more than PRODUCERS_PER_CONNECTION');
  };
}

function refuseIfLimited(waitMs: number, message: string): void {
  if (waitMs > 0) throw new ProtocolError('rate_limited', message, waitMs);
}

const isRequest = (name: string): name is RequestName => Object.hasOwn(REQUESTS, name);

/** Answered at once, whatever media requests of the same Connection are still under way. */
const isOfGroup = (name: string): boolean => name.startsWith('mls:');

/** A key package, however small, and a commit tell every member the queue, whole. */
const QUEUE_BYTES = QUEUE_PACKAGES_PER_SNAPSHOT * MAX_KEY_PACKAGE_BYTES;

/** A packet to every viewer, however little stands in it. */
const MIN_STAGE_BYTES = 1024;

const groupBytesOf = (name: string, inputs: readonly unknown[]): number =>
  Math.max(wireSize(inputs).bytes, name === 'mls:keyPackage' || name === 'mls:commit' ? QUEUE_BYTES : 0);

/** As many as it names; what is no such request is refused where it is read. */
function renewalsIn([input]: readonly unknown[]): number {
  const { consumerIds } = (input ?? {}) as { consumerIds?: unknown };
  return Array.isArray(consumerIds) ? Math.max(1, consumerIds.length) : 1;
}

const holdsNotifications = (name: string): boolean => name === 'room:join' || isOfGroup(name);

function handle<Name extends RequestName>(
  handlers: HandlerTable,
  services: HandlerServices,
  connection: Connection,
  name: Name,
  inputs: readonly unknown[],
) {
  if (inputs.length !== 1) throw new ProtocolError('bad_request', 'a request takes one input');
  const parsed = v.safeParse(REQUESTS[name], inputs[0], { abortEarly: true });
  if (!parsed.success) throw refusalOf(parsed.issues[0]);
  // The table is typed by name; TypeScript cannot see that schema and handler of one name belong together.
  const handler = handlers[name] as (services: HandlerServices, connection: Connection, input: unknown) => unknown;
  return handler(services, connection, parsed.output);
}
