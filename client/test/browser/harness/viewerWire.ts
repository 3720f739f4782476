// The line between the server and one viewer's page: what is said on it, and captions that a server of ill will could say as well.
import type { BrowserContext, WebSocketRoute } from 'playwright-core';
import { io } from 'socket.io-client';
import { SOCKET_PATH, PROTOCOL_VERSION } from '#protocol/version';
import type { Watching } from '#protocol/stage';
import { sealCaption } from '../../../e2ee/feed/caption.ts';
import { openDocument, takeDocumentApart } from '../../../e2ee/feed/documents.ts';
import { FeedKey } from '../../../e2ee/feed/FeedKey.ts';
import { importViewRoot } from '../../../e2ee/feed/viewKeys.ts';
import { openWrap } from '../../../e2ee/feed/wrap.ts';
import { DomainKeys } from '../../../e2ee/frames/DomainKeys.ts';
import { parseFragment, viewAccessProof } from '../../../e2ee/link/secrets.ts';
import { fromBase64Url, toBase64Url } from '../../../e2ee/util/bytes.ts';
import { parser } from '../../../platform/parser.ts';

export interface ViewerWire {
  /** Captions that the server passed on to this viewer. */
  captions(): string[];
  /** As if it came from the server. */
  say(name: string, payload: unknown): void;
}

export async function tapViewer(context: BrowserContext): Promise<ViewerWire> {
  const heard: string[] = [];
  let page: WebSocketRoute | null = null;
  await context.routeWebSocket(/\/socket\.io\//, (route) => {
    page = route;
    const server = route.connectToServer();
    server.onMessage((message) => {
      if (typeof message === 'string' && message.includes('"stage:caption"')) heard.push(message);
      route.send(message);
    });
  });
  return {
    captions: () => [...heard],
    say: (name, payload) => page?.send(`42${JSON.stringify([name, payload])}`),
  };
}

/** What anybody with the watch link gets of the server. */
async function watch(link: URL, secret: Uint8Array, roomId: string): Promise<Watching> {
  const answer = await fetch(`${link.origin}/api/rooms/${roomId}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: link.origin },
    body: JSON.stringify({ kind: 'viewer', proof: await viewAccessProof(secret) }),
  });
  const { data } = (await answer.json()) as { data: { token: string } };
  const auth = { version: PROTOCOL_VERSION, token: data.token };
  const socket = io(link.origin, { path: SOCKET_PATH, transports: ['websocket'], auth, parser });
  try {
    const reply = (await socket.timeout(20_000).emitWithAck('room:join', {})) as { data: Watching };
    return reply.data;
  } finally {
    socket.disconnect();
  }
}

/** Words in somebody's name, sealed by who has the watch link and everything that the server has, and not by their device. */
export async function forgeCaption(
  watchLink: string,
  name: string,
  text: string,
): Promise<{ from: string; caption: string }> {
  const link = new URL(watchLink);
  const roomId = link.pathname.split('/').at(-1) ?? '';
  const parsed = parseFragment(link.hash.slice(1));
  if (!parsed.ok) throw new Error(parsed.fault);
  const { secret } = parsed.fragment;
  const { stage } = await watch(link, secret, roomId);
  const root = await importViewRoot(secret.slice());
  const signed = await openDocument(root, 'roster', roomId, new Uint8Array(stage.roster ?? []));
  const keys = stage.keys.at(-1);
  if (signed === undefined || keys === undefined) throw new Error('the server has no roster, or no keys');
  const { json } = takeDocumentApart(signed) ?? {};
  const { p } = JSON.parse(new TextDecoder().decode(json)) as { p: { id: string; n: string; k: string }[] };
  const person = p.find((one) => one.n === name);
  if (person === undefined) throw new Error(`${name} is not on the roster`);
  const place = { groupId: new Uint8Array(keys.groupId), epoch: keys.epoch };
  const stageKey = await openWrap(root, { ...place, wrapped: new Uint8Array(keys.wrapped) }, signed);
  if (stageKey === undefined) throw new Error('the stage’s key does not open');
  const feedKey = fromBase64Url(person.k, 32);
  if (feedKey === undefined) throw new Error('no feed key');
  const key = await (await DomainKeys.create(stageKey)).captionKey(feedKey);
  const at = { roomId, peerId: person.id, ...place, count: 1_000_000 };
  const words = { line: 1_000_000, text, final: true };
  const sealed = await sealCaption(key, await FeedKey.create(), at, words, Date.now());
  return { from: person.id, caption: toBase64Url(sealed) };
}
