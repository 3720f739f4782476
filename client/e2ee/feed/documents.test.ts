// Keys, wraps, rosters and programs for viewers: what opens and counts, and what does not.
import { describe, expect, it } from 'vitest';
import { deriveLinkKeys, viewSecret } from '../link/secrets.ts';
import type { ProgramContent } from '../messages.ts';
import { ROOM_ID } from '../test/members.ts';
import { CONTENT, Stage, STAGE_GROUP, stageKeyOf } from '../test/stage.ts';
import { toHex } from '../util/bytes.ts';
import { openDocument, sealDocument } from './documents.ts';
import { FeedKey } from './FeedKey.ts';
import { isProducersWord, parseContent, readProgram, signProgram } from './program.ts';
import { parsePeople, verifyRoster } from './roster.ts';
import { importViewRoot, type ViewRoot } from './viewKeys.ts';
import { openWrap, wrapStageKey } from './wrap.ts';

const rootOf = (byte: number) => importViewRoot(new Uint8Array(24).fill(byte));
const secretOf = (byte: number) => new Uint8Array(24).fill(byte);

describe('viewKeys', () => {
  it('E-150 a member’s link keys and a watch link open the same documents, and another link’s, Room’s or generation’s do not', async () => {
    const { viewRoot } = await deriveLinkKeys(secretOf(7), ROOM_ID, 0);
    const sealed = await sealDocument(viewRoot, 'roster', ROOM_ID, Uint8Array.of(1, 2, 3));
    const watching = await importViewRoot(await viewSecret(secretOf(7), ROOM_ID, 0));
    await expect(openDocument(watching, 'roster', ROOM_ID, sealed)).resolves.toEqual(Uint8Array.of(1, 2, 3));
    const others: ViewRoot[] = await Promise.all([
      deriveLinkKeys(secretOf(8), ROOM_ID, 0).then((keys) => keys.viewRoot),
      deriveLinkKeys(secretOf(7), 'another', 0).then((keys) => keys.viewRoot),
      deriveLinkKeys(secretOf(7), ROOM_ID, 1).then((keys) => keys.viewRoot),
    ]);
    for (const other of others) {
      await expect(openDocument(other, 'roster', ROOM_ID, sealed)).resolves.toBeUndefined();
    }
  });

  it('E-150 the root cannot be exported, nor used for anything but deriving', async () => {
    const { viewRoot } = await deriveLinkKeys(secretOf(7), ROOM_ID, 0);
    expect([viewRoot.extractable, viewRoot.usages]).toEqual([false, ['deriveKey']]);
    await expect(crypto.subtle.exportKey('raw', viewRoot)).rejects.toThrow();
  });
});

describe('wrap', () => {
  const roster = Uint8Array.of(1, 2, 3);
  const place = { groupId: STAGE_GROUP, epoch: 4 };

  it('E-151 opens with the link, group, epoch and roster that it was made for, and with no other', async () => {
    const root = await rootOf(5);
    const wrapped = await wrapStageKey(root, { ...place, stageKey: stageKeyOf(4) }, roster);
    await expect(openWrap(root, { ...place, wrapped }, roster)).resolves.toEqual(stageKeyOf(4));
    const misuses = [
      openWrap(await rootOf(6), { ...place, wrapped }, roster),
      openWrap(root, { ...place, epoch: 5, wrapped }, roster),
      openWrap(root, { ...place, groupId: new Uint8Array(16), wrapped }, roster),
      openWrap(root, { ...place, wrapped }, Uint8Array.of(1, 2, 4)),
      openWrap(root, { ...place, wrapped: wrapped.slice(0, 20) }, roster),
      openWrap(root, { ...place, wrapped: new Uint8Array() }, roster),
    ];
    for (const misuse of misuses) await expect(misuse).resolves.toBeUndefined();
  });

  it('E-151 two wraps of one epoch share no nonce, and the key’s bytes are zeroed', async () => {
    const root = await rootOf(5);
    const keys = [stageKeyOf(4), stageKeyOf(4)];
    const wraps = await Promise.all(keys.map((stageKey) => wrapStageKey(root, { ...place, stageKey }, roster)));
    expect(new Set(wraps.map((wrapped) => toHex(wrapped.subarray(0, 12)))).size).toBe(2);
    expect(keys).toEqual([new Uint8Array(16), new Uint8Array(16)]);
  });
});

describe('documents', () => {
  it('E-152 a document of one kind or Room does not open as another', async () => {
    const root = await rootOf(5);
    const sealed = await sealDocument(root, 'roster', ROOM_ID, Uint8Array.of(1));
    await expect(openDocument(root, 'program', ROOM_ID, sealed)).resolves.toBeUndefined();
    await expect(openDocument(root, 'roster', 'another', sealed)).resolves.toBeUndefined();
    sealed[20] = (sealed[20] ?? 0) ^ 1;
    await expect(openDocument(root, 'roster', ROOM_ID, sealed)).resolves.toBeUndefined();
  });
});

describe('a program', () => {
  it('E-194 names of those on air whose devices make captions, each once, or says nothing of it', () => {
    const withCaptions = { ...CONTENT, captions: ['ana'] };
    expect(parseContent(withCaptions)).toEqual(withCaptions);
    expect(parseContent({ ...CONTENT, captions: [] })).toEqual(CONTENT);
    for (const captions of ['ana', [7], ['ana', 'ana'], Array.from({ length: 10 }, (_, at) => `p${at}`), null])
      expect(parseContent({ ...CONTENT, captions })).toBeUndefined();
  });
});

