// Which release this is, by the package.json that lies beside the server's folder, in the repository as in a release.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const PackageJson = v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() }));

export function releaseVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return v.parse(PackageJson, text).version;
}
