// Sets a test's stage and clears it whatever happens: a server, browsers, and the people in them.
import type { BrowserContext } from 'playwright-core';
import { fromPlaywright } from './BrowserPage.ts';
import { startChromium, type Chromium, type Pace } from './chromium.ts';
import { Participant } from './Participant.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './testServer.ts';

export interface Stage {
  readonly server: TestServer;
  readonly chromium: Chromium;
  /** A person at a device of their own. `prepare` sees the context before any page is opened in it. */
  person(name: string, prepare?: (context: BrowserContext) => unknown, size?: ContextSize): Promise<Participant>;
  /** To be undone at the end, last first. */
  defer(undo: () => Promise<void> | void): void;
  close(): Promise<void>;
}

type ContextSize = Parameters<Chromium['newContext']>[0];

export async function setStage(options: TestServerOptions & { pace?: Pace } = {}): Promise<Stage> {
  const undos: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const undo of undos.splice(0).toReversed()) await undo();
  };
  try {
    const server = await startTestServer(options);
    undos.push(() => server.stop());
    const chromium = await startChromium(options.network, [], options.pace);
    undos.push(() => chromium.close());
    return {
      server,
      chromium,
      async person(name, prepare, size) {
        const context = await chromium.newContext(size);
        await prepare?.(context);
        return new Participant(fromPlaywright(await context.newPage()), name);
      },
      defer: (undo) => void undos.push(undo),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
