// Somebody in a meeting, as far as the server can tell: makes a room at the address given, joins it, and says in lines what happens to it. Needs Node 24.
import { createHash, randomBytes } from 'node:crypto';
import { io } from 'socket.io-client';
import { PROTOCOL_VERSION } from '#protocol/version';

const [, , url] = process.argv;
const say = (line) => process.stdout.write(`${line}\n`);

const post = async (address, body) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url + address, { method: 'POST', headers, body: JSON.stringify(body) });
  const { ok, data, error } = await answer.json();
  if (!ok) throw new Error(`${address}: ${error.code}`);
  return data;
};

const roomId = randomBytes(16).toString('base64url');
const proof = randomBytes(32);
const verifiers = { member: createHash('sha256').update(proof).digest('base64url') };
await post('/api/rooms', { roomId, verifiers });
const { token } = await post(`/api/rooms/${roomId}/tokens`, { kind: 'member', proof: proof.toString('base64url') });

const socket = io(url, {
  transports: ['websocket'],
  reconnection: false,
  auth: { version: PROTOCOL_VERSION, token, join: {} },
});
socket.on('connection:joined', ({ ok }) => say(ok ? 'inside' : 'refused'));
socket.on('connect_error', ({ message }) => say(`refused: ${message}`));
socket.on('server:draining', ({ deadlineMs }) => say(`told ${deadlineMs}`));
socket.on('disconnect', () => say('cut'));
