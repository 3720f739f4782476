// How findings are told: a line each for people, one JSON object for programs, and an exit code for both.
import * as v from 'valibot';
import { FindingValues, type Level } from '#protocol/admin';
import { levelOf, type Finding } from './findings.ts';
import { wordsOf } from './words.ts';

export const EXIT_CODES = { ok: 0, warning: 1, broken: 2 } as const satisfies Record<Level, number>;
const MARKS = { ok: '✓', warning: '!', broken: '✗' } as const satisfies Record<Level, string>;

const LevelSchema = v.picklist(['ok', 'warning', 'broken']);
/** What `--json` prints; new codes may come with any version, the rest stays. */
export const Report = v.object({
  format: v.literal(1),
  url: v.string(),
  atMs: v.number(),
  level: LevelSchema,
  findings: v.array(
    v.object({
      code: v.string(),
      level: LevelSchema,
      says: v.string(),
      /** What to change; null where nothing is. */
      mend: v.nullable(v.string()),
      values: FindingValues,
    }),
  ),
});
export type Report = v.InferOutput<typeof Report>;

export const worstOf = (findings: readonly Finding[]): Level => {
  const levels = new Set(findings.map(({ code }) => levelOf(code)));
  if (levels.has('broken')) return 'broken';
  return levels.has('warning') ? 'warning' : 'ok';
};

export function reportOf(url: string, findings: readonly Finding[], atMs: number): Report {
  const told = findings.map((finding) => ({ ...finding, level: levelOf(finding.code), ...wordsOf(finding) }));
  return { format: 1, url, atMs, level: worstOf(findings), findings: told };
}

/** What a server sends may hold a terminal's control characters. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, '?');

export function linesOf(finding: Finding): string {
  const { says, mend } = wordsOf(finding);
  const line = `${MARKS[levelOf(finding.code)]} ${plain(says)}\n`;
  return mend === null ? line : `${line}    ${plain(mend)}\n`;
}

export function closingLine(findings: readonly Finding[]): string {
  const count = (level: Level): number => findings.filter(({ code }) => levelOf(code) === level).length;
  const [broken, warnings] = [count('broken'), count('warning')];
  if (broken + warnings === 0) return `All is well: ${findings.length} findings.\n`;
  return `${broken} broken, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${count('ok')} ok.\n`;
}
