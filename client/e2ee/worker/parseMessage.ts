// What the page posts, checked before it is believed: the worker holds the keys and takes nothing on trust.
import {
  type Call,
  type GroupRef,
  type HostCall,
  type LinkVerifiers,
  type ServerEvent,
  type ServerReply,
  type SessionSettings,
  type ToWorker,
} from '../messages.ts';
import { TICKET_BYTES } from '../link/ticket.ts';
import { isMode } from '../mls/hostPolicy.ts';
import { MACHINE_KINDS } from '../mls/machinePass.ts';
import { asBytes, isEpoch, parseGroupRef } from '../mls/replies.ts';
import { isId, isWhole, record } from '../util/record.ts';
import { parseFeedCall, parseStageEvent, parseWatchSettings } from './parseFeed.ts';

/** The message, or undefined for what is none of ours. */
export function parseToWorker(value: unknown): ToWorker | undefined {
  const { type, id, call, event, requestId, reply } = record(value);
  switch (type) {
    case 'call': {
      const parsed = parseCall(call);
      return isWhole(id) && parsed !== undefined ? { type, id, call: parsed } : undefined;
    }
    case 'event': {
      const parsed = parseEvent(event);
      return parsed && { type, event: parsed };
    }
    case 'stage': {
      const parsed = parseStageEvent(event);
      return parsed && { type, event: parsed };
    }
    case 'reply':
      return isWhole(requestId) ? { type, requestId, reply: parseReply(reply) } : undefined;
    case 'close':
      return { type };
    default:
      return undefined;
  }
}

function parseCall(value: unknown): Call | undefined {
  const { name, settings, group, payload, trackId } = record(value);
  switch (name) {
    case 'open': {
      const parsed = parseSettings(settings);
      return parsed && { name, settings: parsed };
    }
    case 'enter': {
      const ref: GroupRef | null | undefined = group === null ? null : parseGroupRef(group);
      return ref === undefined ? undefined : { name, group: ref };
    }
    case 'say': {
      const bytes = asBytes(payload);
      return bytes && { name, payload: bytes };
    }
    case 'dropTrack':
      return typeof trackId === 'string' ? { name, trackId } : undefined;
    case 'counters':
      return { name };
    case 'watch': {
      const parsed = parseWatchSettings(settings);
      return parsed && { name, settings: parsed };
    }
    default:
      return parseHostCall(record(value)) ?? parseFeedCall(record(value));
  }
}

function parseHostCall({
  name,
  mode,
  peerIds,
  peerId,
  secret,
  verifiers,
}: Record<string, unknown>): HostCall | undefined {
  switch (name) {
    case 'setMode':
      return isMode(mode) ? { name, mode } : undefined;
    case 'admit':
    case 'setCohosts': {
      const ids = parseList(peerIds, (id) => (isId(id) ? id : undefined));
      return ids && { name, peerIds: ids };
    }
    case 'kick':
      return isId(peerId) ? { name, peerId } : undefined;
    case 'rotateLink': {
      const [bytes, proofs] = [asBytes(secret), parseVerifiers(verifiers)];
      return bytes?.length === 24 && proofs ? { name, secret: bytes, verifiers: proofs } : undefined;
    }
    case 'announceLink': {
      const proofs = parseVerifiers(verifiers);
      return proofs && { name, verifiers: proofs };
    }
    default:
      return undefined;
  }
}

function parseVerifiers(value: unknown): LinkVerifiers | undefined {
  const { member, speaker, viewer } = record(value);
  if (!isId(member)) return undefined;
  return { member, ...(isId(speaker) && { speaker }), ...(isId(viewer) && { viewer }) };
}

