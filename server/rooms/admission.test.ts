// Which proofs open a Room, and what each role may do in it.
import { describe, expect, test } from 'vitest';
import { Role, STREAMS, type Stream } from '#protocol/ids';
import { sha256 } from '../util/secrets.ts';
import { admit } from './admission.ts';
import { isAllowed, requirePermission, requireStream } from './permissions.ts';

const proof = (seed: string) => sha256(seed);
const verifier = (seed: string) => sha256(proof(seed)).toString('base64url');
const text = (seed: string) => proof(seed).toString('base64url');

describe('admission', () => {
  const verifiers = { member: verifier('m'), viewer: verifier('v') };

  test('the proof whose SHA-256 is the verifier of its kind gives the role of that kind', () => {
    expect(admit(verifiers, 'member', text('m'))).toBe('member');
    expect(admit(verifiers, 'viewer', text('v'))).toBe('viewer');
  });

  test.each([
    ['a wrong proof', 'member', 'x'],
    ['a proof of another kind', 'member', 'v'],
    ['a kind that the Room has no link of', 'speaker', 'm'],
  ] as const)('%s is unauthorized', (_, kind, seed) => {
    expect(() => admit(verifiers, kind, text(seed))).toThrow(expect.objectContaining({ code: 'unauthorized' }));
  });

  test('the verifier itself is no proof', () => {
    expect(() => admit(verifiers, 'member', verifiers.member)).toThrow(/does not fit/);
  });
});

describe('permissions', () => {
  test('viewers and feeds do not produce, viewers do not enter the group, and neither these nor a hall are persons; all others are all of it', () => {
    for (const role of Role.options) {
      const isAudience = role === 'viewer' || role === 'feed';
      expect(isAllowed(role, 'produce')).toBe(!isAudience);
      expect(isAllowed(role, 'group')).toBe(role !== 'viewer');
      expect(isAllowed(role, 'person')).toBe(!isAudience && role !== 'return');
    }
    expect(() => requirePermission('viewer', 'produce')).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });

  test('P-154 a hall sends a picture and a sound that are nobody’s, and everybody else who produces sends all streams', () => {
    const allowed = (role: Role): Stream[] =>
      STREAMS.filter((stream) => {
        try {
          requireStream(role, stream);
          return true;
        } catch {
          return false;
        }
      });
    expect(allowed('return')).toEqual(['camera', 'screenAudio']);
    expect(allowed('feed')).toEqual([]);
    expect(allowed('viewer')).toEqual([]);
    for (const role of ['host', 'cohost', 'producer', 'speaker', 'member'] as const) {
      expect(allowed(role)).toEqual([...STREAMS]);
    }
  });

  test('only hosts, co-hosts and producers lead', () => {
    expect(Role.options.filter((role) => isAllowed(role, 'lead'))).toEqual(['host', 'cohost', 'producer']);
  });
});
