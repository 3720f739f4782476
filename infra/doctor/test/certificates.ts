// Certificates for the doctor's tests, by openssl: of names and days that no public authority would sign.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Certificate {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
}

export interface Authority {
  /** In PEM. */
  cert: string;
  certFile: string;
  issue(options: { names: string; from: string; until: string }): Certificate;
  remove(): void;
}

/** As openssl's `ca` reads a day, e.g. 20260131000000Z. */
export const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000)
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')
    .replace('T', '');

export function createAuthority(): Authority {
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-ca-'));
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=test authority');
  mkdirSync(at('issued'));
  writeFileSync(at('index.txt'), '');
  writeFileSync(
    at('ca.cnf'),
    [
      '[ca]\ndefault_ca = one\n[one]',
      `database = ${at('index.txt')}\nnew_certs_dir = ${at('issued')}\nrand_serial = yes`,
      `certificate = ${at('ca.pem')}\nprivate_key = ${at('ca.key')}\ndefault_md = sha256`,
      'policy = any\nunique_subject = no\ncopy_extensions = copy\n[any]\ncommonName = supplied\n',
    ].join('\n'),
  );
  let issued = 0;
  return {
    cert: readFileSync(at('ca.pem'), 'utf8'),
    certFile: at('ca.pem'),
    issue({ names, from, until }) {
      const name = `leaf-${++issued}`;
      const asked = [
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        '/CN=leaf',
        '-addext',
        `subjectAltName=${names}`,
      ];
      openssl('req', '-new', ...ec, ...asked);
      const signed = ['-startdate', from, '-enddate', until, '-in', `${name}.csr`, '-out', `${name}.pem`];
      openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...signed);
      const [certFile, keyFile] = [at(`${name}.pem`), at(`${name}.key`)];
      return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