function parseSettings(value: unknown): SessionSettings | undefined {
  const { roomId, secret, linkGeneration, peerId, displayName, serverTimeOffsetMs, ...host } = record(value);
  const bytes = asBytes(secret);
  if (!isId(roomId) || bytes === undefined || bytes.length !== 24 || !isId(peerId)) return undefined;
  if (!isWhole(linkGeneration) || linkGeneration > 0xffffffff || typeof displayName !== 'string') return undefined;
  if (typeof serverTimeOffsetMs !== 'number' || !Number.isFinite(serverTimeOffsetMs)) return undefined;
  const { hostKeyHash } = host;
  if (!isId(hostKeyHash)) return undefined;
  const hostKey = parseHostKey(host.hostKey);
  // Anything that may be meant so keeps it off the air.
  const membersOnly = Boolean(host.membersOnly);
  const machine = parseMachine(host.machine);
  if (host.machine !== undefined && machine === undefined) return undefined;
  const self = { peerId, displayName, ...(membersOnly && { membersOnly }), ...(machine && { machine }) };
  const settings = { roomId, secret: bytes, linkGeneration, ...self, serverTimeOffsetMs, hostKeyHash };
  // A machine leads nobody, whatever else its device keeps.
  if (hostKey === undefined || machine !== undefined) return settings;
  const hostMode = isMode(host.hostMode) && host.hostMode;
  const hostCohosts = Array.isArray(host.hostCohosts) && host.hostCohosts.filter(isId);
  return { ...settings, hostKey, ...(hostMode && { hostMode }), ...(hostCohosts && { hostCohosts }) };
}

function parseMachine(value: unknown): SessionSettings['machine'] {
  const { kind: name, ticket } = record(value);
  const [kind, bytes] = [MACHINE_KINDS.find((one) => one === name), asBytes(ticket)];
  return kind && bytes?.length === TICKET_BYTES ? { kind, ticket: bytes } : undefined;
}

function parseHostKey(value: unknown): CryptoKeyPair | undefined {
  const { publicKey, privateKey } = record(value);
  return publicKey instanceof CryptoKey && privateKey instanceof CryptoKey ? { publicKey, privateKey } : undefined;
}

function parseReply(value: unknown): ServerReply {
  const { outcome, data, code } = record(value);
  if (outcome === 'answered') return { outcome, data };
  return { outcome: 'failed', code: typeof code === 'string' ? code : 'internal' };
}

export function parseEvent(value: unknown): ServerEvent | undefined {
  const fields = record(value);
  const groupId = asBytes(fields.groupId);
  const { name, epoch, from } = fields;
  if (groupId === undefined) return undefined;
  if (name === 'mls:ended') return { name, groupId };
  if (!isEpoch(epoch)) return undefined;
  switch (name) {
    case 'mls:allReady':
      return { name, groupId, epoch };
    case 'mls:barred':
      return { name, groupId, epoch };
    case 'mls:reopened': {
      const commitHash = asBytes(fields.commitHash);
      return commitHash && { name, groupId, epoch, commitHash };
    }
    case 'mls:heartbeat': {
      const heartbeat = asBytes(fields.heartbeat);
      return isId(from) && heartbeat ? { name, groupId, epoch, from, heartbeat } : undefined;
    }
    case 'mls:queue': {
      const [waiting, gone] = [parseList(fields.waiting, parseWaiting), parseList(fields.gone, parseGone)];
      return waiting && gone && { name, groupId, epoch, waiting, gone };
    }
    case 'mls:commit': {
      const commit = asBytes(fields.commit);
      return isId(from) && commit ? { name, groupId, epoch, from, commit } : undefined;
    }
    case 'mls:welcome': {
      const welcome = asBytes(fields.welcome);
      return isId(from) && welcome ? { name, groupId, epoch, from, welcome } : undefined;
    }
    case 'mls:message': {
      const message = asBytes(fields.message);
      return isId(from) && message ? { name, groupId, epoch, from, message } : undefined;
    }
    default:
      return undefined;
  }
}

function parseList<T>(value: unknown, parseItem: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(parseItem).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}

function parseWaiting(value: unknown): { peerId: string; sealed: Uint8Array } | undefined {
  const { peerId, sealed } = record(value);
  const bytes = asBytes(sealed);
  return isId(peerId) && bytes ? { peerId, sealed: bytes } : undefined;
}

function parseGone(value: unknown): { peerId: string; goneForMs: number } | undefined {
  const { peerId, goneForMs } = record(value);
  const isMs = typeof goneForMs === 'number' && goneForMs >= 0;
  return isId(peerId) && isMs ? { peerId, goneForMs } : undefined;
}
