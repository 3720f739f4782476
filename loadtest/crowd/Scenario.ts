// What every scenario is given and has to say: people who come to a running server, times, and claims that hold or do not.
import type { Figure } from '../bench/figures.ts';
import type { Book, Threshold } from './Book.ts';
import { addressOf, makeHall, type Hall } from './door.ts';
import { Member, type MemberOptions } from './Member.ts';

export interface Ground {
  origin: string;
  book: Book;
  /** Seconds instead of a minute; times are not judged. */
  isShort: boolean;
  signal: AbortSignal;
  say(text: string): void;
  /** That the server and its Workers have used. */
  cpuSeconds(): number;
  /** The next user's number, which no other has. */
  nextUser(): number;
}

export interface Claim {
  says: string;
  holds: boolean;
}

export interface Outcome {
  claims: Claim[];
  /** Beside those that the thresholds make. */
  figures?: Figure[];
}

export interface Scenario {
  name: string;
  /** One line: who comes and what they do. */
  about: string;
  thresholds: readonly Threshold[];
  run(ground: Ground): Promise<Outcome>;
}

export interface Meeting {
  hall: Hall;
  host: Member;
  members: Member[];
}

type Ears = Pick<MemberOptions, 'onMessage'>;

/** A Room of its own with its host in it. */
export async function openMeeting(ground: Ground, ears: Ears = {}): Promise<Meeting> {
  const { origin, book } = ground;
  const user = ground.nextUser();
  const hall = await makeHall(origin, addressOf(user));
  const host = await Member.enter({ origin, hall, book, user, kind: 'host', ...ears });
  return { hall, host, members: [host] };
}

/** One more; null, and a fault, where it could not come in. */
export async function bringIn(
  ground: Ground,
  meeting: Meeting,
  ears: Ears = {},
  dueMs?: number,
): Promise<Member | null> {
  const { origin, book } = ground;
  const options = { origin, hall: meeting.hall, book, user: ground.nextUser(), kind: 'member' as const, ...ears };
  try {
    const member = await Member.enter(options, dueMs);
    meeting.members.push(member);
    return member;
  } catch (error) {
    book.fault(`a member did not come in: ${wordOf(error)}`);
    return null;
  }
}

export function closeAll(meetings: readonly Meeting[]): void {
  for (const { members } of meetings) for (const member of members) member.close();
}

/** The server's own code where there is one. */
export function wordOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
