// The first evening on a machine of one's own: a meeting and an event through the production entry, a Worker that dies, an update, and everybody back.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLink } from '#core';
import { fromPlaywright } from '../../client/test/browser/harness/BrowserPage.ts';
import type { Chromium } from '../../client/test/browser/harness/chromium.ts';
import { canStartEntry, startEntry, type Entry } from '../../client/test/browser/harness/entry/startEntry.ts';
import { sinkBin } from '../../client/test/browser/harness/environment.ts';
import { fetchFile, giveFile, openChat, untilFile } from '../../client/test/browser/harness/files.ts';
import { untilPeople } from '../../client/test/browser/harness/hosting.ts';
import { Participant } from '../../client/test/browser/harness/Participant.ts';
import { lookAt, waitForMovingPicture } from '../../client/test/browser/harness/pictures.ts';
import { forceWay, waysOf, type RelayWay } from '../../client/test/browser/harness/relayUse.ts';
import { byId } from '../../client/test/browser/harness/selectors.ts';
import { openStage, putOnAir, stagePanel } from '../../client/test/browser/harness/showing.ts';
import { noteTexts, textsSeen } from '../../client/test/browser/harness/textsSeen.ts';
import { until } from '../../client/test/browser/harness/until.ts';
import { Sink } from '../media/Sink.ts';
import { Audience } from './Audience.ts';

const canPlay = canStartEntry() && sinkBin() !== undefined;
if (!canPlay) {
  process.stdout.write(
    'skipped: the first evening needs a network of its own, which only root can make, and the sink of the media load, which set-up builds where it can\n',
  );
}

const VIEWERS = 200;
const ADDRESSES = 4;
/** Enough for the words to be read. */
const DRAIN_MS = 3_000;
/** After the deadline, on a machine that is busy with all the rest. */
const END_GRACE_MS = DRAIN_MS + 20_000;
const BACK = { timeoutMs: 90_000 };
/** Longer than the evening is; after it the sink ends by itself. */
const SINK_SECONDS = 600;

interface Person {
  who: Participant;
  page: Page;
}

