// What is handed to one device opens there, in its place, and nowhere else.
import { describe, expect, it } from 'vitest';
import { createHandoverKeys, sealHandover } from './handover.ts';

const PLACE = { roomId: 'room', fileId: 'file', from: 'ana' };
const SECRET = new Uint8Array(80).fill(3);

describe('what is handed to one device', () => {
  it('E-199 opens with its key, in its place', async () => {
    const keys = await createHandoverKeys();
    expect(keys.publicKey).toHaveLength(32);
    const sealed = await sealHandover(keys.publicKey, PLACE, SECRET);
    expect(await keys.open(PLACE, sealed)).toEqual(SECRET);
    // Nothing was wiped that the caller still needs, and no two are the same.
    expect(SECRET[0]).toBe(3);
    expect(await sealHandover(keys.publicKey, PLACE, SECRET)).not.toEqual(sealed);
  });

  it('E-199 opens with no other key, from no other sender, of no other file or room, and not once it was changed', async () => {
    const [keys, others] = [await createHandoverKeys(), await createHandoverKeys()];
    const sealed = await sealHandover(keys.publicKey, PLACE, SECRET);
    expect(await others.open(PLACE, sealed)).toBeNull();
    for (const other of [{ from: 'mallory' }, { fileId: 'file2' }, { roomId: 'room2' }]) {
      expect(await keys.open({ ...PLACE, ...other }, sealed)).toBeNull();
    }
    for (const at of [0, 31, 32, sealed.length - 1]) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await keys.open(PLACE, changed)).toBeNull();
    }
    expect(await keys.open(PLACE, sealed.slice(0, 20))).toBeNull();
  });

  it('E-199 is refused to what is no key', async () => {
    await expect(sealHandover(new Uint8Array(5), PLACE, SECRET)).rejects.toThrow();
  });
});
