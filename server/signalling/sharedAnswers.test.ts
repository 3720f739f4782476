// An answer that shares what it has with others is the same text as if it did not.
import { Encoder, PacketType } from 'socket.io-parser';
import { expect, test } from 'vitest';
import { sharingParser } from './sharedAnswers.ts';

const capabilities = { codecs: [{ mimeType: 'audio/opus', parameters: { $: "$&$1$'" } }], headerExtensions: [] };
const transport = (id: string) => ({
  id,
  iceParameters: { usernameFragment: id },
  iceCandidates: [{ protocol: 'udp' }],
  dtlsParameters: { role: 'auto' },
});
const joined = {
  ok: true,
  data: {
    transports: { send: transport('s'), recv: transport('r') },
    outcome: 'joined',
    routerRtpCapabilities: capabilities,
    peers: [{ peerId: '$&' }],
    linkGeneration: 0,
  },
};
const answer = (data: unknown, type = PacketType.ACK) => ({ type, nsp: '/', id: 7, data: [data] });
const ours = new sharingParser.Encoder();
const theirs = new Encoder();

test.each<[string, unknown]>([
  ['with capabilities', joined],
  ['with capabilities once more', joined],
  ['with capabilities and binary values', { ok: true, data: { ...joined.data, group: new Uint8Array([1, 2]) } }],
  ['of a viewer', { ok: true, data: { routerRtpCapabilities: capabilities, transport: transport('v') } }],
  ['in a Room without media', { ok: true, data: { routerRtpCapabilities: null } }],
  ['without any', { ok: true, data: {} }],
  ['that refuses', { ok: false, error: { code: 'internal', message: 'no' } }],
  ['that is nothing', undefined],
])('an answer %s is encoded as socket.io encodes it, letter by letter', (_what, reply) => {
  expect(ours.encode(answer(reply))).toEqual(theirs.encode(answer(reply)));
});

test('what many answers share is turned into text once, and what is told beside answers is not', () => {
  let times = 0;
  const shared = { toJSON: () => ({ times: ++times }) };
  const reply = { ok: true, data: { routerRtpCapabilities: shared } };
  const [first, second] = [ours.encode(answer(reply)), ours.encode(answer(reply))];
  expect(first).toEqual(['37[{"ok":true,"data":{"routerRtpCapabilities":{"times":1}}}]']);
  expect(second).toEqual(first);
  expect(reply.data.routerRtpCapabilities).toBe(shared);
  expect(ours.encode(answer(reply, PacketType.EVENT))).not.toEqual([`27${first?.[0]?.toString().slice(2)}`]);
});
