// Who has no link and is let in by the server all the same: with a place of its own, and with a place that was another's.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deriveLinkKeys } from '../../../client/e2ee/link/secrets.ts';
import { createKeyPackage } from '../../../client/e2ee/mls/keyPackage.ts';
import { createSuite } from '../../../client/e2ee/mls/suite.ts';
import { opus } from '../../../client/e2ee/test/fakeFrames.ts';
import { authOf, TestClient } from '../testServer.ts';
import { sealFor } from './Insider.ts';
import { codeOf, type Person, Stage, together, tuned, within } from './Stage.ts';

const GHOST_ID = 'G'.repeat(16);
const GUESSED = new Uint8Array(24).fill(1);

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

/** The page of a ghost: the real client, with another secret than the link's and a token that the server hands it. */
function beginGhost(token: string): Person {
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: string };
  const data = { ...stage.villain.admissions.at(-1), token, peerId: claims.sub };
  stage.villain.alterHttp = (answer) => (answer.status === 401 ? { status: 200, body: { ok: true, data } } : answer);
  return stage.begin('Ghost', { link: { ...stage.link, secret: GUESSED }, placeId: claims.sub });
}

/** A token of its own, for a proof that a member showed: the server sees every one. */
async function mintToken(): Promise<string> {
  const { villain, link } = stage;
  const body = JSON.stringify({ kind: 'member', proof: villain.proofs[0] });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${villain.upstreamUrl}/api/rooms/${link.roomId}/tokens`, {
    method: 'POST',
    headers,
    body,
  });
  return ((await answer.json()) as { data: { token: string } }).data.token;
}

/** One says something with the microphone; resolves when another has heard it. */
async function speak(speaker: Person, hearer: Person, count: number): Promise<void> {
  await tuned(hearer, speaker, 'mic');
  speaker.encode('mic', ...Array.from({ length: count }, (_, seed) => opus(seed)));
  await vi.waitFor(() => expect(hearer.decoded(speaker, 'mic')).toHaveLength(count), within);
}

describe('a ghost without the link', () => {
  it('E-54 that the server shows as waiting is added by nobody, and who waits beside it is', async () => {
    const { villain } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo']);
    const { groupId } = villain.askedBy(ana.peerId, 'mls:create')[0]!;
    const bytes = new Uint8Array(groupId);
    const env = { suite: await createSuite(), keys: await deriveLinkKeys(GUESSED.slice(), stage.link.roomId, 0) };
    const identity = { groupId: bytes, peerId: GHOST_ID, displayName: 'Bo', timeMs: stage.clock.now() };
    const own = await createKeyPackage(env.suite, env.keys, identity);
    const ghost = { peerId: GHOST_ID, sealed: await sealFor(env, own, bytes, GHOST_ID) };
    villain.rewrite = (_to, said) =>
      said.name === 'mls:queue'
        ? [{ ...said, payload: { ...said.payload, waiting: [ghost, ...said.payload.waiting] } }]
        : [said];
    const cy = await stage.attend('Cy');
    await together(ana, bo, cy);
    const added = villain.asked.flatMap(({ asked }) => (asked.name === 'mls:commit' ? asked.input.added : []));
    expect(new Set(added)).toEqual(new Set([bo.peerId, cy.peerId]));
  });

  it('E-12, E-38 that the server gave a token holds a place in the Room: it is shown to nobody, gets every frame and opens none', async () => {
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    const code = codeOf(ana);
    const given: string[] = [];
    stage.sfu.carry = ({ frame, to }) => (given.push(to), [frame]);
    const ghost = beginGhost(await mintToken());
    await tuned(ghost, ana, 'mic');
    await speak(ana, bo, 20);
    await stage.clock.pass(10_000);
    expect(given.filter((to) => to === ghost.peerId)).toHaveLength(20);
    expect(ghost.decoded(ana, 'mic')).toEqual([]);
    expect(ghost.client.state.get().phase).not.toBe('in');
    expect(stage.villain.saidTo(ana.peerId, 'peer:joined').map(({ peer }) => peer.peerId)).toContain(ghost.peerId);
    expect([ana.names(), bo.names(), codeOf(ana)]).toEqual([['Bo'], ['Ana'], code]);
  });
});

describe('a ghost with a stolen token', () => {
  it('P-83 of access throws its owner out, who sees so; it opens nothing, and the owner comes back by the link', async () => {
    const [ana, bo] = await stage.gather(['Ana', 'Bo'], { devices: ['mic'] });
    const [stolen, boId] = [stage.villain.tokens.get(bo.peerId)!, bo.peerId];
    const ghost = beginGhost(stolen);
    await vi.waitFor(() => expect(bo.locks.at(-1)).toBe('ended replaced'), within);
    await tuned(ghost, ana, 'mic');
    ana.encode('mic', opus(1), opus(2));
    expect(ana.view().participants.map(({ peerId }) => peerId)).toEqual([boId]);
    const again = await stage.attend('Bo', { devices: ['mic'] });
    expect([ghost.peerId, ghost.decoded(ana, 'mic')]).toEqual([boId, []]);
    expect(ghost.client.state.get().phase).not.toBe('in');
    ghost.client.close();
    await together(ana, again);
  });

  it('P-85 of resuming hears all that its owner would have heard, reads none of it, and says nothing that counts', async () => {
    const { villain, clock } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy of Narnia']);
    bo.client.chat.send('words of Bo');
    await vi.waitFor(() => expect(ana.texts()).toHaveLength(1), within);
    const ghost = new TestClient(stage.url, authOf(villain.tokens.get(bo.peerId)!));
    stage.onClose(() => ghost.socket.disconnect());
    await ghost.open();
    const resume = { token: villain.resumeTokens.get(bo.peerId)! as never, lastSequence: 0 };
    const answer = await ghost.request('room:join', { resume });
    await vi.waitFor(() => expect(bo.locks.at(-1)).toBe('ended replaced'), within);
    ana.client.chat.send('words of Ana');
    await ghost.hear('mls:message');
    const heard = bytesIn([answer, ghost.heard.map(({ payload }) => payload)]);
    expect(heard).toContainEqual(villain.askedBy(ana.peerId, 'mls:message')[0]!.message);
    for (const word of ['words', 'Narnia', 'Ana']) expect(Buffer.concat(heard).includes(word)).toBe(false);

    const [message] = villain.askedBy(bo.peerId, 'mls:message');
    const { groupId, epoch } = message!;
    expect(await ghost.code('mls:message', message)).toBe('ok');
    expect(await ghost.code('mls:message', { groupId, epoch, message: Buffer.from('{"t":"chat"}') })).toBe('ok');
    expect(await ghost.code('mls:heartbeat', { groupId, epoch, heartbeat: Buffer.alloc(104) })).toBe('ok');
    await clock.pass(3_000);
    expect(ana.texts()).toEqual(['Bo: words of Bo (sent)', 'Ana: words of Ana (sent)']);
    expect([ana.locks.at(-1), cy.locks.at(-1)]).toEqual([`sealed ${epoch}`, `sealed ${epoch}`]);
  });

  it('E-68 of resuming that commits rubbish in its owner’s name is followed by nobody; the others are together again', async () => {
    const { villain } = stage;
    const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy']);
    const ghost = new TestClient(stage.url, authOf(villain.tokens.get(bo.peerId)!));
    stage.onClose(() => ghost.socket.disconnect());
    await ghost.open();
    const resume = { token: villain.resumeTokens.get(bo.peerId)! as never, lastSequence: 0 };
    await ghost.request('room:join', { resume });
    const { groupId } = villain.askedBy(ana.peerId, 'mls:create')[0]!;
    const rubbish = { groupId, epoch: 2, commit: Buffer.alloc(300, 7), added: [], removed: [] };
    expect(await ghost.code('mls:commit', rubbish)).toBe('ok');
    for (const person of [ana, cy]) {
      const nacks = () => villain.askedBy(person.peerId, 'mls:nack');
      await vi.waitFor(() => expect(nacks()).toMatchObject([{ epoch: 2, reason: 'malformed' }]), within);
    }
    await ghost.request('room:leave', {});
    await together(ana, cy);
  });
});

/** Every run of bytes in what was heard, however deep. */
function bytesIn(heard: unknown): Buffer[] {
  if (heard instanceof Uint8Array) return [Buffer.from(heard)];
  if (typeof heard !== 'object' || heard === null) return [Buffer.from(String(heard))];
  return Object.values(heard).flatMap(bytesIn);
}
