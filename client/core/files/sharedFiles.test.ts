// Files given to who came later, as another's word; and what is said again where it may have reached nobody who counts.
import { describe, expect, it } from 'vitest';
import { createScene, fileId, fileOf, KEY, settle } from '../test/fileBed.ts';

describe('C-7 files of before one came', () => {
  const giving = () => {
    const ana = createScene();
    ana.offered(1, 'ben');
    return ana;
  };
  const give = (from: ReturnType<typeof createScene>, to: ReturnType<typeof createScene>, untilMs = 5_000) =>
    to.share.takeShared(from.share.shareable(100), { from: 'dan', displayName: 'Dan', epoch: 1 }, untilMs);

  it('are taken as the sharer’s word, in the order in which they were sent, and can be fetched', async () => {
    const [dan, cora] = [giving(), createScene()];
    cora.hear({ t: 'file', f: fileId(9) as never, n: 'new.txt', s: 1, k: KEY, at: 900 });
    expect(give(dan, cora)).toBe(1);
    expect(cora.share.view.entries).toMatchObject([
      { id: `ben/${fileId(1)}`, from: 'ben', displayName: 'Ana', sharedBy: 'Dan', name: 'plan.pdf', heardMs: 7 },
      { name: 'new.txt', sharedBy: null },
    ]);
    cora.share.download(`ben/${fileId(1)}`);
    await settle();
    expect(cora.port.started[0]?.key).toBe(KEY);
  });

  it('are withdrawn by who sent them, whether that is heard before or after', () => {
    const [dan, cora, eve] = [giving(), createScene(), createScene()];
    give(dan, cora);
    cora.hear({ t: 'fileGone', f: fileId(1) as never }, 'dan');
    expect(cora.states()).toEqual(['offered']);
    cora.hear({ t: 'fileGone', f: fileId(1) as never }, 'ben');
    expect(cora.states()).toEqual(['withdrawn']);
    eve.hear({ t: 'fileGone', f: fileId(1) as never }, 'ben');
    expect([give(dan, eve), eve.states()]).toEqual([0, []]);
  });

  it('are none that were taken back, are over their time, came damaged or are being announced', async () => {
    const { share, port, hear, offered, pass } = createScene();
    await settle();
    for (const id of [1, 2, 3]) offered(id);
    hear({ t: 'fileGone', f: fileId(1) as never });
    share.download(`ana/${fileId(2)}`);
    await settle();
    port.started[0]?.events.onEnd('damaged');
    share.offer([fileOf('mine')]);
    expect(share.shareable(100).map(({ f }) => f)).toEqual([fileId(3)]);
    await settle();
    expect(share.shareable(100)).toMatchObject([{ f: fileId(3) }, { by: 'me', name: 'Me', n: 'mine' }]);
    expect([share.shareableCount(1), share.shareable(1)[0]?.n]).toEqual([1, 'mine']);
    // The server keeps a file for a millisecond here.
    pass(1);
    expect(share.shareable(100)).toEqual([]);
  });

  it('do not stand beside their sender’s own word, whichever comes first, nor come back once they are off the list', () => {
    const [dan, cora] = [giving(), createScene()];
    cora.offered(1, 'ben');
    expect(give(dan, cora)).toBe(0);
    const eve = createScene();
    give(dan, eve);
    eve.offered(1, 'ben');
    expect(eve.share.view.entries).toMatchObject([{ sharedBy: null, from: 'ben' }]);
    eve.share.discard(`ben/${fileId(1)}`);
    expect([give(dan, eve), eve.share.view.entries]).toEqual([0, []]);
  });

  it('are none of one’s own, whatever Peer id it was sent under', async () => {
    const [dan, ana] = [giving(), createScene()];
    ana.share.offer([fileOf('mine')]);
    await settle();
    expect([give(dan, ana), ana.share.view.entries.map(({ self }) => self)]).toEqual([0, [true]]);
  });

  it('keep nobody’s own files out, and are none of the time after one came', () => {
    const [dan, cora] = [createScene(), createScene()];
    const shared = (number: number, at = 7) => ({ ...giving().share.shareable(1)[0]!, f: fileId(number) as never, at });
    const many = Array.from({ length: 300 }, (_, index) => shared(index));
    const heard = { from: 'dan', displayName: 'Dan', epoch: 1 };
    expect(cora.share.takeShared(many, heard, 5_000)).toBe(200);
    cora.offered(400, 'ben');
    expect(cora.share.view.entries.at(-1)).toMatchObject({ from: 'ben', sharedBy: null });
    expect(dan.share.takeShared([shared(1, 5_001)], heard, 5_000)).toBe(0);
  });

  it('E-114 are still another’s word after a reload', () => {
    const [dan, cora] = [giving(), createScene()];
    give(dan, cora);
    expect(createScene(cora.port).share.view.entries).toMatchObject([{ sharedBy: 'Dan', heardMs: 7 }]);
  });
});

it('E-93 what was said of files under epochs that are void is said again, and passed over by who heard it', async () => {
  const { share, said } = createScene();
  share.offer([fileOf('a')]);
  await settle();
  share.epochsUndone();
  share.setReady(true);
  await settle();
  expect(said).toHaveLength(2);
  const other = createScene();
  for (const word of said) other.hear(word, 'me');
  expect(other.share.view.entries).toHaveLength(1);
});
