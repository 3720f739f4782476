// A whole stage through the real doors in Node: the host, a speaker and a viewer, each with a worker behind a MessageChannel.
import { afterEach, describe, expect, it } from 'vitest';
import { E2eeClient } from '../E2eeClient.ts';
import { importViewRoot } from '../feed/viewKeys.ts';
import { openWrap } from '../feed/wrap.ts';
import type { FrameEngine } from '../frames/FrameEngine.ts';
import { viewSecret } from '../link/secrets.ts';
import type {
  GroupView,
  SessionSettings,
  StagePerson,
  StreamName,
  TrackState,
  WatchCaption,
  WatchView,
} from '../messages.ts';
import { FakeClock } from '../test/FakeClock.ts';
import { FakeDelivery } from '../test/FakeDelivery.ts';
import { bytesOf, copyOf, FakeTrack, opus, quiet, vp8Delta, vp8Key } from '../test/fakeFrames.ts';
import { createHost, ROOM_ID } from '../test/members.ts';
import { CONTENT } from '../test/stage.ts';
import { toHex } from '../util/bytes.ts';
import { readCaptionHeader } from '../feed/caption.ts';
import { serve } from './serve.ts';

const SECRET = new Uint8Array(24).fill(7);
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

class Page {
  readonly peerId: string;
  readonly client: E2eeClient;
  readonly posted: unknown[] = [];
  readonly views: GroupView[] = [];
  readonly watched: WatchView[] = [];
  readonly captions: WatchCaption[] = [];
  readonly tracks: TrackState[] = [];
  engine!: FrameEngine;

  constructor(peerId: string, delivery: FakeDelivery) {
    this.peerId = peerId;
    const { port1, port2 } = new MessageChannel();
    const listen = (engine: FrameEngine) => {
      this.engine = engine;
      return () => {};
    };
    const served = serve(port2, { listen });
    port1.addEventListener('message', ({ data }) => this.posted.push(data));
    this.client = new E2eeClient(port1, {
      onRequest: (request) => delivery.request(peerId, request),
      onGroup: (view) => this.views.push(view),
      onSaid: () => {},
      onTrack: (_, track) => this.tracks.push(track),
      onKeyFrameNeeded: () => {},
      onLink: () => {},
      onWatch: (view) => this.watched.push(view),
      onCaption: (caption) => this.captions.push(caption),
    });
    closers.push(() => {
      this.client.close();
      served.close();
      port1.close();
      port2.close();
    });
  }

  get epoch(): number | null {
    const view = this.views.at(-1);
    return view?.state === 'in' && view.sendEpoch === view.epoch ? view.epoch : null;
  }

  send(stream: StreamName): FakeTrack {
    const track = new FakeTrack();
    const codec = stream === 'mic' ? 'opus' : 'vp8';
    this.engine.attach(track.readable, track.writable, { side: 'send', trackId: stream, stream, codec });
    return track;
  }

  receive(stream: StreamName, peerId: string): FakeTrack {
    const track = new FakeTrack();
    const codec = stream === 'mic' ? 'opus' : 'vp8';
    const options = { side: 'receive', trackId: `${peerId} ${stream}`, stream, codec, peerId } as const;
    this.engine.attach(track.readable, track.writable, options);
    return track;
  }
}

async function createScene() {
  const delivery = new FakeDelivery(new FakeClock());
  const { hostKey, hostKeyHash } = await createHost();
  const until = async (isDone: () => boolean) => {
    await expect.poll(async () => (await delivery.settle(), isDone()), { timeout: 20_000, interval: 5 }).toBe(true);
  };
  const enterAs = async (peerId: string, more: Partial<SessionSettings> = {}): Promise<Page> => {
    const page = new Page(peerId, delivery);
    delivery.connect(peerId, { deliver: (event) => page.client.deliver(event), idle: () => Promise.resolve() });
    const who = { roomId: ROOM_ID, secret: SECRET.slice(), linkGeneration: 0, peerId, displayName: peerId };
    await page.client.open({ ...who, serverTimeOffsetMs: 0, hostKeyHash, ...more });
    await page.client.enter(delivery.group?.ref ?? null);
    await until(() => page.epoch !== null);
    return page;
  };
  const host = await enterAs('host', { hostKey });
  const ana = await enterAs('ana');
  await until(() => host.epoch !== null && host.epoch === ana.epoch);
  const viewer = new Page('viewer', delivery);
  const secret = await viewSecret(SECRET, ROOM_ID, 0);
  const people: StagePerson[] = [
    { peerId: 'ana', name: 'Ana', title: 'Chair', feedKey: await ana.client.feedKey(), role: 'speaker' },
    { peerId: 'host', name: 'Host', title: '', feedKey: await host.client.feedKey(), role: 'producer' },
  ];
  return { until, enterAs, host, ana, viewer, secret, hostKeyHash, people };
}

