// Rules of who is forwarded where more microphones are on than one can follow.
import { describe, expect, it } from 'vitest';
import { HEARD_MICROPHONES } from '#protocol/limits';
import type { ProducerId } from '#protocol/ids';
import { HeardMicrophones } from './HeardMicrophones.ts';

const mic = (number: number) => `mic-${number}` as ProducerId;
const VOICE = -30;
/** As the server's meters report: more often than their windows are long. */
const REPORT_MS = 125;
const speaks = (...numbers: number[]) => numbers.map((number) => ({ id: mic(number), level: VOICE }));

function room(count: number) {
  const told: (ProducerId[] | null)[] = [];
  const microphones = new HeardMicrophones((heard) => told.push(heard === null ? null : [...heard]));
  let nowMs = 1_000_000;
  const switchOn = (id: ProducerId) => microphones.switchedOn(id, nowMs);
  const report = (levels: { id: ProducerId; level: number }[]) => microphones.report(levels, (nowMs += REPORT_MS));
  /** The same over and over, for so long. */
  const reportFor = (ms: number, levels: { id: ProducerId; level: number }[]) => {
    for (let at = 0; at < ms; at += REPORT_MS) report(levels);
  };
  const wait = (ms: number) => void (nowMs += ms);
  for (let number = 0; number < count; number += 1) switchOn(mic(number));
  const heard = () => [...(microphones.heard ?? [])].toSorted();
  const outside = () =>
    Array.from({ length: count }, (_, number) => mic(number)).find((id) => !heard().includes(id)) ?? expect.fail();
  return { microphones, told, heard, outside, switchOn, report, reportFor, wait };
}

describe('HeardMicrophones', () => {
  it('P-65 forwards all microphones while no more are on than may be, and tells of nothing', () => {
    const { microphones, told, report } = room(HEARD_MICROPHONES);
    report(speaks(0, 1));
    expect(microphones.heard).toBeNull();
    expect(told).toEqual([]);
  });

  it('P-65 never forwards more than that many, however many are on and speak', () => {
    const { microphones, report } = room(99);
    for (let turn = 0; turn < 50; turn += 1) {
      report(Array.from({ length: 16 }, (_, index) => ({ id: mic((turn * 7 + index) % 99), level: -20 - index })));
      expect(microphones.heard?.size).toBe(HEARD_MICROPHONES);
    }
  });

  it('P-65 forwards who switches a microphone on before they said a word, in place of who was silent for longest', () => {
    const { heard, switchOn, report } = room(HEARD_MICROPHONES);
    report(speaks(0, 2, 3, 4, 5, 6, 7));
    switchOn(mic(50));
    expect(heard()).toContain(mic(50));
    expect(heard()).not.toContain(mic(1));
  });

  it('P-65 forwards who begins to speak with the next report, in place of who has been silent for a while', () => {
    const { heard, outside, report, reportFor } = room(20);
    reportFor(1_250, speaks(0));
    const newcomer = outside();
    report([{ id: newcomer, level: VOICE }]);
    expect(heard()).toContain(newcomer);
  });

  it('P-65 keeps those who spoke a moment ago against a voice that is no louder', () => {
    const { heard, report } = room(20);
    const speakers = heard().map((id) => ({ id, level: VOICE }));
    report(speakers);
    const outside = { id: mic(0), level: VOICE };
    expect(heard()).not.toContain(outside.id);
    report([outside]);
    expect(heard()).toEqual(speakers.map(({ id }) => id).toSorted());
  });

  it('P-65 gives a voice that begins the place of who was silent for half a second, though all spoke a second ago', () => {
    const { heard, outside, report, reportFor } = room(20);
    const speakers = heard().map((id) => ({ id, level: VOICE }));
    const [silent, ...rest] = speakers;
    const newcomer = outside();
    report(speakers);
    reportFor(250, rest);
    report([...rest, { id: newcomer, level: VOICE }]);
    expect(heard()).not.toContain(newcomer);
    report([...rest, { id: newcomer, level: VOICE }]);
    expect(heard()).toContain(newcomer);
    expect(heard()).not.toContain(silent?.id);
    expect(heard()).toHaveLength(HEARD_MICROPHONES);
  });

  it('P-65 takes a silence of all, in which nothing is reported, for silence', () => {
    const { heard, outside, report, wait } = room(20);
    report(heard().map((id) => ({ id, level: VOICE })));
    const newcomer = outside();
    wait(600);
    report([{ id: newcomer, level: VOICE }]);
    expect(heard()).toContain(newcomer);
  });

  it('P-65 gives a sound that goes on without a pause no place of who breathes between two sentences, and that of who is done', () => {
    const { heard, outside, report, reportFor } = room(20);
    const speakers = heard().map((id) => ({ id, level: VOICE }));
    const [silent, ...rest] = speakers;
    const fan = { id: outside(), level: -45 };
    reportFor(4_000, [...speakers, fan]);
    reportFor(1_500, [...rest, fan]);
    expect(heard()).toContain(silent?.id);
    report([...speakers, fan]);
    reportFor(2_000, [...rest, fan]);
    expect(heard()).toContain(fan.id);
    expect(heard()).not.toContain(silent?.id);
  });

  it('P-65 takes who went on for long, and breathed, for a voice that begins', () => {
    const { heard, outside, reportFor } = room(20);
    const speakers = heard().map((id) => ({ id, level: VOICE }));
    const [silent, ...rest] = speakers;
    const voice = { id: outside(), level: VOICE };
    reportFor(4_000, [...speakers, voice]);
    reportFor(500, rest);
    reportFor(250, [...rest, voice]);
    expect(heard()).toContain(voice.id);
    expect(heard()).not.toContain(silent?.id);
  });

  it('P-65 lets a clearly louder voice in where every place is taken by a noise that never ends', () => {
    const { heard, report, reportFor } = room(20);
    const fans = heard().map((id) => ({ id, level: -45 }));
    reportFor(1_250, fans);
    report([{ id: mic(0), level: -40 }, ...fans]);
    expect(heard()).not.toContain(mic(0));
    report([{ id: mic(0), level: -25 }, ...fans]);
    expect(heard()).toContain(mic(0));
  });

  it('P-65 gives the place of who mutes or leaves to another, and forwards all again once they are few', () => {
    const { microphones, heard, told, switchOn } = room(HEARD_MICROPHONES + 1);
    const [first] = heard();
    microphones.switchedOff(first!);
    expect(microphones.heard).toBeNull();
    expect(told.at(-1)).toBeNull();
    switchOn(first!);
    expect(heard()).toHaveLength(HEARD_MICROPHONES);
    expect(heard()).toContain(first);
  });

  it('P-65 takes background noise for no voice', () => {
    const { heard, reportFor } = room(20);
    const before = heard();
    reportFor(2_500, [{ id: mic(0), level: -60 }]);
    expect(heard()).toEqual(before);
  });
});
