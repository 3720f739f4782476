// A server as hostile as one can be: stands between real clients and a real server, and alters whatever passes as it is told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import type { Reply } from '#protocol/errors';
import type { RequestInput, RequestName } from '#protocol/requests';
import type { NotificationInput, NotificationName } from '#protocol/notifications';
import type { Stream } from '#protocol/ids';
import { MAX_MESSAGE_BYTES } from '#protocol/limits';
import { SOCKET_PATH } from '#protocol/version';
import { Passage } from './Passage.ts';

/** The wire's own, with all binary as bytes of one type; in Node they arrive as Buffers. */
type Binary<T, Bytes> = T extends Uint8Array | ArrayBuffer
  ? Bytes
  : T extends object
    ? { [Key in keyof T]: Binary<T[Key], Bytes> }
    : T;
type PayloadOf<Name extends NotificationName, Bytes = Uint8Array> = Binary<NotificationInput<Name>, Bytes>;
type InputOf<Name extends RequestName, Bytes = Uint8Array> = Binary<RequestInput<Name>, Bytes>;
/** A notification on its way to a Peer. */
export type Said = { [Name in NotificationName]: { name: Name; payload: PayloadOf<Name> } }[NotificationName];
/** A request on its way to the server. */
export type Asked = { [Name in RequestName]: { name: Name; input: InputOf<Name> } }[RequestName];
// oxlint-disable-next-line typescript/no-explicit-any -- scripts look into whatever was answered
export type AnyReply = Reply<any>;
export interface HttpAnswer {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- scripts look into whatever was answered
  body: any;
}

/** A Peer's place: what it was told, by our own count, and through which Connection. */
interface Seat {
  peerId: string;
  passage: Passage;
  /** For each number that we gave out: the server's number then. What is dropped or put in leaves no hole. */
  numbers: number[];
}

/** The script: each part lets everything pass until a test writes another. */
export class Villain {
  /** The real server behind; a test may change it before the next Connection comes. */
  upstreamUrl: string;
  /** What a Peer is told in place of what the server says to it. */
  rewrite: (to: string, said: Said) => readonly Said[] = (_to, said) => [said];
  /** What the server is asked in place of what a client asks of it. */
  alterAsked: (from: string, asked: Asked) => Asked = (_from, asked) => asked;
  /** Answers in the server's place, which then hears nothing of it. */
  intercept: (from: string, asked: Asked) => AnyReply | undefined = () => undefined;
  /** Where not, whoever lost its line has to join afresh. */
  givesPlacesBack = true;
  /** What the server answered, altered. */
  alterReply: (from: string, asked: Asked, reply: AnyReply) => AnyReply = (_from, _asked, reply) => reply;
  /** The same over HTTP. */
  alterHttp: (answer: HttpAnswer) => HttpAnswer = (answer) => answer;

  /** All that was asked and all that the real server said, in order, as a server would keep it. */
  readonly asked: { from: string; asked: Asked }[] = [];
  readonly said: { to: string; said: Said }[] = [];
  /** Whose stream is behind each Consumer, whatever its receiver was told. */
  readonly sources = new Map<string, { from: string; stream: Stream }>();
  /** What a server learns at the door: proofs that are right, what it answered to them, and the tokens it gave, by Peer. */
  readonly proofs: string[] = [];
  readonly admissions: object[] = [];
  readonly tokens = new Map<string, string>();
  readonly resumeTokens = new Map<string, string>();

  readonly #http = createServer((request, response) => void this.#relayHttp(request, response));
  readonly #io: Server;
  readonly #seats = new Map<string, Seat>();
  readonly #passages = new WeakMap<Socket, Passage>();

