// The stage's part of what the page posts: calls of members and viewers, and what the server says to viewers.
import { parseDelegates } from '../feed/delegation.ts';
import { parseContent } from '../feed/program.ts';
import { parsePeople } from '../feed/roster.ts';
import {
  MAX_CAPTION_CHARS,
  STREAM_NAMES,
  type FeedCall,
  type StageEvent,
  type StreamName,
  type WatchSettings,
} from '../messages.ts';
import { asBytes, isEpoch } from '../mls/replies.ts';
import { isId, isWhole, record } from '../util/record.ts';

const GROUP_ID_BYTES = 16;
const LINE_LIMIT = 2 ** 32;
const isStream = (value: unknown): value is StreamName => STREAM_NAMES.some((name) => name === value);

export function parseFeedCall(fields: Record<string, unknown>): FeedCall | undefined {
  const { name, count } = fields;
  switch (name) {
    case 'feedKey':
    case 'stageGroup':
      return { name };
    case 'setOnAir': {
      const { streams } = fields;
      return Array.isArray(streams) && streams.every(isStream) ? { name, streams } : undefined;
    }
    case 'signRoster': {
      const [people, delegates] = [parsePeople(fields.people), parseDelegates(fields.delegates)];
      return people && delegates && isWhole(count) ? { name, people, count, delegates } : undefined;
    }
    case 'openRoster': {
      const signed = asBytes(fields.signed);
      return signed && { name, signed };
    }
    case 'signProgram': {
      const content = parseContent(fields.content);
      return content && isWhole(count) ? { name, content, count } : undefined;
    }
    case 'sealCaption': {
      const { line, text, final } = fields;
      const isText = typeof text === 'string' && text !== '' && text.length <= MAX_CAPTION_CHARS;
      const isLine = isWhole(line) && line < LINE_LIMIT;
      return isLine && isText && typeof final === 'boolean' ? { name, line, text, final } : undefined;
    }
    case 'wrapStage': {
      const roster = asBytes(fields.roster);
      return roster && { name, roster };
    }
    default:
      return undefined;
  }
}

export function parseWatchSettings(value: unknown): WatchSettings | undefined {
  const { roomId, viewSecret, hostKeyHash } = record(value);
  const secret = asBytes(viewSecret);
  if (!isId(roomId) || !isId(hostKeyHash) || secret?.length !== 24) return undefined;
  return { roomId, viewSecret: secret, hostKeyHash };
}

export function parseStageEvent(value: unknown): StageEvent | undefined {
  const { name, epoch, ...fields } = record(value);
  switch (name) {
    case 'stage:roster': {
      const roster = asBytes(fields.roster);
      return roster && { name, roster };
    }
    case 'stage:program': {
      const program = asBytes(fields.program);
      return program && { name, program };
    }
    case 'stage:caption': {
      const [{ from }, caption] = [fields, asBytes(fields.caption)];
      return isId(from) && caption ? { name, from, caption } : undefined;
    }
    case 'stage:keys': {
      const [groupId, wrapped] = [asBytes(fields.groupId), asBytes(fields.wrapped)];
      // What is signed holds the group's id without its length.
      return groupId?.length === GROUP_ID_BYTES && wrapped && isEpoch(epoch)
        ? { name, groupId, epoch, wrapped }
        : undefined;
    }
    default:
      return undefined;
  }
}
