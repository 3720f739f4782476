// Where Rooms and devices go, by what each Worker has to do.
import { describe, expect, it } from 'vitest';
import { lightestOf, placeOfMember } from './placement.ts';

const at = (cpu: number, placed = 0) => ({ cpu, placed });

describe('P-160 the lightest of several Workers', () => {
  it('P-160 is the one with the least to do, however much was placed there', () => {
    const [busy, calm] = [at(0.6, 1), at(0.2, 40)];
    expect(lightestOf([busy, calm])).toBe(calm);
  });

  it('P-160 is the one where least was placed while what they have to do hardly differs', () => {
    const [one, other, third] = [at(0.2, 7), at(0.24, 3), at(0.26, 0)];
    expect(lightestOf([one, other, third])).toBe(other);
  });

  it('P-160 is nobody where there is none', () => {
    expect(lightestOf([])).toBeUndefined();
  });
});

describe('P-161 a member goes', () => {
  it.each([
    ['to the Room’s own Worker while that has less than half a core to do, though others are idle', [0.49], 0, 0],
    ['to another one at half a core, where that has clearly less to do', [0.5], 0.2, 'grow'],
    ['nowhere else where the others have hardly less to do', [0.6], 0.45, 0],
    ['nowhere else where there is no other', [0.95], null, 0],
    ['to where the Room is already, before it grows further', [0.7, 0.3], 0, 1],
    ['back to the Room’s own once that has less to do again', [0.3, 0.1], 0, 0],
    ['to the lightest of the Room’s where all have half a core and no other is worth pipes', [0.7, 0.6], 0.5, 1],
    ['on from full Workers to any other', [0.85, 0.8], 0.79, 'grow'],
  ] as const)('P-161 %s', (_name, own, lightest, expected) => {
    expect(placeOfMember(own, lightest)).toBe(expected);
  });
});
