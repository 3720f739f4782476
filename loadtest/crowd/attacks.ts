// What one who means harm tries, a try each, and what the server is to do about it: nothing else will do.
import { randomBytes } from 'node:crypto';
import { MAX_BAD_MESSAGES, MAX_BINARIES_PER_PACKET, MAX_MESSAGE_BYTES } from '#protocol/limits';
import { askForToken, newProof, type Hall } from './door.ts';
import { Line } from './Line.ts';
import { eventually } from './pace.ts';
import { wordOf } from './Scenario.ts';

export interface Target {
  origin: string;
  hall: Hall;
  address: string;
}

/** Resolves with how it ended, in the server's words. */
type Attack = (target: Target) => Promise<string>;

/** With a place, as whoever holds the link has. */
async function open({ origin, hall, address }: Target): Promise<Line> {
  const { token } = await askForToken(origin, address, hall, 'member');
  const line = await Line.open({ origin, address, token });
  await line.ask('room:join', {});
  return line;
}

/** How it goes for whoever says this: `cut`, or that nothing happened. */
async function untilCut(target: Target, say: (line: Line) => void): Promise<string> {
  const line = await open(target);
  try {
    say(line);
    return (await eventually(() => !line.isOpen)) ? 'cut' : 'nothing';
  } finally {
    line.close();
  }
}

const refusal = (attempt: Promise<unknown>): Promise<string> => attempt.then(() => 'let in', wordOf);

/** The same with one letter of the signature turned. */
function forge(token: string): string {
  const at = token.lastIndexOf('.') + 10;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

export const ATTACKS = {
  wrongProof: ({ origin, hall, address }) =>
    refusal(askForToken(origin, address, { ...hall, proofs: { ...hall.proofs, member: newProof() } }, 'member')),
  forgedToken: async ({ origin, hall, address }) => {
    const { token } = await askForToken(origin, address, hall, 'member');
    return refusal(Line.open({ origin, address, token: forge(token) }));
  },
  oversized: (target) =>
    untilCut(target, (line) => {
      line.raw(`42["mls:message",{"message":"${'A'.repeat(MAX_MESSAGE_BYTES)}"}]`);
    }),
  manyBinaries: (target) =>
    untilCut(target, (line) => {
      const count = MAX_BINARIES_PER_PACKET + 1;
      const places = Array.from({ length: count }, (_, num) => ({ _placeholder: true, num }));
      line.raw(`45${count}-${JSON.stringify(['mls:message', { message: places }])}`);
      for (let number = 0; number < count; number += 1) line.raw(new Uint8Array(randomBytes(64)));
    }),
  noPacket: (target) => untilCut(target, (line) => line.raw('42["room:join",{"resume":')),
  unknownRequests: (target) =>
    untilCut(target, (line) => {
      for (let time = 0; time <= MAX_BAD_MESSAGES; time += 1) line.raw(`42${time}["room:own",{"all":true}]`);
    }),
  misshapen: (target) =>
    untilCut(target, (line) => {
      for (let time = 0; time <= MAX_BAD_MESSAGES; time += 1) line.raw(`42${time}["mls:ready",{"epoch":-${time + 1}}]`);
    }),
} as const satisfies Record<string, Attack>;

export type AttackName = keyof typeof ATTACKS;
export const ATTACK_NAMES = Object.keys(ATTACKS) as AttackName[];

/** `rate_limited`: who tries often is told to wait before it is told that it is wrong. */
export const RIGHT_ENDS: Readonly<Record<AttackName, readonly string[]>> = {
  wrongProof: ['unauthorized', 'rate_limited'],
  forgedToken: ['unauthorized', 'rate_limited'],
  oversized: ['cut'],
  manyBinaries: ['cut'],
  noPacket: ['cut'],
  unknownRequests: ['cut'],
  misshapen: ['cut'],
};
