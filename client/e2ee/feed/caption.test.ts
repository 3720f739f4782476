// Captions at a viewer: what the speaker's device signed is read once, and nothing that a server, or who has the watch link, makes of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainKeys } from '../frames/DomainKeys.ts';
import { FrameKeyring } from '../frames/FrameKeyring.ts';
import type { StagePerson, WatchCaption } from '../messages.ts';
import { epochKeys, ManualClock, MEMBERS } from '../test/fakeFrames.ts';
import { NOW_MS, ROOM_ID } from '../test/members.ts';
import { Stage, STAGE_GROUP, stageKeyOf } from '../test/stage.ts';
import { toHex } from '../util/bytes.ts';
import { readCaptionHeader, sealCaption, type CaptionPlace } from './caption.ts';
import type { FeedKey } from './FeedKey.ts';
import { WatchSession } from './WatchSession.ts';
import { Speakers } from './Speakers.ts';

const EPOCH = 3;

class Viewer {
  readonly keyring = new FrameKeyring({ incarnation: 0, nowMs: new ManualClock().nowMs });
  readonly speakers = new Speakers();
  readonly session: WatchSession;
  #captions: WatchCaption[] = [];

  constructor({ root, hostKeyHash }: Stage) {
    this.session = new WatchSession({
      ...{ roomId: ROOM_ID, hostKeyHash, root, keyring: this.keyring, speakers: this.speakers },
      onView: () => {},
      onCaption: (caption) => this.#captions.push(caption),
      onEpochArrived: () => {},
    });
  }

  async hears(from: string, ...captions: Uint8Array[]): Promise<WatchCaption[]> {
    for (const caption of captions) this.session.deliver({ name: 'stage:caption', from, caption });
    await this.session.idle();
    return this.#captions.splice(0);
  }
}

interface Written {
  by?: FeedKey;
  as?: string;
  count?: number;
  epoch?: number;
  roomId?: string;
  timeMs?: number;
  text?: string;
  line?: number;
  /** Whose key seals it, where it is not the writer's own. */
  under?: StagePerson;
}

async function createScene() {
  const stage = await Stage.create();
  const [ana, ben] = [await stage.person('ana'), await stage.person('ben', 'producer')];
  const signed = await stage.roster(1, [ana, ben]);
  const viewer = new Viewer(stage);
  viewer.session.deliver(await stage.rosterEvent(signed));
  viewer.session.deliver(await stage.keysEvent(EPOCH, signed));
  await viewer.session.idle();
  /** As somebody who holds the stage's key seals it: the speaker, the server, or anybody with the watch link. */
  const write = async (written: Written = {}): Promise<Uint8Array> => {
    const {
      as = 'ana',
      count = 0,
      epoch = EPOCH,
      roomId = ROOM_ID,
      timeMs = NOW_MS,
      text = 'hello',
      line = 0,
    } = written;
    const { feedKey } = written.under ?? (await stage.person(as));
    const key = await (await DomainKeys.create(stageKeyOf(EPOCH))).captionKey(feedKey);
    const place: CaptionPlace = { roomId, peerId: as, groupId: STAGE_GROUP, epoch, count };
    return sealCaption(key, written.by ?? (await stage.keyOf(as)), place, { line, text, final: true }, timeMs);
  };
  return { stage, ana, ben, viewer, write };
}

const said = (text: string, line = 0) => ({ outcome: 'said', peerId: 'ana', line, text, final: true }) as const;