/** The host signs, the speaker checks it and wraps, and the viewer is given what the server keeps. */
async function openStage({ host, ana, viewer, secret, hostKeyHash, people }: Awaited<ReturnType<typeof createScene>>) {
  const { signed, sealed } = await host.client.signRoster(people, 1);
  await ana.client.openRoster(signed);
  const program = await host.client.signProgram(CONTENT, 1);
  const keys = await ana.client.wrapStage(signed);
  await viewer.client.watch({ roomId: ROOM_ID, viewSecret: secret.slice(), hostKeyHash });
  viewer.client.deliver({ name: 'stage:program', program });
  viewer.client.deliver({ name: 'stage:keys', ...keys });
  viewer.client.deliver({ name: 'stage:roster', roster: sealed });
  return { signed, keys };
}

describe('the stage through the door', () => {
  it('E-157 a viewer sees and hears what a speaker puts on air, verified, and nothing of what is backstage', async () => {
    const scene = await createScene();
    const { until, ana, host, viewer } = scene;
    await openStage(scene);
    await until(() => viewer.watched.at(-1)?.hasKey === true && viewer.watched.at(-1)?.program !== null);
    expect(viewer.watched.at(-1)).toEqual({
      people: [
        { peerId: 'ana', name: 'Ana', title: 'Chair', role: 'speaker' },
        { peerId: 'host', name: 'Host', title: '', role: 'producer' },
      ],
      program: CONTENT,
      hasKey: true,
      fault: null,
    });
    const [camera, seenByViewer, seenByHost] = [
      ana.send('camera'),
      viewer.receive('camera', 'ana'),
      host.receive('camera', 'ana'),
    ];
    camera.push(vp8Key(1));
    await until(() => camera.out.length === 1);
    await ana.client.setOnAir(['camera', 'mic']);
    camera.push(vp8Key(2), vp8Delta(3));
    await until(() => camera.out.length === 3);
    for (const seen of [seenByViewer, seenByHost]) seen.push(...camera.out.map(copyOf));
    await until(() => seenByViewer.out.length === 2 && seenByHost.out.length === 3);
    await quiet();
    expect(seenByViewer.out.map((frame) => toHex(bytesOf(frame)))).toEqual(
      [vp8Key(2), vp8Delta(3)].map((frame) => toHex(bytesOf(frame))),
    );
    expect(viewer.tracks).toEqual([{ state: 'flowing', proof: 'verified' }]);
    expect(host.tracks).toEqual([{ state: 'flowing' }]);
    const [mic, heard] = [ana.send('mic'), viewer.receive('mic', 'ana')];
    mic.push(...Array.from({ length: 6 }, (_, index) => opus(index)));
    await until(() => mic.out.length === 6);
    heard.push(...mic.out.map(copyOf));
    await until(() => heard.out.length === 6);
  });

  it('E-201 the worker of a hall puts no stream on air, and seals for the members as it did', async () => {
    const { until, enterAs, ana } = await createScene();
    const hall = await enterAs('hall', { membersOnly: true });
    await until(() => ana.epoch !== null && ana.epoch === hall.epoch);
    const [camera, seen] = [hall.send('camera'), ana.receive('camera', 'hall')];
    for (const streams of [['camera'], ['screenAudio'], ['mic', 'camera']] as StreamName[][]) {
      await expect(hall.client.setOnAir(streams)).rejects.toThrow('membersOnly');
    }
    await expect(hall.client.setOnAir([])).resolves.toBeUndefined();
    camera.push(vp8Key(1));
    await until(() => camera.out.length === 1);
    // All that is on air is signed, and says so in the trailer (F-20).
    expect((bytesOf(camera.out[0]!).at(-1) ?? 0xff) & 0x40).toBe(0);
    seen.push(copyOf(camera.out[0]!));
    await until(() => seen.out.length === 1);
  });

  it('E-192 captions are sealed for viewers while the microphone is on air, and never backstage', async () => {
    const scene = await createScene();
    const { until, ana, viewer } = scene;
    await openStage(scene);
    const words = (text: string) => ana.client.sealCaption({ line: 0, text, final: false });
    await expect(words('backstage')).rejects.toThrow('notOnAir');
    await ana.client.setOnAir(['camera']);
    await expect(words('seen, and not heard')).rejects.toThrow('notOnAir');
    await ana.client.setOnAir(['mic', 'camera']);
    const captions = [await words('on'), await words('on air')];
    expect(captions.map((sealed) => readCaptionHeader(sealed)?.count)).toEqual([0, 1]);
    for (const caption of captions) viewer.client.deliver({ name: 'stage:caption', from: 'ana', caption });
    await until(() => viewer.captions.length === 2);
    expect(viewer.captions).toEqual(
      ['on', 'on air'].map((text) => ({ outcome: 'said', peerId: 'ana', line: 0, text, final: false })),
    );
    // Said while it is sealed: what she does not want on air any more does not go.
    const late = words('too late');
    await ana.client.setOnAir([]);
    await expect(late).rejects.toThrow('notOnAir');
    await expect(viewer.client.sealCaption({ line: 0, text: 'me too', final: true })).rejects.toThrow('notOpen');
  });

  it('E-155 no key leaves a worker but the public half of its feed key', async () => {
    const scene = await createScene();
    const { host, ana, viewer, secret, people } = scene;
    const { signed, keys } = await openStage(scene);
    await ana.client.setOnAir(['mic']);
    await ana.client.counters();
    const stageKey = await openWrap(await importViewRoot(secret), keys, signed);
    const secrets = [toHex(stageKey!), toHex(secret), toHex(SECRET)];
    const posted = [host, ana, viewer].flatMap((page) => page.posted);
    expect(posted.length).toBeGreaterThan(10);
    const said = posted.flatMap((message) => [...leavesIn(message)]);
    expect(said.filter((value) => value instanceof CryptoKey)).toEqual([]);
    const texts = said.map((value) => (value instanceof Uint8Array ? toHex(value) : String(value)));
    expect(texts.filter((text) => secrets.some((hidden) => text.includes(hidden)))).toEqual([]);
    // The check sees what there is to be seen: the wraps, and the public halves.
    expect(texts).toContain(toHex(keys.wrapped));
    expect(texts).toContain(toHex(people[0]!.feedKey));
  });

  it('E-153 only the host’s device signs a roster, and members refuse one that is forged or older than the last', async () => {
    const scene = await createScene();
    const { host, ana, people } = scene;
    await expect(ana.client.signRoster(people, 1)).rejects.toThrow('notHost');
    const first = await host.client.signRoster(people, 1);
    const second = await host.client.signRoster(people.slice(0, 1), 2);
    await expect(ana.client.openRoster(second.signed)).resolves.toEqual({
      count: 2,
      people: people.slice(0, 1),
      generation: 2,
      delegates: [],
    });
    await expect(ana.client.openRoster(first.signed)).rejects.toThrow('outdated');
    const changed = second.signed.slice();
    changed[20] = (changed[20] ?? 0) ^ 1;
    await expect(ana.client.openRoster(changed)).rejects.toThrow('forged');
    await expect(host.client.signRoster(people, 1)).rejects.toThrow('outdated');
  });

  it('E-206 a member signs a roster once the host named its feed key, until the host’s next one does not', async () => {
    const { host, ana, people, viewer, secret, hostKeyHash } = await createScene();
    const key = await ana.client.feedKey();
    const first = await host.client.signRoster(people, 1, [key]);
    await expect(ana.client.signRoster(people, 2)).rejects.toThrow('notHost');
    await expect(ana.client.openRoster(first.signed)).resolves.toMatchObject({ generation: 1, delegates: [key] });
    const anas = await ana.client.signRoster(people.slice(0, 1), 2);
    await expect(host.client.openRoster(anas.signed)).resolves.toMatchObject({ count: 2, generation: 1 });
    await viewer.client.watch({ roomId: ROOM_ID, viewSecret: secret.slice(), hostKeyHash });
    viewer.client.deliver({ name: 'stage:roster', roster: anas.sealed });
    await expect.poll(() => viewer.watched.at(-1)?.people.map(({ peerId }) => peerId)).toEqual(['ana']);
    const next = await host.client.signRoster(people, 3);
    await ana.client.openRoster(next.signed);
    await expect(ana.client.signRoster(people, 4)).rejects.toThrow('notHost');
    await expect(host.client.openRoster(anas.signed)).rejects.toThrow('outdated');
  });

  it('E-159 a member that opened no roster takes nothing on air, also not what the speaker signed', async () => {
    const scene = await createScene();
    const { until, host, ana } = scene;
    await ana.client.setOnAir(['camera']);
    const [camera, seen] = [ana.send('camera'), host.receive('camera', 'ana')];
    camera.push(vp8Key(1));
    await until(() => camera.out.length === 1);
    seen.push(copyOf(camera.out[0]));
    await expect
      .poll(async () => (await host.client.counters())[0]?.faults, { timeout: 20_000 })
      .toEqual({ unsigned: 1 });
    await host.client.signRoster(scene.people, 1);
    camera.push(vp8Key(2));
    await until(() => camera.out.length === 2);
    seen.push(copyOf(camera.out[1]));
    await until(() => seen.out.length === 1);
  });

  it('E-157 a worker is a member’s or a viewer’s, and a viewer’s watches once', async () => {
    const { host, viewer, secret, hostKeyHash } = await createScene();
    const settings = () => ({ roomId: ROOM_ID, viewSecret: secret.slice(), hostKeyHash });
    await expect(host.client.watch(settings())).rejects.toThrow('bad_request');
    await viewer.client.watch(settings());
    await expect(viewer.client.watch(settings())).rejects.toThrow('bad_request');
    await expect(viewer.client.setOnAir(['mic'])).rejects.toThrow('notOpen');
    await expect(viewer.client.wrapStage(new Uint8Array(1))).rejects.toThrow('notOpen');
    const who = { roomId: ROOM_ID, secret: SECRET.slice(), linkGeneration: 0, peerId: 'viewer', displayName: '' };
    await expect(viewer.client.open({ ...who, serverTimeOffsetMs: 0, hostKeyHash })).rejects.toThrow('bad_request');
  });
});

/** Every value that is no plain record, at any depth. */
function* leavesIn(value: unknown): Generator<unknown> {
  const isNested =
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !(value instanceof CryptoKey);
  if (!isNested) return yield value;
  for (const inner of Object.values(value)) yield* leavesIn(inner);
}
