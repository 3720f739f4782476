// The books of a soak find what they are there to find: each is shown the fault that it must not miss, and innocence beside it.
import { beforeEach, describe, expect, it } from 'vitest';
import { EpochLedger } from './EpochLedger.ts';
import { FrameLedger } from './FrameLedger.ts';
import type { BotReport, EpochReport } from './messages.ts';
import { Standings } from './Standings.ts';

const GROUP = 'aa';
const PEERS = ['ana', 'ben', 'cleo'];
const word = (bot: number, more: Partial<EpochReport> = {}): EpochReport => ({
  bot,
  groupTag: GROUP,
  epoch: 5,
  safetyCode: '11111 22222',
  members: PEERS,
  ...more,
});

describe('the book of epochs', () => {
  let book: EpochLedger;
  beforeEach(() => {
    book = new EpochLedger();
    book.note(word(0));
  });

  it('finds nothing where members say the same, in any order of names', () => {
    book.note(word(1, { members: PEERS.toReversed() }));
    book.noteTranscript(GROUP, 5, 'ff');
    book.noteTranscript(GROUP, 5, 'ff');
    expect(book.summary).toMatchObject({ disagreements: 0, compared: 1, reports: 2, transcripts: 2 });
  });

  it.each([
    ['another safety code', { safetyCode: '11111 22223' }],
    ['another member', { members: ['ana', 'ben', 'dora'] }],
    ['one member fewer', { members: ['ana', 'ben'] }],
  ])('finds %s', (_what, more) => {
    book.note(word(1, more));
    expect(book.summary.disagreements).toBe(1);
  });

  it('finds two transcripts of one epoch, and one of an epoch that nobody was in', () => {
    book.noteTranscript(GROUP, 5, 'ff');
    book.noteTranscript(GROUP, 5, 'fe');
    book.noteTranscript(GROUP, 9, 'ff');
    expect(book.summary.disagreements).toBe(2);
  });

  it('takes the same epoch of another group for another one', () => {
    book.note(word(1, { groupTag: 'bb', safetyCode: '33333 44444' }));
    expect(book.summary).toMatchObject({ disagreements: 0, groups: 2, epochs: 2 });
  });
});

const report = (bot: number, atMs: number, more: Partial<BotReport> = {}): BotReport => ({
  bot,
  atMs,
  peerId: PEERS[bot] ?? null,
  phase: 'in',
  reason: null,
  isOnline: true,
  group: 'in',
  cause: null,
  groupTag: GROUP,
  epoch: 5,
  sendEpoch: 5,
  ...more,
});

describe('the book of standings', () => {
  let book: Standings;
  beforeEach(() => {
    book = new Standings();
    book.add(0, 1_000);
    book.update(report(0, 1_400), 5);
  });

  it('measures how long a join took', () => {
    expect(book.spells).toEqual([{ bot: 0, ms: 400, after: 'join' }]);
  });

  it('counts a resync that nobody caused as one, and what it took', () => {
    book.update(report(0, 2_000, { group: 'resync', cause: 'gap', epoch: -1 }), 5);
    book.update(report(0, 3_500, { epoch: 6 }), 6);
    expect(book.resyncs).toEqual([{ cause: 'gap', after: 'nothing' }]);
    expect(book.spells.at(-1)).toEqual({ bot: 0, ms: 1_500, after: 'nothing' });
    expect(book.get(0)?.sinceEpoch).toBe(5);
  });

  it('excuses one that was made to resync until it is in the newest epoch again, a member anew', () => {
    book.excuse(0, 'resync', 2_000);
    book.update(report(0, 2_500, { group: 'resync', cause: 'invalid', epoch: -1 }), 6);
    book.update(report(0, 3_000, { epoch: 6 }), 7);
    expect(book.get(0)?.excuse).not.toBeNull();
    book.update(report(0, 3_200, { epoch: 7 }), 7);
    expect(book.get(0)).toMatchObject({ excuse: null, excusedUntilMs: 3_200, sinceEpoch: 7 });
    expect(book.resyncs).toEqual([{ cause: 'invalid', after: 'resync' }]);
  });

  it('keeps the excuse until its consequence was felt', () => {
    book.excuse(0, 'loseLine', 2_000);
    book.update(report(0, 2_100, { epoch: 6 }), 6);
    expect(book.get(0)?.excuse).not.toBeNull();
  });

  it('excuses a line that was lost though nobody cut it, and counts it', () => {
    book.update(report(0, 2_000, { isOnline: false }), 5);
    expect(book.get(0)).toMatchObject({ lastAct: 'lineLost', excusedUntilMs: Infinity });
    book.update(report(0, 2_700), 5);
    expect(book.get(0)?.excusedUntilMs).toBe(2_700);
    expect(book.linesLost).toBe(1);
  });

  it('names who ended without being told to', () => {
    book.update(report(0, 2_000, { phase: 'ended', reason: 'failed' }), 5);
    expect(book.ended).toEqual(['bot 0 ended: failed']);
  });
});

