// Captions through the real door: who may speak to viewers, who hears it, and how much of it.
import { describe, expect, test } from 'vitest';
import { CAPTIONS_PER_AUDIENCE, CAPTIONS_PER_CONNECTION, MAX_STAGE_CAPTION_CHARS } from '#protocol/limits';
import { caughtUp, commit, groupId, opaque, produce, sealedMeeting } from './sealedMeeting.ts';
import { enter, watch, type TestClient } from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();
const meeting = () => sealedMeeting(bed.url);

describe('captions', () => {
  const say = (client: TestClient, caption: string) => client.code('stage:caption', { caption });
  const heardBy = (client: TestClient) => client.of('stage:caption').map(({ payload }) => payload);

  /** Ana, who is on air, and one who watches. */
  async function onAir() {
    const scene = await meeting();
    const producerId = await produce(scene.ana);
    await scene.ana.client.request('producer:air', { producerId, onAir: true });
    const viewer = (await watch(bed.url, scene.room)).client;
    return { ...scene, producerId, viewer };
  }

  test('P-150 of who is on air reach every viewer with the name of their Peer, and no member; who comes later finds none', async () => {
    const { room, host, ana, viewer } = await onAir();
    const other = (await watch(bed.url, room)).client;
    expect(await say(ana.client, 'sealed')).toBe('ok');
    for (const client of [viewer, other]) {
      await client.hear('stage:caption');
      expect(heardBy(client)).toEqual([{ from: ana.answer.peerId, caption: 'sealed' }]);
      expect(client.of('stage:caption')[0]?.sequence).toBeUndefined();
    }
    const late = (await watch(bed.url, room)).client;
    for (const client of [host.client, ana.client, late]) {
      await caughtUp(client);
      expect(heardBy(client)).toEqual([]);
    }
    // Those of one room are no concern of another's.
    const elsewhere = (await watch(bed.url, (await meeting()).room)).client;
    await say(ana.client, 'again-');
    await viewer.hear('stage:caption', 2);
    await caughtUp(elsewhere);
    expect(heardBy(elsewhere)).toEqual([]);
  });

  test('P-151 are refused from who has nothing on air, is no member or watches, and viewers hear none of it', async () => {
    const { room, host, ana, producerId, viewer } = await onAir();
    expect(await say(host.client, 'backstage-')).toBe('forbidden');
    expect(await say((await enter(bed.url, room)).client, 'waiting')).toBe('not_sealed');
    expect(await say(viewer, 'a-viewer')).toBe('forbidden');
    await ana.client.request('producer:air', { producerId, onAir: false });
    expect(await say(ana.client, 'off-air')).toBe('forbidden');
    await ana.client.request('producer:air', { producerId, onAir: true });
    await host.client.request('stage:close', {});
    expect(await say(ana.client, 'after-the-show')).toBe('forbidden');
    await viewer.hear('stage:closed');
    expect(heardBy(viewer)).toEqual([]);
  });

  test('P-152 are bounded in size, and in number from one device and of a whole room', async () => {
    const { room, host, ana, viewer } = await onAir();
    expect(await say(ana.client, 'a'.repeat(MAX_STAGE_CAPTION_CHARS))).toBe('ok');
    expect(await say(ana.client, 'a'.repeat(MAX_STAGE_CAPTION_CHARS + 1))).toBe('too_large');
    for (const bad of ['', 'a b', 'abcde', 7, null])
      expect(await ana.client.code('stage:caption', { caption: bad })).toBe('bad_request');
    const ben = await enter(bed.url, room);
    await ben.client.request('mls:keyPackage', { groupId, sealed: opaque });
    await commit(host.client, 1, ben.answer.peerId);
    for (const { client } of [host, ana, ben]) await client.request('mls:ready', { groupId, epoch: 2 });
    for (const one of [host, ben])
      await one.client.request('producer:air', { producerId: await produce(one), onAir: true });
    const codes: string[] = [];
    for (const { client } of [host, ben, ana])
      for (let count = 0; count < CAPTIONS_PER_CONNECTION.points; count += 1) codes.push(await say(client, 'abcd'));
    // One of Ana’s was said above; what was refused counts for her own limit as well.
    const passed = codes.filter((code) => code === 'ok').length;
    expect([passed, codes.at(-1)]).toEqual([CAPTIONS_PER_AUDIENCE.points - 1, 'rate_limited']);
    expect(codes).toContain('capacity');
    await viewer.hear('stage:caption');
    expect(bed.logged.join('')).not.toContain('a'.repeat(MAX_STAGE_CAPTION_CHARS));
  });
});
