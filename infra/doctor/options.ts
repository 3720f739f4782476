// The command line of the doctor, and whom it makes the patient.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig, type Config } from '../../server/config/env.ts';
import { found, type Finding } from './findings.ts';
import { httpUrlOf, type Patient } from './Patient.ts';

export const USAGE = `npm run doctor [-- --url https://meet.example] [--json] [--ca FILE]

Looks at the server whose settings lie here, or from outside at the one at --url, and says what is wrong.
--json    one JSON object on standard output; what is being looked at stands on standard error
--ca      a certificate authority of your own to trust, in PEM
Exit code: 0 all is well, 1 warnings, 2 something is broken.`;

export interface Options {
  url: string | undefined;
  json: boolean;
  /** In PEM. */
  ca: string | undefined;
}

/** @throws Error with one line for a person */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
      ca: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const url = values.url === undefined ? undefined : originOf(values.url);
  return { url, json: values.json, ca: values.ca === undefined ? undefined : readFileSync(values.ca, 'utf8') };
}

/** Only the origin: somebody may paste a link, whose fragment is a key. */
function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new Error('--url wants an address such as https://meet.example');
  return parsed.origin;
}

/** The patient, or what is wrong with its settings. */
export function findPatient(
  { url }: Options,
  environment: Readonly<Record<string, string | undefined>>,
): { patient: Patient } | { problems: Finding[] } {
  if (url !== undefined) return { patient: { origin: url, local: null, adminToken: environment['ADMIN_TOKEN'] } };
  try {
    const { config, secrets } = loadConfig(environment);
    return { patient: patientOf(config, secrets.adminToken) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems.map((problem) => found('settings.wrong', { problem })) };
  }
}

export function patientOf(config: Config, adminToken: string | undefined): Patient {
  const httpUrl = httpUrlOf(config);
  return { origin: config.publicOrigin ?? httpUrl, local: { config, httpUrl }, adminToken };
}
