// The command that fills a room, against the real server: everybody comes, says and hears, goes and comes back, and all leave in the end.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatLink } from '#core';
import { RESUME_GRACE_MS } from '#protocol/limits';
import { requireWorkerBin } from '../../server/media/test/mediaTestBed.ts';
import { CallPeer } from '../../infra/doctor/peer/CallPeer.ts';
import { openHouse, type House } from '../soak/house.ts';
import { Bot } from './Bot.ts';
import { Mouth } from './Mouth.ts';
import { VOICE } from './voice.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Says that it hangs, not that it is slow. */
const PATIENCE_MS = 120_000;

const run = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: PATIENCE_MS }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('a room filled with Bots', () => {
  let house: House;
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bots-test-'));
  const linkFile = path.join(folder, 'link');

  beforeAll(async () => {
    house = await openHouse(requireWorkerBin(), RESUME_GRACE_MS);
    writeFileSync(linkFile, `${formatLink(house.link, house.url)}\n`);
  }, PATIENCE_MS);
  afterAll(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'has what a Bot says opened byte for byte by whoever is in the group',
    async () => {
      const spoken = new Set(VOICE.map((frame) => Buffer.from(frame).toString('base64')));
      const listener = new CallPeer({ origin: house.url, way: 'udp', spoken });
      const nothing = (): void => undefined;
      const deaf = { onView: nothing, onRequest: nothing, onEvent: nothing, onSealed: nothing, onOpened: nothing };
      const handlers = { ...deaf, onState: nothing };
      const bot = new Bot({ origin: house.url, link: house.link, displayName: 'Bot', handlers, mouth: new Mouth() });
      try {
        await listener.join(house.link);
        await bot.join();
        bot.talk(true);
        // More than once around: all of it was heard.
        await expect.poll(() => listener.seen.alike, { timeout: PATIENCE_MS }).toBeGreaterThan(2 * VOICE.length);
        expect(listener.seen.opened).toBe(listener.seen.alike);
        expect(bot.sounds).toBeGreaterThanOrEqual(listener.seen.alike);
      } finally {
        bot.close();
        listener.close();
      }
    },
    PATIENCE_MS,
  );

  it(
    'has all of them in, talking, leaving, crashing and coming back, and ends by itself',
    async () => {
      const script =
        'say 500ms speak raise 500ms react lower say leave 200ms return say 500ms crash 200ms return 500ms';
      // Long enough for each to go and come back several times; how often is not looked at.
      const args = ['--count', '5', '--script', script, '--minutes', '0.2', '--over', '1'];
      const { code, stdout, stderr } = await run('--origin', house.url, '--link-file', linkFile, ...args);
      process.stdout.write(stdout);
      expect(stderr).toBe('');
      expect(stdout).toContain('5 of 5 were in, and all have left');
      const [, said = 0, heard = 0] = (/.*· (\d+) said, (\d+) heard/s.exec(stdout) ?? []).map(Number);
      const [, returned = 0] = (/.*· (\d+) came back/s.exec(stdout) ?? []).map(Number);
      const [, sounds = 0] = (/.*· (\d+) sounds/s.exec(stdout) ?? []).map(Number);
      expect(sounds).toBeGreaterThan(0);
      expect(said).toBeGreaterThan(0);
      expect(heard).toBeGreaterThan(said);
      expect(returned).toBeGreaterThan(0);
      expect(code).toBe(0);
      expect(house.complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it.each([
    ['a script with a word that it does not know', ['--script', 'dance'], /"dance" is no act/],
    ['too many', ['--count', '251'], /--count is from 1 to 250/],
  ])(
    'says what is wrong with %s, and how it is used, and never the link',
    async (_, args, why) => {
      const { code, stderr } = await run('--origin', house.url, '--link-file', linkFile, ...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(why);
      expect(stderr).toContain('npm run bots --');
      expect(stderr).not.toContain(Buffer.from(house.link.secret).toString('base64url'));
    },
    PATIENCE_MS,
  );

  it(
    'says that a link is none of that server, and never the link',
    async () => {
      const { code, stderr } = await run('--origin', 'http://127.0.0.1:9', '--link-file', linkFile);
      expect(code).toBe(2);
      expect(stderr).toContain('otherServer');
      expect(stderr).not.toContain(house.link.roomId);
    },
    PATIENCE_MS,
  );
});
