// Serves a folder on this machine as a site of its own: another origin than the server of the project.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };

/** Under `localhost`, which browsers take for another site than 127.0.0.1, and for a secure one. */
export async function serveFolder(folder: string): Promise<{ origin: string; close(): void }> {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : path.basename(request.url ?? '');
    const file = path.join(folder, name);
    const isThere = existsSync(file);
    response.writeHead(isThere ? 200 : 404, { 'content-type': TYPES[path.extname(name)] ?? 'text/plain' });
    response.end(isThere ? readFileSync(file) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://localhost:${port}`, close: () => void server.close() };
}