describe('roster', () => {
  it('E-153 counts for whoever has the link of the host who signed it, in its Room', async () => {
    const stage = await Stage.create();
    const people = [await stage.person('ana'), await stage.person('ben', 'producer')];
    const signed = await stage.roster(3, people);
    const { hostKeyHash } = stage;
    await expect(verifyRoster(signed, { roomId: ROOM_ID, hostKeyHash })).resolves.toMatchObject({
      count: 3,
      people,
      generation: 3,
    });
    const elsewhere = [
      { roomId: 'another', hostKeyHash },
      { roomId: ROOM_ID, hostKeyHash: (await Stage.create()).hostKeyHash },
    ];
    for (const link of elsewhere) await expect(verifyRoster(signed, link)).resolves.toBeUndefined();
  });

  it('E-153 any change, cut or rubbish is refused, and nothing throws', async () => {
    const stage = await Stage.create();
    const signed = await stage.roster(1, [await stage.person('ana')]);
    const link = { roomId: ROOM_ID, hostKeyHash: stage.hostKeyHash };
    for (let at = 0; at < signed.length; at += 7) {
      const changed = signed.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      await expect(verifyRoster(changed, link)).resolves.toBeUndefined();
    }
    for (const rubbish of [new Uint8Array(), signed.slice(1), signed.slice(0, 64), new Uint8Array(500)]) {
      await expect(verifyRoster(rubbish, link)).resolves.toBeUndefined();
    }
  });

  it('E-153 nobody and no feed key stands in it twice, and every field is bounded', async () => {
    const stage = await Stage.create();
    const ana = await stage.person('ana');
    expect(parsePeople([ana])).toEqual([ana]);
    const { feedKey } = await stage.person('ben');
    const wrong = [
      [ana, ana],
      [ana, { ...ana, peerId: 'ben' }],
      [ana, { ...ana, feedKey }],
      [{ ...ana, name: 'x'.repeat(201) }],
      [{ ...ana, title: 'x'.repeat(121) }],
      [{ ...ana, role: 'host' }],
      [{ ...ana, feedKey: feedKey.slice(1) }],
      [{ ...ana, peerId: 'no id' }],
      Array.from({ length: 33 }, (_, index) => ({ ...ana, peerId: `p${index}` })),
      'ana',
    ];
    for (const people of wrong) expect(parsePeople(people)).toBeUndefined();
  });
});

describe('program', () => {
  it('E-154 is the word of the key that signed it, for this Room', async () => {
    const [key, other] = [await FeedKey.create(), await FeedKey.create()];
    const publicOf = ({ publicKey }: FeedKey) =>
      crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    const signed = await signProgram(key.privateKey, ROOM_ID, {
      content: CONTENT,
      count: 2,
      timeMs: 7,
      producer: 'ben',
    });
    const program = readProgram(signed)!;
    expect(program).toMatchObject({ content: CONTENT, count: 2, timeMs: 7, producer: 'ben' });
    await expect(isProducersWord(program, await publicOf(key), ROOM_ID)).resolves.toBe(true);
    await expect(isProducersWord(program, await publicOf(other), ROOM_ID)).resolves.toBe(false);
    await expect(isProducersWord(program, await publicOf(key), 'another')).resolves.toBe(false);
  });

  it('E-154 every field is bounded and known, and what is more is left out', () => {
    const png = (length: number) => `data:image/png;base64,${'A'.repeat(length)}`;
    const event = { name: '', accent: null, logo: png(53_332) };
    expect(parseContent({ ...CONTENT, event, more: 1 })).toEqual({ ...CONTENT, event });
    const wrong: Partial<Record<keyof ProgramContent, unknown>>[] = [
      { phase: 'over' },
      { layout: 'row' },
      { onAir: ['ana', 'ana'] },
      { onAir: Array.from({ length: 10 }, (_, index) => `p${index}`) },
      { onAir: ['no id'] },
      { screen: 'no id' },
      { labels: 1 },
      { startsAtMs: 1.5 },
      { event: { ...CONTENT.event, name: 'x'.repeat(201) } },
      { event: { ...CONTENT.event, accent: 'red' } },
      { event: { ...CONTENT.event, logo: png(60_000) } },
      { event: { ...CONTENT.event, logo: 'data:image/svg+xml;base64,AAAA' } },
      { event: { ...CONTENT.event, logo: 'https://example.org/logo.png' } },
    ];
    for (const fields of wrong) expect(parseContent({ ...CONTENT, ...fields })).toBeUndefined();
  });

  it('E-154 a program of more than 60,000 bytes is not signed', async () => {
    const key = await FeedKey.create();
    const logo = `data:image/png;base64,${'A'.repeat(53_332)}`;
    const content = { ...CONTENT, event: { ...CONTENT.event, logo, name: '\u0001'.repeat(200) } };
    const fits = { content, count: 0, timeMs: 0, producer: 'ben' };
    await expect(signProgram(key.privateKey, ROOM_ID, fits)).resolves.toBeDefined();
    const padded = { ...content, onAir: Array.from({ length: 9 }, (_, at) => `${at}${'x'.repeat(63)}`) };
    const tooLarge = { ...fits, content: { ...padded, screen: 'y'.repeat(6_000) } };
    await expect(signProgram(key.privateKey, ROOM_ID, tooLarge)).rejects.toThrow('tooLarge');
  });
});

describe('FeedKey', () => {
  it('E-155 its private half cannot be exported, and two devices have two', async () => {
    const [one, other] = [await FeedKey.create(), await FeedKey.create()];
    expect(one.publicKey).toHaveLength(32);
    expect(toHex(one.publicKey)).not.toBe(toHex(other.publicKey));
    for (const format of ['pkcs8', 'jwk'] as const) {
      await expect(crypto.subtle.exportKey(format, one.privateKey)).rejects.toThrow();
    }
  });
});
