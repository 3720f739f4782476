// Watches everything that a browser context sends: no request may leave for another host or carry the link's secret.
import type { BrowserContext, Page, Request } from 'playwright-core';

export interface RequestWatch {
  /** How many requests and socket frames were seen; a watch that saw none has shown nothing. */
  seen(): number;
  /** Those that went to another host than `origin`. */
  foreign(origin: string): string[];
  /** Those whose address, headers or body hold `secret`, as text or base64. */
  carrying(secret: string): string[];
  /** Those that hold `words` as they stand. */
  saying(words: string): string[];
}

interface Sent {
  url: string;
  text: string;
}

/** The secret as it might travel: as it stands in the link, and its bytes in the usual alphabets. */
function disguises(secret: string): string[] {
  const bytes = Buffer.from(secret, 'base64url');
  return [secret, bytes.toString('base64'), bytes.toString('hex'), bytes.toString('latin1')];
}

async function describeRequest(request: Request): Promise<string> {
  const headers = await request.allHeaders().catch(() => request.headers());
  return [request.url(), JSON.stringify(headers), request.postDataBuffer()?.toString('latin1') ?? ''].join('\n');
}

export function watchRequests(context: BrowserContext): RequestWatch {
  const sent: Sent[] = [];
  const watchPage = (page: Page): void => {
    page.on('websocket', (socket) => {
      sent.push({ url: socket.url(), text: socket.url() });
      socket.on('framesent', ({ payload }) => {
        sent.push({ url: socket.url(), text: typeof payload === 'string' ? payload : payload.toString('latin1') });
      });
    });
  };
  context.on('page', watchPage);
  for (const page of context.pages()) watchPage(page);
  context.on('request', (request) => {
    const entry: Sent = { url: request.url(), text: request.url() };
    sent.push(entry);
    void describeRequest(request).then((text) => (entry.text = text));
  });
  const isForeign = (url: string, origin: string): boolean =>
    !/^(blob|data|about):/.test(url) && new URL(url).host !== new URL(origin).host;
  const holding = (forms: readonly string[]): string[] =>
    sent.filter(({ text }) => forms.some((form) => text.includes(form))).map(({ url }) => url);
  return {
    seen: () => sent.length,
    foreign: (origin) => sent.map(({ url }) => url).filter((url) => isForeign(url, origin)),
    carrying: (secret) => holding(disguises(secret)),
    saying: (words) => holding([Buffer.from(words).toString('latin1'), Buffer.from(words).toString('base64')]),
  };
}

/** The secret in a link's fragment: `#1.<secret>.<hostKeyHash>`. */
export function secretOf(link: string): string {
  const secret = new URL(link).hash.slice(1).split('.')[1];
  if (!secret) throw new Error('the link has no secret');
  return secret;
}
