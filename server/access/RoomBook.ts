// The file that remembers Rooms over the end of the server: one line for each change, the last one of a Room counts.
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { FeedKind } from '#protocol/feed';
import { LinkGeneration, LinkVerifiers } from '#protocol/hosting';
import { FeedId, Key32, PeerId, RoomId } from '#protocol/ids';
import { MAX_ENDED_ROOMS } from '#protocol/limits';
import type { KeptRoom, RoomStore } from '../rooms/ports.ts';

export const ROOM_BOOK_FILE = 'rooms.jsonl';
/** The file is written anew once it is so much larger than what counts in it: less is more work, more is more to read at the start. */
const MOST_WASTE_BYTES = 8 * 1024 * 1024;

const Millis = v.pipe(v.number(), v.safeInteger());
const KeptFeed = v.object({
  feedId: FeedId,
  kind: FeedKind,
  label: v.string(),
  verifier: Key32,
  deviceHash: v.nullable(Key32),
  peerId: v.nullable(PeerId),
});
const Kept = v.object({
  id: RoomId,
  generation: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  verifiers: LinkVerifiers,
  linkGeneration: LinkGeneration,
  feeds: v.array(KeptFeed),
  banned: v.array(v.tuple([v.string(), Millis])),
  emptySinceMs: v.nullable(Millis),
});
const Line = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([v.object({ room: Kept }), v.object({ ended: RoomId }), v.object({ expired: RoomId })]),
);
type Written = { room: KeptRoom } | { ended: RoomId } | { expired: RoomId };

/**
 * Written at once and in order, without waiting for the disk itself: a server that is killed loses nothing, a machine that loses its
 * power may lose the last seconds. One line that cannot be read, as where power was lost in the middle of it, costs that line.
 */
export class RoomBook implements RoomStore {
  readonly found: RoomStore['found'];
  readonly #path: string;
  readonly #onFault: (error: unknown) => void;
  /** As they stand in the file. */
  readonly #lines = new Map<RoomId, string>();
  readonly #ended: Set<RoomId>;
  #file: number | null = null;
  /** It ends in the middle of a line: a full disk takes what it can. */
  #isTorn = false;
  #written = 0;
  #useful = 0;

  /**
   * @param dataDir is there already
   * @param onFault what could not be read or written; the server goes on
   * @throws the system's error where the file is there and cannot be opened: a server that forgot its Rooms would be worse
   */
  constructor(dataDir: string, onFault: (error: unknown) => void) {
    this.#path = join(dataDir, ROOM_BOOK_FILE);
    this.#onFault = onFault;
    const { rooms, ended } = this.#read();
    this.#ended = ended;
    this.found = { rooms: [...rooms.values()], ended: [...ended] };
    for (const [id, room] of rooms) this.#lines.set(id, lineOf({ room }));
    this.#writeAnew();
  }

  keep(room: KeptRoom): void {
    const line = lineOf({ room });
    this.#drop(room.id);
    this.#lines.set(room.id, line);
    this.#useful += line.length;
    this.#append(line);
  }

  forget(id: RoomId, reason: 'ended' | 'expired'): void {
    this.#drop(id);
    const line = lineOf(reason === 'ended' ? { ended: id } : { expired: id });
    if (reason === 'ended') rememberEnded(this.#ended, id);
    this.#append(line);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #drop(id: RoomId): void {
    this.#useful -= this.#lines.get(id)?.length ?? 0;
    this.#lines.delete(id);
  }

  #read(): { rooms: Map<RoomId, KeptRoom>; ended: Set<RoomId> } {
    const [rooms, ended] = [new Map<RoomId, KeptRoom>(), new Set<RoomId>()];
    for (const text of this.#text().split('\n')) {
      if (text === '') continue;
      const parsed = v.safeParse(Line, text);
      if (!parsed.success) this.#onFault(new Error(`a line of ${ROOM_BOOK_FILE} cannot be read`));
      else if ('room' in parsed.output) rooms.set(parsed.output.room.id, parsed.output.room);
      else if ('ended' in parsed.output) {
        rooms.delete(parsed.output.ended);
        rememberEnded(ended, parsed.output.ended);
      } else rooms.delete(parsed.output.expired);
    }
    return { rooms, ended };
  }

  #text(): string {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }

  /** Whole or not at all. @throws the system's error */
  #writeAnew(): void {
    const temporary = `${this.#path}.new`;
    const lines = [...[...this.#ended].map((ended) => lineOf({ ended })), ...this.#lines.values()];
    rmSync(temporary, { force: true });
    writeFileSync(temporary, lines.join(''), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(temporary, this.#path);
    this.close();
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#useful = lines.reduce((sum, { length }) => sum + length, 0);
    this.#written = this.#useful;
    this.#isTorn = false;
  }

  #append(line: string): void {
    if (this.#file === null) return;
    try {
      // Behind a part of a line the next one would be lost with it.
      const text = Buffer.from(this.#isTorn ? `\n${line}` : line);
      const written = writeSync(this.#file, text);
      this.#isTorn = written < text.length;
      this.#written += written;
      if (this.#isTorn) this.#onFault(new Error(`a line of ${ROOM_BOOK_FILE} was written in part`));
      if (this.#written - this.#useful > MOST_WASTE_BYTES) this.#writeAnew();
    } catch (error) {
      this.#onFault(error);
    }
  }
}

const lineOf = (line: Written): string => `${JSON.stringify(line)}\n`;

/** The oldest goes past the bound. */
function rememberEnded(ended: Set<RoomId>, id: RoomId): void {
  ended.add(id);
  const [oldest] = ended;
  if (ended.size > MAX_ENDED_ROOMS && oldest !== undefined) ended.delete(oldest);
}