describe.skipIf(!canPlay)('the first evening', () => {
  let entry: Entry;
  let chromium: Chromium;
  let sink: Sink;
  let audience: Audience;
  /** From which the audience comes. */
  let addresses: string[] = [];
  let viewer: Page;
  /** Ana leads, Ben is on air; he and Cleo reach nothing but the relay. */
  let people: Person[] = [];
  const downloads: Download[] = [];
  let folder = '';
  /** Pid of the one that carries the Room, before anybody watches. */
  let roomsWorker = 0;

  const person = async (name: string, way: RelayWay): Promise<Person> => {
    const context = await chromium.newContext({ width: 960, height: 600 });
    await forceWay(context, way);
    const page = await context.newPage();
    page.on('download', (download) => downloads.push(download));
    return { who: new Participant(fromPlaywright(page), name), page };
  };
  const at = (index: number): Person => people[index] ?? expect.fail('nobody is there yet');
  const pairs = (): { one: Participant; other: Participant }[] =>
    people
      .flatMap(({ who: one }) => people.map(({ who: other }) => ({ one, other })))
      .filter(({ one, other }) => one !== other);
  const allSee = (): Promise<unknown> => Promise.all(pairs().map(({ one, other }) => one.sees(other, BACK)));
  const viewerSees = (): Promise<unknown> =>
    waitForMovingPicture(fromPlaywright(viewer), 'Ben', { where: 'sceneTile', ...BACK });
  /** What it sends and what it receives both go this way. */
  const untilLedOver = ({ page, who }: Person, way: string): Promise<boolean> => {
    const isSo = async (): Promise<boolean> => {
      expect((await waysOf(page)).map(({ type, protocol }) => `${type} ${protocol}`)).toEqual([way, way]);
      return true;
    };
    return until(isSo, { what: `${who.name}’s packets to go over ${way}` });
  };
  /** Pid of the Worker that one's packets go to, by its port. */
  const workerOf = async ({ page }: Person): Promise<number> => {
    const port = await until(async () => (await waysOf(page))[0]?.mediaPort, { what: 'the port of a Worker' });
    const live = entry.server
      .output()
      .split('\n')
      .filter((line) => line.includes('"media worker is live"'));
    const worker = live
      .map((line) => JSON.parse(line) as { workerPid: number; port: number })
      .find((one) => one.port === port);
    return worker?.workerPid ?? expect.fail(`no Worker at port ${port}`);
  };
  const say = (what: string, sinceMs: number): void =>
    void process.stdout.write(`the first evening: ${what} ${((performance.now() - sinceMs) / 1_000).toFixed(1)} s\n`);
  /** Says when each of the two groups is back, and resolves once all are. */
  const allAreBack = async (sinceMs: number, after: string): Promise<void> => {
    await Promise.all([
      allSee().then(() => say(`three see each other ${after}`, sinceMs)),
      viewerSees().then(() => say(`a browser that watches sees a picture ${after}`, sinceMs)),
      audience.untilAllReceive().then((count) => say(`${count} viewers receive ${after}`, sinceMs)),
    ]);
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'conclave-evening-'));
    entry = await startEntry({ workers: 2, env: { DRAIN_MS: String(DRAIN_MS) } });
    // Before there is a browser, which gives up what it is loading when this machine's addresses change.
    addresses = Array.from({ length: ADDRESSES }, () => entry.network.addOutsideAddress());
    chromium = await entry.startChromium();
    sink = await Sink.start({ bin: sinkBin() ?? '', openOneIn: 1, seconds: SINK_SECONDS });
    audience = new Audience(sink);
  });
  afterAll(async () => {
    audience?.close();
    sink?.close();
    await chromium?.close();
    await entry?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begins with a meeting of three through the entry, two of them over the relay', async () => {
    people = [await person('Ana', 'direct'), await person('Ben', 'udp'), await person('Cleo', 'tls')];
    const [ana, ...others] = people;
    const link = await at(0).who.makeMeeting(entry.origin);
    await ana?.who.enter();
    await Promise.all(others.map(({ who }) => who.joinByLink(link)));
    await untilPeople(at(0).who, people.length);
    await allSee();
    await untilLedOver(at(1), 'relay udp');
    await untilLedOver(at(2), 'relay tls');
    await at(2).who.say('said before anything went wrong');
    await at(0).who.reads('said before anything went wrong');
    await at(0).who.closePanels();
    roomsWorker = await workerOf(at(0));
    expect(entry.server.workerPids()).toContain(roomsWorker);
  });

  it('goes on with a feed of one on air, which two hundred receive and those who open it find proven', async () => {
    const { page } = at(0);
    const words = await openStage(page);
    await stagePanel(page).getByRole('radio', { name: 'Live' }).check();
    await putOnAir(page, 'Ben');
    const parsed = parseLink(words, entry.origin);
    if (!parsed.ok) return expect.fail(parsed.fault);
    viewer = await (await chromium.newContext({ width: 640, height: 400 })).newPage();
    const sinceMs = performance.now();
    audience.enter(
      { origin: entry.origin, address: entry.address, ca: entry.certificate.ca },
      parsed.link,
      VIEWERS,
      addresses,
    );
    expect(await audience.untilAllReceive()).toBe(VIEWERS);
    say(`${VIEWERS} viewers received`, sinceMs);
    await viewer.goto(words);
    await viewerSees();
    await allSee();
  });

  it('gives everybody pictures again when the Worker that carries the room is killed', async () => {
    const tracks = (): Promise<string[]> =>
      Promise.all(pairs().map(async ({ one, other }) => (await lookAt(one.page, other.name))?.trackId ?? ''));
    const before = await until(async () => [await tracks()].find((all) => !all.includes('')), {
      what: 'pictures of all at all',
    });
    audience.expectNewStreams();
    const sinceMs = performance.now();
    process.kill(roomsWorker, 'SIGKILL');
    const areNew = async (): Promise<boolean> =>
      (await tracks()).every((track) => track !== '' && !before.includes(track));
    await until(areNew, { ...BACK, what: 'pictures of new Consumers' });
    await allAreBack(sinceMs, 'after the Worker’s death:');
    await until(() => entry.server.workerPids().length === 2, { what: 'two Workers again' });
  });

  it('P-127 P-172 says when the server will end, ends by itself in that time, and has everybody, every word and every file back', async () => {
    for (const { page } of people) await page.evaluate(noteTexts, byId('toast'));
    await viewer.evaluate(noteTexts, byId('watchConnection'));
    const [ana, ben] = [at(0).who, at(1).who];
    await openChat(ben);
    const hashOfFormer = await giveFile(ben, folder, 'before.bin');
    await untilFile(ben, 'before.bin', 'uploaded');
    audience.expectNewStreams();
    expect(await entry.server.down(END_GRACE_MS)).toBe(0);
    for (const page of [...people.map((one) => one.page), viewer]) {
      const css = byId(page === viewer ? 'watchConnection' : 'reconnecting');
      await until(async () => (await page.locator(css).allInnerTexts()).join().includes('The server restarts'), {
        what: 'the page to say that the server restarts',
      });
      expect(await textsSeen(page)).toContain('The server is updated in a few seconds');
    }
    await ben.say('written in the dark');
    const hashOfDark = await giveFile(ben, folder, 'in the dark.bin');
    const sinceMs = performance.now();
    await entry.server.up();
    say('the server was ready', sinceMs);
    await allAreBack(sinceMs, 'after the restart:');
    await ana.reads('written in the dark');
    expect(await fetchFile(ana, 'before.bin', downloads)).toBe(hashOfFormer);
    expect(await fetchFile(ana, 'in the dark.bin', downloads)).toBe(hashOfDark);
    for (const { who, page } of people) {
      await who.reads('said before anything went wrong');
      await until(async () => (await who.lockState()) === 'sealed', { what: `${who.name}’s lock` });
      await until(async () => (await page.locator(byId('reconnecting')).count()) === 0, {
        what: `no banner at ${who.name}`,
      });
    }
    await until(() => viewer.getByRole('button', { name: 'verified: Ben, speaker', exact: true }).isVisible(), {
      what: 'Ben to be verified',
    });
    await until(async () => (await viewer.locator(byId('watchConnection')).count()) === 0, {
      what: 'no banner at the viewer',
    });
  });
});
