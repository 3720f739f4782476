// Knocks at one media port as an ICE agent does, over UDP or over TCP: whoever answers is the server's own media Worker.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Offered, Target, Way } from './peer/answer.ts';
import { Deframer, framed } from './peer/TcpBridge.ts';
import { ATTRIBUTE, decodeMessage, encodeRequest, METHOD } from './stun.ts';

/** Asked again this often: a packet may be lost. */
const AGAIN_MS = 500;

export type Knock = { heard: true } | { heard: false; why: string };

function bindingRequest({ iceParameters }: Offered): { message: Buffer; transaction: Buffer } {
  const priority = Buffer.alloc(4);
  priority.writeUInt32BE(1, 0);
  return encodeRequest({
    method: METHOD.binding,
    attributes: [
      [ATTRIBUTE.username, Buffer.from(`${iceParameters.usernameFragment}:doctor`)],
      [ATTRIBUTE.priority, priority],
      [ATTRIBUTE.iceControlling, Buffer.alloc(8, 7)],
    ],
    key: Buffer.from(iceParameters.password),
  });
}

/** Resolves, whatever comes of it, within `ms`. */
export function askBinding(offered: Offered, way: Way, target: Target, ms: number): Promise<Knock> {
  const { message, transaction } = bindingRequest(offered);
  const isAnswer = (bytes: Buffer): boolean => {
    const answer = decodeMessage(bytes);
    return answer !== null && answer.kind === 'success' && answer.transaction.equals(transaction);
  };
  return way === 'udp' ? overUdp(message, target, isAnswer, ms) : overTcp(message, target, isAnswer, ms);
}

function overUdp(
  message: Buffer,
  { address, port }: Target,
  isAnswer: (bytes: Buffer) => boolean,
  ms: number,
): Promise<Knock> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (knock: Knock): void => {
      clearInterval(again);
      clearTimeout(late);
      socket.removeAllListeners();
      // What comes after the end is nobody's.
      socket.on('error', () => undefined);
      socket.close();
      resolve(knock);
    };
    const knock = (): void => socket.send(message, port, address);
    const again = setInterval(knock, AGAIN_MS);
    const late = setTimeout(() => end({ heard: false, why: 'ETIMEDOUT' }), ms);
    socket.on('message', (bytes) => void (isAnswer(bytes) && end({ heard: true })));
    socket.on('error', (error: NodeJS.ErrnoException) => end({ heard: false, why: error.code ?? 'unknown' }));
    knock();
  });
}

function overTcp(
  message: Buffer,
  { address, port }: Target,
  isAnswer: (bytes: Buffer) => boolean,
  ms: number,
): Promise<Knock> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const deframer = new Deframer();
    const end = (knock: Knock): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(knock);
    };
    const late = setTimeout(() => end({ heard: false, why: 'ETIMEDOUT' }), ms);
    socket.on('connect', () => socket.write(framed(message)));
    socket.on('data', (chunk) => void (deframer.take(chunk).some(isAnswer) && end({ heard: true })));
    socket.on('error', (error: NodeJS.ErrnoException) => end({ heard: false, why: error.code ?? 'unknown' }));
    socket.on('close', () => end({ heard: false, why: 'ECONNRESET' }));
  });
}
