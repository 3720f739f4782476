// What is made of what was seen: the parts of the doctor that need no server.
import { describe, expect, it } from 'vitest';
import { reachOf } from '../../server/util/addressReach.ts';
import { parseTurnUrl } from './askTurn.ts';
import { judgeCaller } from './checks/admin.ts';
import { faultOf, type Side } from './checks/call.ts';
import { judgeClock, judgeTimeService } from './checks/time.ts';
import { levelOf, OUTSIDE_FINDINGS, type FindingCode } from './findings.ts';
import { readOptions } from './options.ts';
import { hasTransportFeedback, frameIn, Voice } from './peer/opusRtp.ts';
import { Deframer, framed } from './peer/TcpBridge.ts';
import type { LineState } from './peer/PeerLine.ts';
import { decodeMessage, encodeRequest, ATTRIBUTE } from './stun.ts';
import { wordsOf } from './words.ts';
import { SERVER_FINDINGS } from '#protocol/admin';

const side = (line: LineState, more: { phase?: string; arrived?: number; alike?: number } = {}): Side => ({
  phase: more.phase ?? 'in',
  seen: {
    lines: { send: line, receive: line },
    sealed: 50,
    opened: more.alike ?? 0,
    arrived: more.arrived ?? 0,
    alike: more.alike ?? 0,
    feedbackAtMs: null,
    firstSentAtMs: null,
  },
});

describe('the leg of a call', () => {
  const well = side('connected', { arrived: 50, alike: 50 });
  it.each([
    ['null where both are heard', [well, well], null],
    ['the place, where one is not in', [well, side('new', { phase: 'joining' })], 'call.place'],
    ['ICE, where one finds no way', [well, side('ice')], 'call.ice'],
    ['ICE, where one never began', [side('dtls'), side('new')], 'call.ice'],
    ['DTLS, where one handshake does not end', [side('dtls'), well], 'call.dtls'],
    ['media, where nothing arrives', [side('connected', { arrived: 2 }), well], 'call.media'],
    ['sealing, where what arrives does not open', [side('connected', { arrived: 50 }), well], 'call.sealed'],
  ] as const)('that fails is %s', (_what, sides, code) => {
    expect(faultOf(sides)).toBe(code);
  });
});

describe('the proxies in front', () => {
  const forged = '192.0.2.77';
  it.each([
    ['none, and none is trusted', { countedAs: '10.0.0.1', forwardedFor: [forged], trustedProxies: 0 }, 'trust.ok'],
    ['one that writes behind, trusted', { countedAs: 'x', forwardedFor: [forged, 'x'], trustedProxies: 1 }, 'trust.ok'],
    ['one that writes anew, trusted', { countedAs: 'x', forwardedFor: ['x'], trustedProxies: 1 }, 'trust.ok'],
    ['one, and none is trusted', { countedAs: 'p', forwardedFor: ['x'], trustedProxies: 0 }, 'trust.low'],
    ['none, and one is trusted', { countedAs: forged, forwardedFor: [forged], trustedProxies: 1 }, 'trust.high'],
    ['one, and two are trusted', { countedAs: forged, forwardedFor: [forged, 'x'], trustedProxies: 2 }, 'trust.high'],
  ] as const)('are %s', (_what, caller, code) => {
    expect(judgeCaller({ ...caller, forwardedFor: [...caller.forwardedFor] }).code).toBe(code);
  });
});

describe('the clock', () => {
  it.each([
    [0, 'clock.ok'],
    [2_000, 'clock.ok'],
    [10_000, 'clock.off'],
    [-10_000, 'clock.off'],
    [120_000, 'clock.wrong'],
  ])('%i ms ahead', (ms, code) => {
    const now = 1_800_000_000_400;
    expect(judgeClock(Math.floor((now + ms) / 1000) * 1000, now).code).toBe(code);
  });

  it('is kept where systemd says so, and not known where nobody says', () => {
    expect([judgeTimeService('yes'), judgeTimeService('no'), judgeTimeService(null)].map(({ code }) => code)).toEqual([
      'ntp.ok',
      'ntp.off',
      'ntp.unknown',
    ]);
  });
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['[::1]', 'loopback'],
    ['localhost', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd00::1', 'private'],
    ['fe80::1', 'private'],
    ['203.0.113.7', 'public'],
    ['2001:db8::1', 'public'],
    ['meet.example', 'name'],
  ])('%s is %s', (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });

  it.each([
    ['turn:turn.example', { host: 'turn.example', port: 3478, way: 'udp' }],
    ['turn:turn.example:80?transport=tcp', { host: 'turn.example', port: 80, way: 'tcp' }],
    ['turns:turn.example:443?transport=tcp', { host: 'turn.example', port: 443, way: 'tls' }],
    ['turns:turn.example', { host: 'turn.example', port: 5349, way: 'tls' }],
    ['turn:[2001:db8::1]:3478', { host: '2001:db8::1', port: 3478, way: 'udp' }],
    ['stun:stun.example', null],
    ['turn:', null],
  ])('%s is asked where it says', (url, address) => {
    expect(parseTurnUrl(url)).toEqual(address);
  });
});

