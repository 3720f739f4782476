// A server that would have its clients send less well sealed, or not at all: nothing it can say has a frame leave in the clear.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { createKeyPackage } from '../../../client/e2ee/mls/keyPackage.ts';
import { opus, vp8Delta, vp8Key } from '../../../client/e2ee/test/fakeFrames.ts';
import { sealFor, standBeforeGroup } from './Insider.ts';
import { hears, Stage, together, tuned, within } from './Stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const OFF = {
  e2ee: false,
  encryption: 'none',
  sealed: false,
  version: 0,
  suite: 'NULL',
  passthrough: true,
  codec: 'none',
};

describe('capability downgrade', () => {
  it('F-6, P-51 by every switch that a server may think of turns nothing off: all that leaves is sealed, and opens at the others', async () => {
    const { villain, sfu } = stage;
    villain.alterReply = (_from, _asked, reply) => (reply.ok ? { ok: true, data: { ...reply.data, ...OFF } } : reply);
    villain.alterHttp = ({ status, body }) => ({ status, body: { ...body, ...OFF, data: { ...body.data, ...OFF } } });
    villain.rewrite = (_to, said) => [{ ...said, payload: { ...said.payload, ...OFF } } as never];
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic', 'camera'] });
    await tuned(bo, ana, 'mic');
    await tuned(bo, ana, 'camera');
    const spoken = Array.from({ length: 30 }, (_, seed) => opus(seed));
    const filmed = [vp8Key(1), ...Array.from({ length: 30 }, (_, seed) => vp8Delta(seed))];
    const plain = [...spoken, ...filmed].map(({ data }) => Buffer.from(data.slice(0)));
    ana.encode('mic', ...spoken);
    ana.encode('camera', ...filmed);
    await vi.waitFor(() => expect(bo.decoded(ana, 'mic')).toHaveLength(30), within);
    await vi.waitFor(() => expect(bo.decoded(ana, 'camera')).toHaveLength(31), within);
    // VP8's ten clear bytes are what the server may see of a frame (F-5): nothing longer than those of any frame is in what left.
    const shows = (bytes: Uint8Array) => plain.some((frame) => Buffer.from(bytes).includes(frame.subarray(10, 26)));
    expect(sfu.left).toHaveLength(61);
    expect(sfu.left.filter(({ bytes }) => shows(bytes))).toEqual([]);
  });

  it('F-6 by words of readiness that is not there moves no sender to an epoch of the server’s choice', async () => {
    const { villain, clock } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    const cy = await stage.attend('Cy');
    await together(ana, bo, cy);
    const { groupId, epoch } = villain.askedBy(ana.peerId, 'mls:ready').at(-1)!;
    // Past the two seconds after which senders switch by themselves.
    await clock.pass(3_000);
    for (const other of [0, epoch - 1, epoch + 1, epoch + 64]) {
      villain.say(ana.peerId, 'mls:allReady', { groupId, epoch: other });
      await hears(bo, ana);
      expect(await ana.client.diagnostics()).toMatchObject({ epoch, sendEpoch: epoch });
    }
  });

  it('E-75 to codecs whose frames nobody can seal has the client leave and say that it cannot seal; it sends nothing', async () => {
    const { villain, sfu } = stage;
    const isac = { mimeType: 'audio/ISAC', kind: 'audio', preferredPayloadType: 111, clockRate: 16_000, channels: 1 };
    villain.alterReply = (_from, { name }, reply) =>
      reply.ok && name === 'room:join'
        ? { ok: true, data: { ...reply.data, routerRtpCapabilities: { codecs: [isac], headerExtensions: [] } } }
        : reply;
    const ana = stage.begin('Ana', { devices: ['mic'] });
    await vi.waitFor(() => expect(ana.locks.at(-1)).toBe('ended cannotSeal'), within);
    expect(villain.asked.filter(({ asked }) => asked.name === 'producer:create')).toEqual([]);
    expect(sfu.left).toEqual([]);
  });

  it('F-5 of one stream to another codec, or to one that nobody knows, plays nothing of it and says so', async () => {
    const { villain } = stage;
    const { codecs = [] } = generateRouterRtpCapabilities();
    const vp9 = codecs.find(({ mimeType }) => mimeType === 'video/VP9')!;
    villain.rewrite = (_to, said) => {
      if (said.name !== 'consumer:new') return [said];
      const consumers = said.payload.consumers.map((consumer) => {
        const relabelled =
          consumer.kind === 'audio'
            ? { mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8_000 }
            : {
                mimeType: 'video/VP9',
                payloadType: vp9.preferredPayloadType,
                clockRate: 90_000,
                parameters: vp9.parameters,
              };
        return { ...consumer, rtpParameters: { ...consumer.rtpParameters, codecs: [relabelled] } };
      });
      return [{ ...said, payload: { consumers } }];
    };
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic', 'camera'] });
    await tuned(bo, ana, 'camera');
    ana.encode('mic', opus(1));
    ana.encode('camera', vp8Key(1), ...Array.from({ length: 60 }, (_, seed) => vp8Delta(seed)));
    await vi.waitFor(async () => expect(await bo.faults(ana, 'camera')).toEqual({ wrongCodec: 61 }), within);
    expect(bo.isTuned(ana, 'mic')).toBe(false);
    expect([bo.decoded(ana, 'camera'), bo.decoded(ana, 'mic')]).toEqual([[], []]);
    const [shown] = bo.view().participants;
    expect([shown?.mic, shown?.camera]).toEqual([
      { state: 'waiting', cause: 'failing', why: 'setup' },
      { state: 'waiting', cause: 'failing', why: 'damaged' },
    ]);
  });

  it('E-10, E-32 to another cipher suite by a key package of that suite, sealed with the link, is added by nobody; who waits beside it is', async () => {
    const { villain, clock } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo']);
    const { client, peerId, env, groupId } = await standBeforeGroup(stage);
    const other = { ...env.suite, name: 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519' } as const;
    const identity = { groupId, peerId, displayName: 'Weak', timeMs: clock.now() };
    const own = await createKeyPackage(other, env.keys, identity);
    expect(own.publicPackage.cipherSuite).toBe(other.name);
    const sealed = await sealFor(env, own, groupId, peerId);
    expect(await client.request('mls:keyPackage', { groupId, sealed })).toEqual({ outcome: 'queued' });
    const cy = await stage.attend('Cy');
    await together(ana, bo, cy);
    await clock.pass(5_000);
    const added = villain.asked.flatMap(({ asked }) => (asked.name === 'mls:commit' ? asked.input.added : []));
    expect(new Set(added)).toEqual(new Set([bo.peerId, cy.peerId]));
    expect(client.of('mls:welcome')).toEqual([]);
  });
});
