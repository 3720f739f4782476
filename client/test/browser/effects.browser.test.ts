// Background and noise on the device: what the others see and hear of it, and that nothing of the room is shown where it fails.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserPage } from './harness/BrowserPage.ts';
import { startFirefox } from './harness/firefox.ts';
import { canMakeNetworks, createNetwork, type NetworkNamespace } from './harness/NetworkNamespace.ts';
import { Participant } from './harness/Participant.ts';
import { lookAt, waitForNoPicture } from './harness/pictures.ts';
import { filmPortrait, WALLS } from './harness/portrait.ts';
import { watchRequests, type RequestWatch } from './harness/requests.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { keepConnections } from './harness/videoUse.ts';

/** Mean step between neighbouring points of the wall: sharp bars make far larger ones, blurred bars smaller ones. */
const SHARP = 40;
const BLURRED = 15;

let stage: Stage | undefined;
const isRoot = canMakeNetworks();
if (!isRoot) process.stdout.write('skipped: Firefox needs a network of its own, and only root can make one\n');
let network: NetworkNamespace | undefined;
let requests: RequestWatch;
let ana: Participant;
let bo: Participant;
let link = '';
const closeStage = async (): Promise<void> => {
  await stage?.close();
  network?.close();
};

beforeAll(async () => {
  network = isRoot ? createNetwork() : undefined;
  stage = await setStage(network === undefined ? {} : { network });
  const prepare = async (context: BrowserContext): Promise<void> => {
    requests = watchRequests(context);
    await filmPortrait(context, WALLS.teal, { striped: true });
    await context.addInitScript(keepConnections, []);
    await context.addInitScript(slowDown);
    await context.addInitScript(speak);
  };
  ana = await stage.person('Ana', prepare);
  bo = await stage.person('Bo');
});
afterAll(closeStage);

/** A microphone with a voice in it: the fake one's short beep is noise to who suppresses noise. */
function speak(): void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const original = devices?.getUserMedia.bind(devices);
  if (devices === undefined || original === undefined) return;
  devices.getUserMedia = async (constraints) => {
    const stream = await original(constraints);
    if (stream.getAudioTracks().length === 0) return stream;
    const context = new AudioContext();
    const end = context.createMediaStreamDestination();
    const volume = new GainNode(context, { gain: 0.2 });
    const vowel = new OscillatorNode(context, { type: 'sawtooth', frequency: 140 });
    vowel.connect(volume).connect(end);
    vowel.start();
    return new MediaStream([...stream.getVideoTracks(), ...end.stream.getAudioTracks()]);
  };
}

/** Frames take as long as `frameTookMs` of the page says: a device of any speed, whatever this one is. */
function slowDown(): void {
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
  Object.assign(globalThis, { frameTookMs: 5 });
  Object.defineProperty(MessageEvent.prototype, 'data', {
    get(this: MessageEvent): unknown {
      const value: unknown = data?.get?.call(this);
      if (typeof value !== 'object' || value === null || !('tookMs' in value)) return value;
      return { ...value, tookMs: (globalThis as { frameTookMs?: number }).frameTookMs };
    },
  });
}

/** Along the upper edge, where nobody stands; null without a picture. */
const barsOf = (pixels: readonly number[] | undefined): number | null => {
  if (pixels === undefined) return null;
  const row = pixels.filter((_, at) => at % 3 === 0).slice(32, 64);
  const steps = row.slice(1).map((red, at) => Math.abs(red - (row[at] ?? 0)));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
};
const barsSeenBy = async (viewer: Participant, name: string): Promise<number | null> =>
  barsOf((await lookAt(viewer.page, name))?.pixels);

const seesWall = (how: 'sharp' | 'blurred'): Promise<unknown> =>
  until(
    async () => {
      const bars = await barsSeenBy(bo, 'Ana');
      return bars !== null && (how === 'sharp' ? bars > SHARP : bars < BLURRED);
    },
    { what: `Bo to see Ana’s wall ${how}`, timeoutMs: 45_000 },
  );

const choose = (page: BrowserPage, value: string): Promise<void> =>
  page.evaluate((css) => document.querySelector<HTMLInputElement>(css)?.click(), byId('backgroundChoice', { value }));

const isShown = async (who: Participant, selector: string): Promise<boolean> => (await who.texts(selector)).length > 0;

const openBackgroundInRoom = async (): Promise<void> => {
  await ana.page.click('button.caret[aria-label*="Camera"]');
  await ana.page.click(byId('backgroundItem'));
  await until(() => isShown(ana, byId('backgroundDialog')), { what: 'the dialog' });
};
const closeDialog = async (): Promise<void> => {
  await ana.page.press('Escape');
  await until(async () => !(await isShown(ana, byId('backgroundDialog'))), { what: 'the dialog to close' });
};

/** What Ana's page sends now: the ids of its own tracks. */
const sentTracks = (kind: 'audio' | 'video'): Promise<string[]> =>
  ana.page.evaluate((wanted) => {
    const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
    const senders = [...keptConnections].flatMap((connection) =>
      connection.connectionState === 'closed' ? [] : connection.getSenders(),
    );
    return senders.flatMap(({ track }) => (track?.kind === wanted ? [track.id] : []));
  }, kind);

/** Loudest sample, within a quarter of a second, of the sound that Ana's page sends. */
const loudestSent = (): Promise<number> =>
  ana.page.evaluate(async () => {
    const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
    const tracks = [...keptConnections].flatMap((one) => one.getSenders().map(({ track }) => track));
    const track = tracks.find((one) => one?.kind === 'audio' && one.readyState === 'live');
    if (!track) return 0;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    await context.close();
    return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  }, null);

