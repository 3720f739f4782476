// A show that goes on, in Chromium: its producer's page loads anew, alone and with a speaker on air, and a co-host lists people while the host is away.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { chooseAbout, untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { waitForMovingPicture } from './harness/pictures.ts';
import { byId } from './harness/selectors.ts';
import { giveTitle, nameEvent, openStage, putOnAir, stagePanel } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

const EVENT = 'Hands at work';

/** Every phase that the page showed, and `none` where its scene was gone. Runs in the page. */
const notePhases = (css: string): void => {
  const seen: string[] = [];
  Object.assign(globalThis, { phasesSeen: seen });
  const note = (): void => {
    const phase = document.querySelector<HTMLElement>(css)?.dataset['phase'] ?? 'none';
    if (seen.at(-1) !== phase) seen.push(phase);
  };
  note();
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
};

/** Twelve megapixels that no format makes small. Runs in the page. */
const largePicture = async (): Promise<string> => {
  const canvas = new OffscreenCanvas(4_000, 3_000);
  const context = canvas.getContext('2d');
  const data = new ImageData(4_000, 3_000);
  for (let at = 0; at < data.data.length; at += 65_536) crypto.getRandomValues(data.data.subarray(at, at + 65_536));
  for (let at = 3; at < data.data.length; at += 4) data.data[at] = 255;
  context?.putImageData(data, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.3 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
};

describe('a show whose producer’s page loads anew', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cem: Participant;
  let viewer: Page;
  let invitation = '';
  const pages = new Map<string, Page>();

  const person = (name: string): Promise<Participant> =>
    stage.person(name, (context: BrowserContext) => context.on('page', (page) => void pages.set(name, page)));
  const pageOf = ({ name }: Participant): Page => pages.get(name) ?? expect.fail(`no page of ${name}`);
  const phases = (): Promise<string[]> => viewer.evaluate(() => Reflect.get(globalThis, 'phasesSeen') as string[]);
  const untilVerified = (name: string, role = 'speaker'): Promise<boolean> =>
    until(() => viewer.getByRole('button', { name: `verified: ${name}, ${role}`, exact: true }).isVisible(), {
      timeoutMs: 60_000,
      what: `${name} to be verified`,
    });
  /** The panel opens by the menu where the page does not open it by itself. */
  const untilProduces = async (who: Participant): Promise<void> => {
    const page = pageOf(who);
    const name = stagePanel(page).getByRole('textbox', { name: 'Event name' });
    await until(
      async () => {
        if ((await stagePanel(page).count()) === 0) {
          await who.closePanels();
          await page.getByRole('button', { name: 'More', exact: true }).click();
          const entry = page.getByRole('menuitem', { name: 'Stage', exact: true });
          if (await entry.isVisible()) await entry.click();
          else await page.keyboard.press('Escape');
        }
        return (await name.count()) === 1 && (await name.inputValue()) === EVENT;
      },
      { timeoutMs: 60_000, what: `${who.name} to have the show` },
    );
  };
  const reload = async (who: Participant): Promise<void> => {
    await pageOf(who).reload();
    await who.enter();
    await untilProduces(who);
  };
  const isLive = (who: Participant): Promise<boolean> =>
    stagePanel(pageOf(who)).getByRole('radio', { name: 'Live' }).isChecked();

  beforeAll(async () => {
    stage = await setStage();
    ana = await person('Ana');
    invitation = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ana.closePanels();
    viewer = await (await stage.chromium.newContext({ width: 640, height: 400 })).newPage();
  });
  afterAll(() => stage?.close());

  it('shows a logo that was far too large for it to viewers, small', async () => {
    const link = await openStage(pageOf(ana));
    await nameEvent(pageOf(ana), EVENT);
    await stagePanel(pageOf(ana)).getByRole('radio', { name: 'Live' }).check();
    const buffer = Buffer.from(await pageOf(ana).evaluate(largePicture), 'base64');
    expect(buffer.length).toBeGreaterThan(500_000);
    const input = stagePanel(pageOf(ana)).locator(byId('logoInput'));
    await input.setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await until(async () => (await ana.texts(byId('toast'))).join().includes('picture'), {
      what: 'a refusal in words',
    });
    await input.setInputFiles({ name: 'logo.jpg', mimeType: 'image/jpeg', buffer });
    await viewer.goto(link);
    const logo = viewer.locator(`${byId('sceneCard')} img`);
    await until(async () => (await logo.count()) === 1, { timeoutMs: 60_000, what: 'the logo at the viewer' });
    const source = (await logo.getAttribute('src')) ?? '';
    expect(source).toMatch(/^data:image\/(png|webp);base64,/);
    expect(source.length).toBeLessThanOrEqual(40_000);
    expect(await logo.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(90);
  });

  it('has it again though nobody else was there, and viewers see no end', async () => {
    await giveTitle(pageOf(ana), 'Ana', 'Moderator');
    await viewer.evaluate(notePhases, byId('scene'));
    await reload(ana);
    expect(await isLive(ana)).toBe(true);
    expect(await stagePanel(pageOf(ana)).innerText()).toContain('Moderator');
    // A program of the new page, by its new key, has come.
    await putOnAir(pageOf(ana), 'Ana');
    await untilVerified('Ana', 'producer');
    expect(await phases()).toEqual(['live']);
  });

  it('has it again with the speaker who was on air, and stays there', async () => {
    ben = await person('Ben');
    await ben.joinByLink(invitation);
    await untilPeople(ben, 2);
    await ben.closePanels();
    await giveTitle(pageOf(ana), 'Ben', 'Surgeon');
    await putOnAir(pageOf(ana), 'Ben');
    await untilVerified('Ben');
    await reload(ana);
    expect(await isLive(ana)).toBe(true);
    await until(async () => (await stagePanel(pageOf(ana)).innerText()).includes('Surgeon'), { what: 'his title' });
    await untilVerified('Ben');
    await waitForMovingPicture(fromPlaywright(viewer), 'Ben', { where: 'sceneTile' });
    expect(await phases()).toEqual(['live']);
  });

  it('E-207 is led on by a co-host once the host is gone, who puts somebody on air whom the host never listed', async () => {
    await chooseAbout(ana, ben, 'Make co-host');
    await until(async () => (await ben.texts(byId('toast'))).join().includes('co-host'), { what: 'Ben to be co-host' });
    await ana.closePanels();
    await untilProduces(ana);
    await ana.leave();
    await untilProduces(ben);
    cem = await person('Cem');
    await cem.joinByLink(invitation);
    await untilPeople(cem, 2);
    expect(await stagePanel(pageOf(ben)).innerText()).not.toContain('is not here');
    await putOnAir(pageOf(ben), 'Cem');
    await untilVerified('Cem');
    await waitForMovingPicture(fromPlaywright(viewer), 'Cem', { where: 'sceneTile' });
    expect(await phases()).toEqual(['live']);
  });
});
