// Background and noise on the device: what the others see and hear of it, and that nothing of the room is shown where it fails.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseBackground, seesPerson, seesWall, SHARP, slowDown } from './harness/background.ts';
import type { Participant } from './harness/Participant.ts';
import { FULL_PACE } from './harness/chromium.ts';
import { lookAt, waitForNoPicture } from './harness/pictures.ts';
import { filmPortrait, WALLS } from './harness/portrait.ts';
import { watchRequests, type RequestWatch } from './harness/requests.ts';
import { byId } from './harness/selectors.ts';
import { loudestSent, sentTracks, speak } from './harness/sentSound.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { keepConnections } from './harness/videoUse.ts';

let stage: Stage | undefined;
let requests: RequestWatch;
let ana: Participant;
let bo: Participant;
let link = '';

beforeAll(async () => {
  stage = await setStage({ pace: FULL_PACE });
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
afterAll(() => stage?.close());

const isShown = async (who: Participant, selector: string): Promise<boolean> => (await who.texts(selector)).length > 0;

const openBackgroundInRoom = async (who: Participant): Promise<void> => {
  await who.page.click('button.caret[aria-label*="Camera"]');
  await who.page.click(byId('backgroundItem'));
  await until(() => isShown(who, byId('backgroundDialog')), { what: 'the dialog' });
};
const closeDialog = async (): Promise<void> => {
  await ana.page.press('Escape');
  await until(async () => !(await isShown(ana, byId('backgroundDialog'))), { what: 'the dialog to close' });
};

const setFrameTime = (tookMs: number): Promise<void> =>
  ana.page.evaluate((ms) => void Object.assign(globalThis, { frameTookMs: ms }), tookMs);

describe('background', () => {
  test('chosen before joining stands behind the person for everybody, and all of it came from this server', async () => {
    link = await ana.makeMeeting(stage?.server.origin ?? '');
    await until(() => isShown(ana, `${byId('preview')} video`), { what: 'the preview' });
    await ana.page.click(byId('background'));
    await chooseBackground(ana.page, 'blur-strong');
    await until(async () => (await ana.texts(byId('background')))[0]?.includes('Strong blur'), { what: 'the choice' });
    await closeDialog();
    await ana.enter();
    await bo.joinByLink(link);
    await bo.sees(ana);
    await seesWall(bo, 'Ana', 'blurred');
    await seesPerson(bo, 'Ana');
    expect(requests.seen()).toBeGreaterThan(0);
    expect(requests.foreign(stage?.server.origin ?? '')).toEqual([]);
  });

  test('is taken away and put back in the room without another stream, and nothing as filmed is sent in between', async () => {
    const before = (await lookAt(bo.page, 'Ana'))?.trackId;
    await openBackgroundInRoom(ana);
    await chooseBackground(ana.page, 'off');
    await seesWall(bo, 'Ana', 'sharp');
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
    await seesWall(bo, 'Ana', 'blurred');
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
    await seesWall(bo, 'Ana', 'sharp');
  });
});

test('a canvas sends the treated picture where the browser has no streams of frames, and nothing of the room before it', async () => {
  const cleo = await stage!.person('Cleo', async (context) => {
    await filmPortrait(context, WALLS.plum, { striped: true });
    await context.addInitScript(slowDown);
    await context.addInitScript(() => {
      for (const name of ['MediaStreamTrackProcessor', 'MediaStreamTrackGenerator'])
        Reflect.deleteProperty(globalThis, name);
    });
  });
  await cleo.openLink(link);
  await cleo.page.click(byId('background'));
  await until(() => isShown(cleo, byId('backgroundDialog')), { what: 'the dialog' });
  await chooseBackground(cleo.page, 'blur-strong');
  await cleo.page.press('Escape');
  await cleo.enter();
  expect(await cleo.page.evaluate(() => 'MediaStreamTrackGenerator' in globalThis, null)).toBe(false);
  expect(await seesWall(bo, 'Cleo', 'blurred')).toBeLessThan(SHARP);
  await bo.sees(cleo);
  await openBackgroundInRoom(cleo);
  await chooseBackground(cleo.page, 'off');
  await seesWall(bo, 'Cleo', 'sharp');
  await chooseBackground(cleo.page, 'moss');
  await seesWall(bo, 'Cleo', 'blurred');
  await cleo.page.close();
});

test('noise suppression takes the microphone’s place, and the voice still arrives', async () => {
  await bo.hearsVoices(1);
  const [before = ''] = await sentTracks(ana.page, 'audio');
  await ana.page.click('button.caret[aria-label*="Microphone"]');
  await ana.page.click(byId('noiseItem'));
  await until(async () => !(await sentTracks(ana.page, 'audio')).includes(before), {
    what: 'another track to be sent',
  });
  const [after = ''] = await sentTracks(ana.page, 'audio');
  // Out of the suppressor itself: it is no silence.
  await until(async () => (await loudestSent(ana.page)) > 0.02, { what: 'the suppressed microphone to sound' });
  await bo.hearsVoices(1);
  await bo.hears(ana);
  // Nor was it given up meanwhile.
  expect(await sentTracks(ana.page, 'audio')).toEqual([after]);
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
