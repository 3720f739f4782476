// Scripts of Bots: what can be said in them, and what is wrong with those that cannot be played.
import { describe, expect, it } from 'vitest';
import { parseScript, roundMs, SCRIPTS } from './script.ts';

describe('the script of a Bot', () => {
  it('is acts and waits in order', () => {
    expect(parseScript('say 500ms  leave 2s\nreturn 1m')).toEqual([
      { what: 'say' },
      { what: 'wait', ms: 500 },
      { what: 'leave' },
      { what: 'wait', ms: 2_000 },
      { what: 'return' },
      { what: 'wait', ms: 60_000 },
    ]);
  });

  it.each(Object.keys(SCRIPTS))('may be named: %s', (name) => {
    expect(roundMs(parseScript(name))).toBeGreaterThan(0);
  });

  it.each([
    ['a word that is no act', 'say 5s dance', /"dance" is no act/],
    ['an act of who is out', 'crash 5s say return', /cannot "say"/],
    ['a second leave', 'leave leave 5s return', /cannot "leave"/],
    ['a return of who is in', 'say return 5s', /can "return"/],
    ['a round that ends outside', 'say 5s leave', /has to "return"/],
    ['a round that hardly waits', 'say 99ms', /100 ms or more/],
    ['nothing', ' ', /"" is no act/],
  ])('is refused where it has %s', (_, text, why) => {
    expect(() => parseScript(text)).toThrow(why);
  });
});
