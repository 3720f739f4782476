// Whom the frame listens to, and what it says of the room.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EMBED_HELLO, embedOpen } from '#core';
import { AppModel } from '../AppModel.ts';
import { fakeServices, LINK_TEXT, MemoryStorage, roomView } from '../test/fakes.ts';
import { EmbedFrame, embedStateOf } from './EmbedFrame.ts';

const FRIEND = 'https://www.example.org';

interface Said {
  data: unknown;
  target: string;
}

const createScene = async (ask: () => Promise<readonly string[]> = async () => [FRIEND]) => {
  const said: Said[] = [];
  const self = new EventTarget();
  const parent = { postMessage: (data: unknown, target: string) => said.push({ data, target }) };
  const app = new AppModel(fakeServices(), { isEmbedded: true });
  app.openAddress();
  const frame = new EmbedFrame({ app, askEmbedders: ask, parent: parent as never, self: self as never });
  await frame.start();
  const hear = (data: unknown, { origin = FRIEND, source = parent as unknown } = {}) => {
    const { port1, port2 } = new MessageChannel();
    const event = Object.assign(new Event('message'), { data, origin, source, ports: [port2] });
    self.dispatchEvent(event);
    return port1;
  };
  return { said, app, hear, frame };
};

const open = embedOpen({ link: LINK_TEXT });

describe('the frame', () => {
  beforeEach(() => {
    vi.stubGlobal('location', new URL('https://conclave.example/embed'));
    for (const storage of ['localStorage', 'sessionStorage']) vi.stubGlobal(storage, new MemoryStorage());
    vi.stubGlobal('navigator', { languages: [], permissions: { query: async () => ({ state: 'prompt' }) } });
  });

  it('P-16 says hello once it knows whom to listen to, and shows the room that an allowed parent names', async () => {
    const { said, app, hear, frame } = await createScene();
    expect(said).toEqual([{ data: EMBED_HELLO, target: '*' }]);
    expect(app.screen.value).toEqual({ name: 'embed', cause: null });
    hear(open).close();
    expect(app.screen.value.name).toBe('preJoin');
    frame.close();
  });

  it.each([
    ['a window that is not its parent', { source: {} }, null],
    ['a parent of an origin that may not embed', { origin: 'https://evil.example' }, 'origin'],
  ])('P-16 opens no room for %s', async (_who, from, cause) => {
    const { app, hear, frame } = await createScene();
    hear(open, from).close();
    expect(app.screen.value).toEqual({ name: 'embed', cause });
    frame.close();
  });

  it.each([
    ['another version', { ...open, version: 2 }],
    ['no link', { ...open, link: 7 }],
    ['nothing of ours', 'open'],
  ])('passes over a message with %s', async (_what, data) => {
    const { app, hear, frame } = await createScene();
    hear(data).close();
    expect(app.screen.value).toEqual({ name: 'embed', cause: null });
    frame.close();
  });

  it('shows what is wrong with the link that it was given', async () => {
    const { app, hear, frame } = await createScene();
    hear(embedOpen({ link: 'https://elsewhere.example/r/x' })).close();
    expect(app.screen.value).toMatchObject({ name: 'embed', cause: expect.stringMatching(/^\w+$/) });
    frame.close();
  });

  it('listens to nobody where the server does not say to whom', async () => {
    const { said, app, hear, frame } = await createScene(() => Promise.reject(new Error('down')));
    hear(open).close();
    expect(said).toEqual([]);
    expect(app.screen.value).toEqual({ name: 'embed', cause: 'unreachable' });
    frame.close();
  });
});

describe('what the page around is told', () => {
  it('has counts and states of a room, and no name', () => {
    const view = roomView({ self: { ...roomView().self, displayName: 'Maya' } });
    const call = { state: { value: { phase: 'in', ...view } } } as never;
    const told = embedStateOf({ name: 'call', visit: {} as never, call });
    expect(told).toEqual({
      phase: 'in',
      connection: 'online',
      sealed: false,
      participants: 0,
      mic: false,
      camera: false,
      screen: false,
    });
    expect(JSON.stringify(told)).not.toContain('Maya');
  });
});
