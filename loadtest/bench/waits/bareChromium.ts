// Chromium without a driver, told by its own developer tools no more than what a measurement needs: Playwright stops each Worker until it has looked at it,
// and hears of every request and message, for which a page that opens on two cores took a sixth longer.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CDPSession } from 'playwright-core';
import { until } from '../../../client/test/browser/harness/until.ts';
import { startBrowser, type RunningBrowser } from '../startBrowser.ts';

const FLAGS = ['--remote-debugging-port=0'];
/** Where Chromium writes, in its profile, what it listens at: the port, and the path of the browser's own door. */
const PORT_FILE = 'DevToolsActivePort';
/** A phone's screen, in the page's own pixels: touch, and three of the device's to one of them. */
const SCREEN = { width: 390, height: 844, deviceScaleFactor: 3, mobile: true } as const;

type Send = CDPSession['send'];

export interface BarePage {
  /** Runs a function that holds all that it needs in the page. */
  evaluate<Answer, Given = undefined>(task: (given: Given) => Answer, given?: Given): Promise<Awaited<Answer>>;
  readonly send: Send;
  /** Whether the page has called the function that it was given. */
  readonly hasCalled: () => boolean;
  /** Resolves once the navigation has begun. */
  open(url: string): Promise<void>;
  /** With all that it stored. */
  close(): Promise<void>;
}

export interface BareChromium {
  /** Rejects once the browser ended by itself. */
  readonly ended: Promise<never>;
  /**
   * An empty page as on a phone that has never been anywhere.
   * @param script runs before the page's own
   * @param word the name of the function that it is given, and calls with a text
   */
  newPage(script: string, word: string): Promise<BarePage>;
  close(): void;
}

export async function startBareChromium(bin: string): Promise<BareChromium> {
  const browser = startBrowser('chromium', bin, 'about:blank', FLAGS);
  try {
    const tools = await openTools(browser);
    return {
      ended: browser.ended,
      newPage: (script, word) => newPage(tools, script, word),
      close: browser.close,
    };
  } catch (error) {
    browser.close();
    throw error;
  }
}

interface Message {
  id?: number;
  result?: unknown;
  error?: { message: string };
  method?: string;
  sessionId?: string;
}

interface Tools {
  sendTo: (sessionId?: string) => Send;
  /** Of every message that answers nothing. */
  listen: (listener: (message: Message) => void) => void;
}

async function openTools({ folder, ended }: RunningBrowser): Promise<Tools> {
  const read = async (): Promise<string[] | null> => {
    const lines = (await readFile(path.join(folder, PORT_FILE), 'utf8')).split('\n');
    return lines.length > 1 ? lines : null;
  };
  const [port, door] = await Promise.race([until(read, { what: 'Chromium to say what it listens at' }), ended]);
  const socket = new WebSocket(`ws://127.0.0.1:${port}${door}`);
  await Promise.race([new Promise((opened) => socket.addEventListener('open', opened, { once: true })), ended]);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners: ((message: Message) => void)[] = [];
  let sent = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id === undefined) return listeners.forEach((listener) => listener(message));
    const { resolve, reject } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    if (message.error === undefined) resolve?.(message.result);
    else reject?.(new Error(message.error.message));
  });
  const sendTo = (sessionId?: string) => (method: string, params?: object) => {
    const answer = Promise.withResolvers<unknown>();
    waiting.set((sent += 1), answer);
    socket.send(JSON.stringify({ id: sent, method, params, sessionId }));
    return Promise.race([answer.promise, ended]);
  };
  return { sendTo: (sessionId) => sendTo(sessionId) as Send, listen: (listener) => void listeners.push(listener) };
}

async function newPage({ sendTo, listen }: Tools, script: string, word: string): Promise<BarePage> {
  const { browserContextId } = await sendTo()('Target.createBrowserContext');
  const { targetId } = await sendTo()('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await sendTo()('Target.attachToTarget', { targetId, flatten: true });
  const send = sendTo(sessionId);
  let hasCalled = false;
  listen((message) => {
    if (message.sessionId === sessionId && message.method === 'Runtime.bindingCalled') hasCalled = true;
  });
  await send('Page.enable');
  await send('Runtime.enable');
  await send('Runtime.addBinding', { name: word });
  await send('Page.addScriptToEvaluateOnNewDocument', { source: script });
  await send('Emulation.setDeviceMetricsOverride', SCREEN);
  await send('Emulation.setTouchEmulationEnabled', { enabled: true });
  return {
    evaluate: (task, given) => evaluate(send, `(${String(task)})(${JSON.stringify(given) ?? ''})`),
    send,
    hasCalled: () => hasCalled,
    open: async (url) => void (await send('Page.navigate', { url })),
    close: async () => void (await sendTo()('Target.disposeBrowserContext', { browserContextId })),
  };
}

async function evaluate<Answer>(send: Send, expression: string): Promise<Answer> {
  const asked = { expression, returnByValue: true, awaitPromise: true };
  const { result, exceptionDetails } = await send('Runtime.evaluate', asked);
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as Answer;
}
