// What the page says of each speaker, from what was checked of what they send.
import { describe, expect, it } from 'vitest';
import type { WatchMedia, WatchTrack } from '#core';
import { ProofWatch, speakersOf, warningOf, type Speaker } from './watchProof.ts';

const track = {} as MediaStreamTrack;
const playing = (proof: 'verified' | 'unproven'): WatchMedia => ({ state: 'playing', track, proof });
const of = (stream: WatchTrack['stream'], media: WatchMedia, peerId = 'ana'): WatchTrack => ({ peerId, stream, media });
const proofOf = (...tracks: WatchTrack[]) => new ProofWatch().of(tracks, 'ana', 0);
const speaker = (proof: Speaker['proof'], name = 'Ana'): Speaker => ({
  peerId: name,
  name,
  title: '',
  role: 'speaker',
  proof,
  onAir: true,
});

describe('ProofWatch', () => {
  it('W-52 calls verified only who is verified in all that plays', () => {
    expect(proofOf(of('camera', playing('verified')), of('mic', playing('verified')))).toBe('verified');
    expect(proofOf(of('camera', playing('verified')), of('mic', playing('unproven')))).toBe('checking');
    expect(proofOf(of('camera', { state: 'waiting', cause: 'key' }))).toBe('silent');
    expect(proofOf(of('camera', playing('verified'), 'bo'))).toBe('silent');
  });

  it('W-52 one refused stream counts more than all that is verified', () => {
    const refused: WatchMedia = { state: 'refused', cause: 'badSignature' };
    expect(proofOf(of('camera', playing('verified')), of('mic', refused))).toBe('refused');
  });

  it('W-53 waits three seconds for the first signature of a sound, and says then that there is none', () => {
    const watch = new ProofWatch();
    const heard = [of('mic', playing('unproven'))];
    expect([0, 2_900, 3_000].map((ms) => watch.of(heard, 'ana', ms))).toEqual(['checking', 'checking', 'unproven']);
    watch.of([of('mic', playing('verified'))], 'ana', 4_000);
    expect(watch.of(heard, 'ana', 5_000)).toBe('checking');
  });
});

describe('speakersOf', () => {
  it('W-54 names whom the host listed, those on air first, and nobody else', () => {
    const person = (peerId: string) => ({ peerId, name: peerId, title: '', role: 'speaker' as const });
    const program = {
      phase: 'live' as const,
      layout: 'grid' as const,
      onAir: ['cy', 'stranger', 'ana'],
      screen: null,
      labels: true,
      startsAtMs: null,
      event: { name: '', accent: null, logo: null },
    };
    const people = [person('ana'), person('bo'), person('cy')];
    const speakers = speakersOf({ people, program, tracks: [], forgedCaptions: ['bo'] }, new ProofWatch(), 0);
    expect(speakers.map(({ peerId, onAir }) => [peerId, onAir])).toEqual([
      ['cy', true],
      ['ana', true],
      ['bo', false],
    ]);
    // W-23: words in somebody's name that they did not sign count as any other stream that was refused.
    expect(speakers.map(({ proof }) => proof)).toEqual(['silent', 'silent', 'refused']);
  });
});

describe('warningOf', () => {
  it('W-55 warns of the gravest alone, by name where there is one', () => {
    expect(warningOf([speaker('verified'), speaker('refused', 'Bo')], 'rosterForged')).toEqual({
      kind: 'refused',
      name: 'Bo',
    });
    expect(warningOf([speaker('unproven')], 'programForged')).toEqual({ kind: 'programForged' });
    expect(warningOf([speaker('unproven')], 'keysUnreadable')).toEqual({ kind: 'unproven', name: 'Ana' });
    expect(warningOf([speaker('verified'), speaker('checking')], 'keysUnreadable')).toEqual({ kind: 'keysUnreadable' });
    expect(warningOf([speaker('verified')], null)).toBeNull();
  });
});
