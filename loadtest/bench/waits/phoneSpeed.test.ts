// When an opening says something about a phone: only where the thread was about as fast as it all the while.
import { describe, expect, it } from 'vitest';
import { phoneOf, PHONE_SCORES } from './phoneSpeed.ts';

const WANTED = PHONE_SCORES.phone;

describe('an emulated phone', () => {
  it('is still that phone while its score stays within a quarter of the one wanted', () => {
    const phone = phoneOf(WANTED, 2, WANTED * 1.2);
    expect(phone.isStill(WANTED * 0.8)).toBe(true);
    expect(phone.isStill(WANTED * 1.25)).toBe(true);
  });

  it('is it no more once the machine became slower or faster in between', () => {
    const phone = phoneOf(WANTED, 2, WANTED);
    expect(phone.isStill(WANTED * 0.7)).toBe(false);
    expect(phone.isStill(WANTED * 1.3)).toBe(false);
  });

  it('never was it where the machine itself is slower than that phone', () => {
    expect(phoneOf(WANTED, 1, WANTED * 0.6).isStill(WANTED)).toBe(false);
  });
});
