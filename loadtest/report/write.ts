// Where the report lies: latest.json and latest.html beside this file, and README's Sizing.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { htmlOf } from './html.ts';
import { verdictOf, type FullReport } from './report.ts';
import { sizingOf, withSizing } from './sizing.ts';

const LATEST = path.join(import.meta.dirname, 'latest');
const README = path.join(import.meta.dirname, '..', '..', 'README.md');

export const readLatest = (): FullReport => JSON.parse(readFileSync(`${LATEST}.json`, 'utf8')) as FullReport;
export const readHtml = (): string => readFileSync(`${LATEST}.html`, 'utf8');
export const readReadme = (): string => readFileSync(README, 'utf8');

/** @returns the names of the figures that miss their targets */
export function writeReport(report: FullReport): string[] {
  writeFileSync(`${LATEST}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${LATEST}.html`, htmlOf(report));
  return report.figures.flatMap((figure) => (verdictOf(figure) === 'missed' ? [figure.name] : []));
}

/** Of the report that lies there. */
export function writeSizing(): void {
  const text = withSizing(readReadme(), sizingOf(readLatest()));
  if (text === null) throw new Error('README.md has no place for its sizing');
  writeFileSync(README, text);
}
