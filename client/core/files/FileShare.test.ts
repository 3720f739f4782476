// Files among members: announced with their key, shown as what they are, gone on with after a reload, and never more than one can bear.
import { describe, expect, it } from 'vitest';
import { createScene, FakePort, fileId, fileOf, KEY, ROOM, settle } from '../test/fileBed.ts';
import { cleanFileName, MAX_FILE_NAME_CHARS } from './fileName.ts';

describe('a file of one’s own', () => {
  it('E-110 is announced with its name, size, place and key once the server has a place for it, which is told its size only', async () => {
    const { share, port, said, states } = createScene();
    share.offer([fileOf('budget 2027.xlsx', 10)]);
    expect(states()).toEqual(['preparing']);
    await settle();
    const [word] = said;
    expect(word).toMatchObject({ t: 'file', f: fileId(1), n: 'budget 2027.xlsx', s: 10 });
    expect(port.started[0]?.key).toBe(word?.t === 'file' ? word.k : null);
    expect(port.calls.at(-1)).toBe(`POST /api/rooms/${ROOM}/files Bearer token 1052`);
    expect(states()).toEqual(['uploading']);
    port.started[0]?.events.onEnd('done');
    expect(states()).toEqual(['uploaded']);
  });

  it('says how fast it goes and how long it takes, from the last seconds', async () => {
    const { share, port, pass } = createScene();
    share.offer([fileOf('a', 10_000_000)]);
    await settle();
    const { events } = port.started[0]!;
    for (const bytes of [1_000_000, 2_000_000, 3_000_000]) {
      pass(1_000);
      events.onProgress(bytes);
    }
    expect(share.view.entries[0]?.state).toEqual({
      state: 'uploading',
      bytes: 3_000_000,
      bytesPerSecond: 1_000_000,
      secondsLeft: 7,
    });
  });

  it('fails at once where it is larger than the limit, and by its cause where the server refuses', async () => {
    const { share, port, said } = createScene();
    await settle();
    share.offer([fileOf('huge', 200_000_000)]);
    expect(share.view.entries[0]?.state).toEqual({ state: 'failed', direction: 'up', fault: 'tooLarge' });
    port.answer = { status: 503, location: null, body: { ok: false, error: { code: 'capacity', message: '' } } };
    share.offer([fileOf('b')]);
    await settle();
    expect(share.view.entries[1]?.state).toEqual({ state: 'failed', direction: 'up', fault: 'quota' });
    port.answer = null;
    share.retry(share.view.entries[1]?.id ?? '');
    await settle();
    expect(share.view.entries[1]?.state.state).toBe('uploading');
    expect(said).toHaveLength(1);
  });

  it('pauses, goes on, waits for the network, and is taken back from everybody and from the server', async () => {
    const { share, port, said, states } = createScene();
    share.offer([fileOf('a', 100)]);
    await settle();
    const { events, told } = port.started[0]!;
    const id = share.view.entries[0]?.id ?? '';
    share.pause(id);
    events.onProgress(50);
    expect(states()).toEqual(['paused']);
    share.resume(id);
    events.onProgress(60);
    events.onWaiting();
    expect(share.view.entries[0]?.state).toEqual({ state: 'waiting', direction: 'up', bytes: 60 });
    share.cancel(id);
    await settle();
    expect(told).toEqual(['pause', 'resume', 'stop']);
    expect([states(), said.at(-1), port.calls.at(-1)]).toEqual([
      ['withdrawn'],
      { t: 'fileGone', f: fileId(1) },
      `DELETE /api/rooms/${ROOM}/files/${fileId(1)} Bearer token`,
    ]);
  });

  it('E-114 after a reload waits for the same file to be picked again, and for no other', async () => {
    const { share, port } = createScene();
    share.offer([fileOf('a.txt', 100, 77)]);
    await settle();
    port.started[0]?.events.onProgress(40);
    port.started[0]?.events.onWaiting();
    const after = createScene(port);
    const id = after.share.view.entries[0]?.id ?? '';
    expect(after.share.view.entries[0]?.state.state).toBe('repick');
    for (const other of [fileOf('b.txt', 100, 77), fileOf('a.txt', 101, 77), fileOf('a.txt', 100, 78)]) {
      expect(after.share.pickAgain(id, other)).toBe(false);
    }
    expect(after.share.pickAgain(id, fileOf('a.txt', 100, 77))).toBe(true);
    expect(port.started[1]?.job.path).toBe(port.started[0]?.job.path);
    expect(port.started[1]?.key).toBe(port.started[0]?.key);
    expect(after.said).toEqual([]);
  });
});

