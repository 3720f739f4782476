// Starts real Firefox inside a network namespace and drives it over WebDriver BiDi.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { fromPuppeteer, type BrowserPage } from './BrowserPage.ts';
import { CAMERA_FPS } from './chromium.ts';
import { firefoxBin } from './environment.ts';
import type { NetworkNamespace } from './NetworkNamespace.ts';
import { startChild, type Child } from './processes.ts';
import { startSoundCard, type SoundCard } from './SoundCard.ts';
import { until } from './until.ts';

const PREFERENCES: Record<string, string | number | boolean> = {
  // A moving picture and a tone, without hardware and without questions.
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.navigator.video.default_fps': CAMERA_FPS,
  // Headless, it draws every frame in software, of its own window too.
  'layout.frame_rate': 15,
  'media.autoplay.default': 0,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  // Headless Firefox draws WebGL only when told to; `DRAWS_BY_SOFTWARE` says by what.
  'webgl.force-enabled': true,
  // A fresh profile that says nothing and asks nobody.
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage': 'about:blank',
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'intl.accept_languages': 'en-GB',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': '',
  'toolkit.telemetry.enabled': false,
};

/** Its usual way to OpenGL takes a display; EGL and Mesa's own renderer take none. */
const DRAWS_BY_SOFTWARE = { MOZ_WEBGL_FORCE_EGL: '1', LIBGL_ALWAYS_SOFTWARE: '1' };

export interface Firefox {
  /** What its pages really play. */
  readonly soundCard: SoundCard;
  /** `prepare` sees the page before anything is opened in it. */
  newPage(prepare?: (page: Page) => Promise<unknown>): Promise<BrowserPage>;
  /** What the browser said on its terminal; for failures. */
  output(): string;
  close(): Promise<void>;
}

function writeProfile(): string {
  const profile = mkdtempSync(path.join(tmpdir(), 'conclave-firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(path.join(profile, 'user.js'), lines.join('\n'));
  return profile;
}

async function connect(network: NetworkNamespace, child: Child, stops: (() => Promise<void>)[]): Promise<Browser> {
  const port = await until(() => /BiDi listening on ws:\/\/[^:]+:(\d+)/.exec(child.output())?.[1], {
    timeoutMs: 60_000,
    what: 'Firefox to listen',
  });
  const relayFile = path.join(import.meta.dirname, 'loopbackRelay.ts');
  const relay = startChild(network.inside([process.execPath, relayFile, network.address, port]));
  stops.push(() => relay.stop());
  await until(() => relay.output().includes('relaying'), { what: 'the relay to Firefox' });
  return puppeteer.connect({
    browserWSEndpoint: `ws://${network.address}:${port}/session`,
    protocol: 'webDriverBiDi',
    // Firefox answers only those who name it as it names itself.
    headers: { Host: `127.0.0.1:${port}` },
    defaultViewport: { width: 1280, height: 800 },
  });
}

export async function startFirefox(network: NetworkNamespace): Promise<Firefox> {
  const profile = writeProfile();
  const flags = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const soundCard = await startSoundCard(path.join(profile, 'sound'));
  const env = { ...process.env, ...soundCard.environment, ...DRAWS_BY_SOFTWARE };
  const child = startChild(network.inside([firefoxBin(), ...flags]), { env });
  const stops: (() => Promise<void>)[] = [() => soundCard.close(), () => child.stop()];
  const close = async (): Promise<void> => {
    for (const stop of stops.toReversed()) await stop().catch(() => undefined);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const browser = await connect(network, child, stops);
    stops.push(() => browser.close());
    return {
      soundCard,
      async newPage(prepare) {
        const page = await browser.newPage();
        await prepare?.(page);
        return fromPuppeteer(page);
      },
      output: child.output,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
