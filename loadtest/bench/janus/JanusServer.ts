// Debian's Janus as a process with one event loop, its video room alone, and its API over a WebSocket.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';

const START_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 20_000;
const LIBRARIES = '/usr/lib';
const PLUGIN = 'libjanus_videoroom.so';
const TRANSPORT = 'libjanus_websockets.so';

const Jsep = v.object({ type: v.string(), sdp: v.string() });
export type Jsep = v.InferOutput<typeof Jsep>;

const Message = v.object({
  janus: v.string(),
  transaction: v.optional(v.string()),
  data: v.optional(v.object({ id: v.number() })),
  error: v.optional(v.object({ reason: v.string() })),
  plugindata: v.optional(v.object({ data: v.record(v.string(), v.unknown()) })),
  jsep: v.optional(Jsep),
});
type Message = v.InferOutput<typeof Message>;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Debian keeps them beside the libraries of the machine's architecture. */
function pluginsOf(kind: 'plugins' | 'transports', name: string): string {
  for (const folder of readdirSync(LIBRARIES)) {
    const inside = path.join(LIBRARIES, folder, 'janus', kind);
    try {
      if (readdirSync(inside).includes(name)) return path.join(inside, name);
    } catch {
      // None of Janus's.
    }
  }
  throw new Error(`Janus has no ${name} here`);
}

/** Of this machine; Janus offers no loopback, and what goes to an own address goes through the loopback all the same. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (found === undefined) throw new Error('Janus needs an address of this machine that is no loopback');
  return found;
}

function writeConfig(folder: string, port: number): void {
  for (const kind of ['plugins', 'transports', 'events', 'loggers']) mkdirSync(path.join(folder, kind));
  symlinkSync(pluginsOf('plugins', PLUGIN), path.join(folder, 'plugins', PLUGIN));
  symlinkSync(pluginsOf('transports', TRANSPORT), path.join(folder, 'transports', TRANSPORT));
  const folders = ['plugins', 'transports', 'events', 'loggers'].map((kind) => `${kind}_folder = "${folder}/${kind}"`);
  const general = ['debug_level = 2', 'session_timeout = 0', 'event_loops = 1', `configs_folder = "${folder}"`];
  const sections = [
    ['general', [...general, ...folders]],
    ['nat', ['ice_lite = true', `ice_enforce_list = "${ownAddress()}"`, 'full_trickle = false']],
  ] as const;
  const text = sections
    .map(([name, lines]) => `${name}: {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`)
    .join('');
  writeFileSync(path.join(folder, 'janus.jcfg'), text);
  writeFileSync(path.join(folder, 'janus.plugin.videoroom.jcfg'), 'general: {\n}\n');
  writeFileSync(
    path.join(folder, 'janus.transport.websockets.jcfg'),
    `general: {\n  json = "compact"\n  ws = true\n  ws_ip = "127.0.0.1"\n  ws_port = ${port}\n  wss = false\n}\n`,
  );
}

/** One session; handles are asked by their ids. */
export class JanusServer {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, { taken: PromiseWithResolvers<Message>; wantsEvent: boolean }>();
  readonly #end: () => void;
  #session = 0;
  #transactions = 0;

  private constructor(child: ChildProcess, folder: string, socket: WebSocket) {
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#folder = folder;
    this.#socket = socket;
    this.#end = () => end(child, folder);
    process.once('exit', this.#end);
    socket.addEventListener('message', ({ data }) => this.#take(v.parse(Message, JSON.parse(String(data)))));
  }

  static async start(bin: string): Promise<JanusServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'conclave-janus-'));
    const port = await freePort();
    writeConfig(folder, port);
    const args = ['--pdeathsig', 'KILL', bin, '--configs-folder', folder];
    const child = spawn('setpriv', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    try {
      const server = new JanusServer(child, folder, await openSocket(child, port));
      const { data } = await server.#ask({ janus: 'create' }, false);
      server.#session = data?.id ?? 0;
      return server;
    } catch (error) {
      end(child, folder);
      throw error;
    }
  }

  async attach(): Promise<number> {
    const { data } = await this.#ask({ janus: 'attach', plugin: 'janus.plugin.videoroom' }, false);
    return data?.id ?? 0;
  }

  /** Answered by the plugin at once. */
  async order(handle: number, body: object): Promise<Record<string, unknown>> {
    const { plugindata } = await this.#ask({ janus: 'message', handle_id: handle, body }, false);
    return mustBeFine(plugindata?.data);
  }

  /** Answered by an event of the plugin's. */
  async request(
    handle: number,
    body: object,
    jsep?: Jsep,
  ): Promise<{ data: Record<string, unknown>; jsep: Jsep | undefined }> {
    const offered = jsep === undefined ? {} : { jsep: { ...jsep, trickle: false } };
    const message = await this.#ask({ janus: 'message', handle_id: handle, body, ...offered }, true);
    return { data: mustBeFine(message.plugindata?.data), jsep: message.jsep };
  }

  async close(): Promise<void> {
    process.off('exit', this.#end);
    const gone = this.#child.exitCode === null && this.#child.signalCode === null ? once(this.#child, 'exit') : null;
    this.#socket.close();
    end(this.#child, this.#folder);
    await gone;
  }

  async #ask(request: object, wantsEvent: boolean): Promise<Message> {
    this.#transactions += 1;
    const transaction = String(this.#transactions);
    const taken = Promise.withResolvers<Message>();
    this.#waiting.set(transaction, { taken, wantsEvent });
    const session = this.#session === 0 ? {} : { session_id: this.#session };
    this.#socket.send(JSON.stringify({ ...request, ...session, transaction }));
    const timer = setTimeout(() => taken.reject(new Error('Janus does not answer')), ANSWER_TIMEOUT_MS);
    try {
      return await taken.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(transaction);
    }
  }

  #take(message: Message): void {
    const waiting = this.#waiting.get(message.transaction ?? '');
    if (waiting === undefined || (message.janus === 'ack' && waiting.wantsEvent)) return;
    if (message.janus === 'error') waiting.taken.reject(new Error(`Janus says: ${message.error?.reason ?? 'no'}`));
    else waiting.taken.resolve(message);
  }
}

function mustBeFine(data: Record<string, unknown> | undefined): Record<string, unknown> {
  if (data === undefined || 'error' in data) throw new Error(`Janus says: ${String(data?.['error'] ?? 'nothing')}`);
  return data;
}

function end(child: ChildProcess, folder: string): void {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function openSocket(child: ChildProcess, port: number): Promise<WebSocket> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'janus-protocol');
    const opened = await new Promise<boolean>((resolve) => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('error', () => resolve(false));
    });
    if (opened) return socket;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('Janus does not start');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
