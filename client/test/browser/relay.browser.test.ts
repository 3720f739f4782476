// Members whose network lets them reach nothing but the relay, through the production entry: Debian's Caddy, HAProxy and coturn with the files of infra/.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOMS_PER_ADDRESS } from '#protocol/limits';
import { turnCredentials } from '../../../server/access/iceServers.ts';
import { fromPlaywright } from './harness/BrowserPage.ts';
import type { Chromium } from './harness/chromium.ts';
import { canStartEntry, startEntry, type Entry } from './harness/entry/startEntry.ts';
import { Participant } from './harness/Participant.ts';
import {
  askForPlace,
  forceWay,
  putClockForward,
  relayUsers,
  waysOf,
  type PageTime,
  type RelayWay,
} from './harness/relayUse.ts';
import { until } from './harness/until.ts';

const HOUR_MS = 60 * 60_000;

const isRoot = canStartEntry();
if (!isRoot)
  process.stdout.write('skipped: the production entry needs a network of its own, and only root can make one\n');

describe.skipIf(!isRoot)('the production entry', () => {
  let entry: Entry;
  let chromium: Chromium;

  beforeAll(async () => {
    entry = await startEntry();
    chromium = await entry.startChromium();
  });
  afterAll(async () => {
    await chromium?.close();
    await entry?.stop();
  });

  const credentials = (ttlMs = HOUR_MS) =>
    turnCredentials({ turnSecret: entry.turnSecret, ttlMs, nowMs: Date.now(), user: 'test' });

  /** A device whose every connection leads over the relay, by `way`. */
  async function person(name: string, way: RelayWay, time?: PageTime) {
    const context = await chromium.newContext();
    await forceWay(context, way, time);
    const page = await context.newPage();
    return { who: new Participant(fromPlaywright(page), name), page };
  }

  type Person = Awaited<ReturnType<typeof person>>;

  /** All in one meeting, and each sees every other's picture move. */
  async function meet([first, ...others]: readonly [Person, ...Person[]]): Promise<void> {
    const link = await first.who.makeMeeting(entry.origin);
    await first.who.enter();
    for (const { who } of others) await who.joinByLink(link);
    await seeEachOther([first, ...others]);
  }
  const seeEachOther = async (people: readonly Person[]): Promise<void> => {
    const pairs = people.flatMap((one) => people.filter((other) => other !== one).map((other) => ({ one, other })));
    await Promise.all(pairs.map(({ one, other }) => one.who.sees(other.who)));
  };

  /** What it sends and what it receives both go this way. */
  const expectLedOver = ({ page, who }: Person, way: string): Promise<unknown> => {
    const isSo = async (): Promise<boolean> => {
      const ways = await waysOf(page);
      expect(ways.map(({ type, protocol }) => `${type} ${protocol}`)).toEqual([way, way]);
      return true;
    };
    return until(isSo, { what: `${who.name}’s packets to go over ${way}` });
  };

  const close = async (people: readonly Person[]): Promise<void> => {
    for (const { page } of people) await page.context().close();
  };

  it('P-182 leads two members over udp, and to new places once half of the credentials’ time is over, while pictures go on', async () => {
    const people = [await person('Ana', 'udp', { minutesPass: true }), await person('Ben', 'udp')] as const;
    const [ana] = people;
    await meet(people);
    for (const one of people) await expectLedOver(one, 'relay udp');
    const [places, users] = [(await waysOf(ana.page)).map(({ port }) => port), await relayUsers(ana.page)];
    await putClockForward(ana.page, HOUR_MS / 2);
    const isAnew = async (): Promise<boolean> => {
      const ways = await waysOf(ana.page);
      return ways.length === 2 && ways.every(({ type, port }) => type === 'relay' && !places.includes(port));
    };
    await until(isAnew, { what: 'Ana’s packets to go over new places', timeoutMs: 60_000 });
    const usersNow = await relayUsers(ana.page);
    expect(usersNow).toHaveLength(2);
    for (const user of usersNow) expect(users).not.toContain(user);
    await seeEachOther(people);
    await close(people);
  });

  it('P-181 gives a place to who has credentials of now, and none to who made them up or kept them too long', async () => {
    const page = await (await chromium.newContext()).newPage();
    await page.goto(entry.origin);
    for (const urls of Object.values(entry.turnUrls)) {
      expect((await askForPlace(page, { urls, ...credentials() })).places).toBeGreaterThan(0);
      for (const wrong of [{ ...credentials(), credential: 'made up' }, credentials(-1_000)]) {
        const { places, refusals } = await askForPlace(page, { urls, ...wrong });
        expect([places, refusals.includes(401)]).toEqual([0, true]);
      }
    }
    await page.context().close();
  });

  it('lets the relay reach the media’s address, and nothing else on the machine or beside it', async () => {
    const { username, credential } = credentials();
    const run = promisify(execFile);
    const reach = async (peer: string): Promise<string> => {
      const asked = ['-t', '-v', '-n', '0', '-m', '1', '-c', '-u', username, '-w', credential, '-e', peer];
      const { stdout } = await run('turnutils_uclient', [...asked, entry.address]).catch(
        (error: { stdout: string }) => error,
      );
      return stdout;
    };
    const others = [entry.network.outsideAddress, entry.network.lastingAddress, '127.0.0.1', '192.0.2.1'];
    const [media, ...refused] = await Promise.all([entry.address, ...others].map(reach));
    expect(media).toMatch(/channel bind sent[^]*success: 0x/);
    for (const said of refused) expect(said).toMatch(/403 \(Forbidden IP\)/);
  });

  it('counts each client’s calls by its own address, and answers with the server’s headers and no others', async () => {
    const open = async (from: string, headers: Record<string, string> = {}): Promise<number> => {
      const body = { roomId: randomBytes(16).toString('base64url'), verifiers: { member: 'v'.repeat(43) } };
      return (await entry.ask('/api/rooms', { method: 'POST', body, from, headers })).status;
    };
    const [first, second] = [entry.network.addOutsideAddress(), entry.network.addOutsideAddress()];
    await Promise.all(Array.from({ length: ROOMS_PER_ADDRESS.points }, () => open(first)));
    expect(await open(first, { 'X-Forwarded-For': '192.0.2.1' })).toBe(429);
    expect(await open(second)).toBe(201);

    const direct = Object.fromEntries((await fetch(entry.server.reachable)).headers);
    const { headers } = await entry.ask('/');
    for (const own of ['connection', 'keep-alive', 'date']) {
      delete direct[own];
      delete headers[own];
    }
    expect(Object.keys(direct).length).toBeGreaterThan(10);
    expect(headers).toEqual(direct);
  });

  describe('where no UDP gets through', () => {
    beforeAll(() => entry.network.refuseUdp());

    it('P-180 leads members to the media port itself over tcp, and those who cannot reach it over the relay', async () => {
      const people = [await person('Ana', 'tcp'), await person('Ben', 'direct'), await person('Cleo', 'tcp')] as const;
      await meet(people);
      for (const one of people) await expectLedOver(one, one.who.name === 'Ben' ? 'prflx tcp' : 'relay tcp');
      await close(people);
    });

    it('P-180 leads members over the relay by tls on the port and the address of the page', async () => {
      const people = [await person('Ana', 'tls'), await person('Ben', 'tls')] as const;
      await meet(people);
      for (const one of people) await expectLedOver(one, 'relay tls');
      await close(people);
    });
  });
});
