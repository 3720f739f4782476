// A line that is bad, or becomes another: what people are told of it, what they can do about it, and that nobody is there twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FULL_PACE } from './harness/chromium.ts';
import { LOSSY_ADDRESS, openLossyPath, type LossyPath } from './harness/lossyPath.ts';
import { canMakeNetworks, createNetwork, type NetworkNamespace } from './harness/NetworkNamespace.ts';
import type { Participant } from './harness/Participant.ts';
import { keepBothSchemes } from './harness/screens.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { keepConnections, namedByTrack } from './harness/videoUse.ts';

interface SeenLine {
  bars: string | null;
  cause: string | null;
  whose: string | null;
  words: string;
}

/** What the tile of `name`, or one's own, says of the line behind it. */
const lineOf = ({ page, name: own }: Participant, name: string): Promise<SeenLine | null> =>
  page.evaluate(
    ({ tiles, self, quality, wanted }) => {
      const all = [...document.querySelectorAll(tiles)];
      const tile = all.find((each) =>
        self ? each.getAttribute('data-self') === 'true' : each.textContent?.includes(wanted),
      );
      const mark = tile?.querySelector(quality);
      if (!mark) return null;
      const attribute = (key: string): string | null => mark.getAttribute(`data-${key}`);
      return {
        bars: attribute('bars'),
        cause: attribute('cause'),
        whose: attribute('whose'),
        words: mark.textContent ?? '',
      };
    },
    { tiles: byId('tile', { stream: 'camera' }), quality: byId('quality'), wanted: name, self: name === own },
  );

const waitForLine = (viewer: Participant, name: string, holds: (line: SeenLine) => boolean, what: string) =>
  until(
    async () => {
      const line = await lineOf(viewer, name);
      if (line !== null && holds(line)) return line;
      throw new Error(JSON.stringify(line));
    },
    { timeoutMs: 60_000, what: `${viewer.name} to see ${what}` },
  );

const isThere = async (person: Participant, selector: string): Promise<boolean> =>
  (await person.texts(selector)).length > 0;

const tileState = ({ page }: Participant, name: string): Promise<string | null> =>
  page.evaluate(
    ({ tiles, wanted }) =>
      [...document.querySelectorAll(tiles)]
        .find((each) => each.textContent?.includes(wanted))
        ?.getAttribute('data-state') ?? null,
    { tiles: byId('tile', { stream: 'camera' }), wanted: name },
  );

/** Pictures that this page decoded so far. */
const decoded = ({ page }: Participant): Promise<number> =>
  page.evaluate(async () => {
    let frames = 0;
    const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
    for (const connection of keptConnections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === 'inbound-rtp') frames += Number(report.framesDecoded ?? 0);
      }
    }
    return frames;
  }, null);

describe('two people on a line that loses packets', () => {
  let stage: Stage;
  let path: LossyPath;
  let mira: Participant;
  let noah: Participant;

  beforeAll(async () => {
    stage = await setStage({ announce: LOSSY_ADDRESS, pace: FULL_PACE });
    path = await openLossyPath(stage.server.mediaPort);
    stage.defer(() => path.close());
    const keep = (context: Parameters<NonNullable<Parameters<Stage['person']>[1]>>[0]): Promise<unknown> =>
      context.addInitScript(keepConnections, []);
    mira = await stage.person('Mira', keep);
    noah = await stage.person('Noah', keep);
    const link = await mira.makeMeeting(stage.server.origin);
    await mira.enter();
    await noah.joinByLink(link);
    await mira.sees(noah);
  });
  afterAll(() => stage?.close());

  it('knows by the browser’s own figures whose streams it receives', async () => {
    const areBothThere = async (): Promise<boolean> => (await namedByTrack(mira)).length === 2;
    await until(areBothThere, { what: 'figures of Noah’s voice and picture' });
    expect(await namedByTrack(mira)).toEqual([true, true]);
  });

  it('shows four bars and says nothing while the line is good', async () => {
    const line = await waitForLine(mira, 'Noah', ({ bars }) => bars === '4', 'four bars');
    expect(line.words).toBe('');
    expect(await isThere(mira, byId('unstable'))).toBe(false);
  });

  it('says on each tile whose network loses packets, warns once, and offers to do without pictures', async () => {
    path.lose({ up: 0.3, down: 0 });
    // Reports of loss come seconds after the estimate that it pulls down: until then it looks like little bandwidth, and may
    // do so again, for a minute, once less is sent. So both lines are looked at from the beginning, and not one after the other.
    const isLossy = ({ bars, cause }: SeenLine): boolean => Number(bars) <= 2 && cause === 'loss';
    const [theirs, own] = await Promise.all([
      waitForLine(mira, 'Noah', (line) => isLossy(line) && line.whose === 'theirs', 'Noah’s line to lose packets'),
      waitForLine(mira, 'Mira', isLossy, 'the own line to lose packets'),
    ]);
    expect(theirs.words).toMatch(/^(Poor|Weak) connection: Noah’s network loses packets$/);
    expect(own.words).toMatch(/^(Poor|Weak) connection: your network loses packets$/);
    await until(() => isThere(mira, byId('unstable')), { timeoutMs: 60_000, what: 'the warning of the own line' });
    await keepBothSchemes(mira.page, 'quality-unstable', 'wide');
    path.lose({ up: 0, down: 0.3 });
    await waitForLine(
      mira,
      'Noah',
      ({ whose, cause, bars }) => whose === 'yours' && cause === 'loss' && Number(bars) < 4,
      'her own line to be the bad one',
    );
    path.lose({ up: 0, down: 0 });
  });

  it('receives no picture with audio only, says so in the header, keeps the sound, and gets the picture back', async () => {
    await mira.page.click(byId('unstableAudioOnly'));
    await until(async () => (await mira.texts(byId('audioOnlyMark')))[0] === 'Audio only', { what: 'the mark' });
    expect(await isThere(mira, byId('unstable'))).toBe(false);
    await until(async () => (await tileState(mira, 'Noah')) === 'spared', { what: 'a face instead of the picture' });
    await until(async () => (await tileState(noah, 'Mira')) === 'off', { what: 'Noah to see her camera off' });
    // The server was told; what was under way arrives, and then nothing any more.
    const still = async (): Promise<boolean> => {
      const before = await decoded(mira);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return (await decoded(mira)) === before;
    };
    await until(still, { what: 'no picture to come' });
    await mira.hearsVoices(1);
    await keepBothSchemes(mira.page, 'quality-audio-only', 'wide');
    await mira.page.click(byId('more'));
    await mira.page.click(byId('audioOnly'));
    await mira.sees(noah);
    expect(await isThere(mira, byId('audioOnlyMark'))).toBe(false);
  });
});

