// Bundles a page and its worker in memory and serves them on this machine, without the server of the project.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'vite';

async function bundle(folder: string, name: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: path.join(folder, `${name}.ts`), formats: ['es'], fileName: name },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  const chunk = result !== undefined && 'output' in result ? result.output[0] : undefined;
  if (chunk === undefined) throw new Error(`nothing was built of ${name}`);
  return chunk.code;
}

/** Serves `page`.ts of `folder` as the one script of `/`, and `worker`.ts beside it under its name. */
export async function serveBundles(
  folder: string,
  page: string,
  worker: string,
): Promise<{ origin: string; close(): void }> {
  const files = new Map([['/', `<!doctype html><body><script type="module" src="/${page}.js"></script>`]]);
  for (const name of [page, worker]) files.set(`/${name}.js`, await bundle(folder, name));
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const file = files.get(url);
    response.setHeader('content-type', url.endsWith('.js') ? 'text/javascript' : 'text/html');
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