describe('STUN', () => {
  // RFC 5769 section 2.2: a response to be read, with its software, its mapped address and both proofs.
  const RESPONSE = Buffer.from(
    '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220' +
      '002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
    'hex',
  );

  it('is read as RFC 5769 has it', () => {
    const message = decodeMessage(RESPONSE);
    expect(message).toMatchObject({ method: 1, kind: 'success', errorCode: null });
    expect(message?.transaction.toString('hex')).toBe('b7e7a701bc34d686fa87dfae');
    expect(message?.attributes.get(ATTRIBUTE.integrity)?.length).toBe(20);
  });

  it('that is cut short or is something else is none', () => {
    for (let length = 0; length < RESPONSE.length; length += 1)
      expect(decodeMessage(RESPONSE.subarray(0, length))).toBeNull();
    expect(decodeMessage(Buffer.alloc(60, 0x80))).toBeNull();
  });

  it('that was written is read back, its attributes padded', () => {
    const username = Buffer.from('abcde');
    const { message, transaction } = encodeRequest({
      method: 3,
      attributes: [[ATTRIBUTE.username, username]],
      key: Buffer.from('key'),
    });
    expect(message.length % 4).toBe(0);
    const read = decodeMessage(message);
    expect(read).toMatchObject({ method: 3, kind: 'request' });
    expect([read?.transaction, read?.attributes.get(ATTRIBUTE.username)]).toEqual([transaction, username]);
  });

  it('over TCP comes in pieces or several at once, and is put together', () => {
    const stream = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.alloc(0)), framed(Buffer.from('three'))]);
    const deframer = new Deframer();
    const whole = [...stream].flatMap((byte) => deframer.take(Buffer.from([byte])));
    expect(whole.map(String)).toEqual(['one', '', 'three']);
    expect(new Deframer().take(stream).map(String)).toEqual(['one', '', 'three']);
  });
});

describe('RTP', () => {
  const ids = { ssrc: 7, payloadType: 100, level: 1, transportCc: 2 };
  it('gives back the frame that was put into it, whatever is cut off', () => {
    const frame = new Uint8Array([1, 2, 3, 4, 5]);
    const packet = new Voice(ids).packet(frame, 960, 25);
    expect(frameIn(packet)).toEqual(frame);
    for (let length = 0; length < packet.length; length += 1) {
      expect(frameIn(packet.subarray(0, length))?.length ?? 0).toBeLessThan(frame.length);
    }
  });

  it('numbers each packet for the estimator, and none where that is not wished', () => {
    const voice = new Voice(ids);
    const [first, second] = [voice.packet(new Uint8Array(1), 0, 25), voice.packet(new Uint8Array(1), 960, 25)];
    expect([first.subarray(18, 21), second.subarray(18, 21)]).toEqual([
      Buffer.from([0x21, 0, 0]),
      Buffer.from([0x21, 0, 1]),
    ]);
    expect(new Voice({ ...ids, transportCc: undefined }).packet(new Uint8Array(1), 0, 25).subarray(18, 21)).toEqual(
      Buffer.alloc(3),
    );
  });

  it('feedback for the estimator is found behind other reports, and not where there is none', () => {
    const report = Buffer.from('80c9000100000001', 'hex');
    const feedback = Buffer.from('8fcd00050000000000000007000100010000000020010000', 'hex');
    expect(hasTransportFeedback(Buffer.concat([report, feedback]))).toBe(true);
    expect(hasTransportFeedback(report)).toBe(false);
    expect(hasTransportFeedback(Buffer.from('81cd0002000000010000', 'hex'))).toBe(false);
  });
});

describe('words', () => {
  const codes = [...Object.keys(OUTSIDE_FINDINGS), ...Object.keys(SERVER_FINDINGS)] as FindingCode[];
  const values = new Proxy<Record<string, string | number>>({}, { get: () => 3, has: () => true });

  it('there are for every finding, and for each that is not good what to change', () => {
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) {
      const { says, mend } = wordsOf({ code, values });
      expect(says).toMatch(/\S.*[.:”)]$/);
      expect([code, mend !== null]).toEqual([code, levelOf(code) !== 'ok']);
    }
  });
});

describe('the command line', () => {
  it('keeps of an address its origin alone, since what follows may be a key', () => {
    expect(readOptions(['--url', 'https://meet.example/r/x#secret', '--json'])).toEqual({
      url: 'https://meet.example',
      json: true,
      ca: undefined,
    });
  });

  it.each([['--url'], ['--url', 'meet.example'], ['--what'], ['https://meet.example']])(
    '%s %s cannot be read',
    (...args) => {
      expect(() => readOptions(args)).toThrow();
    },
  );
});
