// A server of a test file's own.
import { afterAll, beforeAll } from 'vitest';
import { startTestServer, type TestServer } from './testServer.ts';

/** Runs from before the file's first test to behind its last; what is read of it before that throws. */
export function useTestServer(): Omit<TestServer, 'stop'> & { url: string } {
  let started: TestServer | null = null;
  beforeAll(async () => {
    started = await startTestServer();
  });
  afterAll(() => started?.stop());
  const bed = (): TestServer => {
    if (started === null) throw new Error('the server has not started');
    return started;
  };
  return {
    get server() {
      return bed().server;
    },
    get url() {
      return bed().server.url;
    },
    get media() {
      return bed().media;
    },
    get clock() {
      return bed().clock;
    },
    get dataDir() {
      return bed().dataDir;
    },
    get logged() {
      return bed().logged;
    },
  };
}
