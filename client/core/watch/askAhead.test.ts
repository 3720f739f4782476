// What a watch page asks before its client is there: once, for a watch link only, and never where nothing could be opened.
import { describe, expect, it, vi } from 'vitest';
import { viewAccessProof } from '#e2ee';
import type { Platform } from '../types.ts';
import { ROOM_ID, tokenAnswer } from '../test/wireSamples.ts';
import { answering, askAhead } from './askAhead.ts';

const SECRET = new Uint8Array(24).fill(7);
const HASH = Buffer.alloc(16, 7).toString('base64url');
const PAGE = `https://meet.example/w/${ROOM_ID}`;
const LINK = `${PAGE}#1v.${Buffer.from(SECRET).toString('base64url')}.${HASH}`;
const PATH = `/api/rooms/${ROOM_ID}/tokens`;
const reply = { status: 200, body: { ok: true, data: tokenAnswer() } };

function place(support: ReturnType<Platform['sealSupport']> = 'standard') {
  const fetch = vi.fn<Platform['fetch']>(async () => reply);
  return { fetch, sealSupport: () => support };
}

describe('askAhead', () => {
  it('W-25 asks for the token of the link that the page was opened with', async () => {
    const here = place();
    const asked = askAhead(LINK, here);
    expect(asked?.path).toBe(PATH);
    await expect(asked?.reply).resolves.toBe(reply);
    const proof = await viewAccessProof(SECRET);
    expect(here.fetch.mock.calls).toEqual([[PATH, { method: 'POST', body: { kind: 'viewer', proof } }]]);
  });

  it.each([
    '',
    'no address',
    PAGE,
    `${PAGE}#1v.short.${HASH}`,
    LINK.replace('#1v.', '#1.'),
    LINK.replace('/w/', '/r/'),
  ])('W-71 asks nothing for %j, which opens no event', (text) => {
    const here = place();
    expect(askAhead(text, here)).toBeNull();
    expect(here.fetch).not.toHaveBeenCalled();
  });

  it('W-5 asks nothing where nothing could be opened', () => {
    const here = place('none');
    expect(askAhead(LINK, here)).toBeNull();
    expect(here.fetch).not.toHaveBeenCalled();
  });
});

describe('answering', () => {
  it('W-25 gives what was asked ahead to the first who asks it, and asks anew from then on', async () => {
    const { fetch } = place();
    const ahead = { status: 404, body: null };
    const ask = answering(fetch, { path: PATH, reply: Promise.resolve(ahead) });
    const init = { method: 'POST', body: {} };
    expect(await ask('/api/other', init)).toBe(reply);
    expect(await ask(PATH, init)).toBe(ahead);
    expect(await ask(PATH, init)).toBe(reply);
    expect(fetch.mock.calls.map(([path]) => path)).toEqual(['/api/other', PATH]);
  });
});
