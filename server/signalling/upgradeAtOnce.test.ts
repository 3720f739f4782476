// What a WebSocket's handshake passes by, and in how many writes it goes out.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { upgradeAtOnce } from './upgradeAtOnce.ts';

const response = {} as ServerResponse;

function openEngine() {
  const passed: string[] = [];
  const engine = {
    _applyMiddlewares(_request: IncomingMessage, _response: ServerResponse, next: () => void) {
      passed.push('middlewares');
      next();
    },
  };
  upgradeAtOnce(engine);
  return { engine, passed };
}

/** Each entry is one write to the system. */
function openSocket() {
  const writes: string[] = [];
  const socket = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => done(void writes.push(chunk)),
    writev: (chunks, done) => done(void writes.push(chunks.map(({ chunk }) => chunk as string).join(''))),
  });
  return { socket, writes };
}

test('what a WebSocket is answered at once, and what follows in the same turn, go out in one write past the middlewares', async () => {
  const { engine, passed } = openEngine();
  const { socket, writes } = openSocket();
  const request = { headers: { upgrade: 'websocket' }, socket } as unknown as IncomingMessage;
  engine._applyMiddlewares(request, response, () => void socket.write('101 '));
  await Promise.resolve();
  socket.write('open');
  expect(writes).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(writes).toEqual(['101 open']);
  socket.write('later');
  expect(writes).toEqual(['101 open', 'later']);
  expect(passed).toEqual([]);
});

test('every other request goes through the middlewares, and is written as it comes', () => {
  const { engine, passed } = openEngine();
  const { socket, writes } = openSocket();
  const request = { headers: {}, socket } as unknown as IncomingMessage;
  engine._applyMiddlewares(request, response, () => void socket.write('200'));
  expect([passed, writes]).toEqual([['middlewares'], ['200']]);
});
