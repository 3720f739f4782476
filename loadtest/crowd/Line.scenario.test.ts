// The crowd's Connection against socket.io's own server: what one says the other understands, and each hears how it ends.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION, SOCKET_PATH } from '#protocol/version';
import { Line, LineError } from './Line.ts';
import { eventually } from './pace.ts';

describe('a line of the crowd to socket.io’s own server', () => {
  let http: HttpServer;
  let io: Server;
  let origin = '';
  const lines: Line[] = [];
  const heard: unknown[][] = [];
  let ends = 0;

  const open = async (token = 'right', address = '198.18.0.1'): Promise<Line> => {
    const onHeard = (...values: unknown[]): void => void heard.push(values);
    const line = await Line.open({ origin, token, address, onHeard, onEnd: () => (ends += 1) });
    lines.push(line);
    return line;
  };
  const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => null,
      (error: unknown) => (error instanceof LineError ? error.code : error),
    );

  beforeEach(async () => {
    heard.length = 0;
    ends = 0;
    http = createServer();
    io = new Server(http, { path: SOCKET_PATH, pingInterval: 50, pingTimeout: 20_000 });
    io.use(({ handshake }, next) => {
      const { version, token } = handshake.auth as { version: unknown; token: unknown };
      if (version === PROTOCOL_VERSION && token === 'right') next();
      else next(Object.assign(new Error('no'), { data: { code: 'unauthorized' } }));
    });
    http.listen(0, '127.0.0.1');
    await new Promise((resolve) => http.once('listening', resolve));
    origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const line of lines.splice(0)) line.close();
    await io.close();
  });

  const onSocket = (act: (socket: Socket) => void): void => void io.on('connection', act);

  it('opens with the version and the token that the server asks for, and says where its user sits', async () => {
    const told: unknown[] = [];
    onSocket((socket) => told.push(socket.handshake.headers['x-forwarded-for']));
    expect((await open()).isOpen).toBe(true);
    expect(told).toEqual(['198.18.0.1']);
  });

  it('is told the code by which the server refuses it', async () => {
    expect(await codeOf(open('wrong'))).toBe('unauthorized');
  });

  it('is answered in text and in binary, each to its own request', async () => {
    onSocket((socket) => {
      socket.on('double', ({ value }: { value: number }, answer: (reply: unknown) => void) => answer(value * 2));
      socket.on('turn', ({ bytes }: { bytes: Buffer }, answer: (reply: unknown) => void) =>
        answer({ turned: Buffer.from(bytes.toReversed()), first: bytes.subarray(0, 1) }),
      );
    });
    const line = await open();
    const bytes = Uint8Array.of(1, 2, 3);
    const [four, turned, eight] = await Promise.all([
      line.askAnything('double', { value: 2 }),
      line.askAnything('turn', { bytes }),
      line.askAnything('double', { value: 4 }),
    ]);
    expect([four, eight]).toEqual([4, 8]);
    expect(turned).toEqual({ turned: Uint8Array.of(3, 2, 1), first: Uint8Array.of(1) });
  });

  it('hears what it is told, with its number and its bytes, in order', async () => {
    onSocket((socket) => {
      socket.emit('plain', { text: 'ç' }, 1);
      socket.emit('bytes', { message: Buffer.from([9, 8]) }, 2);
      socket.emit('unnumbered', {});
    });
    await open();
    expect(await eventually(() => heard.length === 3)).toBe(true);
    expect(heard).toEqual([
      ['plain', { text: 'ç' }, 1],
      ['bytes', { message: Uint8Array.of(9, 8) }, 2],
      ['unnumbered', {}, undefined],
    ]);
  });

  it('answers pings, without which the server would end it', async () => {
    let pongs = 0;
    onSocket(({ conn }) => void conn.on('packet', ({ type }: { type: string }) => (pongs += type === 'pong' ? 1 : 0)));
    const line = await open();
    expect(await eventually(() => pongs >= 3)).toBe(true);
    expect(line.isOpen).toBe(true);
  });

  it('fails what is unanswered and says so once where the server ends it', async () => {
    onSocket((socket) => socket.on('end', () => socket.disconnect(true)));
    const line = await open();
    expect(await codeOf(line.askAnything('end', {}))).toBe('closed');
    expect(line.isOpen).toBe(false);
    expect(ends).toBe(1);
    expect(await codeOf(line.askAnything('end', {}))).toBe('closed');
  });

  it('goes without a goodbye where it is closed, and is told nothing more', async () => {
    const reasons: string[] = [];
    onSocket((socket) => socket.on('disconnect', (reason) => reasons.push(reason)));
    const line = await open();
    line.close();
    line.close();
    expect(await eventually(() => reasons.length === 1)).toBe(true);
    expect(reasons).toEqual(['transport close']);
    expect(ends).toBe(0);
  });

  it('sends a frame as it is, which the server may take for none of its own and cut', async () => {
    const line = await open();
    line.raw('42["half');
    expect(await eventually(() => !line.isOpen)).toBe(true);
    expect(ends).toBe(1);
  });
});