describe('another’s file', () => {
  it('is shown as theirs, under a name that can be shown, and fetched only when it is wanted', async () => {
    const { share, port, hear, states } = createScene();
    hear({ t: 'file', f: fileId(1) as never, n: '../../\u202Egnp.exe', s: 5, k: KEY, at: 7 });
    expect(share.view.entries[0]).toMatchObject({ from: 'ana', displayName: 'Ana', self: false, name: '_.._gnp.exe' });
    expect([states(), port.started]).toEqual([['offered'], []]);
    share.download(share.view.entries[0]?.id ?? '');
    await settle();
    expect(port.started[0]?.key).toBe(KEY);
    port.started[0]?.events.onProgress(5);
    port.started[0]?.events.onChecking();
    expect(states()).toEqual(['checking']);
    port.started[0]?.events.onEnd('done');
    expect([states(), port.handed]).toEqual([['done'], ['_.._gnp.exe']]);
  });

  it('E-112 that is damaged is thrown away and never handed over; trying again begins anew', async () => {
    const { share, port, offered } = createScene();
    const id = offered();
    share.download(id);
    await settle();
    port.started[0]?.events.onEnd('damaged');
    expect(share.view.entries[0]?.state).toEqual({ state: 'failed', direction: 'down', fault: 'damaged' });
    share.save(id);
    share.retry(id);
    await settle();
    expect([port.handed, port.discarded.length, port.started.length]).toEqual([[], 1, 2]);
  });

  it('says that the device is short of room, stays as it was where nobody chose a place, and is gone where the server has it no more', async () => {
    const { share, port, offered, states } = createScene();
    const id = offered();
    port.target = new Error('storageShort');
    share.download(id);
    await settle();
    expect(share.view.entries[0]?.state).toEqual({ state: 'failed', direction: 'down', fault: 'storageShort' });
    port.target = null;
    share.retry(id);
    await settle();
    port.started[0]?.events.onEnd('gone');
    expect(states()).toEqual(['expired']);
  });

  it('is withdrawn by who sent it and by nobody else', async () => {
    const { share, port, hear, offered, states } = createScene();
    share.download(offered());
    await settle();
    hear({ t: 'fileGone', f: fileId(1) as never }, 'eve');
    expect(states()).toEqual(['downloading']);
    hear({ t: 'fileGone', f: fileId(1) as never }, 'ana');
    expect([states(), port.started[0]?.told]).toEqual([['withdrawn'], ['stop']]);
  });

  it('is heard once, and only so many of one member', () => {
    const { share, offered } = createScene();
    for (let id = 0; id < 150; id += 1) offered(id);
    offered(3);
    expect(share.view.entries).toHaveLength(100);
    offered(3, 'ben');
    expect(share.view.entries).toHaveLength(101);
  });

  it('E-114 goes on by itself after a reload where it lies in the browser’s own place, and is saved anew where it was chosen', async () => {
    const first = createScene();
    const [kept, chosen] = [first.offered(1), first.offered(2)];
    first.share.download(kept);
    await settle();
    first.port.target = { kind: 'chosen', handle: {} as FileSystemFileHandle };
    first.share.download(chosen);
    await settle();
    const after = createScene(first.port);
    expect(first.port.started).toHaveLength(3);
    expect(first.port.started[2]?.job).toMatchObject({ target: { kind: 'kept', name: fileId(1) } });
    expect(after.share.view.entries[1]?.state).toEqual({ state: 'failed', direction: 'down', fault: 'targetLost' });
  });

  it('E-114 what the tab kept is forgotten when the room is left, with what was not done', async () => {
    const { share, port, offered } = createScene();
    const id = offered();
    share.download(id);
    await settle();
    expect(port.kept).toContain(KEY);
    share.close();
    share.close();
    // A page that is reloaded gets no further.
    expect([port.closed, port.discarded, createScene(port).states()]).toEqual([true, [], ['downloading']]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([port.kept, port.discarded.length, port.started[0]?.told]).toEqual([null, 1, ['stop']]);
    const before = port.started.length;
    share.offer([fileOf('late')]);
    await settle();
    expect(port.started).toHaveLength(before);
  });

  it('E-114 what was kept and does not read back is forgotten', () => {
    for (const kept of ['', '{', '[{"kind":"own"}]', '[1]', 'null']) {
      const port = new FakePort();
      port.kept = kept;
      expect(createScene(port).share.view.entries).toEqual([]);
    }
  });
});

describe('the name of a file', () => {
  it.each([
    ['C:\\secret\\plan.pdf', 'C_secret_plan.pdf'],
    ['/etc/passwd', '_etc_passwd'],
    ['\u202Etxt.exe', 'txt.exe'],
    ['...hidden', 'hidden'],
    ['a\nb\u0000c', 'a b c'],
    ['', 'file'],
    ['..', 'file'],
  ])('%j is shown as %j', (name, shown) => expect(cleanFileName(name)).toBe(shown));

  it('keeps its ending where it is cut', () => {
    const name = cleanFileName(`${'x'.repeat(500)}.tar.gz`);
    expect([name.length, name.endsWith('.gz')]).toEqual([MAX_FILE_NAME_CHARS, true]);
  });
});
