// Bodies of an upload over a disk that is a fake: what is laid down, what is kept in memory, and what is left behind.
import { describe, expect, test } from 'vitest';
import { createBodies, type BodyPart } from './bodies.ts';

/** A folder of files with one lock each, as the origin private file system has; each write past `room` takes what fits. */
class FakeFolder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly held = new Set<string>();
  room = Infinity;

  async getFileHandle(name: string) {
    this.files.set(name, this.files.get(name) ?? new Uint8Array(0));
    return {
      createSyncAccessHandle: async () => this.#open(name),
      getFile: async () => new Blob([this.#of(name).slice()]),
    };
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.files.delete(name)) throw new DOMException('', 'NotFoundError');
  }

  #of(name: string): Uint8Array<ArrayBuffer> {
    return this.files.get(name) ?? new Uint8Array(0);
  }

  #open(name: string) {
    if (this.held.has(name)) throw new DOMException('', 'NoModificationAllowedError');
    this.held.add(name);
    const resize = (length: number): void => {
      const bytes = new Uint8Array(length);
      bytes.set(this.#of(name).subarray(0, length));
      this.files.set(name, bytes);
    };
    return {
      getSize: () => this.#of(name).length,
      write: (bytes: Uint8Array, { at }: { at: number }): number => {
        const fits = bytes.subarray(0, Math.max(0, Math.min(bytes.length, this.room - at)));
        if (fits.length === 0 && bytes.length > 0) throw new DOMException('', 'QuotaExceededError');
        if (this.#of(name).length < at + fits.length) resize(at + fits.length);
        this.#of(name).set(fits, at);
        return fits.length;
      },
      truncate: resize,
      close: () => void this.held.delete(name),
    };
  }
}

const PARTS = [3, 5, 4].map((length, at) => new Uint8Array(length).fill(at + 1));
async function* parts(list: readonly Uint8Array<ArrayBuffer>[] = PARTS): AsyncGenerator<BodyPart> {
  for (const part of list) yield part.length === 5 ? part.buffer : part;
}
const bytesOf = async (blob: Blob): Promise<number[]> => [...new Uint8Array(await blob.arrayBuffer())];
const flat = (list: readonly Uint8Array[]): number[] => list.flatMap((part) => [...part]);

function open(room = Infinity) {
  const folder = new FakeFolder();
  folder.room = room;
  return { folder, bodies: createBodies(folder as unknown as FileSystemDirectoryHandle) };
}

describe('a body of an upload', () => {
  test('is its parts in their order, also where a longer one lay in its place', async () => {
    const { folder, bodies } = open();
    for (const list of [PARTS, PARTS, PARTS.slice(1), []]) {
      expect(await bytesOf(await bodies.make(parts(list)))).toEqual(flat(list));
    }
    expect([folder.files.size, folder.held.size]).toEqual([2, 0]);
    await bodies.close();
    expect(folder.files.size).toBe(0);
  });

  test.each([0, 3, 4, 8, 11])('is whole where the disk has room for %d bytes of it', async (room) => {
    const { folder, bodies } = open(room);
    expect(await bytesOf(await bodies.make(parts()))).toEqual(flat(PARTS));
    expect([...folder.files.values()].every(({ length }) => length <= room)).toBe(true);
  });

  test('is whole where nothing can be laid down at all', async () => {
    expect(await bytesOf(await createBodies(null).make(parts()))).toEqual(flat(PARTS));
  });

  test('whose parts fail fails as they did, and leaves its place free for the next', async () => {
    const { folder, bodies } = open();
    async function* failing(): AsyncGenerator<BodyPart> {
      yield new Uint8Array(2);
      throw new RangeError('unreadable');
    }
    await expect(bodies.make(failing())).rejects.toThrow('unreadable');
    expect(folder.held.size).toBe(0);
    await bodies.make(parts());
    expect(await bytesOf(await bodies.make(parts()))).toEqual(flat(PARTS));
  });
});
