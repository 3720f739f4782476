// A browser without a driver: found, started with a profile of its own, and ended with all that it started.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pidsFrom } from './machine.ts';

export type BrowserName = 'chromium' | 'firefox';

const USUAL: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: ['/usr/bin/chromium', '/usr/bin/chromium-browser'],
  firefox: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
};

/** As set-up found it, or where Debian puts it; undefined where there is none. */
export function findBrowser(name: BrowserName, named: string | undefined): string | undefined {
  return [...(named === undefined ? [] : [named]), ...USUAL[name]].find((file) => existsSync(file));
}

function commandFor(name: BrowserName, bin: string, folder: string, url: string, flags: readonly string[]): string[] {
  if (name === 'firefox') {
    writeFileSync(path.join(folder, 'user.js'), 'user_pref("browser.shell.checkDefaultBrowser", false);\n');
    return [bin, '--headless', '--no-remote', '--profile', folder, ...flags, url];
  }
  const quiet = ['--headless', '--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-gpu'];
  return [bin, ...quiet, `--user-data-dir=${folder}`, ...flags, url];
}

export interface RunningBrowser {
  readonly pid: number;
  /** Its profile's, gone once it is closed. */
  readonly folder: string;
  /** Rejects where it does not start, or ends before it was closed. */
  readonly ended: Promise<never>;
  close(): void;
}

/**
 * Opens `url`. Until it is closed it is closed by the end of this process, too.
 * @param flags beyond those that every bench needs
 */
export function startBrowser(
  name: BrowserName,
  bin: string,
  url: string,
  flags: readonly string[] = [],
): RunningBrowser {
  const folder = mkdtempSync(path.join(tmpdir(), `conclave-bench-${name}-`));
  const [file = '', ...args] = commandFor(name, bin, folder, url, flags);
  // A group of its own: Ctrl-C at a terminal is then ours alone to pass on, and we end it whole.
  const child = spawn(file, args, { stdio: 'ignore', detached: true });
  const pid = child.pid ?? 0;
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    if (pid !== 0) for (const one of [-pid, ...pidsFrom(pid)]) kill(one);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  process.once('exit', close);
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended (${code ?? 'killed'}) before it had measured`)));
  });
  // Whoever closes it needs no word that it ended.
  ended.catch(() => {});
  return { pid, folder, ended, close };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