const isRoot = canMakeNetworks();
if (!isRoot) process.stdout.write('skipped: only root can make a network, and another one under it\n');

describe.skipIf(!isRoot)('a device that goes over to another network', () => {
  let network: NetworkNamespace;
  let stage: Stage;
  let mira: Participant;
  let noah: Participant;

  /** Counts tiles from now on, so that one that is there for a moment only is not missed. */
  const countTiles = ({ page }: Participant): Promise<void> =>
    page.evaluate((tiles) => {
      const seen = globalThis as unknown as { mostTiles: number };
      const look = (): void => {
        seen.mostTiles = Math.max(seen.mostTiles ?? 0, document.querySelectorAll(tiles).length);
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      look();
    }, byId('tile'));
  const mostTiles = ({ page }: Participant): Promise<number> =>
    page.evaluate(() => (globalThis as unknown as { mostTiles: number }).mostTiles, null);
  const peerIds = ({ page }: Participant): Promise<string[]> =>
    page.evaluate(
      (tiles) => [...document.querySelectorAll(tiles)].map((tile) => tile.getAttribute('data-peer-id') ?? ''),
      byId('tile'),
    );
  /** Local addresses that this page's media go from. */
  const addresses = ({ page }: Participant): Promise<string[]> =>
    page.evaluate(async () => {
      const found = new Set<string>();
      const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
      for (const connection of keptConnections) {
        if (connection.connectionState !== 'connected') continue;
        const stats = await connection.getStats();
        for (const report of stats.values()) {
          if (report.type !== 'transport' || !report.selectedCandidatePairId) continue;
          const pair = stats.get(report.selectedCandidatePairId);
          found.add(String(stats.get(pair?.localCandidateId)?.address));
        }
      }
      return [...found];
    }, null);

  beforeAll(async () => {
    network = createNetwork();
    // The server stays where it is: at an address that no interface but loopback has.
    stage = await setStage({ network: { ...network, address: network.lastingAddress }, pace: FULL_PACE });
    const keep = (context: Parameters<NonNullable<Parameters<Stage['person']>[1]>>[0]): Promise<unknown> =>
      context.addInitScript(keepConnections, []);
    mira = await stage.person('Mira', keep);
    noah = await stage.person('Noah', keep);
    const link = await mira.makeMeeting(stage.server.origin);
    await mira.enter();
    await noah.joinByLink(link);
    await mira.sees(noah);
    await noah.sees(mira);
  });
  afterAll(async () => {
    await stage?.close();
    network?.close();
  });

  it('goes on from its new address as the same Peer, in the same tile, with picture and sound both ways', async () => {
    const before = [await peerIds(mira), await peerIds(noah)];
    for (const person of [mira, noah]) {
      expect(await addresses(person)).toEqual([network.address]);
      await countTiles(person);
    }
    const next = network.changeAddress();
    for (const person of [mira, noah]) {
      const isOver = async (): Promise<boolean> => (await addresses(person)).join() === next;
      await until(isOver, { timeoutMs: 60_000, what: `${person.name}’s media to go from ${next}` });
    }
    await mira.sees(noah);
    await noah.sees(mira);
    await mira.hearsVoices(1);
    expect([await peerIds(mira), await peerIds(noah)]).toEqual(before);
    expect([await mostTiles(mira), await mostTiles(noah)]).toEqual([2, 2]);
  });
});
