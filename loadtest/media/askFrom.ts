// A call of the API from an address of this machine: the server counts by them, and many people sit at many.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';

/** @param from one of this machine's loopback addresses, or whoever connects over TLS. Resolves with whatever JSON is answered. */
export function askFrom(from: string | Agent, url: string, body: unknown): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const request =
      typeof from === 'string'
        ? httpRequest(url, { ...asked, localAddress: from })
        : httpsRequest(url, { ...asked, agent: from });
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    request.end(JSON.stringify(body));
  });
}
