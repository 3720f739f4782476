// A certificate authority of the test's own, and a certificate by it, as openssl makes them.
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface TestCertificate {
  /** Whom to trust, as a file and as text. */
  readonly caFile: string;
  readonly ca: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** SHA-256 of the certificate's public key, as Chromium names one that it is to take. */
  readonly spki: string;
}

const EXTENSIONS = (names: readonly string[]): string[] => [
  `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
  'basicConstraints=CA:FALSE',
  'extendedKeyUsage=serverAuth',
];

/** Valid for two days, for `names`. */
export function makeCertificate(folder: string, names: readonly string[]): TestCertificate {
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-subj', '/CN=Conclave test CA', '-keyout', at('ca.key'), '-out', at('ca.pem'));
  const added = EXTENSIONS(names).flatMap((extension) => ['-addext', extension]);
  const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')];
  openssl(
    'req',
    '-x509',
    ...key,
    ...by,
    '-subj',
    '/CN=test',
    ...added,
    '-keyout',
    at('tls.key'),
    '-out',
    at('tls.pem'),
  );
  const { publicKey } = new X509Certificate(readFileSync(at('tls.pem')));
  const spki = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  const ca = readFileSync(at('ca.pem'), 'utf8');
  return { caFile: at('ca.pem'), ca, certFile: at('tls.pem'), keyFile: at('tls.key'), spki };
}
