// One person at one page: what they do, and what they wait to see, in the words of the product.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { waitForUsable, type BrowserPage } from './BrowserPage.ts';
import { RESULTS } from './environment.ts';
import { waitForMovingPicture, waitForSound, voicesHeard, type PictureStream } from './pictures.ts';
import { byId } from './selectors.ts';
import { until } from './until.ts';

type Toggle = 'micToggle' | 'cameraToggle' | 'screenToggle';

export class Participant {
  readonly page: BrowserPage;
  readonly name: string;

  constructor(page: BrowserPage, name: string) {
    this.page = page;
    this.name = name;
  }

  /** Home → New meeting → PreJoin. Returns the link to share. */
  async makeMeeting(origin: string): Promise<string> {
    await this.page.goto(`${origin}/`);
    await this.page.click(byId('newMeeting'));
    await waitForUsable(this.page, byId('preJoin'));
    return this.inviteLink();
  }

  async openLink(link: string): Promise<void> {
    await this.page.goto(link);
    await waitForUsable(this.page, byId('preJoin'));
  }

  /** All that a person can do at PreJoin to get in, without waiting for success. */
  async tryToEnter(): Promise<void> {
    await this.page.fill(byId('nameInput'), this.name);
    // Longer than a press waits for its button, which goes by itself where the browser has just said that nobody need be asked.
    await until(() => this.#askForDevices(), { timeoutMs: 90_000, what: `${this.name}’s own preview` });
    await this.page.click(byId('join'));
  }

  /** From PreJoin into the Room, with camera and microphone; resolves when the lock says sealed. */
  async enter(): Promise<void> {
    await this.tryToEnter();
    await this.waitUntilSealed();
  }

  /** From Ended back in, by whichever way the page offers: through PreJoin or at once. */
  async enterAgain(): Promise<void> {
    const arrived = await until(
      async () => {
        if ((await this.texts(byId('nameInput'))).length > 0) return 'preJoin';
        return (await this.lockState()) === 'sealed' ? 'meeting' : undefined;
      },
      { what: `${this.name} to be on the way in again` },
    );
    if (arrived === 'preJoin') await this.enter();
  }

  async joinByLink(link: string): Promise<void> {
    await this.openLink(link);
    await this.enter();
  }

  /** The link as the page shows it for sharing. */
  async inviteLink(): Promise<string> {
    const read = (): Promise<string> =>
      this.page.evaluate((css) => {
        const field = document.querySelector(css);
        return field instanceof HTMLInputElement ? field.value : '';
      }, byId('inviteLink'));
    return until(read, { what: 'the invite link' });
  }

  async waitUntilSealed(timeoutMs = 45_000): Promise<void> {
    await until(async () => (await this.lockState()) === 'sealed', {
      timeoutMs,
      what: `${this.name}’s room to be sealed`,
    });
  }

  lockState(): Promise<string | null> {
    return this.#attribute(byId('lock'), 'data-state');
  }

  /** Sees this participant's picture move. */
  async sees(other: Participant, options: { stream?: PictureStream; timeoutMs?: number } = {}): Promise<void> {
    await waitForMovingPicture(this.page, other.name, options).catch(async (error: Error) => {
      throw new Error(`${this.name}: ${error.message} (${await this.screenshot(`${this.name}-sees-${other.name}`)})`);
    });
  }

  /** Sees the meter of `other` move. */
  async hears(other: Participant): Promise<void> {
    await waitForSound(this.page, other.name);
  }

  /** Hears `count` voices come out of the page's audio elements. */
  async hearsVoices(count: number): Promise<void> {
    await until(async () => (await voicesHeard(this.page)) >= count, { what: `${this.name} to hear ${count} voices` });
  }

  /** Sees on the tile of `other` that they are muted, or that they are not. */
  async seesMuted(other: Participant, muted: boolean): Promise<void> {
    const isMuted = (): Promise<boolean | null> =>
      this.page.evaluate(
        ({ tiles, level, name }) => {
          const tile = [...document.querySelectorAll(tiles)].find((each) => each.textContent?.includes(name));
          return tile?.querySelector(level)?.hasAttribute('hidden') ?? null;
        },
        { tiles: byId('tile', { stream: 'camera' }), level: byId('level'), name: other.name },
      );
    await until(async () => (await isMuted()) === muted, { what: `${this.name} to see ${other.name} muted: ${muted}` });
  }

  async say(text: string): Promise<void> {
    await this.#openPanel('chatToggle', 'chatPanel');
    await this.page.fill(byId('chatInput'), text);
    await this.page.press('Enter');
  }

  async reads(text: string): Promise<void> {
    await this.#openPanel('chatToggle', 'chatPanel');
    await until(async () => (await this.texts(byId('chatText'))).some((line) => line.includes(text)), {
      what: `${this.name} to read “${text}”`,
    });
  }

  /** Presses a toggle of the bar and waits until it says `state`. */
  async toggle(control: Toggle, state: string): Promise<void> {
    await this.page.click(byId(control));
    await until(async () => (await this.#attribute(byId(control), 'data-state')) === state, {
      what: `${this.name}’s ${control} to be ${state}`,
    });
  }

  /** Names in the list of people, one's own included; drawn from the MLS tree only. */
  async people(): Promise<string[]> {
    await this.#openPanel('peopleToggle', 'peoplePanel');
    return this.texts(byId('person'));
  }

  /** The feeds among those that hold keys, as the list beside the people shows them: by the tree. */
  async feeds(): Promise<string[]> {
    await this.#openPanel('peopleToggle', 'peoplePanel');
    return this.texts(byId('feedMember'));
  }

  /** The six groups of the safety code, as the dialog behind the lock shows them. */
  async safetyCode(): Promise<string> {
    await this.page.click(byId('lock'));
    const code = await until(async () => (await this.texts(byId('safetyCode')))[0]?.replaceAll(/\D/g, ''), {
      what: 'the safety code',
    });
    await this.page.press('Escape');
    await until(async () => (await this.texts(byId('securityDialog'))).length === 0, { what: 'the dialog to close' });
    return code;
  }

  /** On a narrow page they cover everything else. */
  async closePanels(): Promise<void> {
    for (const panel of [byId('chatPanel'), byId('peoplePanel'), byId('pollsPanel')]) {
      if (await this.#isVisible(panel)) await this.page.click(`${panel} ${byId('panelClose')}`);
    }
  }

  async leave(): Promise<void> {
    await this.closePanels();
    await this.page.click(byId('leave'));
    await waitForUsable(this.page, byId('ended'));
  }

  /** Visible texts of all that match. */
  texts(selector: string): Promise<string[]> {
    return this.page.evaluate(
      (css) =>
        [...document.querySelectorAll<HTMLElement>(css)]
          .filter((element) => element.getClientRects().length > 0)
          .map((element) => element.innerText),
      selector,
    );
  }

  async screenshot(name: string): Promise<string> {
    mkdirSync(RESULTS, { recursive: true });
    const file = path.join(RESULTS, `${name.replaceAll(/\W+/g, '-')}.png`);
    await this.page.screenshot(file).catch(() => undefined);
    return path.relative(process.cwd(), file);
  }

  #attribute(selector: string, name: string): Promise<string | null> {
    return this.page.evaluate(({ css, attribute }) => document.querySelector(css)?.getAttribute(attribute) ?? null, {
      css: selector,
      attribute: name,
    });
  }

  /** True once the preview plays; asks for devices where the page has not done so. */
  async #askForDevices(): Promise<boolean> {
    if (await this.#hasPreview()) return true;
    const asks = await this.texts(byId('askDevices'));
    if (asks.length > 0) await this.page.click(byId('askDevices'));
    return false;
  }

  #hasPreview(): Promise<boolean> {
    return this.page.evaluate((css) => {
      const within = document.querySelector(css);
      const video = within instanceof HTMLVideoElement ? within : within?.querySelector('video');
      return (video?.videoWidth ?? 0) > 0;
    }, byId('preview'));
  }

  /** On a narrow page one panel covers the bar, and both are behind *more*. */
  async #openPanel(control: 'chatToggle' | 'peopleToggle', panel: 'chatPanel' | 'peoplePanel'): Promise<void> {
    if (await this.#isVisible(byId(panel))) return;
    await this.closePanels();
    if (await this.#isVisible(byId(control))) await this.page.click(byId(control));
    else {
      await this.page.click(byId('more'));
      const entry = control === 'chatToggle' ? 'moreChat' : 'morePeople';
      await this.page.click(`[role="menu"]:popover-open ${byId(entry)}`);
    }
    await waitForUsable(this.page, byId(panel));
  }

  async #isVisible(selector: string): Promise<boolean> {
    return (await this.texts(selector)).length > 0;
  }
}
