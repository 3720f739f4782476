// npm run doctor: finds what is wrong with a server before people do, and says what to change.
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { examine } from './examine.ts';
import type { Finding } from './findings.ts';
import { findPatient, readOptions, USAGE, type Options } from './options.ts';
import { closingLine, EXIT_CODES, linesOf, reportOf, worstOf } from './report.ts';

const EXIT_USAGE = 64;

function parse(): Options {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') return options;
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'These arguments cannot be read.'}\n\n${USAGE}\n`);
    process.exit(EXIT_USAGE);
  }
}

/** On a terminal in place, elsewhere nothing but in JSON, whose reader waits without a word otherwise. */
function tellLook(what: string, json: boolean): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K… ${what}`);
  else if (json) process.stderr.write(`… ${what}\n`);
}

const clearLook = (): void => void (process.stderr.isTTY && process.stderr.write('\r\x1b[2K'));

async function main(): Promise<number> {
  const options = parse();
  if (options.ca !== undefined) setDefaultCACertificates([...getCACertificates('default'), options.ca]);
  const findings: Finding[] = [];
  const onFinding = (finding: Finding): void => {
    findings.push(finding);
    clearLook();
    if (!options.json) process.stdout.write(linesOf(finding));
  };
  const chosen = findPatient(options, process.env);
  let url = options.url ?? '';
  if ('problems' in chosen) {
    for (const problem of chosen.problems) onFinding(problem);
  } else {
    url = chosen.patient.origin;
    await examine(chosen.patient, { onLook: (what) => tellLook(what, options.json), onFinding });
    clearLook();
  }
  process.stdout.write(
    options.json ? `${JSON.stringify(reportOf(url, findings, Date.now()), null, 2)}\n` : closingLine(findings),
  );
  return EXIT_CODES[worstOf(findings)];
}

const code = await main();
// What still holds sockets, the headless peers' library above all, is not waited for; what was written is.
process.stdout.write('', () => process.exit(code));
