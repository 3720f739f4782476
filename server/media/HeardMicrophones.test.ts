// Rules of who is forwarded where more microphones are on than one can follow.
import { describe, expect, it } from 'vitest';
import { HEARD_MICROPHONES } from '#protocol/limits';
import type { ProducerId } from '#protocol/ids';
import { HeardMicrophones } from './HeardMicrophones.ts';

const mic = (number: number) => `mic-${number}` as ProducerId;
const VOICE = -30;
const speaks = (...numbers: number[]) => numbers.map((number) => ({ id: mic(number), level: VOICE }));

function room(count: number) {
  const told: (ProducerId[] | null)[] = [];
  const microphones = new HeardMicrophones((heard) => told.push(heard === null ? null : [...heard]));
  for (let number = 0; number < count; number += 1) microphones.switchedOn(mic(number));
  const heard = () => [...(microphones.heard ?? [])].toSorted();
  return { microphones, told, heard };
}

describe('HeardMicrophones', () => {
  it('P-65 forwards all microphones while no more are on than may be, and tells of nothing', () => {
    const { microphones, told } = room(HEARD_MICROPHONES);
    microphones.report(speaks(0, 1));
    expect(microphones.heard).toBeNull();
    expect(told).toEqual([]);
  });

  it('P-65 never forwards more than that many, however many are on and speak', () => {
    const { microphones } = room(99);
    for (let turn = 0; turn < 50; turn += 1) {
      microphones.report(
        Array.from({ length: 16 }, (_, index) => ({ id: mic((turn * 7 + index) % 99), level: -20 - index })),
      );
      expect(microphones.heard?.size).toBe(HEARD_MICROPHONES);
    }
  });

  it('P-65 forwards who switches a microphone on before they said a word, in place of who was silent for longest', () => {
    const { microphones, heard } = room(HEARD_MICROPHONES);
    microphones.report(speaks(0, 2, 3, 4, 5, 6, 7));
    microphones.switchedOn(mic(50));
    expect(heard()).toContain(mic(50));
    expect(heard()).not.toContain(mic(1));
  });

  it('P-65 forwards who begins to speak with the next report, in place of who has been silent for a while', () => {
    const { microphones, heard } = room(20);
    for (let turn = 0; turn < 10; turn += 1) microphones.report(speaks(0));
    const before = heard();
    const newcomer = Array.from({ length: 20 }, (_, index) => mic(index)).find((id) => !before.includes(id));
    microphones.report([{ id: newcomer!, level: VOICE }]);
    expect(heard()).toContain(newcomer);
  });

  it('P-65 keeps those who spoke a moment ago against a voice that is no louder', () => {
    const { microphones, heard } = room(20);
    const speakers = heard().map((id) => ({ id, level: VOICE }));
    microphones.report(speakers);
    const outside = { id: mic(0), level: VOICE };
    expect(heard()).not.toContain(outside.id);
    microphones.report([outside]);
    expect(heard()).toEqual(speakers.map(({ id }) => id).toSorted());
  });

  it('P-65 lets a clearly louder voice in where every place is taken by a noise that never ends', () => {
    const { microphones, heard } = room(20);
    const fans = heard().map((id) => ({ id, level: -45 }));
    for (let turn = 0; turn < 10; turn += 1) microphones.report(fans);
    microphones.report([{ id: mic(0), level: -40 }, ...fans]);
    expect(heard()).not.toContain(mic(0));
    microphones.report([{ id: mic(0), level: -25 }, ...fans]);
    expect(heard()).toContain(mic(0));
  });

  it('P-65 gives the place of who mutes or leaves to another, and forwards all again once they are few', () => {
    const { microphones, heard, told } = room(HEARD_MICROPHONES + 1);
    const [first] = heard();
    microphones.switchedOff(first!);
    expect(microphones.heard).toBeNull();
    expect(told.at(-1)).toBeNull();
    microphones.switchedOn(first!);
    expect(heard()).toHaveLength(HEARD_MICROPHONES);
    expect(heard()).toContain(first);
  });

  it('P-65 takes background noise for no voice', () => {
    const { microphones, heard } = room(20);
    const before = heard();
    for (let turn = 0; turn < 20; turn += 1) microphones.report([{ id: mic(0), level: -60 }]);
    expect(heard()).toEqual(before);
  });
});
