// A file from Ana to Ben in Chromium: among the messages, fetched while it is sent, gone on with after a reload of either side, nothing of it at the server.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Download } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { waitForUsable } from './harness/BrowserPage.ts';
import { hashOfFile, makeFile, openChat, pressFile, seenFile, untilFile, untilInOrder } from './harness/files.ts';
import type { Participant } from './harness/Participant.ts';
import { keepBothSchemes } from './harness/screens.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

const MIB = 1024 * 1024;
const NAME = 'year end plan.bin';
const WORDS = 'words that nobody but Ana and Ben may read';
/** Bodies of the upload that pass before the line is held: a few MiB of it. */
const PASSING = 2;

describe('a file in a meeting', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let link = '';
  let file = '';
  let hash = '';
  let folder = '';
  let passing = PASSING;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const ranges: string[] = [];
  const downloads: Download[] = [];
  const collect = (context: BrowserContext): void =>
    void context.on('page', (page) => page.on('download', (download) => downloads.push(download)));

  const holdUploads = async (context: BrowserContext): Promise<void> => {
    await context.route(/\/files\/[\w-]{22}$/, async (route) => {
      const isBody = route.request().method() === 'PATCH';
      if (isBody && (passing -= 1) < 0) await released;
      // A page that was reloaded meanwhile has given the call up.
      await route.continue().catch(() => undefined);
    });
  };
  const enterAgain = async (person: Participant): Promise<void> => {
    await person.page.evaluate(() => location.reload(), null).catch(() => undefined);
    await waitForUsable(person.page, byId('preJoin'));
    await person.enter();
    await openChat(person);
  };
  const onServer = (name = ''): string => path.join(stage.server.dataDir, 'files', name);
  /** Beside each lies what a restart has to know of it. */
  const filesOnServer = (): string[] => readdirSync(onServer()).filter((name) => !name.endsWith('.json'));

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'conclave-files-test-'));
    ({ file, hash } = makeFile(folder, NAME, 12 * MIB + 345, WORDS));
    stage = await setStage();
    ana = await stage.person('Ana', async (context) => {
      await prepareAudit(context);
      await holdUploads(context);
    });
    ben = await stage.person('Ben', (context) => {
      collect(context);
      context.on('request', (request) => {
        if (request.method() === 'GET' && /\/files\/[\w-]{22}$/.test(request.url())) {
          ranges.push(request.headers()['range'] ?? '');
        }
      });
    });
    cora = await stage.person('Cora', collect);
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    for (const person of [ana, ben]) await openChat(person);
  });
  afterAll(async () => {
    release();
    await stage?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says first what may be sent', async () => {
    await until(async () => (await ana.texts(byId('chatPanel'))).join(' ').includes('Files up to 10.6 GB, sealed'), {
      what: 'the limit',
    });
  });

  it('stands among the messages as Ana’s own, in the order of time, and counts like one until it was seen', async () => {
    await ana.say('here it comes');
    await ben.reads('here it comes');
    await ben.closePanels();
    await ana.page.pickFiles(byId('fileInput'), [file]);
    await until(async () => (await ben.page.evaluate(() => document.title, null)).startsWith('(1)'), {
      what: 'one unread in the title of Ben’s page',
    });
    await openChat(ben);
    const offered = await untilFile(ben, NAME, 'offered');
    expect(offered.text).toMatch(/^Ana\n/);
    expect((await untilFile(ana, NAME, 'uploading')).text).toMatch(/^Ana \(you\)\n/);
    await until(async () => (await ben.texts(byId('chatNewLine'))).length === 1, {
      what: 'the line above what is new',
    });
    await ben.say('thank you');
    for (const person of [ana, ben]) await untilInOrder(person, 'here it comes', NAME, 'thank you');
  });

  it('comes in while Ana is still sending', async () => {
    await pressFile(ben, NAME, 'fileSave');
    await until(async () => ((await seenFile(ben, NAME))?.percent ?? 0) > 0, { what: 'bytes of it at Ben’s' });
    expect((await seenFile(ana, NAME))?.state).toBe('uploading');
    for (const person of [ana, ben]) await keepBothSchemes(person.page, `files-${person.name}`, 'wide');
    expect(await axeViolations(ana.page)).toEqual([]);
  });

  it('says above the composer how far it is once its entry is out of sight, and leads there', async () => {
    for (const day of ['Monday', 'Tuesday', 'Wednesday']) await ana.say(Array(12).fill(day).join('\n'));
    await until(async () => (await ana.texts(byId('filesUnderWay')))[0]?.includes(NAME), { what: 'the strip' });
    expect(await axeViolations(ana.page)).toEqual([]);
    await ana.page.click(`${byId('filesUnderWay')} button`);
    await until(async () => (await ana.texts(byId('filesUnderWay'))).length === 0, { what: 'the strip to go' });
    const focused = (): Promise<string> =>
      ana.page.evaluate(() => {
        const { innerText, ariaLabel } = document.activeElement as HTMLElement;
        return ariaLabel ?? innerText;
      }, null);
    await until(async () => (await focused()).startsWith('Ana (you)'), { what: 'the focus to be on the entry' });
    await ana.page.press('Tab');
    await until(async () => (await focused()) === `Pause ${NAME}`, { what: 'the focus to be on what can be done' });
  });

  it('goes on at Ben’s after he reloaded his page, behind what he has', async () => {
    await enterAgain(ben);
    const before = ranges.length;
    await untilFile(ben, NAME, 'downloading');
    await until(async () => ((await seenFile(ben, NAME))?.percent ?? 0) > 0, { what: 'what Ben had' });
    await until(() => ranges.length > 0 && ranges.at(-1) !== 'bytes=0-', {
      what: `a range that is not all (${before})`,
    });
  });

  it('goes on from Ana after she reloaded hers and picked it again, and arrives byte for byte', async () => {
    await enterAgain(ana);
    await untilFile(ana, NAME, 'repick');
    release();
    await ana.page.pickFiles(byId('fileRepickInput'), [file]);
    await untilFile(ana, NAME, 'uploaded');
    const done = await untilFile(ben, NAME, 'done');
    expect(done.text).toContain('every byte checked');
    const download = await until(() => downloads.at(-1), { what: 'the browser to save it' });
    expect(download.suggestedFilename()).toBe(NAME);
    expect(hashOfFile(await download.path())).toBe(hash);
  });

  it('is nothing but a size at the server', () => {
    const stored = filesOnServer();
    expect(stored.length).toBe(1);
    const bytes = readFileSync(onServer(stored[0]));
    expect(bytes.length).toBeGreaterThan(12 * MIB);
    for (const secret of [WORDS, NAME]) expect(bytes.includes(secret)).toBe(false);
    for (const secret of [NAME, stored[0] ?? '']) expect(stage.server.output()).not.toContain(secret);
    expect(readdirSync(onServer()).join(' ')).not.toContain('plan');
    const known = JSON.parse(readFileSync(onServer(`${stored[0]}.json`), 'utf8')) as object;
    expect(Object.keys(known).toSorted()).toEqual(['createdAtMs', 'generation', 'size', 'uploadKeyHash']);
  });

  it('that is pasted or dropped is sent too', async () => {
    await ana.page.evaluate(() => {
      const dataWith = (name: string): DataTransfer => {
        const data = new DataTransfer();
        data.items.add(new File(['a few words'], name, { type: 'text/plain' }));
        return data;
      };
      const happens = { bubbles: true, cancelable: true };
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: dataWith('note.txt'), ...happens }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: dataWith('list.txt'), ...happens }));
    }, null);
    for (const name of ['note.txt', 'list.txt']) {
      await untilFile(ana, name, 'uploaded');
      await untilFile(ben, name, 'offered');
    }
    expect(filesOnServer().length).toBe(3);
  });

  it('C-7 is told to a latecomer by who shares the chat so far, as that member’s word, and arrives byte for byte', async () => {
    await cora.joinByLink(link);
    await openChat(cora);
    await cora.page.click(byId('chatAsk'));
    expect(await cora.texts(byId('fileCard'))).toEqual([]);
    await ben.page.click(byId('chatShare'));
    await until(async () => (await ben.texts(byId('shareHistoryDialog')))[0]?.includes('The 3 files'), {
      what: 'the question to say that files go along',
    });
    await ben.page.click(byId('confirmShare'));
    const given = await untilFile(cora, NAME, 'offered');
    expect(given.text).toMatch(/^Ana\n[^]*shared by Ben/);
    const before = downloads.length;
    await pressFile(cora, NAME, 'fileSave');
    await untilFile(cora, NAME, 'done');
    const download = await until(() => downloads[before], { what: 'Cora’s browser to save it' });
    expect(hashOfFile(await download.path())).toBe(hash);
    await cora.screenshot('files-shared');
  });

  it('is taken back from all who heard of it, and from the server, by who sent it', async () => {
    await untilFile(cora, 'note.txt', 'offered');
    await pressFile(ana, 'note.txt', 'fileCancel');
    for (const person of [ben, cora]) await untilFile(person, 'note.txt', 'withdrawn');
    await until(() => filesOnServer().length === 2, { what: 'the server to delete it' });
    await ana.page.resize(320, 640);
    expect(await sidewaysPx(ana.page)).toBe(0);
    await keepBothSchemes(ana.page, 'files-Ana', '320 px');
    expect(await axeViolations(ana.page)).toEqual([]);
  });
});
