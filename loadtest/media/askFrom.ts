// A call of the API from one of this machine's loopback addresses: the server counts by them, and many people sit at many.
import { request as httpRequest } from 'node:http';

/** Resolves with whatever JSON is answered. */
export function askFrom(localAddress: string, url: string, body: unknown): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const request = httpRequest(url, { method: 'POST', localAddress, headers });
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }));
    });
    request.end(JSON.stringify(body));
  });
}
