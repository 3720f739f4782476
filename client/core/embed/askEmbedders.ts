// Asks the server which origins' pages may embed this one.
import { EmbedAnswer } from '#protocol/http';
import { parseReply } from '../signalling/answers.ts';
import type { Platform } from '../types.ts';

/** Rejects where the server does not answer. */
export async function askEmbedders(platform: Pick<Platform, 'fetch'>): Promise<readonly string[]> {
  const { body } = await platform.fetch('/api/embed', { method: 'GET' });
  return parseReply(EmbedAnswer, body).origins;
}
