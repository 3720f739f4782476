// The report as one file that opens anywhere: no script, nothing fetched, in light and dark.
import type { Figure } from '../bench/figures.ts';
import { escaped, plotOf } from './plots.ts';
import { partsOf, verdictOf, type FullReport } from './report.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--text:#1b1d22;--soft:#5a606b;--line:#d9dce2;--met:#1a7f4b;--missed:#b3261e;--open:#6b7280}
@media (prefers-color-scheme:dark){:root{--ground:#16181d;--text:#e8eaee;--soft:#a2a9b5;--line:#343943;--met:#56c98c;--missed:#ff8a80;--open:#9aa3b2}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 4rem;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.6rem}h2{margin:2.5rem 0 .5rem;font-size:1.2rem}.soft{color:var(--soft)}
.note{border:2px solid var(--missed);border-radius:.5rem;padding:.6rem .9rem}
.counts{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;padding:0;list-style:none;font-weight:600}
.met{color:var(--met)}.missed{color:var(--missed)}.not-judged,.no-target{color:var(--open)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child,th:nth-child(3),td:nth-child(3),td:last-child,th:last-child{text-align:left}th{color:var(--soft);font-weight:500}
svg{display:block;width:100%;min-width:36rem;height:auto;margin:.5rem 0;font:13px system-ui,sans-serif}svg text{fill:var(--text)}svg .small{fill:var(--soft);font-size:12px;stroke:var(--ground);stroke-width:4px;paint-order:stroke}
svg rect{fill:currentColor}svg .target{stroke:var(--text);stroke-dasharray:3 3}svg .floor{stroke:var(--text);stroke-width:2}
code{font-size:.95em}`;

export function htmlOf(report: FullReport): string {
  const { note, machine, commit, date, runs, figures } = report;
  const counts = (['met', 'missed', 'not judged'] as const).map((verdict) => {
    const count = figures.filter((figure) => verdictOf(figure) === verdict).length;
    return `<li class="${verdict.replace(' ', '-')}">${count} ${verdict}</li>`;
  });
  const parts = partsOf(figures).map(
    (part) => `<h2>${part.title}</h2>\n${plotOf(part.title, part.figures)}\n${tableOf(part.figures)}`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Conclave: what it holds</title>
<style>${STYLE}</style>
<h1>Conclave: what it holds</h1>
<p class="soft">${escaped(date)} · commit <code>${escaped(commit)}</code><br>${escaped(machine)}</p>
${note === undefined ? '' : `<p class="note"><strong>${escaped(note)}</strong></p>\n`}<ul class="counts" aria-label="Targets">${counts.join('')}</ul>
<p class="soft">Each bar is a figure over its target, at the dashed line; the thick mark is what it was measured against in the same run. What each figure is stands in
<code>loadtest/bench/README.md</code>.</p>
${parts.join('\n')}
<h2>Runs</h2>
${runs.map(runOf).join('\n')}
</html>
`;
}

const runOf = ({ machine, commit, date, figures }: FullReport['runs'][number]): string =>
  `<p>${escaped(date)} · commit <code>${escaped(commit)}</code> · ${escaped(machine)}: ${figures.length} figures</p>`;

function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, against, target, atLeast, pairs, spread } = figure;
    const verdict = verdictOf(figure);
    const limit = target === null ? '' : `${atLeast === true ? '≥' : '≤'} ${target}`;
    const cells = [
      `<code>${escaped(name)}</code>`,
      String(value),
      escaped(unit),
      against === null ? '' : String(against),
      limit,
      String(pairs),
      `${Math.round(spread * 100)} %`,
    ].map((cell) => `<td>${cell}</td>`);
    return `<tr>${cells.join('')}<td class="${verdict.replace(' ', '-')}">${verdict === 'no target' ? '' : verdict}</td></tr>`;
  });
  const head = ['figure', 'value', 'unit', 'against', 'target', 'pairs', 'spread', ''].map(
    (text) => `<th>${text}</th>`,
  );
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
}