  constructor(upstreamUrl: string) {
    this.upstreamUrl = upstreamUrl;
    this.#io = new Server(this.#http, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: 4 * MAX_MESSAGE_BYTES,
    });
    this.#io.use((socket, next) => void this.#admit(socket, next));
    this.#io.on('connection', (socket) => this.#relay(socket));
  }

  /** Resolves to where clients find it. */
  listen(): Promise<string> {
    return new Promise((resolve) => {
      this.#http.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`);
      });
    });
  }

  /** Of the villain's own making, in the server's name. */
  say<Name extends NotificationName>(to: string, name: Name, payload: PayloadOf<Name>): void {
    this.#tell(this.#seatOf(to), { name, payload } as Said);
  }

  /** For everybody else this Peer leaves now; it is told nothing, hears nothing more, and its line stays up. */
  bury(peerId: string): void {
    this.#seatOf(peerId).passage.bury();
  }

  /** Every notification of that name that the server had for this Peer, oldest first. */
  saidTo<Name extends NotificationName>(to: string, name: Name): PayloadOf<Name, Buffer<ArrayBuffer>>[] {
    return this.said.flatMap((one) =>
      one.to === to && one.said.name === name ? [one.said.payload as PayloadOf<Name, Buffer<ArrayBuffer>>] : [],
    );
  }

  askedBy<Name extends RequestName>(from: string, name: Name): InputOf<Name, Buffer<ArrayBuffer>>[] {
    return this.asked.flatMap((one) =>
      one.from === from && one.asked.name === name ? [one.asked.input as InputOf<Name, Buffer<ArrayBuffer>>] : [],
    );
  }

  close(): void {
    this.#io.disconnectSockets(true);
    this.#io.engine.close();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  // ── Connections ────────────────────────────────────────────────────────────────────────────────

  async #admit(socket: Socket, next: (error?: Error) => void): Promise<void> {
    const passage = new Passage(socket, this.upstreamUrl);
    this.#passages.set(socket, passage);
    const token = String((socket.handshake.auth as { token?: unknown }).token);
    this.tokens.set(subjectOf(token), token);
    await passage.admitted().then(
      () => next(),
      (error: Error) => next(error),
    );
  }

  #relay(socket: Socket): void {
    const passage = this.#passages.get(socket);
    if (passage === undefined) return;
    let seat: Seat | null = null;
    passage.upstream.onAny((name: string, payload: unknown, sequence?: number) => {
      if (sequence === undefined) socket.emit(name, payload);
      else if (seat !== null) this.#pass(seat, { name, payload } as Said, sequence);
    });
    socket.onAny((name: string, input: unknown, ack: (reply: AnyReply) => void) => {
      const asked = { name, input } as Asked;
      if (asked.name === 'room:join') this.#join(passage, asked, (taken) => (seat = taken), ack);
      else if (seat !== null) this.#forward(seat, asked, ack);
    });
  }

  #join(
    passage: Passage,
    asked: Extract<Asked, { name: 'room:join' }>,
    take: (seat: Seat) => void,
    ack: (reply: AnyReply) => void,
  ): void {
    const { resume } = asked.input;
    const peerId = subjectOf(String((passage.socket.handshake.auth as { token?: unknown }).token));
    const former = [...this.#seats.values()].find(({ peerId: one }) => this.resumeTokens.get(one) === resume?.token);
    const intercepted = this.intercept(former?.peerId ?? peerId, asked);
    if (intercepted) return ack(intercepted);
    const heard = resume?.lastSequence ?? 0;
    const lastSequence = former?.numbers[heard - 1] ?? 0;
    const input = resume && this.givesPlacesBack ? { resume: { ...resume, lastSequence } } : {};
    passage.upstream.emit('room:join', input, (reply: AnyReply) => {
      if (!reply.ok) return ack(reply);
      const seat = this.#seatAfter(reply.data, passage, former, heard);
      take(seat);
      const altered = this.alterReply(seat.peerId, asked, reply);
      if (altered.ok && altered.data.outcome === 'resumed') {
        const missed = reply.data.missed.flatMap((one: Said & { sequence: number }) =>
          this.#number(seat, one, one.sequence),
        );
        return ack({ ok: true, data: { ...altered.data, missed } });
      }
      ack(altered);
    });
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the join's answer, as it came
  #seatAfter(joined: any, passage: Passage, former: Seat | undefined, lastSequence: number): Seat {
    const isBack = joined.outcome === 'resumed' && former !== undefined;
    const numbers = isBack ? former.numbers.slice(0, lastSequence) : [];
    const seat: Seat = { peerId: joined.peerId, passage, numbers };
    this.#seats.set(seat.peerId, seat);
    if (joined.outcome === 'joined') this.resumeTokens.set(seat.peerId, joined.resumeToken);
    return seat;
  }

  #forward(seat: Seat, asked: Asked, ack: (reply: AnyReply) => void): void {
    const { peerId, passage } = seat;
    this.asked.push({ from: peerId, asked });
    const intercepted = this.intercept(peerId, asked);
    if (intercepted) return ack(intercepted);
    if (passage.isBuried) return ack({ ok: true, data: {} });
    const { name, input } = this.alterAsked(peerId, asked);
    passage.upstream.emit(name, input, (reply: AnyReply) => ack(this.alterReply(peerId, asked, reply)));
  }

  #pass(seat: Seat, said: Said, sequence: number): void {
    for (const { name, payload, sequence: own } of this.#number(seat, said, sequence)) {
      seat.passage.socket.emit(name, payload, own);
    }
  }

  /** What goes out in place of one notification of the server's, numbered by our own count. */
  #number(seat: Seat, { name, payload }: Said, sequence: number): (Said & { sequence: number })[] {
    const said = { name, payload } as Said;
    this.said.push({ to: seat.peerId, said });
    if (said.name === 'consumer:new') {
      for (const { id, peerId, stream } of said.payload.consumers) this.sources.set(id, { from: peerId, stream });
    }
    return this.rewrite(seat.peerId, said).map((one) => ({ ...one, sequence: seat.numbers.push(sequence) }));
  }

  #tell(seat: Seat, { name, payload }: Said): void {
    const sequence = seat.numbers.push(seat.numbers.at(-1) ?? 0);
    seat.passage.socket.emit(name, payload, sequence);
  }

  #seatOf(peerId: string): Seat {
    const seat = this.#seats.get(peerId);
    if (seat === undefined) throw new Error('no such Peer');
    return seat;
  }

  // ── HTTP ───────────────────────────────────────────────────────────────────────────────────────

  async #relayHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = { 'content-type': 'application/json' };
    const asked = Buffer.concat(chunks);
    const answered = await fetch(this.upstreamUrl + path, { method: 'POST', headers, body: asked });
    const { proof } = JSON.parse(asked.toString()) as { proof?: string };
    const answer = (await answered.json()) as HttpAnswer['body'];
    if (answered.ok && proof !== undefined) {
      this.proofs.push(proof);
      this.admissions.push(answer.data);
    }
    const { status, body } = this.alterHttp({ status: answered.status, body: answer });
    response.writeHead(status, headers).end(JSON.stringify(body));
  }
}

/** The Peer that an access token names; it is the server's own token, so it may read it. */
function subjectOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || '{}') as { sub?: string };
  return claims.sub ?? '';
}