describe('captions at a viewer', () => {
  it('F-30 what the listed speaker’s device signed is read as theirs', async () => {
    const { viewer, write } = await createScene();
    await expect(viewer.hears('ana', await write({ text: 'Ça va ? 日本 🎙', line: 7 }))).resolves.toEqual([
      said('Ça va ? 日本 🎙', 7),
    ]);
  });

  it('F-30 what somebody sealed with the watch link’s key and not the speaker’s is refused, and told', async () => {
    const { stage, viewer, write } = await createScene();
    const forged = await write({ by: await stage.keyOf('ben') });
    await expect(viewer.hears('ana', forged)).resolves.toEqual([{ outcome: 'forged', peerId: 'ana' }]);
    // It is not in the way of what she says.
    await expect(viewer.hears('ana', await write())).resolves.toEqual([said('hello')]);
  });

  it('F-30 the words of one are not read as another’s, nor those of another room or epoch', async () => {
    const { ben, viewer, write } = await createScene();
    // The server names another; a forger seals what Ana signed as Ben’s anew.
    await expect(viewer.hears('ben', await write())).resolves.toEqual([]);
    await expect(viewer.hears('ana', await write({ as: 'ben', under: ben }))).resolves.toEqual([]);
    for (const elsewhere of [{ roomId: 'another' }, { epoch: EPOCH + 1 }])
      await expect(viewer.hears('ana', await write(elsewhere))).resolves.toEqual([]);
    await expect(viewer.hears('cleo', await write({ as: 'cleo' }))).resolves.toEqual([]);
  });

  it('F-31 each is read once, and none after a later one', async () => {
    const { viewer, write } = await createScene();
    const [first, second, third] = [
      await write({ count: 4, text: 'one' }),
      await write({ count: 5, text: 'two' }),
      await write({ count: 6, text: 'three' }),
    ];
    await expect(viewer.hears('ana', first, first, third, second, third)).resolves.toEqual([
      said('one'),
      said('three'),
    ]);
  });

  it('F-31 what was signed more than 10 s before the newest of its speaker is refused, frames and other rosters included', async () => {
    const { stage, ana, viewer, write } = await createScene();
    viewer.speakers.of('ana')?.newestMs.set('mic', NOW_MS + 10_000);
    await expect(
      viewer.hears('ana', await write({ count: 1, text: 'kept back', timeMs: NOW_MS - 1 })),
    ).resolves.toEqual([]);
    await expect(viewer.hears('ana', await write({ count: 2, text: 'in time' }))).resolves.toEqual([said('in time')]);
    viewer.session.deliver(await stage.rosterEvent(await stage.roster(2, [{ ...ana, title: 'Guest' }])));
    await expect(
      viewer.hears('ana', await write({ count: 2 }), await write({ count: 3, timeMs: NOW_MS - 1 })),
    ).resolves.toEqual([]);
  });

  it('F-30 words that would turn or cover what stands around them lose that, and nothing is read of who says nothing', async () => {
    const { viewer, write } = await createScene();
    await expect(viewer.hears('ana', await write({ text: 'a\u202Eb\n\u0007c' }))).resolves.toEqual([said('ab c')]);
    await expect(viewer.hears('ana', await write({ count: 1, text: ' \u200B' }))).resolves.toEqual([]);
  });

  it('F-30 no byte of a caption can be another, and no bytes make a viewer throw or read anything', async () => {
    const { viewer, write } = await createScene();
    const sealed = await write({ text: 'the minutes' });
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = sealed.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(await viewer.hears('ana', changed)).toEqual([]);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 900 }), fc.boolean(), async (bytes, isBehind) => {
        const given = isBehind ? Uint8Array.from([...sealed.subarray(0, 28), ...bytes]) : bytes;
        expect(await viewer.hears('ana', given)).toEqual([]);
      }),
    );
    await expect(viewer.hears('ana', sealed)).resolves.toEqual([said('the minutes')]);
  });
});

describe('the key of captions', () => {
  it('F-29 is another for each speaker and each epoch, and nothing leaves while the microphone is backstage', async () => {
    const { ana, ben } = await createScene();
    const keyring = new FrameKeyring({ incarnation: 0, nowMs: new ManualClock().nowMs });
    await keyring.addEpoch({ ...epochKeys(EPOCH, 0, MEMBERS), stageKey: stageKeyOf(EPOCH) });
    await keyring.addEpoch({ ...epochKeys(EPOCH + 1, 0, MEMBERS), stageKey: stageKeyOf(EPOCH + 1) });
    const { groupId } = epochKeys(EPOCH, 0, MEMBERS);
    const sealedUnder = async (epoch: number, { feedKey }: StagePerson) => {
      const key = await keyring.captionKey(groupId, epoch, feedKey);
      const zeros = { name: 'AES-GCM', iv: new Uint8Array(12) };
      return toHex(new Uint8Array(await crypto.subtle.encrypt(zeros, key!, new Uint8Array(16))));
    };
    const all = [
      await sealedUnder(EPOCH, ana),
      await sealedUnder(EPOCH, ben),
      await sealedUnder(EPOCH + 1, ana),
      await sealedUnder(EPOCH + 1, ben),
    ];
    expect(new Set(all).size).toBe(4);
    keyring.sendFrom(groupId, EPOCH);
    for (const streams of [[], ['camera', 'screen'] as const]) {
      await keyring.setOnAir(streams);
      expect(keyring.captionTicket(ana.feedKey)).toBeUndefined();
    }
    await keyring.setOnAir(['mic']);
    expect(keyring.captionTicket(ana.feedKey)).toMatchObject({ epoch: EPOCH });
    keyring.stopSending();
    expect(keyring.captionTicket(ana.feedKey)).toBeUndefined();
  });

  it('F-29 the number is the nonce, and stands where everybody reads it', async () => {
    const { write } = await createScene();
    const [first, second] = [await write({ count: 1 }), await write({ count: 2 ** 32 - 1 })];
    expect([first, second].map((sealed) => readCaptionHeader(sealed)?.count)).toEqual([1, 2 ** 32 - 1]);
    await expect(write({ count: 2 ** 32 })).rejects.toThrow(RangeError);
  });
});