describe('the book of frames', () => {
  let standings: Standings;
  let epochs: EpochLedger;
  let book: FrameLedger;
  let asked: string[];
  const SENDER = 0;
  const RECEIVER = 1;
  const NEWCOMER = 2;

  beforeEach(() => {
    standings = new Standings();
    epochs = new EpochLedger();
    epochs.note(word(0));
    epochs.note(word(0, { epoch: 4, members: ['ana', 'ben'] }));
    for (const bot of [SENDER, RECEIVER]) {
      standings.add(bot, 0);
      standings.update(report(bot, 100, { epoch: 3 }), 3);
      standings.update(report(bot, 200), 5);
    }
    standings.add(NEWCOMER, 0);
    standings.update(report(NEWCOMER, 200), 5);
    asked = [];
    book = new FrameLedger({ standings, epochs, askWhy: (receiver, from) => asked.push(`${receiver} ${from}`) });
  });

  const ask = (): number => {
    const sender = standings.get(SENDER);
    return (sender && book.ask(sender, 1_000)) ?? Number.NaN;
  };
  const send = (epoch: number, receiver: number): number => {
    const number = ask();
    book.sealed(number, epoch % 64);
    book.delivered(number, receiver, 1_100);
    return number;
  };
  const ben = { peerId: 'ben', isOutside: false };
  const lost = (): Record<string, number> => Object.fromEntries(book.totals.lost);

  it('counts an opened frame, and how long it waited', () => {
    book.opened(send(5, RECEIVER), RECEIVER, ben, 1_130);
    book.judge(Infinity);
    expect(book.totals).toMatchObject({ counted: 1, waitsMs: [30] });
    expect(lost()).toEqual({});
  });

  it('counts one that a member all along did not open as lost, by the cause that it names', () => {
    send(4, RECEIVER);
    book.judge(Infinity);
    expect(asked).toEqual(['1 ana']);
    expect(lost()).toEqual({ unexplained: 1 });
    book.explain(RECEIVER, 'ana', { unknownEpoch: 1 });
    expect(lost()).toEqual({ unknownEpoch: 1 });
    expect(book.totals.counted).toBe(1);
  });

  it('counts one that was not sealed as lost', () => {
    ask();
    book.judge(Infinity);
    expect(lost()).toEqual({ 'notSealed (in)': 1 });
  });

  it('does not count one of an epoch from before its receiver', () => {
    send(4, NEWCOMER);
    book.judge(Infinity);
    expect(book.totals.counted).toBe(0);
    expect(Object.fromEntries(book.totals.excused)).toEqual({ newcomer: 1 });
  });

  it('does not count one to a member that was made to resync or has left meanwhile', () => {
    send(5, RECEIVER);
    standings.excuse(RECEIVER, 'resync', 1_200);
    send(5, NEWCOMER);
    standings.excuse(NEWCOMER, 'leave', 1_200);
    book.judge(Infinity);
    expect(book.totals.counted).toBe(0);
    expect(Object.fromEntries(book.totals.excused)).toEqual({ resync: 1, left: 1 });
  });

  it('finds a frame that was opened by no member of its epoch, or by one who never had the link', () => {
    const number = send(4, NEWCOMER);
    book.opened(number, NEWCOMER, { peerId: 'cleo', isOutside: true }, 1_200);
    book.opened(number, -1, null, 1_200);
    book.judge(1_300);
    expect(book.wrongOpens).toHaveLength(2);
    expect(book.opensBeforeRemoval).toBe(0);
  });

  it('lets one who has left open frames of epochs in which it was a member, and counts them apart', () => {
    book.opened(send(5, RECEIVER), RECEIVER, { peerId: 'cleo', isOutside: true }, 1_200);
    book.judge(1_300);
    expect(book.wrongOpens).toEqual([]);
    expect(book.opensBeforeRemoval).toBe(1);
  });

  it('waits for the word on an epoch before it says who was a member of it, and takes silence for no', () => {
    book.opened(send(6, RECEIVER), RECEIVER, ben, 1_200);
    book.opened(send(7, RECEIVER), RECEIVER, ben, 1_200);
    book.judge(1_300);
    expect(book.wrongOpens).toEqual([]);
    epochs.note(word(0, { epoch: 6 }));
    book.judge(1_400);
    expect(book.wrongOpens).toEqual([]);
    book.judge(Infinity);
    expect(book.wrongOpens).toHaveLength(1);
  });

  it('finds a frame whose content is none of ours', () => {
    book.opened(Number.NaN, RECEIVER, ben, 1_200);
    expect(book.wrongOpens).toHaveLength(1);
  });
});