const setFrameTime = (tookMs: number): Promise<void> =>
  ana.page.evaluate((ms) => void Object.assign(globalThis, { frameTookMs: ms }), tookMs);

describe('background', () => {
  test('chosen before joining stands behind the person for everybody, and all of it came from this server', async () => {
    link = await ana.makeMeeting(stage?.server.origin ?? '');
    await until(() => isShown(ana, `${byId('preview')} video`), { what: 'the preview' });
    await ana.page.click(byId('background'));
    await choose(ana.page, 'blur-strong');
    await until(async () => (await ana.texts(byId('background')))[0]?.includes('Strong blur'), { what: 'the choice' });
    await closeDialog();
    await ana.enter();
    await bo.joinByLink(link);
    await bo.sees(ana);
    await seesWall('blurred');
    // The person themselves is as sharp as ever: skin in the middle of the picture.
    const { pixels = [] } = (await lookAt(bo.page, 'Ana')) ?? {};
    const middle = pixels.slice((8 * 32 + 16) * 3, (8 * 32 + 16) * 3 + 3);
    expect(Math.max(...middle.map((value, at) => Math.abs(value - [226, 190, 160][at]!)))).toBeLessThan(30);
    expect(requests.seen()).toBeGreaterThan(0);
    expect(requests.foreign(stage?.server.origin ?? '')).toEqual([]);
  });

  test('is taken away and put back in the room without another stream, and nothing as filmed is sent in between', async () => {
    const before = (await lookAt(bo.page, 'Ana'))?.trackId;
    await openBackgroundInRoom();
    await choose(ana.page, 'off');
    await seesWall('sharp');
    // In the very turn of the choice what goes out as filmed is stopped.
    const states = await ana.page.evaluate(
      (css) => {
        const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
        const tracks = [...keptConnections].flatMap((one) => one.getSenders().map(({ track }) => track));
        const [camera] = tracks.filter((track) => track?.kind === 'video' && track.readyState === 'live');
        const had = camera !== undefined;
        document.querySelector<HTMLInputElement>(css)?.click();
        return { had, after: camera?.readyState };
      },
      byId('backgroundChoice', { value: 'dusk' }),
    );
    expect(states).toEqual({ had: true, after: 'ended' });
    await seesWall('blurred');
    expect((await lookAt(bo.page, 'Ana'))?.trackId).toBe(before);
    await ana.screenshot('effects-dialog');
    await closeDialog();
  });

  test('that is too much for the device switches the camera off and asks; only the person’s word shows the room', async () => {
    await setFrameTime(500);
    await until(() => isShown(ana, byId('backgroundTrouble', { fault: 'tooSlow' })), {
      what: 'Ana to be told',
      timeoutMs: 60_000,
    });
    expect((await ana.texts(byId('backgroundTrouble')))[0]).toContain('Blur was too much for this device');
    await waitForNoPicture(bo.page, 'Ana');
    await ana.screenshot('effects-trouble');
    await ana.page.click(byId('sendAsFilmed'));
    await seesWall('sharp');
  });
});

test('noise suppression takes the microphone’s place, and the voice still arrives', async () => {
  await bo.hearsVoices(1);
  const [before = ''] = await sentTracks('audio');
  await ana.page.click('button.caret[aria-label*="Microphone"]');
  await ana.page.click(byId('noiseItem'));
  await until(async () => !(await sentTracks('audio')).includes(before), { what: 'another track to be sent' });
  const [after = ''] = await sentTracks('audio');
  // Out of the suppressor itself: it is no silence.
  await until(async () => (await loudestSent()) > 0.02, { what: 'the suppressed microphone to sound' });
  await bo.hearsVoices(1);
  await bo.hears(ana);
  // Nor was it given up meanwhile.
  expect(await sentTracks('audio')).toEqual([after]);
  expect((await ana.texts(byId('toast'))).filter((text) => text.includes('Noise suppression'))).toEqual([]);
});

test('the speaker test plays, and a question mark opens the keys before joining', async () => {
  await bo.leave();
  await bo.page.click(byId('rejoin'));
  await until(() => isShown(bo, byId('speakerTest')), { what: 'the screen before joining' });
  await bo.page.click(`${byId('speakerTest')} button`);
  const played = byId('speakerTest', { state: 'played' });
  await until(() => isShown(bo, played), { what: 'the two notes to be over' });
  await bo.page.press('?');
  await until(() => isShown(bo, byId('shortcutsDialog')), { what: 'the keys' });
});

test.skipIf(!isRoot)('Firefox offers backgrounds where it has what they take, and otherwise says so', async () => {
  const firefox = await startFirefox(network!);
  stage?.defer(() => firefox.close());
  const fern = new Participant(await firefox.newPage(), 'Fern');
  await fern.openLink(link);
  const canDraw = await fern.page.evaluate(() => new OffscreenCanvas(1, 1).getContext('webgl2') !== null, null);
  await fern.page.click(byId('background'));
  await until(() => isShown(fern, byId('backgroundDialog')), { what: 'the dialog in Firefox' });
  const [words = ''] = await fern.texts(byId('backgroundDialog'));
  process.stdout.write(`this Firefox ${canDraw ? 'has' : 'lacks'} WebGL 2\n`);
  expect(words.includes('This browser cannot change the background.')).toBe(!canDraw);
  expect(words.includes('Strong blur')).toBe(canDraw);
});
