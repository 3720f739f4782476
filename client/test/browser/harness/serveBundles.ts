// Bundles a page, and what it starts, in memory and serves them on this machine, without the server of the project.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'vite';
import type { NetworkNamespace } from './NetworkNamespace.ts';
import { startChild, type Child } from './processes.ts';
import { until } from './until.ts';

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

/** Everything that is built of `entry`, by address; the entry itself is `/<its name>.js`. */
async function bundle(entry: string): Promise<[string, string | Uint8Array][]> {
  const { name } = path.parse(entry);
  const built = await build({
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      minify: false,
      lib: { entry, formats: ['es'], fileName: () => `${name}.js`, cssFileName: name },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (result === undefined || !('output' in result)) throw new Error(`nothing was built of ${name}`);
  return result.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]);
}

/**
 * @param entries files of which the first is the page's script
 * @param network whose browsers open the page; its origin is then theirs, on their loopback, which is a secure context
 */
export async function serveBundles(
  entries: readonly string[],
  network?: NetworkNamespace,
): Promise<{ origin: string; close(): void }> {
  const files = new Map((await Promise.all(entries.map(bundle))).flat());
  const [page] = entries.map((entry) => path.parse(entry).name);
  const styles = [...files.keys()].filter((address) => address.endsWith('.css'));
  const head = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bundles</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ...styles.map((address) => `<link rel="stylesheet" href="${address}">`),
  ];
  const body = `</head><body><div id="app"></div><script type="module" src="/${page}.js"></script></body></html>`;
  files.set('/', head.join('') + body);
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const file = files.get(url);
    response.setHeader('content-type', TYPES[path.extname(url === '/' ? '.html' : url)] ?? 'text/html');
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, network?.outsideAddress ?? '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const relay = network && (await relayInto(network, port));
  const close = () => {
    void relay?.stop();
    server.close();
  };
  return { origin: `http://127.0.0.1:${port}`, close };
}

/** A port out here becomes one of the loopback in there. */
async function relayInto(network: NetworkNamespace, port: number): Promise<Child> {
  const file = path.join(import.meta.dirname, 'loopbackRelay.ts');
  const command = [process.execPath, file, '127.0.0.1', String(port), network.outsideAddress];
  const relay = startChild(network.inside(command));
  await until(() => relay.output().includes('relaying'), { what: 'the relay to the bundles' });
  return relay;
}
