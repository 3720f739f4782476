// The clock: the server's against ours, and whether the system keeps ours.
import { spawnSync } from 'node:child_process';
import { found, type Finding } from '../findings.ts';
import type { Patient } from '../Patient.ts';
import { get } from './web.ts';

/** The Date header counts whole seconds, and an answer takes time. */
const OFF_S = 3;
/** Tokens and credentials live for minutes: with this they are young for some and old for others. */
const WRONG_S = 60;

export async function checkClock({ origin }: Patient): Promise<Finding[]> {
  const answer = await get(`${origin}/healthz`).catch(() => null);
  if (answer === null || answer.date === null) return [];
  return [judgeClock(Date.parse(answer.date), (answer.sentAtMs + answer.gotAtMs) / 2)];
}

/** @param theirsMs a whole second, cut off */
export function judgeClock(theirsMs: number, oursMs: number): Finding {
  const seconds = Math.round((theirsMs + 500 - oursMs) / 1000);
  if (Math.abs(seconds) >= WRONG_S) return found('clock.wrong', { seconds });
  return found(Math.abs(seconds) > OFF_S ? 'clock.off' : 'clock.ok', { seconds });
}

export function checkTimeService({ local }: Patient): Finding[] {
  if (local === null) return [];
  const args = ['show', '--property=NTPSynchronized', '--value'];
  const { status, stdout } = spawnSync('timedatectl', args, { encoding: 'utf8', timeout: 3_000 });
  return [judgeTimeService(status === 0 ? stdout.trim() : null)];
}

/** @param word of systemd; null where it does not run */
export function judgeTimeService(word: string | null): Finding {
  if (word === 'yes') return found('ntp.ok');
  return found(word === 'no' ? 'ntp.off' : 'ntp.unknown');
}
